"""The roads to a host: straight through the guard, or by a proxy, as the environment says.

Built of what httpx2 and httpcore2 offer to everyone, so that no later version
of theirs can lead around the guard unnoticed: httpx2's own transport takes no
network backend (2.16.2).
"""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from urllib.request import getproxies

import httpcore2
import httpx2

from aggregator.edges.fetch.guard import Guard

_LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=32, keepalive_expiry=4.0)
"""An idle connection is kept for the next source of the same host and no longer.

4 s: more than the usual spacing of requests to one host, less than the 5 s
after which common servers hang up, so that no request meets a closing door.
"""


_IPV6 = 6


class StraightRoad(httpx2.AsyncBaseTransport):
    """HTTP/1.1 and HTTP/2 over connections that a guard makes."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext) -> None:
        """Take the guard and how TLS is verified."""
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=_LIMITS.max_connections,
            max_keepalive_connections=_LIMITS.max_keepalive_connections,
            keepalive_expiry=_LIMITS.keepalive_expiry,
            http2=True,
            network_backend=guard,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer of the host."""
        target = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with _speak_httpx2():
            answer = await self._pool.handle_async_request(
                httpcore2.Request(
                    method=request.method,
                    url=target,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx2.Response(
            answer.status,
            headers=answer.headers,
            stream=_Stream(answer),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class ProxiedRoad(httpx2.AsyncBaseTransport):
    """Requests that a proxy connects; the proxy itself may stand anywhere."""

    def __init__(self, proxy: str, guard: Guard, tls: ssl.SSLContext) -> None:
        """Raise ValueError, InvalidURL or ImportError for a proxy that cannot be used."""
        self._guard = guard
        self._inner = httpx2.AsyncHTTPTransport(
            verify=tls, http2=True, limits=_LIMITS, proxy=httpx2.Proxy(proxy)
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer that the proxy brings; raises BlockedError before it is asked."""
        await self._guard.vet(request.url.raw_host.decode("ascii"))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()


def find_roads(guard: Guard, tls: ssl.SSLContext) -> dict[str, httpx2.AsyncBaseTransport | None]:
    """The proxies of the environment, by the patterns of httpx2 for what goes through them.

    None stands for the straight road: what NO_PROXY names. Raises as ProxiedRoad.
    """
    proxies = getproxies()
    exempt = [word.strip() for word in proxies.get("no", "").split(",")]
    if "*" in exempt:
        return {}
    roads: dict[str, httpx2.AsyncBaseTransport | None] = {}
    for scheme in ("http", "https", "all"):
        if proxy := proxies.get(scheme):
            url = proxy if "://" in proxy else f"http://{proxy}"
            roads[f"{scheme}://"] = ProxiedRoad(url, guard, tls)
    return roads | {pattern: None for word in exempt for pattern in _read_exempt(word)}


def _read_exempt(word: str) -> Iterator[str]:
    """The pattern for a word of NO_PROXY, read as curl does; none for one that cannot be read."""
    host, _, size = word.partition("/")
    try:
        if "://" in word:
            yield word
        elif size:
            shown = f"[{host}]" if ip_network(word, strict=False).version == _IPV6 else host
            yield f"all://{shown}/{size}"
        elif _is_address(word):
            yield f"all://[{word}]" if ":" in word else f"all://{word}"
        elif word == "localhost" or word.startswith(("[", "*.")):
            yield f"all://{word}"
        elif word:
            yield str(httpx2.URL(f"all://*{word}"))
    except (ValueError, httpx2.InvalidURL):
        return


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


class _Stream(httpx2.AsyncByteStream):
    """The body of an answer of httpcore2 as httpx2 reads it."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _speak_httpx2():
            async for piece in self._answer.aiter_stream():
                yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()


_ERRORS = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
)


@contextmanager
def _speak_httpx2() -> Iterator[None]:
    """Raise errors of httpcore2 as those of the same name of httpx2."""
    try:
        yield
    except _ERRORS as error:
        raise getattr(httpx2, type(error).__name__)(str(error)) from error
