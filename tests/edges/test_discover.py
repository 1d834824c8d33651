"""The feeds that a page names."""

import pytest

from aggregator.core.finding import Hint
from aggregator.edges.discover import find_hints

URL = "https://a.example/news/"


def hints(head: str, body: str = "") -> list[Hint]:
    """What a page of this head and body names."""
    page = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return list(find_hints(page.encode(), URL))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            '<link rel="alternate" type="application/rss+xml" href="f.xml">',
            "https://a.example/news/f.xml",
        ),
        (
            '<LINK REL="Alternate" TYPE="Application/Atom+XML; charset=x" HREF="/f">',
            "https://a.example/f",
        ),
        ('<link rel=feed href="//b.example/f">', "https://b.example/f"),
        (
            '<base href="/x/"><link rel=alternate type=application/feed+json href=f>',
            "https://a.example/x/f",
        ),
        ('<base href="https://c.example"><link rel=feed href=f>', "https://c.example/f"),
        ("<link rel=alternate type=text/xml href=/rss>", "https://a.example/rss"),
        ("<link rel=alternate type=application/json href=/wp-json/1>", None),
        ("<link rel=alternate type=text/html hreflang=de href=/de/feed>", None),
        ("<link rel=stylesheet type=application/rss+xml href=/f>", None),
        ('<link rel=feed href="javascript:x">', None),
        ("<link rel=feed>", None),
    ],
)
def test_what_a_page_declares_is_found(head: str, expected: str | None) -> None:
    """Absolute, with the base of the page; what is no feed is left out."""
    assert [hint.url for hint in hints(head)] == ([expected] if expected else [])


def test_anchors_come_last_and_addresses_once() -> None:
    """What is declared stays declared."""
    found = hints(
        '<link rel=feed href="/feed" title=" Main ">',
        '<a href="/feed">x</a><a href="/tag/rss/#top">Tag <b>feed</b></a><a href="/about">no</a>',
    )
    assert found == [
        Hint("https://a.example/feed", "Main"),
        Hint("https://a.example/tag/rss/", "Tag feed", declared=False),
    ]


@pytest.mark.parametrize("body", [b"", b"  ", b"\x00", b"<", b"<!---->", b"\xff\xfe<\x00h", b"[1]"])
@pytest.mark.parametrize("charset", [None, "utf-8", "no-such-charset"])
def test_whatever_comes_is_no_surprise(body: bytes, charset: str | None) -> None:
    """Bytes that are no page name nothing."""
    assert find_hints(body, URL, charset) == ()


def test_a_page_of_links_is_cut() -> None:
    """At 200."""
    assert len(hints("", "".join(f'<a href="/rss/{n}">x</a>' for n in range(500)))) == 200
