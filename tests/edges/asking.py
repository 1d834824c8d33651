"""Asks one source as the product does, without proxies of the environment."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2

from aggregator.core.model import Failed, FetchResult, FetchState, Source
from aggregator.core.settings import PollingSettings
from aggregator.edges.fetch import Fetcher, Gate, user_agent

AGENT = user_agent("0.1.0", "https://news.example.org/about")
POLLING = PollingSettings(allow_private_networks=True)
QUICK = replace(POLLING, deadline=timedelta(seconds=0.3), max_body=1_000_000)
LONG_AGO = datetime(2023, 9, 21, 18, 0, tzinfo=UTC)

Answers = Callable[[httpx2.Request], httpx2.Response]


def make_source(url: str, **settings: object) -> Source:
    """A source at a URL."""
    return Source("wire", url, **settings)  # type: ignore[arg-type]  # any field of Source


def make_state(url: str, etag: str | None = None, last_modified: str | None = None) -> FetchState:
    """What is remembered of a source at a URL."""
    return FetchState("wire", url, LONG_AGO, etag=etag, last_modified=last_modified)


def ask(
    source: Source | str,
    state: FetchState | None = None,
    settings: PollingSettings = POLLING,
    *,
    conditional: bool = True,
    answers: Answers | None = None,
    gate: Gate | None = None,
) -> FetchResult:
    """The result of one fetch; `answers` stands in for the network."""
    given = make_source(source) if isinstance(source, str) else source
    transport = httpx2.MockTransport(answers) if answers else None

    async def fetch() -> FetchResult:
        async with Fetcher(settings, AGENT, transport=transport) as fetcher:
            known = state or make_state(given.url)
            return await fetcher.fetch(given, known, conditional=conditional, gate=gate)

    with without_proxies():
        return asyncio.run(fetch())


def answer(
    status: int = 200, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
) -> httpx2.Response:
    """A response for `answers`, streamed as from a network."""
    return httpx2.Response(status, headers=list(headers), stream=_Stream(body))


def failed(result: FetchResult) -> Failed:
    """The result as a failure."""
    assert isinstance(result, Failed), result
    return result


@contextmanager
def without_proxies() -> Iterator[None]:
    """Hide the proxy variables of whoever runs the tests."""
    names = [name for name in os.environ if name.lower().endswith("_proxy")]
    hidden = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(hidden)


class _Stream(httpx2.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body
