"""Dates as feeds write them -> times in UTC; what cannot be read for certain is not guessed.

ISO 8601, RFC 822 and written dates in English, Russian and Armenian are read by
the patterns below (the standard library's `parsedate_tz` loses zone names that
it does not know); `dateparser` gets what is left, and only absolute dates whose
day, month and year all stand in the text.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from aggregator.core.text import clean_text, cut

_LONGEST = 100
"""Characters of a date that are read: patterns over more could be made slow."""

_FIRST_YEAR = 1990
_YEARS_AHEAD = 10
_LAST_YEAR = 9998  # a day more in any zone is still a datetime
_TOO_FAR_AHEAD = timedelta(hours=24)
_PIVOT = 50
"""Two-digit years from here on are of the last century (RFC 5322, 4.3)."""


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date in UTC, None when it cannot be read; `note` says what was wrong, "" if nothing.

    `zoneless` is set when the source's configuration could tell the zone.
    """

    at: datetime | None
    note: str = ""
    zoneless: bool = False


@dataclass(frozen=True, slots=True)
class _Written:
    """A date as written: local time, and its zone as a word or a number, "" for none."""

    local: datetime
    zone: str = ""


def read_date(text: str, now: datetime, zone: str | None, languages: Sequence[str]) -> ReadDate:
    """Read a date; `zone` is the IANA name that dates without a zone are meant in.

    Relative dates ("yesterday") are unreadable: they would need to know when
    they were written.
    """
    shown = _prepare(text)
    shape = _match_shape(shown)
    # A known shape that is no date (31 February) is not given to a bolder reader.
    found = _read_shape(shape) if shape else _read_otherwise(shown, now, languages)
    if found is None:
        return ReadDate(None, f'cannot read the date "{cut(shown, 60)}"')
    if not _FIRST_YEAR <= found.local.year <= min(now.year + _YEARS_AHEAD, _LAST_YEAR):
        return ReadDate(
            None, f'no report can be of the year {found.local.year}: "{cut(shown, 60)}"'
        )
    return _place(found, zone)


def is_too_far_ahead(at: datetime, now: datetime) -> bool:
    """Tell whether a date lies more than 24 h ahead: then it is a mistake, or an advertisement."""
    return at - now > _TOO_FAR_AHEAD


def judge_date(read: ReadDate, now: datetime) -> ReadDate:
    """Refuse a date that lies more than 24 h ahead of now."""
    if read.at is None or not is_too_far_ahead(read.at, now):
        return read
    return ReadDate(None, f"the date lies more than 24 h ahead: {read.at:%Y-%m-%d %H:%M} UTC")


def _prepare(text: str) -> str:
    """Collapse spaces, cut, and write all decimal digits and the minus sign in ASCII."""
    line = clean_text(text[: 4 * _LONGEST])[:_LONGEST].strip().replace("\u2212", "-")
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in line)


# ------------------------------------------------------------- as it is written

_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?(?![^\W\d_]))?"
)
_ZONE = r"(?:[A-Za-z]{1,3}\s?)?[+-]\d[\d:]*(?:\s?\(.*\))?|\(?[^\W\d_]{1,5}\)?"
_TAIL = rf"(?:[,\sT]\s*(?:at\s|в\s|-\s)?\s*{_TIME})?(?:\s*(?P<zone>{_ZONE}))?"
_WEEKDAY = r"(?:[^\W\d_]+\.?,?\s)?\s*"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|-ին)?"
_WORD = r"(?P<word>[^\W\d_]+)\.?"
_YEAR = r"(?P<year>\d{4}|\d{2}(?!\d|:))(?:\s?(?:года|г\.?|թ\.?))?"

_WRITTEN = tuple(
    re.compile(pattern + _TAIL)
    for pattern in (
        rf"{_WEEKDAY}{_DAY}[\s\-./]\s?{_WORD}[\s\-,./]\s?{_YEAR}",  # 21 Sep 2023; RFC 822
        rf"{_WEEKDAY}{_WORD}\s{_DAY}(?:,\s?|\s){_YEAR}",  # September 21,2023
        rf"(?P<year>\d{{4}})(?:\s?թ\.?|[,.])?\s{_WORD}\s{_DAY}",  # 2023 թ. սեպտեմբերի 21
        rf"{_WEEKDAY}{_DAY}\.(?P<month>\d{{1,2}})\.{_YEAR}",  # 21.09.2023
    )
)
# "Thu Sep 21 22:03:00 +0400 2023", as C's ctime() and some interfaces write it.
_CTIME = re.compile(
    rf"{_WEEKDAY}{_WORD}\s{_DAY}\s{_TIME}(?:\s(?P<zone>[A-Z]{{1,5}}|[+-]\d{{4}}))?\s(?P<year>\d{{4}})"
)
_ISO = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2}|\d{8}|\d{4}/\d{2}/\d{2})"
    r"(?:(?:[Tt]|\s)\s?(\d{1,2}:?\d{2}(?::?\d{2})?)(?:[.,]\d+)?)?\s?(" + _ZONE + ")?"
)

_MONTHS = (
    ("jan", "january", "янв", "январь", "января", "հնվ", "հունվար", "հունվարի"),
    ("feb", "february", "фев", "февр", "февраль", "февраля", "փտվ", "փետ", "փետրվար", "փետրվարի"),
    ("mar", "march", "мар", "март", "марта", "մրտ", "մարտ", "մարտի"),
    ("apr", "april", "апр", "апрель", "апреля", "ապր", "ապրիլ", "ապրիլի"),
    ("may", "май", "мая", "մյս", "մայ", "մայիս", "մայիսի"),
    ("jun", "june", "июн", "июнь", "июня", "հնս", "հունիս", "հունիսի"),
    ("jul", "july", "июл", "июль", "июля", "հլս", "հուլ", "հուլիս", "հուլիսի"),
    ("aug", "august", "авг", "август", "августа", "օգս", "օգոս", "օգոստոս", "օգոստոսի"),
    ("sep", "sept", "september", "сен", "сент", "сентябрь", "сентября",
     "սեպ", "սեպտ", "սեպտեմբեր", "սեպտեմբերի"),
    ("oct", "october", "окт", "октябрь", "октября", "հոկ", "հոկտ", "հոկտեմբեր", "հոկտեմբերի"),
    ("nov", "november", "ноя", "нояб", "ноябрь", "ноября", "նոյ", "նոյեմբեր", "նոյեմբերի"),
    ("dec", "december", "дек", "декабрь", "декабря", "դեկ", "դեկտ", "դեկտեմբեր", "դեկտեմբերի"),
)  # fmt: skip
_MONTH_OF = {
    name.casefold(): number for number, names in enumerate(_MONTHS, start=1) for name in names
}


def _match_shape(text: str) -> re.Match[str] | None:
    """Return how a text matches the first of our shapes, if its month is one we know."""
    matches = (shape.fullmatch(text) for shape in (_ISO, *_WRITTEN, _CTIME))
    known = (match for match in matches if match is not None and _knows_month(match))
    return next(known, None)


def _knows_month(found: re.Match[str]) -> bool:
    return "word" not in found.re.groupindex or _fold(found["word"]) in _MONTH_OF


def _read_shape(found: re.Match[str]) -> _Written | None:
    return _read_iso(found) if found.re is _ISO else _read_parts(found)


def _read_iso(found: re.Match[str]) -> _Written | None:
    date, time, zone = found.groups()
    clock = "".join(part.zfill(2) for part in time.split(":")) if time else "0000"
    clock = clock.zfill(4)
    hour, minute, second = int(clock[:2]), int(clock[2:4]), int(clock[4:6] or 0)
    return _build(_split_date(date), (hour, minute, second), zone)


def _split_date(date: str) -> tuple[int, int, int]:
    if date.isdecimal():
        return int(date[:4]), int(date[4:6]), int(date[6:])
    year, month, day = re.split("[-/]", date)
    return int(year), int(month), int(day)


def _read_parts(found: re.Match[str]) -> _Written | None:
    parts = found.groupdict()
    month = int(parts["month"]) if parts.get("month") else _MONTH_OF[_fold(parts["word"])]
    clock = (_read_hour(parts), int(parts["minute"] or 0), int(parts["second"] or 0))
    return _build((_full_year(parts["year"]), month, int(parts["day"])), clock, parts["zone"])


def _fold(word: str | None) -> str:
    return (word or "").casefold()


def _full_year(year: str) -> int:
    value = int(year)
    return value if len(year) > 2 else value + (1900 if value >= _PIVOT else 2000)  # noqa: PLR2004 - two digits are two digits


def _read_hour(parts: dict[str, str | None]) -> int:
    hour, half = int(parts["hour"] or 0), _fold(parts["half"])
    if not half:
        return hour
    # 13 p.m. does not exist; 99 is refused when the time is built.
    return hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else 99  # noqa: PLR2004 - a clock has twelve hours


def _build(
    date: tuple[int, int, int], clock: tuple[int, int, int], zone: str | None
) -> _Written | None:
    # Midnight may be the end of a day (ISO 8601, 4.2.3 of 2004), one second later no more.
    days = timedelta(days=1 if clock == (24, 0, 0) else 0)
    hour, minute, second = (0, 0, 0) if days else clock
    try:
        # A leap second (RFC 3339, 5.6) is counted to the one before.
        local = datetime(*date, hour, minute, 59 if second == 60 else second) + days  # noqa: DTZ001, PLR2004 - its zone is read next
    except (ValueError, OverflowError):  # 31 February
        return None
    return _Written(local, (zone or "").strip())


# --------------------------------------------------------------------- the zone

_OFFSET = re.compile(
    r"(?:GMT|UTC?|Z)?\s?([+-])(\d{1,2})(?::?(\d{2}))?(?:\s?\(.*\))?", re.IGNORECASE
)
_WIDEST = timedelta(hours=14)

_HOURS: dict[str, float] = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2,
    "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "МСК": 3, "MSD": 4, "TRT": 3, "SAMT": 4,
    "AZT": 4, "AZST": 5, "GET": 4, "IRST": 3.5, "IRDT": 4.5, "EST": -5, "EDT": -4, "CST": -6,
    "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
    "AST": -4, "ADT": -3, "BRT": -3, "ART": -3, "PKT": 5, "UZT": 5, "NPT": 5.75, "ICT": 7,
    "HKT": 8, "SGT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "SAST": 2, "CAT": 2, "EAT": 3, "WAT": 1, "IDT": 3,
}  # fmt: skip

# Names that two parts of the world use: (start of the source's zone, hours), in order.
_SHARED: dict[str, tuple[tuple[str, float], ...]] = {
    "AMT": (("Asia/", 4), ("America/", -4)),
    "AMST": (("Asia/", 5), ("America/", -3)),
    "IST": (("Asia/Jerusalem", 2), ("Asia/Tel_Aviv", 2), ("Asia/", 5.5), ("Europe/", 1)),
    "GST": (("Asia/", 4), ("Atlantic/", -2)),
    "CST": (("Asia/", 8), ("America/Havana", -5), ("", -6)),
    "BST": (("Asia/", 6), ("", 1)),
    "AST": (("Asia/", 3), ("", -4)),
    "SST": (("Asia/", 8), ("Pacific/", -11)),
}


def _place(found: _Written, zone: str | None) -> ReadDate:
    """Put a written date on the time line."""
    own = _read_zone(found, zone)
    if own is not None:
        return ReadDate(found.local.replace(tzinfo=own).astimezone(UTC))
    unknown = f'the zone "{cut(found.zone, 20)}" is not known for certain' if found.zone else ""
    place = _load_zone(zone)
    if place is not None:
        note = f"{unknown}; read in {zone}" if unknown else ""
        return ReadDate(found.local.replace(tzinfo=place).astimezone(UTC), note)
    what = unknown or "date without a zone"
    note = f"{what}; read as UTC; set `timezone:` for this source"
    return ReadDate(found.local.replace(tzinfo=UTC), note, zoneless=True)


def _read_zone(found: _Written, zone: str | None) -> tzinfo | None:
    offset = _OFFSET.fullmatch(found.zone)
    if offset is not None:
        return _read_offset(offset)
    name = found.zone.strip("() ").upper()
    hours = _hours_of(name, zone or "")
    if hours is not None:
        return timezone(timedelta(hours=hours))
    place = _load_zone(zone)
    # The source's own abbreviation, whatever it means elsewhere.
    return place if place and name and found.local.replace(tzinfo=place).tzname() == name else None


def _read_offset(found: re.Match[str]) -> tzinfo | None:
    sign, hours, minutes = found.groups()
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-size if sign == "-" else size) if size <= _WIDEST else None


def _hours_of(name: str, zone: str) -> float | None:
    if name not in _SHARED:
        return _HOURS.get(name)
    return next((hours for start, hours in _SHARED[name] if zone.startswith(start)), None)


def _load_zone(zone: str | None) -> ZoneInfo | None:
    """Load a zone; the zone data is part of the language, so this is not counted as I/O."""
    try:
        return ZoneInfo(zone) if zone else None
    except (KeyError, ValueError, OSError):  # unknown; "../x"; "Asia", which is a folder
        return None


# --------------------------------------------------------------- everything else

_UNIX = re.compile(r"(\d{10})(?:\d{3}|\.\d{1,9})?", re.ASCII)
"""Seconds, or milliseconds, since 1970: no calendar date is written with so many digits."""
_EITHER_WAY = re.compile(r"\D*(0?[1-9]|1[0-2])[/-](0?[1-9]|1[0-2])[/-]\d{4}.*")
_ZONE_AT_END = re.compile(r"(?<=\d)\s*(?:[+-]\d{2}:?\d{2}|[A-Z]{1,5}|\([A-Z]{1,5}\))$")


def _read_otherwise(text: str, now: datetime, languages: Sequence[str]) -> _Written | None:
    """Read Unix time, or ask dateparser with the zone taken off: it knows one of each name."""
    unix = _UNIX.fullmatch(text)
    if unix is not None:
        return _Written(datetime.fromtimestamp(int(unix[1]), UTC).replace(tzinfo=None), "Z")
    numbers = _EITHER_WAY.fullmatch(text)
    if numbers is not None and int(numbers.group(1)) != int(numbers.group(2)):
        return None  # 09/10/2023 is two days: a wrong date is worse than none
    tail = _ZONE_AT_END.search(text)
    zone = tail.group().strip() if tail and tail.group().strip() not in {"AM", "PM"} else ""
    local = _ask_dateparser(text.removesuffix(zone).strip(), now, languages)
    # What it made of other calendars or of Roman numerals is not believed.
    return _Written(local, zone) if local and str(local.year) in text else None


def _ask_dateparser(text: str, now: datetime, languages: Sequence[str]) -> datetime | None:
    # Imported here: it takes a quarter of a second, and few feeds need it.
    import dateparser  # noqa: PLC0415 - see above
    from dateparser.data.languages_info import language_order  # noqa: PLC0415 - see above

    asked = dict.fromkeys([*(tag.partition("-")[0].lower() for tag in languages), "en"])
    settings: dict[str, Any] = {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    known = [tag for tag in asked if tag in language_order]
    try:
        found = dateparser.parse(text, languages=known, settings=settings)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # None was seen in 6,000 made-up dates; a date that its parser fails on is unreadable.
        return None
    return found if isinstance(found, datetime) else None
