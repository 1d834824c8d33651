"""Atom 1.0 (RFC 4287), with RFC 4685 for comments, RFC 4946 for licences, RFC 6721 for tombstones.

feedgen writes the plain fields. It drops every attribute but `href` of entry
links (python-feedgen#135) and writes `source` without id and updated, so links,
source, language and comments are written with lxml.
"""

import hashlib
from collections.abc import Sequence

from feedgen.entry import FeedEntry
from lxml import etree

from aggregator.core.model import Edition, Grave, Shown
from aggregator.edges.render.xml import (
    MEDIA,
    RSL,
    XML_LANG,
    Element,
    add,
    add_all,
    add_reservation,
    add_thumbnail,
    in_seconds,
    join,
    list_authors,
    open_feed,
    write_fragment,
)

MEDIA_TYPE = "application/atom+xml"
_THR = "http://purl.org/syndication/thread/1.0"
_AT = "http://purl.org/atompub/tombstones/1.0"
_NAMESPACES = {"thr": _THR, "media": MEDIA, "rsl": RSL}
_WITH_GRAVES = {**_NAMESPACES, "at": _AT}


def render(edition: Edition, entries: Sequence[bytes]) -> bytes:
    """The whole document.

    It has no author and no rights of its own: RFC 4287 sections 4.2.1 and
    4.2.10 would make them those of every entry that lacks one.
    """
    namespaces = _WITH_GRAVES if edition.graves else _NAMESPACES
    feed = open_feed(edition, "atom.xml", MEDIA_TYPE, namespaces)
    graves = [_render_grave(grave) for grave in edition.graves]
    return join(feed.atom_str(), [*entries, *graves], b"</feed>")


def _render_grave(grave: Grave) -> bytes:
    """An id that left as a tombstone; its words are English, whatever the newsfeed is in."""
    tomb = etree.Element(f"{{{_AT}}}deleted-entry", ref=grave.story_id)
    tomb.set("when", in_seconds(grave.at).isoformat())
    why = f"Now part of {grave.survivor}" if grave.survivor else grave.why
    if why:
        add(tomb, f"{{{_AT}}}comment", why).set(XML_LANG, "en" if grave.survivor else "und")
    if grave.survivor:
        # RFC 5829: what takes its place.
        add(tomb, "link", rel="successor-version", href=grave.survivor)
    return write_fragment(tomb, _WITH_GRAVES)


def render_entry(shown: Shown) -> bytes:
    """One story as an `entry` element."""
    entry = _write_plain_fields(shown)
    # Without one the entry would inherit the newsfeed's language; "und" says unknown.
    entry.set(XML_LANG, shown.language or "und")
    _write_links(entry, shown)
    _write_source(entry, shown)
    if shown.comments_count is not None:
        add(entry, f"{{{_THR}}}total", str(shown.comments_count))
    add_thumbnail(entry, shown)
    add_reservation(entry, shown)
    return write_fragment(entry, _NAMESPACES)


def _write_plain_fields(shown: Shown) -> Element:
    maker = FeedEntry()
    maker.id(shown.id)
    maker.title(shown.title)
    maker.published(in_seconds(shown.published))
    maker.updated(in_seconds(shown.updated))
    maker.content(shown.html, type="html")
    for person in list_authors(shown):
        # No e-mail addresses: a name credits, an address would only invite mail.
        maker.author({"name": person.name, "uri": person.uri})
    for term in shown.categories:
        maker.category(term=term)
    if shown.rights:
        maker.rights(shown.rights)
    entry = maker.atom_entry()
    _tell_apart(entry, shown.id)
    return entry


def _tell_apart(entry: Element, story_id: str) -> None:
    """Give the times of an entry a fraction of the second that is the story's own.

    Two papers that publish in one minute write the same second, and entries
    with one `updated` have no order (the validator's DuplicateUpdated). The
    fraction is made of the id: it is the same as long as the second is, on
    every machine, whatever stands beside the entry. `published` has it too:
    readers call an entry edited whose `updated` is another time. Three digits
    and no more: readers in Java take a fraction for milliseconds, and six
    digits for a quarter of an hour (rometools/rome#184).
    """
    digest = hashlib.sha256(story_id.encode("utf-8", "surrogatepass")).digest()
    fraction = f".{1 + int.from_bytes(digest[:8]) % 999:03}+"
    for name in ("published", "updated"):
        time = entry.find(name)
        time.text = time.text.replace("+", fraction)


def _write_links(entry: Element, shown: Shown) -> None:
    add(entry, "link", rel="alternate", href=shown.link)
    if shown.via:
        name, link = shown.via
        add(entry, "link", rel="via", href=link, title=name)
    for name, link in shown.carriers:
        add(entry, "link", rel="related", href=link, title=name)
    for one in shown.also:
        words = f"{one.credit}: {one.title}" if one.title else one.credit
        add(entry, "link", rel="related", href=one.link, title=words, hreflang=one.language)
    for item in shown.enclosures:
        length = None if item.length is None else str(item.length)
        add(entry, "link", rel="enclosure", href=item.url, type=item.type or None, length=length)
    if shown.comments_url:
        add(entry, "link", rel="replies", href=shown.comments_url, type="text/html")
    if shown.license:
        add(entry, "link", rel="license", href=shown.license)


def _write_source(entry: Element, shown: Shown) -> None:
    """The feed that the entry comes from, with what RFC 4287 section 4.2.11 asks for.

    Its `updated` is the entry's: the feed's own moves at every poll of many
    feeds, which would change the bytes of every old entry each time.
    """
    source = etree.SubElement(entry, "source")
    add(source, "id", shown.source.id or shown.feed_url)
    add(source, "title", shown.source.title)
    add(source, "updated", in_seconds(shown.updated).isoformat())
    if shown.source.link:
        add(source, "link", rel="alternate", href=shown.source.link)
    if shown.source.self_link:
        add(source, "link", rel="self", href=shown.source.self_link)
    add_all(source, [("rights", shown.source.rights)])
