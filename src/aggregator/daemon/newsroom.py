"""Polls and publishings of a daemon, and what it knows of itself; time is passed in."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Self

from aggregator.core.board import Pressing
from aggregator.core.health import Pulse
from aggregator.core.settings import Config
from aggregator.core.websub import find_hub
from aggregator.edges.fetch import Fetcher, user_agent
from aggregator.edges.log import Log
from aggregator.edges.memory import give_back
from aggregator.edges.metrics import Metrics
from aggregator.edges.parse import ParsePool
from aggregator.edges.store import Store
from aggregator.errors import StoreError
from aggregator.pages import open_page_readers
from aggregator.pipeline import PageTools, Polled, Press, Pressed, Rounds, Tools
from aggregator.pipeline.hubbing import Hub, HubTools, Pinger
from aggregator.pipeline.lists import ListTools, list_troubles, refresh_lists
from aggregator.pipeline.publish import Published
from aggregator.pipeline.tidying import forget_old
from aggregator.reading import open_readers
from aggregator.version import VERSION

_SOON_SECONDS = 0.1
"""Between two looks whether what readers wait for may be published."""


class Newsroom:
    """An async context manager; each `tick` starts what is due and returns at once."""

    def __init__(
        self, config: Config, store: Store, data: Path, clock: Callable[[], datetime], log: Log
    ) -> None:
        """Take what is needed; nothing is asked or published before the first tick."""
        self.config = config
        self.store = store
        self.metrics = Metrics(VERSION)
        self.stories = 0
        self.pressing: Pressing | None = None
        self.pulse_of_past = Pulse(clock())
        self._data = data
        self._clock = clock
        self._log = log
        self._press = Press(store, data, clock, log, self._note_publish)
        count = self.metrics.count_delivery
        tools = HubTools(store, data, lambda: self._fetcher, clock, log, count=count)
        self.hub = Hub(config, tools)
        self._pinger = Pinger(tools)
        self._publishing: asyncio.Task[None] | None = None
        self._soon: asyncio.TimerHandle | None = None
        self._sizes: dict[str, int] = {}
        self._open = AsyncExitStack()
        self._listing = asyncio.Lock()
        """Held while lists are asked for: their fetcher must not be closed."""
        self._closing: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Open the connections and the readers."""
        self._readers: ParsePool = await self._open.enter_async_context(open_readers())
        self._page_readers = open_page_readers()
        if self._page_readers:
            await self._open.enter_async_context(self._page_readers)
        self._fetcher = Fetcher(self.config.polling, self._name_agent(self.config))
        self._rounds = Rounds(self.config, self._gather_tools(), self._note_poll)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End what is at work. A publishing is given two seconds, and left behind then."""
        await self._rounds.stop()
        if self._soon:
            self._soon.cancel()
        if self._publishing:
            await asyncio.wait({self._publishing}, timeout=2)
        await self._pinger.end()
        await self.hub.end()
        await self._fetcher.__aexit__(None, None, None)
        for task in self._closing:
            task.cancel()
        await self._open.aclose()

    @property
    def pulse(self) -> Pulse:
        """How the daemon is now."""
        return replace(self.pulse_of_past, publishing_since=self._press.began)

    @property
    def at_work(self) -> int:
        """How many sources are being asked."""
        return self._rounds.at_work

    def tick(self) -> None:
        """Start the polls that are due, and a publishing where something changed."""
        now = self._clock()
        try:
            self._rounds.tick()
            # While one is at work, it may be the one that obeys the order.
            if self._press.began is None and self.store.has_orders():
                self._press.call(urgent=True)
            self._note_store("")
        except StoreError as error:
            self._note_store(str(error))
        self._publish_in_time()
        self.hub.tick()
        self.pulse_of_past = replace(self.pulse_of_past, ticked=now)

    def _publish_in_time(self) -> None:
        is_starting = self._publishing is not None and not self._publishing.done()
        if not is_starting and self._press.is_time(busy=self._rounds.at_work > 0):
            self._publishing = asyncio.create_task(self._press.publish(self.config))

    def _publish_soon(self) -> None:
        """Publish what readers wait for when it is time: the next tick may be a second away."""
        self._publish_in_time()
        again = asyncio.get_running_loop().call_later
        self._soon = again(_SOON_SECONDS, self._publish_soon) if self._press.is_awaited else None

    async def refresh_lists(self) -> bool:
        """Ask for the lists of sources that are due; whether any holds something else now."""
        try:
            async with self._listing:
                tools = ListTools(self._fetcher, self._rounds.gate, self._clock, self._log)
                changed = await refresh_lists(self.config, self._data, tools)
        except StoreError as error:
            self._log("list", result="failed", detail=str(error))
            return False
        troubles = list_troubles(self.config, self._data)
        self.pulse_of_past = replace(self.pulse_of_past, list_errors=troubles)
        return changed

    def end_day(self) -> None:
        """Publish, since a day has ended."""
        self._press.call()

    def tidy(self) -> None:
        """Keep the store and the memory well; run apart from the loop."""
        give_back()
        try:
            gone = forget_old(self.config, self.store, self._clock())
            self.store.tidy()
            self._log("tidy", result="ok", versions_forgotten=gone or None)
        except StoreError as error:
            self._log("tidy", result="failed", detail=str(error))

    def use(self, config: Config) -> None:
        """Go by another configuration from now on; what is at work ends by the old one."""
        old = self.config
        self.config = config
        if config.polling != old.polling or self._name_agent(config) != self._name_agent(old):
            self._replace_fetcher()
        self._rounds.use(config, self._gather_tools())
        self.hub.use(config)
        self._press.call()

    def note_config(self, error: str) -> None:
        """Remember that the changed configuration is wrong, or, with "", that all is well."""
        self.pulse_of_past = replace(self.pulse_of_past, config_error=error)

    async def settle(self) -> None:
        """Return when nothing is at work any more."""
        await self._rounds.settle()
        if self._publishing:
            await self._publishing
        await self._pinger.settle()
        await self.hub.settle()

    def _name_agent(self, config: Config) -> str:
        return user_agent(VERSION, config.newsfeed.contact)

    def _gather_tools(self) -> Tools:
        pages = PageTools(self._fetcher, self._page_readers) if self._page_readers else None
        tools = Tools(self.store, self._fetcher, self._readers, self._clock, self._log)
        return replace(tools, pages=pages)

    def _replace_fetcher(self) -> None:
        """Take a new one; the old one is closed when nobody uses it any more."""
        old = self._fetcher
        self._fetcher = Fetcher(self.config.polling, self._name_agent(self.config))
        settled = self._rounds.watch_at_work()

        async def close() -> None:
            await settled
            async with self._listing:
                await old.__aexit__(None, None, None)

        task = asyncio.create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _note_poll(self, polled: Polled | None) -> None:
        if polled is None:
            self._note_store("it refused what a poll has learned")
            return
        self._note_store("")
        if not polled.asked:
            return
        if polled.gap or polled.texts is not None:  # the poll itself was noted before
            if polled.gap or polled.texts:
                self._press.call()
            return
        source_id, kind = polled.source.id, polled.state.last_kind
        if polled.bytes:
            self._sizes[source_id] = polled.bytes
        saved = self._sizes.get(source_id, 0) if polled.state.last_status == 304 else 0  # noqa: PLR2004 - HTTP's number
        self.metrics.count_poll(kind, polled.seconds, polled.bytes, saved)
        changes = polled.changes
        self.metrics.count_new(changes.new)
        if changes.new or changes.updated or changes.refreshed:
            awaited = bool(changes.new) and find_hub(self.config) is not None
            self._press.call(awaited=awaited)
            if awaited and self._soon is None:
                self._publish_soon()

    def _note_publish(self, pressed: Pressed) -> None:
        self.pulse_of_past = replace(self.pulse_of_past, publish_error=pressed.error)
        written = 0
        if pressed.published:
            self.pressing = _describe(pressed.published, pressed.seconds)
            written, self.stories = self.pressing.written, pressed.published.stories
            self.pulse_of_past = replace(self.pulse_of_past, published=self._clock())
            self._tell_hubs(pressed.published)
        result = "failed" if pressed.error else "ok"
        self.metrics.count_publish(result, pressed.seconds, written)

    def _tell_hubs(self, published: Published) -> None:
        """Deliver the feeds that are new, or tell a public hub of them."""
        self.hub.note_written((*published.written, *published.renewed))
        self._pinger.start(self.config, (*published.files, *published.further))

    def _note_store(self, error: str) -> None:
        if error != self.pulse_of_past.store_error:
            self.pulse_of_past = replace(self.pulse_of_past, store_error=error)
            self._log("store", result="failed" if error else "ok", detail=error or None)


def _describe(published: Published, seconds: float) -> Pressing:
    return Pressing(
        stories=published.stories,
        written=len(published.written) + len(published.renewed),
        files=len(published.files) + len(published.further),
        seconds=seconds,
        problems=published.problems,
    )
