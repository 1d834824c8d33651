"""What a feed document says of itself."""

from dataclasses import replace
from datetime import timedelta

from aggregator.core.edition import make_live
from aggregator.core.model import Edition, Story
from aggregator.core.settings import NewsfeedSettings
from tests.core.make import NOW, make_entry, make_report

SETTINGS = NewsfeedSettings(title="News", language="hy", base_url="https://news.example/")


def test_an_edition_is_as_old_as_its_newest_story() -> None:
    """An edition's `updated` is the newest story's, in whatever order they stand."""
    later = NOW + timedelta(hours=1)
    stories = (
        Story("a", make_report(make_entry("1"))),
        Story("b", make_report(make_entry("2", changed=later))),
        Story("c", make_report(replace(make_entry("3"), changed=NOW, first_seen=NOW))),
    )
    edition = make_live(stories, SETTINGS, "tag:x,2023:day", NOW - timedelta(days=9))
    assert edition == Edition(
        "tag:x,2023:day", "News", "hy", "https://news.example/", later, stories
    )


def test_an_empty_edition_is_as_old_as_the_newsfeed() -> None:
    """Without stories the birth of the newsfeed dates the edition, not the clock."""
    assert make_live((), SETTINGS, "tag:x,2023:day", NOW).updated == NOW
