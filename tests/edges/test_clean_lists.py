"""The lists of the cleaning: what stays, what goes with its words, what goes without them."""

import re

import pytest

from aggregator.core.model import FeedHead, Markup, ParsedFeed, Problem, RawItem
from aggregator.core.tangles import is_deep
from aggregator.edges.clean import clean_markup, keep_words

BASE = "https://news.example/a/"
LATE = ' loading="lazy" referrerpolicy="no-referrer"'
PAIRED = re.findall(
    r"\w+",
    "abbr address article aside b bdi bdo blockquote cite code del details dfn div em figure footer"
    " h1 h2 h3 h4 h5 h6 header i ins kbd mark p pre q s samp section small span strong sub sup time"
    " u var",
)
TABLE = (
    "<table><caption>a</caption><colgroup><col></colgroup><thead><tr><th>b</th></tr></thead>"
    "<tbody><tr><td>c</td></tr></tbody><tfoot><tr><td>d</td></tr></tfoot></table>"
)
CELLS = (
    '<table><colgroup span="2"><col span="2"></colgroup><tbody><tr>'
    '<th colspan="2" rowspan="2" headers="h" scope="row">x</th>'
    '<td colspan="2" rowspan="2" headers="h">y</td></tr></tbody></table>'
)


def clean(html: str) -> str:
    """The safe form of a text."""
    return clean_markup(Markup(html, html=True, base=BASE)).value


@pytest.mark.parametrize(
    "name",
    [
        *("script", "style", "svg", "math", "iframe", "object", "noscript", "noembed", "noframes"),
        *("applet", "template", "textarea", "select", "button", "title", "xmp", "audio", "video"),
        *("canvas", "head", "option"),
    ],
)
def test_what_is_no_text_goes_with_its_words(name: str) -> None:
    """Code, foreign markup, fall-backs and controls leave nothing behind, least of all words."""
    kept = "words" if name == "head" else ""  # a head is none inside a text
    assert clean(f"<p>before</p><{name}>words</{name}><p>after</p>") == (
        f"<p>before</p>{kept}<p>after</p>"
    )


@pytest.mark.parametrize("name", ["form", "font", "center", "main", "blink", "x-card", "o:p"])
def test_other_tags_go_and_their_words_stay(name: str) -> None:
    """A tag that nobody put on the list is no reason to lose what it holds."""
    assert clean(f"<p>a <{name} class='x'>words</{name}> b</p>").replace("<p></p>", "") in {
        "<p>a words b</p>",
        "<p>a </p>words b",
    }


@pytest.mark.parametrize(
    "html",
    [
        *(f"<{name}>words</{name}>" for name in PAIRED),
        "a<br>b<hr>c<wbr>d",
        "<ul><li>a</li></ul><ol><li>b</li></ol><dl><dt>c</dt><dd>d</dd></dl>",
        "<figure>a<figcaption>b</figcaption></figure><details><summary>c</summary>d</details>",
        "<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>",
        TABLE,
    ],
)
def test_the_tags_of_a_text_stay(html: str) -> None:
    """What a report is written with is published as it is."""
    assert clean(html) == html


@pytest.mark.parametrize(
    "html",
    [
        '<p lang="hy" dir="rtl" title="t">x</p>',
        '<a href="https://h.example/" hreflang="hy">x</a>',
        '<blockquote cite="https://h.example/">x</blockquote>',
        '<q cite="https://h.example/">x</q>',
        '<del cite="https://h.example/" datetime="2023">x</del>',
        '<ins cite="https://h.example/" datetime="2023">x</ins>',
        '<time datetime="2023">x</time>',
        (
            '<img src="https://h.example/" alt="a" width="20" height="30"'
            ' loading="lazy" referrerpolicy="no-referrer">'
        ),
        '<ol start="3" reversed="" type="a"><li value="4">x</li></ol>',
        CELLS,
        '<details open="">x</details>',
    ],
)
def test_the_attributes_of_a_text_stay(html: str) -> None:
    """What says something of the words, or where they come from, is published."""
    attributes = clean(html)
    assert sorted(attributes.replace(">", " ").split()) == sorted(html.replace(">", " ").split())


@pytest.mark.parametrize(
    "attribute",
    [
        *("class", "id", "style", "name", "onclick", "onload", "target", "rel", "srcset", "ping"),
        *("data-x", "background", "action", "formaction", "xlink:href", "longdesc", "color"),
    ],
)
def test_other_attributes_go(attribute: str) -> None:
    """Nothing that looks, runs, names or tracks is published."""
    assert clean(f'<p {attribute}="x">y</p>') == "<p>y</p>"
    assert clean(f'<a href="b" {attribute}="x">y</a>') == f'<a href="{BASE}b">y</a>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="a.jpg" width="1">', ""),
        ('<img src="a.jpg" height="0">', ""),
        ('<img src="a.jpg" width="01px">', ""),
        ('<img src="a.jpg" width="1.0">', ""),
        ('<img src="a.jpg" width="10">', f'<img src="{BASE}a.jpg" width="10"{LATE}>'),
        ('<img src="a.jpg" width="2">', f'<img src="{BASE}a.jpg" width="2"{LATE}>'),
        ('<img alt="a">', ""),
        ('<img src="javascript:x" alt="a">', ""),
        ('<a title="x href=">y</a>', "y"),
        ('<a title=" href=" href="z">y</a>', f'<a title=" href=" href="{BASE}z">y</a>'),
        ("<a>x</a><a href='y'>z</a>", f'x<a href="{BASE}y">z</a>'),
    ],
)
def test_pixels_and_what_leads_nowhere_go(html: str, expected: str) -> None:
    """Images that nobody sees, images of nothing and links to nowhere are dropped."""
    assert clean(html) == expected


@pytest.mark.parametrize(
    "name",
    ["br", "col", "dd", "dt", "hr", "img", "li", "p", "td", "th", "tr", "wbr"],
)
def test_a_long_row_is_not_deep(name: str) -> None:
    """Void tags, and those that the next of their kind closes, stand beside each other."""
    assert not is_deep(f"<{name}>x" * 300, 200)


@pytest.mark.parametrize("name", ["div", "span", "ul", "table", "section"])
def test_a_tower_is_deep(name: str) -> None:
    """More than so many tags inside each other are; as many are not, nor are ends alone."""
    assert not is_deep(f"<{name}>" * 200, 200)
    assert is_deep(f"<{name}>" * 201, 200)
    pairs = f"<{name}></{name}>" * 301 + f"</{name}>" * 300
    assert not is_deep(pairs, 200)
    assert is_deep(pairs + f"<{name}>" * 201, 200)


@pytest.mark.parametrize(
    "name",
    [
        *("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong"),
        *("tt", "u"),
    ],
)
def test_formatting_that_is_left_open_costs_its_square(name: str) -> None:
    """It is opened anew in every block; other tags are not."""
    blocks = "<p>x</p>" * 100
    assert is_deep(f"<{name}>" * 150 + blocks, 2_000)
    assert not is_deep(f"<{name}>" * 50 + blocks, 2_000)
    assert not is_deep("<span>" * 150 + blocks, 2_000)


def test_words_are_kept_where_cleaning_takes_too_long() -> None:
    """The texts lose their markup, the feed says so, all else stays."""
    item = RawItem(
        raw_id="1",
        title=Markup("T"),
        summary=Markup("a < b\n\nc"),
        content=Markup("<p>x <b>y</b></p><p>z &amp;</p>", html=True),
    )
    feed = ParsedFeed("rss20", FeedHead("F"), (item, RawItem("2")), problems=(Problem("", "p"),))
    kept = keep_words(feed)
    assert kept.items[0].summary == Markup("<p>a &lt; b</p><p>c</p>", html=True)
    assert kept.items[0].content == Markup("<p>x y<br>z &amp;</p>", html=True)
    assert kept.items[1] == RawItem("2")
    assert [problem.what for problem in kept.problems] == [
        "p",
        "its texts could not be cleaned in time; their words are kept without markup",
    ]


def test_preformatted_text_keeps_its_tag() -> None:
    """Only the breaks right after it go, which a browser does not show either."""
    assert clean("<pre>\n\nx\ny</pre>") == "<pre>x\ny</pre>"
