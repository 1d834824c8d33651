"""The record of polls: a row for each source and slot of hours, and no more than are drawn."""

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from aggregator.core.model import Tally
from aggregator.edges.store.finding import chunk
from aggregator.edges.store.schema import tallies

_COUNTS = ("ok", "same", "failed", "new")


class History:
    """The counts of polls; every method is one transaction, `begin` opens it."""

    def __init__(self, begin: Callable[..., AbstractContextManager[Connection]]) -> None:
        """Take what opens a transaction: one that reads, or with `write` one that writes."""
        self._begin = begin

    def load(self, source_ids: Collection[str], since: datetime) -> dict[str, list[Tally]]:
        """The tallies of these sources from then on, the oldest first, by source."""
        found: dict[str, list[Tally]] = {}
        recent = select(tallies).where(tallies.c.at >= since).order_by(tallies.c.at)
        with self._begin() as connection:
            for some in chunk(sorted(source_ids)):
                wanted = recent.where(tallies.c.source_id.in_(some))
                for row in connection.execute(wanted).mappings():
                    found.setdefault(row["source_id"], []).append(Tally(**row))
        return found

    def forget(self, before: datetime) -> None:
        """Delete what was counted before then: rows that lie together, so in one statement."""
        with self._begin(write=True) as connection:
            connection.execute(delete(tallies).where(tallies.c.at < before))


def save_tallies(connection: Connection, some: Iterable[Tally]) -> None:
    """Add tallies to what was counted in their slots before."""
    rows = [
        {"source_id": one.source_id, "at": one.at} | {name: getattr(one, name) for name in _COUNTS}
        for one in some
    ]
    if rows:
        statement = upsert(tallies)
        sums = {name: tallies.c[name] + statement.excluded[name] for name in _COUNTS}
        statement = statement.on_conflict_do_update(index_elements=["at", "source_id"], set_=sums)
        connection.execute(statement, rows)
