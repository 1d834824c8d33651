"""The built-in hub: forms over HTTP, questions, deliveries; loopback, with the time passed in."""

import asyncio
import hashlib
import hmac
import http.client
import json
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aggregator.core.settings import Config, NewsfeedSettings, PollingSettings, PublishSettings
from aggregator.core.websub import Limits, Subscription
from aggregator.core.websub.delivering import MOST_TRIES
from aggregator.edges.fetch import Fetcher
from aggregator.edges.hub import make_door
from aggregator.edges.log import make_log
from aggregator.edges.serve import Server, make_site
from aggregator.edges.store import Store, open_store
from aggregator.errors import StoreError
from aggregator.pipeline.hubbing import Hub, HubTools, tell_hub
from aggregator.pipeline.hubbing.contents import Contents
from aggregator.pipeline.hubbing.lanes import Lanes
from tests.subscriber import Callbacks, open_callbacks, write_form

NOON = datetime(2023, 9, 21, 8, 0, tzinfo=UTC)
WORD = "correct horse"
"""A subscriber's secret."""


@dataclass
class House:
    """A hub that is served, the callbacks of its subscribers, and the time."""

    hub: Hub
    store: Store
    url: str
    folder: Path
    callbacks: Callbacks
    now: datetime = NOON
    logged: StringIO = field(default_factory=StringIO)
    counted: list[str] = field(default_factory=list)

    @property
    def topic(self) -> str:
        """The feed that is subscribed to."""
        return f"{self.url}atom.xml"

    async def post(self, form: bytes, *, method: str = "POST", **fields: str) -> tuple[int, str]:
        """What the hub answers to a form."""

        def ask() -> tuple[int, str]:
            parts = urlsplit(self.url)
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
            heads = {"Content-Type": "application/x-www-form-urlencoded", **fields}
            connection.request(method, "/hub", form, heads)
            answer = connection.getresponse()
            status, words = answer.status, answer.read().decode()
            connection.close()
            return status, words

        return await asyncio.to_thread(ask)

    async def ask(self, path: str, mode: str = "subscribe", **more: str) -> tuple[int, str]:
        """Subscribe a callback, and wait until it was asked."""
        form = write_form(mode, more.pop("topic", self.topic), self.callbacks.name(path), **more)
        answer = await self.post(form)
        await self.hub.settle()
        return answer

    async def publish(self, body: bytes, name: str = "atom.xml") -> None:
        """Replace a feed, tell the hub, and wait until all it started has ended."""
        (self.folder / name).write_bytes(body)
        self.hub.note_written([self.folder / name, self.folder.parent / "other" / name])
        await self.hub.settle()

    async def pass_time(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span
        self.hub.tick()
        await self.hub.settle()

    @property
    def known(self) -> dict[str, Subscription]:
        """The subscriptions by the paths of their callbacks."""
        return {urlsplit(one.callback).path: one for one in self.hub.subscriptions}

    def read_log(self, event: str) -> list[dict[str, object]]:
        """The lines of an event."""
        lines = [json.loads(line) for line in self.logged.getvalue().splitlines()]
        return [line for line in lines if line["event"] == event]


@asynccontextmanager
async def open_house(data: Path, limits: Limits | None = None) -> AsyncIterator[House]:
    """A hub over the store of a folder."""
    folder = data / "public"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "atom.xml").exists():
        (folder / "atom.xml").write_bytes(b"<feed>old</feed>")
    server = Server.bind("127.0.0.1", 0)
    polling = PollingSettings(allow_private_networks=True)
    config = Config(
        "sources.yaml",
        NewsfeedSettings(base_url=server.url),
        polling,
        PublishSettings(hub="builtin"),
    )
    with open_store(data) as store:
        async with Fetcher(polling, "day-newsfeed/1") as fetcher, open_callbacks() as callbacks:
            logged, counted = StringIO(), list[str]()
            log = make_log("json", logged)
            tools = HubTools(
                store, data, lambda: fetcher, lambda: house.now, log, count=counted.append
            )
            hub = Hub(config, tools, limits)
            house = House(hub, store, server.url, folder, callbacks, NOON, logged, counted)
            site = make_site(folder, {}, log)
            async with server.serving(make_door("/hub", hub.take, site, seconds=0.3)):
                yield house
            await hub.end()


def play(
    data: Path,
    scene: Callable[[House], Coroutine[None, None, None]],
    limits: Limits | None = None,
) -> None:
    """Play a scene."""

    async def run() -> None:
        async with open_house(data, limits) as house:
            await scene(house)

    asyncio.run(run())


# Subscribing ----------------------------------------------------------------------


def test_a_subscriber_gets_what_is_published(tmp_path: Path) -> None:
    """Asked first, once; then sent the feed whole with its type, its links and a signature."""

    async def scene(house: House) -> None:
        status, _ = await house.ask("good", secret=WORD, lease_seconds="7200")
        assert status == 202
        asked = house.callbacks.asked[0]
        assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", house.topic)
        assert asked["hub.lease_seconds"] == "7200"
        house.hub.tick()
        await house.hub.settle()
        assert not house.callbacks.taken  # it has what was published before
        await house.publish(b"<feed>new</feed>")
        (got,) = house.callbacks.taken["/good"]
        assert got.body == b"<feed>new</feed>"
        assert got.fields["content-type"] == "application/atom+xml; charset=utf-8"
        links = f'<{house.url}hub>; rel="hub", <{house.topic}>; rel="self"'
        assert got.fields["link"] == links
        digest = hmac.new(WORD.encode(), got.body, hashlib.sha256).hexdigest()
        assert got.fields["x-hub-signature"] == f"sha256={digest}"
        await house.publish(b"<feed>new</feed>")
        assert len(house.callbacks.taken["/good"]) == 1
        house.hub.tick()
        assert house.read_log("deliver")[-1]["callbacks"] == 1
        assert house.counted == ["ok"]
        assert WORD not in house.logged.getvalue()
        assert "/good" not in house.logged.getvalue()

    play(tmp_path, scene)


@pytest.mark.parametrize("path", ["unsure", "mute"])
def test_without_a_confirmation_nothing_is_subscribed(tmp_path: Path, path: str) -> None:
    """The callback is asked once and never again."""

    async def scene(house: House) -> None:
        assert (await house.ask(path))[0] == 202
        await house.publish(b"<feed>new</feed>")
        assert house.callbacks.tries == [f"GET /{path}"]
        assert not house.known
        assert house.read_log("subscribe")[0]["result"] == "refused"

    play(tmp_path, scene)


def test_who_leaves_gets_nothing_more(tmp_path: Path) -> None:
    """After a question too: nobody unsubscribes another."""

    async def scene(house: House) -> None:
        await house.ask("good")
        house.callbacks.behaviours["/good"] = "unsure"
        await house.ask("good", "unsubscribe")
        assert list(house.known) == ["/good"]
        house.callbacks.behaviours["/good"] = "good"
        await house.ask("good", "unsubscribe")
        assert house.callbacks.asked[-1]["hub.mode"] == "unsubscribe"
        await house.publish(b"<feed>new</feed>")
        assert not house.callbacks.taken
        house.hub.tick()
        await house.hub.settle()
        assert house.store.subscribers.load() == []

    play(tmp_path, scene)


def test_a_lease_ends_unless_it_is_renewed(tmp_path: Path) -> None:
    """Renewing changes lease and secret, and sends nothing again."""

    async def scene(house: House) -> None:
        await house.ask("good/1", lease_seconds="7200")
        await house.ask("good/2", lease_seconds="7200", secret=WORD)
        await house.pass_time(timedelta(minutes=90))
        await house.ask("good/2", lease_seconds="7200")
        await house.pass_time(timedelta(minutes=31))
        assert list(house.known) == ["/good/2"]
        assert house.known["/good/2"].secret == ""
        await house.publish(b"<feed>new</feed>")
        assert list(house.callbacks.taken) == ["/good/2"]

    play(tmp_path, scene)


def test_forms_that_are_none_are_answered_in_words(tmp_path: Path) -> None:
    """By HTTP's numbers; nobody is asked for any of them."""

    async def scene(house: House) -> None:
        topic, callback = house.topic, house.callbacks.name("good")
        good = write_form("subscribe", topic, callback)
        assert (await house.post(b"", method="GET"))[0] == 405
        assert (await house.post(b"{}", **{"Content-Type": "application/json"}))[0] == 415
        assert (await house.post(good + b"&x=" + b"y" * 20_000))[0] == 413
        assert (await house.post(b"hub.mode=%ff"))[0] == 400
        assert (await house.post("hub.mode=é".encode()))[0] == 400
        assert (await house.post(b"&".join([b"a=1"] * 99)))[0] == 400
        assert (await house.post(write_form("publish", topic, callback)))[0] == 400
        assert (await house.post(write_form("subscribe", f"{house.url}rss.xml", callback)))[
            0
        ] == 404
        assert (await house.post(good, **{"Content-Length": "500"}))[0] == 408
        await house.hub.settle()
        assert house.callbacks.tries == []

    play(tmp_path, scene)


def test_a_hub_that_is_off_takes_nothing(tmp_path: Path) -> None:
    """What was subscribed stays for the day it is on again, and what is published then is sent."""

    async def scene(house: House) -> None:
        await house.ask("good")
        on = house.hub._config
        house.hub.use(replace(on, publish=PublishSettings()))
        assert (await house.ask("good/2"))[0] == 404
        await house.publish(b"<feed>new</feed>")
        assert not house.callbacks.taken
        house.hub.use(on)
        await house.pass_time(timedelta(seconds=1))
        assert list(house.callbacks.taken) == ["/good"]

    play(tmp_path, scene)


def test_a_newsfeed_that_moved_says_so_once(tmp_path: Path) -> None:
    """A subscription to an address that is no longer ours is denied (WebSub section 5.2)."""

    async def scene(house: House) -> None:
        await house.ask("good")
        config = house.hub._config
        moved = replace(config.newsfeed, base_url="https://news.example/")
        house.hub.use(replace(config, newsfeed=moved))
        await house.pass_time(timedelta(seconds=1))
        await house.pass_time(timedelta(seconds=1))
        assert [one["hub.mode"] for one in house.callbacks.asked] == ["subscribe", "denied"]
        assert not house.known

    play(tmp_path, scene)


def test_there_are_limits(tmp_path: Path) -> None:
    """Of subscriptions of one host, and of questions within a minute; both are said with a 429."""
    limits = Limits(of_host=1, questions_of_host=2)

    async def scene(house: House) -> None:
        assert (await house.ask("good/1"))[0] == 202
        assert (await house.ask("good/2"))[0] == 429
        assert (await house.ask("good/1"))[0] == 202
        assert (await house.ask("good/1"))[0] == 429
        assert len(house.callbacks.asked) == 2
        house.now += timedelta(minutes=1)
        assert (await house.ask("good/1"))[0] == 202

    play(tmp_path, scene, limits)


def test_private_callbacks_are_refused_unless_allowed(tmp_path: Path) -> None:
    """A number at once; a name when it is asked, since it may lead anywhere (the guard's work)."""

    async def scene(house: House) -> None:
        config = house.hub._config
        strict = replace(config, polling=PollingSettings())
        house.hub.use(strict)
        assert (await house.ask("good"))[0] == 400
        async with Fetcher(PollingSettings(), "day-newsfeed/1") as fetcher:
            house.hub._tools = replace(house.hub._tools, find_sender=lambda: fetcher)
            form = write_form("subscribe", house.topic, "http://ip6-localhost:9/hook")
            assert (await house.post(form))[0] == 202
            await house.hub.settle()
        assert not house.known
        assert house.callbacks.tries == []

    play(tmp_path, scene)


# Delivering ----------------------------------------------------------------------


def test_a_failed_delivery_is_made_again(tmp_path: Path) -> None:
    """With what is published then; meanwhile nobody is asked, and `status` says so."""

    async def scene(house: House) -> None:
        await house.ask("good")
        house.callbacks.behaviours["/good"] = "broken"
        await house.publish(b"<feed>1</feed>")
        await house.publish(b"<feed>2</feed>")
        assert house.callbacks.tries.count("POST /good") == 1
        house.hub.tick()
        await house.hub.settle()
        (line,) = tell_hub(house.hub._config, house.store)
        assert line == "The hub has 1 subscription; the last delivery to 1 of them failed."
        house.callbacks.behaviours["/good"] = "good"
        await house.pass_time(timedelta(seconds=6))
        assert [got.body for got in house.callbacks.taken["/good"]] == [b"<feed>2</feed>"]
        assert house.known["/good"].failures == 0

    play(tmp_path, scene)


def test_broken_callbacks_cost_the_others_nothing(tmp_path: Path) -> None:
    """Errors, early ends, redirects and floods; a 410 ends its subscription at once."""

    async def scene(house: House) -> None:
        kinds = ["broken", "close", "moved", "flood", "gone"]
        for path in [*kinds, "good"]:
            await house.ask(path)
        await house.publish(b"<feed>new</feed>")
        assert list(house.callbacks.taken) == ["/good"]
        assert "POST /good" in house.callbacks.tries
        assert house.callbacks.tries.count("POST /good") == 1  # where /moved leads
        failing = {path for path, one in house.known.items() if one.failures == 1}
        assert failing == {"/broken", "/close", "/moved", "/flood"}
        assert sorted(house.counted) == ["ended", "failed", "failed", "failed", "failed", "ok"]

    play(tmp_path, scene)


def test_a_callback_that_never_takes_anything_is_given_up(tmp_path: Path) -> None:
    """After about a day of tries."""

    async def scene(house: House) -> None:
        await house.ask("broken")
        await house.publish(b"<feed>new</feed>")
        for _ in range(MOST_TRIES):
            await house.pass_time(timedelta(hours=6))
        assert house.callbacks.tries.count("POST /broken") == MOST_TRIES
        assert not house.known
        assert house.counted[-1] == "ended"

    play(tmp_path, scene)


def test_what_is_owed_at_an_end_is_delivered_after_the_next_start(tmp_path: Path) -> None:
    """At least once: the store knows what each callback has, not what was meant to be sent."""

    async def first(house: House) -> None:
        await house.ask("good")
        house.hub.tick()
        await house.hub.settle()

    async def second(house: House) -> None:
        # The callbacks stand at another port after their own restart.
        old = house.hub.subscriptions[0]
        house.hub._registry.drop(old.name)
        fresh = replace(old, topic=house.topic, callback=house.callbacks.name("good"))
        house.hub._registry.put(fresh)
        house.hub.tick()
        await house.hub.settle()
        assert [got.body for got in house.callbacks.taken["/good"]] == [b"<feed>new</feed>"]

    play(tmp_path, first)
    (tmp_path / "public" / "atom.xml").write_bytes(b"<feed>new</feed>")
    play(tmp_path, second)


def test_a_store_that_refuses_costs_no_subscription(tmp_path: Path) -> None:
    """It is named in the log, and what was to be written is written later."""

    async def scene(house: House) -> None:
        real = house.store.subscribers

        class Full:
            def save(self, *_: object) -> None:
                raise StoreError("the disk is full")

        house.store.subscribers = Full()  # type: ignore[assignment] # a fake at the seam
        await house.ask("good/1")
        await house.ask("good/2")
        await house.pass_time(timedelta(seconds=1))
        await house.ask("good/2", "unsubscribe")
        await house.pass_time(timedelta(seconds=1))
        assert house.read_log("hub")[0]["detail"] == "the disk is full"
        house.store.subscribers = real
        await house.pass_time(timedelta(seconds=1))
        (stored,) = house.store.subscribers.load()
        assert stored.callback.endswith("/good/1")

    play(tmp_path, scene)


def test_a_fault_costs_one_callback(tmp_path: Path) -> None:
    """What nobody foresaw is named by its class alone: its words may hold an address."""

    async def scene(house: House) -> None:
        await house.ask("good")

        def stumble() -> Fetcher:
            raise RuntimeError("https://reader.example/?token=abc")

        house.hub._tools = replace(house.hub._tools, find_sender=stumble)
        await house.publish(b"<feed>new</feed>")
        assert house.read_log("hub")[0]["detail"] == "a fault: RuntimeError"
        assert "token" not in house.logged.getvalue()

    play(tmp_path, scene)


def test_a_feed_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    """No callback is sent what stood there before for what stands there now."""

    async def scene() -> None:
        # A pipe stands for a file that is being read: it can be opened once somebody reads.
        os.mkfifo(tmp_path / "atom.xml")
        contents = Contents(tmp_path)
        reading = asyncio.create_task(contents.read("atom.xml"))
        pipe = await asyncio.to_thread((tmp_path / "atom.xml").open, "wb")
        (tmp_path / "new").write_bytes(b"new")
        (tmp_path / "new").replace(tmp_path / "atom.xml")
        contents.forget("atom.xml")
        with pipe:
            pipe.write(b"old")
        content = await reading
        assert content is not None
        assert content.body == b"new"
        assert await contents.read("none/atom.xml") is None
        for number in range(5):
            (tmp_path / f"{number}").mkdir()
            (tmp_path / f"{number}" / "rss.xml").write_bytes(b"x")
            await contents.read(f"{number}/rss.xml")
        assert len(contents.digests) == 6

    asyncio.run(scene())


def test_slow_callbacks_give_their_places_away() -> None:
    """After a while; of one host no more than four are asked at a time."""

    async def scene() -> None:
        lanes, inside, done = Lanes(slow_after=0.01), list[str](), asyncio.Event()

        async def hang(host: str) -> None:
            async with lanes.enter(host):
                inside.append(host)
                await done.wait()

        work = [asyncio.create_task(hang("one")) for _ in range(6)]
        work += [asyncio.create_task(hang(f"host-{number}")) for number in range(150)]
        async with asyncio.timeout(10):
            while len(inside) < 96:  # noqa: ASYNC110 - a list is no event
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert len(inside) == 96
        assert inside.count("one") == 4
        done.set()
        await asyncio.gather(*work)
        assert len(inside) == 156

    asyncio.run(scene())


def test_a_callback_is_asked_one_question_at_a_time(tmp_path: Path) -> None:
    """And an end of the daemon ends questions and deliveries that hang; what is owed stays so."""

    async def scene(house: House) -> None:
        await house.ask("hang/1")
        (house.folder / "atom.xml").write_bytes(b"<feed>new</feed>")
        house.hub.note_written([house.folder / "atom.xml"])
        form = write_form("subscribe", house.topic, house.callbacks.name("silent"))
        assert (await house.post(form))[0] == 202
        assert (await house.post(form))[0] == 429
        while "POST /hang/1" not in house.callbacks.tries:  # noqa: ASYNC110 - a list is no event
            await asyncio.sleep(0.01)
        await house.hub.end()
        (stored,) = house.store.subscribers.load()
        assert stored.delivered == hashlib.sha256(b"<feed>old</feed>").hexdigest()

    play(tmp_path, scene)
