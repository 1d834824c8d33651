"""Gaps: noticed, named with their length, looked for where the feed offers older documents."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aggregator.core import gaps
from aggregator.core.identity import Settled, settle_all
from aggregator.core.model import Changes, Entry, FeedHead, FetchState, ParsedFeed, Source
from tests.core.make import NOW, make_entry, make_source

HOUR = timedelta(hours=1)
SOURCE = make_source()
STATE = FetchState("hetq", SOURCE.url, NOW, last_poll=NOW, last_kind="ok", newest=NOW - 10 * HOUR)
GAP = replace(STATE, gap_at=NOW, gap_since=NOW - 10 * HOUR, gap_until=NOW - 2 * HOUR)
TRAIL = gaps.Trail(NOW - 10 * HOUR, NOW - 2 * HOUR, "https://hetq.example/rss?paged=2", 2)
FEED = ParsedFeed("rss20", FeedHead())


def make_entries(*ages: int | None) -> list[Entry]:
    """Entries that are so many hours old; None for one without a date."""
    return [
        make_entry(f"{place}-{age}", published=None if age is None else NOW - age * HOUR)
        for place, age in enumerate(ages)
    ]


def note(
    state: FetchState,
    entries: Sequence[Entry],
    known: Sequence[Entry] = (),
    source: Source = SOURCE,
) -> FetchState:
    """The state after a document of these entries."""
    return gaps.note_gap(state, entries, settle_all(entries, known, NOW), source, NOW)


@pytest.mark.parametrize("ages", [(1, 2), (0, 9), (None, None), (1, None)])
def test_a_document_of_unknown_newer_items_is_a_gap(ages: tuple[int | None, ...]) -> None:
    """From the newest known report to the oldest shown one; undated ones count as of now."""
    found = note(STATE, make_entries(*ages))
    oldest = max(age or 0 for age in ages)
    assert (found.gap_at, found.gap_since) == (NOW, NOW - 10 * HOUR)
    assert found.gap_until == NOW - oldest * HOUR


@pytest.mark.parametrize(
    ("state", "ages", "source", "why"),
    [
        (replace(STATE, newest=None), (1, 2), SOURCE, "never read before"),
        (STATE, (), SOURCE, "an empty document"),
        (STATE, (1,), SOURCE, "one item shows nothing of before"),
        (STATE, (1, 10), SOURCE, "as old as the newest known"),
        (STATE, (1, 400), SOURCE, "an older one reaches over any gap"),
        (STATE, (1, 2), make_source(max_items=2), "cut: known ones may follow"),
    ],
)
def test_what_is_no_gap(state: FetchState, ages: tuple[int, ...], source: Source, why: str) -> None:
    """Each of these leaves the state as it was."""
    assert note(state, make_entries(*ages), source=source) is state, why


def test_one_known_item_is_enough() -> None:
    """Where a known one is left in the feed, nothing has gone by unseen."""
    entries = make_entries(1, 2, 3)
    assert note(STATE, entries, known=entries[2:]) is STATE


def test_renamed_items_are_no_gap() -> None:
    """A feed that gives all its items new ids and links keeps their dates."""
    entries = make_entries(10, 11)
    renamed = [replace(entry, key=f"x{entry.key}", canonical=None) for entry in entries]
    settled = Settled(tuple(renamed), Changes(new=2))
    assert gaps.note_gap(STATE, renamed, settled, SOURCE, NOW) is STATE


def test_a_new_gap_takes_the_place_of_the_old_one() -> None:
    """What became of the old one is said of it alone."""
    old = replace(GAP, gap_at=NOW - 90 * HOUR, gap_fill="filled")
    found = note(old, make_entries(1, 2))
    assert (found.gap_at, found.gap_fill) == (NOW, "")


def test_a_gap_is_named_with_its_length() -> None:
    """The words say from when to when, and what became of it."""

    def say(at: datetime) -> str:
        return f"{at:%Y-%m-%d %H:%M}"

    words = "gap: nothing from 2023-09-21 02:00 to 2023-09-21 10:00 was seen"
    assert gaps.say_gap(GAP, say) == words
    assert gaps.say_gap(replace(GAP, gap_fill="filled"), say) == f"{words}; filled"
    assert gaps.say_gap(STATE, say) == ""


@pytest.mark.parametrize(
    ("at", "hours"),
    [(None, 2), (NOW, 1), (NOW - 167 * HOUR, 1), (NOW - 168 * HOUR, 2), (NOW + HOUR, 2)],
)
def test_the_rhythm_is_halved_for_a_week(at: datetime | None, hours: int) -> None:
    """After a gap the source is asked twice as often, for seven days."""
    assert gaps.shorten(2 * HOUR, replace(STATE, gap_at=at), NOW) == hours * HOUR


@pytest.mark.parametrize(
    ("feed", "url", "found"),
    [
        ({}, "https://a.example/rss", None),
        ({"generator": "Hugo"}, "https://a.example/rss", None),
        ({"older": "https://a.example/1"}, "https://a.example/rss", "https://a.example/1"),
        (
            {"older": "https://a.example/1", "generator": "WordPress"},
            "https://a.example/rss",
            "https://a.example/1",
        ),
        (
            {"generator": "https://wordpress.org/?v=6.3"},
            "https://a.example/feed/",
            "https://a.example/feed/?paged=2",
        ),
        (
            {"generator": "WordPress"},
            "https://a.example/?feed=rss2&x=&paged=1#top",
            "https://a.example/?feed=rss2&x=&paged=2",
        ),
    ],
)
def test_older_documents_are_looked_for_where_they_are_offered(
    feed: dict[str, str], url: str, found: str | None
) -> None:
    """At prev-archive, else at WordPress's second page, else nowhere."""
    trail = gaps.find_trail(GAP, replace(FEED, **feed), url)  # type: ignore[arg-type]  # texts
    assert (trail and trail.url) == found


def test_without_a_gap_nothing_is_looked_for() -> None:
    """An archive alone is no reason to read it."""
    assert gaps.find_trail(STATE, replace(FEED, older="https://a.example/1"), SOURCE.url) is None


def test_pages_follow_pages_and_archives_name_the_next() -> None:
    """The way goes on from each document as it began."""
    third = gaps.go_on(TRAIL, FEED)
    assert third == replace(TRAIL, url="https://hetq.example/rss?paged=3", page=3)
    archive = replace(TRAIL, page=None)
    assert gaps.go_on(archive, FEED) is None
    assert gaps.go_on(archive, replace(FEED, older="https://x.example/")) == replace(
        archive, url="https://x.example/"
    )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://hetq.example/2", ""),
        ("https://archive.hetq.example/2", ""),
        ("https://hetq.example/1", "the older documents lead in a circle"),
        ("https://other.example/2", "the older document lies elsewhere, at other.example"),
        ("https://10.0.0.1/2", "the older document lies elsewhere, at 10.0.0.1"),
        ("http://hetq.example/2", "the older document is not offered over https"),
        ("javascript:x", "the older document has no http or https address"),
        ("file:///etc/passwd", "the older document has no http or https address"),
    ],
)
def test_only_the_own_site_is_believed(url: str, words: str) -> None:
    """A feed may name any address; what is not its own is refused by name."""

    def find_domain(host: str) -> str | None:
        return ".".join(host.split(".")[-2:]) if host[-1].isalpha() else None

    assert gaps.refuse(SOURCE, url, ["https://hetq.example/1"], find_domain) == words


def test_access_is_lent_to_the_own_origin_only() -> None:
    """Headers and a password do not go to another host of the domain."""
    source = make_source(url="https://me:word@hetq.example/rss", headers=(("X-Key", "k"),))
    own = gaps.lend_access(source, "https://hetq.example/rss?paged=2")
    assert (own.url, own.headers) == ("https://me:word@hetq.example/rss?paged=2", source.headers)
    other = gaps.lend_access(source, "https://archive.hetq.example/2")
    assert (other.url, other.headers) == ("https://archive.hetq.example/2", ())
    assert gaps.lend_access(source, "https://hetq.example:8443/2").headers == ()


def test_only_new_reports_dated_within_the_gap_are_taken() -> None:
    """Not what is known, nor older, nor newer, nor without a date."""
    entries = make_entries(1, 2, 5, 6, 10, 11, None)
    known = [replace(entries[3], digest="older words")]
    kept = gaps.keep_missing(TRAIL, settle_all(entries, known, NOW), known)
    assert kept == (entries[1], entries[2], entries[4])


@pytest.mark.parametrize(
    ("ages", "bridged"), [((), False), ((5, None), False), ((5, 10), True), ((20,), True)]
)
def test_a_document_that_reaches_back_bridges_the_gap(
    ages: tuple[int | None, ...], *, bridged: bool
) -> None:
    """Up to the newest report that was known."""
    assert gaps.is_bridged(TRAIL, make_entries(*ages)) is bridged


@pytest.mark.parametrize(
    ("facts", "bridged", "words"),
    [
        ((0, 0, ""), False, "not filled: the feed names no older documents"),
        ((0, 0, "it is elsewhere"), False, "not filled: it is elsewhere"),
        ((1, 1, ""), True, "filled with 1 report from 1 older document"),
        ((7, 3, ""), False, "partly filled with 7 reports from 3 older documents"),
        ((0, 1, "404"), False, "partly filled with 0 reports from 1 older document: 404"),
    ],
)
def test_filling_says_how_it_went(
    facts: tuple[int, int, str], *, bridged: bool, words: str
) -> None:
    """Whether all was found, how much of it, and what ended it."""
    assert gaps.say_filled(*facts, bridged=bridged) == words
