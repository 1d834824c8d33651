"""What reports said before they were edited: rows and questions; of each only so many."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, select, update

from aggregator.core.model import Version
from aggregator.core.versions import MOST
from aggregator.edges.store.finding import chunk
from aggregator.edges.store.schema import entries, versions

Name = tuple[str, str]

_FIELDS = tuple(one.name for one in fields(Version) if one.name not in ("source_id", "key"))


class Versions:
    """The earlier versions in the store; every method is one transaction, `begin` opens it."""

    def __init__(self, begin: Callable[..., AbstractContextManager[Connection]]) -> None:
        """Take what opens a transaction: one that reads, or with `write` one that writes."""
        self._begin = begin

    def load(self, name: Name) -> list[Version]:
        """The earlier versions of the report of this name, (source, key), the oldest first."""
        source_id, key = name
        query = (
            select(versions, entries.c.source_id, entries.c.key)
            .join(entries, entries.c.id == versions.c.entry_id)
            .where(and_(entries.c.source_id == source_id, entries.c.key == key))
            .order_by(versions.c.number)
        )
        with self._begin() as connection:
            return [_read(row) for row in connection.execute(query).mappings()]

    def forget(self, before: datetime, most: int) -> int:
        """Delete what was replaced before then, at most so many; how many these were."""
        oldest = select(versions.c.number).where(versions.c.at < before).limit(most)
        with self._begin() as connection:
            numbers = list(connection.execute(oldest.order_by(versions.c.at)).scalars())
        if numbers:
            with self._begin(write=True) as connection:
                for piece in chunk(numbers):
                    connection.execute(delete(versions).where(versions.c.number.in_(piece)))
        return len(numbers)


def save_versions(connection: Connection, some: Iterable[Version], ids: Mapping[Name, int]) -> None:
    """Append versions of entries, of which `ids` are the row numbers; of each `MOST` stay."""
    rows = [(ids[version.name], version) for version in some]
    if rows:
        connection.execute(insert(versions), [_write(*row) for row in rows])
        _thin_out(connection, {entry_id for entry_id, _ in rows})


def _thin_out(connection: Connection, some: Collection[int]) -> None:
    """Keep the first version of each of these entries and its newest ones."""
    for piece in chunk(sorted(some)):
        query = (
            select(versions.c.entry_id)
            .where(versions.c.entry_id.in_(piece))
            .group_by(versions.c.entry_id)
            .having(func.count() > MOST)
        )
        for entry_id in connection.execute(query).scalars().all():
            _thin_out_one(connection, entry_id)


def _thin_out_one(connection: Connection, entry_id: int) -> None:
    """Delete the versions after the first one, which says then how many these were."""
    query = select(versions.c.number, versions.c.skipped).where(versions.c.entry_id == entry_id)
    rows = connection.execute(query.order_by(versions.c.number)).all()
    first, gone = rows[0].number, rows[1 : 1 + len(rows) - MOST]
    for piece in chunk([row.number for row in gone]):
        connection.execute(delete(versions).where(versions.c.number.in_(piece)))
    skipped = versions.c.skipped + len(gone)
    connection.execute(update(versions).where(versions.c.number == first).values(skipped=skipped))


def _write(entry_id: int, version: Version) -> dict[str, object]:
    row = {name: getattr(version, name) for name in _FIELDS}
    return {**row, "entry_id": entry_id, "authors": list(version.authors)}


def _read(row: RowMapping) -> Version:
    values = {name: row[name] for name in row if name not in ("number", "entry_id")}
    return Version(**{**values, "authors": tuple(row["authors"])})
