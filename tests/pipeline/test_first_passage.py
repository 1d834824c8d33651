"""The first passage that a reader sees links to the article: the whole way, every shape and format.

Each shape goes through parsing, cleaning, normalising, the terms and the rendering; what
is published is then read by a reader of its own, which knows nothing of how it was made.
"""

import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from lxml import etree

from aggregator.core.model import (
    Edition,
    LinkPlace,
    Mode,
    Output,
    ParsedFeed,
    Report,
    Reuse,
    Shown,
    Source,
)
from aggregator.core.normalise import normalise_feed
from aggregator.core.reuse import PRESETS, present
from aggregator.core.stories import combine
from aggregator.core.urls import canonical
from aggregator.edges.clean import clean_feed
from aggregator.edges.parse import read_feed
from aggregator.edges.render import Fragments, render_feeds, render_story
from aggregator.pipeline.inspecting import find_fault

NOON = datetime(2023, 9, 21, 12, tzinfo=UTC)
LINK = "https://www.azatutyun.am/a/1.html"
OTHER = "https://elsewhere.example/2"
ATOM = "{http://www.w3.org/2005/Atom}"
PAPER = Source(
    "azatutyun",
    "https://www.azatutyun.am/api/",
    "Azatutyun.am",
    "https://www.azatutyun.am/",
    aliases=("Ազատություն", "Radio Azatutyun"),
)
BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote caption dd details div dl dt figcaption figure footer h1"
        " h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th"
        " thead tr ul",
    )
)

# What the feed gives -> how the text begins, in words, where that is worth saying.
SHAPES = {
    "nothing": ("", "Azatutyun.am"),
    "a summary": ("Plain words of a summary.", "Azatutyun.am. Plain words"),
    "two lines": ("One line.\n\nAnother line.", None),
    "a paragraph": ("<p>Words.</p><p>More.</p>", "Azatutyun.am. Words."),
    "an empty paragraph first": ("<p></p><p>Words.</p>", "Azatutyun.am. Words."),
    "blanks first": ("<p>&nbsp;</p><p><br></p><p> </p><p>Words.</p>", "Azatutyun.am. Words."),
    "zero width blanks first": ("<p>\u200b</p><p>Words.</p>", "Azatutyun.am. Words."),
    "breaks first": ("<br><br/>Words.<br>More.", "Azatutyun.am. Words."),
    "a rule first": ("<hr><p>Words.</p>", "Azatutyun.am"),
    "an image first": ('<img src="https://x.example/1.png"><p>Words.</p>', None),
    "a linked image": (f'<a href="{OTHER}"><img src="https://x.example/1.png"></a> Words.', None),
    "an image in a paragraph": ('<p><img src="https://x.example/1.png"></p><p>Words.</p>', None),
    "a figure": (
        '<figure><img src="https://x.example/1.png"><figcaption>Photo</figcaption></figure>W.',
        None,
    ),
    "a table": ("<table><tr><td>One</td><td>Two</td></tr></table>", "Azatutyun.am"),
    "a table and words": ("<table><tr><th>A</th></tr></table><p>Words.</p>", "Azatutyun.am"),
    "a list": ("<ul><li>One</li><li>Two</li></ul>", "Azatutyun.am"),
    "a numbered list": ("<ol><li><p>One</p></li></ol>", "Azatutyun.am"),
    "a list of definitions": ("<dl><dt>One</dt><dd>Two</dd></dl>", "Azatutyun.am"),
    "a quote": ("<blockquote><p>Words.</p></blockquote>", "Azatutyun.am"),
    "a quote in blocks": ("<div><blockquote>Words.</blockquote></div>", "Azatutyun.am"),
    "a heading": ("<h2>Head</h2><p>Words.</p>", "Azatutyun.am"),
    "code": ("<pre><code>x = 1</code></pre>", "Azatutyun.am"),
    "blocks in blocks": ("<div><div><div><p>Words.</p></div></div></div>", "Azatutyun.am. Words."),
    "a block with bare words": ("<div>Words.<p>More.</p></div>", "Azatutyun.am. Words."),
    "empty blocks in blocks": ("<div><div></div><p> </p><p>Words.</p></div>", None),
    "bare words and a block": ("Words.<p>More.</p>", "Azatutyun.am. Words."),
    "bold words": ("<p><b>Words</b> and more.</p>", "Azatutyun.am. Words and more."),
    "bold round blocks": ("<b>Words.<p>More.</p></b>", None),
    "tags never closed": ("<p><b>Words<p>More", None),
    "tags crossed": ("<p><b><i>Words</b></i></p>", None),
    "a script first": ("<script>alert(1)</script><style>p{}</style><p>Words.</p>", None),
    "a hidden block first": ('<p style="display:none">x</p><p>Words.</p>', None),
    "a comment first": ("<!-- x --><p>Words.</p>", "Azatutyun.am. Words."),
    "arabic": ('<p dir="rtl">ذهب إلى البيت.</p>', None),
    "hebrew in blocks": ('<div dir="rtl"><p>הוא הלך.</p></div>', None),
    "armenian": ("<p>Նա եկավ տուն։ Հետո գնաց։</p>", "Azatutyun.am. Նա եկավ"),
    "chinese": ("<p>他回家了。然后走了。</p>", None),
    "a link elsewhere": (f'<p><a href="{OTHER}">Words</a> of others.</p>', "Azatutyun.am. Words"),
    "only a link elsewhere": (f'<a href="{OTHER}">Words</a>', "Azatutyun.am. Words"),
    "a link to it": (f'<p><a href="{LINK}">Words</a> of ours.</p>', "Azatutyun.am. Words"),
    "a link to it further down": (f'<p>Words.</p><p><a href="{LINK}">More</a></p>', None),
    "a link to it with a beacon": (f'<p><a href="{LINK}?utm_source=rss">Words</a></p>', None),
    "a link to a part of it": (f'<p><a href="{LINK}#top">Words</a></p>', None),
    "its dateline": ("<p>Azatutyun.am. Words.</p>", "Azatutyun.am. Words."),
    "its dateline, armenian": ("<p>Azatutyun.am ։ Words.</p>", "Azatutyun.am ։ Words."),
    "its dateline with a dash": ("<p>Azatutyun.am – Words.</p>", "Azatutyun.am – Words."),
    "its dateline in bold": ("<p><b>Azatutyun.am</b>. Words.</p>", "Azatutyun.am. Words."),
    "its dateline linked": (
        f'<p><a href="{OTHER}">Azatutyun.am</a> — Words.</p>',
        "Azatutyun.am — Words.",
    ),
    "its dateline in a line": ("<p>Azatutyun.am<br>Words.</p>", "Azatutyun.amWords."),
    "its dateline behind breaks": ("<br>&nbsp;<br>Azatutyun.am.<br>Words.", "Azatutyun.am.Words."),
    "its dateline, japanese": ("<p>Azatutyun.am。言葉。</p>", "Azatutyun.am。言葉。"),
    "its dateline in nested tags": ("<p><span><em>Azatutyun.am.</em></span> Words.</p>", None),
    "its dateline and a bar": ("<p>Azatutyun.am | Words.</p>", "Azatutyun.am | Words."),
    "unseen characters first": ("<p>\u200d\u200e\u2060</p><p>Words.</p>", "Azatutyun.am. Words."),
    "its dateline alone": ("<p>Azatutyun.am</p><p>Words.</p>", "Azatutyun.am"),
    "its dateline by another name": ("<p>«Ազատություն». Words.</p>", "Azatutyun.am. Words."),
    "its dateline in capitals": ("<p>RADIO AZATUTYUN - Words.</p>", "Azatutyun.am - Words."),
    "its dateline in brackets": ("<p>(Azatutyun.am) Words.</p>", "Azatutyun.am. Words."),
    "its dateline in square ones": ("[Ազատություն] Words.", "Azatutyun.am. Words."),
    "its dateline as a heading": ("<h3>Azatutyun.am</h3><p>Words.</p>", "Azatutyun.am. Words."),
    "its dateline as a bold heading": (
        "<div><h2><b>RADIO AZATUTYUN:</b></h2></div><p>Words.</p>",
        "Azatutyun.am. Words.",
    ),
    "a quote with its dateline": (
        "<blockquote><p>Azatutyun.am. Words.</p></blockquote><p>More.</p>",
        "Azatutyun.am",
    ),
    "a heading with its dateline": ("<h2>Azatutyun.am: Words</h2><p>More.</p>", "Azatutyun.am"),
    "a link with its dateline": (
        f'<p><a href="{OTHER}">Azatutyun.am. Words</a> go on.</p>',
        "Azatutyun.am. Words go on.",
    ),
    "a link with its dateline and a dash": (
        f'<b><a href="{OTHER}">«Ազատություն» — Words</a> go on.</b>',
        "Azatutyun.am. Words go on.",
    ),
    "a link with its name": (
        f'<p><a href="{OTHER}">Azatutyun.am writes</a> that.</p>',
        "Azatutyun.am. Azatutyun.am writes that.",
    ),
    "its name in brackets declined": ("<p>(Ազատություն)-ը W.</p>", "Azatutyun.am. (Ազատություն)"),
    "its dateline without tags": ("Azatutyun.am. Words.", "Azatutyun.am. Words."),
    "its name in a sentence": ("<p>Azatutyun.am reports.</p>", "Azatutyun.am. Azatutyun.am rep"),
    "its name declined": ("<p>«Ազատություն»-ը հայտնեց։</p>", "Azatutyun.am. «Ազատություն»-ը"),
    "signs of markup": ("<p>1 &lt; 2 &amp; 3 &gt; 2.</p>", "Azatutyun.am. 1 < 2 & 3 > 2."),
}

TERMS = {
    "unstated": Reuse(),
    "full": replace(PRESETS["full"], images=True),
    "full, no images": PRESETS["full"],
    "first passage": Reuse(Mode.FULL, None, LinkPlace.FIRST_PASSAGE, stated=True),
    "before": Reuse(Mode.FULL, None, LinkPlace.BEFORE_TEXT, images=True, stated=True),
    "after": Reuse(Mode.EXCERPT, 3, LinkPlace.AFTER_TEXT, stated=True),
    "headline": PRESETS["headline"],
    "cc-by-nd": PRESETS["cc-by-nd"],
}


class _Reader(HTMLParser):
    """Reads the first block that shows words: its words, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.places: list[str] = []
        self.is_over = False

    def _end_block(self) -> None:
        if self.words.strip(" \t\r\n\xa0\u200b"):
            self.is_over = True
        elif not self.is_over:
            self.words, self.places = "", []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self._end_block()
        elif tag == "a" and not self.is_over:
            self.places.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._end_block()

    def handle_data(self, data: str) -> None:
        if not self.is_over:
            self.words += data


def publish_shape(text: str, source: Source) -> tuple[tuple[Output, ...], Shown]:
    """What is published of a feed whose only item has this text."""
    item = (
        f"<item><title>Title</title><link>{LINK}</link><guid>{LINK}</guid>"
        f"<description>{html.escape(text)}</description></item>"
    )
    body = f'<rss version="2.0"><channel><title>Feed</title>{item}</channel></rss>'
    parsed = read_feed(body.encode(), "application/rss+xml", source.url)
    assert isinstance(parsed, ParsedFeed)
    feed = normalise_feed(clean_feed(parsed), source, source.url, NOON)
    [story] = combine([Report(e, source, feed.head) for e in feed.entries], {}, (), "tag:x,2023:d")
    shown = present(story, "Asia/Yerevan", NOON)
    assert isinstance(shown, Shown)
    made = render_story(shown)
    assert isinstance(made, Fragments)
    assert find_fault(made) == ""
    edition = Edition("tag:x,2023:day", "Day", "en", "https://n.example/", NOON, (story,))
    return render_feeds(edition, [made]), shown


def read_texts(outputs: tuple[Output, ...]) -> list[str]:
    """The HTML that a reader takes out of each published document."""
    atom, rss, feed = outputs
    return [
        etree.fromstring(atom.body).findtext(f"{ATOM}entry/{ATOM}content"),
        etree.fromstring(rss.body).findtext("channel/item/description"),
        json.loads(feed.body)["items"][0]["content_html"],
    ]


@pytest.mark.parametrize("terms", TERMS.values(), ids=TERMS.keys())
@pytest.mark.parametrize(("text", "begins"), SHAPES.values(), ids=SHAPES.keys())
def test_the_first_passage_links_to_the_article(
    text: str, begins: str | None, terms: Reuse
) -> None:
    """In each format, whatever the shape of the text and whatever its terms."""
    outputs, shown = publish_shape(text, replace(PAPER, reuse=terms))
    for published in read_texts(outputs):
        reader = _Reader()
        reader.feed(published)
        reader.close()
        assert canonical(shown.link) in [canonical(place) for place in reader.places], published
        assert shown.link == LINK
        if begins and terms.mode is Mode.FULL and terms.link is None and terms.derivatives:
            assert " ".join(reader.words.split()).startswith(begins), published


def test_a_link_before_the_text_takes_the_dateline() -> None:
    """The name stands once, in the line of the link; where nothing may change, as it was."""
    for name, (text, _) in SHAPES.items():
        if not name.startswith("its dateline"):
            continue
        _, shown = publish_shape(text, replace(PAPER, reuse=TERMS["before"]))
        line, body = shown.html.split("</p>", 1)
        assert line == f'<p><a href="{LINK}">Azatutyun.am</a>', name
        assert not re.search("Azatutyun|Ազատ", body, re.IGNORECASE), (name, body)
        assert re.match("<p>(Words|言葉)", body), (name, body)
        _, kept = publish_shape(text, replace(PAPER, reuse=TERMS["cc-by-nd"]))
        assert re.search("Azatutyun|Ազատ", kept.html.split("</p>", 1)[1], re.IGNORECASE)
    for name in ("its name in a sentence", "its name declined"):
        _, shown = publish_shape(SHAPES[name][0], replace(PAPER, reuse=TERMS["before"]))
        assert re.search("Azatutyun|Ազատ", shown.html.split("</p>", 1)[1])


@pytest.mark.parametrize("terms", ["full", "before"])
@pytest.mark.parametrize("name", [name for name in SHAPES if "with its dateline" in name])
def test_a_dateline_is_said_once(name: str, terms: str) -> None:
    """Also in a heading, a quote or a link that goes on behind it."""
    _, shown = publish_shape(SHAPES[name][0], replace(PAPER, reuse=TERMS[terms]))
    assert len(re.findall("Azatutyun|Ազատ", shown.html)) == 1, shown.html
    assert "Words" in shown.html


def test_the_reader_sees_what_is_missing() -> None:
    """The test's own reader is not content with a link further down or to another article."""
    for text in (
        f'<p>Words.</p><p><a href="{LINK}">x</a></p>',
        f'<p></p><div>x</div><a href="{LINK}">x</a>',
        f'<p><a href="{OTHER}">x</a></p>',
    ):
        reader = _Reader()
        reader.feed(text)
        assert LINK not in reader.places


def test_there_are_many_shapes() -> None:
    """The table is as long as it was asked to be."""
    assert len(SHAPES) >= 40
