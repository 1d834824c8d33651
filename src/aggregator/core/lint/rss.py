"""Rules of RSS 2.0, and of the RSS Board's profile of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from aggregator.core.lint.addresses import check_iri, check_web, has_email
from aggregator.core.lint.atom import check_link
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
    say,
)
from aggregator.core.lint.dates import check_rfc2822
from aggregator.core.lint.extensions import OF_ENTRIES
from aggregator.core.lint.findings import at, quote
from aggregator.core.lint.markup import find_tag
from aggregator.core.lint.text import judge_html
from aggregator.core.lint.values import Finding, Spot

_SHORT_GUID = 9
_OLD = frozenset({"0.91", "0.92", "0.93", "0.94"})
"""Versions that RSS 2.0 replaced and that all its readers read; the W3C's validator takes them."""


def check_rss(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    """Findings about a document, its channel and all its items."""
    yield from check_rss_head(spot, now, _RSS)


def check_rss_head(
    spot: Spot, now: datetime | None, table: Table | None = None
) -> Iterator[Finding]:
    """Findings about a document, its channel, and its items together, none about what is in one."""
    version = spot.node.attributes.get("version", "")
    if version in _OLD:
        words = f"it is RSS {version}, which RSS 2.0 replaced; it is judged as 2.0; write 2.0"
        yield at(spot, "ObsoleteVersion", words, "version")
    elif version != "2.0":
        words = f"it says its version is {quote(version)}; write 2.0, which readers know"
        yield at(spot, "InvalidRSSVersion", words, "version")
    yield from check_children(spot, table or _RSS_HEAD, is_own, now)


def check_item(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    """Findings about one item."""
    yield from check_children(spot, _ITEM, is_own, now)
    names = [child.name for child in spot.node.children]
    if "title" not in names and "description" not in names:
        words = "it has neither a title nor a description; add one of them"
        yield at(spot, "ItemMustContainTitleOrDescription", words)
    # Before 2.0 there was no guid.
    if "guid" not in names and spot.inherit("version") not in _OLD:
        words = "it has no guid, so readers take each change for a new item; add one"
        yield at(spot, "MissingGuid", words)
    yield from _check_order(spot, names)
    yield from _check_semantics(spot, names)


def is_own(name: str) -> bool:
    """Tell whether a name is RSS's: it has no namespace."""
    return ":" not in name and "}" not in name


def _check_channel(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    yield from _check_channel_by(spot, now, _CHANNEL)


def _check_channel_head(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    yield from _check_channel_by(spot, now, _CHANNEL_HEAD)


def _check_channel_by(spot: Spot, now: datetime | None, table: Table) -> Iterator[Finding]:
    yield from check_children(spot, table, is_own, now)
    nodes = spot.node.children
    selves = [n for n in nodes if n.name == "atom:link" and n.attributes.get("rel") == "self"]
    if not selves:
        words = "it has no atom:link with rel self, by which readers know its address; add one"
        yield at(spot, "MissingAtomSelfLink", words)
    if any(find(node, "slash:comments") for node in nodes) and not find(spot.node, "lastBuildDate"):
        words = "its items count comments, but nothing says as of when; add lastBuildDate"
        yield at(spot, "SlashDate", words)
    yield from _check_places(spot)
    yield from _check_guids(spot)


def _check_places(spot: Spot) -> Iterator[Finding]:
    """Items stand behind the channel's own elements (RSS Board profile, "item")."""
    own = [i for i, n in enumerate(spot.node.children) if is_own(n.name) and n.name != "item"]
    last = max(own, default=0)
    for i, inner in enumerate(spot.down()):
        if inner.node.name == "item" and i < last:
            words = "it stands before elements of the channel; put all items at the end"
            yield at(inner, "MisplacedItem", words)


def _check_guids(spot: Spot) -> Iterator[Finding]:
    items = [inner for inner in spot.down() if inner.node.name == "item" and inner.entry]
    counts = Counter(inner.entry for inner in items)
    seen: set[str] = set()
    for inner in items:
        if counts[inner.entry] > 1 and inner.entry in seen:
            words = f"the guid {quote(inner.entry)} stood before, readers show one; keep one"
            yield at(inner, "DuplicateValue", words)
        seen.add(inner.entry)


def _check_order(spot: Spot, names: list[str]) -> Iterator[Finding]:
    if "content:encoded" in names and "description" not in names[: names.index("content:encoded")]:
        words = "description must stand before content:encoded, some readers take the last"
        yield at(spot, "NeedDescriptionBeforeContent", f"{words}; put it first")


def _check_semantics(spot: Spot, names: list[str]) -> Iterator[Finding]:
    for plain, other in (("author", "dc:creator"), ("pubDate", "dc:date"), ("guid", "atom:id")):
        if plain in names and other in names:
            words = f"{say(plain)} and {say(other)} say one thing, readers take either; keep one"
            yield at(spot, "DuplicateItemSemantics", words)


def _check_guid(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    value = spot.node.text.strip()
    permanent = spot.node.attributes.get("isPermaLink", "true")
    if not value:
        yield at(spot, "NotBlank", "it is empty; give it an id or leave it out")
    elif permanent not in {"true", "false"}:
        words = f"{quote(permanent)} is neither true nor false; write one of them"
        yield at(spot, "InvalidBooleanAttribute", words, "isPermaLink")
    elif permanent == "false":
        if value.isdigit() and len(value) < _SHORT_GUID:
            words = f"{value} is an id of many feeds; write it as an address or a tag:"
            yield at(spot, "NotSufficientlyUnique", words)
    elif value.lower().startswith(("tag:", "urn:")):
        words = f"{quote(value)} can be opened by no reader; write isPermaLink false"
        yield at(spot, "InvalidPermalink", words)
    elif wrong := list(check_web(value)):
        kind, words = wrong[0]
        kind = kind if kind == "InvalidUriChar" else "InvalidHttpGUID"
        yield at(spot, kind, f"{words}, or write isPermaLink false")


def _check_enclosure(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    yield from check_attribute(spot, "url", check_web, required=True)
    yield from check_attribute(spot, "type", media_attribute, required=True)
    yield from check_attribute(spot, "length", _check_length, required=True)


def _check_length(value: str) -> Iterable[tuple[str, str]]:
    if value.lstrip("-").isdigit():
        return non_negative(value)
    return [("InvalidIntegerAttribute", f"{quote(value)} is no number; write the bytes, or 0")]


def _check_source(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    yield from check_attribute(spot, "url", check_iri, required=True)
    yield from leaf(not_blank)(spot, None)


def _check_html(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    yield from judge_html(spot, spot.node.text)


def _check_plain(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    value = spot.node.text.strip()
    if not value and not spot.node.children:
        yield at(spot, "NotBlank", "it is empty; give it a text or leave it out")
    elif found := find_tag(value):
        words = f"it is a plain text and holds {quote(found)}; escape it once more or remove it"
        yield at(spot, "ContainsHTML", words)


def _check_email(value: str) -> Iterator[tuple[str, str]]:
    if not has_email(value):
        words = f"{quote(value)} is no e-mail address, as RSS wants; use dc:creator for a name"
        yield "InvalidContact", words
    elif "(" not in value:
        yield "MissingRealName", f"{quote(value)} has no name; write it as a@b.example (A. Bee)"


def _check_image(spot: Spot, now: datetime | None) -> Iterator[Finding]:
    yield from check_children(spot, _IMAGE, is_own, now)


def _check_cloud(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    for name in ("domain", "port", "path", "registerProcedure", "protocol"):
        yield from check_attribute(spot, name, anything, required=True)


_IMAGE = make_table(
    {
        "url": Child(leaf(check_web), least=1),
        "title": Child(leaf(not_blank), least=1),
        "link": Child(leaf(check_iri), least=1),
        "width": Child(leaf(non_negative)),
        "height": Child(leaf(non_negative)),
        "description": Child(nothing),
    }
)
_CHANNEL_CHILDREN = {
    "title": Child(_check_plain, least=1, missing="MissingTitle"),
    "link": Child(leaf(check_iri), least=1, missing="MissingLink"),
    "description": Child(_check_html, least=1, missing="MissingDescription"),
    "language": Child(leaf(language)),
    "copyright": Child(_check_plain),
    "managingEditor": Child(leaf(_check_email)),
    "webMaster": Child(leaf(_check_email)),
    "pubDate": Child(dated(check_rfc2822)),
    "lastBuildDate": Child(dated(check_rfc2822)),
    "category": Child(leaf(not_blank), most=None),
    "generator": Child(nothing),
    "docs": Child(leaf(check_iri)),
    "cloud": Child(_check_cloud),
    "ttl": Child(leaf(non_negative)),
    "image": Child(_check_image),
    "rating": Child(nothing),
    "textInput": Child(nothing),
    "skipHours": Child(nothing),
    "skipDays": Child(nothing),
    "item": Child(check_item, most=None),
    "atom:link": Child(check_link, most=None),
}
_CHANNEL = make_table(_CHANNEL_CHILDREN)
_CHANNEL_HEAD = make_table({**_CHANNEL_CHILDREN, "item": Child(nothing, most=None)})
_ITEM = make_table(
    {
        **OF_ENTRIES,
        "title": Child(_check_plain),
        "link": Child(leaf(check_iri)),
        "description": Child(_check_html),
        "author": Child(leaf(_check_email)),
        "category": Child(leaf(not_blank), most=None),
        "comments": Child(leaf(check_iri)),
        "enclosure": Child(_check_enclosure, twice="DuplicateEnclosure"),
        "guid": Child(_check_guid),
        "pubDate": Child(dated(check_rfc2822)),
        "source": Child(_check_source),
        "content:encoded": Child(_check_html),
        "atom:link": Child(check_link, most=None),
    }
)
_RSS = make_table({"channel": Child(_check_channel, least=1)})
_RSS_HEAD = make_table({"channel": Child(_check_channel_head, least=1)})
