"""One request to somebody who is no source: a hub, or the callback of a subscriber."""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass

import httpx2

from aggregator.core import urls
from aggregator.core.websub import Reply
from aggregator.edges.fetch.exchange import CONNECT_SHARE
from aggregator.edges.fetch.faults import BrokenError, Place, catch_faults, explain


@dataclass(frozen=True, slots=True)
class Letter:
    """A request: POST with a `body`, else GET; of the answer's body `most` bytes are wanted."""

    url: str
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    most: int = 0
    seconds: float = 10.0


async def send_letter(client: httpx2.AsyncClient, letter: Letter, agent: str) -> Reply:
    """The reply, before the deadline; of a body that is longer than wanted only its start."""
    host = urls.host(letter.url)
    try:
        async with asyncio.timeout(letter.seconds):
            return await _send(client, letter, agent)
    except TimeoutError:
        return Reply(0, why=f"{host} did not answer within {letter.seconds:g} seconds")
    except BrokenError as error:
        return Reply(0, why=explain(error.__cause__ or error, Place(host)).detail)


async def _send(client: httpx2.AsyncClient, letter: Letter, agent: str) -> Reply:
    limits = {"timeout": {"connect": letter.seconds * CONNECT_SHARE}}
    with catch_faults():
        request = client.build_request(
            "GET" if letter.body is None else "POST",
            letter.url,
            content=letter.body,
            headers=[("User-Agent", agent), ("Accept-Encoding", "identity"), *letter.fields],
            extensions=limits,
        )
        response = await client.send(request, stream=True)
    try:
        return Reply(response.status_code, await _read(response, letter.most))
    finally:
        # The reply stands; a connection that cannot even be closed changes nothing.
        with suppress(Exception):
            await response.aclose()


async def _read(response: httpx2.Response, most: int) -> bytes:
    """The body, or so much of it that it is seen to be too long."""
    taken = b""
    if not most:
        return taken
    async with aclosing(response.aiter_raw()) as chunks:
        while len(taken) <= most:
            with catch_faults():
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            taken += chunk
    return taken[: most + 1]
