"""Subscriptions to published feeds, and what public hubs were told: rows and questions."""

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict

from sqlalchemy import Connection, delete, func, select, tuple_

from aggregator.core.websub import Name, Ping, Subscription
from aggregator.edges.store.finding import chunk
from aggregator.edges.store.saving import replace
from aggregator.edges.store.schema import pings, subscriptions

_NAME = subscriptions.c.topic, subscriptions.c.callback


class Subscribers:
    """The subscriptions of the store; every method is one transaction, `begin` opens it."""

    def __init__(self, begin: Callable[..., AbstractContextManager[Connection]]) -> None:
        """Take what opens a transaction."""
        self._begin = begin

    def load(self) -> list[Subscription]:
        """Every subscription."""
        with self._begin() as connection:
            rows = connection.execute(select(subscriptions).order_by(*_NAME)).mappings()
            return [Subscription(**row) for row in rows]

    def count(self) -> tuple[int, int]:
        """How many there are, and to how many of these the last delivery failed."""
        failing = func.count().filter(subscriptions.c.failures > 0)
        with self._begin() as connection:
            row = connection.execute(select(func.count(), failing)).one()
            return row[0], row[1]

    def save(self, changed: Iterable[Subscription], ended: Collection[Name] = ()) -> None:
        """Save subscriptions as they are now, and forget those that ended."""
        rows = [asdict(one) for one in changed]
        with self._begin(write=True) as connection:
            replace(connection, subscriptions, ["topic", "callback"], rows)
            for some in chunk(sorted(ended)):
                connection.execute(delete(subscriptions).where(tuple_(*_NAME).in_(some)))

    def load_pings(self) -> dict[str, Ping]:
        """What a public hub was last told, by topic."""
        with self._begin() as connection:
            rows = connection.execute(select(pings).order_by(pings.c.topic)).mappings()
            return {row["topic"]: Ping(**row) for row in rows}

    def save_pings(self, some: Iterable[Ping]) -> None:
        """Remember what a public hub was told."""
        with self._begin(write=True) as connection:
            replace(connection, pings, ["topic"], [asdict(one) for one in some])
