"""How a report came, which rules it met, why it stands in its story, and where that stands.

`terms` puts a source's terms into words, `places` says whether a report is in
the live feed and why, `telling` why it is in its story and others are not,
`edits` and `passages` what its source changed in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.core.explaining.edits import Edit, StoryTime, tell_edits, tell_time
from aggregator.core.explaining.places import Page, Place, find_place
from aggregator.core.explaining.telling import Apart, Evidence, Told, tell_apart, tell_story
from aggregator.core.explaining.terms import describe_terms
from aggregator.core.likeness import Compared, Key, Window
from aggregator.core.model import Entry, FetchState, Order, Report, Story, Version
from aggregator.core.origin import Known
from aggregator.core.reuse import explain_hold, find_release, judge
from aggregator.core.rules import list_feeds
from aggregator.core.settings import FeedSettings

__all__ = [
    "Apart",
    "Edit",
    "Evidence",
    "Explanation",
    "Facts",
    "Page",
    "Place",
    "StoryTime",
    "Told",
    "explain",
]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a report.

    `report` is None where the configuration does not name its source; `story`
    where it stands in none. `orders` are the takedowns in effect for it,
    `left_out` why the filters do not take it, "" where they do,
    `published_as` the id under which it was last published, `compared` what of
    the `window` it was compared with, `entries` those that may be told of; times are
    said in the `zone`. `versions` are what it said before its edits, `feeds` those by rule,
    `days` those in whose editions its story stands.
    """

    entry: Entry
    report: Report | None
    state: FetchState | None
    orders: tuple[Order, ...]
    left_out: str
    published_as: str | None
    story: Story | None
    page: Page
    window: Window
    compared: Mapping[Key, Compared]
    entries: Sequence[Entry]
    known: Known
    zone: str = "UTC"
    versions: Sequence[Version] = ()
    feeds: Sequence[FeedSettings] = ()
    days: Sequence[date] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is to be said of a report; `state` is that of its source.

    `terms` are those that hold for it now, in words; before `release` they let
    nothing be shown. One that is not compared is too old for it, or stands in
    no story. `place` and `why` are about the live feed. `edits` are those that
    are remembered, without words while it is taken down; `time` is its story's,
    and `feeds` are those by rule that take its story, each with the reason. `days`
    are the editions that the story stands in.
    """

    entry: Entry
    state: FetchState | None
    terms: tuple[str, ...]
    release: datetime | None
    orders: tuple[Order, ...]
    published_as: str | None
    story: Told | None
    apart: tuple[Apart, ...]
    is_compared: bool
    place: Place
    why: str
    edits: tuple[Edit, ...] = ()
    time: StoryTime | None = None
    feeds: tuple[tuple[str, str], ...] = ()
    days: tuple[date, ...] = ()


def explain(facts: Facts, now: datetime) -> Explanation:
    """The explanation that these facts make."""
    standing = judge(facts.report, facts.known, now) if facts.report else None
    place, why = find_place(
        facts.story, facts.orders, facts.page, facts.left_out, is_known=standing is not None
    )
    shown = None if place is Place.HELD else facts.story
    if place is Place.SHOWN and (hold := _find_own_hold(facts, now)):
        place, why = Place.HELD, f"{hold}; its story is in the live feed without it"
    return Explanation(
        entry=facts.entry,
        state=facts.state,
        terms=describe_terms(standing, now, facts.zone) if standing else (),
        release=find_release(standing.carrier, standing.terms) if standing else None,
        orders=facts.orders,
        published_as=facts.published_as,
        story=tell_story(facts.story, facts.entry, facts.window) if facts.story else None,
        apart=tell_apart(facts.compared, facts.entries),
        is_compared=facts.entry.name in facts.window,
        place=place,
        why=why,
        edits=tell_edits(facts.versions, facts.entry, is_out=bool(facts.orders)),
        time=tell_time(facts.versions, facts.entry, facts.story),
        feeds=list_feeds(shown, facts.feeds, now) if shown else (),
        days=tuple(sorted(facts.days)),
    )


def _find_own_hold(facts: Facts, now: datetime) -> str:
    """Why a report that does not lead its story is not named in it, "" where it is."""
    if facts.report is None or facts.story is None:
        return ""
    if facts.story.lead.entry.name == facts.entry.name:
        return ""
    groups = ((facts.story.lead, *facts.story.others), *facts.story.also)
    own = next(
        (group for group in groups if any(one.entry.name == facts.entry.name for one in group)), ()
    )
    copies = [one for one in own if one.entry.name != facts.entry.name]
    return explain_hold(facts.report, copies, facts.known, now)
