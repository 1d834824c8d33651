"""What a hub decides: which one is named, what is taken, when it is tried again."""

from dataclasses import replace

import pytest

from aggregator.core.settings import Config, NewsfeedSettings, PublishSettings, ServeSettings
from aggregator.core.websub import find_hub, find_links, is_topic_path

BASE = "https://news.example/day/"
CONFIG = Config("sources.yaml", NewsfeedSettings(base_url=BASE))


def with_hub(hub: str | None, *, served: bool = True) -> Config:
    """A configuration that names a hub."""
    return replace(CONFIG, publish=PublishSettings(hub=hub), serve=ServeSettings(enabled=served))


@pytest.mark.parametrize(
    ("hub", "served", "address"),
    [
        (None, True, None),
        ("builtin", True, f"{BASE}hub"),
        ("builtin", False, None),
        ("https://hub.example/", True, "https://hub.example/"),
        ("https://hub.example/", False, "https://hub.example/"),
    ],
)
def test_the_feeds_name_a_hub_that_answers(hub: str, served: bool, address: str | None) -> None:  # noqa: FBT001 - a column of the table
    """The built-in hub stands below the feeds, and is named only where something is served."""
    assert find_hub(with_hub(hub, served=served)) == address


def test_only_feeds_have_links() -> None:
    """A feed in whatever folder names its hub and itself; nothing else does."""
    config = with_hub("builtin")
    assert find_links("tags/a/rss.xml", config) == (
        f'<{BASE}hub>; rel="hub", <{BASE}tags/a/rss.xml>; rel="self"'
    )
    assert find_links("index.html", config) == find_links("atom.xml", CONFIG) == ""
    assert not is_topic_path("opml.xml")
