"""Whether a regular expression can ever match, and whether it could run for ever elsewhere.

The first is decided exactly, but for one thing: which kinds of characters a set
holds is found by trying many, not all. A place in a text is known by the kinds
of characters before and behind it; a part of an expression leads from places to
places; one that leads nowhere never matches.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import combinations, product

from aggregator.core.patterns.reading import Chain, Chars, Choice, Edge, Repeat, Tree

_KINDS = ("edge", "newline", "word", "other")
_PLACES = tuple(product(_KINDS, _KINDS))
Way = frozenset[tuple[tuple[str, str], tuple[str, str]]]

_STAY: Way = frozenset((place, place) for place in _PLACES)
_TRIED = "\n aZ0_5жЯԱաéא中ก٣-.,!?\t\u00a0։«»—\u0301😀\u00ad\r\u2028/@#"
_EVERY = range(0, 0x110000, 61)
"""What else is tried of sets that say what they do not hold, or are of a kind."""
_IS_OPEN = re.compile(r"\[\^|\\[dswDSW]")
_FEW = 10
"""Repeated so seldom, nothing runs for ever."""
_HOLDS: dict[str, Callable[[str, str], bool]] = {
    "start": lambda before, _: before == "edge",
    "end": lambda _, behind: behind == "edge",
    "line start": lambda before, _: before in {"edge", "newline"},
    "line end": lambda _, behind: behind in {"edge", "newline"},
    "boundary": lambda before, behind: (before == "word") != (behind == "word"),
    "inside": lambda before, behind: (before == "word") == (behind == "word"),
}


def can_match(tree: Tree) -> bool:
    """Whether there is a text that it matches."""
    return bool(_find_way(tree))


def _find_way(tree: Tree) -> Way:
    """From which places to which it leads."""
    match tree:
        case Chars():
            kinds = _list_kinds(tree)
            return frozenset(
                ((before, kind), (kind, behind))
                for before, kind, behind in product(_KINDS, kinds, _KINDS)
            )
        case Edge():
            holds = _HOLDS[tree.kind]
            return frozenset((place, place) for place in _PLACES if holds(*place))
        case Chain():
            return _follow(_find_way(part) for part in tree.parts)
        case Choice():
            return frozenset().union(*(_find_way(part) for part in tree.parts))
        case Repeat():
            way = _find_way(tree.part)
            more = None if tree.most is None else tree.most - tree.least
            return _follow((_multiply(way, tree.least), _multiply(way | _STAY, more)))


def _follow(ways: Iterable[Way]) -> Way:
    whole = _STAY
    for way in ways:
        whole = _join(whole, way)
    return whole


def _join(first: Way, second: Way) -> Way:
    onward: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for begin, end in second:
        onward.setdefault(begin, []).append(end)
    return frozenset((begin, end) for begin, middle in first for end in onward.get(middle, ()))


def _multiply(way: Way, times: int | None) -> Way:
    """The way gone so many times; with None until it leads to no new place."""
    if times is None:
        return way if (further := _join(way, way)) == way else _multiply(further, None)
    if times == 0:
        return _STAY
    half = _multiply(way, times // 2)
    whole = _join(half, half)
    return _join(whole, way) if times % 2 else whole


@lru_cache(maxsize=4_096)
def _list_kinds(chars: Chars) -> tuple[str, ...]:
    """The kinds of characters that a set holds."""
    found = {_name_kind(char) for char in _list_held(chars, chars.named + _TRIED)}
    if len(found) < len(_KINDS) - 1 and _IS_OPEN.search(chars.written):
        found.update(_name_kind(char) for char in _list_held(chars, map(chr, _EVERY)))
    return tuple(sorted(found))


def _list_held(chars: Chars, tried: Iterable[str]) -> Iterator[str]:
    holds = re.compile(chars.written, re.IGNORECASE if chars.folds else 0)
    return (char for char in tried if holds.match(char))


def _name_kind(char: str) -> str:
    if char == "\n":
        return "newline"
    is_word = char.isalnum() or unicodedata.category(char) in {"Mn", "Mc", "Me", "Pc"}
    return "word" if is_word else "other"


def runs_away(tree: Tree) -> bool:
    r"""Whether a backtracking engine could try for ever: a repetition repeats a repetition.

    `(a+)+`, `(\w+\s*)*`, `(.|\s)*`: the same text can be divided in exponentially
    many ways. The engine used here does not mind; others do.
    """
    match tree:
        case Chain() | Choice():
            return any(runs_away(part) for part in tree.parts)
        case Repeat():
            many = tree.most is None or tree.most > _FEW
            return runs_away(tree.part) or (many and _divides(tree.part))
    return False


def _divides(tree: Tree) -> bool:
    """Whether a text may be divided in several ways between one repetition and the next."""
    match tree:
        case Chain():
            return any(
                _divides(part)
                and all(_is_nullable(other) for other in tree.parts if other is not part)
                for part in tree.parts
            )
        case Choice():
            return any(_divides(part) for part in tree.parts) or _overlap(tree.parts)
        case Repeat():
            is_fixed = tree.most == tree.least
            return not is_fixed and (tree.most is None or tree.most > 1) and _is_visible(tree.part)
    return False


def _is_visible(tree: Tree) -> bool:
    return not isinstance(tree, Edge) and tree != Chain()


def _overlap(parts: Iterable[Tree]) -> bool:
    """Whether two of the choices are single characters, and one character is both."""
    single = [found for part in parts if (found := _find_single(part))]
    return any(
        any(_list_held(right, _list_held(left, left.named + right.named + _TRIED)))
        for left, right in combinations(single, 2)
    )


def _find_single(tree: Tree) -> Chars | None:
    while isinstance(tree, Chain) and len(tree.parts) == 1:
        tree = tree.parts[0]
    return tree if isinstance(tree, Chars) else None


def _is_nullable(tree: Tree) -> bool:
    """Whether it may match no character at all."""
    match tree:
        case Chars():
            return False
        case Edge():
            return True
        case Chain():
            return all(_is_nullable(part) for part in tree.parts)
        case Choice():
            return any(_is_nullable(part) for part in tree.parts)
        case Repeat():
            return tree.least == 0 or _is_nullable(tree.part)
