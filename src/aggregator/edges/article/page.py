"""What a page holds: trafilatura finds the text; what it drops is read from the raw page.

That is a dateline of one line; and whom the page credits, which it does not know.
"""

import codecs
import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import trafilatura
from lxml import etree, html
from trafilatura.utils import decode_file

from aggregator.core.hiding import judge_style, may_hide
from aggregator.core.model import ArticlePage, Line
from aggregator.core.text import clean_text, fold

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_META_START = 4_096
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article blockquote br dd div dl dt figure h1 h2 h3 h4 h5 h6 header hr li main ol p"
        " pre section table td th tr ul",
    )
)
_ASIDES = frozenset(
    re.findall(
        r"\w+", "script style noscript template nav aside footer form figcaption button select"
    )
)
_LONGEST_LINE = 120
_BEFORE, _BEHIND = 6, 5
"""Blocks looked at in front of the text, date and headline among them, and behind it."""
_OPENING = 60
_MOST_LINES = 60
_MOST_AUTHORS = 3

Element = Any
"""An lxml element: lxml ships no types, and its elements never leave this room."""


def read_page(body: bytes, content_type: str, url: str) -> ArticlePage:
    """What a page holds; its HTML is not cleaned yet."""
    markup = _decode(body, content_type)
    root = _read(markup)
    if root is None:
        return ArticlePage()
    found = trafilatura.extract(
        copy.deepcopy(root) if _drop_hidden(root, markup) else markup,
        url=url,
        output_format="html",
        include_comments=False,
        include_formatting=True,
        include_links=True,
        include_images=True,
    )
    if not found:
        return ArticlePage(title=_read_title(root), is_paid=_is_paid(root))
    before, within = _list_lines(root, found)
    return ArticlePage(
        html=_take_inside(found),
        title=_read_title(root),
        canonical=_read_canonical(root),
        authors=tuple(_list_authors(root)),
        before=before,
        within=within,
        is_paid=_is_paid(root),
    )


def _decode(body: bytes, content_type: str) -> str:
    """The page as text: by its BOM, else as HTTP says, else as it says itself (HTML, 13.2.3.2)."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    start = body[:_META_START].decode("latin-1")
    named = [found[1] for text in (content_type, start) if (found := _CHARSET.search(text))]
    for name in (*named, "utf-8"):
        try:
            return body.decode(name)
        except (LookupError, ValueError):  # nobody knows it, or the page is in another
            continue
    return str(decode_file(body))


def _read(markup: str) -> Element:
    try:
        # lxml refuses text that declares an encoding; bytes with their encoding named are fine.
        parser = html.HTMLParser(
            encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
        )
        body = markup.encode("utf-8", "replace")
        return html.document_fromstring(body, parser=parser) if markup.strip() else None
    except (etree.LxmlError, ValueError):
        return None


def _drop_hidden(root: Element, markup: str) -> bool:
    """Take out what the page lets nobody see; whether there was any.

    trafilatura drops the attributes that say so and keeps the words.
    """
    if not may_hide(markup):
        return False
    unseen = [
        one
        for one in root.iter(etree.Element)
        if one.get("hidden") is not None or judge_style(one.get("style") or "") in {"gone", "small"}
    ]
    for one in unseen:
        if one.getparent() is not None:
            one.drop_tree()
    return bool(unseen)


def _take_inside(found: str) -> str:
    """The article without the document that trafilatura puts round it."""
    return re.sub(r"</?(?:html|body)>", "", found).strip()


# ---------------------------------------------------------------- what the page says of itself


def _read_title(root: Element) -> str:
    titles = [
        clean_text("".join(one.itertext())) for one in (*root.iter("title"), *root.iter("h1"))
    ]
    return "\n".join(title for title in titles if title)


def _read_canonical(root: Element) -> str | None:
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return str(link.get("href") or "") or None
    return None


def _list_authors(root: Element) -> Iterator[str]:
    """Who is shown as the author, by `rel=author`; what only `<meta>` says is often "admin"."""
    seen: set[str] = set()
    for anchor in root.iter("a"):
        name = clean_text("".join(anchor.itertext()))
        is_author = "author" in (anchor.get("rel") or "").lower().split()
        if is_author and name and name not in seen and len(seen) < _MOST_AUTHORS:
            seen.add(name)
            yield name


def _is_paid(root: Element) -> bool:
    """Whether the page calls its text not free (schema.org isAccessibleForFree, content_tier)."""
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").lower()
        if name == "article:content_tier" and (meta.get("content") or "").lower() != "free":
            return True
    scripts = (one for one in root.iter("script") if "ld+json" in (one.get("type") or ""))
    return any(_says_paid(one.text or "") for one in scripts)


def _says_paid(text: str) -> bool:
    try:
        return _finds_paid(json.loads(text), 0)
    except (ValueError, RecursionError):
        return False


def _finds_paid(value: object, depth: int) -> bool:
    """Whether any object of JSON-LD, some levels deep, has isAccessibleForFree: false."""
    if depth > 5:  # noqa: PLR2004 - a graph of articles is three levels deep
        return False
    if isinstance(value, dict):
        said = value.get("isAccessibleForFree")
        is_paid = said is False or (isinstance(said, str) and said.lower() == "false")
        return is_paid or any(_finds_paid(inner, depth + 1) for inner in value.values())
    return isinstance(value, list) and any(_finds_paid(inner, depth + 1) for inner in value)


# ---------------------------------------------------------------- the blocks round the text


def _list_lines(root: Element, found: str) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The short blocks right in front of the article's text, and those in it and behind it."""
    body = root.find("body")
    blocks = _list_blocks(root if body is None else body)
    paragraphs = _list_openings(found)
    places = [at for at, block in enumerate(blocks) if fold(block.text)[:_OPENING] in paragraphs]
    if not places:  # put together otherwise than the page is: a credit may stand anywhere
        return (), _keep_short(blocks)
    # A dateline may stand between the headline and the text: both may have been kept.
    long = (at for at in places if len(blocks[at].text) > _OPENING)
    first, last = next(long, places[0]), places[-1]
    before = blocks[max(0, first - _BEFORE) : first]
    return _keep_short(before), _keep_short(blocks[first : last + 1 + _BEHIND])


def _list_openings(found: str) -> frozenset[str]:
    """How the blocks of the extracted text begin."""
    root = html.fragment_fromstring(found, create_parent="div")
    texts = (fold(block.text)[:_OPENING] for block in _list_blocks(root))
    return frozenset(text for text in texts if text)


def _keep_short(blocks: list[Line]) -> tuple[Line, ...]:
    short = [block for block in blocks if len(block.text) <= _LONGEST_LINE]
    return tuple(short[-_MOST_LINES:])


def _list_blocks(root: Element) -> list[Line]:
    """The runs of words between the edges of blocks, in order; asides are left out."""
    lines: list[Line] = []
    pieces: list[str] = []
    links: list[str] = []

    def end_line() -> None:
        if text := clean_text("".join(pieces)):
            lines.append(Line(text, next(iter(links), None)))
        pieces.clear()
        links.clear()

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if element.tag in _BLOCKS or element.tag in _ASIDES:
            end_line()
        if event == "end":
            pieces.append(element.tail or "")
        elif element.tag in _ASIDES:
            walker.skip_subtree()
        else:
            pieces.append(element.text or "")
            links += [element.get("href")] if element.tag == "a" and element.get("href") else []
    end_line()
    return lines
