"""Which of many sources may be due: asked of the store by its index, not by reading them all.

With 10,000 sources somebody is due every few hundred milliseconds; reading all
that is remembered of them at each tick would take more than a second.
"""

from collections.abc import Collection, Iterator, Mapping
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
        self._new = {name: None for name in self._sources if name not in addresses}
        """Those that the store does not know, in the order of the configuration."""
        self._changed = {
            name: None
            for name, url in addresses.items()
            if name in self._sources and self._sources[name].url != url
        }
        """Those whose address is another than when they were last asked."""

    def find_rests(self, now: datetime) -> dict[str, datetime]:
        """Until when each domain is left alone, as far as the store knows."""
        return find_rests(self._store.load_resting(now), now)

    def find_due(
        self,
        now: datetime,
        at_work: Collection[str],
        rests: Mapping[str, datetime],
        most_hosts: int,
    ) -> tuple[Due, list[FetchState]]:
        """As `poll.find_due`, without those at work; of new ones those that have their turn.

        Thousands of new ones that wait for theirs cost a tick nothing.
        """
        latest = policy.find_latest(self._polling, now)
        passed = self._store.load_due_ids(now, latest)
        known = [
            name for name in {**self._changed, **dict.fromkeys(passed)} if name in self._sources
        ]
        names = [name for name in known if name not in at_work]
        fresh = policy.take_hosts(self._list_new(at_work), most_hosts)
        wanted = [*(self._sources[name] for name in names), *fresh]
        states = self._store.load_states([source.id for source in wanted]) if wanted else {}
        known_now = [source.id for source in fresh if source.id in states]
        for name in known_now:
            # It was asked since this agenda was made, by a poll of the one before:
            # its time is found in the store from now on.
            self._new.pop(name)
        wanted = [source for source in wanted if source.id not in known_now]
        due, waiting = sort_due(wanted, states, rests, self._polling, now)
        still = {source.id for source, _ in due}
        # One that is not due under its address after all is found by its time from now on.
        self._changed = {n: None for n in self._changed if n in still or n in at_work}
        for state in waiting:
            self._new.pop(state.source_id, None)
        return due, waiting

    def _list_new(self, at_work: Collection[str]) -> Iterator[Source]:
        return (self._sources[name] for name in self._new if name not in at_work)

    def take(self, source: Source) -> None:
        """Note that a source is being asked: it is new no more."""
        self._new.pop(source.id, None)
        self._changed.pop(source.id, None)

    @property
    def has_new(self) -> bool:
        """Whether sources that were never asked wait for their turn."""
        return bool(self._new)

    def find_next(self, now: datetime) -> datetime | None:
        """When the next source may be due."""
        return self._store.find_next_poll(now)
