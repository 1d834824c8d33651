"""Lists of sources on the web: asked for when due, the last good copy kept."""

import asyncio
import errno
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from aggregator.configuration import load_config
from aggregator.core.settings import Config
from aggregator.daemon.newsroom import Newsroom
from aggregator.edges.fetch import Fetcher
from aggregator.edges.lists import find_copy
from aggregator.edges.log import make_log
from aggregator.edges.store import open_store
from aggregator.pipeline.hosts import open_gate
from aggregator.pipeline.lists import ListTools, list_troubles, refresh_lists
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import NOON

HEAD = "polling: {host_spacing: 0s, allow_private_networks: true}\n"


def write_list(count: int) -> bytes:
    """A list of so many feeds, which nobody asks."""
    feeds = "".join(
        f'<outline type="rss" text="P{n}" xmlUrl="http://p{n}.invalid/f"/>' for n in range(count)
    )
    return f"<opml version='2.0'><body><outline text='Web'>{feeds}</outline></body></opml>".encode()


@dataclass
class Host:
    """A host whose list is set by the test."""

    answer: Response = field(default_factory=lambda: Response(body=write_list(20)))
    etag: str = ""

    def __call__(self, request: Request) -> Response:
        """304 where the validator is known."""
        if self.etag and request.get("If-None-Match") == self.etag:
            return Response(304)
        headers = {"ETag": self.etag} if self.etag else {}
        return Response(self.answer.status, headers, self.answer.body)


@dataclass
class Installation:
    """A daemon's newsroom over a configuration with a list."""

    path: Path
    data: Path
    host: Host
    asked: Recorder
    room: Newsroom
    logged: StringIO
    now: list[timedelta]

    def refresh(self, wait: timedelta = timedelta(0)) -> bool:
        """Ask for what is due after a while."""
        self.now[0] += wait
        return asyncio.run(self._refresh())

    async def _refresh(self) -> bool:
        async with self.room as room:
            return await room.refresh_lists()

    def load(self) -> Config:
        """The configuration as it is now."""
        return load_config(self.path, {}, self.data)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is known to be wrong."""
        return self.room.pulse_of_past.list_errors


@contextmanager
def install(folder: Path, keys: str = "", sources: str = "") -> Iterator[Installation]:
    """An installation whose list lies on a host of its own."""
    host, logged, now = Host(), StringIO(), [timedelta(0)]
    asked = Recorder(host)
    path, data = folder / "sources.yaml", folder / "data"
    with serve(asked) as home:
        path.write_text(f"{HEAD}include: [{{opml: '{home}/l.opml?key=hunter2'{keys}}}]\n{sources}")
        data.mkdir()
        config = load_config(path, {}, data)
        with open_store(data) as store:
            room = Newsroom(config, store, data, lambda: NOON + now[0], make_log("json", logged))
            yield Installation(path, data, host, asked, room, logged, now)


def test_a_list_is_asked_for_once_and_its_feeds_are_sources(tmp_path: Path) -> None:
    """With the tags of the include and the folders; the terms are those of who states none."""
    with install(tmp_path, ", tags: [listed]") as it:
        before = it.load()
        assert before.sources == ()
        assert "there is no copy of it yet" in before.warnings[-1]
        assert "hunter" not in str(before.warnings)
        assert it.refresh()
        assert not it.refresh()
        assert len(it.asked.requests) == 1
        sources = it.load().sources
        assert len(sources) == 20
        assert sources[0].id.startswith("p0-invalid-f-")
        assert (sources[0].name, sources[0].tags) == ("P0", ("listed", "web"))
        assert (sources[0].reuse.mode, sources[0].reuse.stated) == ("excerpt", False)
        assert "hunter" not in sources[0].location


def test_an_id_does_not_depend_on_the_rest_of_the_list(tmp_path: Path) -> None:
    """It is made of the URL alone."""
    with install(tmp_path) as it:
        it.refresh()
        ids = {source.url: source.id for source in it.load().sources}
        it.host.answer = Response(body=write_list(15))
        assert it.refresh(timedelta(days=1))
        assert all(ids[source.url] == source.id for source in it.load().sources)
        assert len(it.load().sources) == 15


def test_what_the_yaml_names_wins(tmp_path: Path) -> None:
    """In whatever spelling; what it says of the source holds."""
    with install(tmp_path, sources="sources: [{id: mine, url: 'https://www.p3.invalid/f/'}]") as it:
        it.refresh()
        sources = it.load().sources
        assert sources[0].id == "mine"
        assert len(sources) == 20


def test_validators_are_sent_and_a_304_keeps_the_copy(tmp_path: Path) -> None:
    """As for feeds: byte for byte, and only for a copy that is there."""
    with install(tmp_path, ", refresh: 1h") as it:
        it.host.etag = '"v1"'
        it.refresh()
        assert not it.refresh(timedelta(minutes=59))
        assert not it.refresh(timedelta(minutes=1))
        assert [one.get("If-None-Match") for one in it.asked.requests] == [None, '"v1"']
        assert len(it.load().sources) == 20
        copy = next((it.data / "lists").iterdir())
        copy.write_text("{damaged")
        assert it.load().sources == ()
        assert it.refresh()
        assert it.asked.requests[-1].get("If-None-Match") is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Response(body=b""), "names no feeds"),
        (Response(body=b"<html>busy</html>"), "names no feeds"),
        (Response(500), "500"),
        (Response(body=write_list(20)[:600]), "it is broken and names"),
        (Response(body=write_list(9)), "it names 9 feeds where it named 20"),
    ],
)
def test_a_bad_answer_keeps_the_last_good_copy_and_is_named(
    tmp_path: Path, answer: Response, words: str
) -> None:
    """Empty, no list, cut off, much too short: in the log, in status, and asked for in an hour."""
    with install(tmp_path) as it:
        it.refresh()
        good, it.host.answer = it.host.answer, answer
        assert not it.refresh(timedelta(days=1))
        assert len(it.load().sources) == 20
        assert words in it.warnings[0]
        assert words in it.load().warnings[-1]
        last = json.loads(it.logged.getvalue().splitlines()[-1])
        assert (last["event"], last["result"], last["feeds"]) == ("list", "failed", 20)
        assert words in last["detail"]
        assert "hunter" not in it.logged.getvalue() + str(it.warnings)
        it.host.answer = good
        asked = len(it.asked.requests)
        it.refresh(timedelta(minutes=59))
        assert len(it.asked.requests) == asked
        it.refresh(timedelta(minutes=1))
        assert len(it.asked.requests) == asked + 1
        assert it.warnings == ()


def test_a_short_list_that_stays_short_is_meant(tmp_path: Path) -> None:
    """The second whole answer of the same length is taken."""
    with install(tmp_path) as it:
        it.refresh()
        it.host.answer = Response(body=write_list(5))
        assert not it.refresh(timedelta(days=1))
        assert it.refresh(timedelta(hours=1))
        assert len(it.load().sources) == 5


def test_a_copy_that_cannot_be_kept_is_named(tmp_path: Path) -> None:
    """The daemon goes on."""
    with install(tmp_path) as it:
        (it.data / "lists").write_text("a file where the folder should be")
        assert not it.refresh()
        assert "cannot be written" in it.logged.getvalue()


def test_a_full_disk_keeps_the_old_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And leaves nothing beside it."""
    with install(tmp_path) as it:
        it.refresh()
        it.host.answer = Response(body=write_list(21))

        def fill(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", fill)
        assert not it.refresh(timedelta(days=1))
        assert "No space left on device" in it.logged.getvalue()
        assert len(list((it.data / "lists").iterdir())) == 1
        assert len(it.load().sources) == 20


def test_the_copy_does_not_tell_the_address(tmp_path: Path) -> None:
    """It may hold a key; the name is a digest."""
    with install(tmp_path) as it:
        it.refresh()
        copy = find_copy(it.data, it.load().lists[0].place)
        assert b"hunter" not in copy.read_bytes()


def test_a_list_may_lie_on_the_disk(tmp_path: Path) -> None:
    """Beside the YAML; it is watched like an included file, and a broken one is a warning."""
    path = tmp_path / "sources.yaml"
    path.write_text(f"{HEAD}include: [{{opml: my.opml}}]\n")
    missing = load_config(path, {}, tmp_path / "data")
    assert "it cannot be read (No such file or directory)" in missing.warnings[-1]
    assert missing.patterns == (str(tmp_path / "my.opml"),)
    (tmp_path / "my.opml").write_bytes(write_list(3))
    config = load_config(path, {}, tmp_path / "data")
    assert len(config.sources) == 3
    assert config.files == (str(path), str(tmp_path / "my.opml"))
    (tmp_path / "my.opml").write_bytes(write_list(3)[:200])
    broken = load_config(path, {}, tmp_path / "data")
    assert "it is broken" in broken.warnings[-1]
    assert not (tmp_path / "data").exists()


def test_a_list_of_a_resting_domain_is_not_asked_for(tmp_path: Path) -> None:
    """Lists pass the gate of polls: a site that refused a feed is left alone by its list too."""
    path = tmp_path / "sources.yaml"
    path.write_text("include: [{opml: 'https://lists.example/l.opml'}]\nsources: []\n")
    config = load_config(path, {}, tmp_path)

    async def refresh() -> bool:
        gate = open_gate(config.polling, lambda: NOON)
        gate.rests.recall({"lists.example": NOON + timedelta(hours=1)})
        async with Fetcher(config.polling, "agent") as fetcher:
            log = make_log("json", StringIO())
            return await refresh_lists(
                config, tmp_path, ListTools(fetcher, gate, lambda: NOON, log)
            )

    assert not asyncio.run(refresh())
    (trouble,) = list_troubles(config, tmp_path)
    assert "its domain lists.example asked to wait; the last good copy stays" in trouble


def test_a_reload_does_not_close_the_connections_of_a_list(tmp_path: Path) -> None:
    """Whoever is asked when the limits change is heard to the end."""
    came, go_on = threading.Event(), threading.Event()

    async def act(it: Installation) -> bool:
        async with it.room as room:
            asking = asyncio.create_task(room.refresh_lists())
            await asyncio.to_thread(came.wait, 20)
            polling = replace(room.config.polling, deadline=timedelta(seconds=50))
            room.use(replace(room.config, polling=polling))
            await asyncio.sleep(0)
            go_on.set()
            return await asking

    with install(tmp_path) as it:

        def hold(request: Request) -> Response:
            came.set()
            go_on.wait(20)
            return it.host(request)

        it.asked._site = hold
        assert asyncio.run(act(it))
        assert it.warnings == ()
