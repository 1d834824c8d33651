"""Questions to the index of published stories, over a connection that cannot write.

Only here is the language of FTS5 written, and nothing that a reader sent is put
into it but words between quotes: no question is a mistake in it.
"""

import sqlite3
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aggregator.core.asking import EVERY, Facet, Query, Term, name_facet
from aggregator.edges.store.cards import find_first
from aggregator.errors import StoreError

_STEPS = 1_000
"""Of SQLite's machine between two looks at the clock."""
_HAS_FTS = "SELECT sqlite_compileoption_used('ENABLE_FTS5')"
_FAR = 2**63 - 1
# Nothing is answered that is to leave, also before a publishing has obeyed the order.
_SHOWN = """
 story_id NOT IN (SELECT story_id FROM shown_due WHERE is_hidden = 1)
 AND story_id NOT IN (
  SELECT members.story_id FROM orders JOIN members
  ON members.source_id = orders.source_id AND members.key = orders.key
  WHERE orders.carried IS NULL AND orders.act = 'takedown')
"""
# The index is walked from the newest story on: nothing is sorted, whatever is found.
_ANY = f"""SELECT place, item FROM shown WHERE place >= ? AND place < ? AND {_SHOWN}
 ORDER BY place DESC"""  # noqa: S608 - our own words
_SOME = f"""SELECT place, item FROM shown_words CROSS JOIN shown ON shown.place = shown_words.rowid
 WHERE shown_words MATCH ? AND shown_words.rowid >= ? AND shown_words.rowid < ? AND {_SHOWN}
 ORDER BY shown_words.rowid DESC"""  # noqa: S608 - our own words
_ONE = f"SELECT place, item FROM shown WHERE story_id = ? AND {_SHOWN}"  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Found:
    """A story that was found: what is answered, and its place in the order of time."""

    place: int
    item: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why there is no answer; `is_lasting` where asking again will not help."""

    why: str
    is_lasting: bool = False


class Finder:
    """Answers questions to the store in a file, one at a time; `close` ends it.

    Raises StoreError when the database cannot be read.
    """

    def __init__(self, path: Path, deadline: timedelta, zone: str) -> None:
        """Take the file, how long one question may take, and where days begin."""
        self._path = path
        self._deadline = deadline.total_seconds()
        self._zone = ZoneInfo(zone)
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Give the file back."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def find(
        self, query: Query, limit: int, *, before: int | None = None, after: int = 0
    ) -> list[Found] | Unanswered:
        """The newest stories that are asked for, before a place and `after` so many others."""
        words, values = self._write(query, before)
        rows = self._ask(f"{words} LIMIT ? OFFSET ?", (*values, limit, after))
        return rows if isinstance(rows, Unanswered) else [Found(*row) for row in rows]

    def count(self, query: Query, most: int) -> int | Unanswered:
        """How many stories are asked for, or `most` where there are more."""
        words, values = self._write(query, None)
        counted = f"SELECT count(*) FROM ({words} LIMIT ?)"  # noqa: S608 - our own words
        rows = self._ask(counted, (*values, most))
        return rows if isinstance(rows, Unanswered) else int(rows[0][0])

    def find_story(self, story_id: str) -> Found | Unanswered | None:
        """The published story of an id; None where there is none."""
        rows = self._ask(_ONE, (story_id,))
        if isinstance(rows, Unanswered):
            return rows
        return Found(*rows[0]) if rows else None

    def _write(self, query: Query, before: int | None) -> tuple[str, tuple[Any, ...]]:
        least = -_FAR if query.since is None else self._begin_day(query.since)
        most = _FAR if query.until is None else self._end_day(query.until)
        span = least, most if before is None else min(most, before)
        match = write_match(query)
        return (_SOME, (match, *span)) if match else (_ANY, span)

    def _begin_day(self, day: date) -> int:
        return find_first(datetime(day.year, day.month, day.day, tzinfo=self._zone))

    def _end_day(self, day: date) -> int:
        return _FAR if day == date.max else self._begin_day(day + timedelta(days=1))

    def _ask(self, words: str, values: tuple[Any, ...]) -> list[Any] | Unanswered:
        end = time.monotonic() + self._deadline
        try:
            connection = self._open()
            if not _has_index(connection):
                return _explain_none(connection)
            connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            return connection.execute(words, values).fetchall()
        except sqlite3.Error as error:
            self.close()
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                return Unanswered("this question takes too long; ask for rarer words")
            raise StoreError(f"{self._path}: cannot be searched ({error})") from error

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            uri = f"{self._path.absolute().as_uri()}?mode=ro"
            # One question at a time, and each may come from another thread.
            opened = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
            opened.execute("PRAGMA query_only=ON")
            opened.execute("PRAGMA busy_timeout=500")
            self._connection = opened
        self._connection.set_progress_handler(None, 0)
        return self._connection


def _has_index(connection: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = 'shown_words'"
    return connection.execute(query).fetchone() is not None


def _explain_none(connection: sqlite3.Connection) -> list[Any] | Unanswered:
    if connection.execute(_HAS_FTS).fetchone()[0]:
        return Unanswered("nothing is published yet, or the archive is still to be read")
    return Unanswered("the SQLite of this Python has no FTS5, which search needs", is_lasting=True)


def write_match(query: Query) -> str:
    """The question as FTS5 reads it; "" where it asks for every story."""
    wanted = [_write_term(term) for term in query.wanted]
    for kind in dict.fromkeys(facet.kind for facet in query.facets):
        names = (_write_facet(facet) for facet in query.facets if facet.kind == kind)
        wanted.append(f"({' OR '.join(names)})")
    barred = [_write_barred(one) for one in query.barred]
    if not wanted and not barred:
        return ""
    found = " AND ".join(wanted) or f'facets:"{EVERY}"'
    return " NOT ".join([f"({found})" if barred else found, *barred])


def _write_barred(one: Term | Facet) -> str:
    return _write_facet(one) if isinstance(one, Facet) else _write_term(one)


def _write_facet(facet: Facet) -> str:
    return f'facets:"{name_facet(facet.kind, facet.value)}"'


def _write_term(term: Term) -> str:
    if term.is_exact:
        return f"words:{_quote(term.spelt)}"
    if term.is_beginning:
        return f"words:{_quote(term.spelt)} *"
    return f"stems:{_quote(term.stems)}"


def _quote(words: tuple[str, ...]) -> str:
    """Words that stand together. They are letters and digits: a quote cannot be among them."""
    return f'"{" ".join(words)}"'
