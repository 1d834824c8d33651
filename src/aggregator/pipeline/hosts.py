"""Keeps requests to one host few and requests to one domain apart."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from aggregator.core.settings import PollingSettings
from aggregator.edges.fetch import Gate
from aggregator.pipeline.rests import Rests

_AT_ONCE = 256
"""Sources in work at one time: a quarter of the 1,024 files that a process usually may open.

Fewer would be cheaper (each may hold a body of `max_body`), but a host that
never answers keeps its place for the whole deadline: with 64 places, 64 such
hosts kept everybody else waiting for a minute.
"""


class HostGate:
    """Lets a request pass when its host is free and its domain rested.

    `find_domain` names the registrable domain of a host, None where no spacing
    is needed.
    """

    def __init__(self, polling: PollingSettings, find_domain: Callable[[str], str | None]) -> None:
        """Take the limits; nothing has been asked yet."""
        self._spacing = polling.host_spacing.total_seconds()
        self._find_domain = find_domain
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._slots: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(polling.per_host)
        )
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}
        self.rests = Rests(polling, find_domain)

    @asynccontextmanager
    async def enter(self, host: str, work: AsyncExitStack) -> AsyncIterator[Gate]:
        """Hold one of the host's slots from the moment its domain has rested.

        One of the places for sources in work goes to `work`, which may outlast
        the request: the answer is still to be read. `work` is the gate's own.
        What is given leads on to the hosts of redirects.
        """
        async with AsyncExitStack() as slot:
            visit = _Visit(self, slot, work)
            await visit.begin(host)
            yield visit.move

    def name_group(self, host: str) -> str:
        """What the requests of one exchange may go to without another wait."""
        return self._find_domain(host) or host

    async def admit(self, host: str, slot: AsyncExitStack, work: AsyncExitStack) -> None:
        """Wait for the host's slot, its domain's turn, then a place, in this order always."""
        await slot.enter_async_context(self._slots[host])
        domain = self._find_domain(host)
        if domain is None:
            await work.enter_async_context(self._at_once)
        else:
            await self._take_turn(domain, work)

    async def _take_turn(self, domain: str, work: AsyncExitStack) -> None:
        """Start when the domain rested; who comes next starts a spacing later."""
        loop = asyncio.get_running_loop()
        async with self._turns[domain]:
            await asyncio.sleep(self._free_at.get(domain, 0.0) - loop.time())
            await work.enter_async_context(self._at_once)
            self._free_at[domain] = loop.time() + self._spacing


class _Visit:
    """One source on its way along redirects: in one domain at a time."""

    def __init__(self, gate: HostGate, slot: AsyncExitStack, work: AsyncExitStack) -> None:
        self._gate = gate
        self._slot = slot
        self._work = work
        self._group = ""

    async def begin(self, host: str) -> None:
        self._group = self._gate.name_group(host)
        await self._gate.admit(host, self._slot, self._work)

    @asynccontextmanager
    async def move(self, host: str) -> AsyncIterator[None]:
        """Let requests to a host pass; one in another domain is waited for like a first one.

        Slot and place are given back before the wait: who waits holds nothing
        that another waits for, so two sources that redirect to each other's
        hosts cannot block each other.
        """
        if self._gate.name_group(host) != self._group:
            await self._slot.aclose()
            await self._work.aclose()
            await self.begin(host)
        yield
