"""The page in a real browser: read, moved through, subscribed to; skipped where there is none."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.core.model import Person, Shown
from aggregator.edges.files import write_output
from aggregator.edges.serve import Page as Made
from tests.edges.serving import run_site
from tests.pages import open_pages, render_day, render_search, repeat, tell_day

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here: apt install chromium")

DAY = "2023/09/21/"
PHONE, DESK = 390, 1280
"""Widths of screens in pixels."""


@dataclass(slots=True)
class Watched:
    """A page of a browser, with all that it asked for and complained of."""

    page: "Page"
    root: str
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def open(self, path: str) -> "Page":
        """Go to a page of the site."""
        self.page.goto(self.root + path)
        return self.page

    def check(self) -> None:
        """Nothing was complained of, nobody else was asked."""
        assert self.said == []
        assert [url for url in self.asked if not url.startswith(self.root)] == []


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The authored day, published and served as `run` serves it."""
    told = tell_day()

    def answer() -> Made:
        return Made(200, "text/html; charset=utf-8", render_search(told, "refugees"))

    with open_pages() as folder, run_site(folder, {"/search": answer}) as running:
        for output in render_day(told, repeat(told.shown, 200)).outputs:
            write_output(folder, replace(output, path=f"many/of/these/{Path(output.path).name}"))
        for output in render_day(told, make_hostile(told.shown[0])).outputs:
            write_output(folder, replace(output, path=f"hostile/{Path(output.path).name}"))
        yield running.url


def make_hostile(shown: Shown) -> tuple[Shown, ...]:
    """Stories that sources really write, at their worst."""
    word = "w" * 300
    cells = "".join(f"<td>{word}</td>" for _ in range(8))
    table = f"<table><caption>c</caption><tr><th>{word}</th></tr><tr>{cells}</tr></table>"
    lists = "<ul><li>one<ul><li>two<ol><li>three</li></ol></li></ul></li></ul>"
    parts = (
        f"<pre>{word}</pre>",
        f"<h1>{word}</h1><h6>x</h6>",
        table,
        lists,
        "<details>x</details>",
    )
    arabic = "".join(f"<p>{'خبر عاجل ' * 40}</p>" for _ in range(4))
    return (
        replace(shown, id="1", title=word, html=f"<p>{word}</p>{''.join(parts)}", rights=word),
        replace(shown, id="2", title="خبر", html=arabic, language="ar", comments_count=2),
        replace(shown, id="3", title=word, html=arabic, language=None, license=shown.link),
        replace(shown, id="4", source=replace(shown.source, title=word), authors=(Person(word),)),
    )


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator["Browser"]:
    """The browser of this machine; nothing is fetched for it.

    After the site: the driver's event loop runs in this thread until its end,
    and the day is polled by one of its own.
    """
    assert site
    with playwright.sync_playwright() as driver:
        # Tests may run as root, as whom the browser starts without its sandbox only.
        opened = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


def watch(browser: "Browser", root: str, width: int = DESK, scheme: str = "light") -> Watched:
    """A new page of this width, in light or dark."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    watched = Watched(context.new_page(), root)
    watched.page.set_default_timeout(20_000)
    watched.page.on("request", lambda request: watched.asked.append(request.url))
    watched.page.on("console", lambda message: watched.said.append(message.text))
    watched.page.on("pageerror", lambda error: watched.said.append(str(error)))
    return watched


def find_violations(page: "Page") -> list[str]:
    """What axe has to say against a page, a line for each rule."""
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'][:200] for node in one['nodes'][:3]]}" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["", ".hy", ".ru"])
def test_everybody_can_read_a_day(
    browser: "Browser", site: str, language: str, width: int, scheme: str
) -> None:
    """No violation of axe's rules, nothing wider than the screen, nobody else asked."""
    watched = watch(browser, site, width, scheme)
    check_readable(watched, f"{DAY}index{language}.html", width)


@pytest.mark.parametrize(
    ("path", "width", "scheme"),
    [
        ("index.html", DESK, "light"),
        ("index.hy.html", PHONE, "dark"),
        ("2023/09/20/index.ru.html", PHONE, "light"),
        ("tags/armenia/index.hy.html", DESK, "dark"),
        ("days/index.html", PHONE, "light"),
        ("days/index.ru.html", DESK, "dark"),
        ("search?q=refugees", PHONE, "dark"),
        ("search?q=refugees", DESK, "light"),
    ],
)
def test_everybody_can_read_the_other_pages(
    browser: "Browser", site: str, path: str, width: int, scheme: str
) -> None:
    """As above: the newest stories, an empty day, a folder, the archive, a search."""
    check_readable(watch(browser, site, width, scheme), path, width)


def check_readable(watched: Watched, path: str, width: int) -> None:
    """Open the page, and let axe and the ruler judge it."""
    page = watched.open(path)
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    watched.check()


@pytest.mark.parametrize("path", ["hostile/index.html", "hostile/index.hy.html"])
def test_no_text_of_a_source_breaks_the_page(browser: "Browser", site: str, path: str) -> None:
    """Words without an end, wide tables, headings, lists and text that runs the other way."""
    check_readable(watch(browser, site, PHONE), path, PHONE)


def test_reading_a_day_and_moving_between_days(browser: "Browser", site: str) -> None:
    """By the ways at the top, by the calendar, by the list of all days."""
    watched = watch(browser, site)
    page = watched.open(f"{DAY}index.html")
    assert page.locator("h1").inner_text() == "Thursday, September 21, 2023"
    assert page.locator("article").count() > 20
    page.locator("a[rel=prev]").click()
    assert page.locator("h1").inner_text() == "Wednesday, September 20, 2023"
    page.locator("a[rel=next]").click()
    page.locator(".calendar").get_by_role("link", name="September 20, 2023").click()
    assert page.url == f"{site}2023/09/20/index.html"
    page.get_by_role("link", name="All days").click()
    page.get_by_role("link", name="September 21, 2023").click()
    assert page.url == f"{site}{DAY}index.html"
    watched.check()


def test_switching_the_language_stays_on_the_page_and_stays_switched(
    browser: "Browser", site: str
) -> None:
    """The next page is in the language too; the texts keep theirs."""
    watched = watch(browser, site)
    page = watched.open(f"{DAY}index.html")
    titles = page.locator("h3").all_inner_texts()
    page.get_by_role("link", name="Հայերեն").click()
    assert page.url == f"{site}{DAY}index.hy.html"
    assert page.locator("html").get_attribute("lang") == "hy"
    assert page.locator("h3").all_inner_texts() == titles
    page.locator("a[rel=prev]").click()
    assert page.url == f"{site}2023/09/20/index.hy.html"
    watched.check()


def test_the_keyboard_is_enough(browser: "Browser", site: str) -> None:
    """The first stop leads past the masthead; each stop can be seen; a fold opens by Enter."""
    watched = watch(browser, site)
    page = watched.open(f"{DAY}index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the stories"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(60):
        page.keyboard.press("Tab")
        ring = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(f"document.activeElement === document.body || {ring}") != "none"
    fold = page.locator("summary").first
    fold.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1
    watched.check()


def test_searching(browser: "Browser", site: str) -> None:
    """The form asks the site, with the words in the address; what was found leads on."""
    watched = watch(browser, site)
    page = watched.open(f"{DAY}index.html")
    page.get_by_label("Search all stories").fill("refugees")
    page.get_by_role("button", name="Search").click()
    assert page.url == f"{site}search?q=refugees"
    assert "45 stories found" in page.locator("h1").inner_text()
    assert page.get_by_label("Search all stories").input_value() == "refugees"
    watched.check()


def test_subscribing(browser: "Browser", site: str) -> None:
    """The addresses stand in a box, and where readers look for them by themselves."""
    page = watch(browser, site).open("tags/armenia/index.html")
    box = page.locator(".subscribe a")
    places = [one.get_attribute("href") for one in box.all()]
    assert places == ["atom.xml", "rss.xml", "feed.json"]
    found = page.locator("head link[rel=alternate][type]").all()
    assert [one.get_attribute("href") for one in found] == places


def test_what_is_folded_is_on_paper(browser: "Browser", site: str) -> None:
    """A reader of a print cannot click."""
    page = watch(browser, site).open(f"{DAY}index.html")
    last = page.locator("details > :last-child").first
    assert not last.is_visible()
    page.emulate_media(media="print")
    assert last.is_visible()
    assert not page.locator(".calendar").is_visible()


def test_it_reads_from_a_disk(browser: "Browser") -> None:
    """A published folder that nobody serves has its styles and its ways all the same."""
    with open_pages() as folder:
        watched = watch(browser, folder.as_uri())
        page = watched.open(f"/{DAY}index.html")
        assert page.locator("aside").bounding_box() is not None
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
        page.locator("a[rel=prev]").click()
        assert page.locator("h1").inner_text() == "Wednesday, September 20, 2023"
        watched.check()


def test_a_day_of_200_stories_is_painted_within_a_second(browser: "Browser", site: str) -> None:
    """The first paint, as the browser counts it from the start of the navigation."""
    page = watch(browser, site).open("many/of/these/index.html")
    assert page.locator("article").count() == 200
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    # The best of three: a machine that does other things meanwhile says nothing of the page.
    for _ in range(3):
        if page.wait_for_function(paint).json_value() < 1000:
            return
        page.reload()
    pytest.fail("each of three paints took more than a second")
