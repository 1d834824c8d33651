"""The stored entries of which a publishing makes its stories, read page by page."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from aggregator.core import stories
from aggregator.core.fulltext import unfold
from aggregator.core.likeness import ENOUGH, Window
from aggregator.core.model import Entry, FeedHead, Report
from aggregator.core.origin import Known, list_known
from aggregator.core.rules import list_barred
from aggregator.core.settings import Config
from aggregator.edges.store import Store
from aggregator.pipeline.meanings import Meanings
from aggregator.pipeline.sieve import Sieve

_MOST_HOPS = 8
"""From report to report over shared keys: a bound for archives made to be chained."""

_RECALLED = timedelta(days=4)
"""How far back a new process looks: further apart, only copies of one text are one story."""
_MOST_RECALLED = 5_000
"""Reports that a new process looks at first, in two seconds; it remembers more as they come."""
_MOST_LEFT_OUT = 10_000
"""Reports that filters leave out and that are read for all that. Without a bound, filters that take
next to nothing would have the whole archive read at every publishing."""
_PAGE = 500
_LAST = 2**63 - 1
"""No row of the store has a higher number."""


class Pool:
    """The entries read so far, the newest first, with all that may belong to their stories.

    Entries of sources that the configuration no longer names are left out:
    nobody states their terms any more. Those that the filters do not take are
    read, and are no reports of a story.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        window: Window,
        now: datetime,
        until: datetime | None = None,
    ) -> None:
        """Begin with nothing read; a window that remembers nothing yet is told of the last days.

        Nothing younger than `until` is read, unless it is related to what is older.
        """
        self.window = window
        self.meanings: Meanings | None = None
        self._sieve = Sieve(config)
        self._left_out: set[tuple[str, str]] = set()
        self._store = store
        self._sources = {source.id: source for source in config.sources}
        states = store.load_states()
        self.heads = {source_id: state.head or FeedHead() for source_id, state in states.items()}
        barred = list_barred(config.filters, config.sources)
        self._removed = sorted((set(states) - set(self._sources)) | (barred & set(states)))
        self._entries: dict[tuple[str, str], Entry] = {}
        self._page = 2 * config.newsfeed.items
        self._before = None if until is None else (until, _LAST)
        self.is_exhausted = False
        window.forget_before(now)
        if not len(window):
            self._recall(now)

    def _recall(self, now: datetime) -> None:
        """Tell the window of the last days' reports, without keeping them here."""
        before = self._before
        while len(self.window) < _MOST_RECALLED:
            page, before = self._store.load_newest(_PAGE, before, self._removed)
            recent = [unfold(entry) for entry in page if entry.sort_at >= now - _RECALLED]
            self.window.learn(self._report(recent))
            if before is None or len(recent) < len(page):
                break

    def read_page(self) -> None:
        """Read on, and what is related to what is new, and what is related to that."""
        page, self._before = self._store.load_newest(self._page, self._before, self._removed)
        self._page *= 2
        self._gather(page)
        self.is_exhausted = self._before is None or len(self._left_out) >= _MOST_LEFT_OUT

    def read_about(self, *entries: Entry) -> None:
        """Read what is related to these entries, whatever their age."""
        self._gather(entries)

    def _gather(self, entries: Sequence[Entry]) -> None:
        fresh = self._take(entries)
        for _ in range(_MOST_HOPS):
            fresh = self._take([*self._store.load_related(fresh), *self._load_alike(fresh)])
            if not fresh:
                break

    def _load_alike(self, fresh: Sequence[Entry]) -> list[Entry]:
        """What may be one story with these, and is not here yet."""
        self.window.learn(self._report(fresh))
        alike = {
            other
            for entry in fresh
            for other, likeness in self.window.find_alike(entry.name).items()
            if likeness.score >= ENOUGH
        }
        return self._store.load_entries_of(alike - self._entries.keys())

    def _take(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those that are not in the pool yet, now put into it."""
        own = (unfold(entry) for entry in entries if entry.source_id in self._sources)
        fresh = {e.name: e for e in own if e.name not in self._entries}
        self._entries |= fresh
        left_out = filter(self._sieve.find_left_out, self._report(fresh.values()))
        self._left_out |= {one.entry.name for one in left_out}
        return list(fresh.values())

    def list_entries(self) -> tuple[Entry, ...]:
        """All of them."""
        return tuple(self._entries.values())

    def list_reports(self) -> list[Report]:
        """All of them that the filters take, with their sources."""
        return self._report(one for key, one in self._entries.items() if key not in self._left_out)

    def _report(self, entries: Iterable[Entry]) -> list[Report]:
        return [
            Report(e, self._sources[e.source_id], self.heads.get(e.source_id) or FeedHead())
            for e in entries
            if e.source_id in self._sources
        ]

    def list_known(self) -> Known:
        """The sources by what points at them."""
        return list_known(self._sources.values(), self.heads)

    def find_claimed(self, prefix: str) -> set[str]:
        """Which of the ids that they might get were given already."""
        own = {entry.raw_id for entry in self._entries.values() if entry.raw_id}
        minted = {stories.mint_id(entry, prefix) for entry in self._entries.values()}
        return self._store.load_claimed(own | minted)

    def has_read_all_until(self, at: datetime) -> bool:
        """Whether everything as new as this has been read; ties may straddle a page."""
        return self._before is None or at > self._before[0]
