"""The ways to every day and to every folder."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from aggregator.core.editions import name_folder
from aggregator.core.page.framing import make_frame, make_menu
from aggregator.core.page.values import Archive, Around, Cell, Kind, Listing, Year
from aggregator.core.settings import NewsfeedSettings


def make_archive(newsfeed: NewsfeedSettings, around: Around) -> Archive:
    """The page of all days that have an edition."""
    days = sorted(around.days, reverse=True)
    years = groupby(days, key=lambda day: day.year)
    return Archive(
        frame=make_frame(Kind.ARCHIVE, newsfeed, around),
        years=tuple(Year(year, tuple(_make_months(some, around.root))) for year, some in years),
    )


def make_listing(kind: Kind, newsfeed: NewsfeedSettings, around: Around) -> Listing:
    """The page of all folders of one kind, which stands above them: all sources, all tags."""
    return Listing(make_frame(Kind.LISTING, newsfeed, around), make_menu(kind, around))


def _make_months(days: Iterable[date], root: str) -> Iterator[tuple[date, tuple[Cell, ...]]]:
    for first, some in groupby(days, key=lambda day: day.replace(day=1)):
        yield first, tuple(Cell(day, root + name_folder(day)) for day in sorted(some))
