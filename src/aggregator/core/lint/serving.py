"""Rules of how a document is served: its address, media type and encoding."""

import re
from collections.abc import Iterator

from aggregator.core.lint.findings import of_whole, quote
from aggregator.core.lint.values import Circumstances, Document, Finding

_RIGHT = {
    "atom": frozenset({"application/atom+xml"}),
    "rss": frozenset({"application/rss+xml"}),
    "json": frozenset({"application/feed+json"}),
    "opml": frozenset({"text/x-opml", "application/opml+xml", "text/opml"}),
}
_VAGUE = frozenset({"application/xml", "text/xml", "application/json", "text/json"})
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_ORIGIN = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_UTF8 = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})
_LARGEST = 5_000_000
"""Bytes: the W3C's validator refuses more (its MAXDATALENGTH), and so do some readers."""


def find_charset(media_type: str) -> str:
    """The charset that a media type names, in lower case; "" for none."""
    found = _CHARSET.search(media_type)
    return found[1].lower() if found else ""


def check_size(document: Document) -> Iterator[Finding]:
    """Findings about the size of a document, which was judged for all that."""
    if document.size > _LARGEST:
        words = f"it has {document.size:,} bytes, and the W3C's validator takes {_LARGEST:,}"
        step = "some readers take no more either; publish fewer or shorter entries"
        yield of_whole("ValidatorLimit", f"{words}; {step}")


def check_serving(form: str, document: Document, around: Circumstances) -> Iterator[Finding]:
    """Findings about media type and encoding, of a document of a known form."""
    declared = document.encoding.lower()
    charset = find_charset(around.media_type or "")
    used = charset or declared
    if used not in _UTF8:
        words = f"it is in {used}, which not every reader knows; write UTF-8"
        yield of_whole("NotUTF8", words)
    if around.media_type is None:
        return
    kind = around.media_type.partition(";")[0].strip().lower()
    if charset and declared and charset != declared and not {charset, declared} <= _UTF8:
        words = f"the server says {charset}, the document {declared}"
        yield of_whole("EncodingMismatch", f"{words}; let both say utf-8")
    right = min(_RIGHT[form])
    if kind in _VAGUE:
        words = f"{kind} does not say which format it is; serve it as {right}"
        yield of_whole("NonSpecificMediaType", words)
    elif kind not in _RIGHT[form]:
        words = f"it is served as {quote(kind)}, which is something else; serve it as {right}"
        yield of_whole("UnexpectedContentType", words)


def check_self(own: str, around: Circumstances) -> Iterator[Finding]:
    """Findings about the address that the document gives as its own."""
    if own and around.places and _fold_host(own) not in map(_fold_host, around.places):
        words = f"it says it stands at {quote(own)} and was found at {quote(around.places[-1])}"
        step = "readers may subscribe to the wrong one; let both be the same"
        yield of_whole("SelfDoesntMatchLocation", f"{words}; {step}")


def _fold_host(url: str) -> str:
    """An address with scheme and host in lower case: these tell none apart (RFC 3986, 6.2.2.1)."""
    return _ORIGIN.sub(lambda found: found.group().lower(), url, count=1)
