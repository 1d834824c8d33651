"""What is saved comes back exactly, whole or not at all."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from aggregator.core.model import (
    Decision,
    Enclosure,
    Entry,
    Failure,
    FeedHead,
    FetchState,
    Move,
    Person,
    PollHints,
    Problem,
    Rhythm,
    SourceRef,
)
from aggregator.edges.store import Store, has_store, open_store
from aggregator.edges.store.schema import entries, entry_keys
from aggregator.errors import StoreError
from tests.edges.make import NOW, load_entries, make_entry, make_state, save_entries

LONG_TEXT = " ".join(f"word{number}" for number in range(60))


@pytest.fixture(scope="module")
def any_store() -> Iterator[Store]:
    """A store for laws about single values, shared by all examples."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as opened:
        yield opened


def read_ids(store: Store) -> dict[str, int]:
    """The row number of each entry, by its key."""
    with store._begin() as connection:
        rows = connection.execute(select(entries.c.key, entries.c.id))
        return {row.key: row.id for row in rows}


# Round trips ------------------------------------------------------------------

words = st.text(st.characters())  # lone surrogates and NUL included
plain = st.text()  # what JSON gives back: two surrogates in a row would become one letter
moments = st.datetimes(timezones=st.just(UTC))
spans = st.timedeltas(min_value=timedelta())
maybe = st.none
people = st.builds(Person, plain, maybe() | plain, maybe() | plain)
heads = st.builds(
    FeedHead,
    title=plain,
    id=maybe() | plain,
    language=maybe() | plain,
    authors=st.lists(people, max_size=2).map(tuple),
)
hints = st.builds(
    PollHints,
    ttl=maybe() | spans,
    update_period=maybe() | spans,
    skip_hours=st.lists(st.integers(0, 23), max_size=3).map(tuple),
    skip_days=st.lists(plain, max_size=2).map(tuple),
)
counts = st.integers(0, 8_000).map(lambda eighths: eighths / 8)  # stored with three places
rhythms = st.builds(
    Rhythm,
    polls=st.integers(0, 10**6),
    learned=maybe() | moments,
    days=counts,
    hours=st.lists(counts, min_size=24, max_size=24).map(tuple),
    weekdays=st.lists(counts, min_size=7, max_size=7).map(tuple),
    window=maybe() | spans,
)
moves = st.builds(Move, plain, plain, st.integers(0, 10**6), moments, st.booleans())
states = st.builds(
    FetchState,
    source_id=st.sampled_from(["a", "b"]),
    url=words,
    next_poll=moments,
    reason=words,
    etag=maybe() | words,
    last_modified=maybe() | words,
    body_digest=maybe() | plain,
    parser=plain,
    body_failure=maybe() | st.sampled_from(Failure),
    body_detail=words,
    failures=st.integers(0, 10**6),
    last_poll=maybe() | moments,
    last_ok=maybe() | moments,
    last_kind=plain,
    last_detail=words,
    last_status=maybe() | st.integers(100, 599),
    moved_to=maybe() | words,
    stopped=st.booleans(),
    claimed=maybe() | moments,
    items=st.integers(0, 10**6),
    head=maybe() | heads,
    hints=hints,
    problems=st.lists(st.builds(Problem, plain, plain), max_size=2).map(tuple),
    rhythm=rhythms,
    move=maybe() | moves | st.builds(lambda one, two: replace(one, onward=two), moves, moves),
    rest_until=maybe() | moments,
    newest=maybe() | moments,
    last_new=maybe() | moments,
    usual_gap=maybe() | st.timedeltas(timedelta(), timedelta(days=3_650_000)),
    rewrites=st.integers(0, 10**6),
    failing_since=maybe() | moments,
    gap_at=maybe() | moments,
    gap_since=maybe() | moments,
    gap_until=maybe() | moments,
    gap_fill=words,
)
reports = st.builds(
    Entry,
    source_id=st.sampled_from(["a", "b"]),
    key=words,
    title=words,
    first_seen=moments,
    changed=moments,
    raw_id=maybe() | words,
    link=maybe() | words,
    canonical=maybe() | words,
    html=words,
    text=words,
    published=maybe() | moments,
    updated=maybe() | moments,
    language=maybe() | plain,
    authors=st.lists(people, max_size=2).map(tuple),
    categories=st.lists(plain, max_size=2).map(tuple),
    enclosures=st.lists(
        st.builds(Enclosure, plain, plain, maybe() | st.integers(0)), max_size=2
    ).map(tuple),
    thumbnail=maybe() | words,
    comments_url=maybe() | words,
    comments_count=maybe() | st.integers(0, 2**63 - 1),
    rights=maybe() | words,
    license=maybe() | words,
    source=maybe() | st.builds(SourceRef, title=plain, id=maybe() | plain, rights=maybe() | plain),
    digest=plain,
)


@given(state=states)
def test_a_state_comes_back_exactly(any_store: Store, state: FetchState) -> None:
    """None, any letters, zero spans and microseconds included."""
    any_store.save_states([state])
    assert any_store.load_states()[state.source_id] == state


@given(report=reports)
def test_an_entry_comes_back_exactly(any_store: Store, report: Entry) -> None:
    """None, any letters and microseconds included; it is found by its key whatever that holds."""
    save_entries(any_store, report, state=make_state(report.source_id))
    known = any_store.load_known(report.source_id, [report])
    assert [entry for entry in known if entry.key == report.key] == [report]


def test_a_count_beyond_all_bounds_costs_nothing(store: Store) -> None:
    """A feed that claims more comments than an integer holds is saved with the most it holds."""
    save_entries(store, make_entry(comments_count=10**30))
    assert [entry.comments_count for entry in load_entries(store)] == [2**63 - 1]


# Decisions --------------------------------------------------------------------


def test_a_new_store_is_empty(tmp_path: Path) -> None:
    """Nothing is remembered before the first poll, and every question has an answer."""
    assert not has_store(tmp_path)
    with open_store(tmp_path) as store:
        assert has_store(tmp_path)
        assert store.load_states() == {}
        assert store.load_newest(10) == ([], None)
        assert store.load_known("hetq", []) == []
        assert store.load_related([]) == []
        assert store.load_memberships([]) == {}
        assert store.load_claimed([]) == set()
        assert store.load_held() == []
        assert store.read_fact("tag_prefix") is None
        assert store.count_entries() == {}


def test_what_is_saved_survives_closing(tmp_path: Path) -> None:
    """A store opened again, for reading only, knows state and entries."""
    state, entry = make_state(etag='"a"'), make_entry()
    with open_store(tmp_path) as store:
        store.save([Decision(state, (entry,))])
    with open_store(tmp_path, write=False) as store:
        assert store.load_states() == {"hetq": state}
        assert load_entries(store) == [entry]


def test_nothing_to_save_is_fine(store: Store) -> None:
    """No Decisions, no states, and a Decision without entries are saved as such."""
    store.save([])
    store.save_states([])
    store.save([Decision(make_state())])
    assert list(store.load_states()) == ["hetq"]
    assert load_entries(store) == []


def test_decisions_share_a_transaction(store: Store) -> None:
    """Many Decisions saved together cost one commit."""
    commits: list[object] = []
    event.listen(store._engine, "commit", commits.append)
    store.save([Decision(make_state(name), (make_entry(name),)) for name in ("a", "b", "c")])
    assert len(commits) == 1
    assert store.count_entries() == {"a": 1, "b": 1, "c": 1}


def break_title(entry: Entry) -> Entry:
    """An entry that the database refuses (NOT NULL)."""
    return replace(entry, title=None)  # type: ignore[arg-type]  # the violation is the point


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_decision_is_whole_or_not_at_all(store: Store, broken: int) -> None:
    """An entry that cannot be saved takes its validators and its fellows along."""
    old = make_state(etag='"old"'), make_entry("hetq", "1", title="old")
    save_entries(store, old[1], state=old[0])
    fresh = [make_entry("hetq", str(number + 1), title="new") for number in range(3)]
    fresh[broken] = break_title(fresh[broken])
    other = Decision(make_state("other"), (make_entry("other"),))
    with pytest.raises(StoreError, match=r"NOT NULL.+please report it"):
        store.save([other, Decision(make_state(etag='"new"'), tuple(fresh))])
    assert store.load_states() == {"hetq": old[0]}
    assert load_entries(store) == [old[1]]


def test_an_updated_entry_keeps_its_row(store: Store) -> None:
    """Saving an entry again overwrites it in its place and in the order of pages."""
    save_entries(store, make_entry(key="1"), make_entry(key="2"))
    before = read_ids(store)
    newer = make_entry(key="1", title="new", published=NOW, comments_count=3)
    save_entries(store, newer)
    assert read_ids(store) == before
    assert load_entries(store) == [newer, make_entry(key="2")]


def test_the_same_key_twice_is_saved_once(store: Store) -> None:
    """Of two entries with one key the last stays, as if they had come one after the other."""
    save_entries(store, make_entry(title="one"), make_entry(title="two"))
    assert [entry.title for entry in load_entries(store)] == ["two"]


def test_duplicate_keys_are_rewritten(store: Store) -> None:
    """An entry is found under its keys of today, and no more under those of before."""
    save_entries(store, make_entry(raw_id=None, canonical="hetq.example/old"))
    save_entries(store, make_entry(raw_id=None, canonical="hetq.example/new"))
    for canonical, count in (("hetq.example/old", 0), ("hetq.example/new", 1)):
        other = make_entry("other", raw_id=None, canonical=canonical)
        assert len(store.load_related([other])) == count
    save_entries(store, make_entry(raw_id=None, canonical=None))
    with store._begin() as connection:
        assert connection.execute(select(func.count()).select_from(entry_keys)).scalar() == 0
