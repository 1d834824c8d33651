"""How long work may hang before it is given up as a fault of this program."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import Self, TypeVar

from aggregator.edges.fetch import Gate

T = TypeVar("T")


class Patience:
    """Raises TimeoutError in what lasts longer than so many seconds, waits at gates left out.

    Hundreds of sources may have to pass one host, a spacing apart: whoever
    waits an hour for that is well.
    """

    def __init__(self, seconds: float) -> None:
        """Take the seconds from one wait to the next."""
        self._seconds = seconds
        self._limit = asyncio.timeout(seconds)

    async def __aenter__(self) -> Self:
        """Begin to count."""
        await self._limit.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it; the cancelling of what took too long becomes a TimeoutError."""
        await self._limit.__aexit__(kind, error, trace)

    @asynccontextmanager
    async def wait(self, place: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
        """Enter something that may be waited for; the count begins anew when it is entered."""
        self._limit.reschedule(None)
        async with place as given:
            self._limit.reschedule(asyncio.get_running_loop().time() + self._seconds)
            yield given

    def pass_by(self, gate: Gate) -> Gate:
        """The gate, with what is waited for at it left out."""
        return lambda host: self.wait(gate(host))
