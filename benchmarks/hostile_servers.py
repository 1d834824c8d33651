"""Servers that no poll should have to meet, on loopback: run by `hostile.py`.

It prints two ports, for http and https, answers each path as named in `SITES`
or with a good feed, and ends with its standard input. A body without an end
ends with its reader, or after a minute.
"""

import gzip
import itertools
import sys
import time
import zlib
from collections.abc import Callable, Iterator

import brotli
from tests.edges.loopback import (
    End,
    Raw,
    Request,
    Response,
    drip,
    redirect,
    serve,
    stall,
)

from newsstand import Stand, write_feed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LONGEST = 60.0
_STAND = Stand(feeds=1, window=25, words=190, every=0, opened=0, log=None)
_FEED = write_feed(_STAND, 0, 25)
_OK = b"HTTP/1.1 200 OK\r\n"
_MIB = 2**20


def _repeat(piece: bytes) -> Iterator[bytes]:
    """A piece again and again, for a minute at most."""
    ends_at = time.monotonic() + _LONGEST
    return itertools.takewhile(lambda _: time.monotonic() < ends_at, itertools.repeat(piece))


def _make_gzip_bomb(size: int) -> bytes:
    """A gzip stream of `size` zeros, made of one block again and again."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    zeros = bytes(_MIB)
    first = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size // _MIB - 1)


def _pack(coding: str, body: bytes) -> Response:
    return Response(200, {"Content-Encoding": coding}, body)


def _pack_zstd(size: int) -> bytes:
    packer = zstd.ZstdCompressor()
    pieces = [packer.compress(bytes(_MIB)) for _ in range(size // _MIB)]
    return b"".join(pieces) + packer.flush()


_BOMBS = {
    "gzip-bomb": _pack("gzip", _make_gzip_bomb(2048 * _MIB)),
    "brotli-bomb": _pack("br", bytes(brotli.compress(bytes(256 * _MIB), quality=5))),
    "zstd-bomb": _pack("zstd", _pack_zstd(1024 * _MIB)),
    "bomb-in-bomb": _pack("gzip, gzip", gzip.compress(_make_gzip_bomb(2048 * _MIB))),
}
_ARMSCII = write_feed(_STAND, 0, 1).replace(b"Paper", b"\xd0\xdb\xb3\xdb\xb3\xdd\xdb")
_OTHERS: dict[str, Callable[[Request], Response | Raw]] = {
    "endless": lambda _: Response(body=_repeat(b"x" * 65_536)),
    "one-byte-a-second": lambda _: drip(_FEED, 1),
    "silent": lambda _: stall(),
    "slow-headers": lambda _: Raw(itertools.chain([_OK], _repeat(b"X: y\r\n")), pause=1),
    "endless-headers": lambda _: Raw(itertools.chain([_OK], _repeat(b"X: y\r\n" * 999))),
    "endless-redirects": lambda request: redirect(request.path + "x"),
    "circle": lambda request: redirect(request.path),
    "reset": lambda _: Raw([], end=End.RESET),
    "reset-in-body": lambda _: Response(body=[_FEED[:9_000]], length=20_000, end=End.RESET),
    "short": lambda _: Response(body=_FEED[:-99], length=len(_FEED)),
    "chunks-cut": lambda _: Response(body=[_FEED[:9_000]], chunked=True, unfinished=True),
    "gzip-cut": lambda _: _pack("gzip", gzip.compress(_FEED)[:-99]),
    "cut-unseen": lambda _: Response(body=[_FEED[:9_000]]),
    "no-http": lambda _: Raw([b"<rss version='0.9'/>\r\n\r\n"]),
    "unasked-304": lambda _: Response(304),
    "page": lambda _: Response(200, {"Content-Type": "text/html"}, b"<!doctype html><html>Hi"),
    "picture": lambda _: Response(200, {"Content-Type": "image/png"}, b"\x89PNG" + bytes(9_999)),
    "empty": lambda _: Response(200),
    "armscii-8": lambda _: Response(200, {"Content-Type": "text/xml; charset=armscii-8"}, _ARMSCII),
    "to-metadata": lambda _: redirect("http://169.254.169.254/latest/meta-data/", 301),
    "to-http": lambda _: redirect("http://localhost/feed", 301),
}


def answer(request: Request) -> Response | Raw:
    """What the last part of the path names; "good" and a number are a feed of that number."""
    name = request.path.rpartition("/")[2]
    if name.startswith("good"):
        return Response(body=write_feed(_STAND, int(name.removeprefix("good")), 25))
    if name in _BOMBS:
        return _BOMBS[name]
    known = next((one for one in _OTHERS if name.rstrip("x") == one), None)
    return _OTHERS[known](request) if known else Response(404)


def main() -> None:
    """Serve until standard input ends."""
    with serve(answer) as plain, serve(answer, tls=True) as secure:
        print(*(url.rpartition(":")[2] for url in (plain, secure)), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
