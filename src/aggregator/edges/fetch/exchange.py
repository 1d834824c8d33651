"""One source being asked: hop after hop, to a result, before the deadline."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import httpx2

from aggregator.core import urls
from aggregator.core.model import Failed, Failure, Fetched, FetchResult, Hop
from aggregator.core.settings import PollingSettings
from aggregator.edges.fetch.answers import (
    COMPLETE,
    REDIRECTS,
    fail,
    may_be_challenge,
    read_failure,
    read_not_modified,
)
from aggregator.edges.fetch.body import TooLargeError, Unpacker
from aggregator.edges.fetch.codings import CodingError
from aggregator.edges.fetch.faults import BrokenError, Place, catch_faults, explain, find_proxy
from aggregator.edges.fetch.head import Head, make_head
from aggregator.edges.fetch.hints import read_max_age
from aggregator.edges.fetch.request import Ask

Gate = Callable[[str], AbstractAsyncContextManager[timedelta | None]]
"""Lets one request to a host begin, and is held during it.

Entered for each request, each time after the one before was left. It decides
itself how long a host must be waited for. A time that it gives says that the
host is not to be asked at all, and how long it asked to be left alone.
"""

_MOST_HOPS = 10
_LONGEST_URL = 8_000
_CHALLENGE_START = 65_536
"""Bytes of a page that are enough to recognise a challenge."""
_NOT_MODIFIED = 304
_WITHOUT_FRAMES = frozenset({"HTTP/0.9", "HTTP/1.0", "HTTP/1.1"})
CONNECT_SHARE = 0.45
"""How much of the time left TCP may take, and TLS again.

Together less than all of it, so that httpcore2's own limit ends a connecting
that goes on for ever: it leaves the socket open when it is cancelled while it
waits for TLS (seen in 2.16.2).
"""


class Exchange:
    """One poll of one source over an open client."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        ask: Ask,
        settings: PollingSettings,
        proxy: str | None,
        gate: Gate,
    ) -> None:
        """Take the first request; `proxy` is the one configured for the source."""
        self._client = client
        self._gate = gate
        self._ask = ask
        self._settings = settings
        self._proxy = proxy
        self._hops: list[Hop] = []
        self._turns: list[Ask] = []
        self._status: int | None = None
        self._in_body = False
        self._left = settings.deadline.total_seconds()
        self._ends_at = 0.0

    async def run(self) -> FetchResult:
        """What the exchange ended in; raises nothing but CancelledError and what the gate raises.

        Waiting at the gate counts neither against the deadline nor as time of
        the exchange.
        """
        result = None
        while result is None:
            async with self._gate(urls.host(self._ask.url)) as rest:
                result = self._leave_alone(rest) if rest else await self._run_in_time()
        if isinstance(result, Failed) and result.kind is Failure.BLOCKED:
            result = self._forget_blocked(result)
        elapsed = self._settings.deadline - timedelta(seconds=self._left)
        return replace(result, url=self._ask.url, hops=tuple(self._hops), elapsed=elapsed)

    def _leave_alone(self, rest: timedelta) -> Failed:
        """The result where redirects led to a host that has refused and is to be left alone."""
        minutes = max(1, round(rest / timedelta(minutes=1)))
        detail = f"{self._ask.host} asked for a rest of {minutes} more minutes; it was not asked"
        return Failed(Failure.THROTTLED, detail, retry_after=rest)

    def _forget_blocked(self, result: Failed) -> Failed:
        """The result without the address that must not be asked: nobody may store it.

        It stays that of the one who led there, and names it.
        """
        if not self._hops:
            return result
        hop = self._hops.pop()
        self._ask = self._turns.pop()
        detail = f"{self._ask.host} redirects, and {result.detail}"
        return replace(result, detail=detail, status=hop.status)

    async def _run_in_time(self) -> FetchResult | None:
        """What one request is answered in the time left; None for a redirect to follow.

        The deadline lies around everything: httpx2 itself limits only single reads.
        """
        loop = asyncio.get_running_loop()
        self._ends_at = loop.time() + self._left
        try:
            return await self._explain_faults()
        finally:
            self._left = self._ends_at - loop.time()

    async def _explain_faults(self) -> FetchResult | None:
        """As `_request`; what breaks it is a failure."""
        seconds = self._settings.deadline.total_seconds()
        try:
            async with asyncio.timeout_at(self._ends_at):
                return await self._request()
        except TimeoutError:
            stage = "was still sending" if self._in_body else "had not begun to answer"
            detail = (
                f"{self._ask.host} {stage} after {seconds:g} seconds; it may be better next time"
            )
            return Failed(Failure.DEADLINE, detail, status=self._status)
        except BrokenError as error:
            proxy = find_proxy(self._ask.url, self._ask.host, self._proxy)
            place = Place(self._ask.host, proxy, in_body=self._in_body)
            return replace(explain(error.__cause__ or error, place), status=self._status)

    async def _request(self) -> FetchResult | None:
        """Ask once; None for a redirect to follow."""
        async with self._open() as response:
            head = make_head(response.status_code, response.headers.raw)
            if head.status not in REDIRECTS:
                return await self._read(response, head)
        return self._turn(head)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[httpx2.Response]:
        self._in_body, self._status = False, None
        left = self._ends_at - asyncio.get_running_loop().time()
        limits = {"timeout": {"connect": max(left, 0.0) * CONNECT_SHARE}}
        with catch_faults():
            method, headers = self._ask.glance or "GET", list(self._ask.headers)
            request = httpx2.Request(method, self._ask.url, headers=headers, extensions=limits)
            response = await self._client.send(request, stream=True)
        self._status = response.status_code
        try:
            yield response
        finally:
            # The result stands; a connection that cannot even be closed changes nothing.
            with suppress(Exception):
                await response.aclose()

    def _turn(self, head: Head) -> Failed | None:
        """Note the hop and make the next request; a failure where it must not be followed."""
        # Location is ASCII by the standard and UTF-8 in the wild.
        location = (head.get("location") or "").encode("latin-1").decode("utf-8", "replace")
        target = urls.resolve(self._ask.url, location) if len(location) <= _LONGEST_URL else None
        refusal = self._refuse(target)
        if refusal is not None or target is None:
            return fail(head, Failure.REDIRECT, f"{self._ask.host} redirects {refusal}")
        self._hops.append(Hop(head.status, target))
        if not self._ask.follows:
            return fail(head, Failure.REDIRECT, f"{self._ask.host} redirects to another address")
        self._turns.append(self._ask)
        self._ask = self._ask.follow(target)
        return None

    def _refuse(self, target: str | None) -> str | None:
        """Why a redirect is not followed."""
        if target is None:
            return "to no http or https address; tell the publisher"
        if self._ask.url.startswith("https:") and not target.startswith("https:"):
            return "from https to http, where anyone may change the feed; tell the publisher"
        if target == self._ask.url or any(hop.url == target for hop in self._hops):
            return "in a circle; it may want cookies, which we do not keep"
        if len(self._hops) >= _MOST_HOPS:
            return f"more than {_MOST_HOPS} times; tell the publisher"
        return None

    async def _read(self, response: httpx2.Response, head: Head) -> FetchResult:
        """The result of an answer that is no redirect."""
        if head.status in COMPLETE and self._ask.glance:
            return Fetched("", b"", content_type=(head.get("content-type") or "")[:_LONGEST_URL])
        if head.status in COMPLETE:
            return await self._read_feed(response, head)
        if head.status == _NOT_MODIFIED:
            return read_not_modified(head, self._ask.host, conditional=self._ask.is_conditional)
        start = await self._read_start(response, head) if may_be_challenge(head) else b""
        return read_failure(head, self._ask.host, start)

    async def _read_feed(self, response: httpx2.Response, head: Head) -> FetchResult:
        """The whole body, or why there is none."""
        host, limit = self._ask.host, self._settings.max_body
        try:
            unpacker = Unpacker(head.join("content-encoding"), limit)
            await self._unpack(response, unpacker)
        except CodingError as error:
            return fail(head, Failure.ENCODING, f"{host} sent a compressed body, and {error}")
        except TooLargeError:
            detail = f"{host} sent more than {limit:,} bytes; is it a feed? max_body can be raised"
            return fail(head, Failure.TOO_LARGE, detail)
        if not unpacker.is_whole():
            detail = f"{host} sent a compressed body that breaks off; it is left out"
            return fail(head, Failure.INCOMPLETE, detail)
        return _make_fetched(head, unpacker, response.http_version)

    async def _read_start(self, response: httpx2.Response, head: Head) -> bytes:
        """The start of a page that may be a challenge; what cannot be read is left out."""
        unpacker = None
        with suppress(CodingError, TooLargeError, BrokenError):
            unpacker = Unpacker(head.join("content-encoding"), _CHALLENGE_START)
            await self._unpack(response, unpacker)
        return unpacker.read() if unpacker else b""

    async def _unpack(self, response: httpx2.Response, unpacker: Unpacker) -> None:
        self._in_body = True
        async with aclosing(_read_chunks(response)) as chunks:
            async for chunk in chunks:
                unpacker.take(chunk)


async def _read_chunks(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    async with aclosing(response.aiter_raw()) as chunks:
        while True:
            with catch_faults():
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield chunk


def _is_framed(head: Head, http_version: str) -> bool:
    """Whether a body has an end of its own (RFC 9112 section 6.3)."""
    return (
        http_version not in _WITHOUT_FRAMES
        or head.get("content-length") is not None
        or head.get("transfer-encoding") is not None
    )


def _make_fetched(head: Head, unpacker: Unpacker, http_version: str) -> Fetched:
    return Fetched(
        "",
        unpacker.read(),
        content_type=(head.get("content-type") or "")[:_LONGEST_URL],
        content_language=head.get("content-language"),
        etag=head.validator("etag"),
        last_modified=head.validator("last-modified"),
        max_age=read_max_age(head),
        wire_bytes=unpacker.wire_bytes,
        framed=_is_framed(head, http_version),
    )
