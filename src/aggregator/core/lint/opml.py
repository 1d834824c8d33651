"""Rules of OPML 2.0, as far as lists of feeds need them."""

from collections.abc import Iterator
from datetime import datetime

from aggregator.core.lint.addresses import check_iri
from aggregator.core.lint.children import (
    Child,
    anything,
    check_attribute,
    check_children,
    dated,
    leaf,
    make_table,
    nothing,
)
from aggregator.core.lint.dates import check_rfc2822
from aggregator.core.lint.findings import at, quote
from aggregator.core.lint.rss import is_own
from aggregator.core.lint.values import Finding, Spot

_VERSIONS = frozenset({"1.0", "1.1", "2.0"})
_FEEDS = frozenset({"rss", "atom", "feed"})


def check_opml(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    """Findings about a list of feeds."""
    version = spot.node.attributes.get("version", "")
    if version not in _VERSIONS:
        words = f"its version is {quote(version)}; write 2.0"
        yield at(spot, "InvalidOPMLVersion", words, "version")
    yield from check_children(spot, _OPML, is_own, now)


def _check_head(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    yield from check_children(spot, _HEAD, is_own, now)


def _check_body(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    yield from check_children(spot, _BODY, is_own, now)


def _check_outline(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    attributes = spot.node.attributes
    yield from check_attribute(spot, "text", anything, required=True)
    for name in ("xmlUrl", "htmlUrl", "url"):
        yield from check_attribute(spot, name, check_iri)
    if attributes.get("type", "").lower() in _FEEDS and "xmlUrl" not in attributes:
        words = "it says it is a feed and has no xmlUrl, so readers cannot subscribe; add it"
        yield at(spot, "MissingXmlURL", words)
    yield from check_children(spot, _OUTLINE, is_own, now)


_OPML = make_table({"head": Child(_check_head, least=1), "body": Child(_check_body, least=1)})
_BODY = make_table({"outline": Child(_check_outline, least=1, most=None)})
_OUTLINE = make_table({"outline": Child(_check_outline, most=None)})
_HEAD = make_table(
    {
        "title": Child(nothing),
        "dateCreated": Child(dated(check_rfc2822)),
        "dateModified": Child(dated(check_rfc2822)),
        "ownerName": Child(nothing),
        "ownerEmail": Child(nothing),
        "ownerId": Child(leaf(check_iri)),
        "docs": Child(leaf(check_iri)),
        **dict.fromkeys(
            ("expansionState", "vertScrollState", "windowTop", "windowLeft", "windowBottom"),
            Child(nothing),
        ),
        "windowRight": Child(nothing),
    }
)
