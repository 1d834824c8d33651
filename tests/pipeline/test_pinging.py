"""A public hub is told what is new; what fails is owed, and delays nothing."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from aggregator.core.settings import Config, PublishSettings
from aggregator.core.websub import Reply
from aggregator.edges.fetch import Letter
from aggregator.edges.log import make_log
from aggregator.edges.store import Store, open_store
from aggregator.errors import StoreError
from aggregator.pipeline.hubbing import HubTools, Pinger, ping, tell_hub
from tests.newsroom import NEWSFEED, NOON

HUB = "https://hub.example/"
NAMES = ("atom.xml", "rss.xml", "opml.xml", "tags/ա/feed.json")


@dataclass
class Sender:
    """Somebody who sends nothing, and says what is replied."""

    reply: Reply = field(default_factory=lambda: Reply(204))
    letters: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> Reply:
        """The reply."""
        self.letters.append(letter)
        return self.reply

    def list_told(self) -> list[str]:
        """The topics that were told, and none of them any more."""
        forms = [parse_qs((letter.body or b"").decode()) for letter in self.letters]
        assert all(form["hub.mode"] == ["publish"] for form in forms)
        assert all(letter.url == HUB for letter in self.letters)
        self.letters.clear()
        return [form["hub.url"][0].removeprefix(NEWSFEED.base_url) for form in forms]


@dataclass
class Desk:
    """A published folder, and the hub that is told of it."""

    data: Path
    store: Store
    sender: Sender = field(default_factory=Sender)
    logged: StringIO = field(default_factory=StringIO)
    config: Config = field(
        default_factory=lambda: Config("s.yaml", NEWSFEED, publish=PublishSettings(hub=HUB))
    )

    @property
    def tools(self) -> HubTools:
        """What a ping needs."""
        log = make_log("json", self.logged)
        return HubTools(self.store, self.data, lambda: self.sender, lambda: NOON, log)

    @property
    def files(self) -> tuple[Path, ...]:
        """What a publishing looked at."""
        return tuple(self.data / "public" / name for name in NAMES)

    def write(self, name: str, text: str) -> None:
        """Publish a file."""
        file = self.data / "public" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def ping(self) -> list[str]:
        """The topics that the hub is told of."""
        asyncio.run(ping(self.config, self.tools, self.files))
        return self.sender.list_told()

    def tell(self) -> list[str]:
        """What `status` says of the hub."""
        return list(tell_hub(self.config, self.store))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with everything published."""
    with open_store(tmp_path) as store:
        desk = Desk(tmp_path, store)
        for name in NAMES:
            desk.write(name, "old")
        yield desk


def test_each_feed_is_told_once_for_each_of_its_forms(desk: Desk) -> None:
    """Feeds alone, in whatever folder, under the address they name as theirs."""
    assert desk.ping() == ["atom.xml", "rss.xml", "tags/%D5%A1/feed.json"]
    assert desk.ping() == []
    desk.write("rss.xml", "new")
    assert desk.ping() == ["rss.xml"]
    line = json.loads(desk.logged.getvalue().splitlines()[-1])
    assert (line["host"], line["result"], line["topics"]) == ("hub.example", "ok", 1)
    assert desk.tell() == []


def test_what_fails_is_told_at_the_next_publishing(desk: Desk) -> None:
    """A hub that is down is asked once a publishing, not once a feed; `status` says so."""
    desk.sender.reply = Reply(503)
    assert desk.ping() == ["atom.xml"]
    (line,) = desk.tell()
    assert line.startswith("The hub hub.example was not told of 3 feeds: it answered 503;")
    desk.sender.reply = Reply(0, why="no connection")
    assert desk.ping() == ["atom.xml"]
    assert json.loads(desk.logged.getvalue().splitlines()[-1])["detail"] == "no connection"
    desk.sender.reply = Reply(202)
    assert len(desk.ping()) == 3
    assert desk.tell() == []


def test_what_failed_is_owed_though_its_file_is_not_looked_at(desk: Desk) -> None:
    """A publishing makes some of the feeds by rule, another time others."""
    desk.sender.reply = Reply(503)
    desk.ping()
    desk.sender.reply = Reply(204)
    asyncio.run(ping(desk.config, desk.tools, desk.files[:1]))
    assert len(desk.sender.list_told()) == 3


def test_another_hub_is_told_everything(desk: Desk) -> None:
    """It knows nothing; without a public hub nobody is told."""
    desk.ping()
    for hub in (None, "builtin"):
        other = replace(desk.config, publish=PublishSettings(hub=hub))
        asyncio.run(ping(other, desk.tools, desk.files))
    assert desk.sender.letters == []
    assert list(tell_hub(replace(desk.config, publish=PublishSettings()), desk.store)) == []
    other = replace(desk.config, publish=PublishSettings(hub="https://other.example/"))
    asyncio.run(ping(other, desk.tools, desk.files))
    assert len(desk.sender.letters) == 3


def test_a_slow_hub_delays_no_publishing(desk: Desk) -> None:
    """It is told beside it; what is published meanwhile is told at the next one."""

    async def scene() -> None:
        gate = asyncio.Event()

        class Slow(Sender):
            async def send(self, letter: Letter) -> Reply:
                await gate.wait()
                return await Sender.send(self, letter)

        desk.sender = Slow()
        pinger = Pinger(desk.tools)
        await pinger.end()
        pinger.start(desk.config, desk.files)
        await asyncio.sleep(0)
        desk.write("atom.xml", "newer")
        pinger.start(desk.config, desk.files)
        gate.set()
        await pinger.settle()
        pinger.start(desk.config, desk.files)
        await pinger.end()

    asyncio.run(scene())


def test_a_store_that_refuses_is_named(desk: Desk) -> None:
    """In the log; the daemon goes on."""

    class Full:
        def load_pings(self) -> dict[str, object]:
            raise StoreError("the disk is full")

    async def scene() -> None:
        desk.store.subscribers = Full()  # type: ignore[assignment] # a fake at the seam
        pinger = Pinger(desk.tools)
        pinger.start(desk.config, desk.files)
        await pinger.settle()

    asyncio.run(scene())
    assert "the disk is full" in desk.logged.getvalue()
