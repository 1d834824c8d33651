"""Stories as an edition: what a feed document says of itself."""

from collections.abc import Sequence
from datetime import datetime

from aggregator.core.model import Edition, Grave, Story
from aggregator.core.settings import NewsfeedSettings


def make_live(
    stories: Sequence[Story],
    newsfeed: NewsfeedSettings,
    feed_id: str,
    born: datetime,
    graves: Sequence[Grave] = (),
) -> Edition:
    """The live Day newsfeed of these stories.

    Rule 4 of the design: `updated` is the newest story's, or that of the last
    one that left, never the clock; `born`, when this newsfeed was first
    published, dates an empty one.
    """
    times = [*(story.updated for story in stories), *(grave.at for grave in graves)]
    return Edition(
        id=feed_id,
        title=newsfeed.title,
        language=newsfeed.language,
        home=newsfeed.base_url,
        updated=max(times, default=born),
        stories=tuple(stories),
        graves=tuple(graves),
    )
