"""Published files appear whole or not at all; unchanged ones are not touched."""

import contextlib
import gzip
import os
import re
import tempfile
from pathlib import Path, PurePosixPath

from aggregator.core.model import Output
from aggregator.errors import PublishError

_GZIP_LEVEL = 6
_PUBLISHED = ("atom.xml", "rss.xml", "feed.json", "index.")
_PREFIX = ".publishing-"
_SUFFIX = ".tmp"
_LEFTOVER = re.compile(re.escape(_PREFIX) + r"[a-z0-9_]{8}" + re.escape(_SUFFIX))
"""What tempfile.mkstemp makes of the two."""


def write_output(folder: Path, output: Output) -> bool:
    """Write one output below the folder; whether its bytes are new.

    The bytes reach the disk under a temporary name beside the target, then
    take its place by a rename, then the folder is flushed: a reader and a
    crash see the old whole or the new whole. Raises PublishError, with the
    path, when the disk refuses or the output's path leads out of the folder;
    the old file is then untouched.
    """
    target = _find_target(folder, output.path)
    try:
        if target.is_file() and target.read_bytes() == output.body:
            return False
        _make_folders(target.parent)
        _replace(target, output.body)
    except OSError as error:
        raise PublishError(
            f"{target}: cannot be written ({error.strerror}); what was published stays whole; "
            "check the disk's space and the folder's rights"
        ) from error
    return True


def pack(output: Output) -> Output:
    """The output compressed, for the place beside it where static servers look for it.

    The same bytes each time: the header of gzip bears no time (RFC 1952, MTIME 0).
    """
    body = gzip.compress(output.body, _GZIP_LEVEL, mtime=0)
    return Output(f"{output.path}.gz", "application/gzip", body)


def _find_target(folder: Path, path: str) -> Path:
    """The place of an output, which is never outside of the folder."""
    place = PurePosixPath(path)
    if not place.parts or place.is_absolute() or ".." in place.parts or "\0" in path:
        raise PublishError(
            f"{folder}: {path!r} is no place below it; nothing was written; "
            "this is a fault of the program, please report it"
        )
    return folder / place


def _make_folders(folder: Path) -> None:
    """Make the folder and those above it that are missing, each durable in its parent."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for place in missing:
        _flush_folder(place.parent)


def _replace(target: Path, body: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            # mkstemp makes 0600; a web server of another user reads these files.
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    """Make names in the folder durable: those renamed or made there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_folder(folder: Path, path: str) -> None:
    """Remove what was published in a folder below the published one; another's files stay.

    Raises PublishError when the disk refuses.
    """
    target = _find_target(folder, path)
    try:
        for one in sorted(target.glob("*")):
            if one.name.removesuffix(".gz").startswith(_PUBLISHED):
                one.unlink()
        if target.is_dir() and not any(target.iterdir()):
            target.rmdir()
    except OSError as error:
        raise PublishError(
            f"{target}: cannot be removed ({error.strerror}); its source, tag, language or feed "
            "is no longer published; check the folder's rights"
        ) from error


def sweep(folder: Path) -> int:
    """Remove what a killed publishing left behind, and say how many files that were."""
    left = [path for path in folder.rglob(f"{_PREFIX}*") if _LEFTOVER.fullmatch(path.name)]
    return sum(_remove(path) for path in left)


def _remove(path: Path) -> bool:
    """Whether the file is gone; one that stays is tried again by the next publishing."""
    try:
        path.unlink()
    except OSError:
        return False
    return True
