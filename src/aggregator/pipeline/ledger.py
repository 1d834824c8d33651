"""What one publishing saves before any file shows it (rule 3 of the design)."""

from collections.abc import Iterator, Sequence

from aggregator.core.editions import Almanac
from aggregator.core.model import Held, Ledger, Story
from aggregator.core.stories import Memberships
from aggregator.pipeline.selecting import Told


def make_ledger(
    told: Told,
    some: Sequence[Story],
    merged: tuple[tuple[str, str], ...],
    held: tuple[Held, ...],
    almanac: Almanac,
    notes: tuple[tuple[str, str], ...],
) -> Ledger:
    """The ids and members of these stories that are new, their places, and what is noted."""
    memberships = told.memberships
    known = {membership.story_id for membership in memberships.values()}
    claims = tuple(
        (story.id, *story.lead.entry.name) for story in reversed(some) if story.id not in known
    )
    dated = {one.story_id: one.updated for one in memberships.values()}
    times = ((story.id, story.updated) for story in some)
    return Ledger(
        almanac.now,
        claims,
        tuple(_list_members(some, memberships)),
        held,
        merged,
        told.left.fresh,
        tuple(almanac.placed),
        tuple(almanac.removed),
        tuple(almanac.days.values()),
        notes,
        tuple((name, at) for name, at in times if dated.get(name) != at),
    )


def _list_members(
    some: Sequence[Story], memberships: Memberships
) -> Iterator[tuple[str, str, str]]:
    """(story id, source id, entry key) of each report whose story is another one than before."""
    for story in some:
        for entry in (report.entry for report in story.members):
            known = memberships.get(entry.name)
            if known is None or known.story_id != story.id:
                yield story.id, *entry.name
