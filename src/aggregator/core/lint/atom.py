"""Rules of Atom 1.0 (RFC 4287): feeds, entries, and what stands in both."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from aggregator.core.lint.addresses import check_iri, check_reference, has_email
from aggregator.core.lint.children import (
    Child,
    Table,
    anything,
    check_attribute,
    check_children,
    dated,
    find,
    language,
    leaf,
    make_table,
    media_attribute,
    non_negative,
    not_blank,
    nothing,
)
from aggregator.core.lint.dates import check_rfc3339
from aggregator.core.lint.extensions import OF_ENTRIES
from aggregator.core.lint.findings import at, quote
from aggregator.core.lint.text import check_content, check_text
from aggregator.core.lint.values import Finding, Node, Spot

_XML_TYPES = ("+xml", "/xml")


def check_feed(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    """Findings about a feed and all its entries."""
    yield from check_feed_head(spot, now, _FEED)


def check_feed_head(
    spot: Spot, now: datetime | None, table: Table | None = None
) -> Iterator[Finding]:
    """Findings about a feed and its entries together, none about what is in one."""
    yield from check_children(spot, table or _FEED_HEAD, _is_own, now)
    yield from _check_links(spot)
    if not any(link.attributes.get("rel") == "self" for link in _list_links(spot.node)):
        words = "it has no link with rel self, by which readers know its address; add one"
        yield at(spot, "MissingSelf", words)
    entries = [inner for inner in spot.down() if inner.node.name == "atom:entry"]
    yield from _check_ids(spot, entries)
    yield from _check_times(entries)


def check_entry(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    """Findings about one entry."""
    yield from check_children(spot, _ENTRY, _is_own, now)
    yield from _check_links(spot)
    yield from _check_body(spot)
    source = find(spot.node, "atom:source")
    around = spot.parent.node if spot.parent else None
    places = [place for place in (spot.node, source, around) if place is not None]
    if not any(find(place, "atom:author") for place in places):
        words = "it has no author, nor has its source or the feed; name who wrote it"
        yield at(spot, "MissingAuthor", words)


def _is_own(name: str) -> bool:
    """Tell whether a name is Atom's, or has no namespace, which is no extension either."""
    return name.startswith("atom:") or (":" not in name and "}" not in name)


def _list_links(node: Node) -> list[Node]:
    return [child for child in node.children if child.name == "atom:link"]


def _check_links(spot: Spot) -> Iterator[Finding]:
    """At most one alternate of each type and language (RFC 4287, 4.1.1 and 4.1.2)."""
    alternates = [
        (link.attributes.get("type"), link.attributes.get("hreflang"))
        for link in spot.node.children
        if link.name == "atom:link" and link.attributes.get("rel", "alternate") == "alternate"
    ]
    if len(set(alternates)) < len(alternates):
        words = "two alternate links have one type and language, readers take either; keep one"
        yield at(spot, "DuplicateAtomLink", words)


def _check_body(spot: Spot) -> Iterator[Finding]:
    """Something to read, or where to read it (RFC 4287, 4.1.1.1 and 4.1.2)."""
    content, summary = find(spot.node, "atom:content"), find(spot.node, "atom:summary")
    if content is not None:
        kind = content.attributes.get("type", "text")
        is_media = "/" in kind and not kind.startswith("text/") and not kind.endswith(_XML_TYPES)
        if summary is None and ("src" in content.attributes or is_media):
            words = "its content is not text of its own, so readers have nothing to show"
            yield at(spot, "MissingSummary", f"{words}; add a summary")
        return
    if summary is None:
        yield at(spot, "MissingTextualContent", "it has no content and no summary; add one")
    links = [link.attributes.get("rel", "alternate") for link in _list_links(spot.node)]
    if "alternate" not in links:
        words = "it has neither a content nor an alternate link; add one of them"
        yield at(spot, "MissingContentOrAlternate", words)


def _check_ids(feed: Spot, entries: list[Spot]) -> Iterator[Finding]:
    counts = Counter(spot.entry for spot in entries)
    if len(entries) > 1 and len(counts) == 1:
        words = f"all {len(entries)} entries have one id, readers show one; give each its own"
        yield at(feed, "DuplicateIds", words)
        return
    seen: set[str] = set()
    for spot in entries:
        if spot.entry in seen and spot.entry:
            words = f"the id {quote(spot.entry)} stood before, readers show one of them; keep one"
            yield at(spot, "DuplicateEntries", words)
        seen.add(spot.entry)


def _check_times(entries: list[Spot]) -> Iterator[Finding]:
    """Times that stand twice; two entries of one id have their own finding."""
    seen: dict[str, str] = {}
    for spot in entries:
        updated = find(spot.node, "atom:updated")
        time = updated.text.strip() if updated else ""
        if time and seen.setdefault(time, spot.entry) != spot.entry:
            words = f"another entry has the updated {time}; right only if both truly changed then"
            yield at(spot, "DuplicateUpdated", f"{words}; write times to the second")


def check_link(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    """Findings about a link, in Atom or in another format."""
    node = spot.node
    if "href" not in node.attributes:
        yield at(spot, "MissingHref", "the link has no href, so it leads nowhere; add it")
    for name in node.attributes:
        if name == "href":
            yield from check_place(spot, name)
        elif name in _LINK_ATTRIBUTES:
            yield from check_attribute(spot, name, _LINK_ATTRIBUTES[name])
    if node.children or node.text.strip():
        words = "it holds text, which readers ignore; put it into title or remove it"
        yield at(spot, "AtomLinkNotEmpty", words)


def check_place(spot: Spot, name: str) -> Iterator[Finding]:
    """Findings about an attribute that is an address, relative to xml:base where there is one."""
    for finding in check_attribute(spot, name, check_reference):
        if finding.kind != "ContainsRelRef" or spot.inherit("xml:base") is None:
            yield finding


def _check_relation(value: str) -> Iterator[tuple[str, str]]:
    if ":" in value:
        yield from check_iri(value)
    elif not value.replace("-", "").replace(".", "").isalnum():
        yield "InvalidURIAttribute", f"rel {quote(value)} is no relation; write one as enclosure"


def _check_person(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    yield from check_children(spot, _PERSON, _is_own, now)


def _check_email(value: str) -> Iterator[tuple[str, str]]:
    if not has_email(value):
        yield "InvalidContact", f"{quote(value)} is no e-mail address; mend or remove it"


def _check_uri(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    for kind, words in check_reference(spot.node.text.strip()):
        if kind != "ContainsRelRef" or spot.inherit("xml:base") is None:
            yield at(spot, kind, words)


def _check_category(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    yield from check_attribute(spot, "term", anything, required=True)
    yield from check_attribute(spot, "scheme", check_iri)


def _check_generator(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    yield from leaf(not_blank)(spot, None)
    yield from check_place(spot, "uri")


def _check_source(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    yield from check_children(spot, _SOURCE, _is_own, now)
    yield from _check_links(spot)


def _check_grave(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    """A tombstone (RFC 6721 section 3) names an id, and when it left."""
    yield from check_attribute(spot, "ref", check_iri, required=True)
    yield from check_attribute(spot, "when", lambda value: check_rfc3339(value, now), required=True)
    yield from check_children(spot, _GRAVE, _is_own, now)


_LINK_ATTRIBUTES = {
    "rel": _check_relation,
    "type": media_attribute,
    "length": non_negative,
    "hreflang": language,
}
_PERSON = make_table(
    {
        "atom:name": Child(leaf(not_blank), least=1),
        "atom:uri": Child(_check_uri),
        "atom:email": Child(leaf(_check_email)),
    }
)
_PEOPLE = {
    "atom:author": Child(_check_person, most=None),
    "atom:contributor": Child(_check_person, most=None),
    "atom:category": Child(_check_category, most=None),
    "atom:link": Child(check_link, most=None),
    "atom:rights": Child(check_text),
}
_HEAD = {
    **_PEOPLE,
    "atom:generator": Child(_check_generator),
    "atom:icon": Child(_check_uri),
    "atom:logo": Child(_check_uri),
    "atom:subtitle": Child(check_text),
}
_NAMED = {
    "atom:id": Child(leaf(check_iri), least=1),
    "atom:title": Child(check_text, least=1),
    "atom:updated": Child(dated(check_rfc3339), least=1),
}
_GRAVE = make_table(
    {
        "at:by": Child(_check_person),
        "at:comment": Child(check_text),
        "atom:link": Child(check_link, most=None),
        "atom:source": Child(nothing),
    }
)
_FEED_CHILDREN = {
    **_NAMED,
    **_HEAD,
    "atom:entry": Child(check_entry, most=None),
    "at:deleted-entry": Child(_check_grave, most=None),
    "fh:archive": Child(nothing),
    "fh:complete": Child(nothing),
}
_FEED = make_table(_FEED_CHILDREN)
_FEED_HEAD = make_table({**_FEED_CHILDREN, "atom:entry": Child(nothing, most=None)})
_SOURCE = make_table(
    {
        **{
            name: Child(child.check, least=1, missing="MissingSourceElement")
            for name, child in _NAMED.items()
        },
        **_HEAD,
    }
)
_ENTRY = make_table(
    {
        **_NAMED,
        **_PEOPLE,
        "atom:content": Child(check_content),
        "atom:summary": Child(check_text),
        "atom:published": Child(dated(check_rfc3339)),
        "atom:source": Child(_check_source),
        **OF_ENTRIES,
    }
)
