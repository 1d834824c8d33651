"""What the edits of a report changed, and whether the last one changed its story."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from aggregator.core.explaining.passages import Difference, compare_texts
from aggregator.core.model import Entry, Story, Version
from aggregator.core.secrets import hide_secrets
from aggregator.core.versions import describe

NONE = "none"


@dataclass(frozen=True, slots=True)
class Changed:
    """A line of a report, such as its title, before an edit and after it."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit, when it was seen, and what it changed.

    `dated` are the dates before and after where these changed, `text` where the
    kept start of the text did; `length` how many characters the whole text had and
    has where it changed anywhere. It stands for `skipped` further edits, of which nothing
    is kept.
    """

    at: datetime
    lines: tuple[Changed, ...] = ()
    dated: tuple[datetime | None, datetime | None] | None = None
    text: Difference | None = None
    length: tuple[int, int] | None = None
    skipped: int = 0


class Effect(StrEnum):
    """What the last edit of a report did to its story; the closed set."""

    UPDATED = "updated by the last edit"
    LATER = "not updated by the last edit: it bears a later time"
    SAME_WORDS = "not updated by the last edit: no words changed"
    NOT_LEAD = "not updated by the last edit: another report leads it"


@dataclass(frozen=True, slots=True)
class StoryTime:
    """The time of the report's story, and what its last edit did to it."""

    at: datetime
    effect: Effect


def tell_edits(
    versions: Sequence[Version], entry: Entry, *, is_out: bool = False
) -> tuple[Edit, ...]:
    """What each edit of a report changed, the first one first; without words of one that is out."""
    steps = (*versions, describe(entry, entry.changed))
    edits = (_tell(before, after) for before, after in pairwise(steps))
    return tuple(_drop_words(edit) if is_out else edit for edit in edits)


def tell_time(versions: Sequence[Version], entry: Entry, story: Story | None) -> StoryTime | None:
    """What the last edit did to the story; None without an edit or a story."""
    if not versions or story is None:
        return None
    return StoryTime(story.updated, _find_effect(versions[-1], entry, story))


def _find_effect(last: Version, entry: Entry, story: Story) -> Effect:
    if story.lead.entry.name != entry.name:
        return Effect.NOT_LEAD
    if last.changed == entry.changed:
        return Effect.SAME_WORDS
    return Effect.UPDATED if story.updated == entry.changed else Effect.LATER


def _tell(before: Version, after: Version) -> Edit:
    is_reworded = before.digest != after.digest
    text = compare_texts(hide_secrets(before.text), hide_secrets(after.text))
    return Edit(
        before.at,
        tuple(_list_lines(before, after)),
        None if before.published == after.published else (before.published, after.published),
        text if is_reworded and text.passages else None,
        (before.length, after.length) if is_reworded else None,
        before.skipped,
    )


def _drop_words(edit: Edit) -> Edit:
    """The edit without what was written: an operator or the source wants nobody to read it."""
    lines = tuple(Changed(one.what, "", "") for one in edit.lines)
    return replace(edit, lines=lines, text=edit.text and replace(edit.text, passages=()))


def _list_lines(before: Version, after: Version) -> Iterator[Changed]:
    pairs = (
        ("title", before.title, after.title),
        ("link", before.link or "", after.link or ""),
        ("authors", ", ".join(before.authors), ", ".join(after.authors)),
    )
    for what, old, new in pairs:
        if old != new:
            yield Changed(what, old or NONE, new or NONE)
