"""Asks addresses and reads what comes, within the limits of all; nothing is saved.

For commands that only want to know: `add`, `check --fetch`. It touches no
store and needs no lock.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aggregator.core import policy, urls
from aggregator.core.conditions import name_page
from aggregator.core.finding import Sample, describe_feed
from aggregator.core.model import Failed, Failure, Fetched, ParsedFeed, ParseFailed, Source
from aggregator.core.normalise import normalise_feed
from aggregator.core.secrets import drop_secrets
from aggregator.core.settings import Config
from aggregator.edges.fetch import Fetcher, user_agent
from aggregator.edges.parse import ParsePool, Task
from aggregator.pipeline.apart import run_apart
from aggregator.pipeline.hosts import open_gate
from aggregator.reading import open_readers
from aggregator.version import VERSION

_FOR_GOOD = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands at an address: a feed's sample, or why there is none in `kind` and `detail`.

    `page` is the whole answer where one came, feed or not; `url` is where to
    ask from now on: the address itself, or where it moved for good.
    """

    source: Source
    url: str
    sample: Sample | None = None
    kind: str = ""
    detail: str = ""
    page: Fetched | None = None


@asynccontextmanager
async def open_asker(config: Config, clock: Callable[[], datetime]) -> AsyncIterator["Asker"]:
    """An asker with its own connections and readers, for the length of a `with` block."""
    agent = user_agent(VERSION, config.newsfeed.contact)
    async with Fetcher(config.polling, agent) as fetcher, open_readers() as readers:
        yield Asker(config, fetcher, readers, clock)


class Asker:
    """Asks sources as polls do, politely, and forgets them."""

    def __init__(
        self,
        config: Config,
        fetcher: Fetcher,
        readers: ParsePool,
        clock: Callable[[], datetime],
    ) -> None:
        """Take the limits and the tools."""
        self._fetcher, self._readers, self._clock = fetcher, readers, clock
        self._gate = open_gate(config.polling, clock)

    async def ask(self, source: Source) -> Answer:
        """What stands at the source's address; never raises on what a server does."""
        async with AsyncExitStack() as work:
            result = await self._fetch(source, work)
            return await self._read(source, result) if isinstance(result, Fetched) else result

    async def get(self, source: Source) -> Fetched | Answer:
        """The answer of the source's address as it came, unread; or why there is none."""
        async with AsyncExitStack() as work:
            return await self._fetch(source, work)

    async def _fetch(self, source: Source, work: AsyncExitStack) -> Fetched | Answer:
        async with self._gate.enter(urls.host(source.url), work) as gate:
            state = policy.start_state(source, self._clock())
            if rest := self._gate.rests.find(source, self._clock()):
                detail = f"its domain {rest[0]} asked to wait; ask again later"
                return Answer(source, source.url, None, Failure.THROTTLED, detail)
            result = await self._fetcher.fetch(source, state, conditional=False, gate=gate)
            self._gate.rests.note(source, result, self._clock())
        return result if isinstance(result, Fetched) else _say_failure(source, result)

    async def _read(self, source: Source, page: Fetched) -> Answer:
        base = drop_secrets(page.url)
        task = Task(page.body, page.content_type, base, page.content_language)
        parsed = await self._readers.parse(task)
        url = _find_lasting(source, page)
        if isinstance(parsed, ParseFailed):
            named = name_page(parsed, page)
            return Answer(source, url, None, named.kind, named.detail, page)
        sample = await run_apart(lambda: self._describe(parsed, source, url, base), "describe")
        return Answer(source, url, sample, page=page)

    def _describe(self, parsed: ParsedFeed, source: Source, url: str, base: str) -> Sample:
        feed = normalise_feed(parsed, source, base, self._clock())
        return describe_feed(url, parsed.format, feed.head, feed.entries)


def _say_failure(source: Source, result: object) -> Answer:
    if isinstance(result, Failed):
        return Answer(source, source.url, None, result.kind, result.detail)
    detail = "it answered 304 although nothing was said to be known"
    return Answer(source, source.url, None, Failure.PROTOCOL, detail)


def _find_lasting(source: Source, page: Fetched) -> str:
    """The address to keep: the one given, or where it moved for good and for everybody."""
    moved = bool(page.hops) and all(hop.status in _FOR_GOOD for hop in page.hops)
    # What lets us in at the old address is not known to let us in at the new one.
    has_secret = drop_secrets(source.url) != source.url
    return page.url if moved and not has_secret else source.url
