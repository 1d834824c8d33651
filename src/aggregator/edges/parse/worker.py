"""The process that reads bodies, whatever reading is: `python -m MODULE SECONDS`.

It takes tasks from its standard input and ends when that closes, so that a
parent killed with -9 leaves no orphan; while a task runs an alarm of SECONDS
ends it even inside a regular expression.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from aggregator.edges.parse.frames import OUT_OF_MEMORY, Frame, pack, read_frame

try:
    import resource
except ImportError:  # pragma: no cover  # only POSIX knows memory limits
    resource = None  # type: ignore[assignment]  # as above

_MEMORY = 2 << 30  # bytes of address space: a 10 MB feed takes about 200 MiB


Read = Callable[[Any], Frame]
"""From a task to what it came to; which tasks they are is between the reader and its pool."""


def serve(source: BinaryIO, sink: BinaryIO, seconds: float, read: Read) -> None:
    """Answer every task of `source` on `sink`, each within `seconds` or not at all."""
    _say(sink, pack(None))
    while (task := read_frame(source)) is not None:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        result = read(task)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _say(sink, pack(result))


def run_worker(read: Read) -> None:  # pragma: no cover  # in a process of its own, see tests
    """Limit this process, then serve; the parent alone decides about an interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if resource is not None:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = _MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, most))
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[1]), read)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        os._exit(0)  # the parent is gone; a normal exit would flush into the broken pipe


def _say(sink: BinaryIO, frame: bytes) -> None:
    sink.write(frame)
    sink.flush()
