"""Dates as their formats write them, strictly: what readers read is looser, each in its way."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from aggregator.core.lint.findings import quote

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_RFC2822 = re.compile(
    rf"(?:({'|'.join(_DAYS)}),\s+)?(\d\d?)\s+({'|'.join(_MONTHS)})\s+(\d{{2,4}})\s+"
    r"(\d\d):(\d\d)(?::(\d\d))?\s+([+-]\d{4}|[A-Z]{1,3})",
    re.ASCII,
)
_LOOSE = re.compile(_RFC2822.pattern.replace(r",\s+", r"\s*,\s*"), re.ASCII | re.IGNORECASE)
_ZONES = {"UT": 0, "GMT": 0, "Z": 0}
_ZONES |= {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_PLAIN_ZONES = frozenset({"UT", "GMT"})
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_FOUR = 4
_COMMENT = re.compile(r"\s*\([^()]*\)")


def check_rfc3339(value: str, now: datetime | None) -> Iterator[tuple[str, str]]:
    """Class and words for what is wrong with a date of Atom or JSON Feed."""
    found = _RFC3339.fullmatch(value)
    read = _read_rfc3339(found) if found else None
    if read is None:
        step = "write it as 2023-09-21T08:00:00Z"
        yield "InvalidRFC3339Date", f"{quote(value)} is no date of RFC 3339; {step}"
    else:
        yield from _check_plausible(value, read, now)


def _read_rfc3339(found: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = (int(part) for part in found.group(*range(1, 7)))
    sign, hours, minutes = found.group(7, 8, 9)
    away = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    zone = timezone(-away if sign == "-" else away)
    # 60 is a leap second (RFC 3339 section 5.6), which no Python calendar has.
    return _make((year, month, day, hour, minute, min(second, 59)), zone) if second <= 60 else None  # noqa: PLR2004 - a minute


def _make(parts: tuple[int, int, int, int, int, int], zone: timezone) -> datetime | None:
    try:
        return datetime(*parts, tzinfo=zone)
    except ValueError:
        return None


def check_rfc2822(value: str, now: datetime | None) -> Iterator[tuple[str, str]]:
    """Class and words for what is wrong with a date of RSS."""
    plain = _COMMENT.sub("", value)  # RFC 2822 section 3.2.3, as in "+0000 (UTC)"
    found = _RFC2822.fullmatch(plain) or _LOOSE.fullmatch(plain)
    read = _read_rfc2822(found) if found else None
    if found is None or read is None:
        step = "write it as Thu, 21 Sep 2023 08:00:00 +0000"
        yield "InvalidRFC2822Date", f"{quote(value)} is no date of RFC 2822; {step}"
        return
    day, zone = (found[1] or "").title(), found[8]
    if day and day != _DAYS[read.weekday()]:
        right = _DAYS[read.weekday()]
        yield "IncorrectDOW", f"{quote(value)} was a {right}; write that, or leave the weekday out"
    is_plain = zone in _PLAIN_ZONES or not zone.isalpha()
    if not is_plain or not _RFC2822.fullmatch(plain):
        words = f"{quote(value)} is in an obsolete form that some readers misread"
        yield "ProblematicalRFC822Date", f"{words}; write it as Thu, 21 Sep 2023 08:00:00 +0000"
    yield from _check_plausible(value, read, now)


def _read_rfc2822(found: re.Match[str]) -> datetime | None:
    """The date; None for one on no calendar, a year without its century, an unknown zone."""
    _, day, month, year, hour, minute, second, zone = found.groups()
    offset = _read_zone(zone.upper())
    if offset is None or len(year) != _FOUR:
        return None
    number = _MONTHS.index(month.title()) + 1
    return _make(
        (int(year), number, int(day), int(hour), int(minute), int(second or 0)), timezone(offset)
    )


def _read_zone(zone: str) -> timedelta | None:
    if zone[0] in "+-":
        hours, minutes = int(zone[1:3]), int(zone[3:])
        size = timedelta(hours=hours, minutes=minutes)
        is_real = hours < 24 and minutes < 60  # noqa: PLR2004 - of a day, of an hour
        return (-size if zone[0] == "-" else size) if is_real else None
    if len(zone) == 1 and zone != "J":
        # Military zones were misdefined; RFC 2822 section 4.3 reads them as unknown, -0000.
        return timedelta()
    hours_away = _ZONES.get(zone)
    return None if hours_away is None else timedelta(hours=hours_away)


def _check_plausible(value: str, read: datetime, now: datetime | None) -> Iterator[tuple[str, str]]:
    if read < _EARLIEST:
        words = f"{quote(value)} is before there were feeds; write the true date"
        yield "ImplausibleDate", words
    elif now is not None and read - now > _AHEAD:
        words = f"{quote(value)} lies ahead, so readers keep it on top or hide it"
        yield "ImplausibleDate", f"{words}; write the true date"
