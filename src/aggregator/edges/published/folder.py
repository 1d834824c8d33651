"""The published folder: which files are feeds, and their bytes."""

from pathlib import Path

_FEEDS = ("atom.xml", "rss.xml", "feed.json", "opml.xml")


def list_feeds(folder: Path) -> tuple[Path, ...]:
    """Every feed below the folder, those of the folder itself first."""
    found = [path for name in _FEEDS for path in folder.rglob(name) if path.is_file()]
    return tuple(sorted(found, key=lambda path: (len(path.parts), path.parent, path.name)))


def read_file(path: Path) -> bytes:
    """The bytes of a file; raises OSError when it cannot be read."""
    return path.read_bytes()
