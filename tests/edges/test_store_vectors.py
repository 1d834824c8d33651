"""Vectors in the store: kept over a restart, replaced, gone with their age."""

from datetime import timedelta
from pathlib import Path

from aggregator.edges.store import Kept, open_store
from tests.edges.make import DROP_0012, NOW, run_sql

_OLD = NOW - timedelta(days=30)
_ONE = Kept(("hetq", "1 \ud800"), NOW, "wording", b"\x00\x7f\x81")
_TWO = Kept(("hetq", "2"), NOW, "wording", b"")


def test_vectors_outlive_a_process(tmp_path: Path) -> None:
    """Byte for byte, an empty one too; those of another model are not loaded."""
    with open_store(tmp_path) as store:
        assert store.vectors.load("m") == []
        store.vectors.save("m", [_ONE, _TWO], _OLD)
    with open_store(tmp_path, write=False) as store:
        assert sorted(store.vectors.load("m"), key=lambda one: one.report) == [_ONE, _TWO]
        assert store.vectors.load("another") == []
        assert (store.vectors.count("m"), store.vectors.count("another")) == (1, 0)


def test_a_vector_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """An edited report has one vector, and a report has one model's."""
    edited = Kept(_ONE.report, NOW, "edited", b"\x01")
    with open_store(tmp_path) as store:
        store.vectors.save("m", [_ONE], _OLD)
        store.vectors.save("m", [edited], _OLD)
        assert store.vectors.load("m") == [edited]
        store.vectors.save("new", [_ONE], _OLD)
        assert store.vectors.load("m") == []


def test_what_is_too_old_to_be_compared_goes(tmp_path: Path) -> None:
    """Also when nothing new is saved."""
    with open_store(tmp_path) as store:
        store.vectors.save("m", [_ONE], _OLD)
        store.vectors.save("m", [], NOW)
        assert store.vectors.load("m") == [_ONE]
        store.vectors.save("m", [], NOW + timedelta(seconds=1))
        assert store.vectors.load("m") == []


def test_a_file_from_before_vectors_takes_them(tmp_path: Path) -> None:
    """After an update nothing has a vector yet."""
    with open_store(tmp_path):
        pass
    run_sql(tmp_path, *DROP_0012, "UPDATE alembic_version SET version_num = '0011'")
    with open_store(tmp_path) as store:
        store.vectors.save("m", [_ONE], _OLD)
        assert store.vectors.load("m") == [_ONE]
