"""How long a server asks us to wait: Retry-After, max-age, Expires."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aggregator.edges.fetch.head import Head

_LONGEST_SECONDS = 2**31
"""What a greater number means (RFC 9111 section 1.2.2)."""
_LONGEST_DATE = 64
_SECONDS = re.compile(r"[0-9]+")
_DIRECTIVE = re.compile(r'([^\s,;="]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,;"]*))?')


def read_retry_after(head: Head) -> timedelta | None:
    """The wait that Retry-After asks for, from the time of the answer on; never negative."""
    value = head.get("retry-after")
    if value is None:
        return None
    seconds = _read_seconds(value)
    if seconds is not None:
        return seconds
    date = _read_date(value)
    return None if date is None else max(date - _read_answered(head), timedelta())


def read_max_age(head: Head) -> timedelta | None:
    """How long the answer stays fresh (RFC 9111 section 4.2.1), less its Age.

    None when that is no time at all. s-maxage is for shared caches, not for us.
    """
    directives = _read_directives(head.join("cache-control"))
    if "no-cache" in directives or "no-store" in directives:
        return None
    fresh = _read_seconds(directives["max-age"]) if "max-age" in directives else _read_expires(head)
    age = _read_seconds(head.get("age") or "") or timedelta()
    return fresh - age if fresh is not None and fresh > age else None


def _read_expires(head: Head) -> timedelta | None:
    date = _read_date(head.get("expires") or "")
    return None if date is None else date - _read_answered(head)


def _read_directives(value: str) -> dict[str, str]:
    """The directives of Cache-Control; of one that stands twice, the first."""
    found: dict[str, str] = {}
    for name, argument in _DIRECTIVE.findall(value):
        found.setdefault(name.lower(), argument.strip('"'))
    return found


def _read_answered(head: Head) -> datetime:
    """When the server answered, by its own clock; by ours when it does not say."""
    return _read_date(head.get("date") or "") or datetime.now(UTC)


def _read_seconds(value: str) -> timedelta | None:
    digits = value.strip(" \t")
    if not _SECONDS.fullmatch(digits):
        return None
    digits = digits.lstrip("0") or "0"
    most = len(digits) > len(str(_LONGEST_SECONDS))
    return timedelta(seconds=_LONGEST_SECONDS if most else min(int(digits), _LONGEST_SECONDS))


def _read_date(value: str) -> datetime | None:
    """An HTTP date; a date that names no zone is in GMT."""
    if len(value) > _LONGEST_DATE:
        return None
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
