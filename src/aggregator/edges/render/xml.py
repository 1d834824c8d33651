"""What the two XML formats share: namespaces, fragments, the head of a document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from feedgen.feed import FeedGenerator
from lxml import etree

from aggregator.core.model import Edition, Person, Shown

GENERATOR = "Day newsfeed"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

MEDIA = "http://search.yahoo.com/mrss/"
"""Media RSS, the one vocabulary for thumbnails that readers of both formats know."""

_ATOM = "http://www.w3.org/2005/Atom"

HISTORY = "http://purl.org/syndication/history/1.0"
"""Feed paging and archiving, RFC 5005."""

RSL = "https://rslstandard.org/rsl"
"""Really Simple Licensing 1.0, which feeds say what machines may do by."""

UNKNOWN_TYPE = "application/octet-stream"
"""The type of a medium where a format asks for one and none is known (RFC 2046 section 4.5.1)."""

Element = Any
"""An lxml element: lxml ships no types, and its elements never leave this room."""


def add(parent: Element, name: str, text: str | None = None, **attributes: str | None) -> Element:
    """A new child; attributes that are None are left out."""
    given = {key: value for key, value in attributes.items() if value is not None}
    child = etree.SubElement(parent, name, given)
    child.text = text
    return child


def add_all(parent: Element, fields: Iterable[tuple[str, str | None]]) -> None:
    """A child for each field that has a text."""
    for name, text in fields:
        if text:
            add(parent, name, text)


def list_authors(shown: Shown) -> tuple[Person, ...]:
    """Those who have a name; where nobody has, the source (RFC 4287 section 4.1.2 asks for one)."""
    named = tuple(person for person in shown.authors if person.name)
    return named or (Person(shown.source.title),)


def add_thumbnail(parent: Element, shown: Shown) -> None:
    """The picture that stands for the story, where its source's terms allow images."""
    if shown.thumbnail:
        add(parent, f"{{{MEDIA}}}thumbnail", url=shown.thumbnail)


def add_reservation(parent: Element, shown: Shown) -> None:
    """Where the terms reserve use by language models: that nothing of the kind is permitted."""
    if not shown.ai:
        content = add(parent, f"{{{RSL}}}content", url=shown.link)
        terms = etree.SubElement(content, f"{{{RSL}}}license")
        add(terms, f"{{{RSL}}}prohibits", "ai-all", type="usage")


def write_fragment(element: Element, namespaces: Mapping[str, str]) -> bytes:
    """The element as UTF-8, to stand under a root that declares the namespaces."""
    root = etree.Element("root", nsmap=dict(namespaces))
    root.append(element)
    etree.cleanup_namespaces(root, top_nsmap=dict(namespaces), keep_ns_prefixes=list(namespaces))
    whole: bytes = etree.tostring(root, encoding="UTF-8")
    return whole[whole.index(b">", whole.index(b"<root")) + 1 : whole.rindex(b"</root>")]


def open_feed(edition: Edition, path: str, media_type: str, namespaces: Mapping[str, str]) -> Any:  # noqa: ANN401 - feedgen ships no types
    """A feedgen feed without entries that says what both formats say of the edition."""
    feed = FeedGenerator()
    declared = {**namespaces, "fh": HISTORY} if edition.is_archive else namespaces
    chain = [(rel, f"{edition.home}{folder}{path}") for rel, folder in _list_chain(edition)]
    feed.register_extension("day", _declare(declared, chain, media_type, edition.hub), None)
    feed.id(edition.id)
    feed.title(edition.title)
    feed.updated(in_seconds(edition.updated))
    feed.generator(GENERATOR)
    feed.language(edition.language)
    feed.link(href=edition.place, rel="alternate")
    if edition.hub:
        feed.link(href=edition.hub, rel="hub")
    feed.link(href=f"{edition.place}{path}", rel="self", type=media_type)
    return feed


def _list_chain(edition: Edition) -> Iterator[tuple[str, str]]:
    """The documents beside an edition, by their relation (RFC 5005 section 4)."""
    beside = ("prev-archive", edition.before), ("next-archive", edition.behind)
    for rel, folder in (*beside, ("current", edition.current)):
        if folder is not None:
            yield rel, folder


def _declare(
    namespaces: Mapping[str, str],
    chain: Sequence[tuple[str, str]],
    media_type: str,
    hub: str | None,
) -> type:
    """A feedgen extension: namespaces on the root, links to the documents beside it, its mark.

    feedgen itself leaves such links, and the one to a hub, out of RSS.
    """
    mark = HISTORY in namespaces.values()

    class History:
        def extend_ns(self) -> Mapping[str, str]:
            return namespaces

        def extend_atom(self, feed: Element) -> Element:
            for rel, href in chain:
                add(feed, "link", rel=rel, href=href, type=media_type)
            return self._mark(feed)

        def extend_rss(self, feed: Element) -> Element:
            if hub:
                add(feed[0], f"{{{_ATOM}}}link", rel="hub", href=hub)
            for rel, href in chain:
                add(feed[0], f"{{{_ATOM}}}link", rel=rel, href=href, type=media_type)
            self._mark(feed[0])
            return feed

        def _mark(self, head: Element) -> Element:
            if mark:
                etree.SubElement(head, f"{{{HISTORY}}}archive")
            return head

    return History


def join(head: bytes, fragments: Sequence[bytes], closing: bytes) -> bytes:
    """The document: a line for each fragment, put before the closing tags of the head."""
    end = head.rindex(closing)
    return b"\n".join([head[:end].rstrip(), *fragments, head[end:].rstrip(), b""])


def in_seconds(at: datetime) -> datetime:
    """The time in UTC without a fraction of a second, as both formats carry it."""
    return at.astimezone(UTC).replace(microsecond=0)
