"""A report, normalised: what the store keeps and stories are made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.core.model.article import Article
    from aggregator.core.model.feed import Enclosure


@dataclass(frozen=True, slots=True)
class Person:
    """An author; all fields plain text, `uri` only http, https."""

    name: str
    email: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRef:
    """The feed that an entry says it comes from (atom:source, RSS `source url=`)."""

    title: str = ""
    id: str | None = None
    link: str | None = None
    self_link: str | None = None
    rights: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One report of one source.

    (`source_id`, `key`), its `name`, is its identity inside. `raw_id` is the publisher's id
    byte for byte, as first given; `alias` is the key under which its feed lists
    it since it gave another id, None where it never did. `link` is the
    publisher's link when it is safe (http, https), `canonical` the same for
    comparing: without tracking parameters, fragments, scheme. `title` (""
    where the feed gave none) and `text` are plain text; `html` is clean and
    absolute. `published` is the publisher's `updated` where only that was
    given, and None when the feed gave no date, or one that cannot be read or
    lies more than 24 h ahead; `changed` is the last change that a reader would
    notice. `digest` covers what counts as an update: title, text, link. `article`
    is what became of asking for its page, None where nobody did; the fields above
    stay the feed's, see `core.fulltext.unfold`.
    """

    source_id: str
    key: str
    title: str
    first_seen: datetime
    changed: datetime
    raw_id: str | None = None
    link: str | None = None
    canonical: str | None = None
    html: str = ""
    text: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    authors: tuple[Person, ...] = ()
    categories: tuple[str, ...] = ()
    enclosures: "tuple[Enclosure, ...]" = ()
    thumbnail: str | None = None
    comments_url: str | None = None
    comments_count: int | None = None
    rights: str | None = None
    license: str | None = None
    source: SourceRef | None = None
    digest: str = ""
    alias: str | None = None
    article: "Article | None" = None

    @property
    def name(self) -> tuple[str, str]:
        """Its identity inside: the same whatever its publisher changes in it."""
        return self.source_id, self.key

    @property
    def sort_at(self) -> datetime:
        """The time that orders and dates the report: published, else first seen."""
        return self.published or self.first_seen
