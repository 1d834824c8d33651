"""What may be wrong with a source although it answers: each has its name and a next step."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aggregator.core.dates import is_too_far_ahead, read_date
from aggregator.core.model import (
    Entry,
    Failure,
    Fetched,
    FetchState,
    ParsedFeed,
    ParseFailed,
    Problem,
    RawItem,
    Source,
)
from aggregator.core.silence import is_quiet, say_about, say_silence

# ---------------------------------------------------------------- pages

_PASSWORD = re.compile(rb"<input\b[^>]{0,500}?\btype\s{0,9}=\s{0,9}[\"']?password", re.IGNORECASE)
_LOGIN_PATH = re.compile(
    r"(?:log[-_]?in|sign[-_]?in|log[-_]?on|sso|auth|wp-login)(?:\.\w{1,5})?", re.IGNORECASE
)
_CHALLENGE = re.compile(
    rb"<title>just a moment|_cf_chl_opt|ddos-guard/js-challenge|checking your browser before",
    re.IGNORECASE,
)
"""Marks of a bot check. Cloudflare's script alone is none: ordinary pages carry it too."""
_PAGE_START = 200_000


def name_page(failed: ParseFailed, page: Fetched) -> ParseFailed:
    """The failure with its true name, where the page is a bot check or asks to log in."""
    if failed.kind is not Failure.HTML:
        return failed
    start = page.body[:_PAGE_START]
    if _CHALLENGE.search(start):
        step = "a bot check wants a browser; ask the publisher to let feeds through"
        return ParseFailed(Failure.CHALLENGE, f"challenge page, not a feed: {step}")
    if _PASSWORD.search(start) or _led_to_login(page):
        step = "ask the publisher for a feed that is open, or put a name and password into the url"
        return ParseFailed(Failure.LOGIN, f"login page, not a feed: {step}")
    return failed


def _led_to_login(page: Fetched) -> bool:
    """Whether a redirect ended at a path such as `/login` or `/account/signin.php`."""
    parts = urlsplit(page.url).path.split("/")
    return bool(page.hops) and any(_LOGIN_PATH.fullmatch(part) for part in parts)


# ---------------------------------------------------------------- feeds

_AHEAD = timedelta(minutes=10)
"""Clocks of servers differ by seconds; zones differ by half an hour at least."""
_REWRITES = 5
"""New bytes so often in a row with the same items: no editor's hand, but a program's."""


@dataclass(frozen=True, slots=True)
class _Look:
    """A document that was read, and what is known of its source."""

    feed: ParsedFeed
    source: Source
    entries: Sequence[Entry]
    state: FetchState
    now: datetime


def find_conditions(
    feed: ParsedFeed, source: Source, entries: Sequence[Entry], state: FetchState, now: datetime
) -> tuple[Problem, ...]:
    """What is odd about a feed as a whole; `state` has learned from it already."""
    look = _Look(feed, source, entries, state, now)
    return tuple(Problem("", words) for rule in _RULES for words in rule(look))


def _find_empty(look: _Look) -> Iterator[str]:
    if not look.feed.items:
        yield "empty feed: it holds no item; what is known stays; if it lasts, ask the publisher"


def _find_frozen(look: _Look) -> Iterator[str]:
    """The document changes, its items do not, and for longer than the source is ever silent."""
    state = look.state
    if look.feed.items and state.rewrites >= _REWRITES and is_quiet(state):
        yield (
            f"frozen feed: made anew {state.rewrites} times with the same items,"
            f" {say_silence(state)}; compare it with the site"
        )


def _find_flood(look: _Look) -> Iterator[str]:
    """More than half of the items are dated more than 24 h ahead.

    Such dates are refused one by one; their entries have none, so that most
    feeds are known to be well without reading a date twice.
    """
    dateless = sum(entry.published is None for entry in look.entries)
    if 2 * dateless <= len(look.entries):
        return
    ahead = sum(_is_ahead(item, look) for item in look.feed.items)
    if 2 * ahead > len(look.feed.items):
        yield (
            f"dates ahead: {ahead} of {len(look.feed.items)} items are dated more than a day ahead;"
            " they are taken as of when they came; tell the publisher"
        )


def _is_ahead(item: RawItem, look: _Look) -> bool:
    languages = tuple(tag for tag in (look.source.language, look.feed.head.language) if tag)
    text = item.published or item.updated or ""
    at = read_date(text, look.now, look.source.timezone, languages).at
    return at is not None and is_too_far_ahead(at, look.now)


def _find_skew(look: _Look) -> Iterator[str]:
    """Items come before their time: their clock or their zone is wrong by a constant."""
    leads = [e.published - look.now for e in look.entries if e.published]
    lead = max(leads, default=timedelta())
    if lead > _AHEAD:
        yield (
            f"clock ahead: its newest item is dated {say_about(lead)} from now;"
            " its clock or zone is wrong; tell the publisher, or set `timezone:` for this source"
        )


_RULES: tuple[Callable[[_Look], Iterator[str]], ...] = (
    _find_empty,
    _find_frozen,
    _find_flood,
    _find_skew,
)
