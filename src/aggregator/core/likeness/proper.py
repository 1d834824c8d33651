"""The names in a title that are surely names: a person's, a town's, a company's.

Elsewhere every word with a capital letter is taken for a name, for what two
reports share does little harm where it is none. Here names speak against, so
that "Wildfire" at a title's beginning, "Monday" and "Minister" must be none.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from aggregator.core.likeness.common import know_share
from aggregator.core.likeness.terms import word_term
from aggregator.core.places import canonical_place
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


def read_proper_names(title: str, beginning: str, language: str) -> frozenset[str]:
    """The consonants of the title's words that are names, none where it cannot be told.

    A name is written large within a sentence and nowhere small: in the title,
    unless all its words are large, else in the beginning of the text.
    """
    if language in _NOUNS_ARE_LARGE:
        return frozenset()
    large = {found.group().lower(): found.group() for found in _list_large(title)}
    if not large:
        return frozenset()
    within = set() if _has_large_words_only(title) else _list_within(title, large)
    within |= _list_within(beginning, large)
    names = (
        large[one]
        for one in within - _list_months()
        if not (_is_small(one, title) or _is_small(one, beginning))
    )
    return frozenset(_read_bones(names, language))


@cache
def _list_months() -> frozenset[str]:
    return frozenset(_MONTHS.split())


def _list_large(text: str) -> Iterator[re.Match[str]]:
    return (found for found in tokenize(text) if text[found.start()].isupper())


def _list_within(text: str, wanted: Collection[str]) -> set[str]:
    """Which of the words, told in small letters, are written large within a sentence."""
    large = ((found.group().lower(), found.start()) for found in _list_large(text))
    return {word for word, at in large if word in wanted and not _begins_sentence(text, at)}


def _is_small(word: str, text: str) -> bool:
    """Whether a word stands in small letters in a text."""
    return word in text and any(found.group() == word for found in tokenize(text))


def _begins_sentence(text: str, start: int) -> bool:
    return start == 0 or bool(_BEFORE_SENTENCE.search(text[max(0, start - _LOOK_BACK) : start]))


def _has_large_words_only(title: str) -> bool:
    """Whether large letters say nothing: most words behind the first have one."""
    rest = [
        found.group()[0].isupper()
        for found in tokenize(title)
        if len(found.group()) > _SHORT and not _begins_sentence(title, found.start())
    ]
    return 2 * sum(rest) > len(rest)


def _read_bones(names: Iterable[str], language: str) -> Iterator[str]:
    for name in names:
        word, bones = stem(name, language), skeleton(name, language)
        if word and bones and not know_share(word_term(word, language)):
            yield canonical_place(bones) or bones
