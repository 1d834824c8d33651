"""The parts of the status page. Every word in them is clean: one line, no secrets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.core.health import Pulse
from aggregator.core.model import Day, FetchState, Held, Source, Tally
from aggregator.core.settings import Config


@dataclass(frozen=True, slots=True)
class Pressing:
    """What the last publishing that succeeded came to; `problems` are those of templates."""

    stories: int
    written: int
    files: int
    seconds: float
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """The sources of one part of the page, which is `number` of `pages`."""

    sources: tuple[Source, ...]
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the page is made of; `tallies` are needed of the sources of its part alone.

    `notes` are further lines about the whole, each with its next step.
    """

    config: Config
    pulse: Pulse
    states: Mapping[str, FetchState]
    tallies: Mapping[str, Sequence[Tally]]
    held: Sequence[Held]
    days: Sequence[Day]
    pressing: Pressing | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence about the whole; `is_bad` asks for somebody."""

    words: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What the polls of a local day came to: those with a body read, unchanged, failed."""

    day: str
    ok: int
    same: int
    failed: int
    new: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Seven days of a source as paths of SVG, in words, and in figures by day."""

    new: str
    ok: str
    same: str
    failed: str
    words: str
    days: tuple[Figures, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One source; `word` is its health, `trouble` what is wrong and the next step, or ""."""

    id: str
    name: str
    word: str
    is_bad: bool
    last: str
    next: str
    why: str
    rhythm: str
    trouble: str
    notes: tuple[str, ...]
    chart: Chart


@dataclass(frozen=True, slots=True)
class Due:
    """One poll to come."""

    at: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Board:
    """The whole page; of many sources it is one part of several, `number` of `pages`."""

    title: str
    zone: str
    made: str
    lines: tuple[Line, ...]
    counts: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]
    number: int
    pages: int
    due: tuple[Due, ...]
    waiting: int
    held: tuple[tuple[str, str, str], ...]
    held_more: int
    editions: tuple[Line, ...]
    editions_more: int
