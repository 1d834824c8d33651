"""JSON Feed: what the corpus cannot say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model import Failure, ParsedFeed, ParseFailed
from aggregator.edges.parse_json import is_json_feed, read_json_feed

URL = "https://news.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def feed(**fields: object) -> ParsedFeed:
    """A JSON Feed of these fields, read."""
    result = read_json_feed(json.dumps({"version": VERSION, "title": "T", **fields}).encode(), URL)
    assert isinstance(result, ParsedFeed)
    return result


@pytest.mark.parametrize(
    ("body", "content_type", "answer"),
    [
        (b'{"version": 1}', "", True),
        (b"\xef\xbb\xbf\n {", "text/plain", True),
        (b"<rss/>", "application/json", False),
        (b"[]", "application/feed+json; charset=utf-8", True),
        (b"[]", "text/plain", False),
        (b"<html>", "text/html", False),
        (b"", "application/json", True),
    ],
)
def test_the_body_counts_more_than_its_label(body: bytes, content_type: str, answer: bool) -> None:  # noqa: FBT001  # a table's column
    """A body beginning with `{` is JSON, one with `<` is not; else the label decides."""
    assert is_json_feed(body, content_type) is answer


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b" \n", Failure.EMPTY),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', Failure.NOT_A_FEED),
        (b"[" * 100_000, Failure.NOT_A_FEED),
        (b'{"a": "\xff\xfe"}', Failure.NOT_A_FEED),
        (b"[1]", Failure.NOT_A_FEED),
        (b'{"error": "not found"}', Failure.NOT_A_FEED),
    ],
)
def test_what_is_no_json_feed_is_named(body: bytes, kind: Failure) -> None:
    """Broken JSON, and JSON that is no feed, are failures of their kind."""
    result = read_json_feed(body, URL)
    assert isinstance(result, ParseFailed)
    assert result.kind is kind


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_json_in_any_unicode_encoding_is_read(charset: str) -> None:
    """The encodings that JSON may be in are recognised by their first bytes."""
    text = json.dumps({"version": VERSION, "title": "Լուր", "items": []}, ensure_ascii=False)
    result = read_json_feed(text.encode(charset), URL)
    assert isinstance(result, ParsedFeed)
    assert result.head.title == "Լուր"


def test_half_characters_are_replaced() -> None:
    """A lone surrogate cannot be stored or published, so it becomes U+FFFD."""
    item = feed(items=[{"id": "a\ud800", "title": "b\udfff"}]).items[0]
    assert (item.raw_id, item.title.value) == ("a\ufffd", "b\ufffd")


@pytest.mark.parametrize(
    ("given_id", "raw"), [(5, "5"), (1.5, "1.5"), (" x ", " x "), (True, None), ("", None)]
)
def test_ids_are_verbatim(given_id: object, raw: str | None) -> None:
    """A string is the id byte for byte, a number its digits, anything else no id."""
    assert feed(items=[{"id": given_id}]).items[0].raw_id == raw


def test_bad_items_cost_only_themselves() -> None:
    """Items that are no objects are left out with a problem."""
    result = feed(items=[1, {"id": "a"}, None])
    assert [item.raw_id for item in result.items] == ["a"]
    assert result.problems[0].what == "2 items are no objects and were left out"


def test_a_feed_without_a_list_of_items_says_so() -> None:
    """A missing list of items is a feed of none with a problem."""
    result = feed()
    assert (result.items, result.problems[0].what) == ((), "no list of items")


def test_items_over_the_limit_are_left_out_with_a_problem() -> None:
    """Of more than 10,000 items the first 10,000 are read."""
    result = feed(items=[{"id": 1}] * 10_001)
    assert len(result.items) == 10_000
    assert "10,001 items" in result.problems[0].what


def test_an_impossible_url_is_left_as_written() -> None:
    """A head URL that cannot be resolved stays for the core to judge."""
    assert feed(home_page_url="http://[").head.link == "http://["


NAMES = st.sampled_from(
    ["items", "id", "authors", "author", "tags", "attachments", "name", "url", "title", "image"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, VALUES))
def test_any_shape_of_json_is_answered(fields: dict[str, object]) -> None:
    """Whatever stands under the known names, nothing is raised."""
    read_json_feed(json.dumps({"version": VERSION, **fields}).encode(), URL)


@given(st.binary(max_size=60))
def test_arbitrary_bytes_never_raise(body: bytes) -> None:
    """Whatever the bytes, there is an answer."""
    assert isinstance(read_json_feed(body, URL), ParsedFeed | ParseFailed)


def test_json_with_broken_bytes_is_read() -> None:
    """A character cut in half costs itself, not the feed; the Problem counts the places."""
    text = json.dumps({"version": VERSION, "title": "Լուրեր|", "items": []}, ensure_ascii=False)
    result = read_json_feed(text.encode().replace(b"|", b"\xd5"), URL)
    assert isinstance(result, ParsedFeed)
    assert result.head.title == "Լուրեր"
    said = "not valid UTF-8 in 1 place; the bytes there are left out"
    assert [problem.what for problem in result.problems] == [said]


def test_json_in_an_old_charset_is_refused() -> None:
    """Bytes that are not even nearly UTF-8 are not guessed: JSON has no other charset."""
    text = json.dumps({"version": VERSION, "title": "Новости", "items": []}, ensure_ascii=False)
    result = read_json_feed(text.encode("cp1251"), URL)
    assert isinstance(result, ParseFailed)
    assert "codec can't decode" in result.detail
