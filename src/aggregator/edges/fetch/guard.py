"""Connections to public addresses only: names are resolved here, judged, and dialled by number.

A name is resolved once for a connection and the very address that was judged
is dialled, so that a name service that answers differently the second time
(DNS rebinding) changes nothing. What lies above goes on with the name: TLS is
asked for it and verified against it.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from ipaddress import ip_address

import httpcore2

from aggregator.core.addresses import why_private

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a name, in the order to try; raises OSError, UnicodeError where none is."""

_PATIENCE = 3.0
"""Seconds for an address while others are left: a dead IPv6 must not use up the deadline."""
_LOOK_UP = 5.0
"""Seconds for looking up a name that a proxy is going to look up anyway."""


class BlockedError(Exception):
    """A host that leads to private addresses only: the first of them, and why it is one."""

    def __init__(self, host: str, address: str, why: str) -> None:
        """Take what was asked for, and where it leads."""
        super().__init__(f"{host}: {address}")
        self.host = host
        self.address = address
        self.why = why


async def resolve(host: str) -> Sequence[str]:
    """The addresses that the system's resolver gives, each once, in its order (RFC 6724).

    In a thread of its own: those that asyncio lends for this are six on two
    cores, and names whose servers never answer hold each for half a minute.
    It is a daemon thread, so that none of them holds up the end of the program.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[str]] = loop.create_future()
    work = threading.Thread(target=_look_up, args=(host, loop, answer), daemon=True)
    try:
        work.start()
    except RuntimeError as error:  # the system gives no more threads
        raise OSError(str(error)) from error
    return await answer


def _look_up(
    host: str, loop: asyncio.AbstractEventLoop, answer: "asyncio.Future[Sequence[str]]"
) -> None:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        addresses = tuple(dict.fromkeys(str(place[0]) for *_, place in found))
        settle = partial(_settle, answer, addresses, None)
    except (OSError, UnicodeError) as error:
        settle = partial(_settle, answer, (), error)
    with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
        loop.call_soon_threadsafe(settle)


def _settle(
    answer: "asyncio.Future[Sequence[str]]", addresses: Sequence[str], error: Exception | None
) -> None:
    if answer.done():
        return  # whoever waited has given up
    if error is None:
        answer.set_result(addresses)
    else:
        answer.set_exception(error)


class Guard(httpcore2.AsyncNetworkBackend):
    """Connects as httpcore2 does, unless all addresses of the host are private."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        resolve: Resolve = resolve,
        network: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        """Take the operator's word; `resolve` and `network` stand in for the world."""
        self._allow_private = allow_private
        self._resolve = resolve
        self._network = network or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore2's
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to the first address of the host that takes one; raises BlockedError."""
        loop = asyncio.get_running_loop()
        ends_at = None if timeout is None else loop.time() + timeout
        addresses = self._select(host, await self._find(host, timeout))
        for number, address in enumerate(addresses, 1):
            left = None if ends_at is None else ends_at - loop.time()
            is_last = number == len(addresses)
            try:
                return await self._network.connect_tcp(
                    address, port, _share(left, is_last=is_last), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if is_last:
                    raise
        raise httpcore2.ConnectError(f"{host} has no address")

    async def vet(self, host: str) -> None:
        """Raise BlockedError for a host that leads to private addresses only.

        For requests that a proxy connects. A name that cannot be resolved here
        passes: behind a proxy that may be the proxy's work alone.
        """
        if self._allow_private:
            return
        try:
            addresses = await self._find(host, _LOOK_UP)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout, UnicodeError):
            return
        self._select(host, addresses)

    async def _find(self, host: str, seconds: float | None) -> Sequence[str]:
        """The addresses of a host, with the errors of a connecting that fails."""
        if _is_address(host):
            return (host,)
        try:
            async with asyncio.timeout(seconds):
                return await self._resolve(host)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout from error
        except OSError as error:
            raise httpcore2.ConnectError from error

    def _select(self, host: str, addresses: Sequence[str]) -> Sequence[str]:
        """The addresses that may be dialled."""
        reasons = {} if self._allow_private else {one: why_private(one) for one in addresses}
        chosen = [one for one in addresses if reasons.get(one) is None]
        if addresses and not chosen:
            raise BlockedError(host, addresses[0], reasons[addresses[0]] or "")
        return chosen


def _share(left: float | None, *, is_last: bool) -> float | None:
    """How long one address may take: half of what is left, at most `_PATIENCE`, or the rest."""
    if left is None:
        return None if is_last else _PATIENCE
    return max(left, 0.0) if is_last else min(max(left, 0.0) / 2, _PATIENCE)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
