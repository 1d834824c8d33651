"""Subscribers of a hub over real HTTP on the loopback: good callbacks, and bad ones of many kinds.

    async with open_callbacks() as callbacks:
        url = callbacks.name("good")
    ...
    callbacks.taken["/good"]  # what was delivered there

What a callback does is the first word of its path; a number behind it tells it
from others of its kind: `/good/7`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import time
from urllib.parse import parse_qs, urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Taken:
    """One delivery: fields by their names in lower case; `at` is in seconds since 1970."""

    fields: dict[str, str]
    body: bytes
    at: float


@dataclass
class Callbacks:
    """The callbacks of one host; `asked` are the questions that came, as parameters."""

    url: str = ""
    behaviours: dict[str, str] = field(default_factory=dict)
    """What a path does from now on, where that is not its first word."""
    taken: dict[str, list[Taken]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    feeds: Callable[[int], bytes] | None = None
    """What GET /story/NUMBER answers, for a daemon that polls here too."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def name(self, path: str) -> str:
        """The address of a callback."""
        return f"{self.url}/{path}"

    async def wait_for(self, path: str, count: int, seconds: float = 20) -> list[Taken]:
        """The deliveries to a path once there are so many."""
        async with asyncio.timeout(seconds):
            while len(self.taken.get(path, ())) < count:
                self.arrived.clear()
                await self.arrived.wait()
        return self.taken[path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split()
        fields = {
            name.lower(): value.strip() for name, _, value in (h.partition(":") for h in head[1:])
        }
        path, query = urlsplit(target).path, urlsplit(target).query
        word = self.behaviours.get(path, path.split("/")[1])
        self.tries.append(f"{method} {path}")
        if method == "GET" and word in {"silent", "story"}:
            await self._serve_feed(path, writer)
            return
        if method == "GET":
            asked = {name: values[0] for name, values in parse_qs(query).items()}
            self.asked.append(asked)
            wrong = word in {"unsure", "mute"}
            writer.write(_reply(200, b"" if wrong else asked.get("hub.challenge", "").encode()))
            await writer.drain()
            return
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        await self._misbehave(word, writer)
        if word == "good":
            self.taken.setdefault(path, []).append(Taken(fields, body, time()))
            self.arrived.set()

    async def _serve_feed(self, path: str, writer: asyncio.StreamWriter) -> None:
        """A feed, or for `/silent` nothing, for ever."""
        if path.startswith("/silent") or self.feeds is None:
            await asyncio.sleep(3600)
            return
        writer.write(_reply(200, self.feeds(int(path.rpartition("/")[2]))))
        await writer.drain()

    async def _misbehave(self, word: str, writer: asyncio.StreamWriter) -> None:
        match word:
            case "hang":
                await asyncio.sleep(3600)
            case "close":
                return
            case "endless":
                writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n")
                while True:  # a head that never ends
                    writer.write(b"X-Pad: " + b"x" * 60 + b"\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            case "flood":
                writer.write(b"HTTP/1.1 500 No\r\n\r\n")
                while True:
                    writer.write(b"x" * 65_536)
                    await writer.drain()
            case "moved":
                writer.write(b"HTTP/1.1 301 M\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n")
            case "gone" | "broken":
                writer.write(_reply(410 if word == "gone" else 500, b""))
            case _:
                writer.write(_reply(204, b""))
        await writer.drain()


def _reply(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return (
        head if status != 204 else "HTTP/1.1 204 X\r\nConnection: close\r\n\r\n"
    ).encode() + body


@asynccontextmanager
async def open_callbacks(host: str = "127.0.0.1") -> AsyncIterator[Callbacks]:
    """Callbacks that answer while the block runs."""
    callbacks = Callbacks()
    work: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        work.add(task)
        with suppress(asyncio.CancelledError):  # at the end; asyncio would print it
            await callbacks.serve(reader, writer)
        work.discard(task)

    server = await asyncio.start_server(serve, host, 0)
    callbacks.url = f"http://{host}:{server.sockets[0].getsockname()[1]}"
    try:
        yield callbacks
    finally:
        server.close()
        for task in work:
            task.cancel()
        if work:
            await asyncio.wait(work)
        await asyncio.sleep(0)  # closed transports let go of their sockets in the next turn


def write_form(mode: str, topic: str, callback: str, **more: str) -> bytes:
    """The form that a subscriber posts; `lease_seconds` and `secret` are more of its fields."""
    fields = {"mode": mode, "topic": topic, "callback": callback, **more}
    return urlencode({f"hub.{name}": value for name, value in fields.items()}).encode()
