"""What the daemon says of itself: for orchestrators, for Prometheus, for people."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

from lxml import html
from prometheus_client.parser import text_string_to_metric_families

from aggregator.core.board import Pressing
from aggregator.core.history import SLOT, find_slot
from aggregator.core.model import (
    Act,
    Answer,
    Day,
    Decision,
    FetchState,
    Held,
    Ledger,
    Look,
    Order,
    Page,
    Problem,
    Source,
    Tally,
)
from aggregator.core.settings import Config
from aggregator.daemon.newsroom import Newsroom
from aggregator.daemon.pages import make_pages
from aggregator.edges.log import make_log
from aggregator.edges.serve import Asking
from aggregator.edges.serve import Page as Made
from aggregator.edges.store import open_store
from tests.core.make import make_entry
from tests.newsroom import NEWSFEED, NOON, POLLING

MARKUP = "<script>alert('1')</script>&"
EVIL = f"{MARKUP}\x1b[31m"
SECRET = "https://desk:hunter2@paper.example/feed?token=sesame"  # noqa: S105 - what must be hidden


@dataclass
class Desk:
    """A newsroom that polls nothing, and its pages at a time that is set."""

    newsroom: Newsroom
    now: datetime = NOON

    def ask(self, path: str, query: str = "") -> Made:
        """The page at a path."""
        maker = make_pages(self.newsroom, lambda: self.now)[path]
        return maker.make(query) if isinstance(maker, Asking) else maker()

    def read(self, path: str, query: str = "") -> str:
        """The body at a path."""
        return self.ask(path, query).body.decode()


@contextmanager
def open_desk(data: Path, *sources: Source, states: tuple[FetchState, ...] = ()) -> Iterator[Desk]:
    """A desk over these sources, of which so much is stored."""
    newsfeed = replace(NEWSFEED, title="Day <script>")
    config = Config("sources.yaml", newsfeed, POLLING, sources=sources)
    with open_store(data) as store:
        store.save_states(states)
        yield Desk(Newsroom(config, store, data, lambda: NOON, make_log("json", StringIO())))


def publish(desk: Desk) -> None:
    """Let the newsroom tick and publish; it has nobody to ask."""

    async def work() -> None:
        async with desk.newsroom:
            desk.newsroom.tick()
            await desk.newsroom.settle()

    asyncio.run(work())


def read_rows(page: str) -> dict[str, list[str]]:
    """Of each source by its id: health, trouble, last and next poll, why, rhythm, then notes."""
    found = {}
    for row in html.fromstring(page).iterfind(".//li[@class='row']"):
        (word,) = [one.text for one in row.iterfind(".//span") if one.get("class")[:6] == "health"]
        trouble = "".join(one.text for one in row.iterfind("./div[@class='how']/p"))
        facts = [one.text for one in row.iterfind(".//dd")]
        notes = [one.text for one in row.iterfind(".//ul[@class='notes']/li")]
        found[row.find(".//p[@class='id']").text] = [word, trouble, *facts, *notes]
    return found


def make_state(name: str, **facts: object) -> FetchState:
    """What is remembered of a source that failed twice at noon."""
    given: dict[str, object] = {
        "source_id": name,
        "url": "https://paper.example/feed",
        "next_poll": NOON + timedelta(hours=2),
        "last_poll": NOON,
        "last_kind": "not-found",
        "last_detail": f"{SECRET} answered {EVIL}",
        "failures": 2,
    }
    return FetchState(**{**given, **facts})  # type: ignore[arg-type]  # facts of many types


def name_source(name: str) -> Source:
    """A source of that id."""
    return Source(id=name, url="https://paper.example/feed", name=name)


def test_a_process_that_answers_is_alive(tmp_path: Path) -> None:
    """Whatever else is wrong."""
    with open_desk(tmp_path) as desk:
        assert desk.ask("/healthz").status == 200
        assert desk.read("/healthz") == "alive\n"


def test_it_is_ready_when_it_has_published(tmp_path: Path) -> None:
    """503 with every reason before, 200 after."""
    with open_desk(tmp_path) as desk:
        assert desk.ask("/readyz").status == 503
        assert desk.read("/readyz") == "nothing is published yet\nthe calendar stands still\n"
        publish(desk)
        assert desk.ask("/readyz").status == 200
        assert desk.read("/readyz") == "ready\n"


def test_troubles_are_named_in_a_line_each(tmp_path: Path) -> None:
    """A clock that ran on without a tick, and a store that refuses."""
    with open_desk(tmp_path) as desk:
        publish(desk)
        desk.now += timedelta(minutes=2)
        desk.newsroom.pulse_of_past = replace(
            desk.newsroom.pulse_of_past, store_error=f"no\nroom {SECRET}"
        )
        lines = desk.read("/readyz").splitlines()
    assert lines[0].startswith("the store cannot be used: no room ")
    assert lines[1:] == ["the calendar stands still"]
    assert "hunter2" not in lines[0]
    assert "sesame" not in lines[0]


def test_a_store_that_cannot_be_written_is_no_readiness(tmp_path: Path) -> None:
    """It is tried when somebody asks, not only when a poll is saved."""
    (tmp_path / "data").mkdir()
    with open_desk(tmp_path / "data") as desk:
        publish(desk)
        desk.newsroom.store._engine.dispose()
        (tmp_path / "data").rename(tmp_path / "away")
        page = desk.ask("/readyz")
    assert page.status == 503
    assert page.body.startswith(b"the store cannot be written: ")


def test_a_broken_configuration_is_a_warning(tmp_path: Path) -> None:
    """The daemon goes on by the last good one, and is ready."""
    with open_desk(tmp_path) as desk:
        publish(desk)
        desk.newsroom.note_config("sources.yaml:3: wrong")
        warned = desk.ask("/readyz")
        page = desk.read("/status")
        desk.newsroom.note_config("")
        mended = desk.read("/readyz")
    words = "the changed configuration is not in effect: sources.yaml:3: wrong"
    assert (warned.status, warned.body.decode()) == (200, f"ready\nwarning: {words}\n")
    assert words in page
    assert mended == "ready\n"


def test_the_figures_are_read_by_prometheus(tmp_path: Path) -> None:
    """States of sources, the lag, the configuration, by prometheus_client's own parser."""
    sources = (name_source("bad"), name_source("new"))
    with open_desk(tmp_path, *sources, states=(make_state("bad"),)) as desk:
        desk.now += timedelta(hours=3)
        desk.newsroom.note_config("wrong")
        page = desk.ask("/metrics")
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page.body.decode())
        for sample in family.samples
    }
    assert page.status == 200
    assert found["aggregator_sources", "failing"] == 1
    assert found["aggregator_sources", "new"] == 1
    assert 3600 in found.values()
    assert any(name[0].endswith("config_ok") and not value for name, value in found.items())


def test_the_status_page_counts_what_left(tmp_path: Path) -> None:
    """How many reports are taken down, and whose pages are gone by a fault of the site."""
    source = replace(name_source("paper"), check_links=True)
    with open_desk(tmp_path, source, name_source("off")) as desk:
        assert "taken down" not in desk.read("/status")
        store = desk.newsroom.store
        store.save_orders([Order(Act.TAKEDOWN, "paper", key, NOON) for key in "12"])
        entries = tuple(make_entry(str(number), "paper") for number in range(5))
        gone = Look(NOON, Answer.GONE, NOON)
        pages = tuple(Page(one.key, one.link or "", "", NOON, gone) for one in entries)
        store.save([Decision(make_state("paper"), entries, pages=pages)])
        page = desk.read("/status")
    assert "<li>2 reports are taken down.</li>" in page
    assert "<li>paper: pages of its reports: 5 gone; so many at once are a fault" in page


def test_the_status_page_shows_every_source(tmp_path: Path) -> None:
    """Well-formed HTML: a row each, with its state, times of the newsfeed's zone, and why."""
    states = (
        make_state("bad"),
        make_state("good", failures=0, last_kind="ok", last_ok=NOON, reason="interval 1h"),
    )
    sources = (name_source("bad"), name_source("good"), name_source("new"))
    with open_desk(tmp_path, *sources, states=states) as desk:
        page = desk.ask("/status")
    root = html.fromstring(page.body, parser=html.HTMLParser(recover=False, encoding="utf-8"))
    rows = read_rows(page.body.decode())
    assert page.media_type == "text/html; charset=utf-8"
    assert [row.text for row in root.iterfind(".//h3")] == ["bad", "new", "good"]
    assert [rows[name][0] for name in ("bad", "good", "new")] == ["failing", "ok", "new"]
    assert rows["bad"][2:4] == ["2023-09-21 12:00", "2023-09-21 14:00"]
    assert rows["bad"][1].endswith("(2 times in a row; never good)")
    assert rows["good"][1:5] == ["", "2023-09-21 12:00", "2023-09-21 14:00", "interval 1h"]
    assert rows["new"][2:5] == ["–", "–", "never asked; it is asked soon"]
    assert [one.text.split(":")[0] for one in root.iterfind(".//p[@class='trouble bad']")] == [
        "not-found"
    ]


def test_hostile_words_are_words_on_the_status_page(tmp_path: Path) -> None:
    """Names and details are escaped, controls dropped, what lets somebody in is hidden."""
    with open_desk(tmp_path, name_source(MARKUP), states=(make_state(MARKUP),)) as desk:
        publish_error = f"{SECRET} {EVIL}"
        desk.newsroom.pulse_of_past = replace(
            desk.newsroom.pulse_of_past, publish_error=publish_error
        )
        text = desk.read("/status")
    root = html.fromstring(text)
    assert root.find(".//script") is None
    assert "&lt;script&gt;" in text
    assert "hunter2" not in text
    assert "sesame" not in text
    assert "\x1b" not in text
    assert "answered <script>" in root.text_content()


def test_silent_sources_and_gaps_stand_on_the_status_page(tmp_path: Path) -> None:
    """A quiet source is no failing one; a gap is named for a week, beside why it is asked next."""
    well: dict[str, object] = {"failures": 0, "last_kind": "ok", "last_ok": NOON, "reason": "60m"}
    usual = {"usual_gap": timedelta(hours=7)}
    gap = {"gap_at": NOON, "gap_since": NOON, "gap_until": NOON + timedelta(hours=1)}
    states = (
        make_state("quiet", **well, **usual, last_new=NOON - timedelta(days=9)),
        make_state("dead", **well, **usual, last_new=NOON - timedelta(days=90)),
        make_state("gap", **well, **gap),
        make_state("bad"),
    )
    sources = tuple(name_source(state.source_id) for state in states)
    with open_desk(tmp_path, *sources, states=states) as desk:
        page = desk.read("/status")
        desk.now += timedelta(days=8)
        later = desk.read("/status")
    rows = read_rows(page)
    assert [(name, row[0]) for name, row in rows.items()] == [
        ("dead", "dead"), ("bad", "failing"), ("quiet", "quiet"), ("gap", "ok")
    ]  # fmt: skip
    assert rows["quiet"][1].startswith("nothing new for 9 days, usually within 7 hours; look")
    assert rows["quiet"][5] == "usually something new within 7 hours"
    assert rows["gap"][6:] == ["gap: nothing from 2023-09-21 12:00 to 2023-09-21 13:00 was seen"]
    assert "1 of 4 sources cannot be read" in page
    assert "2 of 4 sources are silent for longer than they usually are." in page
    assert "was seen" not in later


def test_what_is_odd_about_a_feed_stands_on_the_status_page(tmp_path: Path) -> None:
    """Three lines at most, and of the feed as a whole alone; `status` tells the rest."""
    odd = [Problem("", f"{number} tracking pixels removed") for number in range(4)]
    state = make_state(
        "good",
        failures=0,
        last_kind="ok",
        last_ok=NOON,
        reason="60m",
        problems=(Problem("an item", "left out"), *odd),
    )
    with open_desk(tmp_path, name_source("good"), states=(state,)) as desk:
        row = read_rows(desk.read("/status"))["good"]
    assert row[6:] == [f"{number} tracking pixels removed" for number in range(3)]


def test_the_status_page_shows_what_comes_and_what_was_held_back(tmp_path: Path) -> None:
    """The next polls in order with their reasons, reports with theirs, the days, the publishing."""
    states = (
        make_state("late", failures=0, last_kind="ok", reason="rhythm 9h"),
        make_state("soon", failures=0, last_kind="ok", next_poll=NOON + timedelta(minutes=5)),
        make_state("stopped", stopped=True),
    )
    sources = tuple(name_source(state.source_id) for state in states)
    with open_desk(tmp_path, *sources, states=states) as desk:
        empty = desk.read("/status")
        day = Day(date(2023, 9, 20), 1, NOON - timedelta(hours=9), NOON, "a term changed")
        today = Day(date(2023, 9, 21), 2, NOON)
        held = tuple(
            Held("late", f"{n}", f"Story {n}" if n else "", "no credit") for n in range(52)
        )
        ledger = Ledger(NOON, held=held, days=(day, today))
        desk.newsroom.store.save_ledger(ledger)
        desk.newsroom.pressing = Pressing(200, 4, 12, 0.84, ("page.html:3: wrong",))
        root = html.fromstring(desk.read("/status"))
    assert "The last publishing held nothing back." in empty
    assert "No day has an edition yet." in empty
    plans = [
        [" ".join(one.text_content().split()) for one in plan]
        for plan in root.iterfind(".//*[@class='plan']")
    ]
    assert plans[0] == ["2023-09-21 12:05 soon new source", "2023-09-21 14:00 late rhythm 9h"]
    assert plans[1][:2] == ["late 0 no credit", "late Story 1 no credit"]
    assert len(plans[1]) == 50
    assert plans[2] == [
        "2023-09-21: open; it closes after 2023-09-22 06:00",
        "2023-09-20: closed at 2023-09-21 12:00; its files wait to be made: a term changed",
    ]
    text = root.text_content()
    assert "and 2 more; see: aggregator status --json" in text
    assert "Last published: 200 stories; 4 of 12 files were new; 0.8 s." in text
    assert "page.html:3: wrong" in [one.text for one in root.iterfind(".//li[@class='bad']")]


def test_the_chart_of_a_source_is_drawn_and_told(tmp_path: Path) -> None:
    """Bars, their words, and a table by day; none where nothing was polled."""
    state = make_state("paper")
    with open_desk(tmp_path, name_source("paper"), name_source("new")) as desk:
        slot = find_slot(NOON)
        tallies = [Tally("paper", slot, 2, 3, 1, 40), Tally("paper", slot - SLOT, same=1)]
        desk.newsroom.store.save([Decision(state, tally=one) for one in tallies])
        root = html.fromstring(desk.read("/status"))
    bad, new = root.iterfind(".//svg")
    assert bad.get("aria-label") == (
        "paper: 7 days: 7 polls, 2 read, 4 not modified, 1 failed; 40 new reports."
    )
    assert [one.get("class") for one in bad] == ["lines", "new", "ok", "same", "failed"]
    assert new.get("aria-label") == "new: No polls in 7 days."
    assert [one.get("class") for one in new] == ["lines"]
    cells = [[cell.text for cell in row] for row in root.iterfind(".//tbody/tr")]
    assert cells == [["Thu 21 Sep", "40", "2", "4", "1"]]


def test_many_sources_are_told_in_parts(tmp_path: Path) -> None:
    """A hundred each, those that fail in the first; a part that is not there is the nearest."""
    sources = tuple(name_source(f"s{number:03}") for number in range(250))
    with open_desk(tmp_path, *sources, states=(make_state("s249"),)) as desk:
        asked = ("", "page=2", "page=3", "page=999", "page=-1", "page=" + "9" * 99, "page=%C2%B2")
        parts = [list(read_rows(desk.read("/status", query))) for query in asked]
        first, last = desk.read("/status"), desk.read("/status", "page=3")
    assert parts[0] == ["s249", *(f"s{number:03}" for number in range(99))]
    assert [len(part) for part in parts] == [100, 100, 50, 50, 100, 100, 100]
    assert parts[3] == parts[2]
    assert "Part 1 of 3" in first
    assert 'href="status?page=2#sources"' in first
    assert 'href="status?page=4' not in last


def test_the_status_page_lives_under_a_strict_policy(tmp_path: Path) -> None:
    """No style or script inside; the one stylesheet is there though nothing is published."""
    with open_desk(tmp_path, name_source("paper")) as desk:
        root, style = html.fromstring(desk.read("/status")), desk.ask("/status.css")
    assert not [one for one in root.iter() if one.tag in ("style", "script") or one.get("style")]
    (link,) = root.iterfind(".//link[@rel='stylesheet']")
    assert link.get("href") == "status.css"
    assert (style.status, style.media_type) == (200, "text/css; charset=utf-8")
    assert b".chart" in style.body
    assert b".masthead" in style.body
