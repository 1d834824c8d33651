"""Copies of the store that are whole, made while others write."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from aggregator.errors import StoreError


def copy_database(engine: Engine, path: Path, target: Path) -> None:
    """Copy the database to a new file, durable when this returns.

    It is written under another name first. Raises StoreError when the target
    exists or cannot be written.
    """
    partial = target.with_name(f".{target.name}.partial")
    try:
        _check_free(target)
        _copy(engine, partial)
        os.link(partial, target)  # refuses a file that came in between, as rename does not
        _flush(target.parent)
    except FileExistsError as error:
        raise StoreError(f"{target}: exists already; name another file, or move it away") from error
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise StoreError(
            f"{target}: {path} cannot be copied there ({error}); check the disk and the folder"
        ) from error
    finally:
        with suppress(OSError):  # it was never made where its folder is none
            partial.unlink()


def _check_free(target: Path) -> None:
    """Raise FileExistsError where something is, a link that leads nowhere included."""
    if os.path.lexists(target):
        raise FileExistsError(target)


def _copy(engine: Engine, partial: Path) -> None:
    partial.unlink(missing_ok=True)
    with engine.connect() as connection, closing(sqlite3.connect(partial)) as copy:
        source = connection.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise sqlite3.NotSupportedError("no SQLite database")
        # All in one step: the copy is of one moment, and writers need not wait for a reader.
        # In many steps it begins anew whenever another wrote (SQLite, "Online Backup API").
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    _flush(partial)


def _flush(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
