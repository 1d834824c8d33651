"""The way to every day."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from aggregator.core.page.framing import make_frame
from aggregator.core.page.month import name_folder
from aggregator.core.page.values import Archive, Around, Cell, Kind, Year
from aggregator.core.settings import NewsfeedSettings


def make_archive(newsfeed: NewsfeedSettings, around: Around) -> Archive:
    """The page of all days that have an edition."""
    days = sorted(around.days, reverse=True)
    years = groupby(days, key=lambda day: day.year)
    return Archive(
        frame=make_frame(Kind.ARCHIVE, newsfeed, around),
        years=tuple(Year(year, tuple(_make_months(some, around.root))) for year, some in years),
    )


def _make_months(days: Iterable[date], root: str) -> Iterator[tuple[date, tuple[Cell, ...]]]:
    for first, some in groupby(days, key=lambda day: day.replace(day=1)):
        yield first, tuple(Cell(day, root + name_folder(day)) for day in sorted(some))
