"""What the index holds of a published story."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import islice

from aggregator.core.asking.spelling import inflect, spell, split_words
from aggregator.core.model import Shown, Story
from aggregator.core.text import fold, to_text

_MOST_WORDS = 20_000
"""Of one story: what stands behind them is not found."""
EVERY = "every"
"""The facet that every story has, for questions that only say what is not wanted."""


@dataclass(frozen=True, slots=True)
class Card:
    """A story in the index: `item` is what is answered, byte for byte as in the JSON Feed.

    `words` and `stems` are those of headline and text, in their order; `facets`
    what else it can be asked for by, see `name_facet`.
    """

    story_id: str
    at: datetime
    item: str
    words: str
    stems: str
    facets: str


def make_card(shown: Shown, story: Story, item: str) -> Card:
    """The card of a story: of nothing but what its sources' terms let be shown."""
    # The gap keeps a phrase from reaching from the headline into the text.
    text = f"{shown.title}\n{to_text(shown.html)}"
    found = list(islice((word for *_, word in split_words(text)), _MOST_WORDS))
    return Card(
        shown.id,
        shown.published,
        item,
        " ".join(filter(None, map(spell, found))),
        " ".join(filter(None, map(inflect, found))),
        " ".join([EVERY, *sorted({name_facet(*one) for one in _list_facets(shown, story)})]),
    )


def _list_facets(shown: Shown, story: Story) -> Iterator[tuple[str, str]]:
    """Each source that a report of it is from, its tags, the languages of what is shown."""
    for report in story.members:
        yield "source", report.source.id
        yield "source", report.source.name or ""
        yield from (("tag", tag) for tag in report.source.tags)
    language = shown.language or "und"
    yield "language", language
    yield "language", language.partition("-")[0]


def name_facet(kind: str, value: str) -> str:
    """One word that stands for a source (by id or name), a tag or a language."""
    same = fold(value).encode("utf-8", "backslashreplace")
    return kind[0] + blake2b(same, digest_size=7).hexdigest()
