"""Orders about reports, and the ids that left: rows and questions, inside another's transaction."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from aggregator.core.model import Act, Author, Entry, Grave, Match, Order
from aggregator.edges.store.finding import chunk
from aggregator.edges.store.rows import read_entry
from aggregator.edges.store.schema import claims, entries, members, merges, orders

Name = tuple[str, str]

_MOST_TITLES = 20_000
"""The newest published reports whose titles are looked through."""


def save_orders(
    connection: Connection, some: Iterable[Order], carried: datetime | None = None
) -> None:
    """Append orders to those there are."""
    rows = [{**asdict(order), "carried": carried} for order in some]
    for row in rows:
        del row["number"]
    if rows:
        connection.execute(insert(orders), rows)


def read_order(row: RowMapping) -> Order:
    """An order from its row."""
    values = {name: row[name] for name in row if name != "carried"}
    return Order(**{**values, "act": Act(row["act"]), "by": Author(row["by"])})


def load_orders(connection: Connection, *wanted: ColumnElement[bool]) -> list[Order]:
    """The orders of which all that is wanted holds, in the order of their saving."""
    query = select(orders).where(*wanted).order_by(orders.c.number)
    return [read_order(row) for row in connection.execute(query).mappings()]


def mark_carried(connection: Connection, numbers: Sequence[int], now: datetime) -> None:
    """Remember that a publishing has obeyed these orders."""
    for piece in chunk(sorted(numbers)):
        connection.execute(update(orders).where(orders.c.number.in_(piece)).values(carried=now))


def load_entries_of(connection: Connection, names: Collection[Name]) -> Iterator[Entry]:
    """The entries of these names that are stored."""
    for source_id in sorted({source_id for source_id, _ in names}):
        for keys in chunk(sorted(key for owner, key in names if owner == source_id)):
            own = and_(entries.c.source_id == source_id, entries.c.key.in_(keys))
            rows = connection.execute(select(entries).where(own)).mappings()
            yield from (read_entry(row) for row in rows)


def load_entries_by_id(
    connection: Connection, source_id: str, raw_ids: Collection[str]
) -> Iterator[Entry]:
    """The entries of a source that bear one of these ids of its own, as first given or since."""
    for piece in chunk(sorted(raw_ids)):
        # Two questions: SQLite answers an `or` over two indexes by reading all of the source's.
        for column in (entries.c.raw_id, entries.c.alias):
            own = and_(entries.c.source_id == source_id, column.in_(piece))
            rows = connection.execute(select(entries).where(own)).mappings()
            yield from (read_entry(row) for row in rows)


def find_owned(connection: Connection, names: Collection[Name]) -> dict[str, Name]:
    """The ids that leave with these reports, each with the report that takes it along.

    Those that were given to one of them, and those all of whose reports are among them.
    """
    owned: dict[str, Name] = {}
    joined: dict[str, Name] = {}
    for source_id in sorted({source_id for source_id, _ in names}):
        for keys in chunk(sorted(key for owner, key in names if owner == source_id)):
            for table, found in ((claims, owned), (members, joined)):
                query = select(table.c.story_id, table.c.key).where(
                    table.c.source_id == source_id, table.c.key.in_(keys)
                )
                rows = connection.execute(query)
                found.update((row.story_id, (source_id, row.key)) for row in rows)
    left = {story_id: name for story_id, name in joined.items() if story_id not in owned}
    return {**_find_empty(connection, left, names), **owned}


def _find_empty(
    connection: Connection, some: dict[str, Name], names: Collection[Name]
) -> dict[str, Name]:
    """Those of the ids that have no report beside the named ones."""
    wanted, full = set(names), set()
    for piece in chunk(sorted(some)):
        query = select(members.c.story_id, members.c.source_id, members.c.key).where(
            members.c.story_id.in_(piece)
        )
        for row in connection.execute(query):
            if (row.source_id, row.key) not in wanted:
                full.add(row.story_id)
    return {story_id: name for story_id, name in some.items() if story_id not in full}


def save_merges(connection: Connection, merged: Iterable[tuple[str, str]], at: datetime) -> None:
    """Save which id gave way to which; the last word counts."""
    rows = [{"story_id": left, "survivor": stays, "at": at} for left, stays in merged]
    if rows:
        statement = upsert(merges)
        fresh = {name: statement.excluded[name] for name in ("survivor", "at")}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["story_id"], set_=fresh), rows
        )


def load_merges(connection: Connection, since: datetime) -> list[Grave]:
    """The ids that gave way to another since then."""
    query = select(merges).where(merges.c.at > since)
    return [Grave(row.story_id, row.at, survivor=row.survivor) for row in connection.execute(query)]


_OWNS = and_(claims.c.source_id == entries.c.source_id, claims.c.key == entries.c.key)
_MATCHES = (
    select(
        *(entries.c[name] for name in ("source_id", "key", "title", "link", "sort_at")),
        members.c.story_id,
        _OWNS.label("owner"),
    )
    .select_from(entries)
    .outerjoin(
        members,
        and_(members.c.source_id == entries.c.source_id, members.c.key == entries.c.key),
    )
    .outerjoin(claims, claims.c.story_id == members.c.story_id)
)


def find_matches(connection: Connection, words: str, canonical: str | None) -> list[Match]:
    """The reports of the story of this id, else with this link, else with this id of their own."""
    named = or_(entries.c.raw_id == words, entries.c.key == words)
    by_link = _match(connection, entries.c.canonical == canonical) if canonical else []
    story = _match(connection, members.c.story_id == words)
    return story or by_link or _match(connection, named)


def list_newest(connection: Connection) -> list[Match]:
    """The newest reports, to be looked through by title."""
    query = _MATCHES.order_by(entries.c.sort_at.desc()).limit(_MOST_TITLES)
    return [_read_match(row) for row in connection.execute(query).mappings()]


def _match(connection: Connection, wanted: ColumnElement[bool]) -> list[Match]:
    query = _MATCHES.where(wanted).order_by(entries.c.id)
    return [_read_match(row) for row in connection.execute(query).mappings()]


def _read_match(row: RowMapping) -> Match:
    return Match(
        source_id=row["source_id"],
        key=row["key"],
        title=row["title"],
        link=row["link"],
        story_id=row["story_id"],
        owner=bool(row["owner"]),
        at=row["sort_at"],
    )
