"""Gathers what many tasks want saved into few transactions."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Batch(Generic[T]):
    """Saves items together that come within `delay` seconds of each other."""

    def __init__(self, save: Callable[[Sequence[T]], None], delay: float) -> None:
        """Take the function that saves several in one transaction."""
        self._save = save
        self._delay = delay
        self._waiting: list[T] = []
        self._done: asyncio.Future[None] | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether something is still to be saved."""
        return self._done is not None

    async def add(self, item: T) -> None:
        """Return when the item is saved; raises what saving raised."""
        self._waiting.append(item)
        if self._done is None:
            loop = asyncio.get_running_loop()
            self._done = loop.create_future()
            loop.call_later(self._delay, self._flush, self._done)
        await asyncio.shield(self._done)

    def flush(self) -> None:
        """Save at once what waits."""
        if self._done is not None:
            self._flush(self._done)

    def _flush(self, done: "asyncio.Future[None]") -> None:
        if done is not self._done:
            return  # it was flushed before its time
        items, self._waiting, self._done = self._waiting, [], None
        try:
            self._save(items)
        except BaseException as error:  # noqa: BLE001 - handed to everyone who waits
            done.set_exception(error)
        else:
            done.set_result(None)
