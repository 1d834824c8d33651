"""What the address of a question says: for people, and for programs, whose mistakes are told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qs, parse_qsl, urlencode

from aggregator.core.asking.reading import MOST_LETTERS, Facet, Query, read_day, read_query

MOST = 1_000
"""Finds that the page shows the way to; programs go on for as long as there are any."""
SIZE = 20
"""Finds on one page."""
_LIMIT, _MOST_LIMIT = 50, 200
_MOST_FIELDS = 64
_MOST_BYTES = 8_000
_MOST_VALUE = 1_000
_KNOWN = frozenset({"q", "source", "language", "tag", "from", "to", "before", "limit"})
_KINDS = ("source", "language", "tag")
_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with where to go on: a page of the finds, or behind a place."""

    query: Query
    words: str = ""
    number: int = 1
    language: str = ""
    before: int | None = None
    limit: int = _LIMIT


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a program's question is none."""

    why: str


def read_search(query: str) -> Asked:
    """What a person asks for; anything that cannot be read is passed over."""
    fields = _parse(query) or {}
    words = _one(fields, "q")[:MOST_LETTERS].strip()
    number = _read_number(_one(fields, "page"), 1, MOST // SIZE) or 1
    return Asked(read_query(words), words, number, _one(fields, "lang")[:8])


def read_listing(query: str) -> Asked | Refusal:
    """What a program asks for, or what is wrong with it."""
    fields = _parse(query)
    if fields is None:
        return Refusal("the query string is too long, or no UTF-8")
    if fault := next(_find_faults(fields), None):
        return Refusal(fault)
    asked = read_query(_one(fields, "q"))
    facets = tuple(Facet(kind, value) for kind in _KINDS for value in fields.get(kind, ()))
    return Asked(
        replace(
            asked,
            facets=(*asked.facets, *facets),
            since=_read_day(fields, "from") or asked.since,
            until=_read_day(fields, "to") or asked.until,
        ),
        before=int(_one(fields, "before")) if "before" in fields else None,
        limit=_read_number(_one(fields, "limit") or str(_LIMIT), 1, _MOST_LIMIT) or _LIMIT,
    )


def write_next(query: str, place: int) -> str:
    """The query string that goes on behind a place."""
    kept = [pair for pair in parse_qsl(query, max_num_fields=_MOST_FIELDS) if pair[0] != "before"]
    return urlencode([*kept, ("before", str(place))])


def _find_faults(fields: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, values in fields.items():
        if name not in _KNOWN:
            yield f"there is no parameter {name[:40]!r}; there are {', '.join(sorted(_KNOWN))}"
        elif name not in _KINDS and len(values) > 1:
            yield f"{name} may stand once"
    if len(_one(fields, "q")) > MOST_LETTERS:
        yield f"q is longer than {MOST_LETTERS} letters"
    yield from (f"{name} is no day" for name in ("from", "to") if not _is_day(fields, name))
    if "before" in fields and _read_number(_one(fields, "before"), -(2**62), 2**62) is None:
        yield "before is none that next_url gave"
    if "limit" in fields and _read_number(_one(fields, "limit"), 1, _MOST_LIMIT) is None:
        yield f"limit is a number from 1 to {_MOST_LIMIT}"


def _is_day(fields: Mapping[str, Sequence[str]], name: str) -> bool:
    return name not in fields or _read_day(fields, name) is not None


def _read_day(fields: Mapping[str, Sequence[str]], name: str) -> date | None:
    return read_day(_one(fields, name), name)


def _parse(query: str) -> Mapping[str, Sequence[str]] | None:
    """The fields of a query string; None for one that nobody means."""
    if len(query) > _MOST_BYTES:
        return None
    try:
        fields = parse_qs(query, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    return {name: [one[:_MOST_VALUE] for one in values] for name, values in fields.items()}


def _one(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return fields.get(name, [""])[0]


def _read_number(text: str, least: int, most: int) -> int | None:
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _DIGITS:
        return None
    return int(text) if least <= int(text) <= most else None
