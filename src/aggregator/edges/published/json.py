"""JSON -> members with positions: the standard library's reader, told to note places.

What a feed must not hold is refused as it is read: a name twice in one object,
`NaN`, and nesting beyond all use.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError, JSONDecoder
from json.decoder import JSONArray, JSONObject  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

from aggregator.core.lint import Breach, Document, Member

_DEEPEST = 50


def read_json(body: bytes) -> Document:
    """The document; where it is not JSON, the reason and the place."""
    return Document(_read(body), len(body), "utf-8")


def _read(body: bytes) -> Member | Breach:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        words = f"its bytes are not UTF-8 (byte {error.start}), as JSON's must be; write UTF-8"
        return Breach("UnicodeError", words, body.count(b"\n", 0, error.start) + 1, 1)
    if text.startswith("\ufeff"):
        words = "it begins with a byte order mark, which JSON readers refuse; remove it"
        return Breach("JSONError", words, 1, 1)
    try:
        return _Reader(text).read()
    except JSONDecodeError as error:
        words = f"it is no JSON from here on ({error.msg}); readers show nothing of it; mend it"
        return Breach("JSONError", words, error.lineno, error.colno)
    except RecursionError:
        return Breach("ValidatorLimit", f"it is nested deeper than {_DEEPEST}; flatten it", 1, 1)


class _Reader:
    """Wraps every value that the standard reader reads in its place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self._depth = 0
        decoder: Any = JSONDecoder(parse_constant=self._refuse)
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
        value, end = self._inner(text, at)
        line = bisect_right(self._lines, at)
        return Member(value, line, at - self._lines[line - 1] + 1), end

    def _read_object(self, start: tuple[str, int], strict: bool, *_: Any) -> Any:  # noqa: FBT001, ANN401 - the standard reader calls it so
        with self._deeper():
            return JSONObject(start, strict, self._scan, None, self._make_object)

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

    def _make_object(self, pairs: list[tuple[str, Member]]) -> dict[str, Member]:
        names = [name for name, _ in pairs]
        twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
        if twice is not None:
            raise JSONDecodeError(f"the name {twice!r} stands twice in an object", self._text, 0)
        return dict(pairs)

    def _refuse(self, word: str) -> Any:  # noqa: ANN401 - as above
        raise JSONDecodeError(f"{word} is no JSON", self._text, self._text.find(word))
