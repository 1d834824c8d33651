"""Bodies: whole or not at all, within the cap, whatever the coding."""

import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model import Failed, Failure, Fetched
from aggregator.edges.fetch.body import TooLargeError, Unpacker
from aggregator.edges.fetch.codings import CodingError
from tests.edges.asking import QUICK, ask
from tests.edges.loopback import Response, compressed, endless, serve

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FEED = b"<rss>" + b"".join(b"<item>%d</item>" % number for number in range(5_000)) + b"</rss>"
MEGABYTE = 1_000_000
Pack = Callable[[bytes], bytes]


def pack_raw(data: bytes) -> bytes:
    """Deflate without the zlib header."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS: list[tuple[str, Pack]] = [
    ("gzip", gzip.compress),
    ("X-GZip", gzip.compress),
    ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
    ("deflate", zlib.compress),
    ("deflate", pack_raw),
    ("br", lambda data: bytes(brotli.compress(data))),
    ("zstd", zstd.compress),
    ("zstd", lambda data: zstd.compress(data[:9]) + zstd.compress(data[9:])),
    ("gzip, br", lambda data: bytes(brotli.compress(gzip.compress(data)))),
    ("identity", bytes),
    ("", bytes),
]


def unpack(coding: str, body: bytes, step: int = 65_536, limit: int = MEGABYTE) -> Unpacker:
    """An unpacker that took a body in steps."""
    unpacker = Unpacker(coding, limit)
    for at in range(0, len(body), step):
        unpacker.take(body[at : at + step])
    return unpacker


def make_gzip_bomb(size: int) -> bytes:
    """A gzip stream of `size` zeros (a multiple of 1 MiB), made of one block again and again."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    zeros = bytes(2**20)
    first = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size // 2**20 - 1)


@pytest.mark.parametrize(("coding", "pack"), PACKERS)
def test_a_coding_is_undone(coding: str, pack: Pack) -> None:
    """Each coding we ask for comes out whole; the wire is counted as it was."""
    packed = pack(FEED)
    with serve(lambda _: Response(200, {"Content-Encoding": coding}, packed)) as base_url:
        result = ask(base_url)
    assert isinstance(result, Fetched)
    assert (result.body, result.wire_bytes) == (FEED, len(packed))


@pytest.mark.parametrize(("coding", "pack"), PACKERS)
@given(data=st.binary(max_size=3_000), step=st.integers(1, 99))
def test_steps_do_not_matter(coding: str, pack: Pack, data: bytes, step: int) -> None:
    """However the network cuts a body, it comes out the same."""
    unpacker = unpack(coding, pack(data), step)
    assert unpacker.read() == data
    assert unpacker.is_whole()


@pytest.mark.parametrize(("coding", "pack"), PACKERS[:-2])
def test_a_stream_that_breaks_off_is_incomplete(coding: str, pack: Pack) -> None:
    """Half a compressed stream is never taken for a whole one, also when the framing is whole."""
    packed = pack(FEED)[:-1]
    with serve(lambda _: Response(200, {"Content-Encoding": coding}, packed)) as base_url:
        result = ask(base_url)
    assert isinstance(result, Failed)
    assert (result.kind, result.status) == (Failure.INCOMPLETE, 200)


@pytest.mark.parametrize(("coding", "pack"), PACKERS[:-2])
def test_one_byte_is_not_whole(coding: str, pack: Pack) -> None:
    """The first byte of a compressed stream is no whole body."""
    assert not unpack(coding, pack(FEED)[:1]).is_whole()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "sdch", "gzip,gzip,gzip,gzip"])
def test_a_body_that_cannot_be_decoded(coding: str) -> None:
    """A body that is not what its Content-Encoding says is an ENCODING failure."""
    page = b"\xff\xfe<html>" * 9
    with serve(lambda _: Response(200, {"Content-Encoding": coding}, page)) as base_url:
        result = ask(base_url)
    assert isinstance(result, Failed)
    assert result.kind is Failure.ENCODING


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "identity"])
def test_an_empty_body_is_whole(coding: str) -> None:
    """No bytes at all are an empty body in every coding."""
    with serve(lambda _: Response(200, {"Content-Encoding": coding})) as base_url:
        result = ask(base_url)
    assert isinstance(result, Fetched)
    assert result.body == b""


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", pack_raw)]
)
def test_rubbish_after_the_end_is_ignored(coding: str, pack: Pack) -> None:
    """What some servers append to a compressed stream is left out, as gzip(1) does."""
    for step in (1, 65_536):
        unpacker = unpack(coding, pack(FEED) + b"\0\0rubbish" * 9, step)
        assert (unpacker.read(), unpacker.is_whole()) == (FEED, True)


def test_brotli_ends_at_its_end() -> None:
    """Bytes that come after a brotli stream has ended are left out."""
    unpacker = unpack("br", bytes(brotli.compress(FEED)))
    unpacker.take(b"rubbish")
    assert unpacker.read() == FEED


@pytest.mark.parametrize(("coding", "stream"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
def test_a_body_in_a_million_streams_is_refused(coding: str, stream: Pack) -> None:
    """Many tiny streams one after the other would cost time out of proportion."""
    with pytest.raises(CodingError):
        unpack(coding, stream(b"") * 1_001)


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", make_gzip_bomb(2**31)),
        ("br", bytes(brotli.compress(bytes(2**27), quality=5))),
        ("zstd", zstd.compress(bytes(2**27))),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(2**24)) * 64)),
    ],
    ids=["gzip", "br", "zstd", "gzip in gzip"],
)
def test_a_bomb_costs_no_more_than_the_cap(coding: str, bomb: bytes) -> None:
    """A small body that becomes gigabytes is TOO_LARGE, and memory stays near the cap."""
    with serve(lambda _: Response(200, {"Content-Encoding": coding}, bomb)) as base_url:
        tracemalloc.start()
        try:
            result = ask(base_url)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert isinstance(result, Failed)
    assert result.kind is Failure.TOO_LARGE
    assert peak < 60_000_000


def test_a_bomb_between_two_codings_is_counted() -> None:
    """What one coding hands to the next counts too, even when the last one gives nothing."""
    silent = b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * MEGABYTE  # a file name without an end
    bomb = gzip.compress(silent)
    with pytest.raises(TooLargeError):
        unpack("gzip, gzip", bomb)


def test_a_window_over_8_mb_is_refused() -> None:
    """RFC 9659: a zstd stream must not ask for more than 8 MB of memory."""
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    wide = packer.compress(b"x" * 99) + packer.flush()
    with pytest.raises(CodingError):
        unpack("zstd", wide)


@pytest.mark.parametrize("size", [MEGABYTE, MEGABYTE + 1])
def test_the_cap_is_exact(size: int) -> None:
    """A body of exactly max_body bytes is taken, one byte more is not."""
    with serve(lambda _: Response(body=b"x" * size)) as base_url:
        result = ask(base_url, settings=QUICK)
    assert isinstance(result, Fetched) is (size == MEGABYTE)


def test_an_endless_body_ends_at_the_cap() -> None:
    """A body without an end is TOO_LARGE long before the deadline."""
    with serve(lambda _: endless()) as base_url:
        result = ask(base_url, settings=QUICK)
    assert isinstance(result, Failed)
    assert result.kind is Failure.TOO_LARGE
    assert "1,000,000 bytes" in result.detail


def test_chunked_and_compressed_go_together() -> None:
    """Transfer coding and content coding are undone one after the other."""
    packed = gzip.compress(FEED)
    pieces = [packed[:10], packed[10:]]
    headers = {"Content-Encoding": "gzip"}
    with serve(lambda _: Response(200, headers, pieces, chunked=True)) as base_url:
        result = ask(base_url)
    assert isinstance(result, Fetched)
    assert result.body == FEED


@given(st.sampled_from(["gzip", "deflate", "br", "zstd"]), st.binary(max_size=300))
def test_no_bytes_do_more_than_fail(coding: str, data: bytes) -> None:
    """Any bytes are decoded, found incomplete, or a CodingError."""
    with suppress(CodingError):
        assert isinstance(unpack(coding, data, step=7).is_whole(), bool)


def test_a_compressed_site_needs_one_word() -> None:
    """The loopback site's own compression is what the fetcher undoes."""
    with serve(lambda _: compressed(FEED)) as base_url:
        result = ask(base_url)
    assert isinstance(result, Fetched)
