"""Rules of every XML format: characters, namespaces, languages, stray text."""

from collections.abc import Iterator

from aggregator.core.lint.addresses import is_language
from aggregator.core.lint.chars import check_chars, is_suspect
from aggregator.core.lint.findings import at, quote
from aggregator.core.lint.names import WRONG
from aggregator.core.lint.values import Finding, Node, Spot

_FRAMES = frozenset(
    {
        "atom:feed", "atom:entry", "atom:source", "atom:author", "atom:contributor",
        "rss", "channel", "item", "image", "opml", "head", "body",
    }
)  # fmt: skip
"""Elements that hold only elements."""
_ENTRIES = frozenset({"atom:entry", "item"})


def check_everywhere(spot: Spot) -> Iterator[Finding]:
    """Findings about an element and all that is in it, whatever the format."""
    if not _is_plain(spot.node):
        yield from _check_all(spot)


def _is_plain(node: Node) -> bool:
    """Tell whether a glance shows that nothing can be wrong: a third of the time of looking."""
    if node.name[0] == "{" or "xml:lang" in node.attributes or is_suspect(node.text):
        return False
    if node.name in _FRAMES and node.text.strip():
        return False
    return not any(map(is_suspect, node.attributes.values())) and all(map(_is_plain, node.children))


def check_around_entries(spot: Spot) -> Iterator[Finding]:
    """The same, without what is in entries."""
    yield from _check_node(spot)
    for inner in spot.down():
        if inner.node.name not in _ENTRIES:
            yield from check_around_entries(inner)


def _check_all(spot: Spot) -> Iterator[Finding]:
    yield from _check_node(spot)
    for inner in spot.down():
        if not _is_plain(inner.node):
            yield from _check_all(inner)


def _check_node(spot: Spot) -> Iterator[Finding]:
    node = spot.node
    for kind, words in check_chars(node.text):
        yield at(spot, kind, words)
    if node.attributes:
        yield from _check_attributes(spot)
    if node.name in _FRAMES and (text := node.text.strip()):
        words = f"it holds the text {quote(text)}, which belongs to nothing; remove it"
        yield at(spot, "UnexpectedText", words)
    if node.name.startswith("{"):
        uri = node.name[1:].partition("}")[0]
        if uri in WRONG:
            words = f"the namespace {uri} is not what readers know: {WRONG[uri]}"
            yield at(spot, "InvalidNamespace", words)


def _check_attributes(spot: Spot) -> Iterator[Finding]:
    for name, value in spot.node.attributes.items():
        for kind, words in check_chars(value):
            yield at(spot, kind, words, name)
    tag = spot.node.attributes.get("xml:lang")
    if tag and not is_language(tag):
        words = f"{quote(tag)} is no language tag (RFC 5646); write one as hy or en-GB"
        yield at(spot, "InvalidLanguage", words, "xml:lang")
