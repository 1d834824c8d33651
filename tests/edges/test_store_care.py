"""A store that is kept well: copied, counted, probed, tidied, written by two at once."""

import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.edges.store import Store, open_store
from aggregator.errors import StoreError
from tests.edges.make import NOW, load_entries, make_entry, make_state, save_entries

BOUND = 30


def list_names(folder: Path) -> list[str]:
    """What a folder holds."""
    return sorted(path.name for path in folder.iterdir())


def test_a_copy_made_while_another_writes_is_whole(store: Store, tmp_path: Path) -> None:
    """Each transaction is in it whole or not at all, and it opens as a store."""
    stop, wrote = threading.Event(), threading.Event()
    filler = [make_entry(key=f"old-{number}", text="x" * 5000) for number in range(1000)]
    save_entries(store, *filler)

    def write() -> None:
        number = 0
        while not stop.is_set():
            pair = [make_entry(key=f"{number}-{half}") for half in "ab"]
            save_entries(store, *pair)
            wrote.set()
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    folder = tmp_path / "copies"
    folder.mkdir()
    try:
        assert wrote.wait(BOUND)
        store.backup(folder / "aggregator.db")
    finally:
        stop.set()
        writer.join(BOUND)
    assert list_names(folder) == ["aggregator.db"]
    with closing(sqlite3.connect(folder / "aggregator.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with open_store(folder, write=False) as copy:
        keys = {entry.key for entry in load_entries(copy)}
    assert {entry.key for entry in filler} <= keys
    pairs = {key[:-2] for key in keys if not key.startswith("old-")}
    assert pairs
    assert all({f"{number}-a", f"{number}-b"} <= keys for number in pairs)


def test_a_file_that_is_there_is_not_replaced(store: Store, tmp_path: Path) -> None:
    """Nor is a link that leads nowhere."""
    target, link = tmp_path / "copy.db", tmp_path / "link.db"
    target.write_text("precious")
    link.symlink_to("nowhere")
    for path in (target, link):
        with pytest.raises(StoreError, match=rf"{path}: exists already; name another file"):
            store.backup(path)
    assert target.read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("place", ["none/copy.db", "file/copy.db", f"{'x' * 300}.db"])
def test_a_place_that_cannot_be_written_is_named(store: Store, tmp_path: Path, place: str) -> None:
    """The message names target, store and cause; nothing is left."""
    (tmp_path / "file").write_bytes(b"")
    before = list_names(tmp_path)
    with pytest.raises(StoreError, match=r"\.db: .+aggregator\.db cannot be copied there \(.+\)"):
        store.backup(tmp_path / place)
    assert list_names(tmp_path) == before


def test_what_a_killed_copy_left_is_replaced(store: Store, tmp_path: Path) -> None:
    """A leftover is no obstacle."""
    (tmp_path / ".copy.db.partial").write_text("half")
    store.backup(tmp_path / "copy.db")
    assert "copy.db" in list_names(tmp_path)
    assert ".copy.db.partial" not in list_names(tmp_path)


def test_entries_are_counted_since_a_time(store: Store) -> None:
    """That time included; by when they were first seen, source by source."""
    times = {"1": NOW, "2": NOW - timedelta(hours=1), "3": NOW - timedelta(hours=2)}
    for key, at in times.items():
        save_entries(store, make_entry(key=key, first_seen=at))
    save_entries(store, make_entry("civilnet", "1", first_seen=NOW))
    assert store.count_entries(NOW - timedelta(hours=1)) == {"hetq": 2, "civilnet": 1}
    assert store.count_entries(NOW + timedelta(seconds=1)) == {}


def test_the_probe_writes_each_time(store: Store, tmp_path: Path) -> None:
    """A probe that writes nothing would find no full disk."""
    log = tmp_path / "aggregator.db-wal"
    store.tidy()
    sizes = [log.stat().st_size]
    for _ in range(2):
        store.check_writable()
        sizes.append(log.stat().st_size)
    assert sizes[0] < sizes[1] < sizes[2]


def test_the_probe_is_refused_where_nothing_can_be_written(tmp_path: Path) -> None:
    """The message names the file."""
    with open_store(tmp_path) as store:
        with store._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
        with pytest.raises(StoreError, match=r"aggregator\.db: cannot be read or written"):
            store.check_writable()


def test_tidying_gives_back_the_log(store: Store, tmp_path: Path) -> None:
    """The log is empty afterwards, and nothing is lost."""
    save_entries(store, make_entry())
    log = tmp_path / "aggregator.db-wal"
    assert log.stat().st_size > 0
    store.tidy()
    assert log.stat().st_size == 0
    assert len(load_entries(store)) == 1


def test_a_store_that_is_gone_can_neither_be_tidied_nor_copied(tmp_path: Path) -> None:
    """A new connection that fails is an error with the file's name."""
    data = tmp_path / "data"
    data.mkdir()
    with open_store(data) as store, store._engine.connect():
        data.rename(tmp_path / "moved")
        with pytest.raises(StoreError, match=r"aggregator\.db: cannot be tidied"):
            store.tidy()
        with pytest.raises(StoreError, match="cannot be copied there"):
            store.backup(tmp_path / "copy.db")
    assert list_names(tmp_path) == ["moved"]


def test_two_who_read_and_then_write_wait_for_each_other(store: Store) -> None:
    """Neither is refused: a writer takes its place before it reads."""
    together, failures = threading.Barrier(2), []

    def write(name: str) -> None:
        together.wait(BOUND)
        try:
            for number in range(50):
                store.remember_fact(f"{name}-{number}", name)
                save_entries(store, make_entry(name, str(number)), state=make_state(name))
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("hetq", "civilnet")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(BOUND)
    assert failures == []
    assert store.count_entries() == {"hetq": 50, "civilnet": 50}


def test_a_writer_takes_its_place_before_it_reads(store: Store) -> None:
    """What another has written in between is seen, not refused (SQLITE_BUSY_SNAPSHOT)."""
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        store.save_states([make_state("other")])
        done.set()

    with store._begin(write=True) as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM states").scalar()
        thread = threading.Thread(target=write)
        thread.start()
        assert begun.wait(BOUND)
        assert not done.is_set()
        connection.exec_driver_sql("INSERT INTO meta (name, value) VALUES ('x', 'y')")
    thread.join(BOUND)
    assert (count, set(store.load_states())) == (0, {"other"})
