"""JSON -> members with positions: the standard library's reader, told to note places.

What a feed must not hold is refused as it is read: a name twice in one object,
`NaN`, and nesting beyond all use.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import JSONDecodeError, JSONDecoder
from json.decoder import JSONArray, JSONObject  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any, NoReturn

from aggregator.core.lint import Breach, Document, Member

_DEEPEST = 50
_WIDE_MARKS = frozenset({b"\xff\xfe", b"\xfe\xff"})
_MOST_VALUES = 1_000_000
"""Each is a member with its place, some 150 bytes: a feed of 64 MB has about half as many."""
_MOST_DIGITS = 1_000
"""Python refuses numbers of more than 4,300; readers round those of more than 15."""


class _Refused(Exception):  # noqa: N818 - it ends a reading, and never leaves this module
    """The document is JSON that is not read on."""


def read_json(body: bytes) -> Document:
    """The document; where it is not JSON, the reason and the place."""
    root = _read(body, lambda text: _Reader(text).read())
    return Document(root, len(body), "utf-8")


def read_json_quickly(body: bytes, kept: Callable[[Any], Any]) -> Document:
    """The document of what `kept` leaves of its value, without places: ten times as fast."""
    root = _read(body, lambda text: _place(kept(_QUICK.decode(text))))
    return Document(root, len(body), "utf-8")


def keep_ids(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A feed's own members, and of its items only the ids."""
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list):
        return value
    names = [{"id": one["id"]} if isinstance(one, dict) and "id" in one else one for one in items]
    return {**value, "items": names}


def _place(value: Any) -> Member:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return Member({name: _place(inner) for name, inner in value.items()}, 1, 1)
    if isinstance(value, list):
        return Member(tuple(map(_place, value)), 1, 1)
    return Member(value, 1, 1)


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter([name for name, _ in pairs])
        twice = next(name for name, count in counts.items() if count > 1)
        raise JSONDecodeError(f"the name {twice!r} stands twice in an object", "", 0)
    return found


def _refuse(word: str) -> NoReturn:
    raise JSONDecodeError(f"{word} is no JSON", "", 0)


def _read_whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        words = f"a number has {len(digits):,} digits, which no reader can hold"
        raise JSONDecodeError(words, "", 0)
    return int(digits)


_QUICK = JSONDecoder(object_pairs_hook=_make_object, parse_constant=_refuse, parse_int=_read_whole)


def _read(body: bytes, read: Callable[[str], Member]) -> Member | Breach:
    text = _decode(body)
    if isinstance(text, Breach):
        return text
    try:
        return read(text)
    except JSONDecodeError as error:
        words = f"it is no JSON from here on ({error.msg}); readers show nothing of it; mend it"
        return Breach("JSONError", words, error.lineno, error.colno)
    except RecursionError:
        return Breach("NotJudged", f"it is nested deeper than {_DEEPEST}; flatten it", 1, 1)
    except _Refused as refused:
        return Breach("NotJudged", str(refused), 1, 1)


def _decode(body: bytes) -> str | Breach:
    if b"\0" in body[:4] or body[:2] in _WIDE_MARKS:
        words = "it is in UTF-16 or UTF-32, and JSON must be in UTF-8 (RFC 8259); write UTF-8"
        return Breach("UnicodeError", words, 1, 1)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        words = f"its bytes are not UTF-8 (byte {error.start}), as JSON's must be; write UTF-8"
        return Breach("UnicodeError", words, body.count(b"\n", 0, error.start) + 1, 1)
    if text.startswith("\ufeff"):
        words = "it begins with a byte order mark, which JSON readers refuse; remove it"
        return Breach("JSONError", words, 1, 1)
    return text


class _Reader:
    """Wraps every value that the standard reader reads in its place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self._depth = self._values = 0
        decoder: Any = JSONDecoder(parse_constant=_refuse, parse_int=_read_whole)
        decoder.parse_object = self._read_object
        decoder.parse_array = self._read_array
        self._inner = py_make_scanner(decoder)
        decoder.scan_once = self._scan
        self._decode = decoder.decode

    def read(self) -> Member:
        """The document's one value."""
        found: Member = self._decode(self._text)
        return found

    def _scan(self, text: str, at: int) -> tuple[Member, int]:
        self._values += 1
        if self._values > _MOST_VALUES:
            words = f"it has more than {_MOST_VALUES:,} values, which is not read; publish fewer"
            raise _Refused(words)
        value, end = self._inner(text, at)
        line = bisect_right(self._lines, at)
        return Member(value, line, at - self._lines[line - 1] + 1), end

    def _read_object(self, start: tuple[str, int], strict: bool, *_: Any) -> Any:  # noqa: FBT001, ANN401 - the standard reader calls it so
        with self._deeper():
            return JSONObject(start, strict, self._scan, None, _make_object)

    def _read_array(self, start: tuple[str, int], *_: Any) -> Any:  # noqa: ANN401 - as above
        with self._deeper():
            values, end = JSONArray(start, self._scan)
        return tuple(values), end

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RecursionError
        yield
        self._depth -= 1
