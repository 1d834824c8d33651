"""Cleaning: what comes out is safe, absolute, balanced and settled."""

import time
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.core.model import FeedHead, Markup, ParsedFeed, Problem, RawItem
from aggregator.edges.clean import clean_feed, clean_markup

BASE = "https://news.example/en/feed.xml"
LATE = ' loading="lazy" referrerpolicy="no-referrer">'
VOID = {"br", "col", "hr", "img", "wbr"}

XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<svg onload=alert(1)>",
    (
        "<math><mtext><table><mglyph><style><!--</style>"
        "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"
    ),
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<iframe src='https://evil.example'></iframe>",
    "<object data='x.swf'></object><embed src=x>",
    "<form action=/x><input><button formaction='javascript:x'>go</button></form>",
    "<p style='background:url(javascript:x)' class=x id=y>z</p>",
    "<style>p{}</style><link rel=stylesheet href=x><meta http-equiv=refresh content='0;url=x'>",
    "<base href='https://evil.example/'><a href=x>y</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<nos<noscript>cript><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    "<img src='https://h.example/x' srcset='javascript:x' longdesc='javascript:x'>",
    "<blockquote cite='javascript:x'>y</blockquote><q cite='data:x'>y</q>",
    "<video poster=x onloadstart=alert(1)><source src=x></video>",
    "<<b>script>alert(1)<</b>/script>",
    "<a href='https://h.example/\" onmouseover=\"alert(1)'>x</a>",
    "<p title='\"><script>alert(1)</script>'>x",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<!--><script>alert(1)</script>-->",
    "<a><b><i><a><table><p>x<td>y",
    "<pre>\n\n\nx</pre><pre><img>\ny</pre>",
    "<ul><li><table><li>x",
    "a&#1;b&#x202e;c&#xfffe;",
    "<p>&nbsp;&amp;lt;script&amp;gt;",
    "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
    "<font><a href=//u:p@h.example/x>k</font></a><center><p>l",
    "<details open><summary>s</summary>d</details>",
]

HTMLISH = st.one_of(
    st.sampled_from(XSS),
    st.text(alphabet=st.characters(), max_size=60),
    st.lists(
        st.sampled_from(
            [
                *(
                    "<a href=x>",
                    "</a>",
                    "<p>",
                    "</p>",
                    "<table>",
                    "<td>",
                    "<tr>",
                    "</table>",
                    "<pre>",
                    "\n",
                ),
                *(
                    "<b>",
                    "</b>",
                    "<i>",
                    "<svg>",
                    "<style>",
                    "</style>",
                    "<select>",
                    "<!--",
                    "-->",
                    "<math>",
                ),
                *(
                    "x",
                    "&amp;",
                    "&lt;",
                    "\xa0",
                    "<li>",
                    "<ul>",
                    "</ul>",
                    "<img src=y>",
                    "<noscript>",
                    "<div",
                ),
                *(
                    "<template>",
                    "<h1>",
                    "<h2>",
                    "<ruby>",
                    "<rt>",
                    "<caption>",
                    "<form>",
                    "<object>",
                    "'",
                    ">",
                ),
            ]
        ),
        max_size=14,
    ).map("".join),
)


def clean(value: str, base: str = BASE) -> str:
    """The safe HTML of an HTML text."""
    return clean_markup(Markup(value, html=True, base=base)).value


class Checker(HTMLParser):
    """Reads what came out and holds every rule of the room."""

    def __init__(self, html: str) -> None:
        """Read the whole text."""
        super().__init__()
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """No tag, attribute or URL that could do something."""
        assert tag not in {
            "script",
            "style",
            "svg",
            "math",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
        }
        assert tag not in {
            "base",
            "meta",
            "link",
            "template",
            "noscript",
            "video",
            "source",
            "textarea",
        }
        if tag == "img":
            assert attrs[-2:] == [("loading", "lazy"), ("referrerpolicy", "no-referrer")]
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in {"style", "class", "id", "srcset", "rel"}
            if name in {"href", "src", "cite"}:
                assert value is not None
                assert value.startswith(("http://", "https://", "mailto:"))
                assert "u:p@" not in value
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Every end tag closes the last one opened."""
        assert self.open.pop() == tag


@pytest.mark.parametrize("value", XSS)
def test_hostile_html_is_harmless(value: str) -> None:
    """No known trick runs anything, and what comes out is balanced."""
    for base in (BASE, ""):
        html = clean(value, base)
        Checker(html)
        assert clean(html, base) == html


@settings(deadline=None)
@given(st.lists(HTMLISH, max_size=4).map("".join), st.sampled_from([BASE, ""]))
@example("<p>" * 3000 + "<b>" * 300, BASE)
@example("<i><p>" * 50, BASE)
def test_cleaning_twice_is_cleaning_once(value: str, base: str) -> None:
    """Any string comes out safe, legal and settled."""
    for html in (True, False):
        once = clean_markup(Markup(value, html=html, base=base))
        Checker(once.value)
        assert once.html
        assert clean_markup(once) == once


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "<a href='/x?a=1&b=2' title='t' target=_blank rel=x>k</a>",
            '<a href="https://news.example/x?a=1&amp;b=2" title="t">k</a>',
        ),
        ("<a href=http://user:pw@h.example/x>k</a>", '<a href="http://h.example/x">k</a>'),
        ("<a href='mailto:a@b.example'>m</a>", '<a href="mailto:a@b.example">m</a>'),
        (
            "<img src=p.jpg alt=A width=600 height=1000>",
            (f'<img src="https://news.example/en/p.jpg" alt="A" width="600" height="1000"{LATE}'),
        ),
        ("<p>x<img src=/t.gif width=1 height=1></p>", "<p>x</p>"),
        ("<img src=/t.gif height='1px'><img alt=nothing>", ""),
        (
            "<noscript><img src=/lazy.jpg></noscript>",
            f'<img src="https://news.example/lazy.jpg"{LATE}',
        ),
        (
            "<noscript>Turn on <b>scripts</b><img src=/l.jpg alt='a > b'> now</noscript><p>x</p>",
            f'<img src="https://news.example/l.jpg" alt="a &gt; b"{LATE}<p>x</p>',
        ),
        ("<noscript>never ended <noscript>twice", "never ended twice"),
        ("<p>x</noscript>y</p>", "<p>xy</p>"),
        (
            "<picture><source srcset=a><img src=/b.png></picture>",
            f'<img src="https://news.example/b.png"{LATE}',
        ),
        (
            "<img referrerpolicy=unsafe-url loading=eager src=/b.png alt=b>",
            f'<img src="https://news.example/b.png" alt="b"{LATE}',
        ),
        ("<p><a href=/x><img src=/t.gif width=1></a> y</p>", "<p> y</p>"),
        (
            "<figure><figcaption lang=hy dir=ltr>x</figcaption></figure>",
            '<figure><figcaption lang="hy" dir="ltr">x</figcaption></figure>',
        ),
        (
            "<table><tr><th colspan=2>h",
            '<table><tbody><tr><th colspan="2">h</th></tr></tbody></table>',
        ),
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<font color=red>x</font><o:p>y</o:p>", "xy"),
        ("<time datetime=2023-09-21>now</time>", '<time datetime="2023-09-21">now</time>'),
        ("a\x00b\u202ec", "abc"),
        ("<svg><text>x</text></svg><math><mi>x</mi></math>y", "y"),
    ],
)
def test_usual_article_markup_stays(value: str, expected: str) -> None:
    """Known tags and attributes stay, URLs become absolute, pixels and credentials go."""
    assert clean(value) == expected


def test_without_a_base_relative_urls_go() -> None:
    """A link that leads nowhere is no link; its words stay."""
    assert clean("<a href=/x>k</a><img src=y.png> <a href=//h.example/>z</a>", "") == "k z"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a href='javascript:x'>k <b>m</b></a>", "k <b>m</b>"),
        ("<a name=top></a><p><a title=t>k</a></p>", "<p>k</p>"),
        ("<a title=' href='>k</a>", "k"),
        (
            "<a title='x href=' href=https://h.example/>k</a>",
            '<a title="x href=" href="https://h.example/">k</a>',
        ),
        (
            "<a href=/x><table><tr><td><a>y</a><a href=/z>q</a></table></a>",
            (
                '<a href="https://news.example/x"><table><tbody><tr><td>y'
                '<a href="https://news.example/z">q</a></td></tr></tbody></table></a>'
            ),
        ),
        (
            "<a><table><tr><td><a href=/z>q</a></table></a>",
            (
                '<table><tbody><tr><td><a href="https://news.example/z">q</a>'
                "</td></tr></tbody></table>"
            ),
        ),
    ],
)
def test_a_link_to_nowhere_leaves_its_words(value: str, expected: str) -> None:
    """An `a` without an address is unwrapped, and only such a one."""
    assert clean(value) == expected
    assert clean(expected) == expected


@pytest.mark.parametrize(
    ("pixels", "value"),
    [
        (1, "<img src=https://h.example/a.gif width=1 height=1>"),
        (1, "<img src=https://h.example/a.gif width=0 height=0>"),
        (1, "<img src=https://h.example/a.gif style='border:0; display:none !important'>"),
        (1, "<img src=https://h.example/a.gif hidden>"),
        (1, "<img src=https://pixel.wp.com/b.gif?a=1&b=2>"),
        (2, "<p><img src=//pixel.wp.com/b.gif>x<img src=https://h.example/a.gif width=1></p>"),
        (0, "<img src=https://h.example/a.gif width=600 height=400 style='opacity:0'>"),
        (0, "<img src=https://h.example/a.gif alt=' style=&quot; hidden=&quot; width=&quot;1'>"),
        (0, "<img width=1 alt=nothing>"),
        (0, "words of pixel.wp.com"),
    ],
)
def test_pixels_go_and_are_counted(pixels: int, value: str) -> None:
    """What only counts readers is removed and told once for the whole feed; pictures stay."""
    item = RawItem(raw_id="1", summary=Markup(value, html=True, base=BASE))
    other = replace(item, raw_id="2", content=item.summary, summary=None)
    feed = clean_feed(ParsedFeed("rss20", FeedHead(), (item, other)))
    said = f"{2 * pixels} tracking pixels removed from its texts"
    assert [problem.what for problem in feed.problems] == ([said] if pixels else [])
    html = feed.items[0].summary
    assert html is not None
    assert html.value.count("<img") == value.count("h.example/a.gif") * (not pixels)
    assert clean_feed(feed) == feed


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<p>a\u202eb</p><p>c\u202c</p>", "<p>ab</p><p>c</p>"),
        ("<p>a\u202eb<br>c\u202cd</p>", "<p>ab<br>cd</p>"),
        ("<p>a\u202e<b>b</b>\u202c</p>", "<p>a\u202e<b>b</b>\u202c</p>"),
        ("<p>a&#8238;b</p>c", "<p>ab</p>c"),
        ("<p title='\u202ea'>b</p>\u202cc", '<p title="a">b</p>c'),
        ("\u2067a<ul><li>b</ul>\u2069", "a<ul><li>b</li></ul>"),
        (
            "<table><td>\u202ba<td>b\u202c</table>",
            "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
        ),
    ],
)
def test_a_bidi_control_ends_in_its_block(value: str, expected: str) -> None:
    """An override reaches neither the next paragraph nor the next line nor out of an attribute."""
    assert clean(value) == expected
    assert clean(expected) == expected


def test_plain_text_becomes_paragraphs() -> None:
    """After cleaning every text is HTML; plain text is escaped, not read."""
    text = Markup("a < b\nc\n\n<b>\xa0d", base=BASE, language="en")
    html = "<p>a &lt; b<br>c</p><p>&lt;b&gt;&nbsp;d</p>"
    assert clean_markup(text) == Markup(html, html=True, base=BASE, language="en")


@pytest.mark.parametrize(
    "value",
    [
        "<b>" * 5_000 + "word",
        "&amp;" * 150_000 + " word",
        "<i>" * 300 + "word",
        "word " + "<" * 400_000,
        "word <a " + " ".join(f"a{number}" for number in range(30_000)) + ">x</a>",
        'word <a x=">" ' + "".join(f"a{number}=1/" for number in range(20_000)) + ">x</a>",
        "word <a " + " ".join(f"{number}<" for number in range(30_000)) + ">x</a>",
        "word <p>" + "".join(f"<b title={n}>" for n in range(1_900)) + "<p>x" * 8_000,
        "word <p>" + "".join(f"<b title={n}>" for n in range(195)) + "<p>x" * 3_000,
        'word <a x="<" ' + "".join(f'a{number}="1"' for number in range(20_000)) + ">x</a>",
    ],
    ids=[
        *("deep", "entities", "nested", "brackets", "attributes", "hidden end", "hidden start"),
        *("loose brackets", "copies", "few copies"),
    ],
)
def test_tangled_markup_leaves_its_words(value: str) -> None:
    """Markup made to cost time is dropped, the words are kept, and a Problem says so."""
    feed = clean_feed(ParsedFeed("rss20", FeedHead(), (RawItem(content=Markup(value, html=True)),)))
    content = feed.items[0].content
    assert content is not None
    assert "word" in content.value
    assert "too tangled" in feed.problems[0].what
    assert clean_markup(content) == content


def test_a_long_text_is_not_tangled() -> None:
    """Words are no attributes, however many stand in one paragraph."""
    html = f"<p>{'word ' * 100_000}<b>word</b></p>"
    assert clean_markup(Markup(html, html=True)).value == html


def test_a_feed_is_cleaned_item_by_item() -> None:
    """Summaries and contents are cleaned, everything else stays."""
    item = RawItem(
        raw_id="1", title=Markup("<b>t"), summary=Markup("s"), content=Markup("<p>c", html=True)
    )
    bare = RawItem(raw_id="2", link="/x")
    before = (Problem("", "as parsed"),)
    feed = ParsedFeed("rss20", FeedHead(title="T"), (item, bare), problems=before)
    expected = replace(
        item, summary=Markup("<p>s</p>", html=True), content=Markup("<p>c</p>", html=True)
    )
    assert clean_feed(feed) == replace(feed, items=(expected, bare))
    assert clean_feed(clean_feed(feed)) == clean_feed(feed)


def test_a_long_text_is_cut() -> None:
    """More than two million characters are cut, with a mark and a Problem that names the item."""
    item = RawItem(link="https://h.example/1", content=Markup("x" * 2_000_001, html=True))
    feed = clean_feed(ParsedFeed("rss20", FeedHead(), (item,)))
    content = feed.items[0].content
    assert content is not None
    assert len(content.value) == 2_000_000
    assert content.value.endswith("x […]")
    assert feed.problems == (
        Problem("https://h.example/1", "the content was cut at 2,000,000 characters"),
    )
    assert clean_feed(feed) == feed


def test_a_surprise_costs_its_item_only() -> None:
    """An item that cannot be cleaned is dropped with a Problem, the others stay."""
    broken = RawItem(raw_id="bad", content=Markup(None, html=True))  # type: ignore[arg-type] # the surprise
    fine = RawItem(raw_id="good")
    feed = clean_feed(ParsedFeed("rss20", FeedHead(), (broken, fine)))
    assert feed.items == (fine,)
    assert feed.problems == (Problem("bad", "dropped: its text could not be cleaned (TypeError)"),)


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>secret</p>",
        "<p HIDDEN=until-found>secret</p>",
        "<p/hidden>secret</p>",
        "<p style='display:none'>secret</p>",
        "<div style='color:red; DISPLAY : None !important'><p>se<b>cr</b>et</p></div>",
        "<div style='display:block;display:none'>secret</div>",
        "<span style='visibility:hidden'>secret</span>",
        "<div style='font-size:0'>secret<b style='font-size:2em'>secret</b></div>",
        "<div style='max-height:0;overflow:hidden'>secret</div>",
        "<center hidden>secret</center>",
        "<font style='display:none'>secret</font>",
        "<x-card hidden>secret<b>secret</b></x-card>",
        "<div hidden><div>secret</div>secret</div>",
        "<table hidden><tr><td>secret</table>",
        "<a href=/x hidden>secret</a>",
        "<div hidden><br><hr>secret<img src=/i.jpg></div>",
        "<template><p>secret</p></template>",
        "<noscript><p>secret</p></noscript>",
    ],
)
def test_what_a_source_hides_goes_with_its_words(hidden: str) -> None:
    """Nobody meant it to be read, and the report around it stays."""
    cleaned = clean(f"{hidden}<p>The mayor left.</p>")
    assert "secret" not in cleaned
    assert "<img" not in cleaned
    assert cleaned.endswith("<p>The mayor left.</p>")


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p title=' hidden=' lang=en>x</p>", '<p title=" hidden=" lang="en">x</p>'),
        ("<p aria-hidden=true>x</p>", "<p>x</p>"),
        ("<p style='opacity:0'>x</p>", "<p>x</p>"),
        ("<p style='display:none;display:block'>x</p>", "<p>x</p>"),
        ("<p style='font-size:0.9em'>x</p>", "<p>x</p>"),
        ("<div style='height:0'>x</div>", "<div>x</div>"),
        (
            "<div style='font-size:0px'>gap<p style='font-size:13px'>x<b>y</b></p>gap</div>",
            "<div><p>x<b>y</b></p></div>",
        ),
        (
            "<p>display:none, hidden or not</p>",
            "<p>display:none, hidden or not</p>",
        ),
        ("display:none &lt;p hidden&gt;", "display:none &lt;p hidden&gt;"),
        ("<form style='visibility:visible'>x</form>", "x"),
    ],
)
def test_what_is_seen_stays(html: str, safe: str) -> None:
    """Words about hiding, letters faded in, gaps closed between boxes: all are shown."""
    assert clean(html) == safe


def test_hidden_images_are_counted() -> None:
    """As those are that are hidden by themselves."""
    item = RawItem(content=Markup("<div hidden><img src=/a.png>x</div>y", html=True, base=BASE))
    (problem,) = clean_feed(ParsedFeed("rss20", FeedHead(), items=(item,))).problems
    assert problem.what == "1 tracking pixel removed from its texts"


@pytest.mark.parametrize(
    "tag", ["<div hidden>x", "<p style='font-size:0'>x", "<noscript><img src='"]
)
def test_much_that_hides_is_read_in_time(tag: str) -> None:
    """A text of nothing else is cleaned in less than a second or two."""
    before = time.perf_counter()
    clean(tag * (1_000_000 // len(tag)))
    assert time.perf_counter() - before < 20


def test_of_many_names_the_first_are_known() -> None:
    """Tags that nobody writes: two hundred of them are asked whether they hide something."""
    names = "".join(f"<x-{number}></x-{number}>" for number in range(300))
    assert clean(f"<x-0 hidden>secret</x-0>{names}<p hidden>secret</p>x") == "x"
