"""Readers of published documents: places, limits, and what is refused."""

from collections import Counter
from errno import EFBIG
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.lint import (
    Breach,
    Circumstances,
    Member,
    Node,
    Severity,
    forbids,
    lint,
)
from aggregator.edges.published import (
    list_feeds,
    read_document,
    read_entry,
    read_file,
    skim_document,
)
from aggregator.edges.published.folder import LARGEST
from tests.test_lint_corpus import INPUTS


def test_nodes_bear_their_places() -> None:
    """Lines and columns from 1, names with the usual prefix, text directly inside."""
    body = (
        b'<?xml version="1.0"?>\n<rss>\n'
        b'  <channel xmlns:a="http://www.w3.org/2005/Atom"><a:id>x</a:id> y</channel></rss>'
    )
    root = read_document(body).root
    assert isinstance(root, Node)
    channel = root.children[0]
    assert (root.line, root.column) == (2, 1)
    assert (channel.line, channel.column, channel.text) == (3, 3, " y")
    assert [child.name for child in channel.children] == ["atom:id"]


def test_members_bear_their_places() -> None:
    """Every JSON value has its line and column."""
    root = read_document(b'{"a": 1,\n "b": [true,\n  "x"]}').root
    assert isinstance(root, Member)
    assert isinstance(root.value, dict)
    row = root.value["b"]
    assert isinstance(row.value, tuple)
    assert (row.line, row.column) == (2, 7)
    assert [(one.value, one.line, one.column) for one in row.value] == [(True, 2, 8), ("x", 3, 3)]


def test_a_breach_bears_its_place() -> None:
    """Where the reading ended, in XML and in JSON."""
    broken = read_document(b"<rss>\n <a></b></rss>").root
    assert isinstance(broken, Breach)
    assert (broken.kind, broken.line) == ("SAXError", 2)
    json = read_document(b'{"a": 1,\n  }').root
    assert isinstance(json, Breach)
    assert (json.kind, json.line) == ("JSONError", 2)


def test_a_large_document_is_judged_for_all_that() -> None:
    """More than 5,000,000 bytes, which the W3C's validator refuses, are named in a warning."""
    body = b"<rss>" + b" " * 5_000_000 + b"</rss>"
    for document in (read_document(body), skim_document(body)):
        found = {one.kind: one for one in lint(document, Circumstances())}
        assert set(found) == {"ValidatorLimit", "InvalidRSSVersion", "MissingElement"}
        assert found["ValidatorLimit"].severity is Severity.WARNING
        assert not forbids(found["ValidatorLimit"])
    small = lint(read_document(body[:4_999_994] + b"</rss>"), Circumstances())
    assert "ValidatorLimit" not in [one.kind for one in small]


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel>" + b"<x/>" * 500_000 + b"</channel></rss>",
        b"[" + b"1," * 1_000_000 + b"1]",
    ],
)
def test_what_would_fill_the_memory_is_not_read(body: bytes) -> None:
    """Neither elements nor values without end; that is an error, for nothing was judged."""
    found = lint(read_document(body), Circumstances())
    assert [one.kind for one in found] == ["NotJudged"]
    assert forbids(found[0])


def test_publishing_reads_on() -> None:
    """What was judged entry by entry has no such limit: a large newsfeed is better than none."""
    body = b"<rss><channel>" + b"<item/>" * 500_001 + b"</channel></rss>"
    assert isinstance(skim_document(body).root, Node)


def test_a_file_is_read_to_its_limit(tmp_path: Path) -> None:
    """Not one byte more: it is refused with its name and the number."""
    target = tmp_path / "feed.xml"
    with target.open("wb") as file:
        file.truncate(LARGEST)
    assert len(read_file(target)) == LARGEST
    with target.open("ab") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(OSError, match="64,000,000 bytes") as caught:
        read_file(target)
    assert (caught.value.errno, caught.value.filename) == (EFBIG, str(target))


def test_a_class_has_an_end_and_the_others_are_still_found() -> None:
    """A thousand of one class are listed, the last says how many more; the next class follows."""
    body = b'<rss version="2.0"><channel>' + b"<x/>" * 1_500 + b"<y:z/></channel></rss>"
    body = body.replace(b"<y:z/>", b"<link>a b</link>")
    found = lint(read_document(body), Circumstances())
    unknown = [one for one in found if one.kind == "UndefinedElement"]
    assert len(unknown) == 1_000
    assert unknown[-1].words.endswith("; 500 more of this class are not listed")
    assert "InvalidUriChar" in [one.kind for one in found]


def test_a_number_that_no_reader_can_hold_is_an_error() -> None:
    """One of 1,000 digits is read, one of 1,001 refused, also where it is skimmed."""
    assert isinstance(read_document(b"[" + b"9" * 1_000 + b"]").root, Member)
    for read in (read_document, skim_document):
        root = read(b"[" + b"9" * 1_001 + b"]").root
        assert isinstance(root, Breach)
        assert (root.kind, "1,001 digits" in root.words) == ("JSONError", True)


WORDS = [
    (b"", "it is empty"),
    (b"\xef\xbb\xbf \n", "it is empty"),
    (b"\x1f\x8b\x08\x00", "it is compressed with gzip"),
    (b"<html><title>A &amp; B</title><p>x<br></html>", "it is an HTML page, not a feed: A & B"),
    (b"Service unavailable", "it begins with 'Service unavailable'"),
]


@pytest.mark.parametrize(("body", "words"), WORDS)
def test_what_is_no_feed_is_named(body: bytes, words: str) -> None:
    """By what it is, not by what a reader of XML stumbled over."""
    for read in (read_document, skim_document):
        root = read(body).root
        assert isinstance(root, Breach)
        assert root.kind == "NotAFeed"
        assert words in root.words


BROKEN = [
    (b'\n<?xml version="1.0"?><rss/>', "something stands before <?xml", 2),
    (b'Warning: x\n<?xml version="1.0"?><rss/>', "text stands before the first tag", 1),
    (b"<rss><channel>", "it breaks off", 1),
    (b"<rss><channel></rss>", "an end tag closes another element", 1),
]


@pytest.mark.parametrize(("body", "words", "line"), BROKEN)
def test_why_it_is_no_xml_is_said_in_plain_words(body: bytes, words: str, line: int) -> None:
    """A feed that is broken is a broken feed, with its place."""
    root = read_document(body).root
    assert isinstance(root, Breach)
    assert (root.kind, root.line) == ("SAXError", line)
    assert words in root.words


@pytest.mark.parametrize("charset", ["shift_jis", "windows-1251", "utf-8", ""])
def test_the_text_is_what_the_charset_says(charset: str) -> None:
    """The server's word goes before the document's, as long as the bytes can be read so."""
    body = "<rss><title>Я</title></rss>".encode(charset or "utf-8")
    root = read_document(body, charset).root
    assert isinstance(root, Node)
    assert root.children[0].text == "Я"
    own = b'<?xml version="1.0" encoding="koi8-r"?>' + "<rss>Я</rss>".encode("koi8-r")
    other = read_document(own, "utf-8").root
    assert isinstance(other, Node)
    assert other.text == "Я"


@pytest.mark.parametrize(
    "charset", ["hex", "idna", "punycode", "utf-7", "unicode_escape", "no-such", "x" * 99]
)
def test_a_codec_of_other_uses_is_no_charset(charset: str) -> None:
    """Of the server's it is passed over, of the document's own it is refused."""
    own = f'<?xml version="1.0" encoding="{charset}"?><rss/>'.encode()
    refused = read_document(own).root
    assert isinstance(refused, Breach)
    assert refused.kind == "UnknownEncoding"
    root = read_document("<rss>Я</rss>".encode(), charset).root
    assert isinstance(root, Node)
    assert root.text == "Я"


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_an_entry_is_read_as_it_stands_in_its_document(form: str) -> None:
    """The usual prefixes are declared around it; an unknown one, or a half element, is a breach."""
    entry = read_entry(b"<entry><media:thumbnail url='x'/></entry>", form)
    assert isinstance(entry, Node)
    assert entry.name == ("atom:entry" if form == "atom" else "entry")
    assert entry.children[0].name == "media:thumbnail"
    odd = (b"<entry><odd:x/></entry>", b"<entry>", b"<entry></entry></feed></rss>", b"")
    for body in (*odd, b"<entry/><entry/>", b"<entry/> words"):
        assert isinstance(read_entry(body, form), Breach)


def test_an_entry_of_json_is_read() -> None:
    """It is a member, a broken one a breach."""
    assert isinstance(read_entry(b'{"id": "1"}', "json"), Member)
    assert isinstance(read_entry(b'{"id": }', "json"), Breach)


def test_feeds_are_found_by_their_names(tmp_path: Path) -> None:
    """All below the folder, those of the folder itself first; nothing else."""
    for name in (
        "tags/a/atom.xml",
        "rss.xml",
        "atom.xml",
        "index.html",
        "atom.xml.gz",
        "feed.json",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    names = [path.relative_to(tmp_path).as_posix() for path in list_feeds(tmp_path)]
    assert names == ["atom.xml", "feed.json", "rss.xml", "tags/a/atom.xml"]


SKIMMED = [path for path in INPUTS if "too-deep" not in path.name]
"""How deep an entry is, is judged with the entry."""


@pytest.mark.parametrize("path", SKIMMED, ids=lambda path: path.name)
def test_skimming_finds_what_is_wrong_around_entries(path: Path) -> None:
    """As the whole reading does: breaches, the head, entries that share an id."""
    body, around = path.read_bytes(), Circumstances(("https://e.example/",), "text/html")
    whole = lint(read_document(body), around, entries=False)
    quick = lint(skim_document(body), around, entries=False)
    assert Counter((one.kind, one.where) for one in quick) == Counter(
        (one.kind, one.where) for one in whole
    )


MANY = 150_000
HOSTILE = {
    "items": b"<rss><channel>" + b"<item/>" * MANY + b"</channel></rss>",
    "unknown": b"<rss><channel><item>" + b"<x/>" * MANY + b"</item></channel></rss>",
    "names": b"{" + b",".join(b'"%d":1' % n for n in range(MANY)) + b',"7":1}',
    "members": b"{" + b",".join(b'"%d":1' % n for n in range(MANY)) + b"}",
    "ids": b'{"items":[' + b",".join([b'{"id":"1"}'] * MANY) + b"]}",
    "nested": b"[" * MANY,
    **{
        name: b'<rss version="2.0"><channel><item><description><![CDATA['
        + piece * (1_500_000 // len(piece))
        + b"]]></description></item></channel></rss>"
        for name, piece in {
            "open tags": b"<b>",
            "ends": b"<b></i>",
            "half tags": b"<a ",
            "quotes": b"<a x='",
            "comments": b"<!--",
            "declarations": b"<!x",
            "entities": b"&am",
            "spaces": b"<a x     ",
        }.items()
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_grows_with_the_length_alone(name: str) -> None:
    """Megabytes made to be slow are judged in seconds, where their square would be hours."""
    start = process_time()
    found = lint(read_document(HOSTILE[name]), Circumstances())
    assert found
    assert len(found) <= 10_000
    assert process_time() - start < 30


PIECES = st.sampled_from(
    [b"<rss>", b"</rss>", b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"</feed>", b"<entry>",
     b"</entry>", b"<title>", b"</title>", b"<!DOCTYPE a [", b"<!ENTITY b 'c'>", b"]>", b"&b;",
     b"<?xml version='1.0' encoding='utf-16'?>", b"<item>", b"<channel>", b"&#0;", b"\xff", b"{",
     b'"items": [', b"]}", b'"id": 5', b",", b"1e999", b'"\\ud800"', b"<a:b/>", b"<!--", b"-->"]
)  # fmt: skip


@given(st.lists(PIECES | st.binary(max_size=8), max_size=30).map(b"".join))
def test_no_bytes_break_the_linter(body: bytes) -> None:
    """Whatever comes is a list of findings, each with a place."""
    around = Circumstances(("https://e.example/",), "text/xml")
    for one in (*lint(read_document(body), around), *lint(skim_document(body), around)):
        assert one.line >= 1
        assert one.column >= 1
