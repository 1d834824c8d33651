"""Polls and publishings of a daemon, with the time passed in, over loopback."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qsl

from aggregator.core.model import Act, Order, Source
from aggregator.core.settings import Config, KeepSettings, PublishSettings
from aggregator.daemon.newsroom import Newsroom
from aggregator.edges.log import make_log
from aggregator.edges.store import open_store
from aggregator.pipeline.hubbing import tell_hub
from tests.articles import FULL, Paper, write_page, write_text
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import NEWSFEED, NOON, POLLING, write_item, write_rss
from tests.subscriber import open_callbacks, write_form

WORD = "correct horse"
"""A subscriber's secret."""
HOUR = timedelta(hours=1)


@dataclass
class Clock:
    """The time as it is set."""

    now: datetime = NOON


@dataclass
class Room:
    """A daemon's newsroom, its clock, and the papers it asks."""

    newsroom: Newsroom
    url: str
    papers: dict[str, list[str]]
    asked: Recorder
    data: Path
    clock: Clock
    logged: StringIO

    async def work(self, later: timedelta = timedelta()) -> None:
        """Let time pass; one tick for the polls, and one for what they changed."""
        self.clock.now += later
        self.newsroom.tick()
        await self.newsroom.settle()
        self.newsroom.tick()
        await self.newsroom.settle()

    def read(self) -> str:
        """The published Atom."""
        return (self.data / "public" / "atom.xml").read_text("utf-8")

    def count_asked(self, name: str) -> int:
        """How many requests a paper has seen."""
        return sum(one.path == f"/{name}" for one in self.asked.requests)

    def name_sources(self, *names: str) -> Config:
        """The configuration with these papers as its sources."""
        sources = tuple(Source(id=name, url=f"{self.url}/{name}", name=name) for name in names)
        return replace(self.newsroom.config, sources=sources)


def play(data: Path, scene: Callable[[Room], Coroutine[None, None, None]]) -> Room:
    """Play a scene in a newsroom that polls the papers `a` and `b`."""
    papers = {"a": [write_item(1, "From a")], "b": [write_item(2, "From b")]}

    def site(request: Request) -> Response:
        name = request.path.strip("/")
        return Response(body=write_rss(*papers[name])) if name in papers else Response(410)

    asked = Recorder(site)

    async def run(url: str) -> Room:
        clock, logged = Clock(), StringIO()
        with open_store(data) as store:
            config = Config("sources.yaml", NEWSFEED, POLLING)
            log = make_log("json", logged)
            newsroom = Newsroom(config, store, data, lambda: clock.now, log)
            room = Room(newsroom, url, papers, asked, data, clock, logged)
            newsroom.config = room.name_sources("a", "b")
            async with newsroom:
                await scene(room)
        return room

    with serve(asked) as url:
        return asyncio.run(run(url))


def test_what_is_due_is_polled_and_published(tmp_path: Path) -> None:
    """One tick asks every source; the next one publishes what they said."""

    async def scene(room: Room) -> None:
        await room.work()
        assert "From a" in room.read()
        assert "From b" in room.read()
        assert room.newsroom.stories == 2
        assert room.newsroom.pulse.published == NOON
        assert room.newsroom.at_work == 0

    play(tmp_path, scene)


def test_a_page_that_is_gone_takes_its_report_out(tmp_path: Path) -> None:
    """The poll is noted once and published; what its pages say follows by an order."""

    async def scene(room: Room) -> None:
        room.papers["a"] = [write_item(1, "From a", link=f"{room.url}/gone")]
        config = room.newsroom.config
        checked = [replace(source, check_links=source.id == "a") for source in config.sources]
        room.newsroom.use(replace(config, sources=tuple(checked)))
        await room.work()
        assert "From a" in room.read()
        for _ in range(4):
            await room.work(7 * HOUR)
        assert "From a" not in room.read()
        assert "deleted-entry" in room.read()
        assert room.newsroom.at_work == 0
        counted = room.newsroom.metrics.render()[1].decode().splitlines()
        figures = [float(line.split()[-1]) for line in counted if "polls_total{" in line]
        assert sum(figures) == room.logged.getvalue().count('"event": "poll"')

    play(tmp_path, scene)


def test_nothing_is_asked_before_its_time_and_again_after_it(tmp_path: Path) -> None:
    """The stored time of the next poll decides, not the ticks."""

    async def scene(room: Room) -> None:
        await room.work()
        for _ in range(5):
            await room.work(timedelta(minutes=10))
        assert room.count_asked("a") == 1
        room.papers["a"].append(write_item(3, "Later"))
        await room.work(HOUR)
        assert room.count_asked("a") == 2
        assert "Later" in room.read()

    play(tmp_path, scene)


def test_what_has_not_changed_is_not_published_again(tmp_path: Path) -> None:
    """Polls that bring nothing new start no publishing; the end of a day does."""

    async def scene(room: Room) -> None:
        def count() -> int:
            return room.logged.getvalue().count('"event": "publish"')

        await room.work()
        before = count()
        assert before >= 1
        await room.work(2 * HOUR)
        assert room.count_asked("a") == 2
        assert count() == before
        room.newsroom.end_day()
        await room.work()
        assert count() == before + 1

    play(tmp_path, scene)


def test_an_added_source_is_asked_at_the_next_tick(tmp_path: Path) -> None:
    """The others keep their times."""

    async def scene(room: Room) -> None:
        room.newsroom.use(room.name_sources("a"))
        await room.work()
        assert room.count_asked("b") == 0
        room.newsroom.use(room.name_sources("a", "b"))
        await room.work(timedelta(seconds=1))
        assert (room.count_asked("a"), room.count_asked("b")) == (1, 1)
        assert "From b" in room.read()

    play(tmp_path, scene)


def test_a_removed_source_leaves_the_newsfeed_and_stays_in_the_store(tmp_path: Path) -> None:
    """It is not asked any more; when it comes back, its history is there."""

    async def scene(room: Room) -> None:
        await room.work()
        room.newsroom.use(room.name_sources("a"))
        await room.work(timedelta(seconds=1))
        assert "From b" not in room.read()
        assert "From a" in room.read()
        assert room.newsroom.store.count_entries()["b"] == 1
        await room.work(2 * HOUR)
        assert room.count_asked("b") == 1

    play(tmp_path, scene)


def test_another_way_of_polling_takes_another_fetcher(tmp_path: Path) -> None:
    """The new contact is sent by the next request."""

    async def scene(room: Room) -> None:
        await room.work()
        config = room.newsroom.config
        newsfeed = replace(config.newsfeed, contact="mailto:desk@news.example")
        room.newsroom.use(replace(config, newsfeed=newsfeed))
        await room.work(2 * HOUR)
        agents = [one.get("User-Agent") or "" for one in room.asked.requests]
        assert "desk@news.example" not in agents[0]
        assert "desk@news.example" in agents[-1]

    play(tmp_path, scene)


def test_a_store_that_cannot_be_used_is_named_and_the_ticks_go_on(tmp_path: Path) -> None:
    """The folder is gone: no tick raises; the pulse and the log say why, once for each change."""

    async def scene(room: Room) -> None:
        await room.work()
        newsroom, path = room.newsroom, tmp_path / "data" / "aggregator.db"
        newsroom.store._engine.dispose()  # connections that are open would keep the file alive
        shutil.move(tmp_path / "data", tmp_path / "away")
        await room.work(2 * HOUR)
        assert str(path) in newsroom.pulse.store_error
        asked = len(room.asked.requests)
        await room.work(2 * HOUR)
        assert len(room.asked.requests) == asked
        newsroom.tidy()
        shutil.move(tmp_path / "away", tmp_path / "data")
        await room.work(2 * HOUR)
        assert newsroom.pulse.store_error == ""
        assert len(room.asked.requests) > asked
        assert room.logged.getvalue().count('"event": "store"') == 2

    (tmp_path / "data").mkdir()
    play(tmp_path / "data", scene)


def test_at_night_old_versions_of_reports_are_forgotten(tmp_path: Path) -> None:
    """As the configuration says then, also after a change of it."""

    async def scene(room: Room) -> None:
        newsroom, name = room.newsroom, ("a", "http://paper.example/1.html")
        await room.work()
        room.papers["a"] = [write_item(1, "From a, edited")]
        await room.work(7 * HOUR)
        (kept,) = newsroom.store.versions.load(name)
        assert (kept.title, kept.at) == ("From a", room.clock.now)
        room.clock.now += 24 * HOUR
        newsroom.tidy()
        assert newsroom.store.versions.load(name) == [kept]
        newsroom.use(replace(newsroom.config, keep=KeepSettings(versions=23 * HOUR)))
        newsroom.tidy()
        assert newsroom.store.versions.load(name) == []
        assert '"versions_forgotten": 1' in room.logged.getvalue()

    play(tmp_path, scene)


def test_a_decision_that_is_refused_is_named_until_one_is_taken(tmp_path: Path) -> None:
    """The pulse says so after a poll that could not be saved."""

    async def scene(room: Room) -> None:
        room.newsroom._note_poll(None)
        assert "refused" in room.newsroom.pulse.store_error
        await room.work()
        assert room.newsroom.pulse.store_error == ""

    play(tmp_path, scene)


def test_a_publishing_that_fails_is_named_and_tried_again(tmp_path: Path) -> None:
    """A file stands where the folder belongs; when it is gone, all is well again."""

    async def scene(room: Room) -> None:
        (tmp_path / "public").write_text("in the way")
        await room.work()
        assert "public" in room.newsroom.pulse.publish_error
        assert room.newsroom.pulse.published is None
        (tmp_path / "public").unlink()
        await room.work(timedelta(minutes=1))
        assert room.newsroom.pulse.publish_error == ""
        assert "From a" in room.read()

    play(tmp_path, scene)


def test_an_order_is_carried_out_at_the_next_tick(tmp_path: Path) -> None:
    """Once, also while polls are at work and a publishing has just ended."""

    async def scene(room: Room) -> None:
        def count() -> int:
            return room.logged.getvalue().count('"event": "publish"')

        await room.work()
        before = count()
        (match,) = [one for one in room.newsroom.store.list_newest() if one.title == "From a"]
        room.newsroom.store.save_orders([Order(Act.TAKEDOWN, *match.report, room.clock.now)])
        room.clock.now += 2 * HOUR
        room.newsroom._press._ended = room.clock.now  # as if a publishing had just ended
        room.newsroom.tick()
        assert room.newsroom.at_work > 0
        assert room.newsroom.pulse.publishing_since or room.newsroom._publishing
        await room.newsroom.settle()
        assert "<title>From a</title>" not in room.read()
        for _ in range(3):
            room.newsroom.tick()
            await room.newsroom.settle()
        assert count() == before + 1

    play(tmp_path, scene)


def test_full_texts_come_after_their_poll(tmp_path: Path) -> None:
    """The daemon asks for the page when the poll is saved, and publishes the text."""
    paper = Paper(pages={"/1.html": write_page(*write_text())})

    async def run(base: str) -> None:
        with open_store(tmp_path) as store:
            source = Source("paper", f"{base}/feed", "Paper", reuse=FULL, full_text=True)
            config = Config("sources.yaml", NEWSFEED, POLLING, sources=(source,))
            log = make_log("json", StringIO())
            newsroom = Newsroom(config, store, tmp_path, lambda: NOON, log)
            async with newsroom:
                for _ in range(2):
                    newsroom.tick()
                    await newsroom.settle()
            polls = [line for line in newsroom.metrics.render()[1].splitlines() if b"polls" in line]
            assert [line[-4:] for line in polls if b'result="ok"' in line] == [b" 1.0"]

    with serve(paper) as base:
        paper.base = base
        asyncio.run(run(base))
    assert paper.asked == ["/robots.txt", "/1.html"]
    assert write_text()[3] in (tmp_path / "public" / "atom.xml").read_text("utf-8")


def test_a_new_story_is_with_its_subscribers_at_once(tmp_path: Path) -> None:
    """It is published and delivered without another tick, though a poll is at work."""

    async def scene(room: Room) -> None:
        newsroom = room.newsroom
        named = room.name_sources("a", "b")
        newsroom.use(replace(named, publish=PublishSettings(hub="builtin")))
        await room.work()
        async with open_callbacks() as callbacks:
            form = write_form(
                "subscribe", f"{NEWSFEED.base_url}atom.xml", callbacks.name("good"), secret=WORD
            )
            answer = newsroom.hub.take([(k, v) for k, v in parse_qsl(form.decode())])
            assert answer.status == 202
            await newsroom.settle()
            room.papers["a"].append(write_item(3, "Fresh from a"))
            room.clock.now += 7 * HOUR
            newsroom.tick()
            (got,) = await callbacks.wait_for("/good", 1)
            assert b"Fresh from a" in got.body
            assert got.body.decode() == room.read()
            await newsroom.settle()
        counted = newsroom.metrics.render()[1].decode()
        assert 'aggregator_deliveries_total{result="ok"} 1.0' in counted
        assert WORD not in room.logged.getvalue()

    play(tmp_path, scene)


def test_a_public_hub_is_told(tmp_path: Path) -> None:
    """Of each feed that is new, beside the publishing."""

    async def scene(room: Room) -> None:
        named = room.name_sources("a", "b")
        room.newsroom.use(replace(named, publish=PublishSettings(hub=f"{room.url}/hub")))
        await room.work()
        asked = {one.method for one in room.asked.requests if one.path == "/hub"}
        assert asked == {"POST"}
        assert list(tell_hub(room.newsroom.config, room.newsroom.store)) != []  # it answered 410

    play(tmp_path, scene)
