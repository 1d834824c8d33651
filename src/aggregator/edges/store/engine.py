"""Opening the database: pragmas, transactions, and the schema brought up to date."""

import os
import sqlite3
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from aggregator.errors import StoreError

SCHEMA = "0018"
"""The newest migration. `open_engine` compares it before it imports alembic (262 ms)."""

_CHECK_RIGHTS = "check the rights of the file and its folder"
_RESTORE = "restore a backup, or move the file away to begin anew"
_NEXT_STEPS = {
    sqlite3.SQLITE_PERM: _CHECK_RIGHTS,
    sqlite3.SQLITE_READONLY: _CHECK_RIGHTS,
    sqlite3.SQLITE_CANTOPEN: _CHECK_RIGHTS,
    sqlite3.SQLITE_BUSY: "another program writes to it; end that one, or try again",
    sqlite3.SQLITE_FULL: "make room on the disk",
    sqlite3.SQLITE_CORRUPT: _RESTORE,
    sqlite3.SQLITE_NOTADB: _RESTORE,
    sqlite3.SQLITE_CONSTRAINT: "this is a fault of the program; please report it",
}
"""What to do, by SQLite's primary result code."""


def open_engine(path: Path, *, write: bool = True) -> Engine:
    """An engine on the SQLite file; with `write` created or migrated where needed.

    Raises StoreError when the file is no database, is newer than this program,
    or cannot be read.
    """
    if not write and not is_there(path):
        raise StoreError(f"{path}: nothing is stored yet; run `aggregator once` first")
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(path, write=write),
        # Without it a database without a name is taken for one in memory.
        poolclass=QueuePool,
    )
    event.listen(engine, "begin", _begin)
    with ExitStack() as on_failure:
        on_failure.callback(engine.dispose)
        _bring_up_to_date(engine, path, write=write)
        on_failure.pop_all()
    return engine


def is_there(path: Path) -> bool:
    """Whether the file exists; StoreError when that cannot be told."""
    try:
        path.stat()  # Path.exists() says False also where a parent is a file
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be read ({error.strerror}); name another folder with --data"
        ) from error
    return True


def explain(path: Path, error: DBAPIError) -> StoreError:
    """What the database refused, as an error that says what to do."""
    code = getattr(error.orig, "sqlite_errorcode", 0)
    # The low byte is the primary code (SQLite, "Result and Error Codes").
    step = _NEXT_STEPS.get(code & 0xFF, f"check the disk; {_CHECK_RIGHTS}")
    return StoreError(f"{path}: cannot be read or written ({error.orig}); {step}")


def _connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """A connection that begins no transactions on its own: sqlite3 does so too late."""
    # Thread checks are the pool's work: it hands a connection to one user at a time.
    connection = sqlite3.connect(
        _name_file(path, write=write), uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA busy_timeout=2000")
        if write:
            # WAL lets readers in while one process writes.
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _name_file(path: Path, *, write: bool) -> str:
    """The file as a URI, in which its `?` and `%` mean nothing.

    Who may not write to the folder cannot make the files that reading a WAL
    database needs (SQLite, "Read-Only WAL-Mode Databases"); with no writer at
    work there is no `-wal` file, and the database can be read as it lies.
    """
    uri = path.absolute().as_uri()
    if write:
        return uri
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        return f"{uri}?mode=rw"
    lies_still = not path.with_name(f"{path.name}-wal").exists()
    return f"{uri}?mode=ro" + ("&immutable=1" if lies_still else "")


def _begin(connection: Connection) -> None:
    """Begin a transaction; with the execution option `durable` it survives a power loss.

    NORMAL loses no committed transaction when a process dies (SQLite, "PRAGMA
    synchronous": only on power loss); FULL waits until the disk has it. The
    level cannot be changed inside a transaction.
    """
    level = "FULL" if connection.get_execution_options().get("durable") else "NORMAL"
    connection.exec_driver_sql(f"PRAGMA synchronous={level}")
    writes = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(engine: Engine, path: Path, *, write: bool) -> None:
    try:
        found = _read_schema(engine)
        if found != SCHEMA:
            _refuse_unless_older(path, found, write=write)
            _migrate(engine)
    except DBAPIError as error:
        raise explain(path, error) from error


def _refuse_unless_older(path: Path, found: str | None, *, write: bool) -> None:
    if found is not None and found > SCHEMA:
        raise StoreError(
            f"{path}: written by a newer aggregator (schema {found}, this one knows {SCHEMA}); "
            "update the program"
        )
    if not write:
        raise StoreError(
            f"{path}: written by an older aggregator (schema {found}); "
            "run `aggregator build` once to bring it up to date"
        )


def _read_schema(engine: Engine) -> str | None:
    """The migration that the file stands at; None for a file without tables."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalar()
        return found


def _migrate(engine: Engine) -> None:
    """Run the migrations that are missing, in one transaction."""
    from alembic import command  # noqa: PLC0415 - 262 ms, needed only when the schema is old
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    place = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", place.replace("%", "%%"))  # ConfigParser's escape
    with engine.connect() as connection:
        connection.execution_options(durable=True)
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
