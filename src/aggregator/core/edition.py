"""Stories as an edition: what a feed document says of itself."""

from collections.abc import Sequence
from datetime import datetime

from aggregator.core.editions import name_folder
from aggregator.core.model import Day, Edition, Grave, Story
from aggregator.core.settings import NewsfeedSettings


def make_live(
    stories: Sequence[Story],
    newsfeed: NewsfeedSettings,
    feed_id: str,
    born: datetime,
    graves: Sequence[Grave] = (),
    before: Day | None = None,
) -> Edition:
    """The live Day newsfeed of these stories; `before` is the last day that closed.

    Rule 4 of the design: `updated` is the newest story's, or that of the last
    one that left, never the clock; `born`, when this newsfeed was first
    published, dates an empty one.
    """
    return Edition(
        id=feed_id,
        title=newsfeed.title,
        language=newsfeed.language,
        home=newsfeed.base_url,
        updated=_find_updated(stories, graves, born),
        stories=tuple(stories),
        graves=tuple(graves),
        before=name_folder(before.date) if before else None,
    )


def make_day(
    day: Day,
    stories: Sequence[Story],
    newsfeed: NewsfeedSettings,
    feed_id: str,
    graves: Sequence[Grave],
    beside: tuple[Day | None, Day | None],
) -> Edition:
    """The edition of a day; `beside` are the days before and behind it in the chain.

    It bears the live feed's id: both are documents of one feed (RFC 5005
    section 4, whose archives bear the id of their feed).
    """
    before, behind = (name_folder(one.date) if one else None for one in beside)
    return Edition(
        id=feed_id,
        title=f"{newsfeed.title}, {day.date.isoformat()}",
        language=newsfeed.language,
        home=newsfeed.base_url,
        updated=_find_updated(stories, graves, day.opened),
        stories=tuple(stories),
        graves=tuple(graves),
        folder=name_folder(day.date),
        before=before,
        behind=behind,
        current="",
        is_archive=day.is_closed,
    )


def make_folder(
    path: str,
    name: str,
    stories: Sequence[Story],
    newsfeed: NewsfeedSettings,
    feed_id: str,
    born: datetime,
) -> Edition:
    """A feed of some of the stories, in a folder of its own."""
    return Edition(
        id=f"{feed_id}/{path.rstrip('/')}" if feed_id.startswith("tag:") else f"{feed_id}#{path}",
        title=f"{newsfeed.title}: {name}",
        language=newsfeed.language,
        home=newsfeed.base_url,
        updated=_find_updated(stories, (), born),
        stories=tuple(stories),
        folder=path,
    )


def _find_updated(stories: Sequence[Story], graves: Sequence[Grave], born: datetime) -> datetime:
    times = [*(story.updated for story in stories), *(grave.at for grave in graves)]
    return max(times, default=born)
