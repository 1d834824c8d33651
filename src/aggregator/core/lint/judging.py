"""A document -> all its findings; one entry -> its findings; what must not be published."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from aggregator.core.lint.amount import cap
from aggregator.core.lint.atom import check_entry, check_feed, check_feed_head
from aggregator.core.lint.common import check_around_entries, check_everywhere
from aggregator.core.lint.findings import of_breach, of_whole, quote
from aggregator.core.lint.jsonfeed import check_json_feed, check_json_head, check_json_item
from aggregator.core.lint.names import ATOM, WRONG
from aggregator.core.lint.old import check_rdf
from aggregator.core.lint.opml import check_opml
from aggregator.core.lint.rss import check_item, check_rss, check_rss_head
from aggregator.core.lint.serving import check_self, check_serving, check_size
from aggregator.core.lint.values import (
    Breach,
    Circumstances,
    Document,
    Finding,
    Member,
    Node,
    Severity,
    Spot,
)

_Rules = Callable[[Spot, datetime | None], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class _Form:
    """A format: its name, its rules for a whole document, and for all around its entries."""

    name: str
    whole: _Rules
    head: _Rules


_FORMS = {
    "atom:feed": _Form("atom", check_feed, check_feed_head),
    "atom:entry": _Form("atom", check_entry, check_entry),
    "rss": _Form("rss", check_rss, check_rss_head),
    "opml": _Form("opml", check_opml, check_opml),
}
_RIGHT = {"rss": "RSS 2.0 has none; remove it", "feed": f"Atom has {ATOM}; use that"}
_ENTRIES: dict[str, _Rules] = {"atom": check_entry, "rss": check_item}
_NEVER = frozenset({"SecurityRisk", "SecurityRiskAttr", "DangerousStyleAttr"})
"""Warnings of the W3C's validator that this product publishes as little as errors."""


def lint(document: Document, around: Circumstances, *, entries: bool = True) -> tuple[Finding, ...]:
    """All findings about a document, in its order; without `entries`, none about what is in one."""
    root = document.root
    if isinstance(root, Breach):
        return (of_breach(root),)
    if isinstance(root, Member):
        found = _lint_json(root, document, around, entries=entries)
    else:
        found = _lint_xml(root, document, around, entries=entries)
    kept = cap(chain(check_size(document), found))
    return tuple(sorted(kept, key=lambda one: (one.line, one.column, one.kind)))


def lint_entry(entry: Node | Member | Breach, form: str) -> tuple[Finding, ...]:
    """All findings about one entry on its own, without those that need the time of day."""
    if isinstance(entry, Breach):
        return (of_breach(entry),)
    if isinstance(entry, Member):
        return tuple(check_json_item(entry, None))
    spot = Spot(entry)
    return (*_ENTRIES[form](spot, None), *check_everywhere(spot))


def forbids(finding: Finding) -> bool:
    """Tell whether what has this finding must not be published."""
    return finding.severity is Severity.ERROR or finding.kind in _NEVER


def _lint_xml(
    root: Node, document: Document, around: Circumstances, *, entries: bool
) -> Iterator[Finding]:
    form = _FORMS.get(root.name)
    if form is None:
        yield _name_root(root)
        return
    spot = Spot(root)
    yield from (form.whole if entries else form.head)(spot, around.now)
    yield from (check_everywhere if entries else check_around_entries)(spot)
    yield from check_serving(form.name, document, around)
    yield from check_self(_find_self(root), around)


def _name_root(root: Node) -> Finding:
    uri, _, local = root.name.rpartition("}")
    if found := check_rdf(root):
        return found
    if uri[1:] in WRONG:
        words = f"its namespace {uri[1:]} is not what readers know: {WRONG[uri[1:]]}"
        return of_whole("InvalidNamespace", words, local)
    if uri and local in _RIGHT:
        words = f"its namespace {uri[1:]} is not what readers know: {_RIGHT[local]}"
        return of_whole("InvalidNamespace", words, local)
    if root.name == "feed":
        step = "add xmlns and http://www.w3.org/2005/Atom"
        return of_whole("MissingNamespace", f"<feed> has no namespace; {step}", local)
    words = f"its root is {quote(local)}, which is no Atom, RSS or OPML; nothing was judged"
    return of_whole("NotAFeed", words, local)


def _lint_json(
    root: Member, document: Document, around: Circumstances, *, entries: bool
) -> Iterator[Finding]:
    if not isinstance(root.value, dict):
        yield of_whole("NotAFeed", "it is JSON, but no object; nothing was judged")
        return
    yield from (check_json_feed if entries else check_json_head)(root, around.now)
    yield from check_serving("json", document, around)
    own = root.value.get("feed_url")
    yield from check_self(own.value if own and isinstance(own.value, str) else "", around)


def _find_self(root: Node) -> str:
    """The address that a feed gives as its own."""
    inside = (root, *(child for child in root.children if child.name == "channel"))
    links = (
        link.attributes.get("href", "")
        for place in inside
        for link in place.children
        if link.name == "atom:link" and link.attributes.get("rel") == "self"
    )
    return next(links, "")
