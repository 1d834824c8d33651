"""One reader's connection: uvicorn's, quick for files in memory, with an end for the slow.

uvicorn closes a connection that is idle between two requests. One that never
sends a whole request, or never takes its answer, it would keep for ever; some
hundred of those would take all open files of the process, and polling with them.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from aggregator.edges.serve.answers import Answer, write_head
from aggregator.edges.serve.asked import Asked

MOST_REQUESTS = 512
"""Connections beyond which a request is answered 503."""
_MOST_CONNECTIONS = MOST_REQUESTS + 64
"""Beyond these not even that; a process may commonly open 1,024 files."""
_HEAD_LOOKS, _ANSWER_LOOKS = 3, 12
"""So many looks in a row without a move end a connection: before a request is whole, after it."""
_MOST_HEAD_BYTES = 64 * 1024
"""Of target and fields of a request; the parser itself knows no limit."""
_SLOW = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})
"""Fields of requests with a body, or that want more than an answer."""

AtOnce = Callable[[Asked], Answer | None]
"""The answer to a request that needs no waiting, None for all others."""


class Connection(HttpToolsProtocol):
    """A connection that is looked at again and again, and cut when it did not move for long.

    It moves when an answer is complete or when the reader takes bytes of one. One
    that rests between two requests is closed at the second look that finds it so.
    What `at_once` knows is written where the request is read: a task, its
    context and a message for each piece cost more than all that is done in them.
    """

    look_seconds = 5.0
    _steps = 0
    _seen: tuple[int, int] | None = None
    _still = 0
    _watch: asyncio.TimerHandle | None = None
    _messages = 0
    _head_bytes = 0
    _is_in_head = False
    _is_short = True
    _is_answered = False

    def __init__(self, at_once: AtOnce | None, **given: Any) -> None:  # noqa: ANN401 - handed on
        """Take what answers at once, and what uvicorn gives."""
        super().__init__(**given)
        self._at_once = at_once

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

    # What the reader sends ----------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head of one request goes on and on."""
        message, was_in_head = self._messages, self._is_in_head
        self._is_short = self._head_bytes + len(data) <= _MOST_HEAD_BYTES
        super().data_received(data)
        if self._is_in_head and was_in_head and message == self._messages:
            self._head_bytes += len(data)
            if self._head_bytes > _MOST_HEAD_BYTES:
                self._cut()

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._messages += 1
        self._head_bytes = 0
        self._is_in_head = True
        self._is_answered = False

    def on_headers_complete(self) -> None:
        """Answer at once what can be, and give the rest to the application."""
        self._is_in_head = False
        method = self.parser.get_method().decode("ascii")
        asked = Asked.gather(method, self.url, self.headers)
        if not self._is_sound(asked):
            raise ValueError  # uvicorn answers 400 and closes
        answer = self._find_answer(asked)
        if answer is None:
            super().on_headers_complete()
            # The parser reads nothing behind a wish for another protocol, h2c for example.
            self.cycle.keep_alive = self.cycle.keep_alive and not self.parser.should_upgrade()
        else:
            self._write(method, answer)

    def on_message_complete(self) -> None:
        """End a request."""
        if not self._is_answered:
            super().on_message_complete()

    def _is_sound(self, asked: Asked) -> bool:
        """Whether the head is short enough and names one host (RFC 9112 section 3.2)."""
        hosts = len(asked.fields.get(b"host", ()))
        is_named = hosts == 1 or (not hosts and self.parser.get_http_version() == "1.0")
        return is_named and (self._is_short or _measure(asked) <= _MOST_HEAD_BYTES)

    def _find_answer(self, asked: Asked) -> Answer | None:
        """The answer, where nothing is to be waited for."""
        if self._at_once is None or self._is_busy() or not _SLOW.isdisjoint(asked.fields):
            return None
        return self._at_once(asked)

    def _is_busy(self) -> bool:
        """Whether this answer must wait: for those before it, for its reader, or for a refusal."""
        is_full = len(self.connections) >= MOST_REQUESTS
        held = self.flow.write_paused or self.transport.is_closing()
        return held or is_full or self._is_waiting()

    def _write(self, method: str, answer: Answer) -> None:
        stays = self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive()
        pieces = [write_head(answer.status, answer.fields)]
        pieces += [b"%s: %s\r\n" % pair for pair in self.server_state.default_headers]
        pieces.append(b"\r\n" if stays else b"connection: close\r\n\r\n")
        if method != "HEAD" and isinstance(answer.body, bytes):
            pieces.append(answer.body)
        self.transport.write(b"".join(pieces))
        self._is_answered = True
        if not stays:
            self.transport.close()
        # Not uvicorn's step: its timer for each answer takes a fifth of a 304; `_look` is ours.
        self._steps += 1

    # How the reader moves -----------------------------------------------------

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
        self._still = self._still + 1 if place == self._seen else 0
        self._seen = place
        if self._still >= (_HEAD_LOOKS if self._is_in_head else _ANSWER_LOOKS):
            self._cut()
            return
        if self._still and self._is_resting():
            self.transport.close()
        self._watch = self.loop.call_later(self.look_seconds, self._look)

    def _is_resting(self) -> bool:
        """Whether it is between two requests: nothing half sent, nothing owed."""
        is_quiet = not self._is_in_head and not self.transport.get_write_buffer_size()
        return is_quiet and not self._is_waiting()

    def _is_waiting(self) -> bool:
        """Whether the application has not answered yet."""
        cycle: RequestResponseCycle | None = self.cycle  # None until there is one
        return cycle is not None and not cycle.response_complete

    def _cut(self) -> None:
        """End it with RST: after FIN the kernel would hold the unread bytes for minutes."""
        handle: socket.socket = self.transport.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def _measure(asked: Asked) -> int:
    """Bytes of the target and the fields."""
    fields = asked.fields.items()
    values = sum(len(name) + len(value) for name, each in fields for value in each)
    return len(asked.target) + values
