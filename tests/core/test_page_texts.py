"""Texts on a page: folded when long, without anything that asks others."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model import Also, Enclosure
from aggregator.core.page import Medium
from aggregator.core.page.folding import count_words, split_blocks, split_text
from aggregator.core.page.media import link_media, list_media
from tests.core.make import NOW, make_words
from tests.core.test_page import make_shown

PARAGRAPHS = [f"<p>{make_words(50, name)}</p>" for name in ("a", "b", "c", "d")]


def split(html: str, **fields: Any) -> tuple[str, str, str]:  # noqa: ANN401 - any field
    """The parts of a text."""
    return split_text(html, make_shown(html=html, **fields))


def test_a_short_text_is_shown_whole() -> None:
    """Up to 150 words nothing is folded."""
    html = "".join(PARAGRAPHS[:3])
    assert split(html) == (html, "", "")


def test_a_long_text_is_folded_behind_its_start() -> None:
    """The start has 60 words at least, and ends where a block ends."""
    assert split("".join(PARAGRAPHS)) == ("".join(PARAGRAPHS[:2]), "".join(PARAGRAPHS[2:]), "")


def test_a_credit_of_its_own_is_no_start() -> None:
    """Where terms want the link before the text, words follow it before the fold."""
    credit = '<p><a href="https://hetq.example/news/1x">Hetq</a></p>'
    lead, rest, _ = split(credit + "".join(PARAGRAPHS))
    assert lead == credit + "".join(PARAGRAPHS[:2])
    assert rest


def test_a_few_words_are_not_folded() -> None:
    """They would cost a click each."""
    html = f"<p>{make_words(140)}</p><p>{make_words(30, 'end')}</p>"
    assert split(html) == (html, "", "")


def test_one_long_paragraph_is_not_broken() -> None:
    """A fold stands between blocks."""
    html = f"<p>{make_words(300)}</p>"
    assert split(html) == (html, "", "")


def test_a_box_round_the_text_is_folded_inside() -> None:
    """The box stands round both parts, with its language."""
    box = '<div lang="ru">'
    html = f"{box}{''.join(PARAGRAPHS)}</div>"
    lead, rest, tail = split(html)
    assert lead == f"{box}{''.join(PARAGRAPHS[:2])}</div>"
    assert rest == f"{box}{''.join(PARAGRAPHS[2:])}</div>"
    assert tail == ""


@pytest.mark.parametrize("inner", [f"<p>{make_words(200)}</p>", make_words(200), "<div></div>"])
def test_a_box_that_cannot_be_parted_stays_whole(inner: str) -> None:
    """What stands behind it is folded all the same."""
    html = f"<div>{inner}</div>{''.join(PARAGRAPHS)}"
    lead, rest, _ = split(html)
    assert lead + rest == html
    assert rest


def test_our_words_behind_the_text_are_never_folded() -> None:
    """The link, who carried it, the correction, the notices, and who else reported it."""
    tail = (
        '<p>Read on: <a href="https://hetq.example/news/1">https://hetq.example/news/1</a></p>'
        '<p>Also carried by: <a href="https://a.example/?x=1&amp;y=2">A</a></p>'
        "<p><small>Updated</small></p>"
        "<p><small>© Hetq</small></p>"
        '<p>Also reported by:</p><ul><li>B: <a href="https://b.example/">Title</a></li></ul>'
    )
    html = "".join(PARAGRAPHS) + tail
    also = (Also("B", "B", "Title", "https://b.example/", NOW),)
    carriers = (("A", "https://a.example/?x=1&y=2"),)
    lead, rest, behind = split(html, also=also, carriers=carriers)
    assert behind == tail
    assert lead + rest == "".join(PARAGRAPHS)


def test_a_list_of_the_source_is_no_list_of_ours() -> None:
    """Without other reports a list at the end belongs to the text."""
    html = f"<p>{make_words(50)}</p><ul><li>one</li></ul>"
    assert split(html) == (html, "", "")


def test_headings_are_below_the_storys_own() -> None:
    """The story's is the third level."""
    html = '<h1 lang="en">One</h1><p>x</p><h6>Six</h6><hr>'
    assert split(html)[0] == '<h4 lang="en">One</h4><p>x</p><h4>Six</h4><hr>'


def test_blocks() -> None:
    """Bare words between blocks are blocks; inline tags and void ones part nothing."""
    html = "bare <b>words</b><p>one<br>two</p> <hr>more<ul><li>x</li><li>y</li></ul></p>"
    assert split_blocks(html) == [
        "bare <b>words</b>",
        "<p>one<br>two</p>",
        " <hr>more",
        "<ul><li>x</li><li>y</li></ul>",
        "</p>",
    ]


_BLOCK = st.sampled_from(
    [*PARAGRAPHS, "<div>", "</div>", "bare words ", "<hr>", "<br>", "<blockquote>q</blockquote>"]
)


@given(st.lists(_BLOCK, max_size=12).map("".join))
def test_nothing_is_lost_by_folding(html: str) -> None:
    """Every word stands in one of the parts, once and in its order."""
    parts = split(html)
    words = re.sub(r"<[^>]*>", " ", html).split()
    assert re.sub(r"<[^>]*>", " ", " ".join(parts)).split() == words
    assert count_words(html) == len(words)


_CDN = "https://cdn.example"
_PICTURE = "[Picture at cdn.example]"
_ESCAPED = "https://hetq.example/a.jpg?b=1&amp;c=2"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>No media.</p>", "<p>No media.</p>"),
        (
            f'<p>A <img src="{_ESCAPED}" alt="A &lt;dog&gt;" loading="lazy"> b</p>',
            f'<p>A <a href="{_ESCAPED}">[Picture at hetq.example: A &lt;dog&gt;]</a> b</p>',
        ),
        (
            f'<a href="https://x.example/"><img src="{_CDN}/a" alt=""></a><img src="{_CDN}/b">',
            f'<a href="https://x.example/">{_PICTURE}</a><a href="{_CDN}/b">{_PICTURE}</a>',
        ),
        (
            f'<video src="{_CDN}/a.mp4"><track src="{_CDN}/t">No film.</video>',
            f'<a href="{_CDN}/a.mp4">[Video at cdn.example]</a>No film.',
        ),
        (f'<audio src="{_CDN}/a"></audio>', f'<a href="{_CDN}/a">[Audio at cdn.example]</a>'),
        (f'<iframe src="{_CDN}/e"></iframe>', f'<a href="{_CDN}/e">[Page at cdn.example]</a>'),
        (f'<picture><source srcset="{_CDN}/a.webp"></picture>x', "x"),
        ('<p><img alt="nothing"></p>', "<p></p>"),
    ],
)
def test_media_become_links(html: str, expected: str) -> None:
    """Reading a page asks nobody but its own server; links do not nest."""
    assert link_media(html, "en") == expected


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("hy", "Լուսանկար՝ cdn.example"),
        ("ru-RU", "Изображение: cdn.example"),
        (None, "Picture at cdn.example"),
    ],
)
def test_media_are_named_in_the_texts_language(language: str | None, words: str) -> None:
    """In English where we have no words of it."""
    assert words in link_media('<img src="https://cdn.example/a.jpg">', language)


def test_attached_media_are_listed_once() -> None:
    """The thumbnail first; each with its kind and who would be asked for it."""
    shown = make_shown(
        language="en",
        thumbnail="https://cdn.example/a.jpg",
        enclosures=(
            Enclosure("https://cdn.example/a.jpg", "image/jpeg"),
            Enclosure("https://cdn.example/b.mp3", "audio/mpeg"),
            Enclosure("https://www.cdn.example/c.mp4", "video/mp4"),
            Enclosure("https://cdn.example/d.pdf", "application/pdf"),
            Enclosure("https://cdn.example/e"),
        ),
    )
    assert list(list_media(shown)) == [
        Medium("picture", "https://cdn.example/a.jpg", "cdn.example"),
        Medium("audio", "https://cdn.example/b.mp3", "cdn.example"),
        Medium("video", "https://www.cdn.example/c.mp4", "cdn.example"),
        Medium("file", "https://cdn.example/d.pdf", "cdn.example"),
        Medium("file", "https://cdn.example/e", "cdn.example"),
    ]
