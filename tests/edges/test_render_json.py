"""What JSON Feed says of an edition and of each story."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.core.model import Enclosure, Person, SourceRef
from tests.edges.make import make_shown, render_all
from tests.edges.test_render_stories import SPARE


def read_feed(*stories: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """The document of stories with these fields."""
    return json.loads(render_all(*(make_shown(**fields) for fields in stories))[2].body)


def read_json_item(**fields: Any) -> Any:  # noqa: ANN401 - JSON
    """The one item of a story."""
    (item,) = read_feed(fields)["items"]
    return item


def test_the_head_says_what_the_format_asks_for() -> None:
    """version, title, home, own address, language; no authors, who would be every item's."""
    head = read_feed()
    assert head.pop("_day").keys() == {"about"}
    assert head == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Day newsfeed",
        "description": "Day newsfeed: every story once, every source credited",
        "home_page_url": "https://news.example.org/",
        "feed_url": "https://news.example.org/feed.json",
        "language": "en",
        "items": [],
    }


def test_an_item_says_all_that_is_known() -> None:
    """The same as Atom, in the format's own words, the rest in `_day`."""
    html = '<p><a href="https://www.azatutyun.am/a/1.html">Azatutyun</a>: <b>text</b></p>'
    assert read_json_item() == {
        "id": "tag:azatutyun.am,2023:1",
        "url": "https://www.azatutyun.am/a/1.html",
        "title": "Լաչինի միջանցքը բաց է",
        "content_html": html,
        "image": "https://example.org/t.jpg",
        "date_published": "2023-09-21T11:30:15+00:00",
        "date_modified": "2023-09-21T12:30:15+00:00",
        "authors": [{"name": "Անի", "url": "https://example.org/ani"}, {"name": "Boris"}],
        "tags": ["armenia", "Լուրեր"],
        "language": "hy",
        "attachments": [
            {
                "url": "https://example.org/a.mp3",
                "mime_type": "audio/mpeg",
                "size_in_bytes": 1234,
            },
            {"url": "https://example.org/b.jpg", "mime_type": "application/octet-stream"},
        ],
        "_day": {
            "source": {
                "name": "Azatutyun & co",
                "id": "https://www.azatutyun.am/feed-id",
                "feed_url": "https://www.azatutyun.am/api/",
                "home_page_url": "https://www.azatutyun.am/",
                "rights": "Copyright (c) 2023 RFE/RL, Inc.",
            },
            "via": {"name": "Planet", "url": "https://planet.example/"},
            "rights": "Used with the permission of RFE/RL.",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "carriers": [
                {"name": "Hetq", "url": "https://hetq.am/1?a=1&b=2"},
                {"name": "Aravot", "url": "https://aravot.am/1"},
            ],
            "also": [
                {
                    "source": "Civil",
                    "via": "Hub",
                    "title": "Two & two",
                    "url": "https://civil.example/1",
                    "language": "ka",
                    "published": "2023-09-21T12:30:15+00:00",
                },
                {
                    "source": "Hub",
                    "url": "https://hub.example/2?a=1&b=2",
                    "published": "2023-09-21T12:30:15+00:00",
                },
            ],
            "comments": {"url": "https://www.azatutyun.am/a/1.html#comments", "count": 7},
        },
    }


def test_what_is_not_known_is_not_said_in_json() -> None:
    """No null, no empty list; the language is said to be unknown, else it would be the feed's."""
    item = read_json_item(**SPARE, source=SourceRef("Hetq"), authors=())
    assert list(item) == [
        "id", "url", "title", "content_html", "date_published", "date_modified", "authors",
        "language", "_day",
    ]  # fmt: skip
    assert (item["language"], item["authors"]) == ("und", [{"name": "Hetq"}])
    assert item["_day"] == {"source": {"name": "Hetq", "feed_url": "https://www.azatutyun.am/api/"}}


def test_a_text_is_always_there() -> None:
    """The format requires one of its two kinds of text; an empty one is one."""
    assert read_json_item(html="")["content_html"] == ""


def test_a_count_of_zero_is_a_count() -> None:
    """Zero is known, None is not."""
    assert read_json_item(comments_count=0)["_day"]["comments"]["count"] == 0
    bare = read_json_item(comments_count=None, comments_url=None)
    assert "comments" not in bare["_day"]


def test_addresses_of_people_are_not_published() -> None:
    """A name credits, an e-mail address would only invite mail."""
    item = read_json_item(authors=(Person("Ani", "ani@example.org"),))
    assert item["authors"] == [{"name": "Ani"}]


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (datetime(2023, 9, 3, 4, 5, 6, 999_999, UTC), "2023-09-03T04:05:06+00:00"),
        (datetime(1969, 12, 31, 23, 59, tzinfo=UTC), "1969-12-31T23:59:00+00:00"),
        (datetime(999, 1, 1, tzinfo=UTC), "0999-01-01T00:00:00+00:00"),
    ],
)
def test_dates_are_rfc_3339_in_utc(published: datetime, said: str) -> None:
    """Four digits of the year, no fraction, a zone."""
    assert read_json_item(published=published)["date_published"] == said


def test_letters_are_letters_and_keys_have_their_order() -> None:
    """UTF-8 without escapes, an item on one line whatever it holds, the id first."""
    shown = make_shown(title="Լույս 😀 \u2028", html="<p>a\nb</p>")
    body = render_all(shown, make_shown(enclosures=(Enclosure("https://e.org/"),)))[2].body
    lines = body.decode().split("\n")
    assert len(lines) == 5
    assert "Լույս 😀 \u2028" in lines[1]
    assert all(line.startswith('{"id":"tag:azatutyun.am,2023:1","url":') for line in lines[1:3])
    assert lines[3:] == ["]}", ""]
