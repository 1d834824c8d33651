"""A site on a loopback port in a thread of its own, and clients for it."""

import asyncio
import http.client
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from aggregator.edges.serve import Links, Page, Pages, Server, make_site

BOUND = 20.0
"""Seconds after which a test that waits fails."""
OLD = 1_600_000_000
"""2020-09-13 12:26:40 GMT: long enough ago for Last-Modified to be a validator."""


@dataclass(frozen=True, slots=True)
class Got:
    """An answer; field names in lower case."""

    status: int
    fields: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Log:
    """What was logged."""

    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def __call__(self, event: str, **facts: object) -> None:
        """Remember one line."""
        self.lines.append((event, facts))


@dataclass(slots=True)
class Running:
    """A site that runs."""

    url: str
    log: Log

    def ask(self, path: str, method: str = "GET", **fields: str) -> Got:
        """Ask once; `if_none_match` stands for If-None-Match."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=BOUND)
        try:
            headers = {name.replace("_", "-"): value for name, value in fields.items()}
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            heads = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, heads, answer.read())
        finally:
            connection.close()

    def send(self, raw: bytes) -> bytes:
        """All that comes back for bytes as they are; the request should ask for close."""
        with self.connect() as client:
            client.sendall(raw)
            pieces = iter(lambda: client.recv(65_536), b"")
            return b"".join(pieces)

    def connect(self) -> socket.socket:
        """An open connection."""
        parts = urlsplit(self.url)
        return socket.create_connection((parts.hostname or "", parts.port or 0), BOUND)


@contextmanager
def run_site(
    folder: Path,
    pages: Pages | None = None,
    links: Links = lambda _: "",
    questions: Callable[[ASGIApp], ASGIApp] = lambda site: site,
) -> Iterator[Running]:
    """A site that serves a folder while the block runs; `questions` may stand before it."""
    server, log = Server.bind("127.0.0.1", 0), Log()
    app = make_site(folder, pages or {}, log, links)
    loop, ready, done = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with server.serving(questions(app), app.answer_at_once):
            ready.set()
            await done.wait()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(BOUND)
    try:
        yield Running(server.url, log)
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(BOUND)
        assert not thread.is_alive()


def make_page(body: bytes = b"fine", status: int = 200) -> Page:
    """A page in plain text."""
    return Page(status, "text/plain; charset=utf-8", body)
