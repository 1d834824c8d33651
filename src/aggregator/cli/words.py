"""What a command says: words from outside made harmless, times, JSON."""

import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.text import Text

from aggregator.core.model import FetchState
from aggregator.core.secrets import hide_secrets

# Controls, line and paragraph separators, bidi controls, lone surrogates: what a terminal
# would obey, or could not write. The line feed is not among them: JSON is indented.
_UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def say_words(words: str, style: str = "") -> Text:
    """Words from outside, in one line and without secrets; no markup in them is obeyed."""
    return Text(_escape(hide_secrets(" ".join(words.split()))), style)


def cut_words(words: str, limit: int) -> str:
    """The start of the words, without secrets: half a secret could not be recognised."""
    line = hide_secrets(" ".join(words.split()))
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def say_time(at: datetime | None, zone: str) -> str:
    """A time in the newsfeed's zone, to the minute; a dash for never."""
    return "-" if at is None else at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def say_short_time(at: datetime | None, zone: str, now: datetime) -> str:
    """A time as `14:15` today, with month and day this year, else the day alone."""
    if at is None:
        return "-"
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d}"


def write_time(at: datetime | None) -> str | None:
    """A time in ISO 8601 for other programs, None for never."""
    return None if at is None else at.isoformat()


def print_json(value: object) -> None:
    r"""Print a value as JSON, without secrets, its controls as `\uXXXX`."""
    print(_escape(json.dumps(_hide_all(value), ensure_ascii=False, indent=2)))


def _hide_all(value: object) -> object:
    if isinstance(value, str):
        return hide_secrets(value)
    if isinstance(value, dict):
        return {name: _hide_all(inner) for name, inner in value.items()}
    return [_hide_all(inner) for inner in value] if isinstance(value, list) else value


def _escape(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def say_move(state: FetchState) -> str:
    """Where a source has moved, and what is to be done; "" where it has not."""
    move = state.move
    if move is not None and move.confirmed:
        return (
            f"moved for good to {move.target}, and is asked there; "
            "write it into the configuration with: aggregator apply-moves"
        )
    if state.moved_to is None:
        return ""
    seen = "no same feed there yet"
    if move is not None:
        seen = f"{move.times} times since {move.first:%Y-%m-%d}"
        seen = seen if move.times else f"another feed there since {move.first:%Y-%m-%d}"
    return f"redirected for good to {state.moved_to}, {seen}; believed after 5 times over 3 days"
