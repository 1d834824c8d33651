"""Bytes that are nearly what they claim to be -> what can be read of them, and how much cannot.

One character cut in half must not change the charset of a whole document; and
the sign for a lost character (U+FFFD) is nothing to publish: such bytes are
left out, counted and told.
"""

import re

_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_WHOLE_FOR_BROKEN = 5
"""Whole characters beyond ASCII for each broken one: with fewer, it is another charset."""
_LOST = "\ufffd"


def read_nearly_utf8(body: bytes) -> tuple[str, int] | None:
    """The text of bytes that are UTF-8 but for some places, and how many those are.

    None where there are too many: then they are something else.
    """
    replaced = body.decode(errors="replace")
    own = body.count(_LOST.encode())
    broken = replaced.count(_LOST) - own
    if len(_MULTIBYTE.findall(body)) - own < _WHOLE_FOR_BROKEN * broken:
        return None
    return body.decode(errors="ignore"), broken


def read_nearly(body: bytes, charset: str) -> tuple[str, int] | None:
    """The text of bytes in a charset that keeps ASCII, but for some places; see above.

    None too where no such charset is known.
    """
    try:
        replaced = body.decode(charset, "replace")
        keeps_ascii = b"<?xml".decode(charset) == "<?xml"
    except (UnicodeError, LookupError):
        return None
    broken = replaced.count(_LOST)
    whole = sum(not char.isascii() for char in replaced) - broken
    if not keeps_ascii or whole < _WHOLE_FOR_BROKEN * broken:
        return None
    return replaced.replace(_LOST, ""), broken


def say_left_out(broken: int, charset: str) -> str:
    """That some bytes could not be read, in words."""
    places = "1 place" if broken == 1 else f"{broken} places"
    return f"not valid {charset} in {places}; the bytes there are left out"


def say_lost(text: bytes) -> list[str]:
    """That UTF-8 holds signs for characters that its publisher lost, in words, where it does."""
    lost = text.count(_LOST.encode())
    if not lost:
        return []
    signs = "1 sign for a lost character" if lost == 1 else f"{lost} signs for lost characters"
    return [f"its publisher wrote {signs} (U+FFFD); left out"]
