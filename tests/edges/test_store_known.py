"""What the store knows of one source: its newest entries, those of a date, and how it looks."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from aggregator.edges.store import Store, finding, open_store
from tests.edges.make import (
    DROP_0007,
    NOW,
    load_entries,
    make_entry,
    make_state,
    run_sql,
    save_entries,
)

HOUR = timedelta(hours=1)


def test_an_entry_is_found_by_its_alias(store: Store) -> None:
    """The name that its feed gives it now finds an entry, of this source only."""
    for source_id in ("hetq", "other"):
        entry = make_entry(source_id, alias="tag:new,2023:1")
        save_entries(store, entry, state=make_state(source_id))
    fresh = make_entry("hetq", "tag:new,2023:1", raw_id=None, canonical=None)
    (found,) = store.load_known("hetq", [fresh])
    assert (found.source_id, found.key, found.alias) == ("hetq", "1", "tag:new,2023:1")


def test_an_entry_is_found_by_a_name_that_a_fresh_one_may_get(store: Store) -> None:
    """Where an id proves to be another's, its item goes by link or words: those are asked for."""
    by_link = make_entry(key="link:hetq.example/7", raw_id=None, canonical="hetq.example/moved")
    save_entries(store, by_link)
    fresh = make_entry(
        key="17", raw_id="17", link="https://hetq.example/7", canonical="hetq.example/7"
    )
    assert store.load_known("hetq", [fresh]) == [by_link]


def test_the_newest_entries_are_those_of_one_source(store: Store) -> None:
    """By date, or where that is missing by first sight; no more than asked for."""
    mine = [make_entry(key=str(number), published=NOW - number * HOUR) for number in range(5)]
    dateless = make_entry(key="dateless", first_seen=NOW - 30 * timedelta(minutes=1))
    save_entries(store, *reversed(mine), dateless, make_entry("other"))
    newest = store.load_newest_of("hetq", 4)
    assert newest == [mine[0], dateless, mine[1], mine[2]]
    assert store.load_newest_of("nobody", 4) == []


def test_large_entries_are_fewer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source of very long texts must not fill the memory."""
    monkeypatch.setattr(finding, "_MOST_TEXT", 250)
    save_entries(store, *(make_entry(key=str(number), html="x" * 100) for number in range(5)))
    assert [entry.key for entry in store.load_newest_of("hetq", 5)] == ["4", "3"]


def test_entries_of_a_date_are_found(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those published in that second, the last of each date, of this source only."""
    monkeypatch.setattr(finding, "_MOST_OF_A_DATE", 2)
    same = [make_entry(key=str(number), published=NOW) for number in range(4)]
    other = make_entry(key="late", published=NOW + HOUR)
    between = make_entry(key="between", published=NOW + timedelta(seconds=1))
    save_entries(store, *same, other, between, make_entry("other", published=NOW))
    assert store.load_dated("hetq", {NOW, NOW + HOUR}) == [*same[2:], other]
    assert store.load_dated("hetq", set()) == []


def _plan(store: Store, ask: Any) -> list[str]:  # noqa: ANN401 - a question to the store
    """How SQLite answers the questions that are asked."""
    asked: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:  # noqa: ANN401 - SQLAlchemy's signature
        asked.append((call[2], call[3]))

    event.listen(store._engine, "before_cursor_execute", note)
    ask()
    event.remove(store._engine, "before_cursor_execute", note)
    with store._engine.connect() as connection:
        return [
            str(row[3])
            for statement, values in asked
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


def test_questions_about_one_source_use_indexes(store: Store) -> None:
    """None reads the whole table, and the newest need no sorting but of equal times."""
    save_entries(store, make_entry(alias="a", published=NOW))
    known = _plan(store, lambda: store.load_known("hetq", [make_entry()]))
    newest = _plan(store, lambda: store.load_newest_of("hetq", 10))
    dated = _plan(store, lambda: store.load_dated("hetq", {NOW, NOW + HOUR}))
    for plan in (known, newest, dated):
        assert not [step for step in plan if step.startswith("SCAN entries")], plan
    for index in ("entries_by_alias", "entries_by_raw_id", "entries_by_link"):
        assert any(f"INDEX {index} " in step for step in known), known
    assert newest == ["SEARCH entries USING INDEX entries_of_source (source_id=?)"]
    assert any("entries_of_source (source_id=? AND sort_at=?)" in step for step in dated), dated


_YOUNGER = (
    "rest_domain",
    *("newest", "last_new", "usual_gap", "failing_since", "rewrites"),
    *("gap_at", "gap_since", "gap_until", "gap_fill"),
)
"""Columns of later schemas."""


def test_an_old_store_is_brought_up_to_date(tmp_path: Path) -> None:
    """A file of the schema before keeps its entries, which have no aliases."""
    with open_store(tmp_path):
        pass
    fresh = run_sql(tmp_path, "SELECT name FROM sqlite_master ORDER BY name")
    with open_store(tmp_path) as store:
        save_entries(store, make_entry())
    run_sql(
        tmp_path,
        "DROP INDEX entries_by_alias",
        "DROP INDEX entries_of_source",
        "ALTER TABLE entries DROP COLUMN alias",
        *(f"ALTER TABLE states DROP COLUMN {name}" for name in _YOUNGER),
        *DROP_0007,
        "UPDATE alembic_version SET version_num = '0003'",
    )
    with open_store(tmp_path) as store:
        assert load_entries(store) == [make_entry()]
    assert run_sql(tmp_path, "SELECT name FROM sqlite_master ORDER BY name") == fresh
