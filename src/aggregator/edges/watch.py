"""Tells when files change (watchfiles)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from fnmatch import fnmatch
from pathlib import Path

from watchfiles import awatch

_STEP_MS = 50
_SETTLE_MS = 200
"""An editor writes, renames and sets rights within a moment: that is one change."""


def watch_files(
    files: Collection[Path], patterns: Collection[str], stop: asyncio.Event
) -> AsyncIterator[None]:
    """One item for each change of a file, or of one that matches a pattern, until `stop` is set.

    Their folders are watched, since editors put a new file in the old one's
    place; and the folders of what symbolic links lead to (the mounted
    configuration of a container is such a link).
    """
    names = {path.name for path in files} | {path.resolve().name for path in files}
    folders = {
        folder for path in files for folder in (path.absolute().parent, path.resolve().parent)
    }
    folders |= {Path(pattern).parent.absolute() for pattern in patterns}
    there = [folder for folder in sorted(folders) if folder.is_dir()]

    def is_meant(changed: str) -> bool:
        if Path(changed).name in names or Path(changed).is_symlink():
            return True
        return any(fnmatch(Path(changed).name, Path(pattern).name) for pattern in patterns)

    return _watch(there, is_meant, stop)


async def _watch(
    folders: Collection[Path], is_meant: Callable[[str], bool], stop: asyncio.Event
) -> AsyncIterator[None]:
    changes = awatch(
        *folders,
        watch_filter=lambda _, changed: is_meant(changed),
        debounce=_SETTLE_MS,
        step=_STEP_MS,
        stop_event=stop,
        recursive=False,
    )
    async for _ in changes:
        yield
