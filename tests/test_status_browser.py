"""The status page in a real browser; skipped where there is none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from aggregator.core.board import PAGE, Pressing
from aggregator.core.history import list_slots
from aggregator.core.model import Day, Decision, FetchState, Held, Ledger, Problem, Source, Tally
from aggregator.core.settings import Config
from aggregator.daemon.newsroom import Newsroom
from aggregator.daemon.pages import make_pages
from aggregator.edges.log import make_log
from aggregator.edges.store import open_store
from tests.edges.serving import run_site
from tests.newsroom import NEWSFEED, NOON, POLLING
from tests.test_page_browser import BROWSER, DESK, PHONE, check_readable, playwright, watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here: apt install chromium")

LONG = "w" * 300


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator["Browser"]:
    """A browser of Debian; opened behind the site, whose server has a loop of its own."""
    assert site
    with playwright.sync_playwright() as driver:
        # Tests may run as root, as whom the browser starts without its sandbox only.
        opened = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A daemon of more sources than one part holds, of which some are in every trouble."""
    data = tmp_path_factory.mktemp("status")
    sources = tuple(Source(f"s{number:03}", "https://a.example/", "Paper") for number in range(120))
    config = Config("sources.yaml", NEWSFEED, POLLING, sources=sources)
    with open_store(data) as store:
        failing = replace(make_state("s001"), failures=3, last_kind="not-found")
        store.save([Decision(failing, tally=one) for one in tell_week("s001")])
        held = (Held("s000", "1", LONG, f"no room for {LONG}"),)
        days = (Day(date(2023, 9, 20), 1, NOON, NOON, LONG), Day(date(2023, 9, 21), 2, NOON))
        store.save_ledger(Ledger(NOON, held=held, days=days))
        newsroom = Newsroom(config, store, data, lambda: NOON, make_log("json", StringIO()))
        newsroom.pressing = Pressing(200, 4, 12, 0.8, (f"page.html:1: {LONG}",))
        with run_site(data / "public", make_pages(newsroom, lambda: NOON)) as running:
            yield running.url


def make_state(name: str) -> FetchState:
    """A source that answered, of which something is odd."""
    problems = (Problem("", LONG),)
    return FetchState(
        name, "https://a.example/", NOON + timedelta(hours=1), LONG, last_poll=NOON,
        last_kind="ok", last_detail=LONG, problems=problems,
    )  # fmt: skip


def tell_week(name: str) -> list[Tally]:
    """Polls of each kind in each slot."""
    return [Tally(name, at, 2, 4, 1, number) for number, at in enumerate(list_slots(NOON))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_everybody_can_read_the_status(
    browser: "Browser", site: str, width: int, scheme: str
) -> None:
    """No violation of axe's rules, nothing wider than the screen, nobody else asked."""
    check_readable(watch(browser, site, width, scheme), "status", width)


def test_an_operator_finds_the_way(browser: "Browser", site: str) -> None:
    """The figures of a chart by keyboard, the next part of the sources, and back."""
    watched = watch(browser, site)
    page = watched.open("status")
    assert page.locator(".row").count() == PAGE
    assert (
        page.locator(".row h3").first.evaluate("one => getComputedStyle(one).fontWeight") == "700"
    )
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open] tbody tr").count() == 8
    page.locator("a[rel=next]").first.click()
    assert page.locator(".row").count() == 120 - PAGE
    assert page.locator("text=Part 2 of 2").first.is_visible()
    page.locator("a[rel=prev]").first.click()
    assert page.locator(".row").count() == PAGE
    watched.check()
