"""Requests to those who are no sources: hubs and callbacks, over loopback."""

import asyncio

import pytest

from aggregator.core.settings import PollingSettings
from aggregator.core.websub import Reply
from aggregator.edges.fetch import Fetcher, Letter
from tests.edges.asking import AGENT, POLLING, without_proxies
from tests.edges.loopback import (
    End,
    Raw,
    Recorder,
    Request,
    Response,
    drip,
    endless,
    redirect,
    serve,
)
from tests.subscriber import open_callbacks


def send(letter: Letter, settings: PollingSettings = POLLING) -> Reply:
    """What is replied to one letter."""

    async def ask() -> Reply:
        async with Fetcher(settings, AGENT) as fetcher:
            return await fetcher.send(letter)

    with without_proxies():
        return asyncio.run(ask())


def test_a_letter_bears_our_name_and_the_fields_given() -> None:
    """A GET without a body; of the reply so much is read as is wanted, and one byte more."""
    seen = Recorder(lambda _: Response(body=b"abcdef"))
    with serve(seen) as url:
        assert send(Letter(f"{url}/hook?a=1", (("X-One", "1"),), most=6)) == Reply(200, b"abcdef")
        assert send(Letter(f"{url}/hook", most=3)).body == b"abcd"
        assert send(Letter(f"{url}/hook")).body == b""
    first = seen.requests[0]
    assert (first.method, first.path) == ("GET", "/hook?a=1")
    assert (first.get("User-Agent"), first.get("X-One")) == (AGENT, "1")
    assert not first.has("Cookie")


def test_a_body_is_posted_whole() -> None:
    """Byte for byte, with its length."""

    async def post() -> bytes:
        async with open_callbacks() as callbacks, Fetcher(POLLING, AGENT) as fetcher:
            reply = await fetcher.send(Letter(callbacks.name("good"), body=b"\x00\xff" * 50_000))
            assert reply == Reply(204)
            return callbacks.taken["/good"][0].body

    with without_proxies():
        assert asyncio.run(post()) == b"\x00\xff" * 50_000


def test_nothing_is_followed() -> None:
    """A redirect is a reply like any other."""

    def site(request: Request) -> Response:
        return redirect("/else") if request.path == "/hook" else Response(body=b"else")

    seen = Recorder(site)
    with serve(seen) as url:
        assert send(Letter(f"{url}/hook")).status == 302
    assert len(seen.requests) == 1


@pytest.mark.parametrize(
    ("site", "words"),
    [
        (lambda _: Raw([b""], end=End.STALL), "did not answer within 0.3 seconds"),
        (lambda _: drip(b"x" * 100, 0.1), "did not answer within 0.3 seconds"),
        (lambda _: Raw([b""], end=End.CLOSE), "closed the connection without an answer"),
        (lambda _: Raw([b"220 mail\r\n\r\n"]), "did not answer in HTTP"),
    ],
)
def test_a_letter_that_fails_is_a_value(site: object, words: str) -> None:
    """Before the deadline, with the cause."""
    with serve(site) as url:  # type: ignore[arg-type] # a table of sites
        reply = send(Letter(f"{url}/hook", most=1_000, seconds=0.3))
    assert (reply.status, reply.is_good) == (0, False)
    assert words in reply.why


def test_an_endless_reply_is_not_read_to_its_end() -> None:
    """No more than is wanted."""
    with serve(lambda _: endless()) as url:
        assert len(send(Letter(f"{url}/hook", most=10, seconds=5)).body) == 11


def test_private_networks_are_not_asked() -> None:
    """As for sources: the guard judges the address that is dialled."""
    seen = Recorder(lambda _: Response())
    with serve(seen) as url:
        reply = send(Letter(f"{url}/hook"), PollingSettings())
    assert "private address" in reply.why
    assert seen.requests == []


def test_a_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says of proxies holds for letters too."""

    async def ask() -> Reply:
        async with Fetcher(POLLING, AGENT) as fetcher:
            return await fetcher.send(Letter("http://a.example/"))

    with without_proxies():
        monkeypatch.setenv("HTTP_PROXY", "nonsense://x")
        assert "HTTP_PROXY" in asyncio.run(ask()).why
