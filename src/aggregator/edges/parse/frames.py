"""The words between the pool and its workers: a length, then a pickled value.

Pickle is acceptable here and nowhere else: both ends are this program, of the
same version, under the same user, and the pipe between them belongs to no one
else. Who can write into it can run code as us already.
"""

import pickle
import struct
from dataclasses import dataclass
from typing import BinaryIO

from aggregator.core.model import ArticlePage, ParseResult, Permission

LENGTH = struct.Struct(">I")
OUT_OF_MEMORY = 71  # exit status of a worker that met its memory limit


@dataclass(frozen=True, slots=True)
class Task:
    """One body to be read: the arguments of `read_feed`.

    `words_only` asks for texts without their markup: the first reading of the
    same body came to no end.
    """

    body: bytes
    content_type: str
    url: str
    content_language: str | None = None
    words_only: bool = False


@dataclass(frozen=True, slots=True)
class PageTask:
    """An article's page to be read; `url` is where it was found."""

    body: bytes
    content_type: str
    url: str


@dataclass(frozen=True, slots=True)
class RobotsTask:
    """A robots.txt to be read: whether all of the `agents` may ask for each of the `urls`."""

    body: bytes
    agents: tuple[str, ...]
    urls: tuple[str, ...]


Work = Task | PageTask | RobotsTask
Frame = Work | ParseResult | ArticlePage | Permission | None


def pack(value: Frame) -> bytes:
    """The frame of a value; None is what a worker says when it is ready."""
    payload = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(payload)) + payload


def unpack(payload: bytes) -> Frame:
    """The value of a frame without its length."""
    value: Frame = pickle.loads(payload)  # noqa: S301  # our own process at the other end, see above
    return value


def read_frame(stream: BinaryIO) -> Frame:
    """The next value of a stream; None when the stream has ended."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    payload = stream.read(size)
    return unpack(payload) if len(payload) == size else None
