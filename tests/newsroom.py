"""A newsroom for tests: the real pipeline over loopback, with the time passed in."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import feedparser
from lxml import etree

from aggregator.core.model import Source
from aggregator.core.settings import Config, NewsfeedSettings, PollingSettings, PublishSettings
from aggregator.edges.fetch import Fetcher, user_agent
from aggregator.edges.log import make_log
from aggregator.edges.store import Store, open_store
from aggregator.pages import open_page_readers
from aggregator.pipeline import PageTools, Polled, Published, Tools, poll, publish
from aggregator.pipeline.tools import ReadsPages
from aggregator.reading import open_readers

NOON = datetime(2023, 9, 21, 8, 0, tzinfo=UTC)
POLLING = PollingSettings(
    host_spacing=timedelta(0),
    per_host=8,
    deadline=timedelta(seconds=20),
    allow_private_networks=True,
)
NEWSFEED = NewsfeedSettings(
    id="tag:news.example.org,2026:day",
    base_url="http://127.0.0.1:8080/",
    timezone="Asia/Yerevan",
)


@dataclass
class Newsroom:
    """An installation in a folder, with a clock that stands where it is set."""

    data: Path
    store: Store
    config: Config
    now: datetime = NOON
    logged: StringIO = field(default_factory=StringIO)
    has_extra: bool = True
    """Whether the extra for full texts counts as installed."""
    page_deadline: timedelta = timedelta(seconds=20)
    page_reader: ReadsPages | None = None
    """Who reads pages instead of a process of its own."""

    def poll(self, *, force: bool = False) -> dict[str, Polled]:
        """Ask what is due; what each source's poll did."""
        return {one.source.id: one for one in asyncio.run(self._poll(force=force))}

    async def _poll(self, *, force: bool) -> list[Polled]:
        async with (
            Fetcher(self.config.polling, user_agent("1", None)) as fetcher,
            open_readers(1, timedelta(seconds=20)) as parser,
            self._open_pages() as reader,
        ):
            log = make_log("json", self.logged)
            pages = PageTools(fetcher, reader) if reader else None
            tools = Tools(self.store, fetcher, parser, lambda: self.now, log, pages=pages)
            return await poll(self.config, tools, force=force)

    def _open_pages(self) -> AbstractAsyncContextManager[ReadsPages | None]:
        if not self.has_extra or self.page_reader:
            return nullcontext(self.page_reader if self.has_extra else None)
        return open_page_readers(self.page_deadline) or nullcontext()

    def publish(self) -> Published:
        """Publish what is stored."""
        return publish(self.config, self.store, self.data, self.now, make_log("json", self.logged))

    def read(self, name: str = "atom.xml") -> bytes:
        """A published file."""
        return (self.data / "public" / name).read_bytes()

    def read_entries(self, name: str = "atom.xml") -> list[Any]:
        """The entries of a published file, in the eyes of feedparser."""
        parsed = feedparser.parse(BytesIO(self.read(name)), sanitize_html=False)
        assert not parsed.bozo, parsed.get("bozo_exception")
        return list(parsed.entries)

    def read_log(self) -> list[dict[str, Any]]:
        """The lines logged so far."""
        return [json.loads(line) for line in self.logged.getvalue().splitlines()]

    def set_sources(self, sources: Sequence[Source]) -> None:
        """Change the configuration's sources."""
        self.config = replace(self.config, sources=tuple(sources))


@contextmanager
def open_newsroom(
    data: Path, sources: Sequence[Source], polling: PollingSettings = POLLING
) -> Iterator[Newsroom]:
    """A newsroom over these sources."""
    data.mkdir(exist_ok=True)
    config = Config(
        "sources.yaml", NEWSFEED, polling, PublishSettings(also=()), sources=tuple(sources)
    )
    with open_store(data) as store:
        yield Newsroom(data, store, config)


def write_rss(
    *items: str, head: str = "<title>Paper</title><link>http://paper.example/</link>"
) -> bytes:
    """An RSS document of the given items."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/">'
        f"<channel>{head}<description/>{''.join(items)}</channel></rss>"
    ).encode()


def write_item(
    number: int,
    title: str = "",
    text: str = "",
    link: str | None = None,
    extra: str = "",
    guid: str | None = None,
) -> str:
    """One RSS item, with a guid and link of its own."""
    own = f"http://paper.example/{number}.html"
    return (
        f"<item><title>{title or f'Report {number}'}</title><link>{link or own}</link>"
        f"<guid>{guid or own}</guid>"
        f"<pubDate>Thu, 21 Sep 2023 07:{number % 60:02}:00 +0000</pubDate>"
        f"<description>{text or f'The text of report {number}.'}</description>{extra}</item>"
    )


def parse_strictly(body: bytes) -> Any:  # noqa: ANN401 - lxml ships no types
    """The root of a document, by a parser that forgives nothing."""
    parser = etree.XMLParser(recover=False, resolve_entities=False, no_network=True)
    return etree.fromstring(body, parser)
