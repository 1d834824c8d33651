"""Work in a thread of its own, which holds up neither the loop nor the end of the process."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def run_apart(work: Callable[[], T], name: str) -> T:
    """What the work returns or raises.

    Whoever stops waiting leaves the thread behind: it cannot be ended, but a
    process does not wait for it (asyncio's own threads are waited for).
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(settle: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(lambda: None if done.done() else settle())

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            caught = _make_bearable(error)
            tell(lambda: done.set_exception(caught))
        else:
            tell(lambda: done.set_result(result))

    threading.Thread(target=run, name=name, daemon=True).start()
    return await done


def _make_bearable(error: BaseException) -> BaseException:
    """An error that a future takes: it refuses StopIteration, and would never be done."""
    if not isinstance(error, StopIteration):
        return error
    fault = RuntimeError("the work raised StopIteration")
    fault.__cause__ = error
    return fault
