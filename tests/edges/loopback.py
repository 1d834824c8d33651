"""A fake web site over real HTTP on the loopback: one function from request to response.

    def site(request: Request) -> Response:
        return Response(body=b"<rss/>", headers={"ETag": '"1"'})

    seen = Recorder(site)
    with serve(seen) as base_url:
        ...                                 # ask f"{base_url}/feed"
    assert seen.requests[0].get("User-Agent") == "..."

The server runs in a thread of its own and ends with the block. What a
`Response` cannot say goes over the wire as `Raw`.
"""

import asyncio
import gzip
import itertools
import socket
import ssl
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from http import HTTPStatus
from pathlib import Path
from weakref import WeakKeyDictionary

# A key for nothing but these tests, and its self-signed certificate for localhost and
# 127.0.0.1, valid from 2020 to 2120.
_KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgs/cJSvu8JWSXr8/l
/OvIwohCOnr7xpoFHX3IC/SRcY6hRANCAARo0iYzHV5oHE8F+l3AqMuYVn4MTPUg
iGADUjctHpHZVFbquv2P7/YcflqAKU9FpOXuFLPYDwZDeYBZfWFD7Xme
-----END PRIVATE KEY-----
"""
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBaDCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGjSJjMdXmgcTwX6
XcCoy5hWfgxM9SCIYANSNy0ekdlUVuq6/Y/v9hx+WoApT0Wk5e4Us9gPBkN5gFl9
YUPteZ6jTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBRgn+Znsz2GwjXlmo5kOVz/i5XNLzAKBggqhkjOPQQD
AgNJADBGAiEA8zYfkOx5XN7NQG9/XPcaTOD8Dj29dV6JtpzUw3EJabICIQDv2xMJ
JLTzD3AuMBD4tp54XuajpVtw6vrEZXpveixMhg==
-----END CERTIFICATE-----
"""


class End(Enum):
    """How the server leaves the connection after a response."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"
    STALL = "stall"


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent: the head as it crossed the wire, and when it came.

    `port` is the client's own, another one for each connection; `server_name`
    is whom it asked TLS for.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    at: float = field(compare=False)
    port: int = field(default=0, compare=False)
    server_name: str | None = field(default=None, compare=False)

    def get(self, name: str) -> str | None:
        """The first value of a header field (latin-1), None when it was not sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def has(self, name: str) -> bool:
        """Whether a header field was sent."""
        return self.get(name) is not None


@dataclass(frozen=True, slots=True)
class Response:
    """A response; a body of several pieces is sent piece by piece, `pause` seconds apart.

    Content-Length is that of a `bytes` body, `length` when given (it may lie),
    and absent for pieces, which end with the connection unless `chunked`.
    `unfinished` leaves the last chunk out.
    """

    status: int = 200
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()
    body: bytes | Iterable[bytes] = b""
    length: int | None = None
    chunked: bool = False
    unfinished: bool = False
    pause: float = 0
    end: End = End.KEEP


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes for the wire as they are, piece by piece, then the end."""

    pieces: Iterable[bytes]
    pause: float = 0
    end: End = End.CLOSE


Connection = ssl.SSLSocket | ssl.SSLObject
Site = Callable[[Request], Response | Raw]


class Recorder:
    """A site that remembers what it was asked."""

    def __init__(self, site: Site) -> None:
        """Take the behaviour."""
        self._site = site
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response | Raw:
        """Remember the request, answer as the site does."""
        self.requests.append(request)
        return self._site(request)


def redirect(url: str, status: int = 302, headers: Mapping[str, str] | None = None) -> Response:
    """A redirect to a URL."""
    return Response(status, {"Location": url, **(headers or {})})


def compressed(body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """A body in gzip."""
    return Response(200, {"Content-Encoding": "gzip", **(headers or {})}, gzip.compress(body))


def drip(body: bytes, seconds: float = 1.0) -> Response:
    """A body that comes byte by byte, each `seconds` after the other."""
    pieces = [body[at : at + 1] for at in range(len(body))]
    return Response(body=pieces, length=len(body), pause=seconds)


def endless(piece: bytes = b"x" * 65_536) -> Response:
    """A body without an end."""
    return Response(body=itertools.repeat(piece))


def stall() -> Raw:
    """No answer at all, on an open connection."""
    return Raw((), end=End.STALL)


@contextmanager
def serve(
    site: Site, *, tls: bool = False, protocols: Iterable[str] = (), reads: bool = True
) -> Iterator[str]:
    """Serve a site on a free port; gives its address without a slash at the end.

    `tls` serves https with the self-signed CERTIFICATE, `protocols` are offered
    by ALPN. Without `reads` the site answers as soon as a client connects.
    """
    server = _Server(site, _make_tls(tuple(protocols)) if tls else None, reads=reads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    server.ready.wait()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.port}"
    finally:
        server.stop()
        thread.join()


def find_closed_port() -> int:
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


class _Server:
    """The event loop of one `serve` block."""

    def __init__(self, site: Site, tls: ssl.SSLContext | None, *, reads: bool) -> None:
        self._site = site
        self._reads = reads
        self._tls = tls
        self.ready = threading.Event()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._transports: list[asyncio.WriteTransport] = []

    def run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=2_048)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self._stopped.wait()
        await _let_loop_turn()  # a connection on its way in becomes a transport, or is lost to us
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for transport in self._transports:
            transport.abort()  # one with bytes to send would stay open after close()
        await _let_loop_turn()  # transports learn of their end

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._transports.append(writer.transport)
        task = asyncio.get_running_loop().create_task(self._talk(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection; a client that leaves is no error."""
        end = End.KEEP
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            try:
                if self._tls:
                    await writer.start_tls(self._tls)
                while end is End.KEEP:
                    head = await reader.readuntil(b"\r\n\r\n") if self._reads else b"- - -"
                    request = replace(
                        _read_request(head),
                        port=_find_port(writer),
                        server_name=_find_server_name(writer),
                    )
                    end = await _answer(self._site(request), writer)
                if end is End.STALL:
                    await asyncio.Event().wait()
            finally:
                _leave(writer, end)


def _find_port(writer: asyncio.StreamWriter) -> int:
    port: int = writer.get_extra_info("peername")[1]
    return port


def _find_server_name(writer: asyncio.StreamWriter) -> str | None:
    """Whom the client asked TLS for."""
    connection = writer.get_extra_info("ssl_object")
    return _SERVER_NAMES.get(connection) if connection else None


async def _let_loop_turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def _answer(answer: Response | Raw, writer: asyncio.StreamWriter) -> End:
    for number, piece in enumerate(_lay_out(answer)):
        if number and answer.pause:
            await asyncio.sleep(answer.pause)
        writer.write(piece)
        await writer.drain()
    return _choose_end(answer)


def _choose_end(answer: Response | Raw) -> End:
    """Keep-alive is for a body whose end the client can see."""
    if isinstance(answer, Raw) or answer.end is not End.KEEP:
        return answer.end
    honest = isinstance(answer.body, bytes) and answer.length in (None, len(answer.body))
    return End.KEEP if honest or (answer.chunked and not answer.unfinished) else End.CLOSE


def _lay_out(answer: Response | Raw) -> Iterator[bytes]:
    """The bytes for the wire, piece by piece."""
    if isinstance(answer, Raw):
        yield from answer.pieces
        return
    pieces = [answer.body] if isinstance(answer.body, bytes) else answer.body
    yield _lay_out_head(answer)
    for piece in pieces:
        yield b"%x\r\n%b\r\n" % (len(piece), piece) if answer.chunked else piece
    if answer.chunked and not answer.unfinished:
        yield b"0\r\n\r\n"


def _lay_out_head(answer: Response) -> bytes:
    given = answer.headers
    fields = list(given.items() if isinstance(given, Mapping) else given)
    length = answer.length
    if length is None and isinstance(answer.body, bytes):
        length = len(answer.body)
    if answer.chunked:
        fields.append(("Transfer-Encoding", "chunked"))
    elif length is not None and answer.status not in (204, 304):
        fields.append(("Content-Length", str(length)))
    lines = [f"HTTP/1.1 {answer.status} {_say(answer.status)}", *(f"{k}: {v}" for k, v in fields)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _say(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"


def _read_request(head: bytes) -> Request:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    fields = tuple((name, value.removeprefix(" ")) for name, _, value in pairs)
    return Request(method, path, fields, time.monotonic())


def _leave(writer: asyncio.StreamWriter, end: End) -> None:
    if end is End.RESET:
        # Closing with a linger time of zero sends RST instead of FIN.
        handle: socket.socket = writer.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()


def _note_server_name(connection: Connection, name: str | None, _: ssl.SSLContext) -> None:
    _SERVER_NAMES[connection] = name


_SERVER_NAMES: "WeakKeyDictionary[Connection, str | None]" = WeakKeyDictionary()


def _make_tls(protocols: tuple[str, ...]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = _note_server_name
    if protocols:
        context.set_alpn_protocols(list(protocols))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_text(_KEY + CERTIFICATE, "ascii")
        context.load_cert_chain(path)
    return context
