"""Which of many sources may be due: asked of the store by its index, not by reading them all.

With 10,000 sources somebody is due every few hundred milliseconds; reading all
that is remembered of them at each tick would take more than a second.
"""

from collections.abc import Collection
from datetime import datetime

from aggregator.core import policy
from aggregator.core.model import FetchState, Source
from aggregator.core.settings import Config
from aggregator.edges.store import Store
from aggregator.pipeline.poll import Due, find_rests, sort_due


class Agenda:
    """The sources of one configuration, by what the store knows of them."""

    def __init__(self, config: Config, store: Store) -> None:
        """Take the sources; those that the store does not know are new, or are looked at again."""
        self._polling = config.polling
        self._store = store
        self._sources = {source.id: source for source in config.sources if source.enabled}
        addresses = store.load_addresses()
        self._fresh = {
            name: None
            for name, source in self._sources.items()
            if addresses.get(name) != source.url
        }
        """New ones, and those whose address is another than when they were last asked; in order."""

    def find_due(self, now: datetime, at_work: Collection[str]) -> tuple[Due, list[FetchState]]:
        """As `poll.find_due`, without those at work; none is asked for twice while it is new."""
        latest = policy.find_latest(self._polling, now)
        passed = self._store.load_due_ids(now, latest)
        names = [name for name in {**self._fresh, **dict.fromkeys(passed)} if name in self._sources]
        wanted = [self._sources[name] for name in names if name not in at_work]
        if not wanted:
            return [], []
        states = self._store.load_states([source.id for source in wanted])
        rests = find_rests(self._store.load_resting(now), now)
        due, waiting = sort_due(wanted, states, rests, self._polling, now)
        still = {source.id for source, _ in due}
        # One that is not due under its address after all is found by its time from now on.
        self._fresh = {name: None for name in self._fresh if name in still or name in at_work}
        return due, waiting

    def take(self, source: Source) -> None:
        """Note that a source is being asked: it is new no more."""
        self._fresh.pop(source.id, None)

    def find_next(self, now: datetime) -> datetime | None:
        """When the next source may be due."""
        return self._store.find_next_poll(now)
