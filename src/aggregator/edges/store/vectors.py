"""What reports mean to a model: kept so that a new process joins what the last one joined."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from aggregator.edges.store.saving import replace
from aggregator.edges.store.schema import vectors


@dataclass(frozen=True, slots=True)
class Kept:
    """The vector of a report; `wording` tells what it was made of, `at` is the report's time.

    An empty vector says that none can be made of this wording.
    """

    report: tuple[str, str]
    at: datetime
    wording: str
    vector: bytes


class Vectors:
    """The vectors of the store; every method is one transaction, `begin` opens it."""

    def __init__(self, begin: Callable[..., AbstractContextManager[Connection]]) -> None:
        """Take what opens a transaction."""
        self._begin = begin

    def load(self, model: str) -> list[Kept]:
        """Those of a model."""
        query = select(vectors).where(vectors.c.model == model)
        with self._begin() as connection:
            return [
                Kept((row.source_id, row.key), row.at, row.wording, row.vector)
                for row in connection.execute(query)
            ]

    def count(self, model: str) -> int:
        """How many reports have one of a model."""
        query = select(func.count()).where(vectors.c.model == model, vectors.c.vector != b"")
        with self._begin() as connection:
            return int(connection.execute(query).scalar_one())

    def save(self, model: str, fresh: Iterable[Kept], oldest: datetime) -> None:
        """Save vectors in place of others of their reports; what is older than `oldest` goes."""
        rows = [
            {
                "source_id": one.report[0],
                "key": one.report[1],
                "at": one.at,
                "wording": one.wording,
                "model": model,
                "vector": one.vector,
            }
            for one in fresh
        ]
        with self._begin(write=True) as connection:
            replace(connection, vectors, ["source_id", "key"], rows)
            connection.execute(delete(vectors).where(vectors.c.at < oldest))
