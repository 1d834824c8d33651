"""Full texts are taken from article pages politely, and lose neither the summary nor a credit."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core import policy
from aggregator.core.fulltext import MISSING
from aggregator.core.model import (
    Act,
    Decision,
    Entry,
    FetchResult,
    FetchState,
    Mode,
    Order,
    Outcome,
    Reuse,
    Source,
)
from aggregator.edges.fetch import Fetcher, Gate
from aggregator.edges.log import make_log
from aggregator.pages import open_page_readers
from aggregator.pipeline import PageTools, Polled, Tools, poll
from aggregator.pipeline.auditing import audit_published
from aggregator.pipeline.conductor import Conductor
from aggregator.reading import open_readers
from tests.articles import (
    FULL,
    HTML,
    SUMMARIES,
    Answer,
    Inline,
    Paper,
    load_article,
    load_entry,
    open_paper,
    write_page,
    write_text,
)
from tests.core.make import make_entry
from tests.edges.loopback import Raw, Response, redirect, serve
from tests.newsroom import Newsroom, open_newsroom


def take(paper: Paper, data: Path) -> tuple[Outcome, str]:
    """Poll and publish; what came of the first report's page, after what must always hold."""
    with open_paper(paper, data) as room:
        room.poll()
        room.publish()
        entry, article = load_entry(room), load_article(room)
        assert entry.text == paper.items[0][1]
        (shown,) = room.read_entries()
        assert entry.text in " ".join(shown.content[0].value.split())
        assert room.store.load_states()["paper"].failures == 0
        check_audit(room)
        return article.outcome, article.detail


def check_audit(room: Newsroom) -> None:
    """What is published obeys its terms."""
    audit = audit_published(room.config, room.data, room.now)
    assert audit.entries
    assert not audit.is_broken, audit
    assert not any(one.has_changed for one in audit.entries)


@pytest.mark.parametrize("language", ["hy", "ru", "en"])
def test_the_page_of_a_summary_gives_the_full_text(language: str, tmp_path: Path) -> None:
    """The text is published, without what stands round it, and its place and time stay."""
    paper = Paper(
        items=[(1, SUMMARIES[language])],
        pages={"/1.html": write_page(*write_text(language), title="Report 1")},
    )
    with open_paper(paper, tmp_path) as room:
        room.page_reader = None  # as the daemon does it, in a process that can be killed
        polled = room.poll()["paper"]
        room.publish()
        (shown,) = room.read_entries()
        text = shown.content[0].value
        assert all(paragraph in text for paragraph in write_text(language))
        assert "Most read" not in text
        assert "Copyright of" not in text
        assert "<h1>" not in text
        assert paper.asked == ["/robots.txt", "/1.html"]
        assert polled.texts == 1
        assert polled.state.pages == "1 of 1 pages asked for gave their text"
        entry = load_entry(room)
        assert (entry.text, entry.changed) == (SUMMARIES[language], entry.published)
        assert [line["event"] for line in room.read_log()] == ["poll", "pages", "publish"]
        check_audit(room)


def test_nothing_private_goes_along(tmp_path: Path) -> None:
    """A page is fetched as everybody sees it: without the feed's key, password or headers."""
    paper = Paper(pages={"/1.html": write_page(*write_text())})
    with open_paper(paper, tmp_path, headers=(("X-Key", "drawn-4711-secret"),)) as room:
        url = room.config.sources[0].url.replace("//", "//me:hidden-9a8b@")
        room.set_sources([replace(room.config.sources[0], url=url)])
        room.poll()
        assert load_article(room).outcome is Outcome.TEXT
    for request in paper.seen:
        assert not request.has("X-Key")
        assert not request.has("Authorization")
        assert (request.get("User-Agent") or "").startswith("day-newsfeed/")
    assert (paper.seen[1].get("Accept") or "").startswith("text/html")


def test_a_page_is_asked_for_once(tmp_path: Path) -> None:
    """Later polls of the same summary leave the text, ask nobody, and correct nothing."""
    paper = Paper(pages={"/1.html": write_page(*write_text())})
    with open_paper(paper, tmp_path) as room:
        room.poll()
        room.publish()
        first = room.read()
        for _ in range(3):
            room.now += timedelta(hours=2)
            assert room.poll()["paper"].changes.updated == 0
            room.publish()
        assert room.read() == first
        assert paper.asked == ["/robots.txt", "/1.html"]


def test_a_changed_summary_asks_again_once(tmp_path: Path) -> None:
    """What the old text says may be what was corrected: until the page says it anew, it goes."""
    paper = Paper(pages={"/1.html": write_page(*write_text())})
    with open_paper(paper, tmp_path) as room:
        room.poll()
        corrected = SUMMARIES["en"].replace("today", "on Monday")
        paper.items = [(1, corrected)]
        paper.pages["/1.html"] = Response(500)
        room.now += timedelta(hours=2)
        room.poll()
        room.publish()
        (shown,) = room.read_entries()
        assert corrected in shown.content[0].value
        assert "The director" not in shown.content[0].value
        paper.pages["/1.html"] = write_page(corrected, *write_text()[1:])
        for _ in range(3):
            room.now += timedelta(hours=2)
            room.poll()
        room.publish()
        (shown,) = room.read_entries()
        assert corrected in shown.content[0].value
        assert "The director" in shown.content[0].value
        assert paper.asked.count("/1.html") == 3
        assert load_article(room).asks == 3
        check_audit(room)


WALL = "We use cookies and our partners do too. Accept all cookies to continue reading this site."
FAILING: dict[str, tuple[dict[str, Answer], Outcome, str]] = {
    "404": ({}, Outcome.FAILED, "404"),
    "410": ({"/1.html": Response(410)}, Outcome.GONE, "410"),
    "403": ({"/1.html": Response(403)}, Outcome.REFUSED, "403"),
    "429": ({"/1.html": Response(429)}, Outcome.FAILED, "429"),
    "500": ({"/1.html": Response(500)}, Outcome.FAILED, "500"),
    "empty": ({"/1.html": Response(200, HTML, b"")}, Outcome.NO_TEXT, "no article"),
    "cookies": ({"/1.html": write_page(WALL)}, Outcome.NO_TEXT, "cookies"),
    "other": ({"/1.html": write_page(*write_text("ru"))}, Outcome.NO_TEXT, "other words"),
    "short": ({"/1.html": write_page("A library opened.")}, Outcome.NO_TEXT, "shorter"),
    "teaser": (
        {"/1.html": write_page(*write_text()[:2], "Subscribe now to continue reading.")},
        Outcome.NO_TEXT,
        "subscription",
    ),
    "paid": (
        {
            "/1.html": write_page(
                *write_text(),
                head='<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle",'
                ' "isAccessibleForFree": "False"}]}</script>',
            )
        },
        Outcome.NO_TEXT,
        "subscribers",
    ),
    "original": (
        {
            "/1.html": write_page(
                *write_text(), head='<link rel="canonical" href="https://azatutyun.example/a/1">'
            )
        },
        Outcome.NO_TEXT,
        "azatutyun.example",
    ),
    "pdf": (
        {"/1.html": Response(200, {"Content-Type": "application/pdf"}, b"%PDF-1.7")},
        Outcome.NO_TEXT,
        "application/pdf",
    ),
    "huge": (
        {"/1.html": Response(200, HTML, b"<p>" + b"a library " * 600_000)},
        Outcome.NO_TEXT,
        "bytes",
    ),
    "bomb": ({"/1.html": Response(200, HTML, b"x" * 11_000_000)}, Outcome.NO_TEXT, "max_body"),
    "junk": ({"/1.html": Response(200, HTML, bytes(range(256)) * 40)}, Outcome.NO_TEXT, ""),
    "broken": ({"/1.html": Raw([b"HTTP/1.1 200 OK\r\n"])}, Outcome.FAILED, ""),
    "circle": ({"/1.html": redirect("/1.html")}, Outcome.FAILED, "circle"),
}


@pytest.mark.parametrize("name", FAILING)
def test_the_summary_stays_where_a_page_gives_no_text(name: str, tmp_path: Path) -> None:
    """Whatever a page does, the report is published as its feed has it, and why is said."""
    pages, expected, words = FAILING[name]
    outcome, detail = take(Paper(pages=dict(pages)), tmp_path)
    assert outcome is expected, detail
    assert words in detail


ROBOTS: dict[str, tuple[Answer, Outcome]] = {
    "none": (Response(404), Outcome.TEXT),
    "forbidden": (Response(403), Outcome.TEXT),
    "empty": (Response(200, {}, b""), Outcome.TEXT),
    "page": (Response(200, HTML, b"<html>Not found</html>"), Outcome.TEXT),
    "others": (Response(200, {}, b"User-agent: otherbot\nDisallow: /\n"), Outcome.TEXT),
    "all": (Response(200, {}, b"User-agent: *\nDisallow: /\n"), Outcome.REFUSED),
    "mark": (Response(200, {}, b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n"), Outcome.REFUSED),
    "us": (
        Response(200, {}, b"User-agent: *\nAllow: /\n\nUser-agent: Day-Newsfeed\nDisallow: /1"),
        Outcome.REFUSED,
    ),
    "us alone": (
        Response(200, {}, b"User-agent: *\nDisallow: /\n\nUser-agent: day-newsfeed\nAllow: /\n"),
        Outcome.TEXT,
    ),
    "pattern": (Response(200, {}, b"User-agent: *\nDisallow: /*.html$\n"), Outcome.REFUSED),
    "broken server": (Response(500), Outcome.FAILED),
    "moved": (redirect("/elsewhere"), Outcome.TEXT),
    "circle": (redirect("/robots.txt"), Outcome.FAILED),
    "long": (
        Response(200, {}, b"# a line\n" * 60_000 + b"User-agent: *\nDisallow: /\n"),
        Outcome.TEXT,
    ),
    "slow rules": (
        Response(200, {}, b"User-agent: *\nDisallow: /" + b"*a" * 5_000 + b"b\n"),
        Outcome.TEXT,
    ),
}


@pytest.mark.parametrize("name", ROBOTS)
def test_robots_txt_is_obeyed(name: str, tmp_path: Path) -> None:
    """By RFC 9309: missing allows all, a failing server nothing for now, our own rules win."""
    robots, expected = ROBOTS[name]
    paper = Paper(pages={"/1.html": write_page(*write_text())}, robots=robots)
    outcome, detail = take(paper, tmp_path)
    assert outcome is expected, detail
    assert ("/1.html" in paper.asked) is (expected is Outcome.TEXT)


def test_robots_txt_that_cannot_be_reached_closes_its_host(tmp_path: Path) -> None:
    """No page is asked for, no try is counted, and the next poll asks again."""
    paper = Paper(pages={"/1.html": write_page(*write_text())}, robots=Raw([b"HTTP/1.1 200\r\n"]))
    with open_paper(paper, tmp_path) as room:
        state = room.poll()["paper"].state
        assert "ended early" in state.pages
        assert load_entry(room).article is None
        paper.robots = Response(404)
        room.now += timedelta(hours=2)
        room.poll()
        assert load_article(room).outcome is Outcome.TEXT


def test_a_source_asked_under_another_name_obeys_both(tmp_path: Path) -> None:
    """Who calls himself otherwise is bound by the rules for that name and for ours."""
    rules = b"User-agent: otherbot\nDisallow: /1\n\nUser-agent: day-newsfeed\nDisallow: /2\n"
    page = write_page(*write_text())
    items = [(n, SUMMARIES["en"]) for n in (1, 2, 3)]
    pages: dict[str, Answer] = {f"/{n}.html": page for n in (1, 2, 3)}
    paper = Paper(items, dict(pages), Response(200, {}, rules))
    with open_paper(paper, tmp_path, user_agent="otherbot/2 (+https://other.example)") as room:
        room.poll()
        outcomes = [load_article(room, n).outcome for n in (1, 2, 3)]
    assert outcomes == [Outcome.REFUSED, Outcome.REFUSED, Outcome.TEXT]


def test_a_crawl_delay_is_kept(tmp_path: Path) -> None:
    """Two pages of a host are so far apart; one beyond all patience gives one page a poll."""
    pages: dict[str, Answer] = {f"/{n}.html": write_page(*write_text()) for n in (1, 2)}
    items = [(1, SUMMARIES["en"]), (2, SUMMARIES["en"])]
    short = Paper(items, dict(pages), Response(200, {}, b"User-agent: *\nCrawl-delay: 0.4\n"))
    with open_paper(short, tmp_path / "short") as room:
        room.poll()
    first, second = (request.at for request in short.seen if request.path != "/robots.txt")
    assert second - first > 0.35
    long = Paper(items, dict(pages), Response(200, {}, b"User-agent: *\nCrawl-delay: 90\n"))
    with open_paper(long, tmp_path / "long") as room:
        assert "90 s between" in room.poll()["paper"].state.pages
        assert long.asked == ["/robots.txt", "/2.html"]
        room.now += timedelta(hours=2)
        room.poll()
        assert long.asked[2:] == ["/robots.txt", "/1.html"]


def test_a_refused_page_gives_its_domain_a_rest(tmp_path: Path) -> None:
    """After a 429 no further page is asked for, and the source keeps the rest that was asked."""
    items = [(n, SUMMARIES["en"]) for n in range(1, 5)]
    paper = Paper(items, {"/4.html": Response(429, {"Retry-After": "7200"})})
    with open_paper(paper, tmp_path) as room:
        state = room.poll()["paper"].state
        assert paper.asked == ["/robots.txt", "/4.html"]
        assert state.next_poll >= room.now + timedelta(hours=2)
        assert "ended early" in state.pages
        assert state.failures == 0


def test_at_most_five_pages_follow_one_poll(tmp_path: Path) -> None:
    """The newest first; the others follow later polls, and too old ones none."""
    items = [(n, SUMMARIES["en"]) for n in range(1, 13)]
    pages: dict[str, Answer] = {f"/{n}.html": write_page(*write_text()) for n in range(1, 13)}
    paper = Paper(items, dict(pages))
    with open_paper(paper, tmp_path) as room:
        room.poll()
        assert paper.asked[1:] == [f"/{n}.html" for n in range(12, 7, -1)]
        room.now += timedelta(days=4)
        room.poll()
        assert len(paper.asked) == 6


def test_a_failed_page_is_asked_for_four_times_at_most(tmp_path: Path) -> None:
    """At growing distances; a gone one once."""
    paper = Paper([(1, SUMMARIES["en"]), (2, SUMMARIES["en"])], {"/2.html": Response(410)})
    with open_paper(paper, tmp_path) as room:
        for _ in range(40):
            room.poll(force=True)
            room.now += timedelta(hours=1)
    assert paper.asked.count("/1.html") == 4
    assert paper.asked.count("/2.html") == 1


def test_a_redirect_is_followed_on_the_same_site_alone(tmp_path: Path) -> None:
    """Where it leads to another domain, that one is not even asked."""
    stranger = Paper(pages={"/1.html": write_page(*write_text())})
    with serve(stranger) as base:
        there = base.replace("127.0.0.1", "localhost")
        pages: dict[str, Answer] = {"/1.html": redirect(f"{there}/1.html")}
        outcome, detail = take(Paper(pages=dict(pages)), tmp_path / "away")
    assert (outcome, stranger.asked) == (Outcome.NO_TEXT, [])
    assert "localhost" in detail
    text = write_page(*write_text())
    paper = Paper(pages={"/1.html": redirect("/news/1", 301), "/news/1": text})
    assert take(paper, tmp_path / "home")[0] is Outcome.TEXT
    paper = Paper(
        pages={"/1.html": redirect("/private/1"), "/private/1": text},
        robots=Response(200, {}, b"User-agent: *\nDisallow: /private\n"),
    )
    assert take(paper, tmp_path / "private")[0] is Outcome.REFUSED
    assert "/private/1" not in paper.asked
    chain: dict[str, Answer] = {f"/{n}": redirect(f"/{n + 1}") for n in range(9)}
    outcome, detail = take(Paper(pages={"/1.html": redirect("/0"), **chain}), tmp_path / "chain")
    assert (outcome, detail) == (Outcome.FAILED, "it redirects more than 5 times")


def test_a_page_made_to_be_slow_is_killed(tmp_path: Path) -> None:
    """Its summary stays, and the next page is read."""
    slow = Response(200, HTML, ("<div>" * 3_000 + "<p>library Yerevan</p>" * 60_000).encode())
    pages: dict[str, Answer] = {"/2.html": slow, "/1.html": write_page(*write_text())}
    paper = Paper([(1, SUMMARIES["en"]), (2, SUMMARIES["en"])], dict(pages))
    with open_paper(paper, tmp_path) as room:
        room.page_deadline, room.page_reader = timedelta(seconds=2), None
        room.poll()
        assert load_article(room, 2).outcome is Outcome.NO_TEXT
        assert load_article(room, 1).outcome is Outcome.TEXT


# ---------------------------------------------------------------- credits

AZATUTYUN = Source(
    "azatutyun",
    "https://www.azatutyun.example/api/",
    "Azatutyun",
    homepage="https://www.azatutyun.example/",
    aliases=("azatutyun.am",),
    reuse=Reuse(Mode.FULL, None, notice="Copyright (c) {year} RFE/RL", stated=True),
    enabled=False,
)
CREDITS = {
    "a dateline of its own": write_page(*write_text(), before="<p>Azatutyun.am.</p>"),
    "a bare dateline": write_page(*write_text(), before="<div>Azatutyun.am.</div>"),
    "a dateline behind the date": write_page(
        *write_text(), before="<div>21.09.2023</div><div><em>Azatutyun</em></div>"
    ),
    "a dateline in the text": write_page("Azatutyun. " + write_text()[0], *write_text()[1:]),
    "a line behind": write_page(
        *write_text(),
        after='<p>Source: <a href="https://www.azatutyun.example/a/1">Azatutyun</a></p>',
    ),
    "a line in Armenian": write_page(*write_text(), after="<p>Աղբյուրը՝ Azatutyun</p>"),
    "a line in Russian": write_page(*write_text(), after="<p>Источник: Azatutyun</p>"),
}


@pytest.mark.parametrize("name", CREDITS)
def test_whom_a_page_credits_is_credited(name: str, tmp_path: Path) -> None:
    """A carried report is recognised by its page; both are credited, and both terms bind."""
    paper = Paper(pages={"/1.html": CREDITS[name]})
    with open_paper(paper, tmp_path, others=[AZATUTYUN]) as room:
        room.poll()
        assert load_article(room).outcome is Outcome.TEXT
        room.publish()
        (shown,) = room.read_entries()
        text = shown.content[0].value
        assert "Azatutyun" in text[:300]
        assert "Paper" in text[:400]
        assert "Copyright (c) 2023 RFE/RL" in text
        assert write_text()[3] in text
        check_audit(room)


def test_an_unknown_source_is_credited_too(tmp_path: Path) -> None:
    """A dateline that is a host names whoever it is, with its link."""
    before = '<p><a href="https://elsewhere.example/x">Elsewhere.am</a>.</p>'
    paper = Paper(pages={"/1.html": write_page(*write_text(), before=before)})
    with open_paper(paper, tmp_path) as room:
        room.poll()
        room.publish()
        (shown,) = room.read_entries()
        assert "Elsewhere.am" in shown.content[0].value[:300]
        assert "https://elsewhere.example/x" in shown.content[0].value[:300]
        assert "Paper" in shown.content[0].value[:300]
        check_audit(room)


def test_a_page_that_credits_its_own_publisher_credits_nobody_else(tmp_path: Path) -> None:
    """Its name, its host and its aliases are itself."""
    page = write_page(*write_text(), before="<p>Paper.am.</p>", after="<p>Source: Paper</p>")
    paper = Paper(pages={"/1.html": page})
    with open_paper(paper, tmp_path, aliases=("paper.am",)) as room:
        room.poll()
        article = load_article(room)
    assert (article.outcome, article.source) == (Outcome.TEXT, None)


# ---------------------------------------------------------------- when not in effect


@pytest.mark.parametrize(
    "terms",
    [
        Reuse(),
        replace(FULL, derivatives=False),
        replace(FULL, until=replace(FULL).until),
    ],
)
def test_without_full_terms_no_page_is_asked_for(terms: Reuse, tmp_path: Path) -> None:
    """Only where the terms say `full` and let texts be changed."""
    paper = Paper(pages={"/1.html": write_page(*write_text())})
    with open_paper(paper, tmp_path, reuse=terms) as room:
        pages = room.poll()["paper"].state.pages
        if terms == FULL:
            assert paper.asked
        else:
            assert pages.startswith("not in effect: its re-use terms")
            assert paper.asked == []


def test_ended_and_embargoed_terms_ask_for_nothing(tmp_path: Path) -> None:
    """An embargoed report is asked for when it may be shown, under ended terms none is."""
    paper = Paper(pages={"/1.html": write_page(*write_text())})
    with open_paper(paper, tmp_path, reuse=replace(FULL, embargo=timedelta(hours=3))) as room:
        room.poll()
        assert paper.asked == []
        room.now += timedelta(hours=4)
        room.poll()
        assert load_article(room).outcome is Outcome.TEXT
        ended = replace(FULL, until=room.now)
        room.set_sources([replace(room.config.sources[0], reuse=ended)])
        room.now += timedelta(hours=2)
        assert "have ended" in room.poll()["paper"].state.pages


def test_without_the_extra_the_summary_is_published(tmp_path: Path) -> None:
    """And `status` says what to install; when that is done, the text comes."""
    paper = Paper(pages={"/1.html": write_page(*write_text())})
    with open_paper(paper, tmp_path) as room:
        room.has_extra = False
        assert room.poll()["paper"].state.pages == f"not in effect: {MISSING}"
        room.publish()
        assert SUMMARIES["en"] in room.read_entries()[0].content[0].value
        assert paper.asked == []
        room.has_extra = True
        room.now += timedelta(hours=2)
        assert room.poll()["paper"].texts == 1
        room.set_sources([replace(room.config.sources[0], full_text=False)])
        room.now += timedelta(hours=2)
        assert room.poll()["paper"].state.pages == ""


def test_a_report_that_was_taken_down_is_not_asked_for(tmp_path: Path) -> None:
    """Nor is its publisher."""
    paper = Paper(pages={"/1.html": write_page(*write_text())})
    with open_paper(paper, tmp_path) as room:
        room.has_extra = False
        room.poll()
        entry = load_entry(room)
        room.store.save_orders([Order(Act.TAKEDOWN, "paper", entry.key, room.now)])
        room.has_extra = True
        room.now += timedelta(hours=2)
        room.poll()
        assert (paper.asked, load_entry(room).article) == ([], None)


def test_a_surprise_costs_one_page(tmp_path: Path) -> None:
    """What nobody foresaw is noted with the report; the poll stands."""
    paper = Paper(pages={"/1.html": write_page(*write_text())})
    with open_paper(paper, tmp_path) as room:
        asyncio.run(poll_stumbling(room))
        article = load_article(room)
    assert article.outcome is Outcome.FAILED
    assert "a fault of this program: RuntimeError" in article.detail


def test_a_resting_domain_is_not_asked(tmp_path: Path) -> None:
    """No try is counted: another source of the domain was refused meanwhile."""
    with open_newsroom(tmp_path, []) as room:
        source = Source("paper", "http://paper.example/feed", "Paper", reuse=FULL, full_text=True)
        entry = make_entry("1", "paper", first_seen=room.now, changed=room.now)
        state = replace(policy.start_state(source, room.now), last_kind="ok")
        room.store.save([Decision(state, (entry,))])
        polled = asyncio.run(follow_resting(room, Polled(source, state)))
        assert polled is not None
        assert polled.state.pages == "ended early: its domain paper.example asked to wait"
        assert load_entry_of(room).article is None


def load_entry_of(room: Newsroom) -> Entry:
    """The one stored report."""
    ((entry,), _) = room.store.load_newest(2)
    return entry


async def follow_resting(room: Newsroom, polled: Polled) -> Polled | None:
    """Ask for pages while the domain rests; whoever asks nevertheless raises."""
    log = make_log("json", room.logged)
    async with Fetcher(room.config.polling, "agent") as fetcher, open_readers(1) as parser:
        pages = PageTools(Stumbling(), Inline())
        tools = Tools(room.store, fetcher, parser, lambda: room.now, log, pages=pages)
        conductor = Conductor(room.config, tools)
        conductor.gate.rests.recall({"paper.example": room.now + timedelta(hours=1)})
        return await conductor.follow_up(polled)


class Stumbling:
    """Whoever asks for pages and meets what nobody foresaw."""

    async def step(self, source: Source, state: FetchState, gate: Gate | None) -> FetchResult:
        """Raise."""
        raise RuntimeError(f"unforeseen at {source.id}, {state.url}, {gate}")


async def poll_stumbling(room: Newsroom) -> None:
    """Poll with that fetcher of pages."""
    log = make_log("json", room.logged)
    reader = open_page_readers()
    assert reader is not None
    async with Fetcher(room.config.polling, "agent") as fetcher, open_readers(1) as parser, reader:
        pages = PageTools(Stumbling(), reader)
        tools = Tools(room.store, fetcher, parser, lambda: room.now, log, pages=pages)
        await poll(room.config, tools)
