"""Questions to the tables, asked in pieces that SQLite takes."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, func, select

from aggregator.core.evidence import read_keys
from aggregator.core.fulltext import unfold
from aggregator.core.identity import list_keys
from aggregator.core.model import Entry
from aggregator.core.stories import Membership
from aggregator.edges.store.rows import read_entry
from aggregator.edges.store.schema import claims, entries, entry_keys, members

T = TypeVar("T")

_OWNS = and_(claims.c.source_id == members.c.source_id, claims.c.key == members.c.key).label("owns")
_given = claims.alias()
_OWN = and_(_given.c.source_id == members.c.source_id, _given.c.key == members.c.key)
_LAST = select(_given).where(_OWN).order_by(_given.c.number.desc()).limit(1)
_LED = select(func.min(_given.c.number)).where(_OWN).scalar_subquery().label("led")
_LAST_ID = _LAST.with_only_columns(_given.c.story_id).scalar_subquery().label("last_id")
_LAST_TIME = _LAST.with_only_columns(_given.c.updated).scalar_subquery().label("last_time")

_CHUNK = 400
"""Values in one IN list, below the 999 variables that SQLite took before 3.32."""


_MOST_OF_A_DATE = 50
"""Reports of a source looked up over one date: more, and the date says nothing of them."""

_MOST_TEXT = 20_000_000
"""Characters that a source's newest entries may take in memory together."""

_MOST_ON_A_SHELF = 200
"""Reports looked up over one key; a feed that links all its items to one page has thousands."""

# Put together once and not for each question, which took longer than SQLite's answer: what is
# related to one report beside 100,000 took 1.6 ms of CPU time, and takes 0.7 ms.
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_PLACE_ON_SHELF = func.row_number().over(
    partition_by=entry_keys.c.digest, order_by=entry_keys.c.entry_id.desc()
)
_SHELF = (
    select(entry_keys.c.entry_id, _PLACE_ON_SHELF.label("place"))
    .where(entry_keys.c.digest.in_(_SOME))
    .subquery()
)
_DUPLICATES = select(_SHELF.c.entry_id).where(_SHELF.c.place <= _MOST_ON_A_SHELF)
_MEMBERS = (
    select(members, claims.c.number, claims.c.updated, _OWNS, _LED, _LAST_ID, _LAST_TIME)
    .join(claims, claims.c.story_id == members.c.story_id)
    .where(members.c.key.in_(_SOME))
)
_SAME = and_(members.c.source_id == entries.c.source_id, members.c.key == entries.c.key)
_TOLD = select(entries.c.id).join(members, _SAME).where(members.c.story_id.in_(_SOME))
_BY_ID = select(entries).where(entries.c.id.in_(_SOME)).order_by(entries.c.id)


def chunk(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in pieces short enough for an IN list."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def list_digests(entry: Entry) -> set[bytes]:
    """The keys of duplicates as 16 bytes each: no two of a million meet by chance.

    Of a report with its page's text also those of what the feed gives.
    """
    digests = {*read_keys(entry), *read_keys(unfold(entry))}
    return {bytes.fromhex(digest)[:16] for digest in digests}


def find_ids(connection: Connection, some: Collection[Entry]) -> dict[tuple[str, str], int]:
    """The row number of each entry that is stored, by source and key."""
    found: dict[tuple[str, str], int] = {}
    for source_id in {entry.source_id for entry in some}:
        own = sorted({entry.key for entry in some if entry.source_id == source_id})
        for keys in chunk(own):
            query = select(entries.c.key, entries.c.id).where(
                entries.c.source_id == source_id, entries.c.key.in_(keys)
            )
            found.update(((source_id, key), number) for key, number in connection.execute(query))
    return found


def find_claimed(connection: Connection, wanted: Collection[str]) -> set[str]:
    """Those of the ids that were given to a story already."""
    found: set[str] = set()
    for ids in chunk(sorted(wanted)):
        query = select(claims.c.story_id).where(claims.c.story_id.in_(ids))
        found.update(connection.execute(query).scalars())
    return found


def find_known(connection: Connection, source_id: str, fresh: Sequence[Entry]) -> set[int]:
    """The row numbers of a source's entries that bear a name of any of the fresh ones."""
    keys = list_keys(fresh)
    wanted = (
        (entries.c.key, keys),
        (entries.c.alias, keys),
        (entries.c.raw_id, {entry.raw_id for entry in fresh if entry.raw_id}),
        (entries.c.canonical, {entry.canonical for entry in fresh if entry.canonical}),
    )
    found: set[int] = set()
    for column, values in wanted:
        for piece in chunk(sorted(values)):
            query = select(entries.c.id).where(entries.c.source_id == source_id, column.in_(piece))
            found.update(connection.execute(query).scalars())
    return found


def find_newest_of(connection: Connection, source_id: str, limit: int) -> list[Entry]:
    """The newest `limit` entries of a source, fewer where they are large."""
    query = select(entries).where(entries.c.source_id == source_id)
    newest = query.order_by(entries.c.sort_at.desc(), entries.c.id.desc()).limit(limit)
    found: list[Entry] = []
    room = _MOST_TEXT
    for row in connection.execute(newest).yield_per(50).mappings():
        room -= len(row["html"]) + len(row["text"])
        if room < 0:
            break
        found.append(read_entry(row))
    return found


def find_dated(connection: Connection, source_id: str, dates: Collection[datetime]) -> set[int]:
    """The row numbers of a source's entries that bear one of these dates, the last of each."""
    found: set[int] = set()
    place = func.row_number().over(partition_by=entries.c.sort_at, order_by=entries.c.id.desc())
    for piece in chunk(sorted(dates)):
        shelf = select(entries.c.id, place.label("place")).where(
            entries.c.source_id == source_id, entries.c.sort_at.in_(piece)
        )
        numbered = shelf.subquery()
        query = select(numbered.c.id).where(numbered.c.place <= _MOST_OF_A_DATE)
        found.update(connection.execute(query).scalars())
    return found


def find_duplicates(connection: Connection, some: Sequence[Entry]) -> Iterator[int]:
    """The row numbers of the entries that share a key of duplicates with any of these."""
    digests = {digest for entry in some for digest in list_digests(entry)}
    for piece in chunk(sorted(digests)):
        yield from connection.execute(_DUPLICATES, {"some": piece}).scalars()


def find_members(
    connection: Connection, some: Collection[Entry]
) -> Iterator[tuple[tuple[str, str], Membership]]:
    """(source and key, membership) of those that were published.

    Asked by key alone, since SQLite answers `(source, key) IN (...)` by
    reading the whole table; the same key of another source is dropped here.
    """
    wanted = {entry.name for entry in some}
    for keys in chunk(sorted({key for _, key in wanted})):
        for row in connection.execute(_MEMBERS, {"some": keys}):
            if (row.source_id, row.key) in wanted:
                yield (row.source_id, row.key), _read_membership(row)


def _read_membership(row: Row[Any]) -> Membership:
    return Membership(
        row.story_id,
        row.number,
        bool(row.owns),
        row.at,
        row.led,
        row.updated,
        row.last_id,
        row.last_time,
    )


def find_fellow_members(connection: Connection, some: Sequence[Entry]) -> Iterator[int]:
    """The row numbers of all entries in any story that these belong to."""
    own = {known.story_id for _, known in find_members(connection, some)}
    yield from find_told(connection, own)


def find_told(connection: Connection, story_ids: Collection[str]) -> Iterator[int]:
    """The row numbers of all entries in any of these stories."""
    for stories in chunk(sorted(story_ids)):
        yield from connection.execute(_TOLD, {"some": stories}).scalars()


def load_by_id(connection: Connection, ids: Collection[int]) -> Iterator[Entry]:
    """The entries of these row numbers, in their order."""
    for piece in chunk(sorted(ids)):
        found = connection.execute(_BY_ID, {"some": piece}).mappings()
        yield from (read_entry(row) for row in found)
