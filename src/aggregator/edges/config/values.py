"""Words of the configuration that stand for figures: durations, sizes, percents, numbers.

Every function returns the value or raises ValueError with a message that does
not repeat what was written: it may be a secret, and whoever shows the mistake
knows whether it is.
"""

import re
from datetime import timedelta

from aggregator.edges.config.checks import check_date

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}
_BYTES = {
    "b": 1,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
}
_DURATION = re.compile(r"(?:[0-9]{1,12}[smhdwy])+")
_PART = re.compile(r"([0-9]+)([smhdwy])")
_SIZE = re.compile(r"([0-9]{1,12})\s*([kmg]?i?b)", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%")
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")

FOREVER = "forever"


class Filled(str):
    """A text that came from the environment or a file: it is never shown, and may be a number."""

    __slots__ = ()


def read_duration(value: object) -> timedelta:
    """Return the duration that a word such as `30m` or `1h30m` stands for; a year is 365 days."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"has no unit; write {value}m for minutes, {value}h for hours")  # noqa: TRY004  pydantic reports ValueError alone
    if not isinstance(value, str) or not _DURATION.fullmatch(value.strip()):
        raise ValueError("is not a duration; write it as 45s, 30m, 1h30m, 90d or 5y")
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(value))
    try:
        return timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError("is too long; write a shorter duration") from error


def read_span(value: object) -> timedelta:
    """Return a duration longer than nothing."""
    duration = read_duration(value)
    if not duration:
        raise ValueError("must be longer than 0s")
    return duration


def read_embargo(value: object) -> timedelta | str:
    """Return until when something is held back: a duration, or a date or time as text."""
    if not isinstance(value, str) or _DURATION.fullmatch(value.strip()):
        return read_duration(value)
    if not _DATE.match(value.strip()):
        raise ValueError("is neither a time nor a duration; write 2026-12-31T18:00 or 6h")
    return check_date(value)


def read_keeping(value: object) -> timedelta | str:
    """Return how long something is kept: a duration, or the word `forever`."""
    return FOREVER if value == FOREVER else read_span(value)


def write_duration(duration: timedelta) -> str:
    """Return the duration as it would stand in the configuration."""
    rest, words = int(duration.total_seconds()), ""
    for unit in ("d", "h", "m", "s"):
        count, rest = divmod(rest, _SECONDS[unit])
        words += f"{count}{unit}" if count else ""
    return words or "0s"


def read_size(value: object) -> int:
    """Return the bytes that a word such as `10MB` (decimal) or `10MiB` (binary) stands for."""
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not int(match[1]):
        raise ValueError("is not a size; write it as 500kB, 10MB or 10MiB")
    return int(match[1]) * _BYTES[match[2].lower()]


def read_percent(value: object) -> float:
    """Return the share from 0 to 1 that a word such as `25%` stands for."""
    match = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not 0 < float(match[1]) <= 100:  # noqa: PLR2004  per cent
        raise ValueError("is not a percentage above 0%; write it as 25%")
    return float(match[1]) / 100


def read_whole(value: object) -> object:
    """Return the whole number that a filled-in text holds; anything else unchanged."""
    return int(value) if isinstance(value, Filled) and _WHOLE.fullmatch(value) else value


def read_number(value: object) -> object:
    """Return the number that a filled-in text holds; anything else unchanged."""
    return float(value) if isinstance(value, Filled) and _NUMBER.fullmatch(value) else value


def read_flag(value: object) -> object:
    """Return the truth that a filled-in text holds; anything else unchanged."""
    if isinstance(value, Filled) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    return value


def read_consent(value: object) -> object:
    """Return the truth that `yes` or `no` stands for too: so permissions are said."""
    if isinstance(value, str) and value.lower() in {"yes", "no"}:
        return value.lower() == "yes"
    return read_flag(value)
