"""Absurd lengths: cut with a mark, or left out with a Problem; never published whole."""

import pytest

from aggregator.core import limits
from aggregator.core.model import (
    Enclosure,
    Entry,
    FeedHead,
    Markup,
    ParsedFeed,
    Person,
    Problem,
    RawItem,
    Source,
)
from aggregator.core.normalise import normalise_feed
from aggregator.core.text import clean_chars
from aggregator.core.urls import is_iri, resolve, resolve_any
from tests.core.make import NOW

URL = "https://paper.example/feed"
LONG = "word " * 2_000
LONG_URL = "https://paper.example/" + "x" * limits.URL


def read(**fields: object) -> tuple[Entry, tuple[Problem, ...]]:
    """The entry of one item with these fields, and the Problems of its feed."""
    given = {"raw_id": "1", "title": Markup("Report"), **fields}
    feed = ParsedFeed("rss20", FeedHead(), (RawItem(**given),))  # type: ignore[arg-type]  # many types
    normal = normalise_feed(feed, Source("paper", URL), URL, NOW)
    return normal.entries[0], normal.problems


def test_a_long_title_is_cut_with_a_mark() -> None:
    """One sentence too long ends with an ellipsis, at the limit; one as long as allowed stays."""
    title = read(title=Markup(LONG))[0].title
    assert title.endswith("word…")
    assert len(title) <= limits.TITLE
    assert read(title=Markup("x" * limits.TITLE))[0].title == "x" * limits.TITLE


def test_long_names_and_categories_are_cut_with_a_mark() -> None:
    """A name is a name, not a text."""
    entry, _ = read(authors=(Person(LONG), Person("Ann")), categories=(LONG, "news"))
    assert entry.authors[0].name.endswith("word…")
    assert entry.categories[0].endswith("word…")
    assert len(entry.authors[0].name) <= limits.NAME >= len(entry.categories[0])
    assert (entry.authors[1].name, entry.categories[1]) == ("Ann", "news")


def test_a_cut_leaves_no_control_open() -> None:
    """Where the closing half of a pair is cut off, the opening half goes too."""
    turned = "\u202e" + "x" * 5_000 + "\u202c"
    entry, _ = read(title=Markup(turned), authors=(Person(turned),), categories=(turned,))
    for words in (entry.title, entry.authors[0].name, *entry.categories):
        assert "\u202e" not in words
        assert words.endswith("x…")


@pytest.mark.parametrize(
    ("field", "one", "most"),
    [
        ("authors", lambda at: Person(f"Ann {at}"), limits.AUTHORS),
        ("categories", lambda at: f"news {at}", limits.CATEGORIES),
        ("enclosures", lambda at: Enclosure(f"https://h.example/{at}"), limits.ENCLOSURES),
    ],
)
def test_long_lists_are_cut_and_told(field: str, one: object, most: int) -> None:
    """The first ones stay in their order; a Problem of the item says how many there were."""
    assert callable(one)
    for count, said in ((most, None), (most + 1, f"{most + 1}"), (9_999, "500 or more")):
        entry, problems = read(**{field: tuple(one(at) for at in range(count))})
        assert len(getattr(entry, field)) == most
        told = [f"{said} {field}: only the first {most} are kept"] if said else []
        assert [problem.what for problem in problems] == told


def test_long_addresses_are_left_out() -> None:
    """An address cannot be cut; the Problem shows how it begins."""
    entry, problems = read(
        link=LONG_URL,
        enclosures=(Enclosure(LONG_URL),),
        thumbnail=LONG_URL,
        comments_url=LONG_URL,
        license=LONG_URL,
    )
    assert (entry.link, entry.enclosures, entry.thumbnail) == (None, (), None)
    assert (entry.comments_url, entry.license) == (None, None)
    (problem,) = problems
    assert problem.what.startswith('its link is left out: "https://paper.example/xxx')
    assert len(problem.what) < 200


def test_addresses_at_the_limit_stay() -> None:
    """Relative and encoded ones count as what they become."""
    fits = LONG_URL[: limits.URL]
    assert resolve("", fits) == fits
    assert resolve("", fits + "x") is None
    assert resolve(URL, "y" * (limits.URL - 1)) is None
    assert resolve("", fits[:-100] + "ա" * 50) is None
    mail = "mailto:a@b.example?body=" + "x" * limits.URL
    assert resolve_any("", mail[: limits.URL]) == mail[: limits.URL]
    assert resolve_any("", mail[: limits.URL + 1]) is None
    assert is_iri(fits)
    assert not is_iri(fits + "x")


def test_a_title_is_clean_whatever_was_cut() -> None:
    """Half a pair of surrogates or a mark without its letter is no end of a title."""
    title = read(title=Markup("e\u0301" * 5_000))[0].title
    assert clean_chars(title) == title
