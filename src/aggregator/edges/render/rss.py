"""RSS 2.0 with the RSS Board's profile: Dublin Core for names and rights, slash for comments.

No `ttl`: how long a copy is good for is said by the server, whose
`Cache-Control` the operator can change without changing a byte here.
"""

from collections.abc import Sequence
from email.utils import format_datetime

from feedgen.entry import FeedEntry

from aggregator.core.model import Edition, Shown
from aggregator.edges.render.titles import escape_title, write_in_hex
from aggregator.edges.render.xml import (
    MEDIA,
    RSL,
    UNKNOWN_TYPE,
    Element,
    add_all,
    add_reservation,
    add_thumbnail,
    in_seconds,
    join,
    list_authors,
    open_feed,
    write_fragment,
)

MEDIA_TYPE = "application/rss+xml"
_DC = "http://purl.org/dc/elements/1.1/"
_SLASH = "http://purl.org/rss/1.0/modules/slash/"
_CC = "http://backend.userland.com/creativeCommonsRssModule"
_WEB = ("http://", "https://")
_NAMESPACES = {"dc": _DC, "slash": _SLASH, "creativeCommons": _CC, "media": MEDIA, "rsl": RSL}


def render(edition: Edition, items: Sequence[bytes]) -> bytes:
    """The whole document."""
    feed = open_feed(edition, "rss.xml", MEDIA_TYPE, _NAMESPACES)
    title = escape_title(edition.title)
    feed.title(title)
    feed.description(f"{title}: every story once, every source credited")
    # feedgen takes the link named last for the channel's.
    feed.link(href=edition.place, rel="alternate")
    return join(write_in_hex(feed.rss_str()), items, b"</channel>")


def render_item(shown: Shown) -> bytes:
    """One story as an `item` element."""
    item = _write_plain_fields(shown)
    count = None if shown.comments_count is None else str(shown.comments_count)
    add_all(
        item,
        [
            # By hand: feedgen's date changes the process's locale, and has no
            # four digits for the years before 1000.
            ("pubDate", format_datetime(in_seconds(shown.published))),
            *((f"{{{_DC}}}creator", person.name) for person in list_authors(shown)),
            (f"{{{_DC}}}rights", shown.rights),
            (f"{{{_DC}}}language", shown.language),
            (f"{{{_SLASH}}}comments", count),
            (f"{{{_CC}}}license", shown.license),
        ],
    )
    add_thumbnail(item, shown)
    add_reservation(item, shown)
    return write_in_hex(write_fragment(item, _NAMESPACES))


def _write_plain_fields(shown: Shown) -> Element:
    maker = FeedEntry()
    maker.guid(shown.id, permalink=_is_permalink(shown))
    maker.title(escape_title(shown.title))
    maker.link(href=shown.link, rel="alternate")
    maker.description(shown.html)
    for term in shown.categories:
        maker.category(term=term)
    if shown.comments_url:
        maker.comments(shown.comments_url)
    for item in shown.enclosures[:1]:
        # The profile warns of more than one; length is required, 0 says unknown.
        maker.enclosure(item.url, str(item.length or 0), item.type or UNKNOWN_TYPE)
    maker.source(shown.feed_url, shown.source.title)
    return maker.rss_entry()


def _is_permalink(shown: Shown) -> bool:
    """Whether the id is the article's own address.

    In ASCII only: the validator takes a guid that calls itself a link for a URI
    (RFC 3986), which has no other letters; one that does not is a mere name.
    """
    return shown.id == shown.link and shown.id.isascii() and shown.id.startswith(_WEB)
