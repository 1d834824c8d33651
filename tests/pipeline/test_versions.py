"""Edits of real feeds: kept with the poll that saw them, told by `explain`, forgotten in time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core import takedowns
from aggregator.core.explaining import Explanation
from aggregator.core.explaining.edits import Changed, Effect
from aggregator.core.model import Decision, Source, Version
from aggregator.core.settings import KeepSettings
from aggregator.pipeline import tidying
from aggregator.pipeline.explaining import explain_report
from aggregator.pipeline.tidying import forget_old
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.edges.make import make_entry, make_state
from tests.newsroom import Newsroom, open_newsroom, write_item, write_rss

HOUR = timedelta(hours=1)
LINK = "http://paper.example/1.html"
QUIET = write_item(2, "Chess team wins", "A fine game.")


class Paper:
    """A newsroom over one paper, and what that says now."""

    def __init__(self, room: Newsroom, feed: list[bytes]) -> None:
        """Take the newsroom, and where the paper's site takes its newest document from."""
        self.room, self.feed = room, feed

    def say(
        self, title: str, text: str = "The bridge was closed on Monday.", more: str = ""
    ) -> None:
        """Let the paper say so, an hour later, and poll it."""
        self.room.now += HOUR
        self.feed.append(write_rss(write_item(1, title, text, extra=more), QUIET))
        assert not any(one.failed for one in self.room.poll(force=True).values())

    def explain(self) -> Explanation:
        """What is said of its report."""
        (meant,) = self.room.store.find_matches(LINK)
        return explain_report(self.room.config, self.room.store, meant, self.room.now)

    def load(self) -> list[Version]:
        """What is kept of its report."""
        return self.room.store.versions.load(self.explain().entry.name)


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    """A paper that has told its report once."""
    feed: list[bytes] = []

    def site(_: Request) -> Response:
        return Response(200, {}, feed[-1])

    with (
        serve(Recorder(site)) as url,
        open_newsroom(tmp_path / "data", [Source(id="a", url=url)]) as room,
    ):
        one = Paper(room, feed)
        one.say("Bridge closed")
        yield one


def test_each_edit_is_kept_and_told(paper: Paper) -> None:
    """Title and text, each with when it was seen, also when the first words come back."""
    paper.say("Bridge closed")
    assert paper.load() == []
    paper.say("Bridge open again")
    paper.say("Bridge open again", "The bridge was closed on Tuesday.")
    paper.say("Bridge closed")
    assert [one.title for one in paper.load()] == ["Bridge closed", *["Bridge open again"] * 2]
    now = paper.room.now
    first, second, third = paper.explain().edits
    assert (first.at, second.at, third.at) == (now - 2 * HOUR, now - HOUR, now)
    assert first.lines == (Changed("title", "Bridge closed", "Bridge open again"),)
    assert second.text
    assert second.text.passages[0].after == "… was closed on Tuesday."
    assert (third.lines[0].after, third.length) == ("Bridge closed", (33, 32))


def test_what_no_reader_sees_is_no_edit(paper: Paper) -> None:
    """A comment count, a tracking parameter; other reports of the same poll have none."""
    paper.say("Bridge closed", more="<slash:comments>7</slash:comments>")
    paper.say("Bridge open again")
    quiet = paper.room.store.find_matches("http://paper.example/2.html")
    assert paper.room.store.versions.load(quiet[0].report) == []
    assert len(paper.load()) == 1


def test_whether_the_story_was_updated_is_told(paper: Paper) -> None:
    """By new words it is; by another author it is not."""
    assert paper.explain().time is None
    paper.say("Bridge open again")
    told = paper.explain().time
    assert told
    assert (told.effect, told.at) == (Effect.UPDATED, paper.room.now)
    paper.room.publish()
    published = {entry.id: entry.updated for entry in paper.room.read_entries()}
    assert published[LINK].startswith(f"{told.at:%Y-%m-%dT%H:%M}")
    paper.say("Bridge open again", more="<author>ani@paper.example (Ani)</author>")
    told = paper.explain().time
    assert told
    assert (told.effect, told.at) == (Effect.SAME_WORDS, paper.room.now - HOUR)


def test_of_what_was_taken_down_no_earlier_word_is_told(paper: Paper) -> None:
    """Until it is put back; an edit that comes meanwhile is kept like any other."""
    store = paper.room.store
    paper.say("Ani stole the bridge", "She was seen with it.")
    paper.say("Bridge moved")
    meant = store.find_matches(LINK)
    store.save_orders(takedowns.order(meant, paper.room.now, public=False, whole=False))
    paper.say("Bridge moved again")
    said = paper.explain()
    assert [one.lines for one in said.edits] == [(Changed("title", "", ""),)] * 3
    assert said.edits[0].text
    assert said.edits[0].text.passages == ()
    assert "Ani" not in str(said.edits)
    standing = takedowns.list_standing(store.load_orders())
    names = {one.report for one in meant}
    store.save_orders(takedowns.undo(standing, names, paper.room.now + HOUR))
    assert paper.explain().edits[0].lines[0].after == "Ani stole the bridge"


def test_what_is_old_is_forgotten(paper: Paper) -> None:
    """By `keep.versions`; never where that is for ever."""
    room, days = paper.room, timedelta(days=30)
    paper.say("Bridge open again")
    room.now += days
    paper.say("Bridge closed")
    room.config = replace(room.config, keep=KeepSettings(versions=None))
    assert forget_old(room.config, room.store, room.now + 999 * days) == 0
    room.config = replace(room.config, keep=KeepSettings(versions=days))
    assert forget_old(room.config, room.store, room.now) == 1
    assert [one.title for one in paper.load()] == ["Bridge open again"]
    assert [one.lines[0].after for one in paper.explain().edits] == ["Bridge closed"]


def test_very_much_is_forgotten_little_by_little(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many in one transaction, so many transactions a night."""
    monkeypatch.setattr(tidying, "_AT_ONCE", 2)
    monkeypatch.setattr(tidying, "_MOST_TIMES", 3)
    room = paper.room
    old = [Version("hetq", "1", room.now, f"{number}") for number in range(9)]
    room.store.save([Decision(make_state(), (make_entry(),), versions=tuple(old))])
    room.now += timedelta(days=400)
    assert [forget_old(room.config, room.store, room.now) for _ in range(3)] == [6, 3, 0]
