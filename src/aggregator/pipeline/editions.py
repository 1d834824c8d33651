"""Day editions: stories are given places, days close, and files of days are made."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from aggregator.core import reuse, stories, takedowns
from aggregator.core.edition import make_day
from aggregator.core.editions import CLOSED, Almanac, close_days, find_day, find_next_close, place
from aggregator.core.fulltext import unfold
from aggregator.core.likeness import Window
from aggregator.core.model import Day, FeedHead, Grave, Order, Report, Story
from aggregator.core.origin import Known
from aggregator.core.page import Kind
from aggregator.core.settings import Config
from aggregator.edges.render import render_feeds
from aggregator.edges.store import Store
from aggregator.pipeline.news import News
from aggregator.pipeline.paging import Site
from aggregator.pipeline.selecting import Selection, tell
from aggregator.pipeline.writing import Sheets

_MOST_DAYS = 40
"""Days whose files are made in one publishing; what is left is made by the next one."""
_WHY = {"takedown": "takedown", "undo": "takedown undone"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the editions of one publishing are made with; `prefix` begins minted ids."""

    config: Config
    store: Store
    prefix: str
    feed_id: str
    born: datetime
    now: datetime
    chosen: Selection

    @property
    def known(self) -> Known:
        """The sources by what points at them."""
        return self.chosen.known

    @property
    def zone(self) -> str:
        """Where a day begins and ends."""
        return self.config.newsfeed.timezone


def list_new(desk: Desk, news: News) -> tuple[Story, ...]:
    """The stories that are new or changed, or stand in the live feed, and may be shown."""
    names, live = news.names, {story.id for story in desk.chosen.stories}
    ways = (
        desk.chosen.maker.make(story)
        for story in desk.chosen.found
        if story.id in live or any(one.entry.name in names for one in story.members)
    )
    return tuple(story for story in ways if story)


def settle_places(
    desk: Desk,
    some: Sequence[Story],
    merged: Sequence[tuple[str, str]],
    orders: Sequence[Order],
    news: News,
) -> Almanac:
    """The places of these stories and the days as they are from now on."""
    left = {order.story_id for order in orders if order.story_id}
    almanac = _open_almanac(desk, some, {*left, *(one for pair in merged for one in pair)})
    touched = {
        story.id
        for story in some
        if any(one.entry.name in news.names for one in story.members) or story.id in left
    }
    place(some, touched, dict(merged), almanac)
    for order in orders:
        for day in almanac.places.get(order.story_id or "", ()):
            almanac.touch(day, _WHY[order.act])
    _touch_more(desk, almanac, news)
    almanac.open_new()
    changed = close_days(
        almanac.days.values(), desk.now, desk.config.newsfeed.close_after, desk.zone
    )
    almanac.days.update((day.date, day) for day in changed)
    return almanac


def _open_almanac(desk: Desk, some: Iterable[Story], others: Collection[str]) -> Almanac:
    """What is known of the places that these stories have or may get."""
    own = tuple(some)
    places = desk.store.days.load_places({*(story.id for story in own), *others})
    leads = [story.lead.entry for story in own]
    times = {desk.now, *(one.sort_at for one in leads), *(one.first_seen for one in leads)}
    times |= {story.updated for story in own}
    wanted = {find_day(at, desk.zone) for at in times}.union(*places.values())
    known = (*desk.store.days.load(wanted), *desk.store.days.load_at_work())
    return Almanac({day.date: day for day in known}, places, desk.now, desk.zone)


def call_for_all(store: Store) -> None:
    """Have the next publishings make the files of every day anew, closed ones too."""
    store.days.note_made(replace(day, due="build --all") for day in store.days.load())


def _touch_more(desk: Desk, almanac: Almanac, news: News) -> None:
    """Have days made anew for what no story says: terms, and settings."""
    store = desk.store
    if news.is_reset:
        for known in tuple(almanac.days.values()):
            if not known.is_closed:
                almanac.touch(known.date, "settings")
    if news.terms:
        hit = store.days.load_days_of(news.terms)
        almanac.days.update((d.date, d) for d in store.days.load(hit - almanac.days.keys()))
        for one in hit:
            almanac.touch(one, f"changed terms: {', '.join(sorted(news.terms))[:200]}")


def print_days(desk: Desk, sheets: Sheets, site: Site) -> bool:
    """Make the files of the days that are due, the newest first; whether some are left."""
    due = [day for day in desk.store.days.load_at_work() if day.due]
    due.sort(key=lambda day: (day.is_closed, -day.number))
    now, later = due[:_MOST_DAYS], due[_MOST_DAYS:]
    stood = {day.date: desk.store.days.load_stories(day.date) for day in now}
    open_ids = {one for day in now if not day.is_closed for one in stood[day.date]}
    told = _tell_open(desk, open_ids)
    for day in now:
        found = _tell_closed(desk, stood[day.date]) if day.is_closed else told
        with sheets.going_on():
            _print_day(desk, day, [one for one in found if one.id in stood[day.date]], sheets, site)
            _note_made(desk, day)
    return bool(later)


def _note_made(desk: Desk, day: Day) -> None:
    """Remember that a day's files are made; what changed a closed one is in its record."""
    changes = day.changes
    if day.is_closed and day.due != CLOSED:
        changes = (*changes, (desk.now, day.due))
    desk.store.days.note_made([replace(day, due="", changes=changes)])


def _print_day(desk: Desk, day: Day, told: Sequence[Story], sheets: Sheets, site: Site) -> None:
    maker = desk.chosen.maker
    ways = (maker.make(story) for story in told)
    shown = [story for story in ways if story]
    made = [maker.made[story.id] for story in shown]
    ids = desk.store.days.load_stories(day.date)
    graves = _find_graves(desk, ids, {story.id for story in shown})
    beside = desk.store.days.load_beside(day.number)
    edition = make_day(day, shown, desk.config.newsfeed, desk.feed_id, graves, beside)
    outputs = render_feeds(edition, [one.fragments for one in made])
    pages = site.make(Kind.DAY, edition, shown, [one.shown for one in made], day=day.date)
    sheets.print(edition, outputs, [one.owed for one in made], day.date.isoformat(), pages)


def _find_graves(desk: Desk, ids: Collection[str], alive: Collection[str]) -> tuple[Grave, ...]:
    """The tombstones of the stories of a day that were taken down, for as long as it stands."""
    left = desk.chosen.told.left
    owned = {story_id: name for story_id, name in left.owned.items() if story_id in ids}
    return takedowns.bury(owned, left.standing, (), alive, None)


def _tell_open(desk: Desk, ids: Collection[str]) -> tuple[Story, ...]:
    """The stories of open days, told with all that is new."""
    if not ids:
        return ()
    chosen = desk.chosen
    chosen.pool.read_about(*desk.store.load_told(ids))
    told = tell(chosen.pool, desk.store, desk.prefix, chosen.known, desk.now)
    chosen.maker.succession = told.succession
    return told.stories


def _tell_closed(desk: Desk, ids: Collection[str]) -> tuple[Story, ...]:
    """The stories of a closed day as they were published together.

    A window that holds nothing: reports that cannot be compared stay with what
    they were published with.
    """
    store, sources = desk.store, {one.id: one for one in desk.config.sources}
    heads = desk.chosen.pool.heads
    entries = [unfold(one) for one in store.load_told(ids) if one.source_id in sources]
    reports = [
        Report(one, sources[one.source_id], heads.get(one.source_id) or FeedHead())
        for one in entries
    ]
    memberships = store.load_memberships(entries)
    left = desk.chosen.told.left
    kept = takedowns.leave_out(reports, left.standing)
    living = takedowns.forget_dead(memberships, left.owned)
    is_held = partial(reuse.is_held, known=desk.chosen.known, now=desk.now)
    found = stories.combine(kept, living, ids, desk.prefix, Window(), is_held)
    desk.chosen.maker.succession = stories.Succession(
        living, Window(), is_held, {*ids, *stories.list_given(living)}, desk.prefix
    )
    parted = takedowns.list_parted(left.standing, memberships)
    return tuple(takedowns.renew(story, left.lifted, parted) for story in found)


def retell(desk: Desk, ids: Collection[str]) -> dict[str, Story]:
    """These stories by their ids: as they are told now, the others as they were published."""
    found = {story.id: story for story in desk.chosen.found if story.id in ids}
    missing = set(ids) - found.keys()
    older = _tell_closed(desk, missing) if missing else ()
    return found | {story.id: story for story in older if story.id in missing}


def find_close(config: Config, store: Store) -> datetime | None:
    """When a day may close next; None when none is open."""
    newsfeed = config.newsfeed
    return find_next_close(store.days.load_at_work(), newsfeed.close_after, newsfeed.timezone)


def find_next_end(config: Config, now: datetime) -> datetime | None:
    """When the next permission ends that closed days may have been published under."""
    ends = [one.reuse.until for one in config.sources if one.reuse.until]
    return min((at for at in ends if at > now), default=None)
