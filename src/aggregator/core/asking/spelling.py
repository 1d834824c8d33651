"""One form for all spellings and inflections of a word, by the script that it is written in."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from aggregator.core.text import fold
from aggregator.core.words import stem, tokenize

VERSION = "1"
"""Changes with what these functions return: the index is made anew then."""

_LONGEST = 64
_LEAST = 3
"""Letters that are left of a word at least, where more than one ending goes."""
_SCRIPTS = (("hy", re.compile("[\u0531-\u058f]")), ("ru", re.compile("[\u0400-\u04ff]")))
_YEV = re.compile("ե[ւվ]")
"""Small letters have a sign for `yev`, capitals are spelt with two letters: Երևան, ԵՐԵՎԱՆ."""


def split_words(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each word of a text begins and ends, and the word; apostrophes are inside."""
    for found in tokenize(text):
        yield found.start(), found.end(), found.group()


@lru_cache(maxsize=65_536)
def spell(word: str) -> str:
    """The word in small letters without accents; "" where nothing is left of it."""
    parts = unicodedata.normalize("NFD", fold(word[:_LONGEST]))
    bare = "".join(char for char in parts if char.isalnum())
    return _YEV.sub("և", bare)


@lru_cache(maxsize=65_536)
def inflect(word: str) -> str:
    """What all forms of the word have in common: Եվլախում and Եվլախ, Евлахе and Евлах.

    Endings are taken off until none is left, where a language has cases: Евлах
    itself ends like a case, so that Евлахе would keep what Евлах loses.
    """
    language = next((code for code, sign in _SCRIPTS if sign.search(word)), "en")
    found = stem(word[:_LONGEST], language) or word
    while language != "en" and (less := stem(found, language)) and _LEAST <= len(less) < len(found):
        found = less
    return spell(found)
