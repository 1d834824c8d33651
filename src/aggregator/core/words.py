"""The words of a text for comparing: stems, the consonants of names, numbers.

What tells one report from another is in `core.likeness`; here is only what two
spellings of one word have in common, within a language and across scripts.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from anyascii import anyascii
from snowballstemmer import algorithms, stemmer

from aggregator.core.stopwords import is_stopword
from aggregator.core.text import fold

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_STEMMERS = {code: stemmer(name) for code, name in _ALGORITHMS.items() if name in algorithms()}
_INFLECTED = frozenset({"hy", "ru", "uk", "be", "bg", "sr", "pl", "cs"})
"""Languages that give names endings of their own: "Евлахе", "Եվլախում"."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019\u02bc][^\W_]+)*")
_NUMBER = re.compile(r"\d(?:\d{0,2}(?:[.,\u00a0\u202f ]\d{3})+(?!\w)|\d*(?!\w))")
_NO_BEGINNING = re.compile(r"[\w.,]")
"""Looked at behind a match: before it, it makes the expression ten times as slow."""
_FIGURE = re.compile(r"\d(?<!\w\d)[\d.,]*")
"""Both begin with a plain digit, which is looked for ten times as fast as anything else."""
_PLAIN = re.compile(r"(?:19|20)\d\d|\d0+")
"""A year, or a round number."""
_POSSESSIVE = re.compile(r"['\u2019\u02bc]s?$")
_MIN_DIGITS = 3
"""Smaller numbers stand in too many texts: "5 people", "day 10"."""

_DIGRAPHS = tuple(
    (re.compile(written), sound)
    for written, sound in (
        ("ow", "u"), ("ew", "ev"), ("d[zj]h|dj", "j"), ("kh|gh|ck|q|g", "k"), ("tch|ch|ts|tz", "c"),
        ("zh", "j"), ("sh", "s"), ("ph", "f"), ("th", "t"), ("dz", "z"), ("x", "ks"), ("w", "v"),
    )
)  # fmt: skip
"""Sounds that languages write each its own way: Ղարաբաղ, Карабах, Karabakh. `ow` and `ew` are
what the Armenian ու and եւ become; `kh` goes before `ts`, which ends in what begins "ck"."""
_VOWELS = re.compile("[aeiouyh]")
_SILENT = re.compile("[yh]")
_REPEATED = re.compile(r"(.)\1+")
_MIN_CONSONANTS = 3
_MIN_LETTERS = 4
_PLURAL = re.compile("s$")


def tokenize(text: str) -> Iterator[re.Match[str]]:
    """Every word of a text where it stands, with apostrophes inside."""
    return _WORD.finditer(text)


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str | None:
    """What forms of a word have in common; None for words that say nothing and for numbers."""
    folded = fold(_POSSESSIVE.sub("", word))
    if not folded or folded.isdigit() or is_stopword(folded, language):
        return None
    found = _STEMMERS.get(language)
    return found.stemWord(folded) if found else folded


@lru_cache(maxsize=65_536)
def skeleton(name: str, language: str) -> str | None:
    """The consonants of a name in Latin letters, alike in all scripts; None where too few.

    Եվլախում, Евлахе and Yevlakh are "vlk"; a name of fewer than three
    consonants keeps its vowels ("baku").
    """
    spelled = re.sub("[^a-z]", "", anyascii(_drop_ending(name, language)).lower())
    for written, sound in _DIGRAPHS:
        spelled = written.sub(sound, spelled)
    bones = _REPEATED.sub(r"\1", _VOWELS.sub("", spelled))
    if language not in _INFLECTED and len(bones) > _MIN_CONSONANTS:
        bones = _PLURAL.sub("", bones)
    if len(bones) >= _MIN_CONSONANTS:
        return bones
    spoken = _SILENT.sub("", spelled)
    return spoken if len(spoken) >= _MIN_LETTERS else None


def _drop_ending(name: str, language: str) -> str:
    """The name without the ending of its case, where it is long enough to be one without."""
    bare = fold(_POSSESSIVE.sub("", name))
    if language not in _INFLECTED or language not in _STEMMERS:
        return bare
    stemmed: str = _STEMMERS[language].stemWord(bare)
    return stemmed if len(stemmed) >= _MIN_LETTERS else bare


def read_numbers(text: str) -> frozenset[str]:
    """The numbers of three digits and more, however they are grouped; no years, no round ones.

    100, 700 or 5,000 stand in reports of everything: across languages they had
    joined a fire to a football match.
    """
    found = (
        re.sub(r"\D", "", match.group())
        for match in _NUMBER.finditer(text)
        if not _NO_BEGINNING.match(text[max(0, match.start() - 1) : match.start()])
    )
    return frozenset(one for one in found if len(one) >= _MIN_DIGITS and not _PLAIN.fullmatch(one))


def find_figures(text: str) -> Iterator[re.Match[str]]:
    """Every number of a text where it stands."""
    return _FIGURE.finditer(text)


def read_figures(text: str) -> frozenset[str]:
    """Every number of a text: what two titles of one template differ in."""
    return frozenset(re.sub(r"\D", "", match.group()) for match in find_figures(text))
