"""Search knows what is published, as it is shown; never more, and nothing that left."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.core import takedowns
from aggregator.core.asking import read_query
from aggregator.core.model import Act, Decision, Entry, Mode, Order, Reuse, Source
from aggregator.core.policy import start_state
from aggregator.edges.store import Finder, Unanswered
from aggregator.pipeline import indexing
from tests.day import POLLS, load_day
from tests.edges.loopback import Recorder, serve
from tests.edges.make import run_sql
from tests.newsroom import Newsroom, open_newsroom
from tests.pipeline.test_inspecting import SOURCE, make_entry

DAY = timedelta(days=1)
OTHER = replace(SOURCE, id="other", name="The Other", tags=("sport",))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom of two papers."""
    with open_newsroom(tmp_path / "data", [SOURCE, OTHER]) as made:
        yield made


def store(room: Newsroom, *entries: Entry, source: Source = SOURCE) -> None:
    """Store reports past all polling."""
    own = tuple(replace(entry, source_id=source.id) for entry in entries)
    room.store.save([Decision(start_state(source, room.now), own)])


def write(room: Newsroom, number: int, words: str, **fields: Any) -> Entry:  # noqa: ANN401 - any field
    """A report of now, with these words in its text."""
    text = f"{words} {number * 7919} stands alone here"
    given = {"published": room.now, "first_seen": room.now, "changed": room.now, **fields}
    given = {"html": f"<p>{text}</p>", "text": text, **given}
    return make_entry(number, title=f"Alone {number} {number * 7919}", **given)


def find(room: Newsroom, words: str) -> list[str]:
    """The titles that are found, the newest first."""
    return [json.loads(one)["title"].split()[1] for one in find_items(room, words)]


def find_items(room: Newsroom, words: str) -> list[str]:
    """The items that are found, as they are answered."""
    finder = Finder(room.data / "aggregator.db", timedelta(seconds=20), "Asia/Yerevan")
    found = finder.find(read_query(words), 500)
    finder.close()
    assert not isinstance(found, Unanswered), found.why
    assert finder.count(read_query(words), 1_000) == len(found)
    finder.close()
    return [one.item for one in found]


def list_published(room: Newsroom) -> dict[str, str]:
    """Every item in any published feed, by its id; the live feed's goes first."""
    feeds = sorted((room.data / "public").rglob("feed.json"), key=lambda path: len(path.parts))
    items = [one for path in feeds for one in json.loads(path.read_text("utf-8"))["items"]]
    return {one["id"]: one for one in reversed(items)}


def test_what_is_published_is_found_as_it_is_shown(room: Newsroom) -> None:
    """By any form of its words; beyond the terms' words there is nothing to find."""
    room.set_sources([replace(SOURCE, reuse=Reuse(max_words=12))])
    long = "Refugees of Եվլախ came " + "and " * 30 + "secretly"
    store(room, write(room, 1, long), write(room, 2, "Nothing"))
    room.publish()
    assert find(room, "refugee") == find(room, "եվլախում") == ["1"]
    assert find(room, "secretly") == []
    assert "secretly" not in "".join(find_items(room, ""))
    assert find(room, "-refugee") == ["2"]
    assert {json.loads(one)["id"] for one in find_items(room, "")} == set(list_published(room))


def test_a_corrected_story_is_found_by_its_new_words_alone(room: Newsroom) -> None:
    """What its source took back is not found any more."""
    store(room, write(room, 1, "wrong"))
    room.publish()
    room.now += timedelta(hours=1)
    store(room, write(room, 1, "right", digest="new"))
    room.publish()
    assert find(room, "wrong") == []
    assert find(room, "right") == ["1"]


def test_a_takedown_is_obeyed_at_once(room: Newsroom) -> None:
    """From the order on, before any publishing; and it stays so; undone, it is back."""
    store(room, write(room, 1, "one"), write(room, 2, "two"))
    room.publish()
    room.store.save_orders([Order(Act.TAKEDOWN, SOURCE.id, write(room, 1, "").key, room.now)])
    assert find(room, "") == ["2"]
    room.publish()
    assert find(room, "") == ["2"]
    assert "one 7919" not in str(run_sql(room.data, "SELECT item FROM shown"))
    standing = takedowns.list_standing(room.store.load_orders())
    room.store.save_orders(
        takedowns.undo(standing, {(SOURCE.id, write(room, 1, "").key)}, room.now)
    )
    room.now += timedelta(minutes=1)
    room.publish()
    assert sorted(find(room, "")) == ["1", "2"]


def test_a_takedown_in_a_closed_day_is_obeyed(room: Newsroom) -> None:
    """Also where the live feed has long forgotten the story."""
    store(room, write(room, 1, "one"), write(room, 2, "two"))
    room.publish()
    room.now += 40 * DAY
    room.config = replace(room.config, newsfeed=replace(room.config.newsfeed, items=1))
    store(room, write(room, 3, "three"))
    room.publish()
    assert find(room, "") == ["3", "2", "1"]
    room.store.save_orders([Order(Act.TAKEDOWN, SOURCE.id, write(room, 1, "").key, room.now)])
    assert find(room, "") == ["3", "2"]
    room.publish()
    assert find(room, "") == ["3", "2"]


def test_changed_terms_are_obeyed_in_the_whole_archive(room: Newsroom) -> None:
    """Shorter excerpts, headlines alone, a permission that ended."""
    store(room, write(room, 1, "word " * 30 + "secretly"))
    store(room, write(room, 2, "secretly"), source=OTHER)
    room.publish()
    room.now += 40 * DAY
    store(room, write(room, 3, "three"))
    room.publish()
    assert find(room, "secretly") == ["2", "1"]
    room.set_sources([replace(SOURCE, reuse=Reuse(Mode.HEADLINE)), OTHER])
    room.publish()
    assert find(room, "secretly") == ["2"]
    assert "1" in find(room, "alone")
    ends = Reuse(max_words=None, stated=True, until=room.now + DAY)
    room.set_sources([replace(SOURCE, reuse=ends), OTHER])
    room.publish()
    assert find(room, "secretly") == ["2", "1"] or "1" in find(room, "secretly")
    room.now += 2 * DAY
    room.publish()
    assert "secretly" in find_items(room, "source:other")[0]
    assert find(room, "three") == ["3"]


def test_stories_whose_terms_changed_are_not_answered_until_they_are_looked_at(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive takes several publishings; old words are not shown meanwhile."""
    monkeypatch.setattr(indexing, "_MOST", 2)
    # As if none of them was at hand.
    monkeypatch.setattr("aggregator.edges.store.cards._pick", lambda *_: set())
    store(room, *(write(room, number, "words") for number in range(1, 8)))
    for _ in range(4):
        room.publish()
    assert len(find(room, "here")) == 7
    room.set_sources([replace(SOURCE, reuse=Reuse(max_words=3)), OTHER])
    counts = []
    while room.publish().is_more:
        counts.append(len(find(room, "")))
        assert find(room, "here") == []
    assert counts == [2, 4, 6]
    assert len(find(room, "")) == 7


def test_a_crash_behind_the_ledger_is_made_good(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the ledger noted is looked at by the next publishing."""
    store(room, write(room, 1, "one"))
    with monkeypatch.context() as broken:
        broken.setattr(room.store.cards, "save", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            room.publish()
    room.publish()
    assert find(room, "one") == ["1"]


def test_an_archive_from_before_search_is_read_bit_by_bit(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slice with each publishing; the same where words are spelt otherwise by a new version."""
    room.config = replace(room.config, newsfeed=replace(room.config.newsfeed, items=1))
    store(room, *(write(room, number, "words") for number in range(1, 8)))
    room.publish()
    run_sql(room.data, "DELETE FROM shown", "DELETE FROM meta WHERE name = 'note search'")
    run_sql(room.data, "DROP TABLE shown_words")
    monkeypatch.setattr(indexing, "_MOST", 2)
    room.publish()
    assert 0 < len(find(room, "")) < 7
    for _ in range(4):
        room.publish()
    assert len(find(room, "words")) == 7
    monkeypatch.setattr(indexing, "VERSION", "2")
    room.publish()
    assert room.store.cards.load_due((), 1)
    assert len(find(room, "words")) == 7


def test_a_held_story_is_not_found(room: Newsroom) -> None:
    """Neither one under an embargo, nor one that became so."""
    room.set_sources([replace(SOURCE, reuse=Reuse(embargo=DAY))])
    store(room, write(room, 1, "one"))
    room.publish()
    assert isinstance(
        Finder(room.data / "aggregator.db", DAY, "UTC").find(read_query(""), 1), list | Unanswered
    )
    room.now += 2 * DAY
    room.publish()
    assert find(room, "") == ["1"]


def test_stories_are_found_by_source_tag_language_and_day(room: Newsroom) -> None:
    """A source by id or name; a source's new name and tags count for what is stored."""
    store(room, write(room, 1, "one", language="hy"))
    store(room, write(room, 2, "two", language="en-GB"), source=OTHER)
    room.publish()
    assert find(room, "source:other") == find(room, 'source:"the other"') == ["2"]
    assert (
        find(room, "tag:sport") == find(room, "language:en") == find(room, "-language:hy") == ["2"]
    )
    assert find(room, "source:other source:paper -tag:sport") == ["1"]
    assert len(find(room, "from:2023-09-21 to:2023-09")) == 2
    assert find(room, "to:2023-09-20") == find(room, "from:2023-09-22") == []
    room.set_sources([SOURCE, replace(OTHER, name="New", tags=("chess",))])
    room.publish()
    assert find(room, "tag:sport") == []
    assert find(room, "tag:chess") == find(room, "source:new") == ["2"]


def test_what_filters_take_from_open_days_is_not_found(room: Newsroom) -> None:
    """A changed rule applies to what is stored at once, where files are made anew."""
    store(room, write(room, 1, "one"))
    store(room, write(room, 2, "two"), source=OTHER)
    room.publish()
    room.set_sources([SOURCE])
    room.publish()
    assert set(find(room, "")) <= {"1", "2"}
    assert "1" in find(room, "")


def test_the_authored_day_is_found_as_it_is_published(tmp_path: Path) -> None:
    """Every result is a published story, byte for byte, and every story is a result."""
    day = load_day()
    with (
        serve(Recorder(day.serve)) as url,
        open_newsroom(tmp_path / "data", day.name_sources(url)) as room,
    ):
        for poll in POLLS:
            day.poll = poll
            room.now = day.tell_time()
            room.poll(force=True)
            room.publish()
            live = room.read("feed.json").decode()
            found = find_items(room, "")
            assert all(item in live for item in found)
            assert len(found) == len(json.loads(live)["items"])
        assert find_items(room, "Եվլախ")
        assert find_items(room, "карабах")


@pytest.mark.parametrize(
    "words", ["", "NEAR(a b)", '"', "words:a OR 1", "a* b* c*", "-x", "\0", "'--"]
)
def test_no_words_are_a_mistake(room: Newsroom, words: str) -> None:
    """What a reader sends is never read as the language of the index."""
    store(room, write(room, 1, "one"))
    room.publish()
    assert set(find(room, words)) <= {"1"}
