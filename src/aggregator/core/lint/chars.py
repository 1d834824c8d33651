"""Characters that a text has no use for, and controls that turn text round."""

import re
from collections.abc import Iterator

_PLANES = "".join(f"{chr(p * 0x10000 + 0xFFFE)}{chr(p * 0x10000 + 0xFFFF)}" for p in range(17))
_BAD = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd{_PLANES}]")
"""Outside XML 1.0 Char, C1 controls, surrogates, noncharacters, U+FFFD."""
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENDS = {"\u202c": "\u202a\u202b\u202d\u202e", "\u2069": "\u2066\u2067\u2068"}


def is_suspect(text: str) -> bool:
    """Tell whether a text may hold a character that `check_chars` finds.

    Asking what is printable is five times as fast as the expressions.
    """
    return "\ufffd" in text or not text.replace("\n", "").isprintable()


def check_chars(text: str) -> Iterator[tuple[str, str]]:
    """Class and words for what is wrong with the characters of a text."""
    if not is_suspect(text):
        return
    found = _BAD.search(text)
    if found:
        code = f"U+{ord(found.group()):04X}"
        yield "BadCharacters", f"it holds {code}, which means nothing in a text; remove it"
    if not is_balanced(text):
        words = "a bidi control is not closed, so the text behind it is turned round; remove it"
        yield "UnbalancedBidi", words


def is_balanced(text: str) -> bool:
    """Tell whether every bidi embedding and isolate has its end, and every end its beginning.

    An isolate's end also closes the embeddings inside (UAX 9, 3.3.2), which
    are then left open in the text: they count as unbalanced.
    """
    waiting: list[str] = []
    for control in _BIDI.findall(text):
        if control not in _ENDS:
            waiting.append(control)
        elif not waiting or waiting.pop() not in _ENDS[control]:
            return False
    return not waiting
