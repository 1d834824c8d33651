"""Whether the charset of a document is known: a guess that would garble it is refused.

A feed of the wrong charset is no broken feed: it parses, and every title of it
is rubbish. So what cannot be decoded as it says, nor as UTF-8, is taken for
Western European (windows-1252, the usual guess) only where it looks like it.
"""

import codecs
import re

_HTTP_LABEL = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_XML_LABEL = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(rb"<[^>]*>")
_FOREIGN = re.compile(rb"[\x80-\xff]{4,}")
"""Four letters on end beyond ASCII: words of Cyrillic, Armenian or Greek, hardly ever of Latin."""
_SUPERSETS = {"gb2312": "gb18030"}


class CharsetError(Exception):
    """Nobody can tell what the bytes mean; the message says so to people."""


def narrow(body: bytes) -> bytes | None:
    """A document of UTF-16 or UTF-32 as UTF-8; None for others.

    Its first bytes say so: a byte order mark, which wins over every label
    (RFC 7303 section 3.3), or the zeros around the first `<`.
    """
    for mark, charset in _WIDE:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace").encode()
    for start, charset in _WIDE_STARTS:
        if body.startswith(start):
            return body.decode(charset, "replace").encode()
    return None


def check_charset(text: bytes, content_type: str) -> None:
    """Raise CharsetError for text that only a wrong guess could read.

    Other things than XML, and pages, fail by themselves and in better words.
    """
    if not text.startswith(b"<") or _PAGE.search(text[:1_000]):
        return
    labels = _find_labels(text, content_type)
    if any(_is_written_in(text, label) for label in (*labels, "utf-8")) or _looks_western(text):
        return
    if labels:
        said = f"its charset is given as {labels[0][:40]}, which cannot be read as such here"
    else:
        said = "it names no charset and is not UTF-8"
    raise CharsetError(f"{said}; ask the publisher for UTF-8")


def find_label(text: bytes, content_type: str) -> str:
    """The charset that is to be believed first: HTTP's, else the XML declaration's, else ""."""
    return next(iter(_find_labels(text, content_type)), "")


def _find_labels(text: bytes, content_type: str) -> tuple[str, ...]:
    """What HTTP and the XML declaration call the charset."""
    http, xml = _HTTP_LABEL.search(content_type), _XML_LABEL.match(text[:300])
    return ((http[1],) if http else ()) + ((xml[1].decode("ascii"),) if xml else ())


def _is_written_in(text: bytes, label: str) -> bool:
    try:
        text.decode(_SUPERSETS.get(label.lower(), label))
    except (UnicodeError, LookupError):
        return False
    return True


def _looks_western(text: bytes) -> bool:
    """Whether letters beyond ASCII stand alone, as in Latin scripts, not as whole words."""
    words = _TAG.sub(b" ", text)
    beyond = sum(byte > 0x7F for byte in words)  # noqa: PLR2004 - the end of ASCII
    return 4 * sum(map(len, _FOREIGN.findall(words))) <= beyond
