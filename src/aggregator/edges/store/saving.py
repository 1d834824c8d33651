"""Rows into tables, inside a transaction that another holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from aggregator.core.model import Decision, Entry, Held, Ledger
from aggregator.edges.store.finding import chunk, find_ids, list_digests
from aggregator.edges.store.history import save_tallies
from aggregator.edges.store.looking import save_looks
from aggregator.edges.store.ordering import save_orders
from aggregator.edges.store.rows import write_entry, write_state
from aggregator.edges.store.schema import claims, entries, entry_keys, members, merges, states
from aggregator.edges.store.versions import save_versions

_AFTER = timedelta(seconds=1)
"""Readers take what is no later than its tombstone for deleted (RFC 6721 section 3)."""


def replace(
    connection: Connection,
    table: Table,
    keys: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Insert rows, or overwrite those with the same keys, keeping their row numbers."""
    if rows:
        statement = upsert(table)
        columns = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=columns)
        connection.execute(statement, list(rows))


def save_decisions(connection: Connection, taken: Sequence[Decision]) -> None:
    """Save states with all that each vouches for."""
    replace(connection, states, ["source_id"], [write_state(one.state) for one in taken])
    ids = save_entries(connection, [entry for one in taken for entry in one.entries])
    save_versions(connection, [version for one in taken for version in one.versions], ids)
    save_orders(connection, [order for one in taken for order in one.orders])
    save_looks(connection, taken)
    save_tallies(connection, (one.tally for one in taken if one.tally))


def save_entries(connection: Connection, fresh: Sequence[Entry]) -> dict[tuple[str, str], int]:
    """Save entries and the keys of their duplicates, give their row numbers by their names.

    Of two with one key the last stays.
    """
    last = {entry.name: entry for entry in fresh}
    serial = connection.execute(select(func.max(entries.c.serial))).scalar() or 0
    rows = [
        {**write_entry(entry), "serial": serial + place}
        for place, entry in enumerate(last.values(), 1)
    ]
    replace(connection, entries, ["source_id", "key"], rows)
    ids = find_ids(connection, last.values())
    keys = [
        {"digest": digest, "entry_id": ids[place]}
        for place, entry in last.items()
        for digest in list_digests(entry)
    ]
    for piece in chunk(sorted(ids.values())):
        connection.execute(delete(entry_keys).where(entry_keys.c.entry_id.in_(piece)))
    if keys:
        connection.execute(insert(entry_keys), keys)
    return ids


def save_claims(connection: Connection, ledger: Ledger) -> None:
    """Save the ids given; one that was given before stays with its first report."""
    rows = [
        {"story_id": story_id, "source_id": source_id, "key": key, "at": ledger.at}
        for story_id, source_id, key in ledger.claims
    ]
    if rows:
        connection.execute(upsert(claims).on_conflict_do_nothing(), rows)


def _save_times(connection: Connection, ledger: Ledger) -> None:
    """Save under which times stories are published; which ids stand again, and gave way no more.

    An id that gives way was last told of by its tombstone: what it tells later is later.
    """
    last = {left: ledger.at + _AFTER for left, _ in ledger.merged} | dict(ledger.times)
    rows = [{"the_id": story_id, "the_time": at} for story_id, at in last.items()]
    if rows:
        named = claims.c.story_id == bindparam("the_id")
        connection.execute(update(claims).where(named).values(updated=bindparam("the_time")), rows)
    alive = {story_id for story_id, *_ in ledger.members} - dict(ledger.merged).keys()
    for piece in chunk(sorted(alive)):
        connection.execute(delete(merges).where(merges.c.story_id.in_(piece)))


def save_members(connection: Connection, ledger: Ledger) -> None:
    """Save which story each report stands in, and under which time; when it first was stays."""
    rows = [
        {"story_id": story_id, "source_id": source_id, "key": key, "at": ledger.at}
        for story_id, source_id, key in ledger.members
    ]
    if rows:
        statement = upsert(members)
        fresh = {"story_id": statement.excluded.story_id}
        statement = statement.on_conflict_do_update(index_elements=["source_id", "key"], set_=fresh)
        connection.execute(statement, rows)
    _save_times(connection, ledger)


def write_held(one: Held, at: datetime) -> dict[str, Any]:
    """A report held back as a row."""
    return {
        "source_id": one.source_id,
        "key": one.key,
        "title": one.title,
        "why": one.why,
        "at": at,
    }
