"""Keeps requests to one host few and requests to one domain apart."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta

from aggregator.core import policy
from aggregator.core.settings import PollingSettings
from aggregator.edges.domains import find_domain
from aggregator.edges.fetch import Gate
from aggregator.pipeline.manners import Manners
from aggregator.pipeline.rests import Rests
from aggregator.pipeline.slots import Slots

_AT_ONCE = 256
"""Sources in work at one time: a quarter of the 1,024 files that a process usually may open.

Fewer would be cheaper (each may hold a body of `max_body`), but a host that
never answers keeps its place for the whole deadline: with 64 places, 64 such
hosts kept everybody else waiting for a minute.
"""


class HostGate:
    """Lets a request pass when its host is free and its domain rested.

    `find_domain` names the registrable domain of a host, None where no spacing
    is needed; `clock` gives the time in UTC.
    """

    def __init__(
        self,
        polling: PollingSettings,
        find_domain: Callable[[str], str | None],
        clock: Callable[[], datetime],
    ) -> None:
        """Take the limits; nothing has been asked yet."""
        self._polling = polling
        self._find_domain = find_domain
        self._clock = clock
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._slots: dict[str, Slots] = defaultdict(lambda: Slots(self._polling.per_host))
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._taken: Counter[str] = Counter()
        self._free_at: dict[str, float] = {}
        self.rests = Rests(polling, find_domain)
        self.manners = Manners()

    def use(self, polling: PollingSettings) -> None:
        """Go by other limits from now on; what hosts and domains are owed stays."""
        self._polling = polling
        self.rests.use(polling)
        for slots in self._slots.values():
            slots.resize(polling.per_host)

    @asynccontextmanager
    async def enter(self, host: str, work: AsyncExitStack) -> AsyncIterator[Gate]:
        """Hold one of the host's slots from the moment its domain has rested.

        One of the places for sources in work goes to `work`, which may outlast
        the request: the answer is still to be read. `work` is the gate's own.
        What is given leads to the first request, and on to those of redirects.
        """
        async with AsyncExitStack() as slot:
            visit = _Visit(self, slot, work)
            await visit.begin(host)
            yield visit.move

    def find_wait(self, host: str) -> timedelta | None:
        """How long the host's domain has asked to be left alone from now on."""
        now = self._clock()
        until = self.rests.find_end(host, now)
        return until - now if until else None

    async def take_slot(self, host: str, slot: AsyncExitStack) -> None:
        """Wait for one of the host's slots."""
        await slot.enter_async_context(self._slots[host])

    async def take_turn(self, host: str, work: AsyncExitStack) -> None:
        """Start when the host's domain rested; who comes next starts a spacing later.

        Whoever waits here holds the host's slot and no place, always: in this
        order nobody waits for one who waits for him.
        """
        domain = self._find_domain(host)
        if domain is None:
            await work.enter_async_context(self._at_once)
            return
        loop = asyncio.get_running_loop()
        async with self._turns[domain]:
            await asyncio.sleep(self._free_at.get(domain, 0.0) - loop.time())
            await work.enter_async_context(self._at_once)
            self._taken[domain] += 1
            spacing = policy.find_spacing(self._polling, domain, self._taken[domain])
            self._free_at[domain] = loop.time() + spacing.total_seconds()


def open_gate(polling: PollingSettings, clock: Callable[[], datetime]) -> HostGate:
    """A gate that knows the registrable domains of the world."""
    return HostGate(polling, find_domain, clock)


class _Visit:
    """One source on its way along redirects: at one host at a time."""

    def __init__(self, gate: HostGate, slot: AsyncExitStack, work: AsyncExitStack) -> None:
        self._gate = gate
        self._slot = slot
        self._work = work
        self._host = ""
        self._is_first = True

    async def begin(self, host: str) -> None:
        self._host = host
        await self._gate.take_slot(host, self._slot)
        await self._gate.take_turn(host, self._work)

    @asynccontextmanager
    async def move(self, host: str) -> AsyncIterator[timedelta | None]:
        """Let one request to a host pass; each after the first is waited for like a first one.

        The place is given back before the wait, and the slot where the host is
        another: who waits holds nothing that another waits for, so two sources
        that redirect to each other's hosts cannot block each other.
        """
        if not self._is_first:
            await self._go_on(host)
        self._is_first = False
        yield self._gate.find_wait(host)

    async def _go_on(self, host: str) -> None:
        await self._work.aclose()
        if host == self._host:
            await self._gate.take_turn(host, self._work)
        else:
            await self._slot.aclose()
            await self.begin(host)
