"""The connections, and how many exchanges go on at once."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from http.cookiejar import CookieJar
from types import TracebackType
from typing import Self
from urllib.request import Request

import httpx2

from aggregator.core.model import Failed, Failure, FetchResult, FetchState, Source
from aggregator.core.settings import PollingSettings
from aggregator.core.websub import Reply
from aggregator.edges.fetch.exchange import Exchange, Gate
from aggregator.edges.fetch.guard import Guard
from aggregator.edges.fetch.request import Ask, make_ask
from aggregator.edges.fetch.roads import ProxiedRoad, StraightRoad, find_roads
from aggregator.edges.fetch.sending import Letter, send_letter

_MOST_AT_ONCE = 256
"""Exchanges at once: a quarter of the 1,024 open files that a process usually may have."""


class Fetcher:
    """Asks sources over HTTP: an async context manager that holds the connections.

    TLS is always verified; `SSL_CERT_FILE`, `HTTP_PROXY`, `HTTPS_PROXY` and
    `NO_PROXY` are obeyed. No cookie is kept or sent. Hosts that lead to private
    addresses are not asked, unless the settings allow it.
    """

    def __init__(
        self,
        settings: PollingSettings,
        user_agent: str,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Take the limits and our name; `transport` stands in for the network."""
        self._settings = settings
        self._agent = user_agent
        self._transport = transport
        self._clients: dict[str | None, httpx2.AsyncClient] = {}
        self._tls: ssl.SSLContext | None = None
        self._slots = asyncio.Semaphore(_MOST_AT_ONCE)

    async def __aenter__(self) -> Self:
        """Begin; connections are opened when they are needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
        glance: str = "",
    ) -> FetchResult:
        """What the source answered; never raises on what a server, DNS or network does.

        Validators are sent when `conditional` and when they belong to the
        configured URL. The `gate` is entered before each request, those that
        redirects lead to and the first one too. Waiting for it or for a free
        slot does not count as time of the exchange. With `glance`, HEAD or GET,
        only the head of the answer is wanted: no body is read.
        """
        ask = make_ask(source, state, self._agent, conditional=conditional, glance=glance)
        return await self._exchange(source, ask, gate)

    async def step(self, source: Source, state: FetchState, gate: Gate | None) -> FetchResult:
        """As `fetch`, unconditionally, of this address alone.

        A redirect is a failure whose last hop says where it leads: whoever asks
        decides whether to go there.
        """
        ask = make_ask(source, state, self._agent, conditional=False)
        return await self._exchange(source, ask and replace(ask, follows=False), gate)

    async def send(self, letter: Letter) -> Reply:
        """What somebody who is no source replied; never raises, never follows a redirect.

        Its connections are judged by the same guard; it takes no slot of the polls.
        """
        client = self._find_client(None)
        if client is None:
            return Reply(0, why="the proxy cannot be used; check HTTP_PROXY and HTTPS_PROXY")
        return await send_letter(client, letter, self._agent)

    async def _exchange(self, source: Source, ask: Ask | None, gate: Gate | None) -> FetchResult:
        if ask is None:
            detail = "its url is no http or https address; check it"
            return Failed(Failure.PROTOCOL, detail)
        client = self._find_client(source.proxy)
        if client is None:
            detail = (
                f"the proxy of {source.id} cannot be used;"
                " check it in sources.yaml, or HTTP_PROXY and HTTPS_PROXY"
            )
            return Failed(Failure.CONNECT, detail, url=ask.url)

        @asynccontextmanager
        async def enter(host: str) -> AsyncIterator[timedelta | None]:
            # The slot comes last: who holds one waits for nothing but a server.
            async with gate(host) if gate else nullcontext() as rest, self._slots:
                yield rest

        return await Exchange(client, ask, self._settings, source.proxy, enter).run()

    def _find_client(self, proxy: str | None) -> httpx2.AsyncClient | None:
        """The client for a proxy, made when first needed; None for a proxy we cannot use."""
        if proxy not in self._clients:
            try:
                self._clients[proxy] = self._open_client(proxy)
            except (ValueError, ImportError, httpx2.InvalidURL):
                # No URL, no scheme of a proxy, or SOCKS without the package for it.
                return None
        return self._clients[proxy]

    def _open_client(self, proxy: str | None) -> httpx2.AsyncClient:
        """A client for one proxy, or for what the environment says of proxies."""
        self._tls = self._tls or httpx2.create_ssl_context()
        guard = Guard(allow_private=self._settings.allow_private_networks)
        mounts: dict[str, httpx2.AsyncBaseTransport | None] = {}
        if self._transport is None and proxy is None:
            mounts = find_roads(guard, self._tls)
        return httpx2.AsyncClient(
            transport=self._transport or self._choose_road(proxy, guard, self._tls),
            mounts=mounts,
            timeout=None,  # Exchange puts one deadline around everything
            follow_redirects=False,
            cookies=_NoCookies(),
        )

    @staticmethod
    def _choose_road(
        proxy: str | None, guard: Guard, tls: ssl.SSLContext
    ) -> httpx2.AsyncBaseTransport:
        """The road of a source that names a proxy, or the straight one."""
        return ProxiedRoad(proxy, guard, tls) if proxy else StraightRoad(guard, tls)


class _NoCookies(CookieJar):
    """A jar that takes nothing: a poll must not be recognisable by anything but our name."""

    def extract_cookies(self, response: object, request: Request) -> None:
        """Leave Set-Cookie unread."""
