"""Every poll ends in one saved Decision; bad sources cost nobody but themselves."""

import asyncio
import gzip
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain, pairwise, repeat
from pathlib import Path
from typing import Any, cast

import pytest

from aggregator.core.model import Decision, FetchResult, FetchState, Mode, Reuse, Source
from aggregator.edges.fetch import Gate
from aggregator.edges.log import make_log
from aggregator.edges.store import Store
from aggregator.errors import StoreError
from aggregator.pipeline import Tools, poll
from aggregator.reading import open_readers
from tests.edges.loopback import (
    End,
    Raw,
    Recorder,
    Request,
    Response,
    drip,
    endless,
    find_closed_port,
    redirect,
    serve,
    stall,
)
from tests.newsroom import POLLING, Newsroom, open_newsroom, parse_strictly, write_item, write_rss

GOOD = write_rss(write_item(1), write_item(2))
# What no charset of Python can read: the capital of Armenia's letters in ARMSCII-8.
ARMSCII = write_rss(write_item(3, "@@@")).replace(b"@@@", b"\xd0\xdb\xb3\xdb\xb3\xdd\xdb")


def answer_always(answer: Response | Raw) -> Callable[[Request], Response | Raw]:
    """A site that knows one answer."""
    return lambda _: answer


def name_sources(base_url: str, *names: str) -> list[Source]:
    """A source for each name, at the path of that name."""
    return [Source(id=name, url=f"{base_url}/{name}", name=name.title()) for name in names]


HOSTILE: dict[str, tuple[Response | Raw, str]] = {
    "endless": (endless(), "too-large"),
    "bomb": (
        Response(200, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 30_000_000)),
        "too-large",
    ),
    "slow": (drip(GOOD, 0.2), "deadline"),
    "silent": (stall(), "deadline"),
    "short": (Response(200, {}, GOOD, length=len(GOOD) + 100), "incomplete"),
    "reset": (Raw([b"HTTP/1.1 200 OK\r\n"], end=End.RESET), "reset"),
    "page": (
        Response(200, {"Content-Type": "text/html"}, b"<!doctype html><html><body>Hi"),
        "html-page",
    ),
    "login": (
        Response(200, {"Content-Type": "text/html"}, b"<html><form><input type=password>"),
        "login-page",
    ),
    "empty": (Response(200), "empty-body"),
    "armscii": (
        Response(200, {"Content-Type": "text/xml; charset=armscii-8"}, ARMSCII),
        "encoding",
    ),
    "headers": (
        Raw(chain([b"HTTP/1.1 200 OK\r\n"], repeat(b"X-More: and more\r\n" * 500))),
        "protocol",
    ),
    "slow-headers": (
        Raw(chain([b"HTTP/1.1 200 OK\r\n"], repeat(b"X: y\r\n")), pause=0.2),
        "deadline",
    ),
    "text": (Response(200, {}, b"just some words"), "not-xml"),
    "gone": (Response(410), "gone"),
    "loop": (Response(302, {"Location": "/loop"}), "redirect"),
    "noise": (Raw([b"\x00\x01\x02 hello"]), "protocol"),
}


def test_bad_sources_are_named_and_cost_nobody_else_anything(tmp_path: Path) -> None:
    """Each hostile answer is its named failure, with a next try; the good one is published."""

    def site(request: Request) -> Response | Raw:
        name = request.path.strip("/")
        return Response(200, {}, GOOD) if name == "good" else HOSTILE[name][0]

    polling = replace(POLLING, deadline=timedelta(seconds=1), max_body=1_000_000)
    closed = f"http://127.0.0.1:{find_closed_port()}"
    with serve(site) as base_url:
        sources = [
            *name_sources(base_url, "good", *HOSTILE),
            *name_sources(closed, "refused"),
            Source(id="nowhere", url="http://nowhere.invalid/feed"),
        ]
        with open_newsroom(tmp_path / "data", sources, polling) as room:
            polled = room.poll()
            found = {name: one.state.last_kind for name, one in polled.items()}
            expected = {name: kind for name, (_, kind) in HOSTILE.items()}
            assert found == {**expected, "good": "ok", "refused": "connect", "nowhere": "dns"}
            assert all(one.state.last_detail for one in polled.values() if one.failed)
            assert all(
                one.state.next_poll > room.now or one.state.stopped for one in polled.values()
            )
            assert room.publish().stories == 2
            assert room.store.load_states()["slow"].failures == 1


def test_bad_items_cost_only_themselves(tmp_path: Path) -> None:
    """Control characters, unsafe links and scripts: the others are published, all is clean."""
    items = [
        write_item(1, "Good &amp; proper", "Fine &lt;b&gt;words&lt;/b&gt;."),
        write_item(2, "a\x00\x1b&lt;/title&gt;", "b\x08c"),
        write_item(3, "Unsafe", "Text", link="javascript:alert(1)"),
        write_item(4, "&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;x()&lt;/script&gt;y"),
        write_item(
            5, "Relative", "&lt;a href='/x'&gt;y&lt;/a&gt;&lt;img src='z.png'&gt;", link="five.html"
        ),
        write_item(
            6,
            "]]&gt; &amp;lt;!-- &amp;amp;",
            "&lt;svg&gt;&lt;a xlink:href='javascript:x'&gt;q&lt;/a&gt;",
        ),
        write_item(
            7, "Files", "&lt;a href='file:///etc/passwd'&gt;p&lt;/a&gt;", link="data:text/html,x"
        ),
        "<item/>",
        write_item(8, "Bidi \u202e override", "\ufffd\ufffe"),
    ]
    site = answer_always(Response(200, {}, write_rss(*items)))
    with (
        serve(site) as base_url,
        open_newsroom(tmp_path / "data", name_sources(base_url, "paper")) as room,
    ):
        room.poll()
        room.publish()
        titles = {entry.title for entry in room.read_entries()}
        assert {"Good & proper", "Relative"} <= titles
        for name in ("atom.xml", "rss.xml"):
            check_published(room, name)


def check_published(room: Newsroom, name: str) -> None:
    """A strict reader finds unique ids, absolute http links, no script, no control character."""
    body = room.read(name)
    text = body.decode()
    parse_strictly(body)
    assert not any(ord(char) < 32 and char not in "\n\t" for char in text)
    assert "<script" not in text.lower()
    assert "&lt;script" not in text.lower()
    assert "\ufffd" not in text
    entries = room.read_entries(name)
    assert len({entry.id for entry in entries}) == len(entries) > 0
    for entry in entries:
        links = [link.href for link in entry.links]
        shown = entry.content[0].value if entry.get("content") else entry.description
        hrefs = [part.split('"')[0] for part in shown.split(' href="')[1:]]
        assert all(url.startswith(("http://", "https://")) for url in [*links, *hrefs])


def test_the_source_is_claimed_before_it_is_asked(tmp_path: Path) -> None:
    """While the request is on its way, the store already says when the next may go out."""
    seen: list[tuple[object, ...]] = []

    def site(_: Request) -> Response:
        with sqlite3.connect(tmp_path / "data" / "aggregator.db") as connection:
            seen.extend(connection.execute("SELECT claimed, next_poll, reason FROM states"))
        connection.close()
        return Response(200, {}, GOOD)

    with (
        serve(site) as base_url,
        open_newsroom(tmp_path / "data", name_sources(base_url, "paper")) as room,
    ):
        room.poll()
        [(claimed, next_poll, _)] = seen
        assert (
            int(str(next_poll)) - int(str(claimed))
        ) / 1e6 == POLLING.min_interval.total_seconds()
        state = room.store.load_states()["paper"]
        assert state.claimed is None
        assert state.reason == "interval 1h"


def test_nothing_is_asked_before_its_time(tmp_path: Path) -> None:
    """A second poll a minute later asks nobody, one after the interval asks again."""
    site = Recorder(answer_always(Response(200, {}, GOOD)))
    with (
        serve(site) as base_url,
        open_newsroom(tmp_path / "data", name_sources(base_url, "paper")) as room,
    ):
        room.poll()
        room.now += timedelta(minutes=59)
        assert room.poll() == {}
        room.now += timedelta(minutes=10)
        assert room.poll()["paper"].state.last_kind == "unchanged"
        assert len(site.requests) == 2


def test_a_body_that_was_no_feed_is_kept_as_a_failure_that_a_304_confirms(tmp_path: Path) -> None:
    """The validators of an HTML page are stored; its 304 does not count as success."""

    def site(request: Request) -> Response:
        if request.has("If-None-Match"):
            return Response(304)
        return Response(200, {"ETag": '"page"'}, b"<!doctype html><html><title>Sorry</title>")

    with (
        serve(site) as base_url,
        open_newsroom(tmp_path / "data", name_sources(base_url, "paper")) as room,
    ):
        room.poll()
        again = room.poll(force=True)["paper"]
        assert (again.state.last_kind, again.state.failures) == ("html-page", 2)
        assert again.state.last_status == 304


def test_a_moved_address_in_the_yaml_is_asked_unconditionally_at_once(tmp_path: Path) -> None:
    """Validators belong to an address; history and ids to the source."""
    site = Recorder(answer_always(Response(200, {"ETag": '"1"'}, GOOD)))
    with (
        serve(site) as base_url,
        open_newsroom(tmp_path / "data", name_sources(base_url, "old")) as room,
    ):
        room.poll()
        room.set_sources([replace(room.config.sources[0], url=f"{base_url}/new")])
        polled = room.poll()["old"]
        assert site.requests[-1].path == "/new"
        assert not site.requests[-1].has("If-None-Match")
        assert (polled.changes.new, polled.changes.updated) == (0, 0)


def test_redirects_to_one_domain_are_spaced(tmp_path: Path) -> None:
    """Sources of many domains that all lead to one host reach it one by one, a spacing apart."""

    def site(request: Request) -> Response:
        burner = "http://feeds.burner.example"
        return Response(200, {}, GOOD) if "burner" in request.path else redirect(f"{burner}/f", 301)

    seen = Recorder(site)
    polling = replace(POLLING, per_host=1, host_spacing=timedelta(seconds=0.1))
    with serve(seen) as proxy:
        names = [f"paper-{number}" for number in range(4)]
        sources = [Source(name, f"http://{name}.example/feed", proxy=proxy) for name in names]
        with open_newsroom(tmp_path / "data", sources, polling) as room:
            polled = room.poll()
    assert {one.state.last_kind for one in polled.values()} == {"ok"}
    times = [request.at for request in seen.requests if "burner" in request.path]
    assert len(times) == 4
    assert all(later - earlier > 0.08 for earlier, later in pairwise(times))


class Stumbling:
    """A fetcher that meets what nobody foresaw."""

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
        glance: str = "",
    ) -> FetchResult:
        """Raise."""
        raise RuntimeError(
            f"unforeseen at {source.id}, {state.url}, {conditional}, {gate}, {glance}"
        )


async def poll_stumbling(room: Newsroom) -> None:
    """Poll with that fetcher."""
    async with open_readers(1, timedelta(seconds=5)) as parser:
        log = make_log("json", room.logged)
        tools = Tools(room.store, Stumbling(), parser, lambda: room.now, log)
        await poll(room.config, tools)


def test_a_surprise_is_saved_as_a_decision_too(tmp_path: Path) -> None:
    """An exception nobody expected is the source's named failure with a next try."""
    with open_newsroom(tmp_path / "data", name_sources("http://paper.example", "paper")) as room:
        asyncio.run(poll_stumbling(room))
        state = room.store.load_states()["paper"]
        assert state.last_kind == "internal"
        assert "unforeseen" in state.last_detail
        assert state.next_poll > room.now


def test_a_store_that_refuses_ends_the_poll(tmp_path: Path) -> None:
    """What was learned cannot be saved: that is said at once, not swallowed."""
    site = answer_always(Response(200, {}, GOOD))
    with (
        serve(site) as base_url,
        open_newsroom(tmp_path / "data", name_sources(base_url, "a", "b", "c")) as room,
    ):
        with sqlite3.connect(tmp_path / "data" / "aggregator.db") as connection:
            connection.execute("DROP TABLE entries")
        connection.close()
        with pytest.raises(StoreError, match=r"aggregator\.db"):
            room.poll()


@dataclass
class Sparse:
    """A store that takes nothing of some sources, as one whose disk is full now and then."""

    inner: Store
    refused: str
    has_refused: threading.Event = field(default_factory=threading.Event)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        """All else is the real store's."""
        return getattr(self.inner, name)

    def save(self, decisions: Iterable[Decision]) -> None:
        """Save, unless one of the sources is refused."""
        taken = tuple(decisions)
        if any(decision.state.source_id == self.refused for decision in taken):
            self.has_refused.set()
            raise StoreError("no room")
        self.inner.save(taken)


def test_a_store_that_refuses_costs_no_answer_that_it_takes_later(tmp_path: Path) -> None:
    """After a refusal nobody new is asked; who was asked is still read and saved."""
    refusal = threading.Event()

    def site(request: Request) -> Response:
        if request.path == "/late":
            assert refusal.wait(20)
        return Response(200, {}, GOOD)

    seen = Recorder(site)
    # One host at a time each: "waiting" shares its host with "late" and comes after it.
    polling = replace(POLLING, per_host=1)
    with serve(seen) as base_url, serve(seen) as other_url:
        other = other_url.replace("127.0.0.1", "localhost")
        sources = [
            *name_sources(other, "refused"),
            *name_sources(base_url, "late", "waiting"),
        ]
        with open_newsroom(tmp_path / "data", sources, polling) as room:
            store = room.store
            room.store = cast("Store", Sparse(store, "refused", refusal))
            with pytest.raises(StoreError, match="no room"):
                room.poll()
            states = store.load_states()
            assert states["late"].last_kind == "ok"
            assert store.count_entries() == {"late": 2}
    assert "waiting" not in states
    assert [request.path for request in seen.requests if request.path == "/waiting"] == []


def test_an_address_with_a_key_is_published_without_it(tmp_path: Path) -> None:
    """Links that lead back to the feed's own address bear no key of the operator's."""
    text = "&lt;a href='#note'&gt;Note&lt;/a&gt; &lt;a href='?p=2'&gt;More&lt;/a&gt; of it"
    feed = write_rss(write_item(1, text=text), head="<title>Paper</title><link/>")
    with serve(answer_always(Response(200, {}, feed))) as base_url:
        address = f"{base_url.replace('//', '//user:hush@')}/feed?api_key=hush&x=1"
        source = Source("paper", address, reuse=Reuse(Mode.FULL, None, stated=True))
        with open_newsroom(tmp_path / "data", [source]) as room:
            assert room.poll()["paper"].state.last_kind == "ok"
            room.publish()
            assert len(room.read_entries()) == 1
            for name in ("atom.xml", "rss.xml", "feed.json"):
                assert b"hush" not in room.read(name)
                assert b"#note" in room.read(name)


def test_json_feeds_are_read_too(tmp_path: Path) -> None:
    """JSON Feed 1.1 goes the same way as XML."""
    feed = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [
        {"id": "https://j.example/1", "url": "https://j.example/1", "title": "One",
         "content_text": "Words."}]}"""
    site = answer_always(Response(200, {"Content-Type": "application/feed+json"}, feed))
    with (
        serve(site) as base_url,
        open_newsroom(tmp_path / "data", name_sources(base_url, "paper")) as room,
    ):
        room.poll()
        room.publish()
        assert [entry.id for entry in room.read_entries()] == ["https://j.example/1"]


CUT = Response(headers={"ETag": '"cut"'}, body=[write_rss(write_item(1), write_item(2))[:-60]])
BEGUN = Response(headers={"ETag": '"cut"'}, body=[b'{"version": "https://jsonfeed.org/vers'])


@pytest.mark.parametrize("cut", [CUT, BEGUN], ids=["feed", "JSON"])
@pytest.mark.parametrize("known", [True, False])
def test_a_body_cut_without_a_length_replaces_no_validators(
    tmp_path: Path, cut: Response, *, known: bool
) -> None:
    """A 304 to its own would hide what is missing: those of the last whole body are sent again."""
    whole = Response(headers={"ETag": '"whole"'}, body=write_rss(write_item(1), write_item(2)))
    answers = iter([*[whole] * known, replace(cut, end=End.CLOSE), whole])
    recorder = Recorder(lambda _: next(answers))
    with serve(recorder) as base_url:
        source = Source(id="paper", url=f"{base_url}/feed", name="Paper")
        with open_newsroom(tmp_path, [source]) as room:
            for _ in range(2 + known):
                room.poll(force=True)
                room.now += timedelta(hours=2)
            assert room.store.count_entries() == {"paper": 2}
            assert room.store.load_states()["paper"].etag == '"whole"'
    sent = [request.get("If-None-Match") for request in recorder.requests]
    assert sent == [None, *['"whole"'] * (2 * known), *[None] * (not known)]
