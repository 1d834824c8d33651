"""A fake web site over HTTP/2 on the loopback, with TLS and ALPN: small answers only.

    with serve_h2(site) as base_url:
        ...

The server runs in a thread of its own and ends with the block.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

from tests.edges.loopback import Request, Response, _make_tls

Site = Callable[[Request], Response]


@contextmanager
def serve_h2(site: Site) -> Iterator[str]:
    """Serve a site on a free port, with the certificate of `loopback`; gives its address."""
    loop = asyncio.new_event_loop()
    port: list[int] = []
    ready, stopped = threading.Event(), asyncio.Event()

    async def run() -> None:
        open_ones: set[asyncio.Transport] = set()
        server = await loop.create_server(
            lambda: _Speaker(site, open_ones), "127.0.0.1", 0, ssl=_make_tls(("h2",))
        )
        port.append(server.sockets[0].getsockname()[1])
        ready.set()
        await stopped.wait()
        server.close()
        for transport in open_ones:
            transport.abort()
        await asyncio.sleep(0)

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield f"https://127.0.0.1:{port[0]}"
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join()
        loop.close()


class _Speaker(asyncio.Protocol):
    """One connection."""

    def __init__(self, site: Site, open_ones: set[asyncio.Transport]) -> None:
        self._site = site
        self._open_ones = open_ones
        self._state = H2Connection(H2Configuration(client_side=False, header_encoding="latin-1"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open_ones.add(transport)
        self._state.initiate_connection()
        self._flush()

    def connection_lost(self, _: Exception | None) -> None:
        self._open_ones.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        for event in self._state.receive_data(data):
            if isinstance(event, RequestReceived):
                self._answer(event)
        self._flush()

    def _answer(self, event: RequestReceived) -> None:
        fields = tuple((str(name), str(value)) for name, value in event.headers)
        pseudo = dict(fields)
        port: int = self._transport.get_extra_info("peername")[1]
        request = Request(pseudo[":method"], pseudo[":path"], fields, time.monotonic(), port)
        answer = self._site(request)
        given = answer.headers
        pairs = given.items() if isinstance(given, Mapping) else given
        head = [(":status", str(answer.status)), *((key.lower(), value) for key, value in pairs)]
        assert isinstance(answer.body, bytes)
        self._state.send_headers(event.stream_id, head)
        self._state.send_data(event.stream_id, answer.body, end_stream=True)

    def _flush(self) -> None:
        self._transport.write(self._state.data_to_send())
