"""The socket first, readers later: uvicorn inside of a loop that is not its own."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from ipaddress import ip_address
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from aggregator.edges.serve.connection import MOST_REQUESTS, AtOnce, Connection
from aggregator.errors import ServeError

_BACKLOG = 512
_SEND_BUFFER = 128 * 1024
"""Bytes of an answer that the kernel may hold for one reader.

By itself it takes megabytes, whose draining `Connection` cannot see: a slow
reader would look like one that stands still.
"""
_LAST_PORT = 65_535
_IDLE_SECONDS = 5
"""How long a connection waits for its next request."""
_GRACE_SECONDS = 1
"""How long an answer under way may take when the server stops."""
_STEPS = {
    errno.EADDRINUSE: "another program listens there; choose another serve.port, or end it",
    errno.EACCES: "choose a serve.port above 1023, or allow this one to this program",
}
_OTHER_STEP = "choose an address of this machine as serve.host, such as 127.0.0.1 or 0.0.0.0"


class Server:
    """A bound address, and the server on it once an application is there."""

    def __init__(self, listener: socket.socket) -> None:
        """Take a listening socket; `bind` makes one."""
        self._listener = listener

    @classmethod
    def bind(cls, host: str, port: int) -> Self:
        """Take an address for this process, so that nobody else gets it; port 0 takes a free one.

        Readers that connect before `serving` wait. Raises ServeError when the
        address is in use, not this machine's, or not allowed.
        """
        try:
            return cls(_listen(host, port))
        except OSError as error:
            cause = error.strerror or str(error)
            step = _STEPS.get(error.errno or 0, _OTHER_STEP)
            raise ServeError(_explain(host, port, cause, step)) from error
        except UnicodeError as error:
            raise ServeError(_explain(host, port, "no name of a host", _OTHER_STEP)) from error

    @property
    def url(self) -> str:
        """Where this machine reaches it, with a slash at the end."""
        host, port = self._listener.getsockname()[:2]
        return local_url(host, port)

    def close(self) -> None:
        """Give the address back; `serving` does so at its end."""
        self._listener.close()

    @asynccontextmanager
    async def serving(self, app: ASGIApp, at_once: AtOnce | None = None) -> AsyncIterator[None]:
        """Serve an application while the block runs, then end within two seconds.

        What `at_once` answers, the application is not asked for.
        Answers under way get a second; what is still open then is cut.
        """
        server = _Uvicorn(_configure(app, at_once))
        task = asyncio.create_task(server.serve(sockets=[self._listener]))
        try:
            await server.ready.wait()
            yield
        finally:
            server.should_exit = True
            await task
            await _cut(server.server_state)


def local_url(host: str, port: int) -> str:
    """Where this machine reaches what is bound to a host and a port.

    An address that stands for all of the machine's is shown as its loopback.
    """
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not bound
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def _explain(host: str, port: int, cause: str, step: str) -> str:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return f"{place}: the newsfeed cannot be served there ({cause}); {step}"


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket: bound alone, two programs could hold the same address."""
    if not 0 <= port <= _LAST_PORT:
        # The C library would take the port modulo 65,536.
        raise OSError(errno.EINVAL, f"a port is between 0 and {_LAST_PORT}")
    family, address = _find_address(host, port)
    # asyncio switches Nagle's delay off only where the protocol is named; with the delay
    # an answer of two writes took 43 ms on the loopback, without it 0.5 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        if family == socket.AF_INET6 and ip_address(address[0].partition("%")[0]).is_unspecified:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(address)
        listener.listen(_BACKLOG)
        listener.setblocking(False)  # noqa: FBT003 - its only parameter
    except OSError:
        listener.close()
        raise
    return listener


def _find_address(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """The address behind a host; of several, as for `localhost`, the IPv4 one."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, address  # type: ignore[return-value] # no addresses but IPv4 and IPv6 are asked


def _configure(app: ASGIApp, at_once: AtOnce | None) -> uvicorn.Config:
    """What uvicorn has to say goes nowhere: the application logs, in one form."""
    return uvicorn.Config(
        app,
        http=partial(Connection, at_once),  # type: ignore[arg-type] # called as a class is
        ws="none",
        lifespan="off",
        interface="asgi3",
        workers=1,
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        limit_concurrency=MOST_REQUESTS,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


class _Uvicorn(uvicorn.Server):
    """uvicorn as a guest: signals belong to the daemon."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


async def _cut(state: uvicorn.server.ServerState) -> None:
    """Close what did not end by itself, and wait until its tasks know."""
    for connection in list(state.connections):
        connection.transport.abort()
    if state.tasks:
        await asyncio.wait(set(state.tasks), timeout=0.3)
