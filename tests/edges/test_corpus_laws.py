"""Laws of the reading, cleaning and normalising, on damaged feeds of the corpus."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.dates import read_date
from aggregator.core.model import Entry, Markup, ParsedFeed, ParseFailed, RawItem, Source
from aggregator.core.normalise import Normalised, normalise_feed
from aggregator.core.text import title_text
from aggregator.edges.clean import clean_feed
from aggregator.edges.parse_json import read_json_feed
from tests.edges.corpus import NOW, URL, WITH_ENTRIES, load, read_bytes, read_input
from tests.edges.mutants import mutants

# One input that takes longer is a hang: most take some milliseconds.
bounded = settings(max_examples=120, deadline=timedelta(seconds=5))
SOURCE = Source("wire", URL)
CONTENT_TYPES = ["", "text/html", "application/rss+xml; charset=windows-1251", "x; charset=hex"]


@given(mutants(), st.sampled_from(CONTENT_TYPES))
@bounded
def test_a_damaged_feed_is_answered(body: bytes, content_type: str) -> None:
    """Whatever the damage, there is a feed or a failure, soon, and the same one again."""
    result = read_bytes(body, content_type)
    assert isinstance(result, ParsedFeed | ParseFailed)
    assert read_bytes(body, content_type) == result


@given(mutants(json_only=True))
@bounded
def test_a_damaged_json_feed_is_answered(body: bytes) -> None:
    """The same for JSON, also where the damage took its first brace."""
    assert isinstance(read_json_feed(body, URL), ParsedFeed | ParseFailed)


@given(mutants())
@bounded
def test_a_clean_feed_is_clean(body: bytes) -> None:
    """Cleaning a feed a second time changes nothing and complains of nothing more."""
    feed = read_bytes(body)
    if isinstance(feed, ParsedFeed):
        once = clean_feed(feed)
        assert clean_feed(once) == once


def publish(entry: Entry) -> RawItem:
    """The entry as an honest feed would give it on."""
    return RawItem(
        raw_id=entry.raw_id,
        base=URL,
        link=entry.link,
        title=Markup(entry.title),
        content=Markup(entry.html, html=True),
        published=entry.published.isoformat() if entry.published else None,
        updated=entry.updated.isoformat() if entry.updated else None,
        authors=entry.authors,
        categories=entry.categories,
        enclosures=entry.enclosures,
        thumbnail=entry.thumbnail,
        comments_url=entry.comments_url,
        comments_count=entry.comments_count,
        language=entry.language,
        rights=entry.rights,
        license=entry.license,
        source=entry.source,
    )


def shows_markup(entry: Entry) -> bool:
    """Whether a name of the entry shows marks of HTML, which taken for HTML reads otherwise."""
    source = entry.source.title if entry.source else ""
    names = (entry.title, source, *entry.categories, *(one.name for one in entry.authors))
    return any(mark in name for name in names for mark in "&<")


def assert_settled(found: Normalised) -> None:
    """Normalising the entries as they would be published gives the same entries and no problem."""
    # All or none: which names tell entries apart depends on the others.
    if any(shows_markup(entry) for entry in found.entries):
        return
    feed = ParsedFeed("atom10", found.head, tuple(publish(entry) for entry in found.entries))
    again = normalise_feed(feed, SOURCE, URL, NOW)
    assert again.entries == found.entries
    assert again.head == found.head
    assert [
        problem.what for problem in again.problems if "tell them apart" not in problem.what
    ] == []


@pytest.mark.parametrize("path", WITH_ENTRIES, ids=lambda path: path.name)
def test_a_published_entry_of_the_corpus_is_itself(path: object) -> None:
    """What was normalised once is not changed by being given on and normalised again."""
    feed = read_input(path)  # type: ignore[arg-type]  # a path of the corpus
    assert isinstance(feed, ParsedFeed)
    assert load(path, "entries")["entries"]  # type: ignore[arg-type]  # as above
    assert_settled(normalise_feed(clean_feed(feed), SOURCE, URL, NOW))


@given(mutants())
@bounded
def test_a_published_entry_is_itself(body: bytes) -> None:
    """The same for damaged feeds."""
    feed = read_bytes(body)
    if isinstance(feed, ParsedFeed):
        assert_settled(normalise_feed(clean_feed(feed), SOURCE, URL, NOW))


@given(st.text(max_size=80).filter(lambda text: not set("&<") & set(text)), st.booleans())
def test_a_plain_title_is_its_own_title(text: str, html: bool) -> None:  # noqa: FBT001  # hypothesis passes by place
    """A title without marks of HTML settles at once, whatever it was taken for."""
    title = title_text(text, html=html)
    assert title_text(title, html=False) == title


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # it wants naive bounds
    st.sampled_from(
        [
            "%Y-%m-%dT%H:%M:%SZ",
            "%a, %d %b %Y %H:%M:%S GMT",
            "%d.%m.%Y %H:%M:%S UTC",
            "%B %d,%Y %H:%M:%S Z",
        ]
    ),
)
def test_a_date_read_is_read_again(at: datetime, form: str) -> None:
    """Every spelling of a moment is read as that moment, and so is what we would write of it."""
    read = read_date(at.strftime(form), NOW, None, ())
    assert read.at == at.replace(microsecond=0)
    again = read_date(read.at.isoformat(), NOW, None, ())
    assert (again.at, again.note) == (read.at, "")
