"""What each story says in Atom and in RSS."""

import html
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from aggregator.core.model import Enclosure, Person, SourceRef
from tests.edges.make import make_shown, render_both, render_well
from tests.edges.reading import (
    ATOM,
    DC,
    LANG,
    list_links,
    read_entry,
    read_item,
    read_leniently,
)

# Atom entries -----------------------------------------------------------------


def test_an_entry_says_what_rfc_4287_requires() -> None:
    """id, title, updated, author, content, and one alternate link."""
    entry = read_entry()
    assert entry.findtext(f"{ATOM}id") == "tag:azatutyun.am,2023:1"
    assert re.fullmatch(
        r"2023-09-21T12:30:15\.\d{3}\+00:00", entry.findtext(f"{ATOM}updated") or ""
    )
    assert re.fullmatch(
        r"2023-09-21T11:30:15\.\d{3}\+00:00", entry.findtext(f"{ATOM}published") or ""
    )
    assert entry.findtext(f"{ATOM}rights") == "Used with the permission of RFE/RL."
    assert list_links(entry, "alternate") == [{"href": "https://www.azatutyun.am/a/1.html"}]
    assert [term.get("term") for term in entry.findall(f"{ATOM}category")] == ["armenia", "Լուրեր"]


def test_authors_are_named_without_their_addresses() -> None:
    """All authors with their pages; an e-mail address credits nobody."""
    authors = [
        {part.tag[len(ATOM) :]: part.text for part in author}
        for author in read_entry().findall(f"{ATOM}author")
    ]
    assert authors == [{"name": "Անի", "uri": "https://example.org/ani"}, {"name": "Boris"}]


@pytest.mark.parametrize("authors", [(), (Person(""),), (Person("", "a@example.org"),)])
def test_without_a_named_author_the_source_is_one(authors: tuple[Person, ...]) -> None:
    """RFC 4287 4.1.2 asks for an author, and it must never be the newsfeed."""
    entry = read_entry(authors=authors)
    names = [name.text for name in entry.findall(f"{ATOM}author/{ATOM}name")]
    assert names == ["Azatutyun & co"]
    creators = [creator.text for creator in read_item(authors=authors).findall(f"{DC}creator")]
    assert creators == ["Azatutyun & co"]


@pytest.mark.parametrize(
    ("language", "said"), [("hy", "hy"), ("zh-Hans", "zh-Hans"), (None, "und")]
)
def test_an_entry_has_its_own_language(language: str | None, said: str) -> None:
    """It never inherits the newsfeed's, also where its own is unknown."""
    assert read_entry(language=language).get(LANG) == said


def test_the_source_is_named_in_full() -> None:
    """RFC 4287 4.2.11: id, title, updated, links and rights of the feed it came from."""
    source = read_entry().find(f"{ATOM}source")
    assert source.findtext(f"{ATOM}id") == "https://www.azatutyun.am/feed-id"
    assert source.findtext(f"{ATOM}title") == "Azatutyun & co"
    assert source.findtext(f"{ATOM}updated") == "2023-09-21T12:30:15+00:00"
    assert source.findtext(f"{ATOM}rights") == "Copyright (c) 2023 RFE/RL, Inc."
    assert list_links(source, "alternate") == [{"href": "https://www.azatutyun.am/"}]
    assert list_links(source, "self") == [{"href": "https://www.azatutyun.am/api/"}]


def test_a_source_of_few_words_has_an_id_all_the_same() -> None:
    """A feed without an id, links and rights is known by its address."""
    source = read_entry(source=SourceRef("Hetq")).find(f"{ATOM}source")
    assert [part.tag[len(ATOM) :] for part in source] == ["id", "title", "updated"]
    assert source.findtext(f"{ATOM}id") == "https://www.azatutyun.am/api/"


def test_links_keep_all_their_attributes() -> None:
    """Enclosures, comments, licence, carriers and other reports, each with what is known of it."""
    entry = read_entry()
    assert list_links(entry, "enclosure") == [
        {"href": "https://example.org/a.mp3", "type": "audio/mpeg", "length": "1234"},
        {"href": "https://example.org/b.jpg"},
    ]
    assert list_links(entry, "related") == [
        {"href": "https://hetq.am/1?a=1&b=2", "title": "Hetq"},
        {"href": "https://aravot.am/1", "title": "Aravot"},
        {
            "href": "https://civil.example/1",
            "title": "Civil, via Hub: Two & two",
            "hreflang": "ka",
        },
        {"href": "https://hub.example/2?a=1&b=2", "title": "Hub"},
    ]
    assert list_links(entry, "replies") == [
        {"href": "https://www.azatutyun.am/a/1.html#comments", "type": "text/html"}
    ]
    assert list_links(entry, "via") == [{"href": "https://planet.example/", "title": "Planet"}]
    assert list_links(entry, "license") == [
        {"href": "https://creativecommons.org/licenses/by/4.0/"}
    ]
    assert entry.findtext("{http://purl.org/syndication/thread/1.0}total") == "7"


SPARE: dict[str, Any] = {
    "categories": (), "language": None, "enclosures": (), "comments_url": None,
    "comments_count": None, "rights": None, "license": None, "carriers": (), "thumbnail": None,
    "via": None, "also": (),
}  # fmt: skip


def test_the_thumbnail_is_said_in_both_formats() -> None:
    """Media RSS is the one vocabulary for it."""
    for made in (read_entry(), read_item()):
        thumbnail = made.find("{http://search.yahoo.com/mrss/}thumbnail")
        assert dict(thumbnail.attrib) == {"url": "https://example.org/t.jpg"}


def test_what_is_not_known_is_not_said() -> None:
    """A story of few fields has no empty elements."""
    atom = [part.tag[len(ATOM) :] for part in read_entry(**SPARE)]
    assert atom == [
        "id", "title", "updated", "author", "author", "content", "published", "link", "source"
    ]  # fmt: skip
    rss = [part.tag for part in read_item(**SPARE)]
    assert rss == [
        "title", "link", "description", "guid", "source", "pubDate", f"{DC}creator", f"{DC}creator"
    ]  # fmt: skip


def test_no_comments_are_a_count() -> None:
    """Zero is known, None is not."""
    made = render_well(make_shown(comments_count=0))
    assert b"<thr:total>0</thr:total>" in made.atom
    assert b"<slash:comments>0</slash:comments>" in made.rss


@pytest.mark.parametrize(
    "story_id",
    [
        "http://example.org/a?b=1&c=2#d",
        "HTTP://Example.ORG:80/%7Euser/../x//y",
        "tag:example.org,2023:a'b(c)*;=,@!$",
        "urn:uuid:1225C695-CFB8-4EBB-AAAA-80DA344EFA6A",
        "https://пример.рф/новость/Լուր",
        "http://example.org/%e2%82%ac",
    ],
)
def test_ids_stay_byte_for_byte(story_id: str) -> None:
    """RFC 4287 4.2.6: an id never changes, however it is spelled."""
    for output in render_both(make_shown(id=story_id)):
        assert read_leniently(output).entries[0].id == story_id
        assert html.escape(story_id, quote=False).encode() in output.body


# RSS items --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story_id", "link", "said"),
    [
        ("https://e.org/1", "https://e.org/1", "true"),
        ("https://e.org/1", "https://e.org/2", "false"),
        ("tag:e.org,2023:1", "https://e.org/1", "false"),
        ("tag:e.org,2023:1", "tag:e.org,2023:1", "false"),
        # The validator takes a permalink for a URI, which has no other letters.
        ("https://e.org/լուր", "https://e.org/լուր", "false"),
    ],
)
def test_a_guid_is_a_permalink_where_it_is_the_link(story_id: str, link: str, said: str) -> None:
    """Else it is a name, which leads nowhere."""
    guid = read_item(id=story_id, link=link).find("guid")
    assert (guid.text, guid.get("isPermaLink")) == (story_id, said)


def test_an_item_says_what_the_profile_asks_for() -> None:
    """The feed it came from, all authors, rights, language, comments and licence."""
    item = read_item()
    assert item.findtext("guid") == "tag:azatutyun.am,2023:1"
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext("link") == "https://www.azatutyun.am/a/1.html"
    assert item.find("source").get("url") == "https://www.azatutyun.am/api/"
    assert item.findtext("source") == "Azatutyun & co"
    assert [creator.text for creator in item.findall(f"{DC}creator")] == ["Անի", "Boris"]
    assert item.findtext(f"{DC}rights") == "Used with the permission of RFE/RL."
    assert item.findtext(f"{DC}language") == "hy"
    assert item.findtext("comments") == "https://www.azatutyun.am/a/1.html#comments"
    assert item.findtext("{http://purl.org/rss/1.0/modules/slash/}comments") == "7"
    cc = "{http://backend.userland.com/creativeCommonsRssModule}"
    assert item.findtext(f"{cc}license") == "https://creativecommons.org/licenses/by/4.0/"
    assert [term.text for term in item.findall("category")] == ["armenia", "Լուրեր"]
    assert item.find("author") is None  # an e-mail address, says the profile


@pytest.mark.parametrize(
    ("enclosure", "said"),
    [
        (Enclosure("https://e.org/a", "audio/mpeg", 12), ("audio/mpeg", "12")),
        (Enclosure("https://e.org/a", "audio/mpeg"), ("audio/mpeg", "0")),
        (Enclosure("https://e.org/a"), ("application/octet-stream", "0")),
    ],
)
def test_one_enclosure_has_all_three_attributes(
    enclosure: Enclosure, said: tuple[str, str]
) -> None:
    """RSS requires type and length; the profile warns of more than one."""
    other = Enclosure("https://e.org/b", "image/jpeg", 1)
    (found,) = read_item(enclosures=(enclosure, other)).findall("enclosure")
    assert found.get("url") == "https://e.org/a"
    assert (found.get("type"), found.get("length")) == said
    assert (
        read_item(enclosures=(enclosure,)).findtext("link") == "https://www.azatutyun.am/a/1.html"
    )


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (datetime(2023, 9, 3, 4, 5, 6, 999_999, UTC), "Sun, 03 Sep 2023 04:05:06 +0000"),
        (
            datetime(2023, 9, 21, 1, 0, tzinfo=timezone(timedelta(hours=4))),
            "Wed, 20 Sep 2023 21:00:00 +0000",
        ),
        (datetime(999, 1, 1, tzinfo=UTC), "Tue, 01 Jan 0999 00:00:00 +0000"),
    ],
)
def test_dates_are_rfc_822_in_utc(published: datetime, said: str) -> None:
    """English names, four digits of the year, +0000."""
    assert read_item(published=published).findtext("pubDate") == said
    assert parsedate_to_datetime(said) == published.replace(microsecond=0)


def test_stories_of_one_second_have_times_of_their_own() -> None:
    """Milliseconds of the id's: they stay, whatever else is published; an unedited one has one."""
    at = datetime(2023, 9, 21, 12, 0, tzinfo=UTC)
    times = [
        read_entry(id=f"tag:e.org,2023:{n}", published=at, updated=at).findtext(f"{ATOM}{name}")
        for n in range(20)
        for name in ("published", "updated")
    ]
    assert times[::2] == times[1::2]
    assert len(set(times)) == 20
    again = read_entry(id="tag:e.org,2023:7", title="Another", published=at, updated=at)
    assert again.findtext(f"{ATOM}updated") == times[14]
