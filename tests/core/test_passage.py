"""The first passage of a text, and how a credit is put into it."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import passage
from aggregator.core.stripping import strip_media

CREDIT = '<a href="https://hetq.example/1">Hetq</a>'
VOID = frozenset({"img", "br", "hr"})

# Shape -> what becomes of it; {} is the credit.
SHAPES = {
    "paragraph": ("<p>Text</p><p>More</p>", "<p>{}. Text</p><p>More</p>"),
    "attributes": ('<p dir="rtl" title="a > b">نص</p>', '<p dir="rtl" title="a > b">{}. نص</p>'),
    "div with p": ("<div><p>Text</p></div>", "<div><p>{}. Text</p></div>"),
    "wrappers": (
        '<section> <div lang="ru">\n<p> Text</p></div></section>',
        '<section> <div lang="ru">\n<p> {}. Text</p></div></section>',
    ),
    "div with bare text": ("<div>Text<p>More</p></div>", "<div>{}. Text<p>More</p></div>"),
    "bare text": ("Text", "<p>{}. Text</p>"),
    "bare text, then a block": ("Text <p>More</p>", "<p>{}. Text</p><p>More</p>"),
    "breaks": ("Text<br><br>More", "<p>{}. Text<br><br>More</p>"),
    "inline": (
        "<b>Bold <i>it</i></b> text<ul><li>x</li></ul>",
        "<p>{}. <b>Bold <i>it</i></b> text</p><ul><li>x</li></ul>",
    ),
    "inline in p": ("<p><b>Bold</b> text</p>", "<p>{}. <b>Bold</b> text</p>"),
    "inline round a block": ("<b>Text <p>More</p></b>", "<p>{}</p><b>Text <p>More</p></b>"),
    "crossed inline": ("<b>Text</i>", "<p>{}</p><b>Text</i>"),
    "image": ('<img src="x"><p>Text</p>', '<p>{}</p><img src="x"><p>Text</p>'),
    "image in p": ('<p><img src="x">Text</p>', '<p>{}</p><p><img src="x">Text</p>'),
    "linked image in p": (
        '<p><a href="y"><img src="x"></a>Text</p>',
        '<p>{}</p><p><a href="y"><img src="x"></a>Text</p>',
    ),
    "image after text": ('<p>Text <img src="x"></p>', '<p>{}. Text <img src="x"></p>'),
    "figure": (
        "<figure><figcaption>Photo</figcaption></figure>Text",
        "<p>{}</p><figure><figcaption>Photo</figcaption></figure>Text",
    ),
    "table": (
        "<table><tbody><tr><td>Text</td></tr></tbody></table>",
        "<p>{}</p><table><tbody><tr><td>Text</td></tr></tbody></table>",
    ),
    "list": ("<ul><li>Text</li></ul>", "<p>{}</p><ul><li>Text</li></ul>"),
    "heading": ("<h2>Text</h2><p>More</p>", "<p>{}</p><h2>Text</h2><p>More</p>"),
    "quote": ("<blockquote>Text</blockquote>", "<p>{}</p><blockquote>Text</blockquote>"),
    "quote in div": (
        "<div><blockquote>Text</blockquote></div>",
        "<p>{}</p><div><blockquote>Text</blockquote></div>",
    ),
    "pre": ("<pre>Text</pre>", "<p>{}</p><pre>Text</pre>"),
    "nothing": ("", "<p>{}</p>"),
    "blanks": (" &nbsp;<br>\n", "<p>{}</p>"),
    "empty p": ("<p></p><p>Text</p>", "<p>{}. Text</p>"),
    "blank p": ("<p>&nbsp;</p>\n<p><br></p><p>\u200b</p><p>Text</p>", "<p>{}. Text</p>"),
    "empty inline in p": ("<p><b> </b></p><p>Text</p>", "<p>{}. Text</p>"),
    "empty p in div": ("<div><p> </p><p>Text</p></div>", "<div><p>{}. Text</p></div>"),
    "empty p before text": ("<p></p>Text", "<p>{}. Text</p>"),
    "only empty": ("<div><p></p></div>", "<p>{}</p><div></div>"),
    "dateline": ("<p>Hetq. Text</p>", "<p>{}. Text</p>"),
    "dateline with dash": ("<p>Hetq – Text</p>", "<p>{} – Text</p>"),
    "dateline alone": ("<p>Hetq</p><p>Text</p>", "<p>{}</p><p>Text</p>"),
    "bare dateline": ("Hetq. Text", "<p>{}. Text</p>"),
    "bold dateline": ("<p><b>Hetq</b> — text</p>", "<p><b>{}</b> — text</p>"),
    "bold dateline with stop": ("<p><b>Hetq. </b>Text</p>", "<p><b>{}. </b>Text</p>"),
    "bold dateline, nbsp": ("<b><i>Hetq</i></b>&nbsp;– x", "<p><b><i>{}</i></b>&nbsp;– x</p>"),
    "bold name in a sentence": ("<p><b>Hetq</b> says.</p>", "<p>{}. <b>Hetq</b> says.</p>"),
    "name in bold": ("<p><b>Hetq says.</b></p>", "<p>{}. <b>Hetq says.</b></p>"),
    "name in a sentence": ("<p>Hetq reports.</p>", "<p>{}. Hetq reports.</p>"),
    "longer name": ("<p>Hetqs. Text</p>", "<p>{}. Hetqs. Text</p>"),
}


class _Reader(HTMLParser):
    """Checks that tags nest, and keeps what a reader sees first."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"img", "a"}:
            self.seen.append(f"<{tag} {dict(attrs).get('href')}>")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip(" \n\xa0\u200b"):
            self.seen.append(data)


def read_html(markup: str) -> list[str]:
    """What a reader sees of balanced HTML, in order: words, links, images."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    assert reader.open == []
    return reader.seen


@pytest.mark.parametrize(("body", "expected"), SHAPES.values(), ids=SHAPES.keys())
def test_the_credit_opens_the_first_passage(body: str, expected: str) -> None:
    """The credit stands as the first words of the first passage that a reader sees."""
    assert passage.open_with(CREDIT, body, closed=False) == expected.format(CREDIT)


_BALANCED = [body for name, (body, _) in SHAPES.items() if name != "crossed inline"]


@given(
    st.lists(st.sampled_from(_BALANCED), max_size=4).map("".join),
    st.sampled_from(["{}", "<div>{}</div>", "<b>{}</b>", "<div><section>{}</section></div>"]),
    st.booleans(),
)
def test_html_stays_balanced_and_whole(body: str, wrapper: str, closed: bool) -> None:  # noqa: FBT001 - a drawn value
    """Whatever the shapes, the result nests, begins with the credit and loses nothing."""
    whole = wrapper.format(body)
    shown = read_html(passage.open_with(CREDIT, whole, closed=closed))
    assert shown[:2] == ["<a https://hetq.example/1>", "Hetq"]
    before = "".join("".join(read_html(whole)).split())
    after = "".join("".join(shown[2:]).split())
    assert after.endswith(before) or f"Hetq{after}" == before


def test_a_closed_credit_gets_no_second_full_stop() -> None:
    """A credit that ends with a mark is followed by a space, and meets its dateline whole."""
    credit = CREDIT.replace("Hetq", "Hetq.am.")
    assert passage.is_closed("Hetq.am. ")
    assert not passage.is_closed("Hetq.am")
    for body in ("<p>Text</p>", "<p>Hetq.am. Text</p>"):
        assert passage.open_with(credit, body, closed=True) == f"<p>{credit} Text</p>"
    assert passage.open_with(credit, "<p>Hetq.am.x</p>", closed=True) == (
        f"<p>{credit} Hetq.am.x</p>"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p><strong>Azatutyun.am.</strong> Text</p>", "<p><strong>{}</strong> Text</p>"),
        ("<p><em>Azatutyun.am.</em>&nbsp;Text</p>", "<p><em>{}</em>&nbsp;Text</p>"),
        ("<p><b>Azatutyun.am.</b>Text</p>", "<p>{} <b>Azatutyun.am.</b>Text</p>"),
        ('<p><a href="x">Azatutyun.am.</a> Text</p>', "<p>{} Text</p>"),
        ('<p><b><a href="x"><i>Azatutyun.am.</i></a></b> Text</p>', "<p><b><i>{}</i></b> Text</p>"),
        (
            '<p><a href="x">Azatutyun.am. Text</a></p>',
            '<p>{} <a href="x">Azatutyun.am. Text</a></p>',
        ),
    ],
)
def test_a_dateline_in_tags_becomes_the_credit(body: str, expected: str) -> None:
    """Bold stays, a link that holds no more than the name gives way, and links never nest."""
    credit = CREDIT.replace("Hetq", "Azatutyun.am.")
    assert passage.open_with(credit, body, closed=True) == expected.format(credit)


def test_links_and_paragraphs_are_escaped() -> None:
    """Plain words come out as words, whatever they look like."""
    assert passage.link_text("A & <b>", 'https://x.example/?a=1&b="') == (
        '<a href="https://x.example/?a=1&amp;b=&quot;">A &amp; &lt;b&gt;</a>'
    )
    assert passage.link_text("A & B", None) == "A &amp; B"
    assert passage.write_paragraphs("One <1>\n\n  Two \n") == "<p>One &lt;1&gt;</p><p>Two</p>"
    assert passage.read_words("<p>a &lt; <b>b</b></p>") == "a &lt; b"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<p>A<img src="x"> b &amp; c &#8230; d<br>e</p>', "<p>A b &amp; c &#8230; d<br>e</p>"),
        ("<figure><img src='x'><figcaption>Photo</figcaption></figure><p>A</p>", "<p>A</p>"),
        ("<picture><source srcset='x'><img src='x'></picture>A", "A"),
        ("<video><track src='x'>no video</video><audio>no audio</audio>A", "A"),
        ('<p><a href="x"><img src="x"></a></p><p>A</p>', "<p>A</p>"),
        ('<div><p><b><img src="x"></b>&nbsp;<br></p></div>A', "A"),
        ('<ul><li><img src="x"></li></ul>A', "A"),
        ("<p>A<br/>b<img src='x'/></p>", "<p>A<br/>b</p>"),
        ("<figure><video>x</video>&nbsp;\n</figure></figure>A", "A"),
        ('<figure><a href="x"><img src="x"></a><figcaption>P <i>b</i></figcaption></figure>A', "A"),
        (
            (
                "<figure><figure><img src='x'><figcaption>1</figcaption></figure>"
                "<figcaption><p>Gallery</p></figcaption></figure>A"
            ),
            "A",
        ),
        ("", ""),
    ],
)
def test_media_are_stripped_with_what_held_them(body: str, expected: str) -> None:
    """Images, film, sound and captions go, and what is empty without them."""
    assert strip_media(body) == expected


_TABLE = "<table><tbody><tr><td>1</td></tr></tbody></table>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<figure>{_TABLE}</figure>A", f"<div>{_TABLE}</div>A"),
        (
            f"<figure>{_TABLE}<figcaption>Votes <b>b</b></figcaption></figure>",
            f"<div>{_TABLE}<p>Votes <b>b</b></p></div>",
        ),
        (
            "<figure><blockquote><p>Q</p><cite>C</cite></blockquote></figure>",
            "<div><blockquote><p>Q</p><cite>C</cite></blockquote></div>",
        ),
        (
            '<figure><figcaption><p>c</p></figcaption><img src="x"><pre>a &lt; b</pre></figure>',
            "<div><div><p>c</p></div><pre>a &lt; b</pre></div>",
        ),
        ("A<figure><video>x</video>y &amp; z</figure>B", "A<div>y &amp; z</div>B"),
        (
            (
                '<figure><figure><img src="x"><figcaption>1</figcaption></figure>'
                "<figure><pre>x</pre></figure></figure>"
            ),
            "<div><div><pre>x</pre></div></div>",
        ),
        (
            f"<figure><figcaption><figure>{_TABLE}</figure>c</figcaption></figure>",
            f"<div><div><div>{_TABLE}</div>c</div></div>",
        ),
        ("<figure><pre>x</pre>", "<div><pre>x</pre></div>"),
        ("<figure>x<figcaption>c</figure>A", "<div>x<p>c</p></div>A"),
        ("<figure>x<figcaption>c<figcaption>d</figure>", "<div>x<p>c</p><p>d</p></div>"),
        ("<figure>x</figcaption></figure></figure>A", "<div>x</div>A"),
        ("<video><figure>x</figure>y</video>A", "A"),
        ("<figcaption>c</figcaption>A", "<figcaption>c</figcaption>A"),
    ],
)
def test_a_figure_that_holds_words_keeps_them(body: str, expected: str) -> None:
    """Tables, quotes and code stay with their caption; only the media of the figure go."""
    assert strip_media(body) == expected


def test_many_figures_take_no_more_time_than_many_words() -> None:
    """Figures inside figures are copied once, whatever is taken back at their ends."""
    body = "<figure>" * 20_000 + "x" + "</figure><img src='x'>" * 20_000
    assert strip_media(body).count("<div>") == 20_000
    assert strip_media(body.replace("x<", "<")) == ""


@pytest.mark.parametrize(
    ("body", "wrapped"),
    [
        ("Words.", "<p>Words.</p>"),
        ("Words <b>and</b> more<p>x</p>", "<p>Words <b>and</b> more</p><p>x</p>"),
        ("<p>x</p>", "<p>x</p>"),
        ("", ""),
        ("<b>open <p>x</p></b>", "<b>open <p>x</p></b>"),
        ('<img src="http://h.example/x.png">y', '<img src="http://h.example/x.png">y'),
    ],
)
def test_bare_words_at_the_start_become_a_paragraph(body: str, wrapped: str) -> None:
    """So that a credit before the text is not run together with it."""
    assert passage.wrap_opening(body) == wrapped


def test_many_unseen_characters_are_passed_over_in_no_time() -> None:
    """However many stand before words in one paragraph: each is tried in one way only."""
    body = "<p>" + "\u200b\u200d\u2060" * 20_000 + "Words.</p>"
    assert passage.open_with("Paper", body, closed=False).startswith("<p>Paper. ")
