"""Loopback servers for `readers.py`: two papers that change, and a proxy that records.

The proxy stands between readers and the daemon: what a reader sends and what
it is answered pass through as they are, and a line about each is kept.
"""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_BOUND_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a reader and its answer; whether the request bore validators."""

    path: str
    status: int
    conditional: bool


@dataclass(slots=True)
class Wire:
    """The proxy: where it listens, where it leads to, and what has passed through it."""

    url: str = ""
    target: str = ""
    passed: list[Exchange] = field(default_factory=list)

    def take(self) -> list[Exchange]:
        """What has passed since this was asked last."""
        taken, self.passed = self.passed, []
        return taken


@contextmanager
def open_wire() -> Iterator[Wire]:
    """A recording proxy on a free port; its `target` is to be set before it is asked."""
    wire = Wire()

    class Handler(_Quiet):
        """Passes each GET on."""

        def do_GET(self) -> None:
            """Ask the target with the reader's own fields, and give its answer back."""
            answer = _ask(wire.target, self.path, list(self.headers.items()))
            self.reply(*answer)
            names = {"if-none-match", "if-modified-since"}
            conditional = any(name.lower() in names for name in self.headers)
            wire.passed.append(Exchange(self.path, answer[0], conditional))

    with _serve(Handler) as wire.url:
        yield wire


@contextmanager
def open_papers(read: Callable[[str], str]) -> Iterator[str]:
    """Papers on a free port: `read` gives the document of a name; their address with a slash."""

    class Handler(_Quiet):
        """Answers each GET with a document."""

        def do_GET(self) -> None:
            """The document as it is now; no validators: each poll reads it anew."""
            body = read(self.path.strip("/")).encode()
            fields = [("Content-Type", "application/rss+xml"), ("Content-Length", str(len(body)))]
            self.reply(200, "OK", fields, body)

    with _serve(Handler) as url:
        yield url


class _Quiet(BaseHTTPRequestHandler):
    """Keeps connections open, and says nothing."""

    protocol_version = "HTTP/1.1"
    timeout = _BOUND_SECONDS

    def log_message(self, *_: object) -> None:
        """No line: what matters is recorded."""

    def reply(
        self, status: int, reason: str, fields: list[tuple[str, str]], body: bytes = b""
    ) -> None:
        """An answer of exactly these fields; `send_response` would add some of its own."""
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in fields)]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)


Answer = tuple[int, str, list[tuple[str, str]], bytes]


def _ask(target: str, path: str, fields: list[tuple[str, str]]) -> Answer:
    """The target's answer to a GET with these fields and no others."""
    connection = http.client.HTTPConnection(urlsplit(target).netloc, timeout=_BOUND_SECONDS)
    try:
        connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        for name, value in fields:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.reason, answer.getheaders(), answer.read()
    finally:
        connection.close()


@contextmanager
def _serve(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
