"""What is left of a credit or notice where a placeholder has nothing to say.

Asked character by character, and without `core.reuse`, whose answer it judges.
"""

import re
from collections.abc import Set as AbstractSet
from itertools import groupby

_PLACEHOLDER = re.compile(r"\{(source|author|title|date|year|link)\}")
_PAIRS = {")": "(", "]": "[", "»": "«"}
_PARTING = frozenset(",;|/·•–—-")
_CLOSING = frozenset(".:!?։…。")

_Piece = str | None
"""A character, a whole placeholder, or None for one that says nothing."""


def leave_out(template: str, empty: AbstractSet[str]) -> str:
    """The template without the placeholders of these names, nor the marks that only served them."""
    pieces = _split(template.replace("\0", ""), empty)
    if None not in pieces:
        return template
    runs = [list(run) for _, run in groupby(_drop_pairs(pieces), key=_is_parting)]
    if runs and None in runs[0]:
        runs = _strip_start(runs[1:])
    ends: list[list[_Piece]] = [[None], *runs, [None]]
    said = [
        _join(before[-1], run, after[0])
        for before, run, after in zip(ends, runs, ends[2:], strict=False)
    ]
    return "".join(said)


def _split(template: str, empty: AbstractSet[str]) -> list[_Piece]:
    pieces: list[_Piece] = []
    place = 0
    for found in _PLACEHOLDER.finditer(template):
        pieces += template[place : found.start()]
        pieces.append(None if found[1] in empty else found[0])
        place = found.end()
    return [*pieces, *template[place:]]


def _drop_pairs(pieces: list[_Piece]) -> list[_Piece]:
    """Brackets that hold nothing but what says nothing are nothing themselves."""
    kept: list[_Piece] = []
    for piece in pieces:
        inside = len(kept)
        while inside and _is_parting(kept[inside - 1]):
            inside -= 1
        opening = _PAIRS.get(piece or "")
        if opening and inside and kept[inside - 1] == opening and None in kept[inside:]:
            kept[inside - 1 :] = [None]
        else:
            kept.append(piece)
    return kept


def _strip_start(runs: list[list[_Piece]]) -> list[list[_Piece]]:
    """Without the marks that would begin it, since what they followed is not said."""
    rest = [piece for run in runs for piece in run]
    while rest and (_is_parting(rest[0]) or rest[0] in _CLOSING):
        rest.pop(0)
    return [list(run) for _, run in groupby(rest, key=_is_parting)]


def _is_parting(piece: _Piece) -> bool:
    return piece is None or piece in _PARTING or piece.isspace()


def _join(before: _Piece, run: list[_Piece], after: _Piece) -> str:
    """A run of the template as it is said between those two."""
    if None not in run:
        return "".join(map(str, run))
    if before is None or before in _PAIRS.values():
        return ""
    if after is None or after in _PAIRS or after in _CLOSING:
        return ""
    marks = "".join("\0" if piece is None else piece for piece in run).split("\0")
    space = " " if any(marks) else ""
    parting = [mark for mark in marks if not mark.isspace() and mark]
    return space if before in _CLOSING or not parting else parting[0]
