"""SIGTERM: what service managers and `kill` send to end a command."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_TERMINATED = 128 + signal.SIGTERM
"""The exit code that shells give a process which a signal ended."""


@contextmanager
def end_on_sigterm() -> Iterator[None]:
    """End the block on SIGTERM as Ctrl-C does, everything closed, with exit code 143.

    Works in the main thread only, as signals do.
    """
    ended = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal ended
        ended = True
        # asyncio puts its own handler here, which cancels what runs. Where Ctrl-C is
        # ignored (in the background of a script), there is none to call.
        interrupt = signal.getsignal(signal.SIGINT)
        if not callable(interrupt):
            raise KeyboardInterrupt
        interrupt(number, frame)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        if ended:
            sys.exit(_TERMINATED)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
