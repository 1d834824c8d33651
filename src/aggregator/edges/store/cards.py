"""The index of published stories: what is due to be looked at, and what was found (SQLite FTS5).

`shown` holds what is answered, `shown_words` by what it is found. The number of
a row is its time, so that the newest are found first without sorting, however
many there are.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Select,
    Table,
    delete,
    insert,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from aggregator.core.asking import Card
from aggregator.core.model import Stale
from aggregator.edges.store.columns import Words
from aggregator.edges.store.finding import chunk
from aggregator.edges.store.schema import members, metadata, places

shown = Table(
    "shown",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("story_id", Words, nullable=False, unique=True),
    Column("item", Words, nullable=False),
)
"""What search and the query API answer with: published stories, `place` in the order of their
time; `shown_words`, a virtual table beside it, holds by what they are found."""

shown_due = Table(
    "shown_due",
    metadata,
    Column("story_id", Words, primary_key=True),
    Column("is_hidden", Boolean, nullable=False),
    Index("shown_due_hidden", "story_id", sqlite_where=text("is_hidden = 1")),
    sqlite_with_rowid=False,
)
"""The stories that are to be looked at for it anew; those hidden are not answered until then."""

SHIFT = 24
"""Bits below the second: stories of one second are kept apart, in an order that stays."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)

# Words are spelt alike before they come here: the tokenizer only parts them. The index of
# beginnings makes `abc*` one look; without it all words that begin so are merged first.
_CREATE = text(
    "CREATE VIRTUAL TABLE IF NOT EXISTS shown_words USING fts5"
    "(words, stems, facets, prefix='3', columnsize=0, tokenize=\"unicode61 remove_diacritics 0\")"
)
_ADD = text(
    "INSERT INTO shown_words (rowid, words, stems, facets) VALUES (:place, :words, :stems, :facets)"
)
_OWN = ("place", "story_id", "item")
_DROP = text("DELETE FROM shown_words WHERE rowid = :place")
_HAS_FTS = text("SELECT sqlite_compileoption_used('ENABLE_FTS5')")


class Cards:
    """What the index holds; every method is one transaction, `begin` opens it."""

    def __init__(self, begin: Callable[..., AbstractContextManager[Connection]]) -> None:
        """Take what opens a transaction."""
        self._begin = begin

    def is_possible(self) -> bool:
        """Whether this SQLite can search."""
        with self._begin() as connection:
            return bool(connection.execute(_HAS_FTS).scalar())

    def has_hidden(self) -> bool:
        """Whether a story is hidden until it is looked at."""
        query = select(shown_due.c.story_id).where(shown_due.c.is_hidden.is_(True)).limit(1)
        with self._begin() as connection:
            return connection.execute(query).first() is not None

    def load_due(self, at_hand: Collection[str], limit: int) -> set[str]:
        """Stories to be looked at: all that are at hand, `limit` others, hidden ones first."""
        query = select(shown_due.c.story_id).limit(limit)
        with self._begin() as connection:
            found = set(connection.execute(query).scalars())
            if len(found) < limit:
                return found
            hidden = query.where(shown_due.c.is_hidden.is_(True))
            first = list(connection.execute(hidden).scalars())
            found = {*first, *sorted(found)[: limit - len(first)]}
            return found | _pick(connection, shown_due.c.story_id, at_hand)

    def find_shown(self, story_ids: Collection[str]) -> set[str]:
        """Those of these stories that are in the index."""
        with self._begin() as connection:
            return _pick(connection, shown.c.story_id, story_ids)

    def save(self, cards: Sequence[Card], looked_at: Collection[str]) -> None:
        """Put these cards into the index; whoever was looked at and has none leaves it."""
        kept = {card.story_id: card for card in cards}
        with self._begin(write=True) as connection:
            connection.execute(_CREATE)
            taken = _find_places(connection, {*looked_at, *kept})
            chosen = _choose_places(connection, kept.values(), taken)
            rows = [_write(card, chosen[name]) for name, card in kept.items()]
            _replace(connection, list(taken.values()), rows)
            for some in chunk(sorted(looked_at)):
                connection.execute(delete(shown_due).where(shown_due.c.story_id.in_(some)))


def _pick(connection: Connection, column: Column[str], wanted: Collection[str]) -> set[str]:
    pieces = [select(column).where(column.in_(some)) for some in chunk(sorted(wanted))]
    return {one for each in pieces for one in connection.execute(each).scalars()}


def _write(card: Card, place: int) -> dict[str, Any]:
    return {
        "place": place,
        "story_id": card.story_id,
        "item": card.item,
        "words": card.words,
        "stems": card.stems,
        "facets": card.facets,
    }


def _replace(
    connection: Connection, gone: Sequence[int], rows: Sequence[Mapping[str, Any]]
) -> None:
    if gone:
        connection.execute(_DROP, [{"place": place} for place in gone])
        for some in chunk(gone):
            connection.execute(delete(shown).where(shown.c.place.in_(some)))
    if rows:
        connection.execute(insert(shown), [{name: row[name] for name in _OWN} for row in rows])
        connection.execute(_ADD, [dict(row) for row in rows])


def find_first(at: datetime) -> int:
    """The first place of a second."""
    return ((at - _EPOCH) // _SECOND) << SHIFT


def _choose_places(
    connection: Connection, cards: Collection[Card], old: Mapping[str, int]
) -> dict[str, int]:
    """Where stories stand for as long as their times do: pages that are read stay as they are."""
    wanted = {card.story_id: _choose_place(card, old.get(card.story_id)) for card in cards}
    query, used = select(shown.c.place), set[int]()
    for some in chunk(sorted(wanted.values())):
        used |= set(connection.execute(query.where(shown.c.place.in_(some))).scalars())
    for story_id, place in wanted.items():
        free = place
        # Of stories of one second one in millions meets another; it stands beside it.
        while free in used and free != old.get(story_id):
            free = _go_on(free)
            if connection.execute(query.where(shown.c.place == free)).first():
                used.add(free)
        used.add(free)
        wanted[story_id] = free
    return wanted


def _choose_place(card: Card, old: int | None) -> int:
    first = find_first(card.at)
    if old is not None and old >> SHIFT == first >> SHIFT:
        return old
    digest = blake2b(card.story_id.encode("utf-8", "backslashreplace"), digest_size=8).digest()
    return first + int.from_bytes(digest) % (1 << SHIFT)


def _go_on(place: int) -> int:
    """The next place of the same second."""
    second = place >> SHIFT
    return (second << SHIFT) + (place + 1) % (1 << SHIFT)


def _find_places(connection: Connection, story_ids: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in chunk(sorted(story_ids)):
        query = select(shown.c.story_id, shown.c.place).where(shown.c.story_id.in_(some))
        found.update((row.story_id, row.place) for row in connection.execute(query))
    return found


def save_stale(connection: Connection, stale: Stale) -> None:
    """Note what search is to look at anew, in the transaction of the ledger (rule 3)."""
    left = {*stale.left, *_find_stories(connection, stale.reports)}
    for story_ids, hidden in ((stale.stories, False), (left, True)):
        rows = [{"story_id": one, "is_hidden": hidden} for one in sorted(story_ids)]
        if rows:
            connection.execute(_note(hidden=hidden), rows)
    for sources, hidden in ((stale.terms, True), (stale.renamed, False)):
        for some in chunk(sorted(sources)):
            own = members.c.source_id.in_(some)
            found = select(members.c.story_id, literal(value=hidden)).where(own)
            _note_all(connection, found, hidden=hidden)
    if stale.is_everything:
        every = select(places.c.story_id, literal(value=False)).where(true())
        _note_all(connection, every, hidden=False)


def _note(*, hidden: bool) -> Insert:
    """What is hidden stays so until it is looked at."""
    statement = upsert(shown_due)
    if hidden:
        return statement.on_conflict_do_update(
            index_elements=["story_id"], set_={"is_hidden": True}
        )
    return statement.on_conflict_do_nothing()


def _note_all(connection: Connection, query: Select[str, bool], *, hidden: bool) -> None:
    columns = [shown_due.c.story_id, shown_due.c.is_hidden]
    connection.execute(_note(hidden=hidden).from_select(columns, query.distinct()))


def _find_stories(connection: Connection, reports: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The stories that these reports stand in."""
    for source_id, key in reports:
        named = members.c.source_id == source_id, members.c.key == key
        yield from connection.execute(select(members.c.story_id).where(*named)).scalars()
