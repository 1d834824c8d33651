"""A gap is noticed by a poll, and filled once from older documents of the same site."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core import gaps, policy
from aggregator.core.health import name_state
from aggregator.core.model import FetchResult, FetchState, Source
from aggregator.edges.fetch import Fetcher, Gate
from aggregator.edges.log import make_log
from aggregator.edges.store import open_store
from aggregator.errors import StoreError
from aggregator.pipeline import Polled, Tools, poll
from aggregator.pipeline.conductor import Conductor
from aggregator.reading import open_readers
from tests.edges.loopback import End, Raw, Recorder, Request, Response, redirect, serve
from tests.newsroom import NOON, POLLING, Newsroom, open_newsroom, write_item, write_rss

Answer = Response | Raw
HEAD = "<title>Paper</title><link>http://paper.example/</link>"
WORDPRESS = f"{HEAD}<generator>https://wordpress.org/?v=6.3</generator>"


def rss(numbers: range, head: str = HEAD) -> Response:
    """An RSS document of the reports of these minutes past seven."""
    return Response(200, {}, write_rss(*(write_item(number) for number in numbers), head=head))


def link(url: str) -> str:
    """A channel that names an older document (RFC 5005, Appendix B)."""
    space = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    return f'{HEAD}<atom:link {space} rel="prev-archive" href="{url}"/>'


def atom(numbers: range, older: str = "") -> Response:
    """An Atom document, with a link to an older one."""
    entries = "".join(
        f"<entry><id>tag:paper.example,2023:{n}</id><title>Report {n}</title>"
        f'<link href="http://paper.example/{n}.html"/>'
        f"<updated>2023-09-21T07:{n:02}:00Z</updated></entry>"
        for n in numbers
    )
    named = f'<link rel="prev-archive" href="{older}"/>' if older else ""
    return Response(
        200,
        {},
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><id>tag:paper</id>'
        f"<updated>2023-09-21T07:00:00Z</updated>{named}{entries}</feed>".encode(),
    )


class Site:
    """A site whose feed goes on, and whose older documents are what they are."""

    def __init__(self, first: Answer, later: Answer, older: dict[str, Answer]) -> None:
        """Show `first` until `goes_on` is set."""
        self.first, self.later, self.older = first, later, older
        self.goes_on = False
        self.asked: list[str] = []

    def __call__(self, request: Request) -> Answer:
        """The feed at /feed, older documents by their targets."""
        if request.path == "/feed":
            return self.later if self.goes_on else self.first
        self.asked.append(request.path)
        return self.older.get(request.path, Response(404))


@contextmanager
def open_room(site: Callable[[Request], Answer], data: Path, **facts: object) -> Iterator[Newsroom]:
    """A newsroom with the site as its one source."""
    with serve(site) as base_url:
        source = Source(id="paper", url=f"{base_url}/feed", name="Paper")
        with open_newsroom(data, [source], replace(POLLING, **facts)) as room:  # type: ignore[arg-type]  # facts of many types
            yield room


def fill(site: Site, data: Path) -> tuple[FetchState, list[int]]:
    """Poll before and after a gap; the state, and the numbers of the reports that are stored."""
    with open_room(site, data) as room:
        room.poll()
        site.goes_on = True
        room.now += timedelta(hours=2)
        polled = room.poll()["paper"]
        entries, _ = room.store.load_newest(100)
        numbers = sorted(int(entry.title.split()[-1]) for entry in entries)
        stored = room.store.load_states()["paper"]
        assert (stored.gap_at, stored.gap_fill) == (polled.state.gap_at, polled.state.gap_fill)
        assert (polled.state.last_kind, polled.state.failures) == ("ok", 0)
        assert polled.changes.new == len(numbers) - 3
        first, second, gap = room.read_log()
        assert [line["event"] for line in (first, second, gap)] == ["poll", "poll", "gap"]
        assert (second["new"], gap["new"]) == (3, polled.changes.new - 3)
        assert gap["detail"] == polled.state.gap_fill
        return polled.state, numbers


FIRST = range(1, 4)
LATER = range(20, 23)
DOCUMENTS = {
    "Atom": Site(
        atom(FIRST),
        atom(LATER, "/archive/2"),
        {
            "/archive/2": atom(range(10, 20), "/archive/1"),
            "/archive/1": atom(range(2, 10), "/archive/0"),
        },
    ),
    "RSS": Site(
        rss(FIRST),
        rss(LATER, link("/archive/2")),
        {
            "/archive/2": rss(range(10, 20), link("1")),
            "/archive/1": rss(range(2, 12), link("0")),
        },
    ),
    "WordPress": Site(
        rss(FIRST),
        rss(LATER, WORDPRESS),
        {"/feed?paged=2": rss(range(10, 20)), "/feed?paged=3": rss(range(2, 10))},
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_gap_is_filled_from_older_documents(name: str, tmp_path: Path) -> None:
    """By prev-archive in Atom and RSS and by pages of WordPress, until known reports are met."""
    site = DOCUMENTS[name]
    state, numbers = fill(site, tmp_path)
    assert numbers == list(range(1, 23))
    assert state.gap_fill == "filled with 16 reports from 2 older documents"
    assert state.gap_since == NOON.replace(hour=7, minute=3)
    assert state.gap_until == NOON.replace(hour=7, minute=20)
    assert state.gap_at == NOON + timedelta(hours=2)
    assert site.asked == list(site.older)


def test_at_most_three_older_documents_are_asked_for(tmp_path: Path) -> None:
    """What they did not hold stays missing, and that is said."""
    older: dict[str, Answer] = {
        f"/feed?paged={n}": rss(range(24 - 2 * n, 26 - 2 * n)) for n in range(2, 9)
    }
    site = Site(rss(FIRST), rss(range(22, 24), WORDPRESS), older)
    with open_room(site, tmp_path) as room:
        room.poll()
        site.goes_on = True
        room.now += timedelta(hours=2)
        state = room.poll()["paper"].state
    assert site.asked == [f"/feed?paged={n}" for n in (2, 3, 4)]
    assert state.gap_fill == "partly filled with 6 reports from 3 older documents"


BROKEN: dict[str, tuple[str, Answer, str]] = {
    "missing": ("/a", Response(404), "not filled: 127.0.0.1 answered 404 Not Found"),
    "a page": (
        "/a",
        Response(200, {}, b"<!doctype html><html><title>Hi</title>"),
        "not filled: the older document cannot be read: HTML page, not a feed: Hi",
    ),
    "short": (
        "/a",
        replace(rss(range(4, 9)), length=99_999),
        "not filled: 127.0.0.1",
    ),
    "not modified": (
        "/a",
        Response(304),
        "not filled: 127.0.0.1 answered 304 to an unconditional request",
    ),
    "another domain": (
        "https://other.example/a",
        Response(200),
        "not filled: the older document lies elsewhere, at other.example",
    ),
    "a private address": (
        "http://127.0.0.2/a",
        Response(200),
        "not filled: the older document lies elsewhere, at 127.0.0.2",
    ),
    "no address": (
        "javascript:alert(1)",
        Response(200),
        "not filled: the older document has no http or https address",
    ),
    "itself": (
        "/a",
        rss(range(12, 15), link("/a")),
        "partly filled with 3 reports from 1 older document: the older documents lead in a circle",
    ),
    "nowhere": ("", Response(200), "not filled: the feed names no older documents"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_older_document_never_costs_the_poll(name: str, tmp_path: Path) -> None:
    """What keeps it from being read is named; the reports of the feed itself are there."""
    older, answer, words = BROKEN[name]
    site = Site(rss(FIRST), rss(LATER, link(older) if older else HEAD), {"/a": answer})
    state, numbers = fill(site, tmp_path)
    assert state.gap_fill.startswith(words)
    assert {*FIRST, *LATER} <= set(numbers)
    assert len(site.asked) <= 1


def test_an_older_document_may_not_lead_elsewhere(tmp_path: Path) -> None:
    """What a redirect brings from another site is not taken as this one's."""
    with serve(lambda _: rss(range(4, 20))) as elsewhere:
        target = elsewhere.replace("127.0.0.1", "localhost") + "/a"
        site = Site(rss(FIRST), rss(LATER, link("/a")), {"/a": redirect(target)})
        state, numbers = fill(site, tmp_path)
    assert state.gap_fill == "not filled: the older document led elsewhere, to localhost"
    assert numbers == [*FIRST, *LATER]


def test_the_poll_is_saved_before_older_documents_are_asked_for(tmp_path: Path) -> None:
    """However long they take, and if the program dies meanwhile, the feed's reports are there."""
    seen: list[tuple[int, FetchState]] = []

    def answer(request: Request) -> Answer:
        if request.path == "/a":
            with open_store(tmp_path, write=False) as store:
                seen.append((store.count_entries()["paper"], store.load_states()["paper"]))
        return site(request)

    site = Site(rss(FIRST), rss(LATER, link("/a")), {"/a": rss(range(2, 20))})
    with open_room(answer, tmp_path) as room:
        room.poll()
        site.goes_on = True
        room.now += timedelta(hours=2)
        polled = room.poll()["paper"]
    ((count, state),) = seen
    assert (count, state.gap_at, state.gap_fill) == (6, room.now, "")
    assert state == replace(polled.state, gap_fill="", rhythm=state.rhythm)


def test_older_documents_of_a_resting_domain_are_not_asked_for(tmp_path: Path) -> None:
    """Another source of it may have been refused since the poll: the gap says so."""
    source = Source("paper", "https://paper.example/feed")
    trail = gaps.Trail(NOON - timedelta(hours=2), NOON, "https://paper.example/feed?paged=2", 2)
    polled = Polled(source, FetchState("paper", source.url, NOON), has_gap=True, trail=trail)
    with open_newsroom(tmp_path, [source]) as room:
        filled = asyncio.run(fill_resting(room, polled))
    assert filled is not None
    assert filled.gap == "not filled: its domain paper.example asked to wait"


async def fill_resting(room: Newsroom, polled: Polled) -> Polled | None:
    """Fill the gap of a poll whose domain was told to rest; whoever asks it fails the test."""
    log = make_log("json", room.logged)
    async with Fetcher(room.config.polling, "agent") as fetcher, open_readers(1) as parser:
        stumbling = Stumbling(fetcher, AssertionError("it was asked"))
        conductor = Conductor(
            room.config, Tools(room.store, stumbling, parser, lambda: room.now, log)
        )
        conductor.gate.rests.recall({"paper.example": room.now + timedelta(hours=1)})
        return await conductor.follow_up(polled)


def test_a_gap_is_filled_once(tmp_path: Path) -> None:
    """The next polls ask for the feed alone, and keep what is known of the gap."""
    site = Site(rss(FIRST), rss(LATER, link("/a")), {"/a": Response(503)})
    with open_room(site, tmp_path) as room:
        room.poll()
        site.goes_on = True
        for _ in range(3):
            room.now += timedelta(hours=2)
            room.poll()
        site.later = rss(range(21, 24), link("/a"))
        room.now += timedelta(hours=2)
        state = room.poll()["paper"].state
        assert site.asked == ["/a"]
        assert state.gap_at == NOON + timedelta(hours=2)
        assert "503" in state.gap_fill


def test_a_new_source_has_no_gap(tmp_path: Path) -> None:
    """Its first document is no reason to read its archives, however many it names."""
    site = Site(rss(FIRST, link("/a")), rss(FIRST), {})
    with open_room(site, tmp_path) as room:
        state = room.poll()["paper"].state
    assert (state.gap_at, site.asked) == (None, [])


def test_a_feed_that_breaks_off_has_no_gap(tmp_path: Path) -> None:
    """The first time: what is missing from it is not gone, and its window is not narrower."""
    cut = Response(200, {}, write_rss(*(write_item(n) for n in (20, 21, 22)))[:-40])
    site = Site(rss(FIRST), cut, {"/a": rss(range(4, 20))})
    with open_room(site, tmp_path) as room:
        window = room.poll()["paper"].state.rhythm.window
        site.goes_on = True
        room.now += timedelta(hours=2)
        state = room.poll()["paper"].state
        assert (state.gap_at, state.rhythm.window) == (None, window)
        assert not policy.is_whole(state)


def test_a_feed_that_is_never_closed_is_believed(tmp_path: Path) -> None:
    """From the second time on it is how its publisher makes it: validators and gaps count."""
    body = [[write_rss(*(write_item(n) for n in numbers))[:-16]] for numbers in (FIRST, LATER)]
    answers = [Response(200, {"ETag": f'"{n}"'}, body[n // 2], end=End.CLOSE) for n in range(4)]
    recorder = Recorder(lambda _: answers[len(recorder.requests) - 1])
    with open_room(recorder, tmp_path, interval=timedelta(minutes=40)) as room:
        states = []
        for _ in range(4):
            states.append(room.poll()["paper"].state)
            room.now += timedelta(hours=2)
    assert [state.etag for state in states] == [None, '"1"', '"2"', '"3"']
    sent = [request.get("If-None-Match") for request in recorder.requests]
    assert sent == [None, None, '"1"', '"2"']
    assert states[0].reason.startswith("no validators 1h over")
    assert states[2].gap_at is not None


def test_old_words_of_an_archive_replace_nothing(tmp_path: Path) -> None:
    """A report that is known stays as the feed itself told it last."""
    old = write_rss(write_item(2, "Old words"), write_item(20, "Old words"), write_item(9))
    site = Site(rss(FIRST), rss(LATER, link("/a")), {"/a": Response(200, {}, old)})
    _, numbers = fill(site, tmp_path)  # a title without a number would not be counted
    assert numbers == [*FIRST, 9, *LATER]


def test_older_documents_wait_for_their_turn_and_carry_no_validators(tmp_path: Path) -> None:
    """They are other documents, asked for through the same gate: one request at a time."""
    later = replace(rss(LATER, link("/a")), headers={"ETag": '"later"'})
    site = Site(rss(FIRST), later, {"/a": rss(range(4, 20), link("/b")), "/b": rss(FIRST)})
    recorder = Recorder(site)
    with open_room(recorder, tmp_path, per_host=1) as room:
        room.poll()
        site.goes_on = True
        room.now += timedelta(hours=2)
        room.poll()
    asked = [request for request in recorder.requests if request.path in {"/a", "/b"}]
    assert [request.path for request in asked] == ["/a", "/b"]
    assert not any(request.has("If-None-Match") for request in asked)


def test_what_answers_may_hide_is_named_and_deletes_nothing(tmp_path: Path) -> None:
    """An empty feed is no failure: it is named, and what is known stays."""
    site = Site(rss(FIRST), rss(range(0)), {})
    with open_room(site, tmp_path) as room:
        room.poll()
        site.goes_on = True
        room.now += timedelta(hours=2)
        state = room.poll()["paper"].state
        assert state.last_kind == "ok"
        assert [problem.what.partition(":")[0] for problem in state.problems] == ["empty feed"]
        assert room.store.count_entries() == {"paper": 3}


def test_polls_teach_the_rhythm_and_find_a_frozen_feed(tmp_path: Path) -> None:
    """Made anew each time with the same items, for longer than it is ever silent."""
    head = f"{HEAD}<pubDate>%s</pubDate>"
    site = Site(rss(range(1, 9), head % 0), rss(FIRST), {})
    with open_room(site, tmp_path) as room:
        room.poll()
        for day in range(1, 6):
            site.first = rss(range(1, 9), head % day)
            room.now += timedelta(days=1)
            state = room.poll()["paper"].state
            named = any(problem.what.startswith("frozen feed") for problem in state.problems)
            assert named is (day == 5)
    assert state.usual_gap == timedelta(minutes=1)
    assert state.last_new == state.newest == NOON.replace(hour=7, minute=8)
    assert name_state(room.config.sources[0], state) == "quiet"


class Stumbling:
    """A fetcher that meets what nobody foresaw, in older documents alone."""

    def __init__(self, fetcher: Fetcher, error: Exception) -> None:
        """Take the fetcher for the feed, and what befalls the others."""
        self._fetcher, self._error = fetcher, error

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
        glance: str = "",
    ) -> FetchResult:
        """The feed, or the error."""
        if not source.url.endswith("/feed"):
            raise self._error
        return await self._fetcher.fetch(
            source, state, conditional=conditional, gate=gate, glance=glance
        )


async def poll_stumbling(room: Newsroom, error: Exception) -> None:
    """Poll with that fetcher."""
    async with Fetcher(room.config.polling, "agent") as fetcher, open_readers(1) as parser:
        log = make_log("json", room.logged)
        stumbling = Stumbling(fetcher, error)
        await poll(room.config, Tools(room.store, stumbling, parser, lambda: room.now, log))


def test_a_surprise_while_filling_costs_no_poll(tmp_path: Path) -> None:
    """It is named as a fault of this program; the feed's own reports are saved."""
    site = Site(rss(FIRST), rss(LATER, link("/a")), {})
    with open_room(site, tmp_path) as room:
        room.poll()
        site.goes_on = True
        room.now += timedelta(hours=2)
        asyncio.run(poll_stumbling(room, RuntimeError("unforeseen")))
        state = room.store.load_states()["paper"]
        assert room.store.count_entries() == {"paper": 6}
    words = "not filled: a fault of this program: RuntimeError; please report it"
    assert (state.last_kind, state.gap_fill) == ("ok", words)


def test_a_store_that_refuses_while_filling_is_no_surprise(tmp_path: Path) -> None:
    """It ends the polls, as it does anywhere else."""
    site = Site(rss(FIRST), rss(LATER, link("/a")), {})
    with open_room(site, tmp_path) as room:
        room.poll()
        site.goes_on = True
        room.now += timedelta(hours=2)
        with pytest.raises(StoreError, match="no room"):
            asyncio.run(poll_stumbling(room, StoreError("no room")))


def test_a_refused_older_document_is_a_refusal_by_the_site(tmp_path: Path) -> None:
    """Retry-After of an archive holds back the source, as that of a feed does."""
    refused = Response(429, {"Retry-After": "86400"})
    site = Site(rss(FIRST), rss(LATER, link("/a")), {"/a": refused})
    state, _ = fill(site, tmp_path)
    until = NOON + timedelta(hours=26)
    assert state.next_poll == until
    assert state.reason == "an older document of the site was refused"
    assert "429" in state.gap_fill


def test_a_feed_that_renames_all_its_items_has_no_gap(tmp_path: Path) -> None:
    """Every guid and link is another, the reports are the same: nothing was missed."""
    renamed = rss(range(1, 9), link("/a")).body
    assert isinstance(renamed, bytes)
    renamed = renamed.replace(b"http://paper.example/", b"https://paper.example/new/")
    site = Site(rss(range(1, 9)), Response(200, {}, renamed), {})
    with open_room(site, tmp_path) as room:
        room.poll()
        site.goes_on = True
        room.now += timedelta(hours=2)
        state = room.poll()["paper"].state
    assert (state.last_kind, state.gap_at, site.asked) == ("ok", None, [])
