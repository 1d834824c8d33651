"""A page that is gone takes its report out of all outputs, until an operator puts it back."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core import takedowns
from aggregator.core.model import Answer, Decision, FetchResult, FetchState, Order, Page, Source
from aggregator.edges.fetch import Fetcher, Gate
from aggregator.edges.log import make_log
from aggregator.edges.store import Store
from aggregator.errors import StoreError
from aggregator.pipeline import Tools
from aggregator.pipeline.hosts import HostGate
from aggregator.pipeline.looking import Looked, look_at_pages
from aggregator.reading import open_readers
from tests.edges.loopback import Recorder, Request, Response, endless, serve
from tests.newsroom import POLLING, Newsroom, open_newsroom, parse_strictly, write_item, write_rss

AT = "{http://purl.org/atompub/tombstones/1.0}"
FILES = ("atom.xml", "rss.xml", "feed.json")
HOUR = timedelta(hours=1)
Answers = dict[str, int]


class Site:
    """A paper with one feed; `statuses` are those of its pages, `heads` what HEAD gets instead."""

    def __init__(self) -> None:
        """Begin with pages that are all there."""
        self.reports = 2
        self.statuses: Answers = {}
        self.heads: Answers = {}
        self.fields: dict[str, str] = {}
        self.base = ""
        self.is_endless = False

    def __call__(self, request: Request) -> Response:
        """The feed, or a page."""
        if request.path == "/feed":
            items = [self._write(number) for number in range(1, self.reports + 1)]
            return Response(200, {}, write_rss(*items))
        name = request.path.strip("/")
        status = self.statuses.get(name, 200)
        if request.method == "HEAD":
            return Response(self.heads.get(name, status), self.fields, b"", length=5)
        return endless() if self.is_endless else Response(status, self.fields, b"words")

    def _write(self, number: int) -> str:
        link = f"{self.base}/{number}"
        return write_item(number, f"Report number {number}", link=link, guid=f"tag:a,2023:{number}")


@pytest.fixture
def site() -> Site:
    """A paper of two reports."""
    return Site()


@pytest.fixture
def seen(site: Site) -> Recorder:
    """What it is asked."""
    return Recorder(site)


@pytest.fixture
def room(tmp_path: Path, site: Site, seen: Recorder) -> Iterator[Newsroom]:
    """A newsroom whose one source's links are checked."""
    with serve(seen) as base:
        site.base = base
        sources = [Source("a", f"{base}/feed", "A", check_links=True)]
        polling = replace(POLLING, deadline=timedelta(seconds=1))
        with open_newsroom(tmp_path / "data", sources, polling) as one:
            yield one


def go(room: Newsroom, later: timedelta = timedelta()) -> list[str]:
    """Wait, poll, publish; the numbers of the reports in the feed, newest first."""
    room.now += later
    room.poll(force=True)
    return press(room)


def press(room: Newsroom) -> list[str]:
    """Publish; the numbers of the reports in the feed, newest first."""
    room.publish()
    return [entry.id.rpartition(":")[2] for entry in room.read_entries()]


def list_asked(seen: Recorder) -> list[tuple[str, str]]:
    """Method and path of what was asked of pages since the last time."""
    asked = [(one.method, one.path) for one in seen.requests if one.path != "/feed"]
    seen.requests.clear()
    return asked


def list_standing(room: Newsroom) -> tuple[Order, ...]:
    """The takedowns in effect."""
    return takedowns.list_standing(room.store.load_orders())


def test_a_page_that_is_gone_twice_takes_its_report_out_for_good(
    room: Newsroom, site: Site, seen: Recorder
) -> None:
    """It leaves all outputs with a tombstone; no later poll brings it back, the operator does."""
    assert go(room) == ["2", "1"]
    assert list_asked(seen) == [], "nothing is an hour old"
    site.statuses["1"] = 410
    assert go(room, HOUR) == ["2", "1"], "once is not enough"
    assert list_asked(seen) == [("HEAD", "/2"), ("HEAD", "/1"), ("GET", "/1")]
    assert go(room, 5 * HOUR) == ["2", "1"], "nor is twice within hours"
    assert list_asked(seen) == []
    assert go(room, HOUR) == ["2"]
    assert [page.title for page in load(room)] == ["Report number 2"], "it is looked at no more"
    for name in FILES:
        assert b"Report number 1" not in room.read(name)
    (tomb,) = parse_strictly(room.read()).findall(f"{AT}deleted-entry")
    assert (tomb.get("ref"), tomb.get("when")) == ("tag:a,2023:1", room.now.isoformat())
    assert tomb.findtext(f"{AT}comment") == "withdrawn by its source"
    (line,) = [line for line in room.read_log() if line["event"] == "takedown"]
    assert (line["source"], line["by"]) == ("a", "page")
    site.statuses.clear()
    assert go(room, 24 * HOUR) == ["2"], "neither that it is there again"
    site.reports = 3
    assert go(room, 24 * HOUR) == ["3", "2"], "nor a changed feed brings it back"
    (order,) = list_standing(room)
    room.store.save_orders(takedowns.undo([order], {order.report}, room.now))
    assert press(room) == ["3", "2", "1"]
    site.statuses["1"] = 410
    list_asked(seen)
    assert go(room, 48 * HOUR) == ["3", "2", "1"], "the operator has the last word"
    assert {path for _, path in list_asked(seen)} == {"/3", "/2"}


def test_a_page_that_is_back_was_never_gone(room: Newsroom, site: Site) -> None:
    """A deployment's 410 is forgotten when the page answers well."""
    go(room)
    for status in (410, 200, 410):
        site.statuses["1"] = status
        assert go(room, 7 * HOUR if status == 200 else 25 * HOUR) == ["2", "1"]
    assert go(room, 7 * HOUR) == ["2"]


def test_a_site_that_is_gone_as_a_whole_withdraws_nothing(room: Newsroom, site: Site) -> None:
    """Its fault is known from the looks that are kept, and named in the log."""
    site.reports = 8
    assert len(go(room)) == 8
    site.statuses = {str(number): 410 for number in range(1, 9)}
    for wait in (HOUR, HOUR, 6 * HOUR, 24 * HOUR, 24 * HOUR):
        assert len(go(room, wait)) == 8
    assert list_standing(room) == ()
    assert "fault of the site" in room.read_log()[-2]["detail"]
    site.statuses = {"1": 410}
    for wait in (24 * HOUR, 24 * HOUR, 24 * HOUR):
        left = go(room, wait)
    assert left == [str(number) for number in range(8, 1, -1)], "one is believed when it is over"


def test_few_pages_are_asked_after_each_poll(room: Newsroom, site: Site, seen: Recorder) -> None:
    """Five a poll, each once a day."""
    site.reports = 12
    go(room)
    asked = []
    for _ in range(5):
        go(room, HOUR)
        asked.append(len(list_asked(seen)))
    assert asked == [5, 5, 2, 0, 0]


@pytest.mark.parametrize("status", [405, 501])
def test_where_head_is_refused_get_is_asked(
    room: Newsroom, site: Site, seen: Recorder, status: int
) -> None:
    """And its answer counts."""
    go(room)
    site.heads = {"1": status, "2": 410}
    go(room, HOUR)
    methods = ("HEAD", "GET")
    assert sorted(list_asked(seen)) == sorted((m, f"/{n}") for m in methods for n in (1, 2))
    assert [one.look and one.look.answer for one in load(room)] == [Answer.PRESENT] * 2


def load(room: Newsroom, source: str = "a") -> list[Page]:
    """The pages that were looked at."""
    return room.store.pages.load_looked_at().get(source, [])


@pytest.mark.parametrize("status", [404, 302, 500, 403])
def test_nothing_but_a_removal_takes_a_report_down(room: Newsroom, site: Site, status: int) -> None:
    """Missing, led elsewhere, failing: it stays, however often."""
    go(room)
    site.statuses = {"1": status}
    site.fields = {"Location": "/"} if status == 302 else {}
    for wait in (HOUR, 7 * HOUR, 25 * HOUR, 25 * HOUR):
        assert go(room, wait) == ["2", "1"]
    wanted = {404: Answer.MISSING, 302: Answer.ELSEWHERE}.get(status, Answer.UNKNOWN)
    assert wanted in {one.look and one.look.answer for one in load(room)}


def test_a_page_that_refuses_rests_its_domain_and_ends_the_round(
    room: Newsroom, site: Site, seen: Recorder
) -> None:
    """The second page is not asked; the source is asked again when the rest has ended."""
    go(room)
    site.statuses = {"1": 429, "2": 429}
    site.fields = {"Retry-After": "7200"}
    room.now += HOUR
    polled = room.poll(force=True)["a"]
    assert len(list_asked(seen)) == 1
    assert polled.state.next_poll >= room.now + 2 * HOUR
    assert "a page of its reports was refused" in polled.state.reason
    saved = room.store.load_states()["a"]
    assert (saved.next_poll, saved.rest_until) == (polled.state.next_poll, polled.state.rest_until)


def test_a_source_that_fails_is_not_asked_for_pages(
    room: Newsroom, site: Site, seen: Recorder
) -> None:
    """Nor one that does not want it."""
    go(room)
    site.statuses["feed"] = 500
    (source,) = room.config.sources
    room.set_sources([replace(source, url=f"{site.base}/nowhere/../broken")])
    site.statuses["broken"] = 500
    room.now += HOUR
    room.poll(force=True)
    assert [path for _, path in list_asked(seen)] == ["/broken"]
    room.set_sources([replace(source, check_links=False)])
    room.now += HOUR
    room.poll(force=True)
    assert list_asked(seen) == []


def test_the_body_of_a_page_is_left_unread(room: Newsroom, site: Site) -> None:
    """An endless page that refuses HEAD is there, and costs nothing."""
    go(room)
    site.heads, site.is_endless = {"1": 405, "2": 405}, True
    go(room, HOUR)
    assert [one.look and one.look.answer for one in load(room)] == [Answer.PRESENT] * 2


def test_a_copy_of_another_source_stays(room: Newsroom, site: Site) -> None:
    """A page speaks for its own source's report: the story goes on by the next report."""
    copy = replace(room.config.sources[0], id="b", check_links=False)
    room.set_sources([*room.config.sources, copy])
    assert go(room) == ["2", "1"]
    site.statuses["1"] = 410
    go(room, HOUR)
    go(room, 6 * HOUR)
    assert {order.report[0] for order in list_standing(room)} == {"a"}
    assert b"Report number 1" in room.read()


def test_what_left_the_live_feed_is_not_asked(room: Newsroom, site: Site, seen: Recorder) -> None:
    """Only the newest stories are, as many as the live feed takes."""
    site.reports = 4
    room.config = replace(room.config, newsfeed=replace(room.config.newsfeed, items=2))
    assert go(room) == ["4", "3"]
    room.config = replace(room.config, newsfeed=replace(room.config.newsfeed, items=1))
    go(room, HOUR)
    assert [path for _, path in list_asked(seen)] == ["/4"]


def test_no_page_is_asked_while_its_domain_rests(
    room: Newsroom, site: Site, seen: Recorder
) -> None:
    """The rest of another source of the domain counts; nothing is noted of the page."""
    go(room)
    room.now += HOUR
    site.statuses["1"] = 410

    async def look() -> Looked | None:
        gate = HostGate(room.config.polling, lambda _: "paper.example", lambda: room.now)
        gate.rests.recall({"paper.example": room.now + HOUR})
        async with Fetcher(room.config.polling, "us") as fetcher, open_readers(1) as readers:
            tools = Tools(room.store, fetcher, readers, lambda: room.now, make_log("json"))
            (source,) = room.config.sources
            state = room.store.load_states()["a"]
            return await look_at_pages(tools, gate, source, state, 200)

    looked = asyncio.run(look())
    assert looked
    assert (looked.asked, looked.orders, looked.refused) == (frozenset(), (), None)
    assert list_asked(seen) == []


class Stumbling(Store):
    """A store that no longer takes what was seen of pages."""

    def save(self, decisions: Iterable[Decision]) -> None:
        """Refuse Decisions with pages."""
        taken = tuple(decisions)
        if any(one.pages is not None for one in taken):
            raise StoreError("no room")
        super().save(taken)


def test_a_store_that_refuses_the_looks_is_told(room: Newsroom, site: Site) -> None:
    """As when it refuses a poll; the poll itself stands."""
    go(room)
    room.store.__class__ = Stumbling
    room.now += HOUR
    with pytest.raises(StoreError, match="no room"):
        room.poll(force=True)
    assert room.store.load_states()["a"].last_poll == room.now
    assert load(room) == []
    assert site.reports == 2


class Breaking(Fetcher):
    """A fetcher with a fault when pages are asked."""

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
        glance: str = "",
    ) -> FetchResult:
        """Break down on a page."""
        if glance:
            raise RuntimeError("unforeseen")
        return await super().fetch(source, state, conditional=conditional, gate=gate)


def test_a_fault_of_ours_costs_no_poll(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in the log."""
    go(room)
    monkeypatch.setattr("tests.newsroom.Fetcher", Breaking)
    assert go(room, HOUR) == ["2", "1"]
    (line,) = [line for line in room.read_log() if line["event"] == "links"]
    assert "RuntimeError" in line["fault"]
