"""The names in a title that are surely names: a person's, a town's, a company's.

Elsewhere every word with a capital letter is taken for a name, for what two
reports share does little harm where it is none. Here names speak against, so
that "Wildfire" at a title's beginning, "Monday" and "Minister" must be none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aggregator.core.likeness.common import know_share
from aggregator.core.likeness.terms import word_term
from aggregator.core.places import canonical_place
from aggregator.core.text import fold
from aggregator.core.words import skeleton, stem, tokenize

_NOUNS_ARE_LARGE = frozenset({"de", "lb"})
_MONTHS = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sept sep oct nov dec
"""
_BEFORE_SENTENCE = re.compile(
    r"[.!?:;|\u2026\u0589\u2024\u203a\u2013\u2014-]"
    r"[\s\"'()\[\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]*\Z"
)
_LOOK_BACK = 6
_SHORT = 3
"""Letters of words that stay small in titles whose words are all large: "of", "the"."""


@dataclass(frozen=True, slots=True)
class _Word:
    written: str
    is_large: bool
    is_first: bool


def read_proper_names(title: str, beginning: str, language: str) -> frozenset[str]:
    """The consonants of the title's words that are names, none where it cannot be told.

    A name is written large within a sentence and nowhere small: in the title,
    unless all its words are large, else in the beginning of the text.
    """
    if language in _NOUNS_ARE_LARGE:
        return frozenset()
    words, others = list(_split(title)), list(_split(beginning))
    small = {fold(word.written) for word in (*words, *others) if not word.is_large}
    small.update(_MONTHS.split())
    within = {fold(word.written) for word in others if word.is_large and not word.is_first}
    if not _has_large_words_only(words):
        within |= {fold(word.written) for word in words if word.is_large and not word.is_first}
    large = (word.written for word in words if word.is_large)
    names = (one for one in large if fold(one) in within and fold(one) not in small)
    return frozenset(_read_bones(names, language))


def _split(text: str) -> Iterator[_Word]:
    for found in tokenize(text):
        word, start = found.group(), found.start()
        before = text[max(0, start - _LOOK_BACK) : start]
        is_first = start == 0 or bool(_BEFORE_SENTENCE.search(before))
        yield _Word(word, word[0].isupper(), is_first)


def _has_large_words_only(title: Sequence[_Word]) -> bool:
    """Whether large letters say nothing: most words behind the first have one."""
    rest = [word.is_large for word in title if not word.is_first and len(word.written) > _SHORT]
    return 2 * sum(rest) > len(rest)


def _read_bones(names: Iterator[str], language: str) -> Iterator[str]:
    for name in names:
        word, bones = stem(name, language), skeleton(name, language)
        if word and bones and not know_share(word_term(word, language)):
            yield canonical_place(bones) or bones
