"""What the store answers: known entries, pages, relations, and what the ledger knows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from aggregator.core.model import Held, Ledger
from aggregator.edges.store import Store
from aggregator.errors import StoreError
from tests.edges.make import NOW, load_entries, make_entry, make_state, save_entries

LONG_TEXT = " ".join(f"word{number}" for number in range(60))


# Questions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "fresh"),
    [
        ({"key": "1"}, {"key": "1", "raw_id": None, "canonical": None}),
        ({"key": "1", "raw_id": "guid 7"}, {"key": "2", "raw_id": "guid 7", "canonical": None}),
        ({"key": "1", "canonical": "h/a"}, {"key": "2", "raw_id": None, "canonical": "h/a"}),
    ],
    ids=["key", "raw id", "canonical link"],
)
def test_a_known_entry_is_found_by_any_mark(
    store: Store, known: dict[str, Any], fresh: dict[str, Any]
) -> None:
    """Key, raw id and canonical link each find an entry, of this source only."""
    mine, other = make_entry("hetq", **known), make_entry("other", **known)
    for entry in (mine, other):
        save_entries(store, entry, state=make_state(entry.source_id))
    assert store.load_known("hetq", [make_entry("hetq", **fresh)]) == [mine]


def test_nothing_is_known_by_what_is_missing(store: Store) -> None:
    """Entries without an id or link are not alike for that."""
    save_entries(store, make_entry(key="1", raw_id=None, canonical=None))
    save_entries(store, make_entry(key="2", raw_id="", canonical=""))
    fresh = [make_entry(key=key, raw_id=None, canonical=None) for key in ("3", "4")]
    assert store.load_known("hetq", [*fresh, make_entry(key="5", raw_id="", canonical="")]) == []


def test_many_fresh_entries_find_all_they_may_be(store: Store) -> None:
    """More values than one question takes are asked in pieces, and each entry comes once."""
    many = [make_entry(key=f"{number:04}") for number in range(1_000)]
    save_entries(store, *many)
    assert store.load_known("hetq", [*many, *many]) == many
    assert store.load_related(many) == many
    ledger = Ledger(
        NOW,
        claims=tuple((f"tag:{e.key}", e.source_id, e.key) for e in many),
        members=tuple((f"tag:{e.key}", e.source_id, e.key) for e in many),
    )
    store.save_ledger(ledger)
    assert len(store.load_memberships(many)) == 1_000
    assert store.load_claimed({f"tag:{number:04}" for number in range(2_000)}) == {
        f"tag:{entry.key}" for entry in many
    }
    assert store.load_related(many) == many


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 10, 11])
def test_pages_have_no_gaps_and_no_repeats(store: Store, limit: int) -> None:
    """Page after page gives every entry once, newest first, also where times are equal."""
    times = [NOW, NOW, NOW, NOW - timedelta(microseconds=1), NOW + timedelta(hours=1)] * 2
    some = [make_entry(key=str(number), published=at) for number, at in enumerate(times)]
    save_entries(store, *some)
    pages, before = store.load_newest(limit)
    while before is not None:
        page, before = store.load_newest(limit, before)
        assert len(page) <= limit
        pages += page
        assert len(pages) <= len(some)
    assert sorted(entry.key for entry in pages) == [str(number) for number in range(10)]
    assert pages == sorted(pages, key=lambda entry: (entry.sort_at, int(entry.key)), reverse=True)


def test_a_page_stays_where_it_was(store: Store) -> None:
    """What arrives between two pages moves no entry of the next page."""
    save_entries(store, *(make_entry(key=str(number), published=NOW) for number in range(4)))
    first, before = store.load_newest(2)
    save_entries(store, make_entry(key="9", published=NOW + timedelta(hours=1)))
    second, _ = store.load_newest(2, before)
    assert [entry.key for entry in (*first, *second)] == ["3", "2", "1", "0"]


def test_no_entries_are_a_page(store: Store) -> None:
    """A page of none is empty and the last."""
    save_entries(store, make_entry())
    assert store.load_newest(0) == ([], None)


def test_an_entry_without_a_date_stands_where_it_was_first_seen(store: Store) -> None:
    """Pages are ordered by the published time, else by the first sight."""
    first = NOW - timedelta(hours=2)
    some = {
        "old": make_entry(key="old", published=first, first_seen=NOW),
        "dateless": make_entry(key="dateless", first_seen=NOW - timedelta(hours=1)),
        "new": make_entry(key="new", published=NOW, first_seen=first),
    }
    save_entries(store, *some.values())
    assert [entry.key for entry in load_entries(store)] == ["new", "dateless", "old"]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({"raw_id": "tag:a,2023:1", "canonical": None}, {"raw_id": "tag:a,2023:1"}),
        ({"raw_id": None, "canonical": "a.example/1"}, {"canonical": "a.example/1"}),
        (
            {"raw_id": None, "canonical": None, "title": "T", "text": LONG_TEXT},
            {"title": "t!", "text": LONG_TEXT},
        ),
    ],
    ids=["id", "link", "text"],
)
def test_duplicates_of_other_sources_are_related(
    store: Store, here: dict[str, Any], there: dict[str, Any]
) -> None:
    """The same id, link or text finds the reports of other sources."""
    other = make_entry("other", key="x", **there)
    save_entries(store, other, make_entry("third", key="y"))
    assert store.load_related([make_entry(**here)]) == [other]


def test_members_of_one_story_are_related(store: Store) -> None:
    """What was published together is found together, also when nothing else joins it now."""
    one, other = make_entry("a", "1"), make_entry("b", "2")
    stranger = make_entry("c", "1")  # the key of another source's member
    save_entries(store, one, other, stranger)
    members = (("tag:x", "a", "1"), ("tag:x", "b", "2"), ("tag:y", "c", "1"))
    store.save_ledger(Ledger(NOW, (("tag:x", "a", "1"), ("tag:y", "c", "1")), members))
    assert store.load_related([one]) == [one, other]
    assert store.load_related([replace(other, raw_id=None, canonical=None)]) == [one, other]


# The ledger -------------------------------------------------------------------


def test_memberships_keep_the_order_of_claims(store: Store) -> None:
    """Of two ids the one given first counts as the older, over many publishings."""
    for number, (name, key) in enumerate([("tag:z", "1"), ("tag:a", "2"), ("tag:m", "3")]):
        one = ((name, "hetq", key),)
        store.save_ledger(Ledger(NOW - timedelta(days=number), one, one))
    found = store.load_memberships([make_entry(key=key) for key in "123"])
    ordered = sorted(found.values(), key=lambda membership: membership.order)
    assert [membership.story_id for membership in ordered] == ["tag:z", "tag:a", "tag:m"]


def test_memberships_are_those_of_the_entries_asked_for(store: Store) -> None:
    """The same key of another source is another report."""
    for source_id in ("a", "b"):
        one = ((f"tag:{source_id}", source_id, "1"),)
        store.save_ledger(Ledger(NOW, one, one))
    found = store.load_memberships([make_entry("a", "1"), make_entry("c", "1")])
    assert {place: membership.story_id for place, membership in found.items()} == {
        ("a", "1"): "tag:a"
    }


def test_a_claim_is_for_life(store: Store) -> None:
    """An id that was given stays with its first report, however often it is claimed."""
    mine, theirs = ("tag:x", "a", "1"), ("tag:x", "b", "2")
    store.save_ledger(Ledger(NOW, (mine,), (mine,)))
    before = store.load_memberships([make_entry("a", "1")])
    store.save_ledger(Ledger(NOW + timedelta(days=1), (theirs, mine, ("tag:y", "c", "3"))))
    assert store.load_memberships([make_entry("a", "1")]) == before
    assert store.load_memberships([make_entry("b", "2")]) == {}
    assert store.load_claimed(["tag:x", "tag:y", "tag:z"]) == {"tag:x", "tag:y"}


def test_a_report_moves_to_the_story_that_survived(store: Store) -> None:
    """A later membership replaces the earlier one; both ids stay claimed."""
    one, other = ("tag:old", "a", "1"), ("tag:young", "b", "2")
    store.save_ledger(Ledger(NOW, (one, other), (one, other)))
    store.save_ledger(Ledger(NOW, (), (("tag:old", "b", "2"),)))
    found = store.load_memberships([make_entry("b", "2")])
    assert [membership.story_id for membership in found.values()] == ["tag:old"]
    assert store.load_claimed(["tag:old", "tag:young"]) == {"tag:old", "tag:young"}


def test_what_is_held_back_is_replaced(store: Store) -> None:
    """Only the last publishing's held reports are kept, in its order."""
    some = (Held("z", "1", "Title", "why"), Held("a", "2", "", "because"), Held("a", "1", "x", "y"))
    store.save_ledger(Ledger(NOW, held=some))
    assert store.load_held() == list(some)
    store.save_ledger(Ledger(NOW, held=some[1:2]))
    assert store.load_held() == [some[1]]
    store.save_ledger(Ledger(NOW))
    assert store.load_held() == []


def test_a_ledger_is_whole_or_not_at_all(store: Store) -> None:
    """A row that cannot be saved takes the claims along."""
    one = ("tag:x", "a", "1")
    broken = Held("a", "1", "T", None)  # type: ignore[arg-type]  # the violation is the point
    with pytest.raises(StoreError, match="NOT NULL"):
        store.save_ledger(Ledger(NOW, (one,), (one,), (broken,)))
    assert store.load_claimed(["tag:x"]) == set()
    assert store.load_memberships([make_entry("a", "1")]) == {}


def test_what_files_show_is_on_the_disk_first(store: Store) -> None:
    """A Ledger and a fact wait for the disk (synchronous=FULL, 2), a Decision does not (1)."""
    levels: list[int] = []

    def note(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's connection
        levels.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())

    event.listen(store._engine, "commit", note)
    save_entries(store, make_entry())
    store.save_ledger(Ledger(NOW))
    save_entries(store, make_entry())
    store.remember_fact("a", "b")
    store.read_fact("a")
    assert levels == [1, 2, 1, 2, 1]


@pytest.mark.parametrize("first", ["one", "", "հայ"])
def test_a_fact_is_what_it_was_first(store: Store, first: str) -> None:
    """A second value never replaces a remembered one."""
    assert store.remember_fact("name", first) == first
    assert store.remember_fact("name", "two") == first
    assert store.read_fact("name") == first


def test_times_of_any_zone_are_the_same_time(store: Store) -> None:
    """A time comes back in UTC, equal to what was saved."""
    local = datetime.fromisoformat("2023-09-21T16:30:00.000001+04:00")
    save_entries(store, make_entry(published=local))
    found = load_entries(store)[0].published
    assert found == local
    assert found is not None
    assert found.tzinfo is UTC
