"""`demo`: plays the authored news day over loopback, publishes it and serves it.

Only where requests go is of the stage: sources with their addresses and terms,
pipeline, store and published files are those of every day.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.text import Text

from aggregator.cli.signals import end_on_sigterm
from aggregator.cli.tables import open_console, print_note
from aggregator.cli.words import say_words
from aggregator.core.model import FetchResult, FetchState, Source
from aggregator.core.settings import Config
from aggregator.edges.config import load
from aggregator.edges.fetch import Fetcher, Gate, user_agent
from aggregator.edges.log import Log, make_log
from aggregator.edges.stage import SOURCES, Stage, load_day, perform, real_url, stage_url
from aggregator.edges.store import Store, has_store, hold_lock, open_store
from aggregator.errors import ConfigError, ServeError
from aggregator.pipeline import Polled, Published, Tools, poll, publish_all
from aggregator.reading import open_readers
from aggregator.version import VERSION

if TYPE_CHECKING:
    from aggregator.edges.serve import Server

_HOST = "127.0.0.1"


def run_demo(data: Path | None, *, port: int, once: bool, log_format: str | None) -> int:
    """Play the day and publish it, then serve it unless `once`; the exit code.

    Without a data folder a temporary one is used, which is gone at the end;
    without a log format nothing is logged. Raises ConfigError for a folder
    that holds a store: authored reports must not get among real ones.
    """
    if data is not None and has_store(data):
        raise ConfigError([f"{data}: holds a store already; name a new folder with --data"])
    log = make_log(log_format) if log_format else _log_nothing
    with end_on_sigterm(), _open_folder(data) as folder, hold_lock(folder):
        if once:
            _say_files(_play(load(SOURCES, os.environ), folder, log), is_kept=data is not None)
        else:
            # Bound first: that a port is in use is said before anything is played.
            with closing(_bind(port)) as server:
                _play_and_serve(server, folder, log)
    return 0


def _log_nothing(event: str, **facts: object) -> None:
    """Leave the terminal to the words for people."""


@contextmanager
def _open_folder(data: Path | None) -> Iterator[Path]:
    """The named folder, or one that is removed at the end."""
    if data is not None:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="day-newsfeed-demo-") as made:
        yield Path(made)


def _bind(port: int) -> "Server":
    """The server's socket; raises ConfigError when the port cannot be taken."""
    from aggregator.edges.serve import Server  # noqa: PLC0415 - `--once` needs no server

    try:
        return Server.bind(_HOST, port)
    except ServeError as error:
        cause = getattr(error.__cause__, "strerror", None) or error
        step = "name another with --port, or 0 for a free one"
        raise ConfigError([f"{_HOST}:{port}: cannot be served at ({cause}); {step}"]) from error


def _play_and_serve(server: "Server", folder: Path, log: Log) -> None:
    config = load(SOURCES, os.environ)
    config = replace(config, newsfeed=replace(config.newsfeed, base_url=server.url))
    published = _play(config, folder, log)
    asyncio.run(_serve(server, folder, config, published, log))


def _play(config: Config, folder: Path, log: Log) -> Published:
    """Poll and publish as often as the day says, and tell it; what stands published then."""
    day = load_day()
    zone = ZoneInfo(config.newsfeed.timezone)
    _say(
        f"The news day of {day.times[0].astimezone(zone):%-d %B %Y}, played on this machine:"
        f" {len(day.feeds)} feeds, asked {len(day.times)} times."
        " Every report was written for it, none is a recording."
    )
    with perform(day) as stage, open_store(folder) as store:
        return asyncio.run(_Performance(config, folder, stage, store, log).run())


@dataclass(frozen=True, slots=True)
class _Performance:
    """One run through the day: the stage is moved on, the clock is the day's."""

    config: Config
    folder: Path
    stage: Stage
    store: Store
    log: Log

    async def run(self) -> Published:
        """Every poll with its publishing; what stands published after the last."""
        agent = user_agent(VERSION, None)
        async with Fetcher(self.config.polling, agent) as fetcher, open_readers() as parser:
            asker = _Asker(fetcher, self.stage.proxy)
            tools = Tools(self.store, asker, parser, self._tell_time, self.log)
            for number in range(len(self.stage.day.times)):
                self.stage.poll = number
                polled = await poll(self.config, tools, force=True)
                published = self._publish()
                self._say_poll(polled, published)
        return published

    def _tell_time(self) -> datetime:
        return self.stage.day.times[self.stage.poll]

    def _publish(self) -> Published:
        return publish_all(self.config, self.store, self.folder, self._tell_time(), self.log)

    def _say_poll(self, polled: Sequence[Polled], published: Published) -> None:
        zone = ZoneInfo(self.config.newsfeed.timezone)
        heading = (
            f"poll {self.stage.poll + 1} of {len(self.stage.day.times)},"
            f" {self._tell_time().astimezone(zone):%H:%M}"
        )
        brought = [
            f"{sum(one.changes.new for one in polled)} new",
            f"{sum(one.changes.updated for one in polled)} updated",
            *_say_failures(polled, zone),
        ]
        _say(f"{heading}: {', '.join(brought)}; {published.stories} stories published")


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks on the stage what is asked of the world; outside of it every address is the real one."""

    fetcher: Fetcher
    proxy: str

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
        glance: str = "",
    ) -> FetchResult:
        """As `Fetcher.fetch`."""
        result = await self.fetcher.fetch(
            replace(source, url=stage_url(source.url), proxy=self.proxy),
            replace(state, url=stage_url(state.url)),
            conditional=conditional,
            gate=gate,
            glance=glance,
        )
        hops = tuple(replace(hop, url=real_url(hop.url)) for hop in result.hops)
        return replace(result, url=real_url(result.url), hops=hops)


def _say_failures(polled: Sequence[Polled], zone: ZoneInfo) -> list[str]:
    """How many sources failed, which and how, and when each is due again; nothing when none did."""
    failed = sorted((one for one in polled if one.failed), key=lambda one: one.source.id)
    if not failed:
        return []
    each = "; ".join(
        f"{one.source.id}: {one.state.last_status or one.state.last_kind},"
        f" due again {one.state.next_poll.astimezone(zone):%H:%M}"
        for one in failed
    )
    return [f"{len(failed)} source{'' if len(failed) == 1 else 's'} failed ({each})"]


def _say_files(published: Published, *, is_kept: bool) -> None:
    """Where the published files are, or how to get ones that stay."""
    if is_kept:
        _say("Subscribe to:")
        for path in published.files:
            _say(f"  {path}")
    else:
        _say("The files were in a temporary folder, which is gone; --data DIR keeps them.")


async def _serve(
    server: "Server", folder: Path, config: Config, published: Published, log: Log
) -> None:
    """Serve the published folder until Ctrl-C or SIGTERM."""
    from aggregator.daemon.questions import open_questions  # noqa: PLC0415 - as in _bind
    from aggregator.edges.serve import make_site  # noqa: PLC0415 - as in _bind

    public = folder / config.publish.directory
    site = make_site(public, {}, log)
    with open_questions(site, lambda: config, folder, log) as asked:
        async with server.serving(asked, site.answer_at_once):
            _say("Subscribe to, until Ctrl-C ends it:")
            for path in published.files:
                _say(f"  {server.url}{path.relative_to(public)}")
            await asyncio.Event().wait()


def _say(words: str) -> None:
    indent = " " * (len(words) - len(words.lstrip()))
    print_note(open_console(), Text(indent) + say_words(words))
