"""What the store keeps of reports that were edited: whole with the Decision, and so much only."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core.model import Decision, Version
from aggregator.core.versions import MOST, describe
from aggregator.edges.store import Store, open_store
from aggregator.errors import StoreError
from tests.edges.make import (
    DROP_0010,
    NOW,
    load_entries,
    make_entry,
    make_state,
    run_sql,
    save_entries,
)
from tests.edges.test_store_file import fill_disk

HOUR = timedelta(hours=1)
NAME = ("hetq", "1")
FULL = Version(
    *NAME, NOW, "Title \ud800", "https://a.example/", "Տեքստ \udfff\x00", "digest", 3,
    NOW - HOUR, NOW, NOW, ("Ani", "Boris"), 2,
)  # fmt: skip


def edit(store: Store, *some: Version) -> None:
    """Save versions of a report beside what it says now."""
    store.save([Decision(make_state(), (make_entry(),), versions=some)])


def count(data: Path) -> int:
    """How many versions the file holds."""
    number: int = run_sql(data, "SELECT count(*) FROM versions")[0][0]
    return number


def test_versions_come_back_as_they_were_in_their_order(store: Store) -> None:
    """Every field, words that are no text included; of each report its own."""
    plain = Version(*NAME, NOW + HOUR)
    other = Version("other", "1", NOW)
    entries = (make_entry(), make_entry("other"), make_entry(key="2"))
    store.save([Decision(make_state(), entries, versions=(FULL, other, plain))])
    assert store.versions.load(NAME) == [FULL, plain]
    assert store.versions.load(("other", "1")) == [other]
    assert store.versions.load(("hetq", "2")) == []
    assert store.versions.load(("nobody", "1")) == []


def test_an_entry_that_is_saved_again_keeps_its_versions(store: Store) -> None:
    """Also one whose words come back: that is a version too."""
    for _ in range(2):
        edit(store, FULL)
    save_entries(store, make_entry(title="New"))
    assert store.versions.load(NAME) == [FULL, FULL]


def test_a_version_is_saved_with_its_decision_or_not_at_all(tmp_path: Path) -> None:
    """On a full disk there is the old entry without a version, never a mixture."""
    old = make_entry(text="old " * 400)
    many = [replace(old, key=str(number)) for number in range(200)]
    edits = tuple(describe(entry, NOW) for entry in many)
    with open_store(tmp_path) as store:
        save_entries(store, *many)
    pages = run_sql(tmp_path, "PRAGMA page_count")[0][0]
    with fill_disk(pages + 5), open_store(tmp_path) as store:
        changed = tuple(replace(entry, title="New") for entry in many)
        with pytest.raises(StoreError, match="make room on the disk"):
            store.save([Decision(make_state(etag='"new"'), changed, versions=edits)])
        assert {entry.title for entry in load_entries(store)} == {"Report 1"}
        assert store.load_states()["hetq"].etag is None
        assert count(tmp_path) == 0
        store.save([Decision(make_state(), changed[:1], versions=edits[:1])])
        assert store.versions.load(("hetq", "0")) == [edits[0]]


def test_a_version_that_is_refused_takes_its_decision_along(store: Store, tmp_path: Path) -> None:
    """The next poll then sees the edit again: no report changes without a trace."""
    save_entries(store, make_entry())
    refuse = "BEFORE INSERT ON versions BEGIN SELECT RAISE(ABORT, 'no'); END"
    run_sql(tmp_path, f"CREATE TRIGGER refuse {refuse}")
    decision = Decision(make_state(etag='"new"'), (make_entry(title="New"),), versions=(FULL,))
    with pytest.raises(StoreError):
        store.save([decision])
    assert load_entries(store) == [make_entry()]
    assert store.load_states()["hetq"].etag is None


@pytest.mark.parametrize("together", [1, 7, MOST * 3])
def test_of_a_report_edited_for_ever_the_first_and_the_newest_stay(
    store: Store, together: int
) -> None:
    """The first says how many edits behind it are gone."""
    total = MOST * 3
    made = [Version(*NAME, NOW + HOUR * number, f"{number}") for number in range(total)]
    for start in range(0, total, together):
        edit(store, *made[start : start + together])
    first, *others = store.versions.load(NAME)
    assert first == replace(made[0], skipped=total - MOST)
    assert others == made[total - MOST + 1 :]


def test_old_versions_are_forgotten_the_oldest_first(store: Store, tmp_path: Path) -> None:
    """At most so many at a time; what was replaced at that very time stays."""
    edit(store, *(Version(*NAME, NOW + HOUR * number) for number in (3, 0, 1, 2)))
    assert store.versions.forget(NOW + 2 * HOUR, 1) == 1
    assert [one.at for one in store.versions.load(NAME)] == [NOW + HOUR * n for n in (3, 1, 2)]
    assert store.versions.forget(NOW + 2 * HOUR, 9) == 1
    assert store.versions.forget(NOW + 2 * HOUR, 9) == 0
    assert count(tmp_path) == 2


def test_versions_leave_with_their_entry(store: Store, tmp_path: Path) -> None:
    """Nothing is kept of what is not there."""
    edit(store, FULL)
    run_sql(tmp_path, "PRAGMA foreign_keys=ON", "DELETE FROM entries")
    assert count(tmp_path) == 0


def test_a_file_from_before_versions_takes_them(tmp_path: Path) -> None:
    """After an update nothing is known of earlier edits; what was stored stays."""
    with open_store(tmp_path) as store:
        save_entries(store, make_entry())
    run_sql(tmp_path, *DROP_0010, "UPDATE alembic_version SET version_num = '0009'")
    with open_store(tmp_path) as store:
        assert load_entries(store) == [make_entry()]
        assert store.versions.load(NAME) == []
        edit(store, FULL)
        assert store.versions.load(NAME) == [FULL]


def test_what_is_asked_of_versions_is_found_by_an_index(store: Store, tmp_path: Path) -> None:
    """A long history of many reports costs neither a poll nor a night."""
    edit(store, FULL)
    questions = {
        "SELECT entry_id FROM versions WHERE entry_id IN (1, 2) GROUP BY entry_id": "by_entry",
        "SELECT number FROM versions WHERE at < 9 ORDER BY at LIMIT 9": "by_time",
    }
    for question, index in questions.items():
        plan = [row[3] for row in run_sql(tmp_path, f"EXPLAIN QUERY PLAN {question}")]
        assert any(f"INDEX versions_{index}" in step for step in plan), plan
        assert not any("TEMP B-TREE" in step for step in plan), plan
