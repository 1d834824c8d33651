"""What is read of an article's page and of a robots.txt, apart from any belief."""

from datetime import timedelta

import pytest

from aggregator.core.model import ArticlePage, Line
from aggregator.edges.article import is_installed
from aggregator.edges.article.page import read_page
from aggregator.edges.parse import PageTask, RobotsTask
from aggregator.edges.robots import read_robots
from aggregator.pages import read_task
from tests.articles import HTML, write_page, write_text

URL = "https://paper.example/news/1.html"
UTF8 = HTML["Content-Type"]


def read(body: bytes | str, content_type: str = UTF8) -> ArticlePage:
    """The page as the process that reads pages gives it."""
    page = read_task(PageTask(body.encode() if isinstance(body, str) else body, content_type, URL))
    assert isinstance(page, ArticlePage)
    return page


def read_body(**parts: str) -> ArticlePage:
    """A written page with these parts."""
    body = write_page(*write_text(), **parts).body
    assert isinstance(body, bytes)
    return read(body)


def test_the_extra_is_there_for_tests() -> None:
    """It is in the development group."""
    assert is_installed()


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16"])
@pytest.mark.parametrize("says", ["http", "page", "nobody"])
def test_charsets(encoding: str, says: str) -> None:
    """By a BOM, by HTTP, by the page, else guessed."""
    meta = f"<meta charset={encoding}>" if says == "page" else ""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in write_text("ru"))
    body = f"<html><head>{meta}<title>T</title></head><body><article>{text}</article></body></html>"
    kind = f"text/html; charset={encoding}" if says == "http" else "text/html"
    assert write_text("ru")[2] in read(body.encode(encoding), kind).html


@pytest.mark.parametrize("body", ["", "   ", "\x00", "<!-- -->", "<html></html>", "words"])
def test_a_page_without_an_article_is_an_empty_one(body: str) -> None:
    """Nothing is raised."""
    assert "<p>" not in read(body).html or body == "words"


def test_an_unknown_charset_is_passed_over() -> None:
    """Its name may be made up, or that of no charset of texts."""
    for name in ("x-made-up", "base64", "utf-8"):
        body = write_page(*write_text("hy")).body
        assert isinstance(body, bytes)
        assert write_text("hy")[1] in read(body, f"text/html; charset={name}").html


def test_what_is_read_is_safe_and_absolute() -> None:
    """Scripts go, links lead somewhere."""
    page = read_body(after='<p>See <a href="/x">this</a>.<script>evil()</script></p>')
    assert "evil" not in page.html
    assert 'href="https://paper.example/x"' in page.html


@pytest.mark.parametrize(
    "hidden",
    ["hidden", 'style="display:none"', 'style="font-size:0"', "style='visibility: hidden'"],
)
def test_what_a_page_lets_nobody_see_is_not_read(hidden: str) -> None:
    """Its words are no part of the article."""
    unseen = f"<p {hidden}>Unseen words that stand in a paragraph of their own, for machines.</p>"
    assert "Unseen" in read_body(after=unseen.replace(hidden, "")).html
    page = read_body(after=unseen)
    assert "Unseen" not in page.html
    assert write_text()[1] in page.html


def test_what_a_page_says_of_itself() -> None:
    """Its canonical link, its title and headline, and who is shown as its author."""
    page = read_body(
        head='<link rel="icon" href="/i"><link rel="canonical" href="/c/1">',
        before='<p>By <a rel="author" href="/a">Anna Aslan</a> <a href="/b">More</a></p>',
    )
    assert page.canonical == "/c/1"
    assert page.authors == ("Anna Aslan",)
    assert page.title == "Report - Paper\nReport"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", False),
        ('<meta property="article:content_tier" content="locked">', True),
        ('<meta property="article:content_tier" content="free">', False),
        ('<script type="application/ld+json">{"isAccessibleForFree": false}</script>', True),
        ('<script type="application/ld+json">{"isAccessibleForFree": true}</script>', False),
        ('<script type="application/ld+json">[{"a": {"isAccessibleForFree": "False"}}]</script>',
         True),
        ('<script type="application/ld+json">{broken</script>', False),
        (f'<script type="application/ld+json">{"[" * 100_000}</script>', False),
        ('<script type="application/ld+json">[[[[[[[{"isAccessibleForFree": false}]]]]]]]</script>',
         False),
    ],
)  # fmt: skip
def test_a_page_says_that_it_is_not_free(head: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """By schema.org or by content_tier."""
    assert read_body(head=head).is_paid is expected


def test_lines_before_and_behind_the_text() -> None:
    """A dateline between date and text, and a source behind it; navigation is none of them."""
    page = read_body(
        before="<div>12:30</div><div><a href='https://b.example/'>Azatutyun.am.</a></div>",
        after="<figure><figcaption>Source: AP</figcaption></figure><p>Source: Lragir<br>x</p>",
    )
    assert page.before[-2:] == (Line("12:30"), Line("Azatutyun.am.", "https://b.example/"))
    assert Line("Source: Lragir") in page.within
    assert not [line for line in (*page.before, *page.within) if "AP" in line.text]
    assert not [line for line in page.before if "Home" in line.text]


def test_a_bare_dateline_and_a_comment() -> None:
    """Words that stand in no block of their own are a line too."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in write_text())
    page = read(f"<html><body><div><!-- x -->Azatutyun.am.{text}</div></body></html>")
    lines = (*page.before, *page.within)
    assert Line("Azatutyun.am.") in lines


AGENTS = ("day-newsfeed",)


@pytest.mark.parametrize(
    ("body", "allowed", "delay"),
    [
        (b"", True, None),
        (b"User-agent: *\nDisallow: /news\n", False, None),
        (b"User-agent: *\nDisallow: /news\nAllow: /news/1\n", True, None),
        (b"User-agent: *\nCrawl-delay: 2.5\n", True, timedelta(seconds=2.5)),
        (b"User-agent: *\nCrawl-delay: -1\n", True, None),
        (b"User-agent: *\nCrawl-delay: 1e300\n", True, timedelta(days=1)),
        (b"User-agent: *\nCrawl-delay: nan\n", True, None),
        (b"User-agent: *\nCrawl-delay: soon\n", True, None),
        (b"\xff\xfe\x00User-agent", True, None),
        (b"user-agent: DAY-NEWSFEED\ndisallow: /\n", False, None),
        (b"User-agent: day-newsfeed-extra\nDisallow: /\n", True, None),
    ],
)
def test_robots_txt(body: bytes, allowed: bool, delay: timedelta | None) -> None:  # noqa: FBT001 - a table
    """Allowed or not, and how far apart."""
    said = read_task(RobotsTask(body, AGENTS, (URL,)))
    assert said == read_robots(body, AGENTS, [URL])
    assert (said.allowed, said.delay) == ((allowed,), delay)


def test_reading_gives_the_same_again() -> None:
    """A process that reads many pages keeps nothing of them."""
    body = write_page(*write_text()).body
    assert isinstance(body, bytes)
    assert read_page(body, UTF8, URL) == read_page(body, UTF8, URL)
    assert len({read(body) for _ in range(5)}) == 1
