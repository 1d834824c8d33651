"""The few words of a find round what was asked for, as clean HTML."""

from collections.abc import Sequence
from html import escape

from aggregator.core.asking.reading import Query, Term
from aggregator.core.asking.spelling import inflect, spell, split_words

_BEFORE = 8
_WORDS = 40

_Word = tuple[int, int, str]


def make_excerpt(text: str, query: Query) -> str:
    """About forty words of a plain text, what was asked for marked; nothing where it says none."""
    found = list(split_words(text))
    if not found:
        return ""
    hits = [number for number, (*_, word) in enumerate(found) if _is_asked(word, query.wanted)]
    first = max(0, (hits[0] if hits else 0) - _BEFORE)
    last = min(len(found), first + _WORDS) - 1
    start = found[first][0] if first else 0
    end = found[last][1] if last + 1 < len(found) else len(text)
    words = _mark(text, start, end, [found[hit] for hit in hits if first <= hit <= last])
    before, behind = "… " if start else "", " …" if end < len(text) else ""
    return f"<p>{before}{words}{behind}</p>"


def _mark(text: str, start: int, end: int, hits: Sequence[_Word]) -> str:
    pieces, at = [], start
    for begin, stop, word in hits:
        pieces += [escape(text[at:begin]), f"<mark>{escape(word)}</mark>"]
        at = stop
    return "".join([*pieces, escape(text[at:end])])


def _is_asked(word: str, terms: Sequence[Term]) -> bool:
    spelt, stem = spell(word), inflect(word)
    return any(_is_of(term, spelt, stem) for term in terms)


def _is_of(term: Term, spelt: str, stem: str) -> bool:
    if term.is_exact:
        return spelt in term.spelt
    if term.is_beginning and spelt.startswith(term.spelt[-1]):
        return True
    return stem in term.stems
