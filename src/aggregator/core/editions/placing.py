"""Which editions a story stands in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from aggregator.core.editions.closing import open_day
from aggregator.core.editions.days import find_day
from aggregator.core.model import Day, Story

_CHANGED = "changed"


@dataclass(slots=True)
class Almanac:
    """The days there are, the places of stories, and what is decided about both."""

    days: dict[date, Day]
    places: dict[str, set[date]]
    now: datetime
    zone: str
    placed: list[tuple[str, date]] = field(default_factory=list)
    removed: list[tuple[str, date]] = field(default_factory=list)
    changed: set[date] = field(default_factory=set)

    def find_open(self, wanted: Iterable[datetime]) -> date:
        """The first of these times' days that is not closed, else today, else the day after all."""
        for at in (*wanted, self.now):
            day = find_day(at, self.zone)
            if not self._is_closed(day):
                return day
        # The clock was set back to a day that is closed.
        return max(self.days) + timedelta(days=1)

    def list_open(self, story_id: str) -> list[date]:
        """The open days that a story stands in."""
        return [day for day in self.places.get(story_id, ()) if not self._is_closed(day)]

    def find_closing(self, story_id: str) -> datetime | None:
        """When the last closed day that a story stands in closed; None for none."""
        known = (self.days.get(day) for day in self.places.get(story_id, ()))
        return max((day.closed for day in known if day and day.closed), default=None)

    def find_last_closed(self) -> Day | None:
        """The end of the chain of archives; None before any day has closed."""
        closed = (day for day in self.days.values() if day.is_closed)
        return max(closed, key=lambda day: day.number, default=None)

    def put(self, story_id: str, day: date) -> None:
        """Give a story a place in a day."""
        if day not in self.places.setdefault(story_id, set()):
            self.places[story_id].add(day)
            self.placed.append((story_id, day))
            self.touch(day)

    def take(self, story_id: str, day: date) -> None:
        """Take a story from a day."""
        self.places[story_id].discard(day)
        self.removed.append((story_id, day))
        self.touch(day)

    def touch(self, day: date, why: str = _CHANGED) -> None:
        """Have the files of a day made anew; a day that is new joins the chain later."""
        self.changed.add(day)
        if day in self.days and not self.days[day].due:
            self.days[day] = replace(self.days[day], due=why)

    def open_new(self) -> None:
        """Put the days that were never published before into the chain, the oldest first."""
        for day in sorted(self.changed - self.days.keys()):
            self.days[day] = open_day(day, self.days.values(), self.now)

    def _is_closed(self, day: date) -> bool:
        known = self.days.get(day)
        return known is not None and known.is_closed


def place(
    stories: Iterable[Story],
    touched: Collection[str],
    merged: Mapping[str, str],
    almanac: Almanac,
) -> None:
    """Give each story its places; `touched` are ids of stories that changed.

    `merged` are ids that gave way to another: they leave the open days, where
    that one takes over. A story all of whose days are closed stands in an open
    one again when it was corrected since.
    """
    for left, stays in merged.items():
        for day in almanac.list_open(left):
            almanac.take(left, day)
            if not almanac.list_open(stays):
                almanac.put(stays, day)
    for story in stories:
        _place(story, almanac)
        if story.id in touched:
            for day in almanac.list_open(story.id):
                almanac.touch(day)


def _place(story: Story, almanac: Almanac) -> None:
    lead = story.lead.entry
    if not almanac.places.get(story.id):
        almanac.put(story.id, almanac.find_open((lead.sort_at, lead.first_seen)))
        return
    closed = almanac.find_closing(story.id)
    if closed and story.updated > closed and not almanac.list_open(story.id):
        almanac.put(story.id, almanac.find_open((story.updated,)))
