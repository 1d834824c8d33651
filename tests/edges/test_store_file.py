"""The store's file: opened, migrated, refused, full, shared."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, select
from sqlalchemy.pool import Pool

from aggregator.core.model import Act, Article, Decision, Ledger, Order, Outcome, Person, SourceRef
from aggregator.edges.store import Store, has_store, migrations, open_store
from aggregator.edges.store.engine import SCHEMA
from aggregator.edges.store.schema import meta, metadata
from aggregator.edges.store.schema import states as states_table
from aggregator.errors import StoreError
from tests.edges.make import (
    DROP_0007,
    DROP_0008,
    DROP_0011,
    NOW,
    load_entries,
    make_entry,
    make_state,
    run_python,
    run_sql,
    save_entries,
)

NAME = "aggregator.db"


def make_store(data: Path) -> None:
    """A store with one state in it."""
    with open_store(data) as store:
        store.save([Decision(make_state())])


@contextmanager
def fill_disk(pages: int) -> Iterator[None]:
    """Databases that are opened inside may not grow beyond so many pages."""

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(Pool, "connect", limit)
    try:
        yield
    finally:
        event.remove(Pool, "connect", limit)


# Opening ----------------------------------------------------------------------


def test_a_fresh_file_equals_the_tables(tmp_path: Path) -> None:
    """Migrations and metadata describe the same schema."""
    with open_store(tmp_path) as store, store._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_the_schema_number_is_the_newest_migration() -> None:
    """Otherwise every start would import alembic, or never migrate."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    """A file that is up to date is left as it is."""
    make_store(tmp_path)
    before = run_sql(tmp_path, "SELECT * FROM sqlite_master ORDER BY name")
    make_store(tmp_path)
    assert run_sql(tmp_path, "SELECT * FROM sqlite_master ORDER BY name") == before


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A file of a newer program is not touched, also not for reading."""
    make_store(tmp_path)
    run_sql(tmp_path, "UPDATE alembic_version SET version_num = '0999'")
    for write in (True, False):
        with pytest.raises(StoreError, match=r"aggregator\.db: .+newer.+0999.+update the program"):
            open_store(tmp_path, write=write).__enter__()


def test_an_older_schema_is_refused_for_reading(tmp_path: Path) -> None:
    """Only who holds the lock migrates; others are told what to run."""
    make_store(tmp_path)
    run_sql(tmp_path, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(StoreError, match=r"older aggregator.+0000.+aggregator build"):
        open_store(tmp_path, write=False).__enter__()


ADDED_BY_0005 = (
    *("newest", "last_new", "usual_gap", "rewrites", "failing_since"),
    *("gap_at", "gap_since", "gap_until", "gap_fill"),
)
ADDED_LATER = ("rest_domain",)


def test_health_of_an_older_file_is_learned_from_its_entries(tmp_path: Path) -> None:
    """After an update a source is as new as its newest report, and fails since it was last well."""
    entries = [make_entry(key="1"), make_entry(key="2", published=NOW + timedelta(hours=5))]
    with open_store(tmp_path) as store:
        well = make_state(last_poll=NOW, last_ok=NOW)
        failing = make_state("failing", last_poll=NOW, last_ok=NOW - timedelta(1), failures=3)
        store.save([Decision(well, tuple(entries)), Decision(failing)])
    drops = [f"ALTER TABLE states DROP COLUMN {name}" for name in (*ADDED_BY_0005, *ADDED_LATER)]
    number = "UPDATE alembic_version SET version_num = '0004'"
    run_sql(tmp_path, *drops, *DROP_0007, number)
    with open_store(tmp_path) as store:
        found = store.load_states()
    assert found["hetq"] == replace(well, newest=NOW, last_new=NOW)
    assert found["failing"] == replace(failing, failing_since=NOW - timedelta(1))


def test_a_file_from_before_takedowns_takes_orders(tmp_path: Path) -> None:
    """After an update nothing is taken down, and what was published keeps its ids."""
    with open_store(tmp_path) as store:
        store.save([Decision(make_state(), (make_entry(),))])
        store.save_ledger(Ledger(NOW, (("tag:x:1", "hetq", "1"),), (("tag:x:1", "hetq", "1"),)))
    run_sql(tmp_path, *DROP_0007, "UPDATE alembic_version SET version_num = '0006'")
    with open_store(tmp_path) as store:
        assert store.load_orders() == []
        store.save_orders([Order(Act.TAKEDOWN, "hetq", "1", NOW)])
        assert store.load_owned({("hetq", "1")}) == {"tag:x:1": ("hetq", "1")}


def test_a_file_from_before_times_of_stories_learns_them(tmp_path: Path) -> None:
    """After an update no time is known; each is remembered when its story is published again."""
    entry, named = make_entry(), ("tag:x:1", "hetq", "1")
    with open_store(tmp_path) as store:
        save_entries(store, entry)
        store.save_ledger(Ledger(NOW, (named,), (named,)))
    run_sql(tmp_path, *DROP_0011, "UPDATE alembic_version SET version_num = '0010'")
    with open_store(tmp_path) as store:
        (known,) = store.load_memberships([entry]).values()
        assert (known.updated, known.own, known.own_updated) == (None, "tag:x:1", None)
        store.save_ledger(Ledger(NOW, times=(("tag:x:1", NOW),)))
        (known,) = store.load_memberships([entry]).values()
        assert (known.updated, known.own_updated) == (NOW, NOW)


def test_a_file_from_before_full_texts_takes_articles(tmp_path: Path) -> None:
    """After an update no page was asked for; what becomes of asking is kept whole."""
    with open_store(tmp_path) as store:
        save_entries(store, make_entry())
    run_sql(tmp_path, *DROP_0008, "UPDATE alembic_version SET version_num = '0007'")
    article = Article(
        Outcome.TEXT,
        "digest",
        NOW,
        "a \ud800 word",
        "<p>Ա</p>",
        "Ա",
        SourceRef("Hetq", link="https://hetq.example/"),
        (Person("Anna"),),
        2,
        3,
    )
    with open_store(tmp_path) as store:
        assert load_entries(store) == [make_entry()]
        save_entries(store, replace(make_entry(), article=article), state=make_state(pages="1"))
        assert load_entries(store)[0].article == article
        assert store.load_states()["hetq"].pages == "1"


def test_reading_makes_no_store(tmp_path: Path) -> None:
    """Without a file there is nothing to read, and none is made."""
    with pytest.raises(StoreError, match="nothing is stored yet; run `aggregator once`"):
        open_store(tmp_path, write=False).__enter__()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a?b=c#d", "100%", "file:x", "Լուր", ":memory:"])
def test_any_name_of_a_folder_is_fine(tmp_path: Path, name: str) -> None:
    """The path is a path, never read as a URL."""
    data = tmp_path / name
    data.mkdir()
    make_store(data)
    assert has_store(data)
    with open_store(data, write=False) as store:
        assert list(store.load_states()) == ["hetq"]


def test_a_relative_folder_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data folder may be named relative to the working directory."""
    monkeypatch.chdir(tmp_path)
    make_store(Path())
    assert has_store(tmp_path)


def spoil_with_text(data: Path) -> None:
    """A file that is no database."""
    (data / NAME).write_bytes(b"This is no database. " * 100)


def spoil_with_folder(data: Path) -> None:
    """A folder in the file's place."""
    (data / NAME).mkdir()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoil_with_text, r"\(file is not a database\); restore a backup, or move"),
        (spoil_with_folder, r"\(unable to open database file\); check the rights"),
    ],
)
@pytest.mark.parametrize("write", [True, False])
def test_what_is_no_database_is_named(
    tmp_path: Path, spoil: Callable[[Path], None], message: str, *, write: bool
) -> None:
    """The message names the path, the cause and the next step."""
    spoil(tmp_path)
    with pytest.raises(StoreError, match=rf"{tmp_path}/aggregator\.db: .+{message}"):
        open_store(tmp_path, write=write).__enter__()


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    """A data folder below a file cannot hold a store."""
    (tmp_path / "file").write_bytes(b"")
    data = tmp_path / "file" / "data"
    for folder in (data, data.parent):
        with pytest.raises(StoreError, match=r"cannot be read \(Not a directory\); name another"):
            has_store(folder)
    with pytest.raises(StoreError, match=r"file/data/aggregator\.db: .+check the rights"):
        open_store(data).__enter__()


def test_a_folder_that_cannot_be_looked_into_is_named(tmp_path: Path) -> None:
    """Whether a store is there may be impossible to tell."""
    with pytest.raises(StoreError, match=r"cannot be read \(File name too long\); name another"):
        has_store(tmp_path / ("x" * 300))


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """Damage that shows only while reading asks for a backup, not for room on the disk."""
    make_store(tmp_path)
    run_sql(tmp_path, "PRAGMA journal_mode=DELETE")
    root = run_sql(tmp_path, "SELECT rootpage FROM sqlite_master WHERE name='states'")[0][0]
    with (tmp_path / NAME).open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)
    with open_store(tmp_path) as store, pytest.raises(StoreError, match=r"malformed.+a backup"):
        store.load_states()


# Full disks -------------------------------------------------------------------


@pytest.mark.parametrize("pages", [1, 2, 5, 10, 15, 20])
def test_a_migration_on_a_full_disk_leaves_nothing_half(tmp_path: Path, pages: int) -> None:
    """Wherever the room ends, the next start with room finds a clean file."""
    with (
        fill_disk(pages),
        pytest.raises(StoreError, match=r"aggregator\.db: .+full\); make room on the disk"),
    ):
        open_store(tmp_path).__enter__()
    assert run_sql(tmp_path, "SELECT name FROM sqlite_master") == []
    make_store(tmp_path)


def test_a_decision_on_a_full_disk_is_not_half_saved(tmp_path: Path) -> None:
    """State and entries stay those of before, and saving works again when there is room."""
    old, new = make_state(etag='"old"'), make_state(etag='"new"')
    large = tuple(make_entry(key=str(number), text="x" * 5_000) for number in range(200))
    with open_store(tmp_path) as store:
        store.save([Decision(old, (make_entry(key="0"),))])
    with fill_disk(40), open_store(tmp_path) as store:
        with pytest.raises(StoreError, match="make room on the disk"):
            store.save([Decision(new, large)])
        assert store.load_states() == {"hetq": old}
        assert store.load_newest(500)[0] == [make_entry(key="0")]
        store.save([Decision(old)])  # the connection is not stuck in a dead transaction
    with open_store(tmp_path) as store:
        store.save([Decision(new, large)])
        assert store.count_entries() == {"hetq": 200}


def test_a_ledger_on_a_full_disk_is_not_half_saved(tmp_path: Path) -> None:
    """No id is given when the giving cannot be saved."""
    many = tuple((f"tag:{number}:{'x' * 500}", "hetq", str(number)) for number in range(1_000))
    make_store(tmp_path)
    with fill_disk(40), open_store(tmp_path) as store:
        with pytest.raises(StoreError, match="make room on the disk"):
            store.save_ledger(Ledger(NOW, many, many))
        assert store.load_claimed([story_id for story_id, _, _ in many]) == set()


# Sharing ----------------------------------------------------------------------


def test_readers_work_while_a_writer_writes(tmp_path: Path) -> None:
    """A reader sees the last saved whole, at once, while a transaction is under way."""
    make_store(tmp_path)
    with open_store(tmp_path) as writer, writer._begin() as connection:
        connection.execute(states_table.delete())
        with open_store(tmp_path, write=False) as reader:
            assert list(reader.load_states()) == ["hetq"]
        assert connection.execute(select(states_table)).all() == []


def test_a_reading_is_of_one_moment(tmp_path: Path) -> None:
    """What is saved during a reading of several steps does not show in its later steps."""
    make_store(tmp_path)
    with open_store(tmp_path, write=False) as reader, open_store(tmp_path) as writer:
        with reader._begin() as connection:
            assert connection.execute(select(meta)).all() == []
            writer.remember_fact("name", "value")
            assert connection.execute(select(meta)).all() == []
        assert reader.read_fact("name") == "value"


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    """A database that another program holds is named as such."""
    make_store(tmp_path)
    with open_store(tmp_path) as store:
        listen_impatiently(store)
        with closing(sqlite3.connect(tmp_path / NAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match=r"locked.+another program writes to it"):
                store.save([Decision(make_state())])


def listen_impatiently(store: Store) -> None:
    """Let the store's connections not wait for others."""
    store._engine.dispose()
    event.listen(
        store._engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=0") and None
    )


OPEN = """
import gc, sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from aggregator.edges.store import open_store
from aggregator.errors import StoreError

for data in sys.argv[1:]:
    try:
        with open_store(Path(data)) as store:
            store.load_states()
    except StoreError as error:
        print(error)
gc.collect()
print("alembic" in sys.modules)
"""


def test_alembic_is_imported_for_a_migration_only(tmp_path: Path) -> None:
    """A start with a current file is spared the quarter of a second."""
    assert run_python(OPEN, tmp_path) == "True\n"
    assert run_python(OPEN, tmp_path) == "False\n"


def test_nothing_is_left_open(tmp_path: Path) -> None:
    """Well opened or refused, no connection is left to the garbage collector."""
    spoiled = tmp_path / "spoiled"
    spoiled.mkdir()
    spoil_with_text(spoiled)
    make_store(tmp_path)
    # Warnings are errors there, and any word on standard error fails.
    assert "file is not a database" in run_python(OPEN, tmp_path, spoiled)


def test_a_kill_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    """What was saved before kill -9 is there, what was under way is not."""
    code = """
import os, signal, sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from aggregator.core.model import Decision
from aggregator.edges.store import open_store
from aggregator.edges.store.schema import states
from tests.edges.make import make_entry, make_state
with open_store(Path(sys.argv[1])) as store:
    store.save([Decision(make_state(), (make_entry(),))])
    with store._begin() as connection:
        connection.execute(states.delete())
        os.kill(os.getpid(), signal.SIGKILL)
"""
    with pytest.raises(AssertionError):
        run_python(code, tmp_path)
    with open_store(tmp_path) as store:
        assert list(store.load_states()) == ["hetq"]
        assert store.count_entries() == {"hetq": 1}
