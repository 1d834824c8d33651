"""Copies of the store that are whole, made while others write."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from aggregator.errors import StoreError

_PAGES = 1_000
"""Pages copied at a time; writers get their turn in between (SQLite, "Online Backup API")."""


def copy_database(engine: Engine, path: Path, target: Path) -> None:
    """Copy the database to a new file, durable when this returns.

    It is written under another name first. Raises StoreError when the target
    exists or cannot be written.
    """
    if target.exists():
        raise StoreError(f"{target}: exists already; name another file, or move it away")
    partial = target.with_name(f".{target.name}.partial")
    try:
        _copy(engine, partial)
        os.link(partial, target)  # refuses a file that came in between, as rename does not
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"{target}: {path} cannot be copied there ({error}); check the disk and the folder"
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def _copy(engine: Engine, partial: Path) -> None:
    partial.unlink(missing_ok=True)
    with engine.connect() as connection, closing(sqlite3.connect(partial)) as copy:
        source = connection.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise sqlite3.NotSupportedError("no SQLite database")
        source.backup(copy, pages=_PAGES)
        copy.execute("PRAGMA journal_mode=DELETE")
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
