"""Heals a flood: a feed that gave its items other ids would bring them all as new.

Others call that the publisher's fault and show everything again; the threads
are named in docs/decisions/0009-guid-floods.md. Two reports are never made
one: of two candidates none is taken, and words and dates have the last say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aggregator.core.evidence import forget
from aggregator.core.identity.traces import TRACES, Trace, agrees_strictly
from aggregator.core.model import Entry, Problem
from aggregator.core.text import cut

FEWEST = 3
"""Items that must look new before a document is called a flood: two may be honest news."""

MOST_COMPARED = 2_000
"""Known entries that a document is compared with, the newest of its source."""

_PER_ITEM = 2
"""Known entries compared for each item: what stood in the document before, and as many again."""

_MOST_TOLD = 10
_NAME_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Healed:
    """A fresh entry that is a known one under another name, and what told so."""

    known: Entry
    fresh: Entry
    why: str


def find_window(items: int, strange: int) -> int:
    """How many known entries a document is compared with: 0 unless most of it looks new."""
    if strange < FEWEST or 2 * strange <= items:
        return 0
    return min(_PER_ITEM * items, MOST_COMPARED)


def heal(strange: Sequence[Entry], missing: Sequence[Entry], *, flood: bool) -> tuple[Healed, ...]:
    """The strange entries that are ones missing from the document; none is given to two.

    Outside a flood only an edit is believed that left date and text: a
    headline that stands in the id changes it (miniflux#2358).
    """
    if not strange or not missing:
        return ()
    healed: dict[str, Healed] = {}
    taken: set[str] = set()
    for trace in TRACES:
        if len(healed) == len(strange):
            break
        for known, fresh in _pair(trace, missing, strange):
            if fresh.key in healed or known.key in taken:
                continue
            if trace.agrees(known, fresh) if flood else agrees_strictly(known, fresh):
                healed[fresh.key] = Healed(known, fresh, trace.words)
                taken.add(known.key)
    forget()
    return tuple(healed.values())


def _pair(
    trace: Trace, missing: Iterable[Entry], strange: Iterable[Entry]
) -> Iterator[tuple[Entry, Entry]]:
    """The pairs that alone share a value of the trace: of two candidates none is taken."""
    known = _index(trace, missing)
    for value, fresh in _index(trace, strange).items():
        old = known.get(value)
        if old is not None and fresh is not None:
            yield old, fresh


def _index(trace: Trace, entries: Iterable[Entry]) -> dict[object, Entry | None]:
    """The entries by a value; None marks one that several share."""
    found: dict[object, Entry | None] = {}
    for entry in entries:
        value = trace.read(entry)
        if value is not None:
            found[value] = None if value in found else entry
    return found


def tell(healed: Sequence[Healed]) -> tuple[Problem, ...]:
    """The first repairs in words, and how many more there were."""
    told = tuple(Problem(_name(one.fresh), _explain(one)) for one in healed[:_MOST_TOLD])
    more = len(healed) - _MOST_TOLD
    rest = (Problem("", f"healed: {more} more items whose ids changed"),) if more > 0 else ()
    return told + rest


def _explain(one: Healed) -> str:
    before = one.known.alias or one.known.raw_id or one.known.key
    return f"healed: {one.why}; it was {cut(before, _NAME_LIMIT)}"


def _name(entry: Entry) -> str:
    return cut(entry.title or entry.link or entry.key, _NAME_LIMIT)
