"""One writer on a data folder: a lock that is free the moment its holder dies."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregator.errors import LockedError, StoreError

_NAME = "lock"


@contextmanager
def hold_lock(data: Path) -> Iterator[None]:
    """Hold the data folder's lock for the length of a `with` block.

    The kernel drops a flock when the last descriptor of it closes; Python's
    descriptors are not inherited by programs that are started (PEP 446), so no
    child keeps it. Raises LockedError when another process holds it,
    StoreError when the folder cannot be written.
    """
    descriptor = _open(data)
    try:
        yield
    finally:
        os.close(descriptor)


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
        holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
        raise LockedError(
            f"{data}: in use by another aggregator (process {holder}); "
            "wait for it to end, or stop it"
        ) from error
    # The number only serves the message above: a full disk must not cost the lock.
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
