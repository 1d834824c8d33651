"""A page -> the feeds that it names (lxml): its own links first, what only looks like one last.

It reads one page and asks nobody; what is a feed is found out by reading it.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from aggregator.core import urls
from aggregator.core.finding import Hint, looks_like_feed

_MOST = 200
_MOST_BYTES = 5_000_000
_TYPES = re.compile(r"\s*application/(?:rss|atom|rdf|feed)\+(?:xml|json)\b", re.IGNORECASE)
_VAGUE = re.compile(r"\s*(?:application|text)/(?:xml|json)\b", re.IGNORECASE)

Element = Any
"""An lxml element: lxml ships no types, and its elements never leave this room."""


def find_hints(body: bytes, url: str, charset: str | None = None) -> tuple[Hint, ...]:
    """Return the feeds that a page declares, then the anchors that may lead to one."""
    root = _read(body[:_MOST_BYTES], charset)
    if root is None:
        return ()
    base = _find_base(root, url)
    found: dict[str, Hint] = {}
    for hint in (*_list_declared(root, base), *_list_anchors(root, base)):
        found.setdefault(hint.url, hint)
    return tuple(found.values())[:_MOST]


def _read(body: bytes, charset: str | None) -> Element:
    try:
        parser = html.HTMLParser(encoding=charset, no_network=True)
        return html.document_fromstring(body, parser=parser) if body.strip() else None
    except LookupError:  # an encoding that nobody knows
        return _read(body, None) if charset else None
    except (etree.LxmlError, ValueError):
        return None


def _find_base(root: Element, url: str) -> str:
    """Where relative links begin: the first `<base href>`, itself relative to the page."""
    written = next((one.get("href") for one in root.iter("base") if one.get("href")), "")
    return urls.resolve(url, written) or url


def _list_declared(root: Element, base: str) -> Iterator[Hint]:
    """`<link rel=alternate type=...>`; `rel=feed` too, which some pages still write."""
    for link in root.iter("link"):
        words = (link.get("rel") or "").lower().split()
        kind = link.get("type") or ""
        is_feed = "feed" in words or ("alternate" in words and bool(_TYPES.match(kind)))
        is_vague = "alternate" in words and bool(_VAGUE.match(kind))
        target = urls.resolve(base, link.get("href") or "")
        if target and (is_feed or (is_vague and looks_like_feed(target))):
            yield Hint(target, (link.get("title") or "").strip(), declared=True)


def _list_anchors(root: Element, base: str) -> Iterator[Hint]:
    for anchor in root.iter("a"):
        target = urls.resolve(base, anchor.get("href") or "")
        if target and looks_like_feed(target):
            words = " ".join("".join(anchor.itertext()).split())
            yield Hint(target.partition("#")[0], words, declared=False)
