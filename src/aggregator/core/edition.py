"""Stories as an edition: what a feed document says of itself."""

from collections.abc import Sequence
from datetime import datetime

from aggregator.core.model import Edition, Story
from aggregator.core.settings import NewsfeedSettings


def make_live(
    stories: Sequence[Story], newsfeed: NewsfeedSettings, feed_id: str, born: datetime
) -> Edition:
    """The live Day newsfeed of these stories.

    Rule 4 of the design: `updated` is the newest story's, never the clock;
    `born`, when this newsfeed was first published, dates an empty one.
    """
    return Edition(
        id=feed_id,
        title=newsfeed.title,
        language=newsfeed.language,
        home=newsfeed.base_url,
        updated=max((story.updated for story in stories), default=born),
        stories=tuple(stories),
    )
