"""Reading feeds in-process: the authored day, what is no feed, and laws of the reading."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model import Failure, ParsedFeed, ParseFailed, Problem, Withdrawn
from aggregator.edges import stage
from aggregator.edges.parse import parser_version, read_feed
from aggregator.edges.parse.read import _read_items
from tests.edges.corpus import CORPUS, URL

DAY = stage.FOLDER
RSS = "application/rss+xml"


def feed(items: str, *, head: str = "", rest: str = "</channel></rss>") -> ParsedFeed:
    """An RSS feed of these items, read."""
    text = f'<rss version="2.0"><channel><title>T</title>{head}{items}{rest}'
    result = read_feed(text.encode(), RSS, URL)
    assert isinstance(result, ParsedFeed)
    return result


def failure(body: bytes, content_type: str = "") -> ParseFailed:
    """The failure that a body leads to."""
    result = read_feed(body, content_type, URL)
    assert isinstance(result, ParseFailed)
    return result


def day_polls() -> list[tuple[str, str, str, str]]:
    """The 200s of the authored day: feed, its URL, file and content type."""
    feeds = json.loads((DAY / "manifest.json").read_text())["feeds"]
    return [
        (one["id"], one["url"], poll["file"], poll["headers"].get("Content-Type", ""))
        for one in feeds
        for poll in one["polls"].values()
        if poll["file"] and poll["file"].endswith(".xml")
    ]


def test_every_labelled_item_of_the_day_is_seen() -> None:
    """Every labelled item is read, under its label's raw id, or its link without tracking."""
    labels = json.loads((DAY / "manifest.json").read_text())["labels"]
    seen = set()
    for name, url, file, content_type in day_polls():
        result = read_feed((DAY / file).read_bytes(), content_type, url)
        assert isinstance(result, ParsedFeed), file
        seen |= {(name, item.raw_id) for item in result.items}
        seen |= {(name, (item.link or "").partition("?")[0]) for item in result.items}
    assert {(label["feed"], label["key"]) for label in labels} - seen == set()


def test_cut_off_poll_of_the_day_loses_its_half_item_only() -> None:
    """The half item at the end of a truncated feed is left out, the whole ones stay."""
    result = read_feed((DAY / "eurasia-brief.p2.rss.xml").read_bytes(), RSS, URL)
    assert isinstance(result, ParsedFeed)
    assert [item.raw_id for item in result.items] == [
        "4410 at https://eurasiabrief.example",
        "4402 at https://eurasiabrief.example",
    ]
    assert "feed is cut off: the last item was left out" in [p.what for p in result.problems]


def test_empty_feed_of_the_day_is_a_feed() -> None:
    """A feed document without items is a valid feed of none."""
    result = read_feed((DAY / "world-desk.p1.rdf.xml").read_bytes(), "application/rdf+xml", URL)
    assert isinstance(result, ParsedFeed)
    assert (result.items, result.format) == ((), "rss10")


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"", Failure.EMPTY, "empty"),
        (b" \r\n\t", Failure.EMPTY, "empty"),
        (b"\xef\xbb\xbf\n", Failure.EMPTY, "empty"),
        (b"<!DOCTYPE html><title>Just a moment...</title>", Failure.HTML, "Just a moment..."),
        (b"<html><body>gone</body></html>", Failure.HTML, "HTML page, not a feed"),
        (b"<!-- x -->\n<HTML><p>&nbsp;", Failure.HTML, "HTML page"),
        (b"<html><title>" + b"long " * 99 + b"</title></html>", Failure.HTML, "…"),
        (b'<html xmlns:r="http://purl.org/rss/1.0/"><rss></rss></html>', Failure.HTML, "HTML"),
        (b"<urlset><url/></urlset>", Failure.NOT_A_FEED, "<urlset>"),
        (b'<opml version="2.0"><body/></opml>', Failure.NOT_A_FEED, "<opml>"),
        (b"<tv><channel id='1'/></tv>", Failure.NOT_A_FEED, "<tv>"),
        (b"<feed><product/></feed>", Failure.NOT_A_FEED, "<feed>"),
        (b"<urlset><url>", Failure.NOT_A_FEED, "<urlset>"),
        (b"just words", Failure.NOT_XML, "just words"),
        (b'{"a": 1}', Failure.NOT_XML, "neither XML nor JSON"),
        (b"\x1f\x8b\x08\x00\x00", Failure.NOT_XML, "begins with"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, kind: Failure, words: str) -> None:
    """A body that is no feed is answered with its kind and words that tell what it is."""
    result = failure(body)
    assert result.kind is kind
    assert words in result.detail


def test_an_impossible_charset_is_a_failure() -> None:
    """A codec that raises on everything, named by the server, costs this answer and no more."""
    assert failure(b"<rss/>", "application/xml; charset=undefined").kind is Failure.NOT_XML


def test_feed_inside_a_page_is_read() -> None:
    """A feed that someone wrapped into an HTML page keeps its entries."""
    text = (
        '<html><body><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a:1</id></entry></feed>'
    )
    result = read_feed(text.encode(), "", URL)
    assert isinstance(result, ParsedFeed)
    assert [item.raw_id for item in result.items] == ["a:1"]


@pytest.mark.parametrize(
    "end",
    ["", "<item>", "<item><title>Half", "<item><guid>2</guid><description><![CDATA[<p>ha"],
)
def test_every_cut_keeps_the_items_that_ended(end: str) -> None:
    """Wherever a feed is cut, exactly the items whose end was seen are kept, with a problem."""
    result = feed("<item><guid>1</guid></item>", rest=end)
    assert [item.raw_id for item in result.items] == ["1"]
    assert any(p.what.startswith("feed is cut off") for p in result.problems)


def test_cut_feed_without_items_is_a_feed_of_none() -> None:
    """A feed cut in its head is a feed without items and says that it was cut."""
    result = feed("", rest="<lin")
    assert result.items == ()
    assert "feed is cut off" in [p.what for p in result.problems]


def test_sloppy_feed_keeps_all_items() -> None:
    """A feed that is not well-formed but ends keeps every item."""
    result = feed("<item><guid>1</guid><title>a<b></item><item><guid>2</guid>")
    assert [(item.raw_id, item.title.value) for item in result.items] == [("1", "a<b>"), ("2", "")]
    assert result.problems[0].what.startswith("XML error: ")


@pytest.mark.parametrize(
    "raw", ["4410 at https://x.example", "/node/1", "e6846dee", "../a?b=1&amp;c=2", "\u00a0x", "Ã©"]
)
def test_raw_ids_are_kept_as_written(raw: str) -> None:
    """An id is neither resolved nor mended, in Atom, RSS and RDF alike."""
    meant = raw.replace("&amp;", "&")
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id> {raw}\n</id></entry></feed>'
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="http://purl.org/rss/1.0/"><channel/><item rdf:about="{raw}"/></rdf:RDF>'
    )
    rss = f'<rss version="2.0"><channel><item><guid>\t{raw} </guid></item></channel></rss>'
    for text in (atom, rdf, rss):
        result = read_feed(text.encode(), "", URL)
        assert isinstance(result, ParsedFeed)
        assert [item.raw_id for item in result.items] == [meant]


def test_one_broken_character_does_not_change_the_charset() -> None:
    """A UTF-8 feed with one character cut in half stays UTF-8."""
    items = "<item><title>Եվլախում հանդիպել են</title></item>".encode()
    body = (
        b"<rss version='2.0'><channel>"
        + items
        + b"<item><title>\xd5</title></item></channel></rss>"
    )
    result = read_feed(body, RSS, URL)
    assert isinstance(result, ParsedFeed)
    assert [i.title.value for i in result.items] == ["Եվլախում հանդիպել են", ""]
    said = "not valid UTF-8 in 1 place; the bytes there are left out"
    assert result.problems[0].what == said


def test_items_over_the_limit_are_left_out_with_a_problem() -> None:
    """Of more than 10,000 items the first 10,000 are read."""
    result = feed("<item><guid>x</guid></item>" * 10_001)
    assert len(result.items) == 10_000
    assert "10,001 items" in result.problems[0].what


def test_a_long_author_costs_nothing() -> None:
    """An author of 64,000 letters is taken as it stands (kurtmckee/feedparser#562)."""
    result = feed(f"<item><author>{'a' * 64_000}</author></item>")
    assert len(result.items[0].authors[0].name) == 64_000


@pytest.mark.parametrize("closed", [True, False])
def test_absurdly_deep_xml_does_not_crash(closed: bool) -> None:  # noqa: FBT001  # a table's column
    """10,000 nested elements end in an answer, not in a crash."""
    body = b"<a>" * 10_000 + b"</a>" * 10_000 * closed
    assert failure(body).kind is Failure.NOT_A_FEED


@pytest.mark.parametrize(
    "tags",
    [
        "</creativeCommons:license></media:player></itunes:keywords>",
        "</dcterms:valid></media:credit></item></item>",
        "<guid></guid><source>",
        "&#xD800;&#99999999;&undefined;&#0;",
        "<media:credit></channel></media:credit>",
        "<item><guid>3</guid><source><title>never closed",
    ],
)
def test_stray_tags_never_cost_the_feed(tags: str) -> None:
    """End tags without a start and impossible characters leave the other items readable."""
    result = feed(f"<item><guid>1</guid></item>{tags}<item><guid>2</guid></item>")
    assert {"1", "2"} <= {item.raw_id for item in result.items}


def test_an_impossible_url_is_left_as_written() -> None:
    """A head URL that cannot be resolved stays for the core to judge."""
    assert feed("", head="<link>http://[</link>").head.link == "http://["


class Hostile:
    """A value that cannot be read."""

    def __str__(self) -> str:
        """Refuse."""
        raise ValueError("no words")


def test_one_bad_item_never_costs_the_feed() -> None:
    """An item that cannot be translated is named in a problem; the others are read."""
    bad = {"raw_id": "bad", "title_detail": {"type": "text/html", "value": Hostile()}}
    items, problems = _read_items([{"raw_id": "good"}, bad])
    assert [item.raw_id for item in items] == ["good"]
    assert problems == [Problem("bad", "left out: ValueError: no words")]


def test_parser_version_names_both_parsers() -> None:
    """The version changes with feedparser's and with our own reading."""
    name, _, own = parser_version().partition("/")
    assert name.startswith("feedparser 6.")
    assert int(own) >= 1


SAMPLE = (CORPUS / "rss20-modules.xml").read_bytes()


@given(
    st.binary(max_size=300),
    st.sampled_from(["", RSS, "text/html; charset=utf-16", "a/b; charset=hex"]),
)
def test_arbitrary_bytes_never_raise(body: bytes, content_type: str) -> None:
    """Whatever the bytes and the header, there is an answer."""
    assert isinstance(read_feed(body, content_type, URL), ParsedFeed | ParseFailed)


@given(
    st.integers(0, len(SAMPLE)),
    st.integers(0, 40),
    st.sampled_from([b"", b"<", b"&", b"]]>", b"\0\xff", b"</item>"]),
)
def test_a_damaged_feed_never_raises(place: int, length: int, splice: bytes) -> None:
    """A feed with a piece replaced is a feed or a failure, and items stay whole values."""
    body = SAMPLE[:place] + splice + SAMPLE[place + length :]
    assert isinstance(read_feed(body, RSS, URL), ParsedFeed | ParseFailed)


@given(st.integers(0, len(SAMPLE)))
def test_a_prefix_never_invents_an_item(end: int) -> None:
    """A truncated feed holds a prefix of the whole feed's items, each of them whole."""
    whole = read_feed(SAMPLE, RSS, URL)
    part = read_feed(SAMPLE[:end], RSS, URL)
    assert isinstance(whole, ParsedFeed)
    if isinstance(part, ParsedFeed):
        assert part.items == whole.items[: len(part.items)]


@pytest.mark.parametrize("title", ["Ã©", "why Ã© and Ã¨", "MANHÃ\u00a0JOGO", "CafÃ©"])
@pytest.mark.parametrize("tail", ["</channel></rss>", "</channel>&nosuch"])
def test_texts_are_not_mended_without_asking(title: str, tail: str) -> None:
    """Characters that may be bytes of UTF-8 stay: feedparser would take them for a mistake."""
    body = f"<rss version='2.0'><channel><item><title>{title}</title></item>{tail}"
    result = read_feed(body.encode(), RSS, URL)
    assert isinstance(result, ParsedFeed)
    assert result.items[0].title.value == title


# Tombstones -------------------------------------------------------------------

TOMB = '<at:deleted-entry ref=" tag:x,2023:1 " when="2023-09-21T07:00:00Z"'
SAID = (Withdrawn("tag:x,2023:1", "2023-09-21T07:00:00Z"),)
INSIDE = (
    "<at:by><name>Nobody</name></at:by><at:comment>Not the title</at:comment>"
    '<link href="http://wrong.example/"/><title>Wrong</title><updated>1999-01-01</updated>'
)


@pytest.mark.parametrize(
    "tomb",
    [
        pytest.param(f"{TOMB}/>", id="empty"),
        pytest.param(f"{TOMB}>{INSIDE}</at:deleted-entry>", id="with words"),
        pytest.param(f"{TOMB}/>{TOMB}/><at:deleted-entry/>", id="twice, and one of nothing"),
        pytest.param(f"{TOMB}>{INSIDE}", id="never closed"),
        pytest.param(f"{TOMB}>{INSIDE}</at:deleted-entry>&nbsp;<b>", id="in a broken feed"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_tombstones_are_read_and_say_nothing_else(tomb: str, *, first: bool) -> None:
    """The id and time are heard; what stands in one is neither the feed's nor an entry's."""
    entry = (
        '<entry><id>tag:x,2023:2</id><title>Two</title><link href="http://x.example/2"/></entry>'
    )
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:at="http://purl.org/atompub/tombstones/1.0"><id>tag:x,2023:f</id><title>T</title>'
        f'<link href="http://x.example/"/>{tomb + entry if first else entry + tomb}</feed>'
    )
    read = read_feed(body.encode(), "application/atom+xml", URL)
    assert isinstance(read, ParsedFeed)
    assert read.withdrawn == SAID
    assert (read.head.title, read.head.link, read.head.authors) == ("T", "http://x.example/", ())
    assert [(item.raw_id, item.title.value) for item in read.items] == [("tag:x,2023:2", "Two")]
