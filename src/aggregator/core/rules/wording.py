"""Whether a text holds a word or a phrase, in whatever form a language gives it."""

import re
from functools import lru_cache

from aggregator.core.stopwords import guess_language
from aggregator.core.text import count_words, fold
from aggregator.core.words import stem, tokenize

_READ = 50_000
"""Characters of a text that are looked at, as `core.patterns` does."""
_SAMPLE = 2_000
_ABSTRACT = re.compile("(?<=..)ությ.*")
"""The ending of Armenian abstract nouns, which the stemmer leaves on կառավարություն and takes
from its other cases with more of the word than it should."""

Forms = frozenset[str]


@lru_cache(maxsize=64)  # of one report, from one rule to the next
def guess(text: str) -> str:
    """The language that a text's small words are of; "" where that is not plain."""
    return guess_language(fold(match.group()) for match in tokenize(text[:_SAMPLE]))


def holds(text: str, phrase: str, language: str | None) -> bool:
    """Whether the words of the phrase stand in the text one behind the other.

    Both are read as of the text's language: "Евлах" is found in "в Евлахе".
    Scripts without spaces have no words to compare; there the letters are.
    """
    code = (language or "").partition("-")[0].lower()
    wanted, text = _read_phrase(phrase, code), text[:_READ]
    if wanted is None:
        return fold(phrase) in fold(text)
    known = _list_forms(text, code)
    if not wanted or any(known.isdisjoint(forms) for forms in wanted):
        return False
    return len(wanted) == 1 or _holds_in_order(_read_text(text, code), wanted)


def _holds_in_order(found: tuple[Forms, ...], wanted: tuple[Forms, ...]) -> bool:
    starts = range(len(found) - len(wanted) + 1)
    return any(
        not any(forms.isdisjoint(found[at + place]) for place, forms in enumerate(wanted))
        for at in starts
    )


@lru_cache(maxsize=4_096)
def _read_phrase(phrase: str, language: str) -> tuple[Forms, ...] | None:
    """The words of a phrase; None where its script has no spaces between them."""
    found = _read_forms(phrase, language)
    return None if count_words(phrase) > len(found) else found


@lru_cache(maxsize=64)  # of one report, from one rule to the next
def _read_text(text: str, language: str) -> tuple[Forms, ...]:
    return _read_forms(text, language)


def _read_forms(text: str, language: str) -> tuple[Forms, ...]:
    """Each word of a text as what it may have in common with its other forms."""
    return tuple(_bend(match.group(), language) for match in tokenize(text))


@lru_cache(maxsize=64)
def _list_forms(text: str, language: str) -> Forms:
    return frozenset().union(*_read_text(text, language))


@lru_cache(maxsize=65_536)
def _bend(word: str, language: str) -> Forms:
    """The word itself and its stem, of which two forms of a word share one or the other.

    Stemmers take "Карабах" for a plural and cut it, and leave it of "Карабахе".
    """
    folded = fold(word)
    forms = {folded, stem(word, language) or folded}
    if language == "hy":
        forms.add(_ABSTRACT.sub("", folded))
    return frozenset(forms)
