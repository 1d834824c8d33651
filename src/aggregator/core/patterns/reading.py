"""A regular expression as Python writes them -> a tree of our own, or why it cannot be used.

It is read by Python's own reader, so that it means here what it means there.
That module is private to Python, which is why nothing else looks at it.
"""

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

_READER: Any = import_module("re._parser")
_CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
_EDGES = {
    "AT_BEGINNING": "start",
    "AT_BEGINNING_STRING": "start",
    "AT_END": "end",
    "AT_END_STRING": "end",
    "AT_BOUNDARY": "boundary",
    "AT_NON_BOUNDARY": "inside",
}
_OF_LINES = {"AT_BEGINNING": "line start", "AT_END": "line end"}
_CODES = 0x110000
_SHORT = 1_000
_STEP = 61
_REFUSED = {
    "ASSERT": "looks ahead or behind, (?=...) or (?<=...); write both parts, or two patterns",
    "ASSERT_NOT": "looks ahead or behind, (?!...) or (?<!...); write what must not be there under "
    "exclude",
    "GROUPREF": r"refers back to a group, as \1 does; write the text again",
    "GROUPREF_EXISTS": "asks whether a group was found, (?(1)...); write two patterns",
    "POSSESSIVE_REPEAT": "has a possessive repetition, as a++ is; write a+",
    "ATOMIC_GROUP": "has an atomic group, (?>...); write (?:...)",
}


class RefusedError(ValueError):
    """Why a text is no regular expression that can be used, and what to do."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set; `written` is a class in brackets that Python reads too.

    `named` are characters by which it is tried what the set holds.
    """

    written: str
    folds: bool = False
    named: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between two characters: start, end, line start, line end, boundary, inside."""

    kind: str


@dataclass(frozen=True, slots=True)
class Chain:
    """One after the other."""

    parts: "tuple[Tree, ...]" = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them; of none, nothing ever."""

    parts: "tuple[Tree, ...]" = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many times; `most` is None for any number."""

    part: "Tree"
    least: int
    most: int | None


Tree = Chars | Edge | Chain | Choice | Repeat


def read(pattern: str) -> Tree:
    """The tree of a regular expression; RefusedError says why it cannot be used."""
    try:
        with warnings.catch_warnings():
            # It warns of what other programs read otherwise: [[a], [a--b], [a&&b].
            warnings.simplefilter("error", FutureWarning)
            parsed = _READER.parse(pattern)
        return _read_chain(parsed, parsed.state.flags)
    except FutureWarning as error:
        said = str(error).partition(" at position")[0].lower()
        raise RefusedError(
            f"can be read in two ways ({said}); put a backslash before it"
        ) from error
    except (re.error, OverflowError) as error:
        raise RefusedError(f"is not a regular expression ({error}); correct it") from error


def _read_chain(parsed: Any, flags: int) -> Chain:  # noqa: ANN401  Python's own tree
    return Chain(tuple(_read_one(str(kind), value, flags) for kind, value in parsed))


def _read_one(kind: str, value: Any, flags: int) -> Tree:  # noqa: ANN401  as above
    if kind == "ASSERT_NOT" and not value[1]:
        return Choice()  # (?!), which later Pythons call by the name of FAILURE
    if kind in _REFUSED:
        raise RefusedError(_REFUSED[kind])
    if flags & re.ASCII:
        raise RefusedError(
            "asks for ASCII alone, (?a); remove it, and write [a-z] where it matters"
        )
    return _READERS[kind](value, flags)


def _read_literal(code: int, flags: int) -> Chars:
    return Chars(f"[{_write(code)}]", _folds(flags), chr(code))


def _read_other(code: int, flags: int) -> Chars:
    return Chars(f"[^{_write(code)}]", _folds(flags), _surround(code, code))


def _read_any(_: None, flags: int) -> Chars:
    return Chars(r"[\s\S]" if flags & re.DOTALL else r"[^\u000a]")


def _read_set(parts: Sequence[tuple[Any, Any]], flags: int) -> Chars:
    written, named = "", ""
    for kind, value in parts:
        if str(kind) == "NEGATE":
            written += "^"
        elif str(kind) == "CATEGORY":
            written += _write_category(str(value))
        else:
            low, high = value if str(kind) == "RANGE" else (value, value)
            written += f"{_write(low)}-{_write(high)}"
            named += _surround(low, high)
    return Chars(f"[{written}]", _folds(flags), named)


def _read_edge(kind: Any, flags: int) -> Edge:  # noqa: ANN401  as above
    name = str(kind)
    return Edge(_OF_LINES.get(name, _EDGES[name]) if flags & re.MULTILINE else _EDGES[name])


def _read_choice(value: tuple[None, Sequence[Any]], flags: int) -> Choice:
    return Choice(tuple(_read_chain(branch, flags) for branch in value[1]))


def _read_group(value: tuple[Any, int, int, Any], flags: int) -> Tree:
    _, added, dropped, inner = value
    return _read_chain(inner, (flags | added) & ~dropped)


def _read_repeat(value: tuple[int, Any, Any], flags: int) -> Repeat:
    least, most, inner = value
    is_endless = str(most) == "MAXREPEAT"
    return Repeat(_read_chain(inner, flags), least, None if is_endless else int(most))


def _read_failure(_: Any, __: int) -> Choice:  # noqa: ANN401  as above
    return Choice()


_READERS: dict[str, Callable[[Any, int], Tree]] = {
    "LITERAL": _read_literal,
    "NOT_LITERAL": _read_other,
    "ANY": _read_any,
    "IN": _read_set,
    "AT": _read_edge,
    "BRANCH": _read_choice,
    "SUBPATTERN": _read_group,
    "MAX_REPEAT": _read_repeat,
    "MIN_REPEAT": _read_repeat,
    "FAILURE": _read_failure,
}


def _write(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  four digits


def _write_category(name: str) -> str:
    plain = name.removeprefix("CATEGORY_")
    found = _CATEGORIES[plain.removeprefix("NOT_")]
    return found.upper() if plain.startswith("NOT_") else found


def _folds(flags: int) -> bool:
    return bool(flags & re.IGNORECASE)


def _surround(low: int, high: int) -> str:
    """The characters of a range with its neighbours; of a long one some, from end to end."""
    step = 1 if high - low < _SHORT else _STEP
    codes = (low - 1, *range(low, high + 1, step), high, high + 1)
    return "".join(chr(code) for code in codes if 0 <= code < _CODES)
