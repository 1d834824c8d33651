"""The calendar of one month, and the ways to other days."""

from calendar import Calendar as Weeks
from collections.abc import Iterable
from datetime import date

from aggregator.core.editions import name_folder
from aggregator.core.page.values import Around, Calendar, Cell, Link


def link_day(day: date | None, root: str) -> Link | None:
    """The way to a day's edition."""
    return None if day is None else Link(root + name_folder(day), day)


def make_calendar(around: Around, newest: date | None) -> Calendar | None:
    """The month of the page's day, else of the newest; None where there are no days at all."""
    shown = around.day or newest or max(around.days, default=None)
    if shown is None or not around.days:
        return None
    weeks = Weeks().monthdatescalendar(shown.year, shown.month)
    first = shown.replace(day=1)
    before = max((day for day in around.days if day < first), default=None)
    last = max(day for week in weeks for day in week if day.month == shown.month)
    after = min((day for day in around.days if day > last), default=None)
    return Calendar(
        month=first,
        weeks=tuple(tuple(_make_week(week, first, around)) for week in weeks),
        previous=link_day(before, around.root),
        following=link_day(after, around.root),
    )


def _make_week(week: Iterable[date], first: date, around: Around) -> Iterable[Cell | None]:
    for day in week:
        has_edition = day in around.days
        href = around.root + name_folder(day) if has_edition else None
        yield Cell(day, href, day == around.day) if day.month == first.month else None
