"""A visitor in a real browser: what a publishing of the authored day made, as `run` serves it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
import pytest

from aggregator.core.settings import PublishSettings, ServeSettings
from tests.daemon.test_questions import Served, serve_room
from tests.day import POLLS, load_day
from tests.edges.loopback import serve
from tests.test_page_browser import BROWSER, playwright

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here: apt install chromium")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The authored day, polled four times, published with all of its folders, and served."""
    day = load_day()
    with (
        serve(day.serve) as home,
        serve_room(tmp_path_factory.mktemp("whole"), list(day.name_sources(home))) as made,
    ):
        made.room.config = replace(
            made.room.config, publish=PublishSettings(), serve=ServeSettings(enabled=True)
        )
        for name in POLLS:
            day.poll = name
            made.room.now = day.tell_time()
            made.room.poll(force=True)
            while made.room.publish().is_more:
                pass
        yield made


@pytest.fixture
def page(served: Served) -> Iterator["Page"]:
    """A browser that asks nobody but the site, and complains of nothing."""
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        opened = browser.new_page()
        asked: list[str] = []
        said: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("console", lambda message: said.append(message.text))
        yield opened
        browser.close()
    assert said == []
    assert [url for url in asked if not url.startswith(served.site.url)] == []


def test_a_visitor_reads_moves_searches_and_subscribes(served: Served, page: "Page") -> None:
    """From the newest stories to a day, the day before, another language, a search, a feed."""
    page.goto(served.site.url)
    assert page.locator("article").count() == 26
    page.locator("h2 a[href*='2023/09/21']").click()
    page.wait_for_url("**/2023/09/21/index.html")
    assert page.locator("article").count() == 25
    page.get_by_role("link", name="September 20").first.click()
    page.wait_for_url("**/2023/09/20/index.html")
    assert page.locator("article").count() == 1
    page.get_by_role("link", name="Русский").click()
    page.wait_for_url("**/2023/09/20/index.ru.html")
    assert page.locator("html").get_attribute("lang") == "ru"
    page.goto(served.site.url)
    page.get_by_role("searchbox").fill("Yevlakh")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=Yevlakh*")
    assert page.locator("article").count() >= 1
    page.goto(served.site.url)
    feed = page.locator("link[rel=alternate][type='application/atom+xml']").get_attribute("href")
    text = page.request.get(f"{served.site.url}{feed}").text()
    assert len(feedparser.parse(text).entries) == 26
    assert Path(feed or "").name == "atom.xml"
