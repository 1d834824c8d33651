"""Places that are taken in turn, and whose number may change while they are taken."""

import asyncio
from collections import deque
from types import TracebackType


class Slots:
    """As many places as `count`, given in the order of asking: `async with slots: ...`.

    asyncio's own semaphore cannot be told another number: a configuration that
    is read anew would need a second one beside it, and both would let pass.
    """

    def __init__(self, count: int) -> None:
        """Begin with all places free."""
        self._count = count
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def resize(self, count: int) -> None:
        """Have another number of places from now on; nobody who has one loses it."""
        self._count = count
        self._call()

    async def __aenter__(self) -> None:
        """Return when a place is ours."""
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        self._call()
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():
                self._leave()  # it was given in the moment in which nobody wanted it any more
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the place to who waits longest."""
        self._leave()

    def _leave(self) -> None:
        self._taken -= 1
        self._call()

    def _call(self) -> None:
        while self._waiting and self._taken < self._count:
            place = self._waiting.popleft()
            if not place.done():
                self._taken += 1
                place.set_result(None)
