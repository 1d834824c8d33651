"""What a search found, as a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.core.page.dates import localise
from aggregator.core.page.directions import find_direction
from aggregator.core.page.framing import make_frame
from aggregator.core.page.items import name_anchor
from aggregator.core.page.values import Around, Item, Kind, Results
from aggregator.core.settings import NewsfeedSettings


@dataclass(frozen=True, slots=True)
class Hit:
    """A story that a search found; `html` is clean: a few words of it round what was asked."""

    id: str
    title: str
    link: str
    published: datetime
    source: str
    html: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and which page of the answer; `total` is how many stories were found."""

    query: str
    total: int = 0
    number: int = 1
    size: int = 20


def make_results(
    question: Question, hits: Sequence[Hit], newsfeed: NewsfeedSettings, around: Around
) -> Results:
    """One page of what was found. It is never indexed: its address is the reader's words."""
    return Results(
        frame=make_frame(Kind.SEARCH, newsfeed, around, robots="noindex"),
        query=question.query,
        items=tuple(_make_item(hit, newsfeed.timezone) for hit in hits),
        total=question.total,
        number=question.number,
        pages=max(1, -(-question.total // question.size)),
    )


def _make_item(hit: Hit, zone: str) -> Item:
    return Item(
        id=hit.id,
        anchor=name_anchor(hit.id),
        title=hit.title,
        link=hit.link,
        at=localise(hit.published, zone),
        lead=hit.html,
        language=hit.language or "",
        direction=find_direction(hit.language),
        source=hit.source,
    )
