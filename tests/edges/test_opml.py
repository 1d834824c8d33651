"""OPML that is right, and OPML as it is found."""

import pytest

from aggregator.core.model import Source
from aggregator.edges.opml import read_opml, write_opml

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="1.0"><body>\n'
TAIL = "</body></opml>\n"


def feed(name: str, end: str = "/>") -> str:
    """One feed's outline on a line of its own."""
    return f'<outline text="{name}" type="rss" xmlUrl="https://{name[:1]}.example/f"{end}\n'


def names(body: bytes) -> list[str | None]:
    """The names of the feeds that are read."""
    return [outline.name for outline in read_opml(body).outlines]


@pytest.mark.parametrize(
    ("text", "expected", "problem"),
    [
        (feed("a & b") + feed("c"), ["a & b", "c"], "line 3: a bare &"),
        (feed("a &eacute;") + feed("c"), ["a é", "c"], "line 3: a bare & or an entity"),
        (feed("a &nope; &lt;") + feed("c"), ["a &nope; <", "c"], "line 3: a bare &"),
        (feed("a", ">") + feed("c", ">") + feed("d"), ["a", "c", "d"], "line 3: an outline that"),
        ('<outline text="x">\n' + feed("a") + feed("b"), ["a", "b"], "line 6: "),
        (feed("a") + '<outline text="b" xmlUrl="https://b', ["a"], "line 4: "),
        (feed("a") + "\x01" + feed("b"), ["a", "b"], ""),
    ],
)
def test_a_broken_list_is_mended_and_the_line_named(
    text: str, expected: list[str], problem: str
) -> None:
    """One broken outline costs at most itself."""
    found = read_opml((HEAD + text + TAIL).encode())
    assert [outline.name for outline in found.outlines] == expected
    assert not found.whole
    assert any(one.startswith(problem) for one in found.problems) or not problem


def test_folders_of_feeds_that_nobody_closed_stay(  # the closings that are there are the folders'
) -> None:
    """The last feed of a folder is closed before the folder is."""
    folder = '<outline text="{}">\n' + feed("a", ">") + feed("b", ">") + "</outline>\n"
    found = read_opml((HEAD + folder.format("X") + folder.format("Y") + TAIL).encode())
    assert [outline.tags for outline in found.outlines] == [("x",), ("x",), ("y",), ("y",)]


def test_outlines_that_cannot_be_recovered_are_counted() -> None:
    """How many are lost is said."""
    torn = '<outline text=x><outline xmlUrl="https://b.example/f'
    found = read_opml((HEAD + feed("a") + torn).encode())
    assert [outline.name for outline in found.outlines] == ["a"]
    assert any("could not be recovered" in one for one in found.problems)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (HEAD.encode() + feed("aé").encode("cp1252") + TAIL.encode(), ["aé"]),
        ((HEAD + feed("aé") + TAIL).encode("utf-16"), ["aé"]),
        (b"\xef\xbb\xbf" + (HEAD + feed("aé") + TAIL).encode(), ["aé"]),
        (b"\n\n" + (HEAD + feed("aé") + TAIL).encode(), ["aé"]),
        ((HEAD + feed("aж") + TAIL).replace("UTF-8", "windows-1251").encode("cp1251"), ["aж"]),
        ((HEAD + feed("a&") + TAIL).replace("UTF-8", "no-such").encode(), ["a&"]),
        (HEAD.encode() + feed("a").encode() + b"\x81\xff&" + TAIL.encode(), ["a"]),
    ],
)
def test_letters_survive_wrong_encodings(body: bytes, expected: list[str]) -> None:
    """Declared, as marked, UTF-8, or what Windows wrote."""
    assert names(body) == expected


@pytest.mark.parametrize("body", [b"", b"   ", b"no list", b"<html><p>x", b"<opml/>", b"\0\0"])
def test_what_is_no_list_holds_no_feeds(body: bytes) -> None:
    """No exception, whatever comes."""
    assert read_opml(body).outlines == ()


def test_entities_are_never_expanded() -> None:
    """A declaration of entities is dropped: no file is read and nothing grows."""
    bomb = (
        '<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    )
    found = read_opml((HEAD.replace("<opml", bomb + "<opml") + feed("x &b; &f;") + TAIL).encode())
    assert [outline.name for outline in found.outlines] == ["x &b; &f;"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("&lt;script src=x&gt;y&lt;/script&gt;", None),
        ("Hetq &lt;img src=x onerror=y&gt;", "Hetq"),
        ("a &amp;lt; b", "a < b"),
        ("\u202eHetq\ufffd", "Hetq"),
        ("https://u:hunter2@a.example/f?key=k", "https://***@a.example/f?key=***"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_lists_names_are_cleaned_as_those_of_feeds(name: str, shown: str | None) -> None:
    """Tags that act, lone bidi controls and lost letters go, and what lets one in is hidden."""
    assert names((HEAD + feed("a").replace('"a"', f'"{name}"') + TAIL).encode()) == [shown]


def test_a_lists_home_pages_lose_their_keys() -> None:
    """They are published."""
    own = ' htmlUrl="/home?key=k&amp;x=1&amp;token=t&amp;PHPSESSID=s"/>'
    found = read_opml((HEAD + feed("a", own) + TAIL).encode())
    assert [outline.homepage for outline in found.outlines] == ["https://a.example/home?x=1"]


def test_addresses_that_are_none_are_named() -> None:
    """With the line; the attributes' spelling does not matter."""
    text = (
        '<outline text="x" xmlUrl="ftp://x"/>\n<outline TEXT="y" XMLURL="https://y.example/f"/>\n'
    )
    found = read_opml(
        (HEAD + text + '<outline type="rss" url="https://z.example/f"/>' + TAIL).encode()
    )
    assert [outline.url for outline in found.outlines] == [
        "https://y.example/f",
        "https://z.example/f",
    ]
    assert found.problems == ("line 3: its xmlUrl is no http or https address",)
    assert found.whole


def test_a_list_without_end_is_refused() -> None:
    """More than 50 MB is no list."""
    assert read_opml(b" " * 50_000_001).problems == ("the list is larger than 50 MB; split it",)


def test_many_problems_are_summed_up() -> None:
    """Twenty are named."""
    found = read_opml((HEAD + feed("a &") * 50 + '<outline xmlUrl="x:y"/>' * 30 + TAIL).encode())
    assert "and 30 more" in found.problems
    assert "and 10 more" in found.problems


def test_a_list_is_written_in_the_words_of_the_standard() -> None:
    """OPML 2.0: text, type, xmlUrl, htmlUrl, category; characters that XML has no place for go."""
    source = Source(
        "a", "https://u:p@a.example/f?key=k", "A\x01 <&", "https://a.example/", "hy", ("t", "u")
    )
    assert write_opml([source], "Day").decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<opml version="2.0">\n  <head>\n    <title>Day</title>\n  </head>\n  <body>\n'
        '    <outline type="rss" text="A &lt;&amp;" title="A &lt;&amp;"'
        ' xmlUrl="https://a.example/f" htmlUrl="https://a.example/" language="hy"'
        ' category="t,u"/>\n  </body>\n</opml>\n'
    )
