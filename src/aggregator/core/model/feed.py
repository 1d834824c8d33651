"""A feed as its publisher wrote it, in our own types: nothing is judged yet."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.core.model.entry import Person, SourceRef
    from aggregator.core.model.fetch import Failure
    from aggregator.core.model.order import Withdrawn


@dataclass(frozen=True, slots=True)
class Markup:
    """A text as the feed gave it: HTML when `html`, else plain text.

    `base` is what its relative URLs resolve against (xml:base, else the URL
    the feed was read from).
    """

    value: str
    html: bool = False
    base: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An attached medium; `length` in bytes, None when unknown or not a number."""

    url: str
    type: str = ""
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not as it should be, kept with the Decision and shown in `status`.

    `item` names the item (its id, link or title), "" for the feed as a whole.
    """

    item: str
    what: str


@dataclass(frozen=True, slots=True)
class PollHints:
    """What a feed asks of those who poll it; hours are 0 to 23 GMT, days English names."""

    ttl: timedelta | None = None
    update_period: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedHead:
    """A feed's statements about itself, as text: titles are plain, URLs absolute."""

    title: str = ""
    id: str | None = None
    link: str | None = None
    self_link: str | None = None
    language: str | None = None
    rights: str | None = None
    license: str | None = None
    updated: str | None = None
    authors: "tuple[Person, ...]" = ()


@dataclass(frozen=True, slots=True)
class RawItem:
    """One item as the feed gave it.

    `raw_id` is the guid, atom:id, rdf:about or JSON id byte for byte, not
    resolved against any base. URLs are as written, `base` resolves them.
    `published` and `updated` are the date strings as written.
    """

    raw_id: str | None = None
    id_is_link: bool = False
    base: str = ""
    link: str | None = None
    title: Markup = Markup("")
    summary: Markup | None = None
    content: Markup | None = None
    published: str | None = None
    updated: str | None = None
    authors: "tuple[Person, ...]" = ()
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    thumbnail: str | None = None
    comments_url: str | None = None
    comments_count: int | None = None
    language: str | None = None
    rights: str | None = None
    license: str | None = None
    source: "SourceRef | None" = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed that could be read; `format` is e.g. rss20, atom10, rss10, json11.

    `older` is the document of older items that it names (RFC 5005 section 4,
    prev-archive), absolute; `generator` is the program that made it. One that
    `is_cut` breaks off before its end. `withdrawn` are the tombstones in it.
    """

    format: str
    head: FeedHead
    items: tuple[RawItem, ...] = ()
    hints: PollHints = PollHints()
    problems: tuple[Problem, ...] = ()
    older: str | None = None
    generator: str | None = None
    is_cut: bool = False
    withdrawn: "tuple[Withdrawn, ...]" = ()


@dataclass(frozen=True, slots=True)
class ParseFailed:
    """A body that is no feed: one of the failures from EMPTY to PARSE_CRASH."""

    kind: "Failure"
    detail: str


ParseResult = ParsedFeed | ParseFailed
