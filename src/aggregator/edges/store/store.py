"""Loading what is due and what is known; saving Decisions and Ledgers."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, tuple_
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DBAPIError

from aggregator.core.model import (
    Author,
    Decision,
    Entry,
    FetchState,
    Grave,
    Held,
    Ledger,
    Match,
    Order,
)
from aggregator.core.stories import Membership
from aggregator.edges.store import ordering
from aggregator.edges.store.cards import Cards, save_stale
from aggregator.edges.store.copying import copy_database
from aggregator.edges.store.dating import Days, save_places
from aggregator.edges.store.engine import explain, is_there, open_engine
from aggregator.edges.store.finding import (
    chunk,
    find_claimed,
    find_dated,
    find_duplicates,
    find_fellow_members,
    find_known,
    find_members,
    find_newest_of,
    find_told,
    load_by_id,
)
from aggregator.edges.store.history import History
from aggregator.edges.store.looking import Pages
from aggregator.edges.store.rows import read_entry, read_state, write_state
from aggregator.edges.store.saving import (
    replace,
    save_claims,
    save_decisions,
    save_members,
    write_held,
)
from aggregator.edges.store.schema import entries, held, meta, orders, states
from aggregator.edges.store.subscribing import Subscribers
from aggregator.edges.store.vectors import Vectors
from aggregator.edges.store.versions import Versions
from aggregator.errors import StoreError

_NAME = "aggregator.db"


@contextmanager
def open_store(data: Path, *, write: bool = True) -> Iterator["Store"]:
    """The store of a data folder for the length of a `with` block.

    `write=False` neither creates nor migrates it. Raises StoreError when it
    cannot be opened.
    """
    engine = open_engine(data / _NAME, write=write)
    try:
        yield Store(engine, data / _NAME)
    finally:
        engine.dispose()


def has_store(data: Path) -> bool:
    """Whether the data folder holds a store already."""
    return is_there(data / _NAME)


class Store:
    """The one place that remembers; every method is one transaction.

    Raises StoreError when the database cannot be read or written (a full disk
    among the causes); the transaction then left nothing behind.
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        """Take an engine whose schema is up to date."""
        begin, self._engine, self._path = self._begin, engine, path
        self.pages, self.vectors, self.cards = Pages(begin), Vectors(begin), Cards(begin)
        self.days, self.versions = Days(begin), Versions(begin)
        self.subscribers, self.history = Subscribers(begin), History(begin)

    # States and entries -------------------------------------------------

    def load_states(self, ids: Collection[str] | None = None) -> dict[str, FetchState]:
        """What is remembered of sources by their ids: of these, or of all that were ever asked."""
        query = select(states)
        pieces = [query]
        if ids is not None:
            pieces = [query.where(states.c.source_id.in_(some)) for some in chunk(sorted(ids))]
        with self._begin() as connection:
            rows = [row for piece in pieces for row in connection.execute(piece).mappings()]
        return {row["source_id"]: read_state(row) for row in rows}

    def load_addresses(self) -> dict[str, str]:
        """The address under which each source was last asked, by its id."""
        query = select(states.c.source_id, states.c.url)
        with self._begin() as connection:
            return {row.source_id: row.url for row in connection.execute(query)}

    def load_due_ids(self, now: datetime, latest: datetime) -> list[str]:
        """Those whose time has come, or lies beyond what any rule gives; none that stopped."""
        passed = or_(states.c.next_poll <= now, states.c.next_poll > latest)
        query = select(states.c.source_id).where(passed, states.c.stopped.is_(False))
        with self._begin() as connection:
            return list(connection.execute(query).scalars())

    def find_next_poll(self, now: datetime) -> datetime | None:
        """When the next source is due after now."""
        query = select(func.min(states.c.next_poll)).where(
            states.c.next_poll > now, states.c.stopped.is_(False)
        )
        with self._begin() as connection:
            return connection.execute(query).scalar()

    def load_resting(self, now: datetime) -> list[FetchState]:
        """The sources whose domains are to be left alone."""
        query = select(states).where(states.c.rest_until > now)
        with self._begin() as connection:
            return [read_state(row) for row in connection.execute(query).mappings()]

    def save_states(self, changed: Iterable[FetchState]) -> None:
        """Save states alone: those claimed before they are asked."""
        rows = [write_state(state) for state in changed]
        if rows:
            with self._begin(write=True) as connection:
                replace(connection, states, ["source_id"], rows)

    def save(self, decisions: Iterable[Decision]) -> None:
        """Save Decisions: each state with the entries it vouches for, none split (rule 2)."""
        if taken := tuple(decisions):
            with self._begin(write=True) as connection:
                save_decisions(connection, taken)

    def load_known(self, source_id: str, fresh: Sequence[Entry]) -> list[Entry]:
        """The stored entries of a source that any of the fresh ones may be."""
        with self._begin() as connection:
            return list(load_by_id(connection, find_known(connection, source_id, fresh)))

    def load_newest_of(self, source_id: str, limit: int) -> list[Entry]:
        """The newest `limit` entries of a source; fewer where they are very large."""
        with self._begin() as connection:
            return find_newest_of(connection, source_id, limit)

    def load_dated(self, source_id: str, dates: Collection[datetime]) -> list[Entry]:
        """The entries of a source that bear one of these dates; of each date the last 50."""
        with self._begin() as connection:
            return list(load_by_id(connection, find_dated(connection, source_id, dates)))

    def load_newest(
        self,
        limit: int,
        before: tuple[datetime, int] | None = None,
        without: Sequence[str] = (),
    ) -> tuple[list[Entry], tuple[datetime, int] | None]:
        """The newest `limit` entries, and where to go on; None when there are no more.

        `without` are the ids of sources that are passed over.
        """
        place = entries.c.sort_at, entries.c.id
        query = select(entries).order_by(*(column.desc() for column in place))
        if before is not None:
            # A row value is looked up in the index; the same in `or` scans all that is newer.
            older = tuple_(*before, types=[column.type for column in place])
            query = query.where(tuple_(*place) < older)
        if without:
            query = query.where(entries.c.source_id.not_in(without))
        with self._begin() as connection:
            rows = connection.execute(query.limit(limit)).mappings().all()
        last = (rows[-1]["sort_at"], rows[-1]["id"]) if rows and len(rows) == limit else None
        return [read_entry(row) for row in rows], last

    def load_related(self, some: Sequence[Entry]) -> list[Entry]:
        """The entries that share a key of duplicates, or a story, with any of these."""
        with self._begin() as connection:
            ids = {*find_duplicates(connection, some), *find_fellow_members(connection, some)}
            return list(load_by_id(connection, ids))

    def count_entries(self, since: datetime | None = None) -> dict[str, int]:
        """How many entries each source has brought, in all or first seen since then."""
        query = select(entries.c.source_id, func.count().label("entries"))
        if since is not None:
            query = query.where(entries.c.first_seen >= since)
        with self._begin() as connection:
            found = connection.execute(query.group_by(entries.c.source_id))
            return {row.source_id: row.entries for row in found}

    # The ledger -----------------------------------------------------------

    def load_memberships(self, some: Sequence[Entry]) -> dict[tuple[str, str], Membership]:
        """The story of each of these entries that was ever published."""
        with self._begin() as connection:
            return dict(find_members(connection, some))

    def load_told(self, story_ids: Collection[str]) -> list[Entry]:
        """The entries of all these stories, as they were last published together."""
        with self._begin() as connection:
            return list(load_by_id(connection, set(find_told(connection, story_ids))))

    def load_claimed(self, wanted: Collection[str]) -> set[str]:
        """Those of the wanted ids that were given to a story already."""
        with self._begin() as connection:
            return find_claimed(connection, wanted)

    def save_ledger(self, ledger: Ledger) -> None:
        """Save what one publishing decides, on disk before any file shows it (rule 3)."""
        with self._begin(durable=True) as connection:
            save_claims(connection, ledger)
            save_members(connection, ledger)
            ordering.save_merges(connection, ledger.merged, ledger.at)
            ordering.save_orders(connection, ledger.orders)
            save_places(connection, ledger)
            save_stale(connection, ledger.stale)
            connection.execute(delete(held))
            if ledger.held:
                connection.execute(insert(held), [write_held(h, ledger.at) for h in ledger.held])

    def load_held(self) -> list[Held]:
        """What the last publishing held back, and why, in its order."""
        with self._begin() as connection:
            rows = connection.execute(select(held).order_by(held.c.number))
            return [Held(row.source_id, row.key, row.title, row.why) for row in rows]

    # Orders ---------------------------------------------------------------

    def save_orders(self, some: Sequence[Order]) -> None:
        """Save orders whole, on disk when this returns: a takedown must not be forgotten."""
        with self._begin(durable=True) as connection:
            ordering.save_orders(connection, some)

    def load_orders(self, *, pending: bool = False) -> list[Order]:
        """Every order there was, or those that no publishing has obeyed yet."""
        wanted = [orders.c.carried.is_(None)] if pending else []
        with self._begin() as connection:
            return ordering.load_orders(connection, *wanted)

    def has_orders(self) -> bool:
        """Whether an order waits for a publishing; asked each second."""
        query = select(orders.c.number).where(orders.c.carried.is_(None)).limit(1)
        with self._begin() as connection:
            return connection.execute(query).first() is not None

    def mark_carried(self, some: Sequence[Order], now: datetime) -> None:
        """Remember that these orders have been obeyed."""
        with self._begin(write=True) as connection:
            ordering.mark_carried(connection, [order.number for order in some], now)

    def load_withdrawals(
        self, source_id: str, raw_ids: Collection[str]
    ) -> tuple[list[Order], list[Entry]]:
        """What a source has taken back so far, and those of its entries that bear these ids."""
        own = orders.c.source_id == source_id, orders.c.by == Author.SOURCE
        with self._begin() as connection:
            found = ordering.load_orders(connection, *own)
            named = list(ordering.load_entries_by_id(connection, source_id, raw_ids))
            known = list(ordering.load_entries_of(connection, {order.report for order in found}))
            return found, [*named, *known]

    def load_entries_of(self, names: Collection[tuple[str, str]]) -> list[Entry]:
        """The entries of these names, (source, key), that are stored."""
        with self._begin() as connection:
            return list(ordering.load_entries_of(connection, names))

    def load_owned(self, names: Collection[tuple[str, str]]) -> dict[str, tuple[str, str]]:
        """The published ids that leave with these reports, each with its report."""
        with self._begin() as connection:
            return ordering.find_owned(connection, names)

    def load_merges(self, since: datetime) -> list[Grave]:
        """The published ids that gave way to another since then."""
        with self._begin() as connection:
            return ordering.load_merges(connection, since)

    def find_matches(self, words: str, canonical: str | None = None) -> list[Match]:
        """The reports of the story of this id, else with this link, else with this own id."""
        with self._begin() as connection:
            return ordering.find_matches(connection, words, canonical)

    def list_newest(self) -> list[Match]:
        """The newest reports, to be looked through by title."""
        with self._begin() as connection:
            return ordering.list_newest(connection)

    # Facts about this installation ----------------------------------------

    def read_fact(self, name: str) -> str | None:
        """A remembered fact, such as the minted id of the newsfeed."""
        with self._begin() as connection:
            return connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()

    def remember_fact(self, name: str, value: str) -> str:
        """The fact as first remembered: a second value does not replace it."""
        with self._begin(durable=True) as connection:
            connection.execute(upsert(meta).values(name=name, value=value).on_conflict_do_nothing())
            first = connection.execute(select(meta.c.value).where(meta.c.name == name))
            return str(first.scalar_one())

    # Keeping it well -------------------------------------------------------

    def check_writable(self) -> None:
        """Raise StoreError unless the store takes a transaction that writes."""
        with self._begin(write=True) as connection:
            # A row that stays as it is writes nothing.
            connection.execute(delete(meta).where(meta.c.name == "probe"))
            connection.execute(insert(meta).values(name="probe", value=""))

    def tidy(self) -> None:
        """Let the database renew its statistics and give back what its log took."""
        try:
            with self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                if isinstance(raw, sqlite3.Connection):
                    raw.execute("PRAGMA optimize")
                    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (sqlite3.Error, DBAPIError) as error:
            raise StoreError(f"{self._path}: cannot be tidied ({error}); check the disk") from error

    def backup(self, target: Path) -> None:
        """Copy the whole store to a new file, also while others write to it.

        Raises StoreError when the file exists or cannot be written; nothing
        half is left then.
        """
        copy_database(self._engine, self._path, target)

    @contextmanager
    def _begin(self, *, write: bool = False, durable: bool = False) -> Iterator[Connection]:
        """One transaction; `write` takes the writer's place at once, `durable` waits for the disk.

        A reader that turns writer is refused without a wait where another wrote
        in between (SQLite, SQLITE_BUSY_SNAPSHOT).
        """
        try:
            with self._engine.connect() as connection:
                connection.execution_options(durable=durable, write=write or durable)
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            raise explain(self._path, error) from error
