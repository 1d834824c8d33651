"""One writer on a data folder: a lock that is free the moment its holder dies."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregator.errors import LockedError, StoreError

_NAME = "lock"


@contextmanager
def hold_lock(data: Path) -> Iterator[Callable[[str], None]]:
    """Hold the data folder's lock for the length of a `with` block.

    What is given takes a line to be found in the lock by `read_note`.

    The kernel drops a flock when the last descriptor of it closes; Python's
    descriptors are not inherited by programs that are started (PEP 446), so no
    child keeps it. Raises LockedError when another process holds it,
    StoreError when the folder cannot be written.
    """
    descriptor = _open(data)
    try:
        yield lambda note: _write(descriptor, note)
    finally:
        _write(descriptor, "")
        os.close(descriptor)


def read_note(data: Path) -> str:
    """The line that the lock's holder has left there, "" where there is none.

    One that was killed leaves its line behind: ask at the address before it is
    believed.
    """
    try:
        lines = (data / _NAME).read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return lines[1] if len(lines) > 1 else ""


def _open(data: Path) -> int:
    """A descriptor that holds the lock."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data / _NAME, os.O_RDWR | os.O_CREAT, 0o644)
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(os.close, descriptor)
            _take(descriptor, data)
            on_failure.pop_all()
    except OSError as error:
        raise StoreError(
            f"{data}: cannot be written ({error.strerror}); "
            "name a folder that this user may write with --data"
        ) from error
    return descriptor


def _take(descriptor: int, data: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(descriptor, 32).decode("ascii", "replace").split("\n")[0] or "unknown"
        raise LockedError(
            f"{data}: in use by another aggregator (process {holder}); "
            "wait for it to end, or stop it"
        ) from error
    _write(descriptor, "")


def _write(descriptor: int, note: str) -> None:
    """Say who holds the lock; only messages need it, so a full disk must not cost the lock."""
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        lines = [str(os.getpid()), note] if note else [str(os.getpid())]
        os.pwrite(descriptor, "".join(f"{line}\n" for line in lines).encode(), 0)
