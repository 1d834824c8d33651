"""Tells when a file changes (watchfiles)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import awatch

_STEP_MS = 50
_SETTLE_MS = 200
"""An editor writes, renames and sets rights within a moment: that is one change."""


def watch_file(path: Path, stop: asyncio.Event) -> AsyncIterator[None]:
    """One item for each change of the file, until `stop` is set.

    Its folder is watched, since editors put a new file in the old one's place;
    a folder that is a symbolic link is followed once, and the file's own target
    too (a mounted configuration of a container is both).
    """
    folders = {path.absolute().parent, path.resolve().parent}
    names = {path.name, path.resolve().name}
    return _watch(folders, names, stop)


async def _watch(folders: set[Path], names: set[str], stop: asyncio.Event) -> AsyncIterator[None]:
    changes = awatch(
        *folders,
        watch_filter=lambda _, changed: Path(changed).name in names or Path(changed).is_symlink(),
        debounce=_SETTLE_MS,
        step=_STEP_MS,
        stop_event=stop,
        recursive=False,
        raise_interrupt=False,
    )
    async for _ in changes:
        yield
