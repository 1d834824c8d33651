"""The stage: a loopback server that answers as the day's feeds do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer, ThreadingTCPServer
from typing import Any

from aggregator.edges.stage.day import Answer, Day
from aggregator.edges.stage.paths import real_url, stage_url

_CLIENT_PATIENCE = 10
"""Seconds that a client may take to ask; only then can the stage be taken down."""
_LOOK_UP = 0.02
"""Seconds between two looks whether the performance is over."""


@dataclass(slots=True)
class Stage:
    """What is being played; `poll` is 0 for the first and moved on by whoever asks.

    `proxy` is the address of the proxy over which the day's feeds are asked,
    each under its `stage_url`.
    """

    day: Day
    proxy: str
    poll: int = 0


@contextmanager
def perform(day: Day) -> Iterator[Stage]:
    """Serve the day on a free port of 127.0.0.1 for the length of a `with` block."""
    stage = Stage(day, "")
    with _Server(("127.0.0.1", 0), partial(_Handler, stage)) as server:
        stage.proxy = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(_LOOK_UP,), daemon=True)
        thread.start()
        try:
            yield stage
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingTCPServer):
    """A thread for each connection; the end waits for all of them.

    Not `http.server.HTTPServer`, which asks the DNS for its own name.
    """

    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that leaves is no error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _CLIENT_PATIENCE

    def __init__(self, stage: Stage, request: Any, client: Any, server: BaseServer) -> None:  # noqa: ANN401 - as in socketserver
        self._stage = stage
        super().__init__(request, client, server)

    def do_GET(self) -> None:
        asked = {name.lower() for name in self.headers}
        answer = self._stage.day.answer(
            self._stage.poll,
            real_url(self.path),
            has_validators=bool(asked & {"if-none-match", "if-modified-since"}),
        )
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        # Without the Date and Server of send_response: the manifest says it all.
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, stage_url(value) if name == "Location" else value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's word
        """Say nothing: the demonstration tells what happens."""
