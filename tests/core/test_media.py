"""Attached media: which type and length are believed, and what stands for the item."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import limits
from aggregator.core.model import Enclosure, FeedHead, ParsedFeed, RawItem, Source
from aggregator.core.normalise import normalise_feed
from aggregator.core.normalise.media import doubt_lengths, read_enclosures, read_type
from tests.core.make import NOW, make_entry

BASE = "https://h.example/api/"


def name_files(*lengths: int | None, ending: str = "jpg") -> list[Enclosure]:
    """A file for each length."""
    return [
        Enclosure(f"https://h.example/{number}.{ending}", "", length)
        for number, length in enumerate(lengths)
    ]


@pytest.mark.parametrize(
    ("stated", "path", "read"),
    [
        # One platform calls everything image/jpeg.
        ("image/jpeg", "a.jpg", "image/jpeg"),
        ("image/jpeg", "a.JPEG", "image/jpeg"),
        ("image/jpeg", "a.png", "image/png"),
        ("image/jpeg", "a.WEBP?x.jpg", "image/webp"),
        ("image/jpeg", "a.mp3", "audio/mpeg"),
        ("image/jpeg", "a.mp4", "video/mp4"),
        ("image/jpeg", "a.pdf", "application/pdf"),
        ("image/jpg", "a.jpg", "image/jpeg"),
        # An ending that says nothing leaves what was stated.
        ("image/jpeg", "a", "image/jpeg"),
        ("image/jpeg", "a.php", "image/jpeg"),
        ("audio/x-own", "a.own", "audio/x-own"),
        ("text/vtt", "a.vtt", "text/vtt"),
        # Sound and film have many names, and some containers hold either.
        ("audio/mp3", "a.mp3", "audio/mp3"),
        ("audio/x-m4a", "a.m4a", "audio/x-m4a"),
        ("audio/mp4", "a.mp4", "audio/mp4"),
        ("video/ogg", "a.ogg", "video/ogg"),
        ("audio/webm", "a.webm", "audio/webm"),
        ("video/mpeg", "a.mp3", "audio/mpeg"),
        ("audio/mpeg", "a.mov", "video/quicktime"),
        # Types that are none.
        ("", "a.mp3", "audio/mpeg"),
        ("", "a", ""),
        ("mp3", "a.mp3", "audio/mpeg"),
        ("junk", "a", ""),
        ("application/octet-stream", "a.m4v", "video/mp4"),
        ("application/octet-stream", "a.pdf", "application/pdf"),
        ("binary/octet-stream", "a", ""),
        (" Audio/MPEG; q=1", "a.mp3", "audio/mpeg"),
    ],
)
def test_a_type_is_believed_unless_the_ending_contradicts_it(
    stated: str, path: str, read: str
) -> None:
    """What is stated, in one form; else what files of that ending are; else nothing."""
    assert read_type(stated, f"https://h.example/{path}") == read


@pytest.mark.parametrize(
    ("given_length", "read"),
    [(99, 99), (None, None), (0, None), (-1, None), (2**63 - 1, 2**63 - 1), (2**63, None)],
)
def test_a_length_is_a_count_of_bytes(given_length: int | None, read: int | None) -> None:
    """None of them is a file."""
    (medium,) = read_enclosures([Enclosure("a.mp3", "", given_length)], BASE)
    assert medium == Enclosure("https://h.example/api/a.mp3", "audio/mpeg", read)


def test_media_have_a_safe_url_each_once() -> None:
    """An unsafe one goes, the first of two with one address stays; the first 500 are looked at."""
    given_media = [Enclosure("javascript:x", "image/png", 5), *name_files(7, 8)[:1] * 2]
    assert read_enclosures(given_media, BASE) == (
        Enclosure("https://h.example/0.jpg", "image/jpeg", 7),
    )
    assert len(read_enclosures(name_files(*range(1, 999)), BASE)) == limits.READ


@pytest.mark.parametrize(
    ("lengths", "read"),
    [
        # RFE/RL's feeds: always 3123, by name and by the rule.
        ((3123,), (None,)),
        ((500,) * 3, (None,) * 3),
        ((500,) * 8 + (7, 9), (None,) * 8 + (7, 9)),
        ((500, None, 500, None, 500), (None,) * 5),
        # By chance, or one that many files may have.
        ((500,), (500,)),
        ((500, 500), (500, 500)),
        ((500,) * 7 + (7, 8, 9), (500,) * 7 + (7, 8, 9)),
        ((1, 2, 3), (1, 2, 3)),
        ((None, None, None), (None, None, None)),
        ((), ()),
    ],
)
def test_a_length_that_nearly_all_files_have_is_none(
    lengths: tuple[int | None, ...], read: tuple[int | None, ...]
) -> None:
    """Three files or more, four in five of those of the feed that have a length."""
    items = tuple(
        RawItem(raw_id=medium.url, link=medium.url, enclosures=(medium,))
        for medium in name_files(*lengths)
    )
    feed = normalise_feed(ParsedFeed("rss20", FeedHead(), items), Source("h", BASE), BASE, NOW)
    assert tuple(entry.enclosures[0].length for entry in feed.entries) == read


def test_one_file_in_many_items_has_a_length() -> None:
    """A logo that every item shows is one file."""
    entries = [make_entry(str(n), enclosures=tuple(name_files(500))) for n in range(9)]
    assert doubt_lengths(entries) == entries


@given(st.lists(st.lists(st.none() | st.integers(1, 3), max_size=4), max_size=6))
def test_doubt_costs_lengths_alone(lengths: list[list[int | None]]) -> None:
    """Every entry and every file stays, in order."""
    entries = [
        make_entry(str(n), enclosures=tuple(name_files(*some, ending=f"{n}.jpg")))
        for n, some in enumerate(lengths)
    ]
    doubted = doubt_lengths(entries)
    assert [e.key for e in doubted] == [e.key for e in entries]
    for old, new in zip(entries, doubted, strict=True):
        assert [m.url for m in old.enclosures] == [m.url for m in new.enclosures]


@pytest.mark.parametrize(
    ("thumbnail", "media", "picture"),
    [
        ("t.png", ("a.jpg",), "https://h.example/api/t.png"),
        (None, ("a.mp3", "a.jpg", "b.jpg"), "https://h.example/api/a.jpg"),
        ("file:///t.png", ("a.jpg",), "https://h.example/api/a.jpg"),
        (None, ("a.mp3",), None),
        (None, (), None),
    ],
)
def test_a_picture_stands_for_the_item(
    thumbnail: str | None, media: tuple[str, ...], picture: str | None
) -> None:
    """The thumbnail that the item names, else the first picture attached to it."""
    item = RawItem(
        raw_id="1", link=BASE, thumbnail=thumbnail, enclosures=tuple(map(Enclosure, media))
    )
    feed = normalise_feed(ParsedFeed("rss20", FeedHead(), (item,)), Source("h", BASE), BASE, NOW)
    assert feed.entries[0].thumbnail == picture


def test_what_counts_readers_is_no_medium() -> None:
    """A beacon is not published by the back door of an enclosure."""
    beacon = Enclosure("https://pixel.wp.com/b.gif?x=1", "image/gif", 43)
    assert read_enclosures([beacon, *name_files(7)], BASE) == read_enclosures(name_files(7), BASE)
