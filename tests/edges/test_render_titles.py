"""Titles in RSS, for readers that take them for text and for those that take them for HTML."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.edges.render.titles import escape_title, write_in_hex
from tests.edges.reading import read_item

PLAIN = [
    "A & B",
    "AT&T",
    "AT&T; co",
    "a < b",
    "x > y",
    "Q&A: what now?",
    '«Հայաստան» & "Россия" 😀',
]
"""HTML reads these as the letters that they are."""

MISREAD = [
    ("5 <", "5 &lt;"),
    ("<b>bold</b> literally", "&lt;b&gt;bold&lt;/b&gt; literally"),
    ("x<y", "x&lt;y"),
    ("</p>", "&lt;/p&gt;"),
    ("<!-- a", "&lt;!-- a"),
    ("<?php", "&lt;?php"),
    # HTML reads these two as text, PHP's strip_tags and the common `<[^>]*>` do not.
    ("I <3 you", "I &lt;3 you"),
    ("1 < 2 > 0", "1 &lt; 2 &gt; 0"),
    ("Q&amp;A literally", "Q&amp;amp;A literally"),
    ("&#38; &#x26; &copy", "&amp;#38; &amp;#x26; &amp;copy"),
    ("R&D &lt; 5", "R&amp;D &amp;lt; 5"),
]


@pytest.mark.parametrize("title", PLAIN)
def test_a_title_that_html_reads_as_text_is_text(title: str) -> None:
    """It is right in readers of both habits."""
    assert escape_title(title) == read_item(title=title).findtext("title") == title


@pytest.mark.parametrize(("title", "written"), MISREAD)
def test_a_title_that_html_would_misread_is_html(title: str, written: str) -> None:
    """Nobody loses a word: who decodes shows it right, who does not shows it escaped."""
    assert escape_title(title) == read_item(title=title).findtext("title") == written


@given(st.text(max_size=30) | st.lists(st.sampled_from([*"&<>;/!#xa1 "]), max_size=12).map("".join))
def test_who_decodes_reads_the_title(title: str) -> None:
    """Decoded it is the title, and holds nothing that is like a tag."""
    written = escape_title(title)
    assert html.unescape(written) == title
    assert not re.search(r"<\S", written)


def test_the_first_title_alone_is_written_in_hex() -> None:
    """The same XML; other elements keep the names of their references."""
    given = b"<title>&amp;&lt;&gt;</title><link>&amp;</link><title>&amp;</title>"
    assert write_in_hex(given) == (
        b"<title>&#x26;&#x3C;&#x3E;</title><link>&amp;</link><title>&amp;</title>"
    )
