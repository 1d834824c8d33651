"""Tells a public hub which published feeds are new."""

import asyncio
from pathlib import Path
from urllib.parse import quote, urlencode

from aggregator.core import urls, websub
from aggregator.core.settings import Config
from aggregator.core.websub import Ping
from aggregator.edges.fetch import Letter
from aggregator.edges.log import Log
from aggregator.errors import StoreError
from aggregator.pipeline.apart import run_apart
from aggregator.pipeline.hubbing.contents import list_topics, read_content
from aggregator.pipeline.hubbing.tools import HubTools, Sends

_AFTER = "it was not told, since it did not take another"
_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


async def ping(config: Config, tools: HubTools, files: tuple[Path, ...]) -> None:
    """Tell the hub of each of these feeds whose bytes it has not been told of.

    What fails is remembered with its cause, and is owed at the next publishing.
    After one failure the others wait for that too: the hub is down.
    """
    hub = websub.find_hub(config)
    if hub is None or config.publish.hub == websub.BUILTIN:
        return
    owed = await run_apart(lambda: _find_owed(config, hub, tools, files), "hub")
    told: list[Ping] = []
    for topic, digest in owed:
        is_down = bool(told and told[-1].why)
        why = _AFTER if is_down else await _tell(hub, topic, tools.find_sender())
        told.append(Ping(topic, hub, "" if why else digest, tools.clock(), why))
    if told:
        tools.store.subscribers.save_pings(told)
        _log(hub, told, tools.log)


class Pinger:
    """The pings of a daemon: beside all else, one after the other, never in the way of publishing.

    A publishing during which a hub still takes its time is left to the next one.
    """

    def __init__(self, tools: HubTools) -> None:
        """Begin with nothing at work."""
        self._tools = tools
        self._work: asyncio.Task[None] | None = None

    def start(self, config: Config, files: tuple[Path, ...]) -> None:
        """Tell the hub what is new, unless it is being told."""
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._ping(config, files))

    async def _ping(self, config: Config, files: tuple[Path, ...]) -> None:
        try:
            await ping(config, self._tools, files)
        except StoreError as error:
            self._tools.log("ping", result="failed", detail=str(error))

    async def settle(self) -> None:
        """Return when nothing is at work any more."""
        if self._work:
            await asyncio.wait({self._work})

    async def end(self) -> None:
        """End what is at work; what the hub was not told is owed."""
        if self._work:
            self._work.cancel()
            await asyncio.wait({self._work}, timeout=1)


def _find_owed(
    config: Config, hub: str, tools: HubTools, files: tuple[Path, ...]
) -> list[tuple[str, str]]:
    """The topics that the hub has not been told of as they are, with their digests."""
    folder, base = tools.data / config.publish.directory, config.newsfeed.base_url
    known = tools.store.subscribers.load_pings()
    # A publishing looks at some of the feeds by rule; what failed for others is owed too.
    failed = (websub.find_topic_path(one.topic, base) for one in known.values() if one.why)
    every = dict.fromkeys((*files, *(folder / path for path in failed if path)))
    owed = []
    for path, file in list_topics(every, folder):
        content = read_content(file)
        topic = f"{base}{quote(path)}"
        last = known.get(topic)
        if content and (last is None or (last.hub, last.digest) != (hub, content.digest)):
            owed.append((topic, content.digest))
    return owed


async def _tell(hub: str, topic: str, sender: Sends) -> str:
    """Why the hub did not take it, "" when it did."""
    body = urlencode({"hub.mode": "publish", "hub.url": topic}).encode()
    reply = await sender.send(Letter(hub, _FORM, body))
    return "" if reply.is_good else reply.why or f"it answered {reply.status}"


def _log(hub: str, told: list[Ping], log: Log) -> None:
    why = next((one.why for one in told if one.why), None)
    topics = sum(not one.why for one in told)
    result = "failed" if why else "ok"
    log("ping", host=urls.host(hub), result=result, topics=topics, detail=why)
