"""The index in the store: places that last, what SQLite without FTS5 means, slow questions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from aggregator.core.asking import EVERY, Card, Query, name_facet, read_query
from aggregator.core.model import Ledger, Stale
from aggregator.edges.store import Finder, Store, Unanswered, cards, open_store, searching
from aggregator.errors import StoreError
from tests.edges.make import NOW, run_sql

SECOND = timedelta(seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path) as made:
        yield made


@pytest.fixture
def finder(tmp_path: Path) -> Iterator[Finder]:
    """Questions to it, in Yerevan."""
    made = Finder(tmp_path / "aggregator.db", timedelta(seconds=20), "Asia/Yerevan")
    yield made
    made.close()


def make_card(number: int, words: str = "word", at: datetime = NOW) -> Card:
    """The card of a story."""
    facets = f"{EVERY} {name_facet('source', f's{number}')}"
    return Card(f"tag:x:{number}", at, f"item {number}", words, words, facets)


def list_items(finder: Finder, query: Query = Query(), **place: int) -> list[str]:  # noqa: B008 - frozen
    """What is answered."""
    found = finder.find(query, 100, **place)
    assert not isinstance(found, Unanswered)
    return [one.item for one in found]


def test_stories_of_one_second_all_have_a_place(
    store: Store, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where their digests are alike, and in the same order for as long as they stand."""
    monkeypatch.setattr(cards, "SHIFT", 3)
    monkeypatch.setattr(cards, "blake2b", lambda *_, **__: Same())
    some = [make_card(number) for number in range(3)]
    store.cards.save(some, ())
    store.cards.save([make_card(number) for number in range(3, 6)], ())
    first = list_items(finder)
    assert len(first) == 6
    store.cards.save([replace(one, words="other") for one in some], ())
    assert list_items(finder) == first
    store.cards.save([replace(some[0], at=NOW + SECOND)], ())
    assert list_items(finder)[0] == "item 0"


class Same:
    """A digest that is like every other."""

    def digest(self) -> bytes:
        """All of its bits."""
        return b"\xff" * 8


def test_times_before_1970_are_in_order(store: Store, finder: Finder) -> None:
    """And the ends of the calendar have their places."""
    times = [datetime(1, 1, 1, tzinfo=UTC), datetime(1969, 7, 20, tzinfo=UTC), NOW]
    times += [datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
    store.cards.save([make_card(n, at=at) for n, at in enumerate(times)], ())
    assert list_items(finder) == ["item 3", "item 2", "item 1", "item 0"]
    assert list_items(finder, read_query("to:1999 word")) == ["item 1", "item 0"]
    assert list_items(finder, read_query("from:2999")) == ["item 3"]


def test_hidden_stories_stay_hidden_until_they_are_looked_at(store: Store, finder: Finder) -> None:
    """Being due for another reason brings none of them back."""
    some = [make_card(1), make_card(2)]
    store.cards.save(some, ())
    store.save_ledger(Ledger(NOW, stale=Stale(left=("tag:x:1",))))
    store.save_ledger(Ledger(NOW, stale=Stale(stories=("tag:x:1", "tag:x:2"))))
    assert list_items(finder) == ["item 2"]
    assert finder.find_story("tag:x:1") is None
    assert finder.count(Query(), 10) == 1
    assert store.cards.has_hidden()
    assert store.cards.load_due((), 1) == {"tag:x:1"}
    store.cards.save(some[:1], {"tag:x:1"})
    assert list_items(finder, read_query("word")) == list_items(finder)
    assert not store.cards.has_hidden()
    assert store.cards.load_due(("tag:x:2", "tag:x:9"), 0) == {"tag:x:2"}
    store.cards.save((), {"tag:x:2"})
    assert not store.cards.load_due((), 9)
    assert list_items(finder) == ["item 1"]


def test_pages_follow_each_other(store: Store, finder: Finder) -> None:
    """By place, whatever comes in between."""
    store.cards.save([make_card(n, at=NOW + n * SECOND) for n in range(5)], ())
    found = finder.find(Query(), 2)
    assert not isinstance(found, Unanswered)
    store.cards.save([make_card(9, at=NOW + 9 * SECOND)], ())
    assert list_items(finder, before=found[-1].place) == ["item 2", "item 1", "item 0"]
    assert list_items(finder, after=4) == ["item 1", "item 0"]
    assert finder.count(Query(), 3) == 3


def test_a_question_that_takes_too_long_ends(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told so, and the next one is answered."""
    monkeypatch.setattr(searching, "_STEPS", 1)
    store.cards.save([make_card(number) for number in range(50)], ())
    finder = Finder(tmp_path / "aggregator.db", timedelta(seconds=-1), "UTC")
    for found in (finder.find(Query(), 50), finder.count(Query(), 5), finder.find_story("x")):
        assert isinstance(found, Unanswered)
        assert "takes too long" in found.why
    finder.close()


def test_a_sqlite_without_fts5_says_so(
    store: Store, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For ever, where a store that nothing was put into may be asked again."""
    found = finder.find(Query(), 1)
    assert found == Unanswered("nothing is published yet, or the archive is still to be read")
    monkeypatch.setattr(searching, "_HAS_FTS", "SELECT 0")
    found = finder.find(Query(), 1)
    assert isinstance(found, Unanswered)
    assert found.is_lasting
    monkeypatch.setattr(cards, "_HAS_FTS", text("SELECT 0"))
    assert not store.cards.is_possible()


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, finder: Finder) -> None:
    """With its name."""
    with pytest.raises(StoreError, match=r"aggregator\.db: cannot be searched"):
        finder.find(Query(), 1)
    (tmp_path / "aggregator.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="cannot be searched"):
        finder.count(Query(), 1)


def test_a_finder_cannot_write(store: Store, finder: Finder, tmp_path: Path) -> None:
    """Whatever is asked of it."""
    store.cards.save([make_card(1)], ())
    assert list_items(finder) == ["item 1"]
    with pytest.raises(StoreError, match="readonly"):
        finder._ask("DELETE FROM shown", ())
    assert run_sql(tmp_path, "SELECT count(*) FROM shown")
    assert list_items(finder) == ["item 1"]
