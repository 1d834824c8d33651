"""How much of a text an excerpt carries, counted more simply than by the one who cuts it.

A run without white space is one word, a letter of a script without spaces is
one: nowhere more than `core.text` counts, so that what is found is broken indeed.
"""

import re

ELLIPSIS = "…"
_A_WORD = 15
"""Characters that a word may take on average, and `_FEW` in all: see docs/decisions/0003."""
_FEW = 60
_SPACELESS = re.compile(
    "[\u0e01-\u0e30\u0e81-\u0eb0\u0f40-\u0f6c\u1000-\u102a\u1780-\u17b3\u3041-\u3096\u30a1-\u30fa"
    "\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c\uf900-\ufa6d\U00020000-\U0003134a]"
)


def count_words(text: str) -> int:
    """The words of a text, at least."""
    letters = len(_SPACELESS.findall(text))
    rest = _SPACELESS.sub("", text).split()
    return letters + sum(any(char.isalnum() for char in word) for word in rest)


def find_excess(text: str, most: int) -> str:
    """What a text has more than so many words may have, "" where it has nothing more."""
    words, room = count_words(text), max(most * _A_WORD, _FEW)
    if words > most:
        return f"{words} words of the text, {most} are allowed"
    if most and len(text) > room + len(f" {ELLIPSIS}"):
        return f"{len(text)} characters of the text, {room} are allowed for {most} words"
    return ""


def splits_word(text: str, at: int) -> bool:
    """Whether a text that is cut there is cut inside a word.

    A run longer than any word is cut where its limit in characters ends.
    """
    before, after = text[:at], text[at:]
    if not before or not after or _SPACELESS.match(after[0]) or _SPACELESS.match(before[-1]):
        return False
    run = len(before) - len(before.rstrip()) or len((before.split() or [""])[-1])
    whole = run + len((after.split() or [""])[0])
    return before[-1].isalnum() and after[0].isalnum() and whole <= _FEW
