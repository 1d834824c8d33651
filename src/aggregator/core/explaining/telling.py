"""Why a report stands in its story, and why what is like it stands apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aggregator.core.likeness import ENOUGH, Compared, Key, Likeness, Window
from aggregator.core.model import Entry, Report, Story
from aggregator.core.stories import explain as explain_pair
from aggregator.core.stories import name_sameness

MOST_APART = 5
"""Reports told of that are not in the story: those that come nearest."""

_NOTHING = 0.005
"""Below it stands 0.00: what shares nothing is not worth a line."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A report of the story, and why it stands in it."""

    source_id: str
    title: str
    role: str
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """A report's story: its id, what the report is in it, and all of its other reports.

    `why` is the evidence for the report itself, "" for the lead.
    """

    id: str
    role: str
    why: str
    others: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """A report that was compared and is in no story with this one: what they share, and why not."""

    source_id: str
    title: str
    likeness: Likeness
    why: str


def tell_story(story: Story, entry: Entry, window: Window) -> Told:
    """What the report is in its story, and why the others are in it."""
    own = entry.name
    parts = list(_list_parts(story, window))
    role, why = next((role, why) for report, role, why in parts if report.entry.name == own)
    others = tuple(
        Evidence(report.source.id, report.entry.title, role, why)
        for report, role, why in parts
        if report.entry.name != own
    )
    return Told(story.id, role, why, others)


def _list_parts(story: Story, window: Window) -> Iterator[tuple[Report, str, str]]:
    """Every report with its role and why it is there."""
    yield story.lead, "lead", ""
    for report, why in zip(story.others, story.reasons, strict=True):
        yield report, "carrier", why
    for (first, *carriers), why in zip(story.also, story.also_reasons, strict=True):
        yield first, "also", why
        for report in carriers:
            same = name_sameness(first, report, window) or explain_pair(first.entry, report.entry)
            yield report, "carrier", f"carries the report of {first.source.id}: {same}"


def tell_apart(compared: Mapping[Key, Compared], entries: Sequence[Entry]) -> tuple[Apart, ...]:
    """The reports that come nearest, and why each is not of one story with this one.

    `entries` are those that may be told of; of the rest nothing is said.
    """
    found = [(compared[entry.name], entry) for entry in entries if entry.name in compared]
    found = [one for one in found if one[0].likeness.score >= _NOTHING]
    found.sort(key=lambda one: (-one[0].likeness.score, one[1].name))
    return tuple(
        Apart(entry.source_id, entry.title, one.likeness, _say_why(one))
        for one, entry in found[:MOST_APART]
    )


def _say_why(one: Compared) -> str:
    if one.veto:
        return one.veto
    if one.likeness.score < ENOUGH:
        return f"{one.likeness.score:.2f} is less than {ENOUGH:.2f}"
    return "alike, and the reports that they stand with are not"
