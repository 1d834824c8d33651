"""The path of a request as names below the published folder, or nothing at all."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

_LONGEST_NAME = 255
"""Bytes of a name that common file systems take."""
_LONGEST_SHOWN = 200
_LONGEST_REMEMBERED = 256
"""Bytes of a path whose meaning is remembered."""
_AUTHORITY = re.compile(rb"https?://[^/?#]*", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]")


@dataclass(frozen=True, slots=True)
class Place:
    """Names below the published folder; `is_folder` when the path ends in a slash."""

    names: tuple[str, ...]
    is_folder: bool

    @property
    def path(self) -> str:
        """The decoded path, from a slash on."""
        return "/" + "/".join(self.names) + ("/" if self.is_folder and self.names else "")


def read_path(raw: bytes) -> Place | None:
    """The place that the path of a request names; None for what can name no published file.

    None for names that begin with a dot (`..`, hidden and temporary files), for
    empty ones (`//`), for an encoded slash, a backslash, control characters and
    for what is no UTF-8. The full address that RFC 9112 section 3.2.2 allows in
    place of a path is read as its path.
    """
    return _read_short(raw) if len(raw) <= _LONGEST_REMEMBERED else _read(raw)


def _read(raw: bytes) -> Place | None:
    path = _AUTHORITY.sub(b"", raw, count=1) if _AUTHORITY.match(raw) else raw
    if not path.startswith(b"/"):
        return None
    pieces = path[1:].split(b"/")
    is_folder = pieces[-1] == b""
    try:
        names = tuple(_decode(piece) for piece in (pieces[:-1] if is_folder else pieces))
    except UnicodeDecodeError:
        return None
    return Place(names, is_folder) if all(map(_is_name, names)) else None


_read_short = lru_cache(maxsize=1024)(_read)


def _decode(piece: bytes) -> str:
    return unquote_to_bytes(piece).decode("utf-8")


def _is_name(name: str) -> bool:
    hidden = not name or name.startswith(".")
    return not hidden and not _UNSAFE.search(name) and len(name.encode()) <= _LONGEST_NAME


def show_path(raw: bytes) -> str:
    """The path of a request for people: percent-encoded, so harmless anywhere, and cut."""
    shown = quote(unquote_to_bytes(raw[:_LONGEST_SHOWN]))
    return shown if len(raw) <= _LONGEST_SHOWN else f"{shown}..."
