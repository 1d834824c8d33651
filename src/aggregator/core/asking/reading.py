"""A reader's words as a question; whatever they are, they are one, and nothing in them is an error.

`words` are all to be found, in any form; `"a phrase"` as it is; `-word` is not
to be found; `begin*` finds what begins so; `source:`, `language:` and `tag:`
narrow, several of one kind widen; `from:` and `to:` are days, months or years.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from aggregator.core.asking.spelling import inflect, spell, split_words

MOST_LETTERS = 300
MOST_TERMS = 8
_MOST_FACETS = 32
_MOST_IN_PHRASE = 16
_MIN_BEGINNING = 3
"""Letters: shorter beginnings are those of half of all words."""

_QUOTES = re.compile("[\u201c\u201d\u201e\u00ab\u00bb]")
_PIECE = re.compile(
    r'(?P<no>-?)(?:(?P<kind>source|language|tag|from|to):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
_DATE = re.compile(r"([12]\d{3})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_LAST_MONTH = 12


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand together: in any form, exactly so, or the beginning of a word."""

    spelt: tuple[str, ...]
    stems: tuple[str, ...]
    is_exact: bool = False
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A source (by id or name), tag or language."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: all of `wanted`, none of `barred`, of each kind of facet any one."""

    wanted: tuple[Term, ...] = ()
    barred: tuple[Term | Facet, ...] = ()
    facets: tuple[Facet, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == Query()


def read_query(text: str) -> Query:
    """What a reader's words ask for; words beyond eight, and letters beyond 300, are not read."""
    wanted: list[Term] = []
    barred: list[Term | Facet] = []
    facets: list[Facet] = []
    days: dict[str, date] = {}
    for is_barred, piece in _read_pieces(text):
        if isinstance(piece, tuple):
            days[piece[0]] = piece[1]
        elif is_barred:
            barred.append(piece)
        elif isinstance(piece, Facet):
            facets.append(piece)
        else:
            wanted.append(piece)
    return Query(
        tuple(dict.fromkeys(wanted))[:MOST_TERMS],
        tuple(dict.fromkeys(barred))[:MOST_TERMS],
        tuple(dict.fromkeys(facets))[:_MOST_FACETS],
        days.get("from"),
        days.get("to"),
    )


def read_day(text: str, kind: str) -> date | None:
    """The day, or the first (`from`) or last (`to`) of a month or year; None for anything else."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    year, is_end = int(found[1]), kind == "to"
    month = int(found[2] or (_LAST_MONTH if is_end else 1))
    if not 1 <= month <= _LAST_MONTH:
        return None
    last = monthrange(year, month)[1]
    day = int(found[3] or (last if is_end else 1))
    return date(year, month, day) if 1 <= day <= last else None


_Piece = Term | Facet | tuple[str, date]


def _read_pieces(text: str) -> Iterator[tuple[bool, _Piece]]:
    for found in _PIECE.finditer(_QUOTES.sub('"', text[:MOST_LETTERS])):
        kind, value = (found["kind"] or "").lower(), found["phrase"] or found["word"] or ""
        if piece := _read_piece(kind, value, is_exact=found["phrase"] is not None):
            yield bool(found["no"]), piece


def _read_piece(kind: str, value: str, *, is_exact: bool) -> _Piece | None:
    if kind in {"from", "to"}:
        day = read_day(value, kind)
        return (kind, day) if day else _read_term(value, is_exact=is_exact)
    if kind:
        return Facet(kind, value) if value.strip() else None
    return _read_term(value, is_exact=is_exact)


def _read_term(value: str, *, is_exact: bool) -> Term | None:
    """Words that one piece holds: `Nagorno-Karabakh` is two that stand together."""
    found = [word for *_, word in split_words(value)][:_MOST_IN_PHRASE]
    spelt = tuple(filter(None, map(spell, found)))
    stems = tuple(filter(None, map(inflect, found)))
    if not spelt:
        return None
    is_beginning = not is_exact and value.endswith("*") and len(spelt[-1]) >= _MIN_BEGINNING
    return Term(spelt, stems or spelt, is_exact, is_beginning)
