"""Rules of the vocabularies that Atom and RSS share: Dublin Core, Media RSS, threads and more."""

from collections.abc import Iterator
from datetime import datetime

from aggregator.core.lint.addresses import check_iri, check_web
from aggregator.core.lint.children import (
    Child,
    check_attribute,
    language,
    leaf,
    media_attribute,
    non_negative,
    not_blank,
)
from aggregator.core.lint.values import Finding, Spot


def _check_picture(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    yield from check_attribute(spot, "url", check_web, required=spot.node.name == "media:thumbnail")
    yield from check_attribute(spot, "type", media_attribute)
    for name in ("width", "height"):
        yield from check_attribute(spot, name, non_negative)


def _check_terms(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    """RSL 1.0 section 3: whose terms they are must be said."""
    yield from check_attribute(spot, "url", check_web, required=True)


OF_ENTRIES = {
    "thr:total": Child(leaf(non_negative)),
    "slash:comments": Child(leaf(non_negative)),
    "media:thumbnail": Child(_check_picture, most=None),
    "media:content": Child(_check_picture, most=None),
    "creativeCommons:license": Child(leaf(check_iri), most=None),
    "dc:creator": Child(leaf(not_blank), most=None),
    "dc:rights": Child(leaf(not_blank), most=None),
    "dc:language": Child(leaf(language)),
    "wfw:commentRss": Child(leaf(check_iri)),
    "rsl:content": Child(_check_terms, most=None),
}
