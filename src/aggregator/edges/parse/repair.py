"""XML that is nearly well-formed -> well-formed, so that the strict reading can have it.

feedparser's loose reading loses text that this keeps: `?a=1&copy=2` becomes
`?a=1(c)=2` there. Only characters are mended here, never tags.
"""

import html.entities
import re

_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_SECTION = re.compile(rb"<!\[cdata\[", re.IGNORECASE)
_NONCHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
_HALVES = re.compile(
    rb"&#([xX][dD][89aAbB][0-9a-fA-F]{2}|5[56][0-9]{3});"
    rb"&#([xX][dD][c-fC-F][0-9a-fA-F]{2}|5[67][0-9]{3});"
)
_TOKEN = re.compile(
    rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>"
    rb"|&(?:#(?:[xX][0-9a-fA-F]{1,6}|[0-9]{1,7})|[A-Za-z][A-Za-z0-9]{1,31});|&",
    re.DOTALL,
)
_XML_NAMES = frozenset({b"&lt;", b"&gt;", b"&amp;", b"&quot;", b"&apos;"})


def repair(data: bytes, declared: frozenset[str]) -> bytes:
    """The document without control characters, bare ampersands and undefined entities.

    `declared` are the names of the entities that its own DOCTYPE defines.
    """
    plain = _NONCHARACTERS.sub(b"", data.translate(None, _CONTROLS))
    plain = _SECTION.sub(b"<![CDATA[", plain)  # its name is in capitals only (XML, 2.7)
    whole = _HALVES.sub(_join_halves, plain)
    return _TOKEN.sub(lambda token: _mend(token.group(), declared), whole)


def _join_halves(found: re.Match[bytes]) -> bytes:
    """The one character whose halves (UTF-16) were written as two references."""
    high, low = _number(found[1].decode()) - 0xD800, _number(found[2].decode()) - 0xDC00
    is_pair = 0 <= high < 0x400 and 0 <= low < 0x400  # noqa: PLR2004  # ten bits each
    return b"&#%d;" % (0x10000 + (high << 10) + low) if is_pair else found.group()


def _mend(token: bytes, declared: frozenset[str]) -> bytes:
    if token.startswith(b"<") or token in _XML_NAMES:
        return token
    if token == b"&":
        return b"&amp;"
    name = token[1:-1].decode()
    if name.startswith("#"):
        return token if _is_xml_character(_number(name[1:])) else b"&#xFFFD;"
    if name in declared:
        return token
    letters = html.entities.html5.get(name + ";")
    return b"&amp;" + token[1:] if letters is None else _refer(letters)


def _refer(letters: str) -> bytes:
    return "".join(f"&#{ord(letter)};" for letter in letters).encode()


def _number(text: str) -> int:
    return int(text[1:], 16) if text[0] in "xX" else int(text)


def _is_xml_character(code: int) -> bool:
    """Whether a character may stand in XML 1.0 (section 2.2)."""
    return (
        code in {9, 10, 13}
        or 0x20 <= code <= 0xD7FF  # noqa: PLR2004  # the grammar's own figures
        or 0xE000 <= code <= 0xFFFD  # noqa: PLR2004  # as above
        or 0x10000 <= code <= 0x10FFFF  # noqa: PLR2004  # as above
    )
