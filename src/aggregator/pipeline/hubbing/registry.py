"""The subscriptions at hand; what changes is written behind, in one transaction for many."""

import asyncio

from aggregator.core.websub import Name, Subscription
from aggregator.edges.store import Store
from aggregator.pipeline.apart import run_apart


class Registry:
    """All subscriptions by their names, as they are now.

    What a kill takes before it is written is a delivery that was made: it is
    made once more.
    """

    def __init__(self, store: Store) -> None:
        """Load what is stored."""
        self._store = store
        self._writing = asyncio.Lock()
        self._changed: set[Name] = set()
        self._ended: set[Name] = set()
        self.known: dict[Name, Subscription] = {one.name: one for one in store.subscribers.load()}

    @property
    def is_dirty(self) -> bool:
        """Whether something is not written yet, and nobody is writing."""
        return bool(self._changed or self._ended) and not self._writing.locked()

    def put(self, one: Subscription) -> None:
        """Take a subscription as it is now."""
        self.known[one.name] = one
        self._changed.add(one.name)
        self._ended.discard(one.name)

    def drop(self, name: Name) -> None:
        """Forget one."""
        self.known.pop(name, None)
        self._changed.discard(name)
        self._ended.add(name)

    async def write(self) -> None:
        """Write what changed; StoreError leaves it to the next time."""
        async with self._writing:
            changed, ended = self._changed, self._ended
            self._changed, self._ended = set(), set()
            rows = [self.known[name] for name in sorted(changed)]
            try:
                await run_apart(lambda: self._store.subscribers.save(rows, ended), "hub")
            except BaseException:
                # What was put or dropped meanwhile is newer.
                self._changed |= {name for name in changed if name in self.known}
                self._ended |= {name for name in ended if name not in self.known}
                raise
