"""The configuration as values: read once, then passed as an argument."""

from dataclasses import dataclass, field
from datetime import timedelta

from aggregator.core.model.rule import Rule
from aggregator.core.model.source import Source


@dataclass(frozen=True, slots=True)
class NewsfeedSettings:
    """What the newsfeed is called and how it is cut; `max_share` is 0 to 1."""

    title: str = "Day newsfeed"
    id: str | None = None
    base_url: str = "http://127.0.0.1:8080/"
    timezone: str = "UTC"
    language: str = "en"
    items: int = 200
    max_share: float = 0.25
    close_after: timedelta = timedelta(hours=6)
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class PollingSettings:
    """How sources are asked; `max_body` in bytes after decompression."""

    interval: timedelta = timedelta(minutes=60)
    min_interval: timedelta = timedelta(minutes=30)
    max_interval: timedelta = timedelta(hours=24)
    deadline: timedelta = timedelta(seconds=60)
    max_body: int = 10_000_000
    per_host: int = 1
    host_spacing: timedelta = timedelta(seconds=1)
    allow_private_networks: bool = False


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """Where files go; `directory` is relative to the data folder unless absolute."""

    directory: str = "public"
    also: tuple[str, ...] = ("sources", "tags", "languages")
    templates: str | None = None
    hub: str | None = None


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """Where the daemon serves; port 0 takes a free one."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = 8080


@dataclass(frozen=True, slots=True)
class KeepSettings:
    """How long things stay; None is for ever."""

    entries: timedelta | None = timedelta(days=5 * 365)
    versions: timedelta | None = timedelta(days=365)
    editions: timedelta | None = None
    log: timedelta | None = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ListSettings:
    """A list of feeds in OPML whose feeds are sources too; `place` is a URL or an absolute path.

    `line` is where the YAML names it.
    """

    place: str
    refresh: timedelta = timedelta(hours=24)
    tags: tuple[str, ...] = ()
    line: int = 1

    @property
    def is_remote(self) -> bool:
        """Whether it is asked for over HTTP."""
        return "://" in self.place


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """A further feed beside the Day newsfeed; `slug` is the name of its folder."""

    slug: str
    title: str
    rule: Rule = Rule()


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the YAML says, validated.

    `pending` names keys that are accepted and not yet in effect, with their
    place; `warnings` are lines for `check`. `path` is the YAML's; `files` are
    all that were read, and `patterns` those of `include`, absolute. `lists` are
    those of `include`; `core.listing` adds their sources to `sources`. What
    `filters` do not take is stored and stands in no story.
    """

    path: str
    newsfeed: NewsfeedSettings = NewsfeedSettings()
    polling: PollingSettings = PollingSettings()
    publish: PublishSettings = PublishSettings()
    serve: ServeSettings = ServeSettings()
    store: str = "sqlite"
    keep: KeepSettings = KeepSettings()
    sources: tuple[Source, ...] = ()
    pending: tuple[str, ...] = field(default=())
    warnings: tuple[str, ...] = field(default=())
    files: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    lists: tuple[ListSettings, ...] = ()
    filters: Rule = Rule()
    feeds: tuple[FeedSettings, ...] = ()
