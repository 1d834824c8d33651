"""One reader's connection: uvicorn's, with an end for those that stand still.

uvicorn closes a connection that is idle between two requests. One that never
sends a whole request, or never takes its answer, it would keep for ever; some
hundred of those would take all open files of the process, and polling with them.
"""

import asyncio
import socket
import struct

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_REQUESTS = 512
"""Connections beyond which a request is answered 503."""
_MOST_CONNECTIONS = MOST_REQUESTS + 64
"""Beyond these not even that; a process may commonly open 1,024 files."""
IDLE_SECONDS = 5
"""How long a connection waits for its next request."""


class Connection(H11Protocol):
    """A connection that is cut when it did not move between two looks.

    It moves when an answer is complete or when the reader takes bytes of one.
    """

    look_seconds = 30.0
    _steps = 0
    _seen: tuple[int, int] | None = None
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """Begin to look, unless there are too many already."""
        super().connection_made(transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            transport.abort()
        else:
            self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """End looking."""
        if self._watch:
            self._watch.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Count an answer as a step."""
        self._steps += 1
        super().on_response_complete()

    def resume_writing(self) -> None:
        """Count bytes that the reader took as a step."""
        self._steps += 1
        super().resume_writing()

    def _look(self) -> None:
        place = (self._steps, self.transport.get_write_buffer_size())
        if place == self._seen:
            self._cut()
            return
        self._seen = place
        self._watch = self.loop.call_later(self.look_seconds, self._look)

    def _cut(self) -> None:
        """End it with RST: after FIN the kernel would hold the unread bytes for minutes."""
        handle: socket.socket = self.transport.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()
