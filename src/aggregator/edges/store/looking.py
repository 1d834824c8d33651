"""Pages of published reports, and what they answered: rows and questions."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, delete, insert, select

from aggregator.core.model import Answer, Decision, Look, Order, Page
from aggregator.edges.store import ordering
from aggregator.edges.store.schema import entries, looks, members, orders

_MEMBER = and_(members.c.source_id == entries.c.source_id, members.c.key == entries.c.key)
_LOOK = and_(looks.c.source_id == entries.c.source_id, looks.c.key == entries.c.key)
_PAGE = (
    select(
        *(entries.c[name] for name in ("source_id", "key", "link", "title", "first_seen")),
        *(looks.c[name] for name in ("at", "answer", "since")),
    )
    .select_from(entries)
    .outerjoin(looks, _LOOK)
)


class Pages:
    """The pages of the store; every method is one transaction, `begin` opens it."""

    def __init__(self, begin: Callable[[], AbstractContextManager[Connection]]) -> None:
        """Take what opens a transaction that reads."""
        self._begin = begin

    def load(self, source_id: str, items: int) -> tuple[list[Page], list[Order]]:
        """A source's pages in a live feed of so many stories, and all orders about its reports."""
        query = _PAGE.join(members, _MEMBER).where(
            entries.c.source_id == source_id, entries.c.link.is_not(None)
        )
        with self._begin() as connection:
            oldest = _find_oldest(connection, items)
            if oldest is not None:
                query = query.where(entries.c.sort_at >= oldest)
            newest = query.order_by(entries.c.sort_at.desc(), entries.c.id.desc()).limit(items)
            rows = connection.execute(newest).mappings().all()
            own = ordering.load_orders(connection, orders.c.source_id == source_id)
        return [_read_page(row) for row in rows], own

    def load_looked_at(self) -> dict[str, list[Page]]:
        """The pages that were asked, by the ids of their sources."""
        found: dict[str, list[Page]] = {}
        with self._begin() as connection:
            for row in connection.execute(_PAGE.where(looks.c.at.is_not(None))).mappings():
                found.setdefault(row["source_id"], []).append(_read_page(row))
        return found


def _find_oldest(connection: Connection, items: int) -> datetime | None:
    """The time of the last of so many newest published stories; None where there are fewer.

    Near enough to the live feed: stories that it holds back or that were taken
    down count as its own.
    """
    newest = (
        select(members.c.story_id, entries.c.sort_at)
        .select_from(entries)
        .join(members, _MEMBER)
        .order_by(entries.c.sort_at.desc(), entries.c.id.desc())
    )
    stories: set[str] = set()
    for row in connection.execute(newest.execution_options(yield_per=items)):
        stories.add(row.story_id)
        if len(stories) == items:
            oldest: datetime = row.sort_at
            return oldest
    return None


def save_looks(connection: Connection, decisions: Iterable[Decision]) -> None:
    """Save the looks of each source whose pages were asked, in place of those there were."""
    for decision in decisions:
        if decision.pages is None:
            continue
        source_id = decision.state.source_id
        connection.execute(delete(looks).where(looks.c.source_id == source_id))
        rows = [
            {
                "source_id": source_id,
                "key": page.key,
                "at": page.look.at,
                "answer": page.look.answer.value,
                "since": page.look.since,
            }
            for page in decision.pages
            if page.look
        ]
        if rows:
            connection.execute(insert(looks), rows)


def _read_page(row: RowMapping) -> Page:
    known = row["at"] is not None
    look = Look(row["at"], Answer(row["answer"]), row["since"]) if known else None
    return Page(row["key"], row["link"] or "", row["title"], row["first_seen"], look)
