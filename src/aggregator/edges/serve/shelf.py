"""Published files in memory: read when first asked for, and again when they changed."""

import errno
import gzip
import hashlib
import os
import stat
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from aggregator.edges.serve.media import find_media_type, is_wordy

Names = tuple[str, ...]
Signature = tuple[int, ...]
"""Device, inode, size and both times of a file: another one is another file."""

_MOST_BYTES = 64 * 1024 * 1024
_SHARE = 4
"""A file that would take more than this part of the memory is read from the disk each time."""
_OVERHEAD = 1_024
"""Bytes that an empty kept file takes, rounded up."""
_LEVEL = 6
# O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_ABSENT = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL, errno.ENXIO}
)


class Gap(Enum):
    """Why a place holds no file to serve."""

    MISSING = "missing"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Form:
    """The bytes of a file as they go out, with their strong tag; no `body` when it is large."""

    etag: str
    size: int
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file, with its gzip form where that is smaller; `modified` is a second since 1970."""

    path: str

    signature: Signature
    modified: int
    media_type: str
    plain: Form
    gzipped: Form | None = None

    @property
    def cost(self) -> int:
        """Bytes of memory that it takes."""
        return _OVERHEAD + sum(len(form.body or b"") for form in (self.plain, self.gzipped) if form)


class Shelf:
    """The files of a folder, the most recently asked ones in memory; safe for threads."""

    def __init__(self, folder: Path, most_bytes: int = _MOST_BYTES) -> None:
        """Keep at most `most_bytes` in memory."""
        self._folder = str(folder.absolute())
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Names, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes = 0

    def find(self, names: Names) -> Kept | None:
        """The kept file, if the one on the disk is still the same; costs one look at the disk."""
        kept = self._kept.get(names)
        if kept is None:
            return None
        try:
            found = os.stat(kept.path)  # noqa: PTH116 - twice as fast as a Path, in the way of each request
        except OSError:
            found = None
        if found is None or _sign(found) != kept.signature:
            self._drop(names)
            return None
        with self._lock:
            if names in self._kept:
                self._kept.move_to_end(names)
        return kept

    def read(self, names: Names) -> Kept | Gap:
        """The file at a place below the folder, kept from now on unless it is large.

        A link counts when it leads to a visible file of this folder. Raises
        OSError when the disk has the file and does not give it.
        """
        kept = self.find(names)
        if kept:
            return kept
        try:
            with self._open(names) as file:
                return self._take(names, file)
        except IsADirectoryError:
            return Gap.FOLDER
        except OSError as error:
            if error.errno in _ABSENT:
                return Gap.MISSING
            raise

    def open(self, names: Names, signature: Signature, start: int = 0) -> BinaryIO:
        """The bytes of a large file from a place on, for the caller to close.

        Raises OSError when it is gone or no longer the one that was read.
        """
        file = self._open(names)
        if _sign(os.fstat(file.fileno())) == signature:
            file.seek(start)
            return file
        file.close()
        raise OSError(errno.ESTALE, "it changed while it was asked for")

    def _open(self, names: Names) -> BinaryIO:
        """A regular file that really is inside of the folder."""
        descriptor = os.open(self._resolve(names), _FLAGS)
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISREG(mode):
            return os.fdopen(descriptor, "rb")
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "a folder")
        raise FileNotFoundError(errno.ENOENT, "no regular file")

    def _resolve(self, names: Names) -> Path:
        """Where the place really is, all links followed."""
        # os.path: Path.resolve of Python 3.11 raises RuntimeError for a link to itself.
        root = Path(os.path.realpath(self._folder, strict=True))
        place = Path(os.path.realpath(root.joinpath(*names), strict=True))
        if not place.is_relative_to(root) or _is_hidden(place.relative_to(root)):
            raise FileNotFoundError(errno.ENOENT, "outside of the folder, or hidden in it")
        return place

    def _take(self, names: Names, file: BinaryIO) -> Kept:
        found = os.fstat(file.fileno())
        # RFC 9110 section 8.8.2.1: never later than the answer that bears it.
        modified = min(int(found.st_mtime), int(time.time()))
        media_type = find_media_type(names[-1])
        path = os.path.join(self._folder, *names)  # noqa: PTH118 - as it is stored
        if found.st_size > self._most_bytes // _SHARE:
            etag = _tag(repr(_sign(found)).encode())
            return Kept(path, _sign(found), modified, media_type, Form(etag, found.st_size, None))
        body = file.read()
        zipped = _compress(body) if is_wordy(media_type) else None
        kept = Kept(
            path, _sign(found), modified, media_type, Form(_tag(body), len(body), body), zipped
        )
        self._keep(names, kept)
        return kept

    def _keep(self, names: Names, kept: Kept) -> None:
        self._drop(names)
        with self._lock:
            self._kept[names] = kept
            self.bytes += kept.cost
            while self.bytes > self._most_bytes:
                _, oldest = self._kept.popitem(last=False)
                self.bytes -= oldest.cost

    def _drop(self, names: Names) -> None:
        with self._lock:
            kept = self._kept.pop(names, None)
            self.bytes -= kept.cost if kept else 0


def _is_hidden(place: Path) -> bool:
    return any(name.startswith(".") for name in place.parts)


def _sign(found: os.stat_result) -> Signature:
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _tag(data: bytes, suffix: str = "") -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}{suffix}"'


def _compress(body: bytes) -> Form | None:
    """The gzip form, the same for the same bytes; None when it is not smaller."""
    zipped = gzip.compress(body, _LEVEL, mtime=0)
    return Form(_tag(body, "-gz"), len(zipped), zipped) if len(zipped) < len(body) else None
