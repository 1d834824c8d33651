"""Which hub the published feeds name, and what is a topic."""

import re

from aggregator.core.settings import Config

BUILTIN = "builtin"
_TOPICS = frozenset({"atom.xml", "rss.xml", "feed.json"})
"""The names of the files that can be subscribed to, in whatever folder."""
_DAY = re.compile(r"\d{4}/\d\d/\d\d/")
"""Where a day's edition begins: an archive, which readers reach from the live feed."""


def find_hub(config: Config) -> str | None:
    """The address of the hub that the feeds name; None where there is none.

    The built-in one is part of the serving: nobody answers for it without.
    """
    hub = config.publish.hub
    if hub != BUILTIN:
        return hub
    return f"{config.newsfeed.base_url}hub" if config.serve.enabled else None


def is_topic_path(path: str) -> bool:
    """Whether a file at this path, relative to the published folder, is a feed to subscribe to."""
    return path.rpartition("/")[2] in _TOPICS and not _DAY.match(path)


def find_links(path: str, config: Config) -> str:
    """The value of the `Link` field of a published file, "" for one that nobody subscribes to."""
    hub = find_hub(config)
    if hub is None or not is_topic_path(path):
        return ""
    return write_links(hub, f"{config.newsfeed.base_url}{path}")


def write_links(hub: str, topic: str) -> str:
    """The value of a `Link` field that names both (WebSub section 4, RFC 8288)."""
    return f'<{hub}>; rel="hub", <{topic}>; rel="self"'
