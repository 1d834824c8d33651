"""The record of polls in the store: added up with each Decision, bounded."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core.model import Decision, Tally
from aggregator.edges.store import Store, open_store
from aggregator.errors import StoreError
from tests.edges.make import DROP_0018, NOW, make_entry, make_state, run_sql
from tests.edges.test_store_file import fill_disk

SLOT = timedelta(hours=6)


def test_polls_of_one_slot_are_added_up(store: Store) -> None:
    """Also within one transaction; other slots and sources are their own."""
    one, later = Tally("hetq", NOW, 1, 0, 0, 5), Tally("hetq", NOW + SLOT, 0, 1, 0, 0)
    other = Tally("other", NOW, 0, 0, 1, 0)
    failed = Tally("hetq", NOW, failed=1, new=1)
    store.save([Decision(make_state(), tally=one), Decision(make_state(), tally=failed)])
    store.save([Decision(make_state(), tally=each) for each in (later, one, other)])
    found = store.history.load(["hetq", "other", "nobody"], NOW)
    assert found == {"hetq": [Tally("hetq", NOW, 2, 0, 1, 11), later], "other": [other]}
    assert store.history.load(["hetq"], NOW + SLOT) == {"hetq": [later]}
    assert store.history.load([], NOW) == {}


def test_old_slots_are_forgotten(store: Store) -> None:
    """Those before a time, of all sources; the rest stays."""
    tallies = [Tally("hetq", NOW + SLOT * number, same=1) for number in range(3)]
    store.save([Decision(make_state(), tally=one) for one in tallies])
    store.history.forget(NOW + SLOT)
    assert store.history.load(["hetq"], NOW) == {"hetq": tallies[1:]}


def test_a_tally_is_saved_with_its_decision_or_not_at_all(tmp_path: Path) -> None:
    """A full disk leaves neither."""
    with open_store(tmp_path) as store:
        tally = Tally("hetq", NOW, ok=1)
        big = make_entry(html="x" * 200_000)
        store._engine.dispose()
        with fill_disk(1), pytest.raises(StoreError):
            store.save([Decision(make_state(), (big,), tally=tally)])
        store._engine.dispose()
        assert store.load_states() == {}
        assert store.history.load(["hetq"], NOW) == {}


def test_a_store_without_a_record_gets_one(tmp_path: Path) -> None:
    """What was polled before stays; counting begins now."""
    with open_store(tmp_path) as store:
        store.save([Decision(make_state())])
    run_sql(tmp_path, *DROP_0018, "UPDATE alembic_version SET version_num = '0017'")
    with open_store(tmp_path) as store:
        assert store.load_states().keys() == {make_state().source_id}
        tally = Tally(make_state().source_id, NOW, ok=1)
        store.save([Decision(replace(make_state(), etag="x"), tally=tally)])
        assert store.history.load([tally.source_id], NOW) == {tally.source_id: [tally]}
