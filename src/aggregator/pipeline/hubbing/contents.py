"""What the topics hold: digests of all that somebody subscribed to, bytes of a few."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aggregator.core.websub import is_topic_path
from aggregator.edges.serve import find_media_type
from aggregator.pipeline.apart import run_apart

_MOST_BODIES = 4
"""Bodies kept for callbacks that follow: deliveries of one topic mostly go out together."""


@dataclass(frozen=True, slots=True)
class Content:
    """A published file, whole, as it was at one moment."""

    body: bytes
    digest: str
    media_type: str


def read_content(file: Path) -> Content | None:
    """A published file; None where there is none, or none that can be read."""
    try:
        body = file.read_bytes()
    except OSError:
        return None
    return Content(body, hashlib.sha256(body).hexdigest(), find_media_type(file.name))


def list_topics(files: Iterable[Path], folder: Path) -> Iterator[tuple[str, Path]]:
    """Those of the published files that can be subscribed to, by their paths in the folder.

    None of another folder: a publishing may end after a reload that named another.
    """
    for file in files:
        path = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else ""
        if is_topic_path(path):
            yield path, file


class Contents:
    """The published files of a folder by their paths in it."""

    def __init__(self, folder: Path) -> None:
        """Begin with nothing read."""
        self.folder = folder
        self._bodies: OrderedDict[str, Content] = OrderedDict()
        self._changes = 0
        self.digests: dict[str, str] = {}

    def has(self, path: str) -> bool:
        """Whether a file is published at this path."""
        return (self.folder / path).is_file()

    def forget(self, path: str) -> None:
        """Take a file for changed."""
        self._changes += 1
        self._bodies.pop(path, None)
        self.digests.pop(path, None)

    async def read(self, path: str) -> Content | None:
        """What the file holds; it is read once as long as nobody says that it changed."""
        if path in self._bodies:
            return self._bodies[path]
        changes = self._changes
        content = await run_apart(lambda: read_content(self.folder / path), "hub")
        if changes != self._changes:  # it may be what stood there before
            return await self.read(path)
        if content:
            self._keep(path, content)
        return content

    def _keep(self, path: str, content: Content) -> None:
        self._bodies[path] = content
        self.digests[path] = content.digest
        while len(self._bodies) > _MOST_BODIES:
            self._bodies.popitem(last=False)
