"""The published folder: which files are feeds, and their bytes."""

import errno
from pathlib import Path

_FEEDS = ("atom.xml", "rss.xml", "feed.json", "opml.xml")
LARGEST = 64_000_000
"""Bytes of a file that are read: as nodes they are several times as much memory."""


def list_feeds(folder: Path) -> tuple[Path, ...]:
    """Every feed below the folder, those of the folder itself first."""
    found = [path for name in _FEEDS for path in folder.rglob(name) if path.is_file()]
    return tuple(sorted(found, key=lambda path: (len(path.parts), path.parent, path.name)))


def read_file(path: Path) -> bytes:
    """The bytes of a file; raises OSError when it cannot be read, EFBIG when it has too many."""
    with path.open("rb") as file:
        body = file.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise OSError(errno.EFBIG, f"it has more than {LARGEST:,} bytes", str(path))
    return body
