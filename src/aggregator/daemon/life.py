"""From the start of a daemon to its end: lock, socket, calendar, signals, reload."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from aggregator.configuration import load_config
from aggregator.core.settings import Config
from aggregator.core.websub import find_links
from aggregator.daemon.newsroom import Newsroom
from aggregator.daemon.pages import make_pages
from aggregator.daemon.questions import open_questions
from aggregator.edges.hub import make_door
from aggregator.edges.log import Log
from aggregator.edges.notify import Notifier
from aggregator.edges.serve import Server, make_site
from aggregator.edges.store import hold_lock, open_store
from aggregator.edges.watch import watch_files
from aggregator.errors import ConfigError
from aggregator.pipeline.apart import run_apart

_TICK_SECONDS = 1
_LISTS_SECONDS = 60
_TIDY_HOUR = 3
_WATCH_ANEW = timedelta(minutes=1)
_RELOAD_LIMIT = timedelta(seconds=60)
"""10,000 sources take five seconds; a pipe or a lost network disk takes for ever."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a daemon is given; `say` prints a line for people, `clock` gives the time in UTC."""

    config_path: Path
    data: Path
    clock: Callable[[], datetime]
    log: Log
    say: Callable[[str], None]
    notifier: Notifier


def live(config: Config, setup: Setup) -> None:
    """Poll, publish and serve until SIGTERM or SIGINT.

    Raises ServeError when the address is taken, before anything is asked;
    LockedError and StoreError as for every command that writes.
    """
    with hold_lock(setup.data) as note:
        server = Server.bind(config.serve.host, config.serve.port) if config.serve.enabled else None
        if server:
            note(server.url)
        asyncio.run(_Life(config, setup, server).run())


class _Life:
    """One run of the daemon."""

    def __init__(self, config: Config, setup: Setup, server: Server | None) -> None:
        self._config = config
        self._setup = setup
        self._server = server
        self._stop = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._renew = asyncio.Event()
        self._next_sign = 0.0
        self._told = ""
        self._blind = ""

    async def run(self) -> None:
        setup = self._setup
        with open_store(setup.data) as store:
            newsroom = Newsroom(self._config, store, setup.data, setup.clock, setup.log)
            # The last to be entered is the first to end: no poll starts any more, then
            # readers are sent away, then what is at work ends.
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(newsroom)
                await stack.enter_async_context(self._serving(newsroom))
                await stack.enter_async_context(self._watching(newsroom))
                stack.enter_context(self._keep_calendar(newsroom))
                self._greet()
                await self._stop.wait()
                setup.notifier.stopping()
                setup.log("stop", at_work=newsroom.at_work)

    @asynccontextmanager
    async def _serving(self, newsroom: Newsroom) -> AsyncIterator[None]:
        """Serve the published folder and the made pages, unless that is switched off."""
        if self._server is None:
            yield
            return
        folder = self._setup.data / self._config.publish.directory
        site = make_site(
            folder,
            make_pages(newsroom, self._setup.clock),
            self._setup.log,
            lambda path: find_links(path, newsroom.config),
        )
        door = make_door("/hub", newsroom.hub.take, site)
        with open_questions(
            door, lambda: newsroom.config, self._setup.data, self._setup.log
        ) as asked:
            async with self._server.serving(asked, site.answer_at_once):
                yield

    # Calendar ---------------------------------------------------------------

    @contextmanager
    def _keep_calendar(self, newsroom: Newsroom) -> Iterator[None]:
        """Tick each second; end the day, and tidy at night, in the newsfeed's zone."""
        calendar = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None}
        )
        # Only coroutines run in the loop; plain functions would run in a thread.
        calendar.add_job(self._tick_in_loop, "interval", [newsroom], seconds=_TICK_SECONDS)
        # Its first turn is now; one that is still at work is not started again.
        calendar.add_job(
            self._refresh_lists,
            "interval",
            [newsroom],
            seconds=_LISTS_SECONDS,
            next_run_time=self._setup.clock(),
        )
        self._set_nights(calendar, newsroom)
        self._calendar = calendar
        calendar.start()
        try:
            self._tick(newsroom)
            yield
        finally:
            calendar.shutdown(wait=False)

    def _set_nights(self, calendar: AsyncIOScheduler, newsroom: Newsroom) -> None:
        zone = ZoneInfo(newsroom.config.newsfeed.timezone)
        midnight, night = (
            CronTrigger(hour=0, minute=0, timezone=zone),
            CronTrigger(hour=_TIDY_HOUR, minute=17, timezone=zone),
        )
        calendar.add_job(_end_day, midnight, [newsroom], id="day's end", replace_existing=True)
        calendar.add_job(_tidy, night, [newsroom], id="tidy", replace_existing=True)

    async def _tick_in_loop(self, newsroom: Newsroom) -> None:
        self._tick(newsroom)

    async def _refresh_lists(self, newsroom: Newsroom) -> None:
        """Ask for the lists of sources that are due; what is new in them counts as a reload."""
        try:
            if await newsroom.refresh_lists():
                await self._reload(newsroom, told=False)
        except Exception as error:  # noqa: BLE001 - the calendar would swallow it; it is named
            self._setup.log("list", result="failed", detail=f"{type(error).__name__}: {error}")

    def _tick(self, newsroom: Newsroom) -> None:
        """One tick; what nobody foresaw is named, and the next tick comes all the same."""
        try:
            newsroom.tick()
        except Exception as error:  # noqa: BLE001 - nothing may stop the calendar; it is named
            self._setup.log("tick", result="failed", detail=f"{type(error).__name__}: {error}")
        self._notify(newsroom)

    def _notify(self, newsroom: Newsroom) -> None:
        """Tell systemd that the loop turns, and how things are."""
        now = time.monotonic()
        wait = self._setup.notifier.watchdog_interval
        if wait and now >= self._next_sign:
            self._next_sign = now + wait.total_seconds() / 2
            self._setup.notifier.watchdog()
        words = f"{len(newsroom.config.sources)} sources, {newsroom.at_work} being asked, "
        words += f"{newsroom.stories} stories"
        if words != self._told:
            self._told = words
            self._setup.notifier.status(words)

    # Reload -------------------------------------------------------------------

    @asynccontextmanager
    async def _watching(self, newsroom: Newsroom) -> AsyncIterator[None]:
        """Reload when the YAML changes and on SIGHUP; stop on SIGTERM and SIGINT."""
        loop = asyncio.get_running_loop()
        reloads: set[asyncio.Task[None]] = set()

        def start_reload(*, told: bool = True) -> None:
            task = asyncio.create_task(self._reload(newsroom, told=told))
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        def reload() -> None:
            start_reload()
            self._renew.set()

        def stop() -> None:
            self._stop.set()
            self._renew.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        loop.add_signal_handler(signal.SIGHUP, reload)
        watcher = asyncio.create_task(self._watch(newsroom, start_reload))
        try:
            yield
        finally:
            stop()
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
            for task in reloads:
                task.cancel()  # one may hang in reading a file; its thread is left behind
            await asyncio.wait({watcher, *reloads}, timeout=1)

    async def _watch(self, newsroom: Newsroom, start_reload: Callable[..., None]) -> None:
        """Start a reload when a file of the configuration changes, until the end."""
        loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            if self._renew.is_set():
                start_reload(told=False)  # what changed while nobody watched
            renew = self._renew = asyncio.Event()
            # A folder that was replaced, or made later, is seen when it is watched anew.
            again = loop.call_later(_WATCH_ANEW.total_seconds(), renew.set)
            config = newsroom.config
            files = [Path(name) for name in config.files or [config.path]]
            try:
                async for _ in watch_files(files, config.patterns, renew):
                    start_reload()
            except Exception as error:  # noqa: BLE001 - without a watch the file is still read
                self._tell_blind(f"{type(error).__name__}: {error}")
                await renew.wait()
            finally:
                again.cancel()

    def _tell_blind(self, detail: str) -> None:
        if detail != self._blind:
            self._blind = detail
            self._setup.log("watch", result="failed", detail=detail)

    async def _reload(self, newsroom: Newsroom, *, told: bool) -> None:
        """Take the YAML as it is now; where it is wrong, go on with the last good one.

        `told` says that somebody asked for it, so that systemd hears of it.
        """
        setup = self._setup
        async with self._reloading:
            if told:
                setup.notifier.reloading(time.monotonic_ns() // 1000)
            try:
                async with asyncio.timeout(_RELOAD_LIMIT.total_seconds()):
                    fresh = await run_apart(
                        lambda: load_config(setup.config_path, os.environ, setup.data), "reload"
                    )
            except TimeoutError:
                newsroom.note_config("it cannot be read: that hangs; is it a file on a disk?")
                setup.log("reload", result="failed", detail="reading the configuration hangs")
            except ConfigError as error:
                first = error.mistakes[0]
                more = f" (and {len(error.mistakes) - 1} more)" if len(error.mistakes) > 1 else ""
                newsroom.note_config(f"{first}{more}")
                setup.log("reload", result="failed", mistakes=len(error.mistakes), detail=first)
            else:
                self._take(fresh, newsroom)
            if told:
                setup.notifier.ready(f"{len(newsroom.config.sources)} sources")

    def _take(self, fresh: Config, newsroom: Newsroom) -> None:
        was_wrong = newsroom.pulse.config_error
        newsroom.note_config("")
        if fresh == newsroom.config:
            if was_wrong:
                self._setup.log("reload", result="mended", sources=len(fresh.sources))
            return
        old = newsroom.config
        newsroom.use(fresh)
        if (fresh.files, fresh.patterns) != (old.files, old.patterns):
            self._renew.set()  # other files are to be watched from now on
        if fresh.newsfeed.timezone != old.newsfeed.timezone:
            self._set_nights(self._calendar, newsroom)
        fixed = [name for name in _FIXED if getattr(fresh, name) != getattr(self._config, name)]
        self._setup.log(
            "reload",
            result="ok",
            sources=len(fresh.sources),
            restart_for=", ".join(fixed) or None,
        )
        self._tick(newsroom)

    # Words ----------------------------------------------------------------------

    def _greet(self) -> None:
        """Say what is polled, where it is published, and which addresses to subscribe to."""
        config, setup = self._config, self._setup
        asked = sum(source.enabled for source in config.sources)
        folder = setup.data / config.publish.directory
        setup.say(f"{config.newsfeed.title}: {asked} sources, published in {folder}")
        places = [self._server.url] if self._server else []
        if not places or config.newsfeed.base_url != places[0]:
            places.append(config.newsfeed.base_url)
        for place in places:
            setup.say(f"subscribe to {place}atom.xml, {place}rss.xml or {place}feed.json")
        if self._server:
            setup.say(f"its health: {self._server.url}status")
        setup.say("end it with Ctrl-C")
        setup.log("start", sources=asked, address=self._server.url if self._server else None)
        setup.notifier.ready(f"{asked} sources")


_FIXED = ("serve", "store", "publish")
"""What a running daemon keeps as it was at its start."""


async def _end_day(newsroom: Newsroom) -> None:
    newsroom.end_day()


async def _tidy(newsroom: Newsroom) -> None:
    await run_apart(newsroom.tidy, "tidy")
