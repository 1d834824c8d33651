"""Who waits for whom: a slow callback holds up others of its host, and nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

_FAST, _SLOW, _OF_HOST = 48, 48, 4
_SLOW_AFTER = 1.0
"""Seconds after which a delivery gives its place to the next, and takes one for slow ones."""


class Lanes:
    """Places for requests to callbacks: 48, 48 more for those that take long, four for one host.

    With all slow places taken, what takes long keeps its place: open files have an end.
    """

    def __init__(self, *, slow_after: float = _SLOW_AFTER) -> None:
        """Begin with all places free."""
        self._slow_after = slow_after
        self._fast = asyncio.Semaphore(_FAST)
        self._slow = 0
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def enter(self, host: str) -> AsyncIterator[None]:
        """A place while the block runs."""
        own = self._hosts.setdefault(host, asyncio.Semaphore(_OF_HOST))
        async with own, self._hold():
            yield

    @asynccontextmanager
    async def _hold(self) -> AsyncIterator[None]:
        await self._fast.acquire()
        loop = asyncio.get_running_loop()
        is_slow = False

        def move() -> None:
            nonlocal is_slow
            if self._slow < _SLOW:
                self._slow += 1
                is_slow = True
                self._fast.release()

        timer = loop.call_later(self._slow_after, move)
        try:
            yield
        finally:
            timer.cancel()
            if is_slow:
                self._slow -= 1
            else:
                self._fast.release()
