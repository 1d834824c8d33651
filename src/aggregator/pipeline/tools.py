"""What polling needs of the world, and what it tells of each poll."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from aggregator.core import gaps
from aggregator.core.model import (
    ArticlePage,
    Changes,
    FetchResult,
    FetchState,
    ParseFailed,
    ParseResult,
    Permission,
    Source,
)
from aggregator.edges.fetch import Gate
from aggregator.edges.log import Log
from aggregator.edges.parse import PageTask, RobotsTask, Task
from aggregator.edges.store import Store


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll did, for the table and the log; `seconds` is the exchange's length.

    One that was not `asked` waits for its domain. One that `has_gap` noticed
    that reports went unseen; `trail` leads to where they may stand, and `gap`
    says what became of looking for them, "" before that. `texts` counts the
    full texts that were found after it, None before they were looked for.
    """

    source: Source
    state: FetchState
    changes: Changes = Changes()
    bytes: int = 0
    seconds: float = 0.0
    asked: bool = True
    has_gap: bool = False
    trail: gaps.Trail | None = None
    gap: str = ""
    texts: int | None = None

    @property
    def failed(self) -> bool:
        """Whether the source could not be read this time."""
        return self.asked and self.state.last_kind not in ("ok", "unchanged")


class Fetches(Protocol):
    """Whoever can ask a source: `edges.fetch.Fetcher`, and fakes at this seam."""

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
        glance: str = "",
    ) -> FetchResult:
        """The answer, never an exception for what a server does; each host only past the gate."""
        ...


class Reads(Protocol):
    """Whoever can read a body: `edges.parse.ParsePool`, and fakes at this seam."""

    async def parse(self, task: Task) -> ParseResult:
        """The feed, or why there is none; never an exception for what a body holds."""
        ...


class Steps(Protocol):
    """Whoever can ask for one address without going on from there: `edges.fetch.Fetcher`."""

    async def step(self, source: Source, state: FetchState, gate: Gate | None) -> FetchResult:
        """The answer; a redirect is a failure that says where it leads."""
        ...


class ReadsPages(Protocol):
    """Whoever can read pages: a `ParsePool` of `aggregator.pages`, and fakes at this seam."""

    async def read_page(self, task: PageTask) -> ArticlePage | ParseFailed:
        """What a page holds; never an exception for what that is."""
        ...

    async def read_robots(self, task: RobotsTask) -> Permission | ParseFailed:
        """What a robots.txt permits; likewise."""
        ...


@dataclass(frozen=True, slots=True)
class PageTools:
    """What full texts need of the world beyond polling."""

    fetcher: Steps
    reader: ReadsPages


@dataclass(frozen=True, slots=True)
class Tools:
    """What polling needs of the world; `clock` gives the time in UTC.

    `patience` is how long an exchange or a reading may last beyond the
    configured deadline, waits for hosts of redirects and for a free reader
    included: what lasts longer hangs, and is given up as a fault. `pages` is None
    where the extra for full texts is not installed.
    """

    store: Store
    fetcher: Fetches
    parser: Reads
    clock: Callable[[], datetime]
    log: Log
    progress: Callable[[Polled], None] = lambda _: None
    patience: timedelta = timedelta(minutes=10)
    pages: PageTools | None = None
