"""Who leads a story whose lead cannot be shown: its other reports must not be lost with it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from aggregator.core.likeness import Window
from aggregator.core.model import Report, Story
from aggregator.core.stories.membership import Memberships, list_given
from aggregator.core.stories.naming import name_entry
from aggregator.core.stories.telling import IsHeld, choose_lead, tell

_Groups = Sequence[Sequence[Report]]


@dataclass(frozen=True, slots=True)
class Succession:
    """What is known where the stories were made; `taken` are the ids given, those of heirs too."""

    memberships: Memberships
    window: Window
    is_held: IsHeld
    taken: set[str]
    prefix: str

    def list_heirs(self, story: Story, failed: Collection[tuple[str, str]]) -> tuple[Story, ...]:
        """The story led by its next report: with all of them, then without the failed ones.

        None where all that are left are held back too.
        """
        groups = [[story.lead, *story.others], *story.also]
        fit = [[one for one in group if one.entry.name not in failed] for group in groups]
        left = [group for group in fit if group]
        lead = choose_lead(left, self.memberships, self.window, self.is_held) if left else None
        copies = next((group for group in groups if lead in group), ())
        if lead is None or self.is_held(lead, copies):
            return ()
        story_id = self._name(story, lead)
        ways = (tell(story_id, lead, some, self.window) for some in (groups, left))
        return tuple(replace(way, floor=story.floor) for way in ways)

    def _name(self, story: Story, lead: Report) -> str:
        """Its id; one that nobody has seen is that of the report it is first published by."""
        if story.id in list_given(self.memberships):
            return story.id
        name = name_entry(lead.entry, self.taken, self.prefix)
        self.taken.add(name)
        return name
