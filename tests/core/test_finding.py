"""Where a feed may be, and what it is in a few words."""

from datetime import UTC, datetime

import pytest

from aggregator.core.finding import describe_feed, list_well_known, looks_like_feed, make_source
from aggregator.core.ids import derive_id, derive_marked_id, mint_id
from aggregator.core.model import Entry, FeedHead

NOW = datetime(2023, 9, 21, tzinfo=UTC)


def entry(words: int, at: datetime | None = None, language: str | None = None) -> Entry:
    """A report of so many words."""
    return Entry("s", "k", "T", NOW, NOW, text="w " * words, published=at, language=language)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/feed", True),
        ("https://a.example/blog/rss.xml", True),
        ("https://a.example/x.rdf", True),
        ("https://a.example/?feed=rss2", True),
        ("https://a.example/news?format=rss", True),
        ("https://a.example/feedback", False),
        ("https://a.example/prss", False),
        ("https://a.example/sitemap.xml", False),
        ("https://a.example/", False),
    ],
)
def test_addresses_of_feeds_are_recognised(url: str, *, expected: bool) -> None:
    """By a whole word of the path, or a parameter."""
    assert looks_like_feed(url) == expected


def test_well_known_places_are_few() -> None:
    """Those of the site, and one of the page's own folder."""
    assert list_well_known("https://a.example")[0] == "https://a.example/feed"
    places = list_well_known("https://a.example/blog/?x=1")
    assert places[:2] == ("https://a.example/blog/feed", "https://a.example/feed")
    assert len(places) == 10


def test_a_feed_is_described_by_its_head_and_entries() -> None:
    """The language of most entries counts where the feed names none."""
    entries = [entry(200, NOW, "hy"), entry(150, None, "hy"), entry(1, None, "en")]
    head = FeedHead(title="T", link="https://a.example/")
    sample = describe_feed("https://a.example/f", "rss20", head, entries)
    assert (sample.items, sample.full, sample.newest, sample.language) == (3, True, NOW, "hy")
    bare = describe_feed("https://a.example/f", "rss20", FeedHead(language="EN-us"), [])
    assert (bare.items, bare.full, bare.newest, bare.language) == (0, False, None, "en-US")


def test_what_the_caller_says_comes_before_what_the_feed_says() -> None:
    """Id and name; the id of a feed without a title is that of its host."""
    sample = describe_feed("https://www.a.example/f", "rss20", FeedHead(title=" "), [])
    assert make_source(sample, set(), None, None, ()).id == "a-example"
    source = make_source(sample, set(), "Given", "own", ("t",))
    assert (source.id, source.name, source.tags) == ("own", "Given", ("t",))


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("The Paper", set(), "the-paper"),
        ("Հետք", set(), "a-example"),
        (None, {"a-example"}, "a-example-f"),
        ("The Paper", {"the-paper", "a-example", "a-example-f"}, "a-example-f-"),
        ("x" * 100, set(), "x" * 40),
    ],
)
def test_ids_are_short_and_free(name: str | None, taken: set[str], expected: str) -> None:
    """Of the name where it is in ASCII, else of the host, else of the whole URL."""
    assert mint_id(name, "https://a.example/f", taken).startswith(expected)
    assert mint_id(name, "https://a.example/f", taken) not in taken


def test_an_id_of_a_list_is_the_same_whatever_else_is_there() -> None:
    """Until the very same id is taken."""
    marked = derive_marked_id("https://a.example/f", set())
    assert derive_marked_id("https://a.example/f", {"a-example-f"}) == marked
    assert derive_marked_id("https://a.example/f", {marked}) == f"{marked}-2"
    assert derive_id("https://a.example/f", ["a-example-f"]) == marked
