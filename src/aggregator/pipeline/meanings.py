"""Tells a window what its reports mean, where the extra `semantic` is installed.

A report gets a vector when words leave it unsure, once, and again when its wording changes.
There is a little time for it in each publishing; what is left over waits for the next one.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from aggregator.core.likeness import DAYS, Window, list_doubtful, name_wording, read_wording
from aggregator.core.model import Report
from aggregator.edges.log import Log
from aggregator.edges.meaning import MODEL, Made, MakesVectors, find_maker
from aggregator.edges.store import Kept, Store

_SECONDS = 1.5
"""Of a publishing: some twenty reports of a core."""
_MOST = 40

_Key = tuple[str, str]


class Meanings:
    """The vectors of one publishing; `has_more` says that another one would make more."""

    def __init__(
        self, store: Store, make: MakesVectors | None, now: datetime, log: Log | None = None
    ) -> None:
        """Begin with what is stored; without `make` no more is made."""
        self._store, self._make, self._log = store, make, log
        self._oldest = now - DAYS
        self._has_made = False
        self._known = {one.report: one for one in store.vectors.load(MODEL)}
        self.has_more = False

    def tell(self, window: Window, reports: Sequence[Report]) -> None:
        """Give the window the vectors of all that it holds, those of these reports made now."""
        wordings = {
            report.entry.name: name_wording(read_wording(report.entry)) for report in reports
        }
        wanted = [
            report
            for report in list_doubtful(reports, window)
            if not self._has(report.entry.name, wordings)
        ]
        self._renew(wanted, wordings)
        left = any(not self._has(one.entry.name, wordings) for one in wanted)
        self.has_more = self._has_made and left
        # A report that is not here keeps the vector it had: it is part of the middle.
        window.learn_meaning(
            {
                key: one.vector
                for key, one in self._known.items()
                if one.vector and (key not in wordings or self._has(key, wordings))
            }
        )

    def _has(self, key: _Key, wordings: Mapping[_Key, str]) -> bool:
        known = self._known.get(key)
        return known is not None and known.wording == wordings[key]

    def _renew(self, wanted: Sequence[Report], wordings: Mapping[_Key, str]) -> None:
        """Make the first of what is wanted, once in a publishing, and keep it."""
        if not wanted or self._make is None:
            return
        made = self._make([read_wording(one.entry) for one in wanted[:_MOST]], _SECONDS)
        self._make = None
        fresh = list(_pair(wanted, made, wordings))
        if fresh:
            self._store.vectors.save(MODEL, fresh, self._oldest)
            self._known |= {one.report: one for one in fresh}
            self._has_made = True
        if made.trouble and self._log:
            self._log("vectors", result="failed", detail=made.trouble)


def open_meanings(store: Store, now: datetime, log: Log | None = None) -> Meanings | None:
    """The vectors of a publishing; None without the extra. Without a `log` none is made."""
    make = find_maker()
    return None if make is None else Meanings(store, make if log else None, now, log)


def _pair(wanted: Sequence[Report], made: Made, wordings: Mapping[_Key, str]) -> Iterator[Kept]:
    """What was made, each with its report; none for the one that the engine does not bear."""
    vectors = [*made.vectors, b""] if made.is_stuck else made.vectors
    for report, vector in zip(wanted, vectors, strict=False):
        key = report.entry.name
        yield Kept(key, report.entry.sort_at, wordings[key], vector)
