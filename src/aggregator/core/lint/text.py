"""Rules of Atom's text constructs and content (RFC 4287, sections 3.1 and 4.1.3)."""

from collections.abc import Iterator
from datetime import datetime

from aggregator.core.lint.addresses import check_reference, is_media_type
from aggregator.core.lint.children import check_attribute, media_attribute, say
from aggregator.core.lint.findings import at, quote
from aggregator.core.lint.markup import check_element, check_html, find_markup
from aggregator.core.lint.values import Finding, Spot

_TYPES = frozenset({"text", "html", "xhtml"})


def check_text(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    """Findings about a title, summary, rights or subtitle."""
    kind = spot.node.attributes.get("type", "text")
    if kind not in _TYPES:
        words = f"the type {quote(kind)} is none of text, html and xhtml; write one of them"
        yield at(spot, "InvalidTextType", words, "type")
    else:
        yield from _check_inside(spot, kind)


def check_content(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
    """Findings about a content: of a text's types, of a media type, or elsewhere."""
    kind = spot.node.attributes.get("type", "text")
    if "src" in spot.node.attributes:
        yield from check_attribute(spot, "src", check_reference)
        yield from check_attribute(spot, "type", media_attribute)
    elif kind in _TYPES:
        yield from _check_inside(spot, kind)
    elif not is_media_type(kind) or kind.startswith("multipart/"):
        words = f"{quote(kind)} is neither text, html, xhtml nor a media type; write one of them"
        yield at(spot, "InvalidMIMEType", words, "type")


def _check_inside(spot: Spot, kind: str) -> Iterator[Finding]:
    if kind == "xhtml":
        yield from _check_xhtml(spot)
        return
    for inner in spot.down():
        words = f"a text of type {kind} may hold no elements; escape {say(inner.node.name)}"
        yield at(inner, "UndefinedElement", words)
    if not spot.node.text.strip() and not spot.node.children:
        yield at(spot, "NotBlank", "it is empty; give it a text or leave it out")
    if kind == "html":
        yield from judge_html(spot, spot.node.text)
    elif found := find_markup(spot.node.text):
        words = f"it is of type text and holds {quote(found)}; write type html or plain words"
        yield at(spot, "ContainsUndeclaredHTML", words)


def judge_html(spot: Spot, text: str) -> Iterator[Finding]:
    """Findings about escaped HTML; with an xml:base, relative addresses lead somewhere."""
    for kind, words in check_html(text):
        if kind != "ContainsRelRef" or spot.inherit("xml:base") is None:
            yield at(spot, kind, words)


def _check_xhtml(spot: Spot) -> Iterator[Finding]:
    names = [child.name for child in spot.node.children]
    if names != ["xhtml:div"] or spot.node.text.strip():
        words = "a text of type xhtml is one div in the namespace of XHTML; wrap it in one"
        yield at(spot, "MissingXhtmlDiv", words)
    for inner in spot.down():
        yield from _check_element(inner)


def _check_element(spot: Spot) -> Iterator[Finding]:
    prefix, _, tag = spot.node.name.rpartition(":")
    if prefix == "xhtml":
        for kind, words in check_element(tag, spot.node.attributes):
            if kind != "ContainsRelRef" or spot.inherit("xml:base") is None:
                yield at(spot, kind, words)
    else:
        yield at(spot, "NotHtml", f"{say(spot.node.name)} is not of XHTML; remove it")
    for inner in spot.down():
        yield from _check_element(inner)
