"""Gives the places of the live feed to stories that may be shown and can be made."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from aggregator.core.audit import Due, find_due
from aggregator.core.fairness import choose, find_most
from aggregator.core.model import Held, Shown, Story
from aggregator.core.origin import Known
from aggregator.core.reuse import present
from aggregator.core.settings import Config, NewsfeedSettings
from aggregator.core.stories import Succession
from aggregator.edges.render import Fragments, Unrenderable, render_story
from aggregator.pipeline.inspecting import find_fault
from aggregator.pipeline.proving import find_breach

_MOST_KEPT = 500
"""Stories whose fragments are remembered from one publishing to the next, about 10 kB each."""
_RENDERED: dict[tuple[Shown, Due], Fragments] = {}
_MOST_LEADS = 5
"""Reports of one story that are tried: more that cannot be shown, and the fault is elsewhere."""

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Picked:
    """The stories that have a place, with their fragments and what they owe; those that have none.

    `held` may not be shown, `passed_over` gave way to stories of other sources.
    While it is not settled, older stories may have a claim to a place.
    """

    stories: tuple[Story, ...]
    shown: tuple[Shown, ...]
    fragments: tuple[Fragments, ...]
    owed: tuple[Due, ...]
    held: tuple[Held, ...]
    passed_over: tuple[Story, ...]
    is_settled: bool


def pick(found: Sequence[Story], config: Config, maker: "Maker", *, is_all: bool) -> Picked:
    """The newest stories that may be shown, as many as there are places.

    Where no valid entry can be made of its lead, the next of a story's reports
    leads it. A story that its terms forbid, or of which none can be made, costs
    its own place only: the next one takes it. `is_all` says that there are no
    older ones.
    """
    newsfeed = config.newsfeed
    most = find_most(newsfeed.items, newsfeed.max_share, len(config.sources))
    chosen = choose(found, newsfeed.items, most, maker.make, is_all=is_all)
    made = [maker.made[story.id] for story in chosen.stories]
    return Picked(
        chosen.stories,
        tuple(one.shown for one in made),
        tuple(one.fragments for one in made),
        tuple(one.owed for one in made),
        tuple(held for story in found for held in maker.held.get(story.id, ())),
        chosen.passed_over,
        chosen.is_settled,
    )


@dataclass(frozen=True, slots=True)
class Made:
    """A story as its sources' terms let it be shown, in each format, and what it owes."""

    shown: Shown
    fragments: Fragments
    owed: Due


@dataclass(slots=True)
class Maker:
    """Makes entries of stories, and remembers what came of each, by the story's id.

    A story that is told otherwise than before is made anew. The `succession` is
    that of the stories at hand.
    """

    newsfeed: NewsfeedSettings
    now: datetime
    known: Known
    told: dict[str, tuple[Story, Story | None]] = field(default_factory=dict)
    succession: Succession | None = None
    made: dict[str, Made] = field(default_factory=dict)
    held: dict[str, tuple[Held, ...]] = field(default_factory=dict)

    def make(self, story: Story) -> Story | None:
        """The story as it is shown: by the first of its reports that an entry can be made of."""
        known = self.told.get(story.id)
        if known is None or not any(_are_same(story, one) for one in known):
            self.made.pop(story.id, None)
            known = self.told[story.id] = story, self._find_way(story)
        return known[1]

    def find_shown(self, story: Story) -> Story:
        """The story as it is shown where that was asked, else as it was told."""
        _, shown = self.told.get(story.id, (story, None))
        return story if shown is None else shown

    def _find_way(self, story: Story) -> Story | None:
        failed: dict[Name, Held] = {}
        ways: tuple[Story, ...] = (story,)
        shown: Story | None = None
        while ways and shown is None and len(failed) < _MOST_LEADS:
            made = self._make_any(ways)
            if isinstance(made, Story):
                shown = made
            else:
                failed[ways[0].lead.entry.name] = made
                heirs = self.succession
                ways = heirs.list_heirs(story, failed) if heirs else ()
        self.held[story.id] = tuple(failed.values())
        return shown

    def _make_any(self, ways: Sequence[Story]) -> Story | Held:
        """The first of these that an entry can be made of, else why none can of the last."""
        faults = []
        for way in ways:
            fault = self._make(way)
            if fault is None:
                return way
            faults.append(fault)
        return faults[-1]

    def _make(self, story: Story) -> Held | None:
        """Make the entry of a story; why that is not possible."""
        zone = self.newsfeed.timezone
        shown = present(story, zone, self.now, self.newsfeed.language, self.known)
        if isinstance(shown, Held):
            return shown
        due = find_due(story, zone, self.now, self.known)
        made = _render(shown, due, self.now)
        if isinstance(made, Unrenderable):
            entry = story.lead.entry
            return Held(entry.source_id, entry.key, entry.title, made.why)
        self.made[story.id] = Made(shown, made, due)
        return None


def _are_same(one: Story, other: Story | None) -> bool:
    """Whether two tellings are shown alike: a floor counts by the time it leads to."""
    if other is None or one.updated != other.updated:
        return False
    return replace(one, floor=None) == replace(other, floor=None)


def _render(shown: Shown, due: Due, now: datetime) -> Fragments | Unrenderable:
    """The story in each format, judged as readers and its sources will; a bad one is not made."""
    known = _RENDERED.get((shown, due))
    made = known or render_story(shown)
    if isinstance(made, Fragments):
        fault = find_fault(made) or find_breach(made, due, now)
        if fault:
            return Unrenderable(fault)
        _remember(shown, due, made)
    return made


def _remember(shown: Shown, due: Due, made: Fragments) -> None:
    """Keep the fragments of a story; when there are too many, begin anew."""
    if len(_RENDERED) >= _MOST_KEPT:
        _RENDERED.clear()
    _RENDERED[shown, due] = made
