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
        # asyncio puts its own handler here, which cancels what runs.
        interrupt = signal.getsignal(signal.SIGINT)
        if not callable(interrupt):
            raise KeyboardInterrupt
        interrupt(number, frame)

    with _taking_interrupts():
        before = signal.signal(signal.SIGTERM, end)
        try:
            yield
        except KeyboardInterrupt:
            if ended:
                sys.exit(_TERMINATED)
            raise
        finally:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _taking_interrupts() -> Iterator[None]:
    """Give Ctrl-C a handler also where it is ignored, as in the background of a script.

    asyncio takes it over only then; without that, the end would be an exception
    in the midst of whatever runs, and a library may take it for its own fault
    (seen: a poll saved as `protocol`, exit code 0). Blocked, Ctrl-C stays
    without effect; what waited is dropped when it is ignored again.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
