"""Attached media: safe addresses, and a type and a length only where they can be true."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from aggregator.core import limits
from aggregator.core.beacons import is_beacon
from aggregator.core.model import Enclosure, Entry
from aggregator.core.urls import publishable

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")

_TYPES = {
    "avif": "image/avif", "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg",
    "png": "image/png", "svg": "image/svg+xml", "webp": "image/webp",
    "aac": "audio/aac", "flac": "audio/flac", "m4a": "audio/mp4", "mp3": "audio/mpeg",
    "oga": "audio/ogg", "ogg": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav",
    "m4v": "video/mp4", "mov": "video/quicktime", "mp4": "video/mp4", "webm": "video/webm",
    "epub": "application/epub+zip", "pdf": "application/pdf",
}  # fmt: skip
"""What a file of an ending is, of the kinds that news are published in."""

_NO_TYPES = frozenset({"application/octet-stream", "binary/octet-stream"})
"""They say that nothing is known."""

_EITHER = frozenset({"mp4", "ogg", "webm"})
"""Endings of containers that hold sound alone as well as pictures."""
_SOUND_OR_FILM = frozenset({"audio", "video"})

_BOGUS_LENGTHS = frozenset({3123})
"""RFE/RL's feeds give this length for every file."""
_FEWEST = 3
_NEARLY_ALL = 0.8
"""This share of a feed's files, and no fewer than those, have no length in common by chance."""


def read_enclosures(enclosures: Iterable[Enclosure], base: str) -> tuple[Enclosure, ...]:
    """The media with a safe URL, each once; a type or length known to be false is mended."""
    read = (_read_enclosure(enclosure, base) for enclosure in islice(enclosures, limits.READ))
    first: dict[str, Enclosure] = {}
    for enclosure in read:
        if enclosure is not None:
            first.setdefault(enclosure.url, enclosure)
    return tuple(first.values())


def _read_enclosure(enclosure: Enclosure, base: str) -> Enclosure | None:
    url = publishable(base, enclosure.url)
    if url is None or is_beacon(url):
        return None
    length = enclosure.length
    honest = length is not None and 0 < length < 2**63 and length not in _BOGUS_LENGTHS
    return Enclosure(url, read_type(enclosure.type, url), length if honest else None)


def read_type(given: str, url: str) -> str:
    """The media type that was given, unless the URL's ending contradicts it; "" when unknown."""
    found = _TYPE.match(given.strip().lower()[: limits.NAME])
    stated = found.group() if found else ""
    ending = urlsplit(url).path.rpartition(".")[2].lower()
    known = _TYPES.get(ending)
    if stated in _NO_TYPES:
        stated = ""
    return known if known and not _can_be(stated, ending, known) else stated


def _can_be(stated: str, ending: str, known: str) -> bool:
    """Whether a file of this ending may be of the stated type; sound and film have many names."""
    kind = stated.partition("/")[0]
    if kind not in _SOUND_OR_FILM:
        return stated == known
    return kind == known.partition("/")[0] or (ending in _EITHER and kind in _SOUND_OR_FILM)


def find_picture(enclosures: Iterable[Enclosure]) -> str | None:
    """The first picture among the media, which stands for the item where it names no thumbnail."""
    return next((one.url for one in enclosures if one.type.startswith("image/")), None)


def doubt_lengths(entries: Sequence[Entry]) -> list[Entry]:
    """The entries of a feed, without a length that (nearly) all of its files claim to have."""
    lengths = {
        medium.url: medium.length
        for entry in entries
        for medium in entry.enclosures
        if medium.length is not None
    }
    shared = _find_shared(lengths.values())
    return list(entries) if shared is None else [_drop_length(entry, shared) for entry in entries]


def _find_shared(lengths: Iterable[int]) -> int | None:
    counts = Counter(lengths)
    most = counts.most_common(1)
    if not most or most[0][1] < max(_FEWEST, _NEARLY_ALL * counts.total()):
        return None
    return most[0][0]


def _drop_length(entry: Entry, length: int) -> Entry:
    media = tuple(
        replace(medium, length=None) if medium.length == length else medium
        for medium in entry.enclosures
    )
    return entry if media == entry.enclosures else replace(entry, enclosures=media)
