"""The status and the header fields of an answer, in our own words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST_VALIDATOR = 4_000
"""Common servers refuse a request whose header fields exceed 8 KB."""
_LEGAL = re.compile(r"[\t\x20-\x7e\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Head:
    """Status and fields of an answer; names are lower case, values latin-1, byte for byte."""

    status: int
    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The first value of a field."""
        return next((value for key, value in self.fields if key == name), None)

    def join(self, name: str) -> str:
        """All values of a field that may be a list (RFC 9110 section 5.3)."""
        return ", ".join(value for key, value in self.fields if key == name)

    def validator(self, name: str) -> str | None:
        """A validator that can be sent back, byte for byte.

        None for one that is empty, longer than servers accept in a request, or
        with control characters (HTTP/2 lets them through, HTTP/1.1 cannot send
        them): stored, it would make every later request fail.
        """
        value = self.get(name) or ""
        fits = len(value) <= _LONGEST_VALIDATOR and _LEGAL.fullmatch(value)
        return value if fits else None


def make_head(status: int, raw: Iterable[tuple[bytes, bytes]]) -> Head:
    """The head of an answer from its raw fields."""
    return Head(
        status,
        tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw),
    )
