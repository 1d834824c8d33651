"""Bytes -> UTF-8: which charset a document is in, with the false labels seen in the wild.

The order of belief (HTTP, XML declaration, byte order mark, guess) is
feedparser's; this only takes out what would lead it astray.
"""

import re

from feedparser.encodings import convert_to_utf8

from aggregator.core.decoding import read_nearly, read_nearly_utf8, say_left_out, say_lost
from aggregator.edges.parse.charset import check_charset, find_labels, is_written_in, narrow

_SPACE = b" \t\r\n"
_BOM8 = b"\xef\xbb\xbf"
_WIDE_LABEL = re.compile(
    rb"(<\?xml[^>]{0,200}?encoding\s*=\s*[\"'])(?:utf-?(?:16|32)\w*|ucs-?[24]|iso-10646-ucs-[24])",
    re.IGNORECASE,
)
_WIDE_CHARSET = re.compile(
    r";\s*charset\s*=\s*[\"']?(?:utf-?(?:16|32)|ucs-?[24])[^;]*", re.IGNORECASE
)
_LABEL = re.compile(rb"(<\?xml[^>]{0,200}?encoding\s*=\s*[\"'])[\w.:-]+")
_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)
_WIDE_NAME = re.compile(r"utf-?(?:16|32)|ucs-?[24]|iso-10646-ucs", re.IGNORECASE)
_ONE_BYTE = re.compile(
    rb"(?:us-)?ascii|latin-?[1-9]|iso[-_]?8859[-_]\d{1,2}|(?:windows-|cp)125\d|koi8-[ru]",
    re.IGNORECASE,
)
"""Labels of one byte a character: letters of theirs in a row are never whole UTF-8."""
_UTF8 = frozenset({"utf-8", "utf8"})
_PAIR = re.compile(rb"\xed([\xa0-\xaf][\x80-\xbf])\xed([\xb0-\xbf][\x80-\xbf])")


def to_utf8(body: bytes, content_type: str) -> tuple[bytes, list[str]]:
    """The document as UTF-8 with a true XML declaration, and what was wrong with its charset.

    Raises CharsetError where nobody can tell what the bytes mean.
    """
    false = _find_false_label(_drop_margin(body), content_type)
    if false:
        text = _LABEL.sub(rb"\1utf-8", _drop_margin(body), count=1)
        content_type, problems = _CHARSET.sub("", content_type), [_name_false(false)]
    else:
        text, content_type, problems = _mend(body, content_type)
    check_charset(text, content_type)
    if _is_byte_wide(text):
        text = _WIDE_LABEL.sub(rb"\1utf-8", text)
        content_type = _WIDE_CHARSET.sub("", content_type)
    found: dict[str, object] = {}
    data: bytes = convert_to_utf8(
        {"content-type": content_type} if content_type else {}, text, found
    )
    return data, [*problems, *say_lost(data), *_name_charset(found, content_type)]


def _drop_margin(body: bytes) -> bytes:
    """The document without what stands before its first `<`: white space and repeated BOMs.

    Only where that leaves a byte-wide `<`: in UTF-16 a cut would split a character.
    """
    text = body.lstrip(_SPACE)
    while text.startswith(_BOM8):
        text = text[3:].lstrip(_SPACE)
    return text if _is_byte_wide(text) else body


def _is_byte_wide(text: bytes) -> bool:
    return text[:1] == b"<" and text[1:2] != b"\0"


def _find_false_label(text: bytes, content_type: str) -> str:
    """The label of one byte a character on what is UTF-8 throughout; "" where there is none.

    Believing it would garble every title, and nothing else would look wrong.
    """
    label = next(iter(find_labels(text, content_type)), "")
    if text.isascii() or not _is_byte_wide(text) or not _ONE_BYTE.fullmatch(label.encode()):
        return ""
    try:
        text.decode()
    except UnicodeDecodeError:
        return ""
    return label


def _name_false(label: str) -> str:
    return f"its charset is given as {label}, but it is UTF-8; read as UTF-8"


def _join_pairs(text: bytes, content_type: str) -> bytes:
    """The text with such characters whole, where nothing says that it is no UTF-8."""
    label = next(iter(find_labels(text, content_type)), "utf-8")
    return _PAIR.sub(_join_pair, text) if label.lower() in _UTF8 and _is_byte_wide(text) else text


def _join_pair(found: re.Match[bytes]) -> bytes:
    """A character that was encoded as two halves (CESU-8, of Java and old databases)."""
    return (
        found.group()
        .decode("utf-8", "surrogatepass")
        .encode("utf-16", "surrogatepass")
        .decode("utf-16")
        .encode()
    )


def _mend(body: bytes, content_type: str) -> tuple[bytes, str, list[str]]:
    """The document and its Content-Type, as UTF-8 where it is nearly what it says it is.

    One character cut in half would otherwise turn a whole Armenian feed into
    ISO-8859-2: feedparser knows no "nearly".
    """
    if narrowed := narrow(body):
        text, charset, broken = narrowed
    else:
        text = _join_pairs(_drop_margin(body), content_type)
        found = _read_nearly(text, content_type) if _is_byte_wide(text) else None
        if found is None:
            return text, content_type, []
        (kept, broken), charset = found
        text = kept.encode()
    problems = [say_left_out(broken, charset)] if broken else []
    text = _LABEL.sub(rb"\1utf-8", _drop_margin(text), count=1)
    return text, _CHARSET.sub("", content_type), problems


def _read_nearly(text: bytes, content_type: str) -> tuple[tuple[str, int], str] | None:
    """What can be read of a document that is nearly UTF-8, else nearly in the charset it names."""
    labels = (*find_labels(text, content_type), "utf-8")
    if is_written_in(text, labels[0]) or is_written_in(text, "utf-8"):
        return None
    if read := read_nearly_utf8(text):
        return read, "UTF-8"
    is_wide = _WIDE_NAME.match(labels[0]) is not None
    read = None if is_wide else read_nearly(text, labels[0])
    return (read, labels[0]) if read else None


def _name_charset(found: dict[str, object], content_type: str) -> list[str]:
    """What feedparser had to override, in words; a bare `text/xml` is no promise of ASCII.

    RFC 7303 section 3 took back the US-ASCII default that feedparser still reports.
    """
    error = found.get("bozo_exception")
    kind = type(error).__name__
    if kind == "NonXMLContentType":
        return [f"served as {content_type}, which is not an XML media type"]
    bare = "charset" not in content_type.lower()
    if error is None or (kind == "CharacterEncodingOverride" and bare):
        return []
    return [str(error)]
