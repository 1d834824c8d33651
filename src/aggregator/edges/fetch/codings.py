"""Content codings, undone in bounded pieces: no input makes a piece larger than `_PIECE`.

httpx2 decodes in bounded pieces too, but takes half a gzip or brotli stream
for a whole one, and stops silently after the first gzip member; a feed cut in
the middle would pass for complete. So the raw bytes are decoded here, by the
same libraries.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PIECE = 2**18
_MOST_STREAMS = 1_000
"""Gzip members or zstd frames in one body; bgzip makes 160 of 10 MB, an attack a million."""
_MOST_CODINGS = 3
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_WINDOW_LOG = 23
"""8 MB, the most that RFC 9659 allows for the coding zstd; the library allows 128 MB."""


class CodingError(Exception):
    """The bytes do not follow the coding that the server named; the message says how."""


class Decoder(Protocol):
    """One coding of one body."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """The pieces that these further bytes give."""

    def is_whole(self) -> bool:
        """Whether the stream has come to its end."""


def make_decoders(content_encoding: str) -> list[Decoder]:
    """The decoders for a Content-Encoding field, in the order of undoing."""
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    unknown = next((name for name in names if name not in _DECODERS), None)
    if unknown is not None:
        raise CodingError(f"the coding {unknown[:40]!r} was not asked for")
    if len(names) > _MOST_CODINGS:
        raise CodingError(f"{len(names)} codings are laid over each other")
    return [_DECODERS[name]() for name in reversed(names)]


def decode(decoder: Decoder, data: bytes) -> Iterator[bytes]:
    """The pieces that a decoder makes of further bytes, with one kind of error."""
    try:
        yield from decoder.decode(data)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise CodingError("it cannot be decompressed") from error


class _Gzip:
    """Gzip of one or more members; what follows the last one is ignored, as gzip(1) does."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._rest = b""
        self._members = 0
        self._ended = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        data = self._rest + data
        self._rest = b""
        while data and not self._ended and self._begin_member(data):
            stream = self._stream
            assert stream is not None  # noqa: S101 - _begin_member made it
            yield from _inflate(stream, data)
            data = b""
            if stream.eof:
                data, self._stream = stream.unused_data, None

    def _begin_member(self, data: bytes) -> bool:
        """Whether a member is open now; two bytes tell if one begins here."""
        if self._stream is not None:
            return True
        if len(data) < len(_GZIP_MAGIC):
            self._rest = data
            return False
        if self._members and not data.startswith(_GZIP_MAGIC):
            self._ended = True
            return False
        self._members = _count_stream(self._members)
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return True

    def is_whole(self) -> bool:
        return self._stream is None and (self._members > 0 or not self._rest)


class _Deflate:
    """Deflate with the zlib header that RFC 9110 wants, or raw, as some servers send it."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._rest = b""

    def decode(self, data: bytes) -> Iterator[bytes]:
        data = self._rest + data
        if self._stream is None and len(data) < 2:  # noqa: PLR2004 - the length of a zlib header
            self._rest = data
            return
        self._rest = b""
        self._stream = self._stream or zlib.decompressobj(_find_window(data))
        if not self._stream.eof:
            yield from _inflate(self._stream, data)

    def is_whole(self) -> bool:
        return not self._rest if self._stream is None else self._stream.eof


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._seen = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        self._seen = True
        if self._stream.is_finished():
            return
        piece = self._stream.process(data, output_buffer_limit=_PIECE)
        while piece:
            yield piece
            piece = self._stream.process(b"", output_buffer_limit=_PIECE)

    def is_whole(self) -> bool:
        return not self._seen or self._stream.is_finished()


class _Zstd:
    """Zstandard of one or more frames."""

    def __init__(self) -> None:
        self._frames = 0
        self._stream: zstd.ZstdDecompressor | None = None

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream is None:
                self._frames = _count_stream(self._frames)
                options: dict[int, int] = {
                    zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG
                }
                self._stream = zstd.ZstdDecompressor(options=options)
            yield from _unpack_frame(self._stream, data)
            data = b""
            if self._stream.eof:
                data, self._stream = self._stream.unused_data, None

    def is_whole(self) -> bool:
        return self._stream is None


_DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}


def _inflate(stream: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    piece = stream.decompress(data, _PIECE)
    while piece:
        yield piece
        piece = stream.decompress(stream.unconsumed_tail, _PIECE)


def _unpack_frame(stream: zstd.ZstdDecompressor, data: bytes) -> Iterator[bytes]:
    yield stream.decompress(data, _PIECE)
    while not stream.eof and not stream.needs_input:
        yield stream.decompress(b"", _PIECE)


def _find_window(start: bytes) -> int:
    """The window for zlib: negative where the zlib header (RFC 1950 section 2.2) is missing."""
    has_header = start[0] & 0x0F == 8 and int.from_bytes(start[:2]) % 31 == 0  # noqa: PLR2004 - as there
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS


def _count_stream(count: int) -> int:
    if count >= _MOST_STREAMS:
        raise CodingError(f"it is cut into more than {_MOST_STREAMS:,} streams")
    return count + 1
