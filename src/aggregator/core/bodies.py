"""What a body is that is no feed, told by how it begins, in words that a person can act on."""

import html
import re

_HTML_START = re.compile(
    rb"(?:\s|<\?[^>]{0,500}>|<!--.{0,2000}?-->){0,20}<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_FEED_START = re.compile(rb"<(?:\?xml|rss|feed|rdf:RDF)\b")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_GZIP = b"\x1f\x8b"
_LONGEST = 80


def is_html(body: bytes) -> bool:
    """Whether a document begins as an HTML page."""
    return _HTML_START.match(body[:20_000].removeprefix(_MARKS[0])) is not None


def find_start(body: bytes) -> bytes:
    """The first sign of a text in whatever Unicode it is written, b"" where there is none.

    The marks and zeros of UTF-16 and UTF-32 are no signs.
    """
    plain = body[:20_000].replace(b"\0", b"")
    for mark in _MARKS:
        plain = plain.removeprefix(mark)
    return plain.lstrip()[:1]


def name_stranger(body: bytes) -> str:
    """What a body is that is neither XML nor JSON, and what to do; "" for what may be a feed.

    Words before a feed, such as a warning of PHP's, make it a broken feed, no other thing.
    """
    start = find_start(body)
    if not start:
        return "it is empty; look at what writes it"
    if body.startswith(_GZIP):
        return "it is compressed with gzip; unpack it, or serve it with Content-Encoding: gzip"
    if is_html(body):
        return f"it is an HTML page, not a feed{quote_title(body)}; name the feed of that page"
    if start not in {b"<", b"{", b"["} and not _FEED_START.search(body[:20_000]):
        return f"it is neither XML nor JSON: it begins with {quote_start(body)}; name a feed"
    return ""


def quote_title(body: bytes) -> str:
    """The title of an HTML page with a colon before it, "" for none."""
    found = _TITLE.search(body[:200_000])
    title = html.unescape(found[1].decode("utf-8", "replace")) if found else ""
    return f": {cut_words(title)}" if title.strip() else ""


def quote_start(body: bytes) -> str:
    """The first words of a body, in quotes and in ASCII."""
    return ascii(cut_words(body[:_LONGEST].decode("utf-8", "replace")))


def cut_words(text: str) -> str:
    """A text in one line, cut where it is long."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
