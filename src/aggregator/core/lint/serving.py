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
_UTF8 = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})


def check_serving(form: str, document: Document, around: Circumstances) -> Iterator[Finding]:
    """Findings about media type and encoding, of a document of a known form."""
    declared = document.encoding.lower()
    if declared not in _UTF8:
        words = f"it is in {document.encoding}, which not every reader knows; write UTF-8"
        yield of_whole("NotUTF8", words)
    if around.media_type is None:
        return
    kind = around.media_type.partition(";")[0].strip().lower()
    found = _CHARSET.search(around.media_type)
    charset = found[1].lower() if found else ""
    if charset and charset not in _UTF8 | {declared}:
        words = f"the server says {charset}, the document {declared or 'utf-8'}"
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
    if own and around.places and own not in around.places:
        words = f"it says it stands at {quote(own)} and was found at {quote(around.places[-1])}"
        step = "readers may subscribe to the wrong one; let both be the same"
        yield of_whole("SelfDoesntMatchLocation", f"{words}; {step}")
