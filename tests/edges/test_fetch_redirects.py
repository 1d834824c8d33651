"""Redirects: followed by hand, hop by hop, with nothing private taken along."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx2
import pytest

from aggregator.core.model import Failed, Failure, Fetched, FetchResult, Hop
from aggregator.edges.fetch import Fetcher
from tests.edges.asking import QUICK, Answers, answer, ask, make_source, make_state
from tests.edges.loopback import Raw, Recorder, Request, Response, redirect, serve, stall

FEED = b"<rss/>"


def lead(**ways: str) -> Answers:
    """A net of hosts: each path leads where `ways` says, others serve a feed."""

    def answers(request: httpx2.Request) -> httpx2.Response:
        name = request.url.path.strip("/")
        if name in ways:
            return answer(301, [("Location", ways[name])])
        return answer(200, [], FEED)

    return answers


def test_every_hop_is_recorded() -> None:
    """The chain of redirects is in the result, with absolute URLs; the last one is its URL."""
    ways = {"/a": ("/b?x=1", 301), "/b?x=1": ("c", 302), "/c": ("//{host}/d", 303)}
    ways |= {"/d": ("./e#top", 307), "/e": ("/feed", 308)}

    def site(request: Request) -> Response:
        if request.path not in ways:
            return Response(body=FEED)
        target, status = ways[request.path]
        return redirect(target.format(host=request.get("Host")), status)

    seen = Recorder(site)
    with serve(seen) as base_url:
        result = ask(f"{base_url}/a", make_state(f"{base_url}/a", '"1"'))
    assert isinstance(result, Fetched)
    assert result.url == f"{base_url}/feed"
    assert result.hops == (
        Hop(301, f"{base_url}/b?x=1"),
        Hop(302, f"{base_url}/c"),
        Hop(303, f"{base_url}/d"),
        Hop(307, f"{base_url}/e#top"),
        Hop(308, f"{base_url}/feed"),
    )
    assert [request.path for request in seen.requests][-2:] == ["/e", "/feed"]
    assert {request.get("If-None-Match") for request in seen.requests} == {'"1"'}
    assert not any(request.has("Referer") for request in seen.requests)


def test_a_step_ends_at_a_redirect() -> None:
    """Whoever takes one step alone is told where the next would lead, and asks nobody there."""
    seen = Recorder(lambda request: redirect("/there") if request.path == "/a" else Response())

    async def step(url: str) -> FetchResult:
        async with Fetcher(QUICK, "agent") as fetcher:
            return await fetcher.step(make_source(url), make_state(url, '"1"'), None)

    with serve(seen) as base_url:
        led = asyncio.run(step(f"{base_url}/a"))
        assert isinstance(asyncio.run(step(f"{base_url}/there")), Fetched)
    assert isinstance(led, Failed)
    assert (led.kind, led.hops) == (Failure.REDIRECT, (Hop(302, f"{base_url}/there"),))
    assert [request.path for request in seen.requests] == ["/a", "/there"]
    assert not any(request.has("If-None-Match") for request in seen.requests)


def test_no_cookie_is_kept() -> None:
    """A Set-Cookie is ignored, between hops too."""

    def site(request: Request) -> Response:
        if request.path == "/a":
            return redirect("/b", headers={"Set-Cookie": "id=1; Path=/"})
        return Response(200, {"Set-Cookie": "id=2; Path=/"}, FEED)

    seen = Recorder(site)
    with serve(seen) as base_url:
        assert isinstance(ask(f"{base_url}/a"), Fetched)
    assert len(seen.requests) == 2
    assert not any(request.has("Cookie") for request in seen.requests)


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "no http or https address"),
        ("ftp://wire.example/feed", "no http or https address"),
        ("http://[::1", "no http or https address"),
        ("http://wire.example:99999/", "no http or https address"),
        ("", "no http or https address"),
        ("/" + "x" * 9_000, "no http or https address"),
        ("http://wire.example/feed", "from https to http"),
        ("/start", "in a circle"),
        ("https://wire.example/start", "in a circle"),
    ],
)
def test_a_redirect_that_is_not_followed(location: str, words: str) -> None:
    """Other schemes, https to http, circles and nonsense end the exchange there."""
    result = ask("https://wire.example/start", answers=lead(start=location))
    assert isinstance(result, Failed)
    assert (result.kind, result.status) == (Failure.REDIRECT, 301)
    assert (result.url, result.hops) == ("https://wire.example/start", ())
    assert words in result.detail


def test_a_redirect_without_location() -> None:
    """A redirect that leads nowhere is a failure, with the wait it asks for."""
    with serve(lambda _: Response(302, {"Retry-After": "5"})) as base_url:
        result = ask(base_url)
    assert isinstance(result, Failed)
    assert result.kind is Failure.REDIRECT
    assert result.retry_after is not None


@pytest.mark.parametrize(("hops", "followed"), [(10, True), (11, False)])
def test_ten_hops_are_enough(hops: int, followed: bool) -> None:  # noqa: FBT001 - a table
    """Ten redirects are followed, the eleventh is not."""
    ways = {str(number): f"/{number + 1}" for number in range(hops)}
    result = ask("https://wire.example/0", answers=lead(**ways))
    assert isinstance(result, Fetched) is followed
    assert len(result.hops) == 10


def test_a_long_circle_ends_at_its_first_repetition() -> None:
    """A circle over several addresses is seen when it closes."""
    result = ask("https://wire.example/a", answers=lead(a="/b", b="/c", c="/b"))
    assert isinstance(result, Failed)
    assert [hop.url[-1] for hop in result.hops] == ["b", "c"]


@pytest.mark.parametrize(
    ("target", "taken"),
    [
        ("https://wire.example/b", True),
        ("https://wire.example:443/b", True),
        ("https://wire.example:8443/b", False),
        ("https://www.wire.example/b", False),
        ("https://evil.example/b", False),
        ("https://evil.example/back", False),
    ],
)
def test_private_headers_stay_with_their_host(target: str, taken: bool) -> None:  # noqa: FBT001 - a table
    """Credentials and extra headers go to the source's host, and nowhere after another one."""
    seen: list[httpx2.Request] = []
    net = lead(a=target, back="https://wire.example/c")

    def answers(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return net(request)

    source = make_source("http://u:p@wire.example/a", headers=(("X-Key", "k"), ("Accept", "a/b")))
    result = ask(source, answers=answers)
    assert isinstance(result, Fetched)
    assert seen[0].headers["X-Key"] == "k"
    last = seen[-1].headers
    assert ("Authorization" in last, "X-Key" in last, last["Accept"] == "a/b") == (taken,) * 3


def test_userinfo_in_a_location_is_dropped() -> None:
    """A server cannot make us send credentials of its choice."""
    seen: list[httpx2.Request] = []

    def answers(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return lead(a="https://u:p@wire.example/b")(request)

    result = ask("https://wire.example/a", answers=answers)
    assert result.hops == (Hop(301, "https://wire.example/b"),)
    assert "Authorization" not in seen[1].headers


def test_a_location_in_utf_8_is_understood() -> None:
    """Letters outside ASCII in a Location are read as UTF-8 and encoded for the next request."""
    location = "/լուր".encode().decode("latin-1")
    seen = Recorder(lambda r: redirect(location) if r.path == "/a" else Response(body=FEED))
    with serve(seen) as base_url:
        ask(f"{base_url}/a")
    assert seen.requests[1].path == "/%D5%AC%D5%B8%D6%82%D6%80"


@dataclass
class Turnstile:
    """A gate that notes who comes and goes, and lets nobody pass before its time."""

    wait: timedelta = timedelta()
    noted: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def enter(self, host: str) -> AsyncIterator[timedelta | None]:
        """Note the host; pass some time."""
        self.noted.append(f"in {host}")
        await asyncio.sleep(self.wait.total_seconds())
        yield None
        self.noted.append(f"out {host}")


def test_every_host_is_asked_past_the_gate() -> None:
    """The gate is entered for each request, each time after the one before was left."""
    gate = Turnstile()
    ways = {"a": "/b", "b": "https://burner.example/c", "c": "/d", "d": "https://wire.example/e"}

    def answers(request: httpx2.Request) -> httpx2.Response:
        gate.noted.append(f"{request.url.host}{request.url.path}")
        return lead(**ways)(request)

    assert isinstance(ask("https://wire.example/a", answers=answers, gate=gate.enter), Fetched)
    assert gate.noted == [
        *("in wire.example", "wire.example/a", "out wire.example"),
        *("in wire.example", "wire.example/b", "out wire.example"),
        *("in burner.example", "burner.example/c", "out burner.example"),
        *("in burner.example", "burner.example/d", "out burner.example"),
        *("in wire.example", "wire.example/e", "out wire.example"),
    ]


def test_a_host_that_asked_for_a_rest_is_not_asked_behind_a_redirect() -> None:
    """The gate says for how long; the result is a refusal of that host, and names it."""
    asked = []

    @asynccontextmanager
    async def enter(host: str) -> AsyncIterator[timedelta | None]:
        yield timedelta(minutes=90) if host == "burner.example" else None

    def answers(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        return lead(a="https://burner.example/b")(request)

    result = ask("https://wire.example/a", answers=answers, gate=enter)
    assert asked == ["wire.example"]
    assert isinstance(result, Failed)
    assert (result.kind, result.status) == (Failure.THROTTLED, None)
    assert (result.retry_after, result.url) == (timedelta(minutes=90), "https://burner.example/b")
    assert result.detail == "burner.example asked for a rest of 90 more minutes; it was not asked"


def test_waiting_at_the_gate_is_no_time_of_the_exchange() -> None:
    """Neither the deadline nor the length of the exchange counts it."""
    gate = Turnstile(timedelta(seconds=0.2))
    settings = replace(QUICK, deadline=timedelta(seconds=0.3))
    net = lead(a="https://burner.example/b")
    result = ask("https://wire.example/a", settings=settings, answers=net, gate=gate.enter)
    assert isinstance(result, Fetched)
    assert result.elapsed < timedelta(seconds=0.2)


def test_the_deadline_is_one_for_all_hosts() -> None:
    """What one host took is missing for the next."""

    def site(request: Request) -> Response | Raw:
        host, _, port = (request.get("Host") or "").partition(":")
        if host == "localhost":
            return stall()
        return Response(301, {"Location": f"http://localhost:{port}/"}, [b"", b""], pause=0.2)

    settings = replace(QUICK, deadline=timedelta(seconds=0.4))
    with serve(site) as base_url:
        result = ask(base_url, settings=settings)
    assert isinstance(result, Failed)
    assert (result.kind, len(result.hops)) == (Failure.DEADLINE, 1)
    assert timedelta(seconds=0.35) < result.elapsed < timedelta(seconds=0.7)
