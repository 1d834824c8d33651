"""Dates in words, in each language of the interface.

Tables and nothing else: a locale would be the machine's. The orders are those
of CLDR's long forms; in Armenian and Russian a month beside a day stands in
the genitive, alone in the nominative.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from aggregator.core.phrases import choose_phrases


@dataclass(frozen=True, slots=True)
class _Forms:
    """How one language writes dates; names are parted by spaces, weekdays begin with Monday."""

    near: str
    day: str
    full: str
    months: str
    weekdays: str
    short: str


_FORMS = {
    "en": _Forms(
        near="{month} {day}",
        day="{month} {day}, {year}",
        full="{weekday}, {month} {day}, {year}",
        months=choose_phrases("en").months,
        weekdays="Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        short="Mo Tu We Th Fr Sa Su",
    ),
    "hy": _Forms(
        near="{day} {month}",
        day="{day} {month}, {year} թ.",
        full="{day} {month}, {year} թ., {weekday}",
        months="հունվար փետրվար մարտ ապրիլ մայիս հունիս հուլիս օգոստոս սեպտեմբեր հոկտեմբեր նոյեմբեր"
        " դեկտեմբեր",
        weekdays="երկուշաբթի երեքշաբթի չորեքշաբթի հինգշաբթի ուրբաթ շաբաթ կիրակի",
        short="երկ երք չրք հնգ ուր շբթ կիր",
    ),
    "ru": _Forms(
        near="{day} {month}",
        day="{day} {month} {year} г.",
        full="{weekday}, {day} {month} {year} г.",
        months="январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
        weekdays="понедельник вторник среда четверг пятница суббота воскресенье",
        short="пн вт ср чт пт сб вс",
    ),
}

LANGUAGES = tuple(_FORMS)
"""The languages in which a page can be written."""


def order_languages(newsfeed: str) -> tuple[str, ...]:
    """The languages of the interface, first the newsfeed's, or English where it has no words."""
    first = newsfeed.lower().partition("-")[0]
    return tuple(sorted(LANGUAGES, key=lambda one: (one != first, LANGUAGES.index(one))))


def localise(at: datetime, zone: str) -> datetime:
    """The time in a zone; at the ends of the calendar, where zones lead out of it, in its own."""
    try:
        return at.astimezone(ZoneInfo(zone))
    except OverflowError:
        return at


def write_day(day: date, language: str) -> str:
    """A day, as "September 21, 2023"."""
    return _fill(_FORMS[language].day, day, language)


def write_near_day(day: date, language: str) -> str:
    """A day whose year is clear, as "September 21"."""
    return _fill(_FORMS[language].near, day, language)


def write_full_day(day: date, language: str) -> str:
    """A day with its weekday, as "Thursday, September 21, 2023"."""
    return _open(_fill(_FORMS[language].full, day, language))


def write_time(at: datetime, language: str) -> str:
    """A local time, as "September 21, 2023, 22:03"."""
    return f"{write_day(at.date(), language)}, {at:%H:%M}"


def write_month(month: date, language: str) -> str:
    """A month alone, as "September 2023"."""
    return _open(f"{_FORMS[language].months.split()[month.month - 1]} {month.year}")


def write_weekdays(language: str) -> tuple[tuple[str, str], ...]:
    """Each weekday from Monday on, short and in full."""
    forms = _FORMS[language]
    return tuple(zip(forms.short.split(), forms.weekdays.split(), strict=True))


def _fill(form: str, day: date, language: str) -> str:
    return form.format(
        day=day.day,
        month=choose_phrases(language).months.split()[day.month - 1],
        year=day.year,
        weekday=_FORMS[language].weekdays.split()[day.weekday()],
    )


def _open(words: str) -> str:
    """With a capital at the start: it stands alone, as a heading does."""
    return words[:1].upper() + words[1:]
