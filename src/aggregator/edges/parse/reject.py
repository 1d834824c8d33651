"""A body that is no feed -> what it is instead, in words that a person can act on."""

import html
import re

from aggregator.core.model import Failure, ParseFailed
from aggregator.edges.parse.engine import Heard

_HTML_START = re.compile(
    rb"(?:\s|<\?[^>]{0,500}>|<!--.{0,2000}?-->){0,20}<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_LONGEST = 80


def is_html(data: bytes) -> bool:
    """Whether a document begins as an HTML page."""
    return _HTML_START.match(data[:20_000]) is not None


def name_body(data: bytes, heard: Heard) -> ParseFailed:
    """Why a document is no feed: an HTML page, some other XML, or no XML at all."""
    if is_html(data) or heard.root == "html":
        return ParseFailed(Failure.HTML, f"HTML page, not a feed{_quote_title(data)}")
    begins_as_xml = data.lstrip()[:1] == b"<"
    if heard.root and begins_as_xml:
        return ParseFailed(
            Failure.NOT_A_FEED, f"XML, but not a feed: its root is <{_cut(heard.root)}>"
        )
    return ParseFailed(Failure.NOT_XML, f"neither XML nor JSON: begins with {_quote_start(data)}")


def _quote_title(data: bytes) -> str:
    found = _TITLE.search(data[:200_000])
    title = html.unescape(found[1].decode("utf-8", "replace")) if found else ""
    return f": {_cut(title)}" if title.strip() else ""


def _quote_start(data: bytes) -> str:
    return ascii(_cut(data[:_LONGEST].decode("utf-8", "replace")))


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
