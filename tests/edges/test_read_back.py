"""One model, read back: each format gives each of its readers the stories that were rendered."""

import html
import json
from calendar import timegm
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.model import Also, Enclosure, Output, Person, Shown, SourceRef
from aggregator.edges.parse_json import read_json_feed
from tests.edges.make import make_shown, render_all
from tests.edges.reading import (
    ATOM,
    DC,
    LANG,
    list_links,
    read_leniently,
    read_strictly,
    read_title,
)

_SLASH = "{http://purl.org/rss/1.0/modules/slash/}comments"
_TOTAL = "{http://purl.org/syndication/thread/1.0}total"


@dataclass(frozen=True, slots=True)
class Told:
    """A story as a format tells it; what a format or a reader has no place for stays empty."""

    id: str
    title: str
    link: str
    published: datetime
    updated: datetime | None = None
    html: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str = ""
    media: tuple[tuple[str, str, int], ...] = ()
    comments: int | None = None


def tell(shown: Shown) -> Told:
    """The story as all formats together tell it."""
    return Told(
        id=shown.id,
        title=shown.title,
        link=shown.link,
        published=in_seconds(shown.published),
        updated=in_seconds(shown.updated),
        html=shown.html,
        authors=tuple(person.name for person in shown.authors),
        categories=shown.categories,
        language=shown.language or "und",
        media=tuple((one.url, one.type, one.length or 0) for one in shown.enclosures),
        comments=shown.comments_count,
    )


def in_seconds(at: datetime) -> datetime:
    """No format carries less than a second, nor another zone than UTC."""
    return at.astimezone(UTC).replace(microsecond=0)


# Readers --------------------------------------------------------------------------


def read_atom(output: Output) -> list[Told]:
    """Atom, by a strict XML parser and RFC 4287."""
    return [
        Told(
            id=entry.findtext(f"{ATOM}id"),
            title=entry.findtext(f"{ATOM}title"),
            link=list_links(entry, "alternate")[0]["href"],
            published=in_seconds(datetime.fromisoformat(entry.findtext(f"{ATOM}published"))),
            updated=in_seconds(datetime.fromisoformat(entry.findtext(f"{ATOM}updated"))),
            html=entry.findtext(f"{ATOM}content"),
            authors=tuple(name.text for name in entry.findall(f"{ATOM}author/{ATOM}name")),
            categories=tuple(one.get("term") for one in entry.findall(f"{ATOM}category")),
            language=entry.get(LANG),
            media=tuple(
                (link["href"], link.get("type", ""), int(link.get("length", 0)))
                for link in list_links(entry, "enclosure")
            ),
            comments=read_int(entry.findtext(_TOTAL)),
        )
        for entry in read_strictly(output).findall(f"{ATOM}entry")
    ]


def read_rss(output: Output) -> list[Told]:
    """RSS, by a strict XML parser; a title is decoded, as its readers may."""
    return [
        Told(
            id=item.findtext("guid"),
            title=html.unescape(item.findtext("title")),
            link=item.findtext("link"),
            published=parsedate_to_datetime(item.findtext("pubDate")),
            html=item.findtext("description"),
            authors=tuple(one.text for one in item.findall(f"{DC}creator")),
            categories=tuple(one.text for one in item.findall("category")),
            language=item.findtext(f"{DC}language") or "und",
            media=tuple(
                (one.get("url"), one.get("type"), int(one.get("length")))
                for one in item.findall("enclosure")
            ),
            comments=read_int(item.findtext(_SLASH)),
        )
        for item in read_strictly(output).findall("channel/item")
    ]


def read_json(output: Output) -> list[Told]:
    """JSON Feed, by its own names."""
    return [
        Told(
            id=item["id"],
            title=item["title"],
            link=item["url"],
            published=datetime.fromisoformat(item["date_published"]),
            updated=datetime.fromisoformat(item["date_modified"]),
            html=item.get("content_html", ""),
            authors=tuple(person["name"] for person in item["authors"]),
            categories=tuple(item.get("tags", ())),
            language=item["language"],
            media=tuple(
                (one["url"], one["mime_type"], one.get("size_in_bytes", 0))
                for one in item.get("attachments", ())
            ),
            comments=item["_day"].get("comments", {}).get("count"),
        )
        for item in json.loads(output.body)["items"]
    ]


def read_int(text: str | None) -> int | None:
    """A count, None where there is none."""
    return None if text is None else int(text)


def read_with_feedparser(output: Output) -> list[Told]:
    """Atom or RSS, by the reader that most programs in Python use."""
    return [
        Told(
            id=entry.id,
            title=read_title(entry),
            link=entry.link,
            published=datetime.fromtimestamp(timegm(entry.published_parsed), UTC),
            categories=tuple(tag.term for tag in entry.get("tags", ())),
        )
        for entry in read_leniently(output).entries
    ]


def read_with_our_own(output: Output) -> list[Told]:
    """JSON Feed, by the reader that this program has for those of others."""
    parsed = read_json_feed(output.body, "https://news.example.org/feed.json")
    assert not getattr(parsed, "problems", ()), parsed
    return [
        Told(
            id=item.raw_id or "",
            title=item.title.value,
            link=item.link or "",
            published=datetime.fromisoformat(item.published or ""),
            updated=datetime.fromisoformat(item.updated or ""),
            html=item.content.value if item.content else "",
            authors=tuple(person.name for person in item.authors),
            categories=item.categories,
            language=item.language or "",
        )
        for item in parsed.items  # type: ignore[union-attr]  # a failure has none, and fails here
    ]


def only_rss(told: Told) -> Told:
    """RSS has one date and one enclosure."""
    return replace(told, updated=None, media=tell_types(told).media[:1])


def tell_types(told: Told) -> Told:
    """RSS and JSON Feed require a type of each medium."""
    media = tuple((url, kind or "application/octet-stream", size) for url, kind, size in told.media)
    return replace(told, media=media)


def only_names(told: Told) -> Told:
    """What feedparser gives as it was written."""
    return Told(told.id, told.title, told.link, told.published, categories=told.categories)


def without_counts(told: Told) -> Told:
    """What we read of JSON Feeds, compared without media and counts."""
    return replace(told, media=(), comments=None)


READERS: list[tuple[int, Callable[[Output], list[Told]], Callable[[Told], Told]]] = [
    (0, read_atom, lambda told: told),
    (1, read_rss, only_rss),
    (2, read_json, tell_types),
    (0, read_with_feedparser, only_names),
    (1, read_with_feedparser, only_names),
    (2, read_with_our_own, without_counts),
]


def check(stories: Sequence[Shown], *, dates_of: int = len(READERS)) -> None:
    """Every reader of every format finds these stories, in order."""
    outputs = render_all(*stories)
    for number, read, carries in READERS[:dates_of]:
        assert read(outputs[number]) == [carries(tell(shown)) for shown in stories]


# Stories --------------------------------------------------------------------------

NASTY = ["&", "<", ">", "&amp;", "&lt;b&gt;", "<b>", "</title>", "]]>", "AT&T", "&#38;", '"', "'"]

# feedparser takes words of Latin-1 that would be UTF-8 for a mistake, and mends them.
_LATIN_1 = "".join(map(chr, range(0x80, 0x100)))
_letters = st.text(
    st.characters(
        exclude_categories=["C", "Z"], exclude_characters=f"\ufffd\ufffe\uffff{_LATIN_1}"
    ),
    max_size=8,
)
words = (
    st.lists(_letters | st.sampled_from(NASTY), min_size=1, max_size=5)
    .map(" ".join)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
names = st.text(st.sampled_from("abcdeԱԲԳабв 'é-"), min_size=1).map(str.strip).filter(bool)
slugs = st.text(st.sampled_from("abcxyz019-_"), min_size=1, max_size=12)
urls = st.builds("https://{}.example/{}?a={}&b=2".format, slugs.map("h".__add__), slugs, slugs)
ids = urls | st.builds("tag:{}.example,2023:{}".format, slugs.map("h".__add__), slugs)
zones = st.integers(-12 * 4, 14 * 4).map(
    lambda quarters: timezone(timedelta(minutes=15 * quarters))
)
times = st.datetimes(datetime(1901, 1, 2), datetime(2099, 1, 1), timezones=zones)  # noqa: DTZ001 - the strategy adds the zones
media = st.builds(
    Enclosure, urls, st.sampled_from(["", "audio/mpeg"]), st.none() | st.integers(1, 2**40)
)
some_names = st.lists(names, unique=True, min_size=1, max_size=3)
stories = st.builds(
    Shown,
    id=ids,
    title=words,
    link=urls,
    html=words,
    published=times,
    updated=times,
    source=st.builds(SourceRef, words, urls, urls, urls, st.none() | words),
    feed_url=urls,
    authors=some_names.map(lambda given_names: tuple(map(Person, given_names))),
    categories=some_names.map(tuple),
    language=st.sampled_from([None, "hy", "ru", "zh-Hans", "ar"]),
    enclosures=st.lists(media, max_size=2, unique_by=lambda one: one.url).map(tuple),
    thumbnail=st.none() | urls,
    comments_url=st.none() | urls,
    comments_count=st.none() | st.integers(0, 10**6),
    rights=st.none() | words,
    license=st.none() | urls,
    carriers=st.lists(st.tuples(words, urls), max_size=2).map(tuple),
    also=st.lists(
        st.builds(Also, words, words, words, urls, times, st.sampled_from([None, "hy", "zh-Hans"])),
        max_size=2,
    ).map(tuple),
    via=st.none() | st.tuples(words, urls),
)


@settings(max_examples=60)
@given(st.lists(stories, max_size=3, unique_by=lambda shown: shown.id))
def test_what_is_rendered_is_read_back(some: list[Shown]) -> None:
    """Count, order, ids, titles, links, dates, authors, categories, language, media, counts."""
    check(some)


@pytest.mark.parametrize("year", [999, 1900, 1969, 1970, 2000, 2038, 9999])
def test_dates_of_every_year_are_read_back(year: int) -> None:
    """Also of those that feedparser has no numbers for."""
    at = datetime(year, 6, 1, 23, 59, 59, 999_999, UTC)
    check([make_shown(published=at, updated=at)], dates_of=3)
