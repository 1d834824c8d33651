"""Day editions and what stands in them: rows and questions."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, insert, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from aggregator.core.model import Day, Entry, Ledger
from aggregator.edges.store.finding import chunk
from aggregator.edges.store.rows import read_entry
from aggregator.edges.store.saving import replace
from aggregator.edges.store.schema import days, entries, members, meta, places

_MEMBER = and_(members.c.source_id == entries.c.source_id, members.c.key == entries.c.key)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEW = 64
"""So many sources are asked for their newest one by one; of more all that is new is looked at."""
_MOST_ROWS = 50
"""Times the stories wanted: so many of the newest reports are looked at for them."""


class Days:
    """The days of the store; every method is one transaction, `begin` opens it."""

    def __init__(self, begin: Callable[..., AbstractContextManager[Connection]]) -> None:
        """Take what opens a transaction."""
        self._begin = begin

    def load(self, dates: Collection[date] | None = None) -> list[Day]:
        """These days, or all of them, in the order of their chain."""
        query = select(days).order_by(days.c.number)
        pieces = [query]
        if dates is not None:
            named = sorted(day.isoformat() for day in dates)
            pieces = [query.where(days.c.date.in_(some)) for some in chunk(named)]
        with self._begin() as connection:
            rows = [row for piece in pieces for row in connection.execute(piece).mappings()]
        return [_read(row) for row in rows]

    def load_at_work(self) -> list[Day]:
        """The days that are open or have files to be made, the last closed one and the last."""
        query = select(days).order_by(days.c.number)
        at_work = query.where(or_(days.c.due != "", days.c.closed.is_(None)))
        last = select(days).order_by(days.c.number.desc()).limit(1)
        last_closed = last.where(days.c.closed.is_not(None))
        found: dict[int, Day] = {}
        with self._begin() as connection:
            for some in (at_work, last, last_closed):
                found.update(
                    (row["number"], _read(row)) for row in connection.execute(some).mappings()
                )
        return [found[number] for number in sorted(found)]

    def load_beside(self, number: int) -> tuple[Day | None, Day | None]:
        """The day before and the day behind this place of the chain."""
        query = select(days).where(days.c.number.in_((number - 1, number + 1)))
        with self._begin() as connection:
            found = {row["number"]: _read(row) for row in connection.execute(query).mappings()}
        return found.get(number - 1), found.get(number + 1)

    def load_dates(self) -> list[date]:
        """Every day that has an edition, the oldest first."""
        with self._begin() as connection:
            found = connection.execute(select(days.c.date).order_by(days.c.date)).scalars()
            return [date.fromisoformat(one) for one in found]

    def load_stories(self, day: date) -> set[str]:
        """The ids of the stories in a day's edition."""
        query = select(places.c.story_id).where(places.c.date == day.isoformat())
        with self._begin() as connection:
            return set(connection.execute(query).scalars())

    def load_places(self, story_ids: Collection[str]) -> dict[str, set[date]]:
        """The days in which each of these stories stands."""
        found: dict[str, set[date]] = {}
        with self._begin() as connection:
            for some in chunk(sorted(story_ids)):
                for row in connection.execute(select(places).where(places.c.story_id.in_(some))):
                    found.setdefault(row.story_id, set()).add(date.fromisoformat(row.date))
        return found

    def load_days_of(self, source_ids: Collection[str]) -> set[date]:
        """The days in whose editions a report of one of these sources stands."""
        query = select(places.c.date).join(members, members.c.story_id == places.c.story_id)
        found: set[str] = set()
        with self._begin() as connection:
            for some in chunk(sorted(source_ids)):
                own = query.where(members.c.source_id.in_(some)).distinct()
                found.update(connection.execute(own).scalars())
        return {date.fromisoformat(one) for one in found}

    def load_fresh(self, after: int, limit: int) -> tuple[list[Entry], int]:
        """The entries written since another one, in that order; the serial number of the last."""
        newer = select(entries).where(entries.c.serial > after)
        query = newer.order_by(entries.c.serial).limit(limit)
        with self._begin() as connection:
            rows = connection.execute(query).mappings().all()
        return [read_entry(row) for row in rows], rows[-1]["serial"] if rows else after

    def list_newest(
        self,
        limit: int,
        source_ids: Collection[str] | None = None,
        language: str | None = None,
    ) -> list[str]:
        """The ids of the newest stories with a report of these sources, or in a language."""
        wanted: list[list[ColumnElement[bool]]] = [[]]
        if language is not None:
            # "hy" and "hy-AM": a minus sign is followed by a full stop.
            wanted = [[entries.c.language >= language, entries.c.language < f"{language}."]]
        if source_ids is not None and len(source_ids) <= _FEW:
            wanted = [[entries.c.source_id == one] for one in sorted(source_ids)]
            source_ids = None
        found: dict[str, datetime] = {}
        with self._begin() as connection:
            for conditions in wanted:
                for story_id, at in _list_newest(connection, limit, conditions, source_ids):
                    found[story_id] = max(at, found.get(story_id, at))
        ordered = sorted(found, key=lambda story_id: (found[story_id], story_id), reverse=True)
        return ordered[:limit]

    def list_languages(self) -> list[str]:
        """The languages in which any entry is, as they are stored."""
        # Each step of the loop is one look into the index.
        found: list[str] = []
        with self._begin() as connection:
            while True:
                query = select(entries.c.language).where(entries.c.language > (found or [""])[-1])
                one = connection.execute(query.order_by(entries.c.language).limit(1)).scalar()
                if one is None:
                    return found
                found.append(one)

    def read_note(self, name: str) -> str:
        """What the last publishing noted under a name; "" for nothing."""
        with self._begin() as connection:
            query = select(meta.c.value).where(meta.c.name == f"note {name}")
            return connection.execute(query).scalar() or ""

    def note_made(self, made: Iterable[Day], notes: Sequence[tuple[str, str]] = ()) -> None:
        """Remember that the files of these days are made as they are; and more."""
        with self._begin(write=True) as connection:
            save_days(connection, made)
            save_notes(connection, notes)


def _list_newest(
    connection: Connection,
    limit: int,
    conditions: Sequence[ColumnElement[bool]],
    source_ids: Collection[str] | None,
) -> Iterator[tuple[str, datetime]]:
    """(story, time of its report), the newest first, until there are as many as wanted."""
    columns = entries.c.source_id, entries.c.sort_at, members.c.story_id
    query = select(*columns).select_from(entries).join(members, _MEMBER).where(*conditions)
    newest = query.order_by(entries.c.sort_at.desc(), entries.c.id.desc())
    seen: set[str] = set()
    rows = connection.execute(newest.limit(_MOST_ROWS * limit).execution_options(yield_per=limit))
    for row in rows:
        if source_ids is None or row.source_id in source_ids:
            if row.story_id not in seen:
                seen.add(row.story_id)
                yield row.story_id, row.sort_at
            if len(seen) == limit:
                rows.close()
                return


def save_places(connection: Connection, ledger: Ledger) -> None:
    """Save the places that a publishing gives and takes, and the days as they are now."""
    for story_id, day in ledger.taken:
        own = and_(places.c.date == day.isoformat(), places.c.story_id == story_id)
        connection.execute(delete(places).where(own))
    rows = [{"date": day.isoformat(), "story_id": story_id} for story_id, day in ledger.places]
    if rows:
        connection.execute(upsert(places).on_conflict_do_nothing(), rows)
    save_days(connection, ledger.days)
    save_notes(connection, ledger.notes)


def save_days(connection: Connection, some: Iterable[Day]) -> None:
    """Save days in place of what was known of them."""
    replace(connection, days, ["date"], [_write(day) for day in some])


def save_notes(connection: Connection, notes: Sequence[tuple[str, str]]) -> None:
    """Save what is noted under names, in place of what was."""
    if notes:
        names = [f"note {name}" for name, _ in notes]
        connection.execute(delete(meta).where(meta.c.name.in_(names)))
        rows = [{"name": f"note {name}", "value": value} for name, value in notes]
        connection.execute(insert(meta), rows)


def _read(row: RowMapping) -> Day:
    changes = tuple((_EPOCH + timedelta(microseconds=at), why) for at, why in row["changes"])
    return Day(
        date.fromisoformat(row["date"]),
        row["number"],
        row["opened"],
        row["closed"],
        row["due"],
        changes,
    )


def _write(day: Day) -> dict[str, object]:
    return {
        "date": day.date.isoformat(),
        "number": day.number,
        "opened": day.opened,
        "closed": day.closed,
        "due": day.due,
        "changes": [[(at - _EPOCH) // timedelta(microseconds=1), why] for at, why in day.changes],
    }
