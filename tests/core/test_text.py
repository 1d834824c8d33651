"""Text: clean characters, plain text, words, forms for comparing."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.text import (
    clean_chars,
    clean_text,
    count_words,
    cut,
    fold,
    paragraphs,
    title_text,
    to_text,
    words,
)

ANY = st.text(alphabet=st.characters(), max_size=200)  # surrogates included
MARKUPISH = st.one_of(ANY, st.text(alphabet="<>/ab!-&;#p=\"' \n", max_size=80))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x1fc\x7fd\x9fe", "abcde"),
        ("a\ufffdb\ufffec\ud800d\ufdd0e\U0001ffff", "abcde"),
        ("a\r\nb\rc\x0bd\x85e", "a\nb\nc d e"),
        ("a\tb\nc", "a\tb\nc"),
        ("\u202eevil", "evil"),
        ("evil\u202c", "evil"),
        ("\u202bok\u202c", "\u202bok\u202c"),
        ("\u2067ok\u2069\u2069", "\u2067ok\u2069"),
        ("\u2066\u202ex\u2069", "\u2066x\u2069"),
        ("\u202a\u2066\u202c\u2069", "\u2066\u2069"),
        ("Հայ 😀 é", "Հայ 😀 é"),
        ("a\ufffdb", "ab"),
        ("Z" + 31 * "\u0335", "Z" + 30 * "\u0335"),
        ("Z" + 20 * "\u0335" + "\x00" + 20 * "\u0335", "Z" + 30 * "\u0335"),
    ],
)
def test_characters_no_publication_may_hold_go(text: str, expected: str) -> None:
    """Illegal characters and bidi controls without their other half are removed, no others."""
    assert clean_chars(text) == expected


@given(ANY)
def test_cleaning_characters_twice_is_cleaning_once(text: str) -> None:
    """What is clean is legal in XML 1.0 and stays as it is."""
    clean = clean_chars(text)
    assert clean_chars(clean) == clean
    assert not any(
        unicodedata.category(char) in {"Cc", "Cs"} for char in clean if char not in "\t\n"
    )
    line = clean_text(text)
    assert clean_text(line) == line
    assert not any(unicodedata.category(char) == "Cc" for char in line)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One\ntwo</p><p>three</p>", "One two\nthree"),
        ("a<br>b&nbsp;c &amp;lt; d", "a\nb c &lt; d"),
        ("<b>bo</b>ld", "bold"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("x<script>alert(1)</script><style>p{}</style>y<!-- no --><![CDATA[no]]>", "xy"),
        ("a < b", "a < b"),
        ("<script>never closed", ""),
        ("a&#10;b", "a b"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
    ],
)
def test_html_becomes_plain_text(markup: str, expected: str) -> None:
    """One line a block, entities decoded once, white space collapsed."""
    assert to_text(markup) == expected


@given(MARKUPISH)
@example("<![")
@example("<a " * 3000)
@example("<script" * 3000)
def test_text_of_anything_is_clean(markup: str) -> None:
    """Any string is answered, and the answer has no control characters but line breaks."""
    text = to_text(markup)
    assert clean_chars(text) == text
    assert all(line == clean_text(line) for line in text.split("\n"))
    assert title_text(markup, html=True) == clean_text(title_text(markup, html=True))
    assert "\n" not in title_text(markup, html=False)


UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"


@given(ANY)
@example("\xad")
def test_paragraphs_keep_the_words(text: str) -> None:
    """Plain text as HTML reads as the same text; a line that nobody would see is none."""
    lines = (clean_text(line) for line in clean_chars(text).split("\n"))
    seen = [word for line in lines if line.strip(UNSEEN) for word in line.split()]
    assert to_text(paragraphs(text)).split() == seen


def test_paragraphs_keep_their_shape() -> None:
    """Blank lines part paragraphs, line breaks stay, markup is shown, not read."""
    assert paragraphs("a\nb\n \n<b>\n\n") == "<p>a<br>b</p><p>&lt;b&gt;</p>"
    assert paragraphs(" \n\n ") == ""


@pytest.mark.parametrize(
    ("value", "html", "expected"),
    [
        ("a < b", False, "a < b"),
        ("if a<b and c>d", False, "if a<b and c>d"),
        ("Q&amp;A", False, "Q&A"),
        ("AT&T & R&D", False, "AT&T & R&D"),
        ("&amp;amp;", False, "&amp;"),
        ("&#8211; &nosuch; &copy", False, "– &nosuch; &copy"),
        ("<b>Bold</b> move<br/>now", False, "Bold move now"),
        ("How to use <b>", False, "How to use <b>"),
        ("<b>Bold</b> &amp; <i>more</i>", True, "Bold & more"),
        ("a < b", True, "a < b"),
        ("  two\n lines\u00a0", False, "two lines"),
        ("x\x00y", False, "xy"),
        ("<script>alert(1)</script>", False, ""),
        ("<img src=x onerror=alert(1)>Hi", False, "Hi"),
        ("How to use <script> tags", False, "How to use <script> tags"),
        ("if a<b and c=d>e", False, "if a<b and c=d>e"),
    ],
)
def test_a_title_is_plain_text(value: str, *, html: bool, expected: str) -> None:
    """Plain titles keep a literal `<`, HTML titles lose their tags."""
    assert title_text(value, html=html) == expected


def test_a_long_title_is_cut() -> None:
    """A title has at most 1,000 characters, the ellipsis among them."""
    assert len(title_text("x" * 2_000, html=False)) == 1_000
    assert title_text("x" * 1_000_000, html=True).endswith("…")
    assert cut("abc", 3) == "abc"
    assert cut("ab cd", 4) == "ab…"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("«Ինչո՞ւ»", "ինչու"),
        ("U.S. “Talks”", "us talks"),
        ("state-run", "State run"),
        ("ﬁne", "FINE"),
        ("a\u200bb\u00adc", "abc"),
        ("one\n two", "One  Two!"),
        ("Straße", "STRASSE"),
    ],
)
def test_forms_that_read_the_same_fold_to_the_same(text: str, same: str) -> None:
    """Case, quotes, punctuation and invisible characters do not count in comparing."""
    assert fold(text) == fold(same)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello — world, it's 3.14", ["Hello", "world,", "it's", "3.14"]),
        ("end…next one/two", ["end", "next", "one", "two"]),
        ("a,b and 1,000", ["a", "b", "and", "1,000"]),
        ("日本語 text", ["日", "本", "語", "text"]),
        ("日本語text", ["日", "本", "語", "text"]),
        ("textで", ["text", "で"]),
        ("กำ", ["ก", "ำ"]),
        ("น้ำ", ["น้", "ำ"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("Լուրեր։Հայաստան", ["Լուրեր", "Հայաստան"]),
        ("— … !", []),
    ],
)
def test_words_are_counted_in_any_script(text: str, expected: list[str]) -> None:
    """Scripts without spaces count each character, so that a limit limits them too."""
    assert words(text) == expected
    assert count_words(text) == len(expected)


@given(st.one_of(st.text(), st.text(alphabet="日本 กำน้a,b.—\u0301")))
def test_words_stand_in_the_text_in_order(text: str) -> None:
    """Each word is a verbatim piece of the text after the one before."""
    end = 0
    for word in words(text):
        end = text.index(word, end) + len(word)
    assert fold(text) == " ".join(fold(text).split())


def test_a_letter_bears_so_many_marks_and_no_more() -> None:
    """A run of combining marks is cut at 30: normalising it would take minutes."""
    marks = "\u0315\u0300" * 100_000
    assert clean_chars(f"a{marks}b{marks}") == f"a{marks[:30]}b{marks[:30]}"
    assert fold(clean_text(f"a{marks}")) == fold(f"a{marks[:30]}")
    words = "ё՛ й́ — „…” " * 5
    assert clean_chars(words) == words


def test_a_title_that_keeps_coming_together_loses_its_brackets() -> None:
    """What is put into itself many times is no title; in the end no tag is left."""
    title = "<script>x</script>"
    for _ in range(9):
        title = f"<scr{title}ipt>x</script>"
    assert "<" not in title_text(title, html=False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<svg/onload=x()>y", "y"),
        ("<img title='<' src=x onerror=x()>y", "y"),
        ("y <img src=x onerror=x()", "y"),
        ("<b hidden onclick=x()>y", "y"),
        ("&lt;img src=x onerror=x()&gt;y", "y"),
        ("Is a <b or c = d?", "Is a <b or c = d?"),
        ("Use <a> and <script> with care", "Use <a> and <script> with care"),
    ],
)
def test_what_would_run_is_no_part_of_a_title(value: str, expected: str) -> None:
    """Tags with handlers or addresses go however they are written; bare ones are words."""
    assert title_text(value, html=False) == expected


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nagorno-Karabakh", "nagorno karabakh"),
        ("Baku/Yerevan \u2014 talks", "baku yerevan talks"),
        ("Don't \u201cpanic\u201d!", "dont panic"),
        ("Ի՞նչ եղավ", "ինչ եղավ"),
        ("a\tb", "a b"),
    ],
)
def test_dashes_part_words_and_other_marks_vanish(text: str, folded: str) -> None:
    """In every script: a headline is the same with another kind of quotes or dashes."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    "unseen", ["\u200b", "&#8203;", "<p>\u00ad</p><p>\ufeff\u200d</p>", " \u2060 "]
)
def test_a_text_that_nobody_sees_is_none(unseen: str) -> None:
    """Or it would stand for a title, and bear the credit's link, where nothing is to be seen."""
    assert to_text(unseen) == ""
    assert to_text(f"a{unseen}b").startswith("a")
