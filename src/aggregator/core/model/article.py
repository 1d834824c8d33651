"""An article's page: what was found in it, and what became of asking for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aggregator.core.model.entry import Person, SourceRef


class Outcome(StrEnum):
    """The closed set of what asking for a page ends in."""

    TEXT = "text"
    NO_TEXT = "no-text"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Article:
    """What became of asking for the page of a report.

    It was asked for the words whose digest is `digest`, last `at`, `tries` times
    for these words and `asks` times in all. `html` and `text` are what was found,
    cleaned as a feed's, "" unless the outcome is TEXT; else `detail` says why.
    `source` is whom the page credits beside its own publisher, `authors` whom it
    names.
    """

    outcome: Outcome
    digest: str
    at: datetime
    detail: str = ""
    html: str = ""
    text: str = ""
    source: SourceRef | None = None
    authors: tuple[Person, ...] = ()
    tries: int = 1
    asks: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A short block of a page, and where its first link leads, as written."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What a page holds, as it was read: nothing is believed yet.

    `html` is the article's text, cleaned, "" where none was found. `before` are
    the short blocks right in front of it, `within` those in it and right behind
    it, both as the raw page has them: extraction drops a dateline of one line.
    `is_paid` says that the page itself calls the text not free.
    """

    html: str = ""
    title: str = ""
    canonical: str | None = None
    authors: tuple[str, ...] = ()
    before: tuple[Line, ...] = ()
    within: tuple[Line, ...] = ()
    is_paid: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """What a robots.txt says of each of some addresses, and how far apart requests are to be."""

    allowed: tuple[bool, ...]
    delay: timedelta | None = None
