"""The hub at work: takes forms, asks callbacks, delivers, as long as a daemon lives."""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from pathlib import Path

from aggregator.core import websub
from aggregator.core.settings import Config
from aggregator.core.websub import (
    Ended,
    Limits,
    Mode,
    Name,
    Questions,
    Refusal,
    Subscription,
    Wish,
)
from aggregator.edges.fetch import Letter
from aggregator.edges.hub import HubAnswer
from aggregator.errors import StoreError
from aggregator.pipeline.hubbing.contents import Content, Contents, list_topics
from aggregator.pipeline.hubbing.lanes import Lanes
from aggregator.pipeline.hubbing.registry import Registry
from aggregator.pipeline.hubbing.tools import HubTools

_MOST_PENDING = 200
"""Callbacks that are being asked or wait for it."""
_ACCEPTED, _MISSING, _FULL = 202, 404, 503


class Hub:
    """Subscriptions to the published feeds; a form is answered at once, all else goes on beside it.

    It is at work where the configuration says `builtin` and something is served.
    """

    def __init__(self, config: Config, tools: HubTools, limits: Limits | None = None) -> None:
        """Load the subscriptions; nobody is asked before the first tick."""
        self._config = config
        self._tools = tools
        self._limits = limits or Limits()
        self._questions = Questions([])
        self._contents = Contents(tools.data / config.publish.directory)
        self._registry = Registry(tools.store)
        self._lanes = Lanes()
        self._pending: set[Name] = set()
        self._at_work: set[Name] = set()
        self._reading: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._delivered = 0

    @property
    def is_on(self) -> bool:
        """Whether the feeds name this hub."""
        publish, serve = self._config.publish, self._config.serve
        return publish.hub == websub.BUILTIN and serve.enabled

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """All of them as they are now."""
        return tuple(self._registry.known.values())

    def use(self, config: Config) -> None:
        """Go by another configuration."""
        self._config = config

    def note_written(self, files: Iterable[Path]) -> None:
        """Hear which published files are new; who subscribed to them is sent them at once."""
        for path, _ in list_topics(files, self._contents.folder):
            self._contents.forget(path)
        self.tick()

    async def settle(self) -> None:
        """Return when nothing is being asked or sent any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def end(self) -> None:
        """End what is at work; deliveries that were not made are owed."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1)
        if self._registry.is_dirty:
            await self._write()

    # Forms --------------------------------------------------------------------

    def take(self, fields: list[tuple[str, str]]) -> HubAnswer:
        """What is answered to a form; whether its callback means it is asked afterwards."""
        judged = self._judge(fields)
        if isinstance(judged, Refusal):
            wait = judged.wait and int(judged.wait.total_seconds())
            return HubAnswer(judged.status, f"{judged.why}.", wait or None)
        self._pending.add(judged.name)
        self._questions.note(judged.host, self._tools.clock())
        self._start(self._verify(judged))
        return HubAnswer(_ACCEPTED, "The callback will be asked whether it means it.")

    def _judge(self, fields: list[tuple[str, str]]) -> Wish | Refusal:
        if not self.is_on:
            return Refusal(_MISSING, "there is no hub here")
        allow = self._config.polling.allow_private_networks
        wish = websub.read_wish(fields, self._config.newsfeed.base_url, allow_private=allow)
        if isinstance(wish, Refusal):
            return wish
        return self._refuse(wish) or wish

    def _refuse(self, wish: Wish) -> Refusal | None:
        if not self._contents.has(wish.path):
            return Refusal(_MISSING, "hub.topic is not published")
        if wish.name in self._pending:
            return Refusal(429, "this callback is being asked already")
        if len(self._pending) >= _MOST_PENDING:
            return Refusal(_FULL, "too many callbacks are being asked; come back in a minute")
        known, now = self._registry.known.values(), self._tools.clock()
        return websub.refuse_more(
            self._limits, known, self._pending, wish
        ) or websub.refuse_question(self._limits, self._questions, wish.host, now)

    async def _verify(self, wish: Wish) -> None:
        """Ask a callback once whether it means it, and do so where it says yes."""
        try:
            # What is published from here on is owed to it.
            content = await self._contents.read(wish.path)
            challenge = self._tools.draw()
            url = websub.make_question(wish, challenge)
            async with self._lanes.enter(wish.host):
                sender = self._tools.find_sender()
                reply = await sender.send(Letter(url, most=len(challenge)))
            confirmed = websub.is_confirmed(reply, challenge)
            if confirmed:
                self._grant(wish, content.digest if content else "")
            why = None if confirmed else reply.why or "its callback did not confirm it"
            result = "ok" if confirmed else "refused"
            self._tools.log(wish.mode.value, host=wish.host, result=result, detail=why)
        finally:
            self._pending.discard(wish.name)

    def _grant(self, wish: Wish, digest: str) -> None:
        known = self._registry.known.get(wish.name)
        if wish.mode is Mode.UNSUBSCRIBE:
            self._registry.drop(wish.name)
            return
        until = self._tools.clock() + wish.lease
        fresh = known or Subscription(wish.topic, wish.callback, until, digest)
        # Its callback has just answered: it is well again, whatever went wrong before.
        self._registry.put(
            replace(fresh, until=until, secret=wish.secret, failures=0, next_try=None, why="")
        )

    # Deliveries ---------------------------------------------------------------

    def tick(self) -> None:
        """Start each delivery that is due, end what is over, write what changed."""
        if self.is_on:
            now = self._tools.clock()
            for one in tuple(self._registry.known.values()):
                if one.until <= now:
                    self._registry.drop(one.name)
                elif one.name not in self._at_work:
                    self._look_at(one)
        if self._registry.is_dirty:
            self._start(self._write())
        if self._delivered and not self._at_work:
            self._tools.log("deliver", result="ok", callbacks=self._delivered)
            self._delivered = 0

    def _look_at(self, one: Subscription) -> None:
        path = websub.find_topic_path(one.topic, self._config.newsfeed.base_url)
        if path is None:
            self._finish(one.name, "its topic is no longer published")
            self._start(self._deny(one, "this feed is published elsewhere now"))
            return
        digest = self._contents.digests.get(path)
        if digest is None and self._contents.has(path):
            self._read(path)
        elif digest and websub.is_due(one, digest, self._tools.clock()):
            self._at_work.add(one.name)
            self._start(self._deliver(one, path))

    def _read(self, path: str) -> None:
        """Read a topic once for all who wait for it, then look again."""
        if path in self._reading:
            return
        self._reading.add(path)

        async def read() -> None:
            try:
                found = await self._contents.read(path)
            finally:
                self._reading.discard(path)
            if found:
                self.tick()

        self._start(read())

    async def _deliver(self, one: Subscription, path: str) -> None:
        """Send a callback what its topic holds now."""
        try:
            async with self._lanes.enter(one.host):
                known = self._registry.known.get(one.name)
                content = await self._contents.read(path)
                if known is None or content is None:
                    return
                hub = websub.find_hub(self._config) or ""
                await self._send(known, hub, content)
        finally:
            self._at_work.discard(one.name)

    async def _send(self, one: Subscription, hub: str, content: Content) -> None:
        fields = websub.make_fields(one, hub, content.media_type, content.body)
        letter = Letter(one.callback, fields, content.body)
        reply = await self._tools.find_sender().send(letter)
        known = self._registry.known.get(one.name)
        if known is None:  # it was given up meanwhile
            return
        judged = websub.judge(known, content.digest, reply, self._tools.clock())
        if isinstance(judged, Ended):
            self._finish(one.name, judged.why)
            return
        self._registry.put(judged)
        self._tools.count("failed" if judged.why else "ok")
        if judged.why:
            self._tools.log(
                "deliver", host=one.host, result="failed", tries=judged.failures, detail=judged.why
            )
        else:
            self._delivered += 1

    def _finish(self, name: Name, why: str) -> None:
        host = self._registry.known[name].host
        self._registry.drop(name)
        self._tools.count("ended")
        self._tools.log("deliver", host=host, result="ended", detail=why)

    async def _deny(self, one: Subscription, why: str) -> None:
        """Tell a callback once that its subscription is over; what it says to that is all one."""
        async with self._lanes.enter(one.host):
            await self._tools.find_sender().send(Letter(websub.make_denial(one.name, why)))

    # Work -----------------------------------------------------------------------

    async def _write(self) -> None:
        try:
            await self._registry.write()
        except StoreError as error:
            self._tools.log("hub", result="failed", detail=str(error))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        """Let something go on beside the rest; what nobody foresaw is named."""
        task = asyncio.create_task(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guard(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - one callback never costs the others
            self._tools.log("hub", result="failed", detail=f"a fault: {type(error).__name__}")
