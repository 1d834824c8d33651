"""What broke an exchange, in one of our kinds and in words for people.

Decided by the classes and error numbers in the chain of causes, never by the
text of a message.
"""

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

import httpx2

from aggregator.core.model import Failed, Failure
from aggregator.edges.fetch.guard import BlockedError

_STEPS = {
    errno.ECONNREFUSED: "nothing listens there; check the address",
    errno.ETIMEDOUT: "nobody answers there; check the address",
    errno.EHOSTUNREACH: "check this machine's network",
    errno.ENETUNREACH: "check this machine's network",
    errno.EMFILE: "this process may open more files with a higher `ulimit -n`",
}

_ALLOW = "allow with polling.allow_private_networks: true"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an exchange stood: whom we asked, through which proxy, and what had come."""

    host: str
    proxy: str | None = None
    in_body: bool = False


class BrokenError(Exception):
    """Something below us failed; the cause is what it was."""


@contextmanager
def catch_faults() -> Iterator[None]:
    """Turn every error of the code below into BrokenError; only cancelling and interrupts pass.

    Around calls of httpx2 and nothing else. Not its own tree alone: what the
    layers below it raise for odd servers comes through too (an over-long host
    name is a UnicodeError of the idna codec, a :status that is no number a
    ValueError of int). An interrupt that hits the code below while it cleans up
    may come out as the context of another error: it is one all the same.
    """
    try:
        yield
    except Exception as error:
        if any(isinstance(one, KeyboardInterrupt) for one in _unfold(error)):
            raise KeyboardInterrupt from error
        raise BrokenError from error


def find_proxy(url: str, host: str, configured: str | None) -> str | None:
    """The host of the proxy that a request goes through, for messages; without its password."""
    try:
        proxy = configured or (None if proxy_bypass(host) else _find_set_proxy(url))
        return httpx2.URL(proxy).host or None if proxy else None
    except (httpx2.InvalidURL, ValueError):
        return None


def explain(error: BaseException, place: Place) -> Failed:
    """The failure that an error means."""
    causes = tuple(_unfold(error))
    if place.in_body:
        return Failed(
            Failure.INCOMPLETE,
            f"{place.host} broke off in the middle of its answer; it is left out",
        )
    for judge in _JUDGES:
        found = judge(causes, place)
        if found is not None:
            return found
    detail = f"{place.host} did not answer in HTTP; check the address"
    return Failed(Failure.PROTOCOL, detail)


def _find_set_proxy(url: str) -> str | None:
    proxies = getproxies()
    proxy = proxies.get(url.partition(":")[0]) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def _unfold(error: BaseException) -> Iterator[BaseException]:
    """The error, its causes, and the members of groups (anyio tries several addresses at once)."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [*getattr(one, "exceptions", ()), one.__cause__, one.__context__]


def _judge_guard(causes: tuple[BaseException, ...], _: Place) -> Failed | None:
    blocked = next((one for one in causes if isinstance(one, BlockedError)), None)
    if blocked is None:
        return None
    host, address = blocked.host, blocked.address
    leads = f"{host} is" if host == address else f"{host} leads to {address},"
    detail = f"{leads} a private address ({blocked.why}); {_ALLOW}"
    return Failed(Failure.BLOCKED, detail)


def _judge_wait(causes: tuple[BaseException, ...], place: Place) -> Failed | None:
    if not isinstance(causes[0], httpx2.ConnectTimeout):
        return None
    detail = f"no connection to {_name_peer(place)} in time; check the address"
    return Failed(Failure.DEADLINE, detail)


def _judge_name(causes: tuple[BaseException, ...], place: Place) -> Failed | None:
    peer = _name_peer(place)
    unfit = any(isinstance(one, UnicodeError) for one in causes)
    failed = next((one for one in causes if isinstance(one, socket.gaierror)), None)
    if failed is None and not unfit:
        return None
    step = "check the address"
    if failed is not None and failed.errno == socket.EAI_AGAIN:
        step = "the name service does not answer; check this machine's network"
    return Failed(Failure.DNS, f"could not resolve {peer}: {step}")


def _judge_tls(causes: tuple[BaseException, ...], place: Place) -> Failed | None:
    failed = next((one for one in causes if isinstance(one, ssl.SSLError)), None)
    if failed is None:
        return None
    if isinstance(failed, ssl.SSLCertVerificationError):
        words = getattr(failed, "verify_message", None) or "no reason given"
        what = f"the certificate of {_name_peer(place)} is not valid: {words}"
        return Failed(Failure.TLS, f"{what}; the publisher must renew it, or the address is wrong")
    reason = getattr(failed, "reason", None) or "no common ground"
    detail = f"no secure connection to {_name_peer(place)}: {reason}; does it speak https there?"
    return Failed(Failure.TLS, detail)


def _judge_request(causes: tuple[BaseException, ...], place: Place) -> Failed | None:
    """What we ourselves must not send: an odd address, a header with a line break."""
    if any(isinstance(one, httpx2.InvalidURL | httpx2.UnsupportedProtocol) for one in causes):
        return Failed(Failure.PROTOCOL, "the address is not one of HTTP; check it")
    if isinstance(causes[0], httpx2.LocalProtocolError):
        detail = (
            f"the request to {place.host} breaks the rules of HTTP;"
            " check headers and user_agent of the source in sources.yaml"
        )
        return Failed(Failure.PROTOCOL, detail)
    return None


def _judge_connection(causes: tuple[BaseException, ...], place: Place) -> Failed | None:
    if isinstance(causes[0], httpx2.ProxyError):
        detail = f"{_name_peer(place)} refused to connect to {place.host}; check the proxy's rules"
        return Failed(Failure.CONNECT, detail)
    if not isinstance(causes[0], httpx2.ConnectError | OSError):
        return None
    numbers = [one.errno for one in causes if isinstance(one, OSError) and one.errno]
    number = numbers[0] if numbers else errno.ECONNABORTED
    kind = Failure.RESET if number == errno.ECONNRESET else Failure.CONNECT
    step = _STEPS.get(number, "it may be better next time")
    return Failed(kind, f"no connection to {_name_peer(place)}: {os.strerror(number)}; {step}")


def _judge_hang_up(causes: tuple[BaseException, ...], place: Place) -> Failed | None:
    """A connection that ends before the answer begins.

    httpcore2 raises RemoteProtocolError for that as for answers that are no
    HTTP; behind the latter stands a cause, an error of the protocol's parser.
    """
    lost = isinstance(causes[0], httpx2.NetworkError)
    silent = isinstance(causes[0], httpx2.RemoteProtocolError) and len(causes) == _NO_PARSER_ERROR
    if not lost and not silent:
        return None
    detail = f"{place.host} closed the connection without an answer; it may be better next time"
    return Failed(Failure.RESET, detail)


_NO_PARSER_ERROR = 2
"""The error of httpx2 and that of httpcore2 behind it."""

_JUDGES = (
    _judge_guard,
    _judge_wait,
    _judge_name,
    _judge_tls,
    _judge_request,
    _judge_connection,
    _judge_hang_up,
)


def _name_peer(place: Place) -> str:
    return f"the proxy {place.proxy}" if place.proxy else place.host
