"""Gives the places of the live feed to stories that may be shown and can be made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.core.audit import Due, find_due
from aggregator.core.fairness import choose, find_most
from aggregator.core.model import Held, Shown, Story
from aggregator.core.origin import Known
from aggregator.core.reuse import present
from aggregator.core.settings import Config, NewsfeedSettings
from aggregator.edges.render import Fragments, Unrenderable, render_story
from aggregator.pipeline.inspecting import find_fault
from aggregator.pipeline.proving import find_breach


@dataclass(frozen=True, slots=True)
class Picked:
    """The stories that have a place, with their fragments and what they owe; those that have none.

    `held` may not be shown, `passed_over` gave way to stories of other sources.
    While it is not settled, older stories may have a claim to a place.
    """

    stories: tuple[Story, ...]
    fragments: tuple[Fragments, ...]
    owed: tuple[Due, ...]
    held: tuple[Held, ...]
    passed_over: tuple[Story, ...]
    is_settled: bool


def pick(found: Sequence[Story], config: Config, maker: "Maker", *, is_all: bool) -> Picked:
    """The newest stories that may be shown, as many as there are places.

    A story that its terms forbid, or that no valid entry can be made of, costs
    its own place only: the next one takes it. `is_all` says that there are no
    older ones.
    """
    newsfeed = config.newsfeed
    most = find_most(newsfeed.items, newsfeed.max_share, len(config.sources))
    chosen = choose(found, newsfeed.items, most, maker.make, is_all=is_all)
    made = [maker.made[story.id] for story in chosen.stories]
    return Picked(
        chosen.stories,
        tuple(fragments for fragments, _ in made),
        tuple(due for _, due in made),
        tuple(maker.held[story.id] for story in found if story.id in maker.held),
        chosen.passed_over,
        chosen.is_settled,
    )


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes entries of stories, and remembers what came of each, by the story's id.

    A story that is told otherwise than before is made anew.
    """

    newsfeed: NewsfeedSettings
    now: datetime
    known: Known
    told: dict[str, Story] = field(default_factory=dict)
    made: dict[str, tuple[Fragments, Due]] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)

    def make(self, story: Story) -> bool:
        """Whether the story may be shown and can be made."""
        if self.told.get(story.id) == story:
            return story.id in self.made
        self.told[story.id] = story
        self.made.pop(story.id, None)
        self.held.pop(story.id, None)
        zone = self.newsfeed.timezone
        shown = present(story, zone, self.now, self.newsfeed.language, self.known)
        due = find_due(story, zone, self.now, self.known)
        made = _make(shown, due, self.now) if isinstance(shown, Shown) else shown
        if isinstance(made, Fragments):
            self.made[story.id] = made, due
        else:
            self.held[story.id] = _hold(story, made)
        return story.id in self.made


def _make(shown: Shown, due: Due, now: datetime) -> Fragments | Unrenderable:
    """The story in each format, judged as readers and its sources will; a bad one is not made."""
    made = render_story(shown)
    if isinstance(made, Fragments):
        fault = find_fault(made) or find_breach(made, due, now)
        return Unrenderable(fault) if fault else made
    return made


def _hold(story: Story, why: Held | Unrenderable) -> Held:
    if isinstance(why, Held):
        return why
    entry = story.lead.entry
    return Held(entry.source_id, entry.key, entry.title, why.why)
