"""The guard: which address a connection goes to, and which addresses are never asked."""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpcore2
import httpx2
import pytest

from aggregator.core.model import Failed, Failure, Fetched, FetchResult, Hop, NotModified
from aggregator.core.settings import PollingSettings
from aggregator.edges.fetch import Fetcher
from aggregator.edges.fetch.guard import BlockedError, Guard, resolve
from aggregator.edges.fetch.roads import StraightRoad, find_roads
from tests.edges.asking import AGENT, ask, failed, make_source, make_state, without_proxies
from tests.edges.h2site import serve_h2
from tests.edges.loopback import (
    CERTIFICATE,
    Recorder,
    Request,
    Response,
    find_closed_port,
    redirect,
    serve,
)
from tests.edges.tunnel import open_tunnels

FEED = b'<rss version="2.0"><channel/></rss>'
STRICT = PollingSettings(deadline=timedelta(seconds=5))
PUBLIC, OTHER, SIX = "93.184.216.34", "1.1.1.1", "2606:4700::1111"
METADATA = "169.254.169.254"
HINT = "allow with polling.allow_private_networks: true"


def whole(_: Request) -> Response:
    """A site that serves the same feed for ever."""
    return Response(body=FEED)


@dataclass
class Names:
    """A name service: each question gets the next answer, the last one again and again."""

    answers: list[Sequence[str] | OSError]
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str) -> Sequence[str]:
        """The next answer."""
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        return answer


@dataclass
class World(httpcore2.AsyncNetworkBackend):
    """An internet: public addresses are all this machine; those in `dead` refuse or say nothing."""

    dead: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    dialled: list[str] = field(default_factory=list)
    patience: list[float | None] = field(default_factory=list)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore2's
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to this machine, whatever number was dialled."""
        self.dialled.append(host)
        self.patience.append(timeout)
        if host in self.silent:
            raise httpcore2.ConnectTimeout
        return await httpcore2.AnyIOBackend().connect_tcp(
            "127.0.0.1",
            find_closed_port() if host in self.dead else port,
            timeout,
            local_address,
            socket_options,
        )


def ask_world(
    urls: Sequence[str], names: Names, world: World, *, allow: bool = False
) -> list[FetchResult]:
    """One fetch after another in an internet of our own."""

    async def fetch() -> list[FetchResult]:
        guard = Guard(allow_private=allow, resolve=names, network=world)
        road = StraightRoad(guard, httpx2.create_ssl_context())
        async with Fetcher(STRICT, AGENT, transport=road) as fetcher:
            return [await fetcher.fetch(make_source(url), make_state(url)) for url in urls]

    return asyncio.run(fetch())


def rename(base_url: str, name: str = "wire.example") -> str:
    """The address of a loopback site under a name."""
    return base_url.replace("127.0.0.1", name)


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("127.0.0.1", "127.0.0.1 is a private address (this machine)"),
        ("[::1]", "::1 is a private address (this machine)"),
        ("[::ffff:127.0.0.1]", "private address (this machine)"),
        ("localhost", "1, a private address (this machine)"),
        ("127.1", "private address (this machine)"),
        ("2130706433", "private address (this machine)"),
        ("0x7f000001", "private address (this machine)"),
        ("0.0.0.0", "0.0.0.0 is a private address (this network)"),  # noqa: S104 - asked, not bound
        ("10.1.2.3", "10.1.2.3 is a private address (a private network)"),
        (METADATA, f"{METADATA} is a private address (link-local)"),
    ],
)
def test_a_private_address_is_not_asked(host: str, words: str) -> None:
    """However it is written, an address of this machine or its network is BLOCKED by default."""
    seen = Recorder(whole)
    with serve(seen) as base_url:
        failure = failed(ask(rename(base_url, host), settings=STRICT))
    assert failure.kind is Failure.BLOCKED
    assert words in failure.detail
    assert HINT in failure.detail
    assert seen.requests == []


def test_a_name_that_leads_to_a_private_address_says_where() -> None:
    """The detail names host, address and what would allow it."""
    (result,) = ask_world(["http://wire.example/"], Names([["127.0.0.1"]]), world := World())
    assert failed(result).detail == (
        f"wire.example leads to 127.0.0.1, a private address (this machine); {HINT}"
    )
    assert world.dialled == []


def test_private_networks_can_be_allowed() -> None:
    """With the operator's word a private address is asked like any other."""
    world = World()
    with serve(whole) as base_url:
        results = ask_world([rename(base_url)], Names([["10.0.0.1"]]), world, allow=True)
    assert isinstance(results[0], Fetched)
    assert world.dialled == ["10.0.0.1"]


def test_the_judged_address_is_the_one_dialled() -> None:
    """DNS rebinding: the name is resolved once a connection, and nobody resolves it again."""
    names, world = Names([[PUBLIC], ["127.0.0.1"]]), World()
    with serve(lambda _: Response(body=FEED, headers={"Connection": "close"})) as base_url:
        url = rename(base_url)
        first, second = ask_world([url, url], names, world)
    assert isinstance(first, Fetched)
    assert failed(second).kind is Failure.BLOCKED
    assert (names.asked, world.dialled) == (["wire.example"] * 2, [PUBLIC])


def test_private_addresses_among_public_ones_are_left_out() -> None:
    """Of several addresses only the public ones are dialled."""
    names, world = Names([["127.0.0.1", "::1", SIX, METADATA]]), World()
    with serve(whole) as base_url:
        (result,) = ask_world([rename(base_url)], names, world)
    assert isinstance(result, Fetched)
    assert world.dialled == [SIX]


@pytest.mark.parametrize(
    "world", [World(dead=frozenset({SIX, PUBLIC})), World(silent=frozenset({SIX, PUBLIC}))]
)
def test_the_next_address_is_tried(world: World) -> None:
    """An address that refuses or says nothing leads to the next one, within the time for both."""
    with serve(whole) as base_url:
        (result,) = ask_world([rename(base_url)], Names([[SIX, PUBLIC, OTHER]]), world)
    assert isinstance(result, Fetched)
    assert world.dialled == [SIX, PUBLIC, OTHER]
    first, second, last = world.patience
    assert first is not None
    assert second is not None
    assert last is not None
    assert first <= STRICT.deadline.total_seconds() / 2
    assert last > second


@pytest.mark.parametrize(
    ("world", "kind", "words"),
    [
        (World(dead=frozenset({SIX, PUBLIC})), Failure.CONNECT, "Connection refused"),
        (World(silent=frozenset({SIX, PUBLIC})), Failure.DEADLINE, "in time"),
    ],
)
def test_when_no_address_answers_the_last_says_why(world: World, kind: Failure, words: str) -> None:
    """After the last address its failure is that of the fetch."""
    (result,) = ask_world(["http://wire.example/"], Names([[SIX, PUBLIC]]), world)
    assert failed(result).kind is kind
    assert words in failed(result).detail


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), Failure.DNS),
        (socket.gaierror(socket.EAI_AGAIN, "later"), Failure.DNS),
        ([], Failure.CONNECT),
    ],
)
def test_a_name_without_addresses(answer: Sequence[str] | OSError, kind: Failure) -> None:
    """A name that leads nowhere is a failure of its own kind, never BLOCKED."""
    (result,) = ask_world(["http://wire.example/"], Names([answer]), World())
    assert failed(result).kind is kind


def test_a_name_service_that_says_nothing_ends_in_time() -> None:
    """Resolving counts against the time for connecting."""

    async def wait(_: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    async def connect() -> None:
        await Guard(resolve=wait, network=World()).connect_tcp("wire.example", 80, 0.05)

    with pytest.raises(httpcore2.ConnectTimeout):
        asyncio.run(connect())


def test_without_a_limit_the_last_address_has_all_time() -> None:
    """A caller that sets no time gets none but for addresses with others behind them."""
    world = World(dead=frozenset({SIX}))

    async def connect() -> None:
        guard = Guard(resolve=Names([[SIX, PUBLIC]]), network=world)
        stream = await guard.connect_tcp("wire.example", port)
        await stream.aclose()

    with serve(whole) as base_url:
        port = int(base_url.rpartition(":")[2])
        asyncio.run(connect())
    assert world.patience == [3.0, None]


def test_the_systems_resolver_gives_each_address_once() -> None:
    """Addresses as text, without ports and without doubles."""
    found = asyncio.run(resolve("localhost"))
    assert set(found) <= {"127.0.0.1", "::1"}
    assert len(found) == len(set(found))


# --- redirects -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/feed", "http://localhost:1/feed", "http://[::1]/", "http://127.1/"]
)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_a_private_address_is_neither_followed_nor_kept(
    target: str, status: int
) -> None:
    """Each hop is guarded; where it led stands in nothing that anyone stores."""

    async def resolve_both(host: str) -> Sequence[str]:
        return [PUBLIC] if host == "wire.example" else await resolve(host)

    async def fetch(url: str) -> FetchResult:
        road = StraightRoad(Guard(resolve=resolve_both, network=world), httpx2.create_ssl_context())
        async with Fetcher(STRICT, AGENT, transport=road) as fetcher:
            return await fetcher.fetch(make_source(url), make_state(url))

    world = World()

    def site(request: Request) -> Response:
        return redirect("/there" if request.path == "/feed" else target, status)

    with serve(site) as base_url:
        url = rename(base_url)
        failure = failed(asyncio.run(fetch(f"{url}/feed")))
    assert (failure.kind, failure.status) == (Failure.BLOCKED, status)
    assert (failure.url, failure.hops) == (f"{url}/there", (Hop(status, f"{url}/there"),))
    assert failure.detail.startswith("wire.example redirects, and ")
    assert HINT in failure.detail
    assert set(world.dialled) == {PUBLIC}


# --- TLS -----------------------------------------------------------------------------------


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the certificate of the loopback site: it is for localhost and 127.0.0.1."""
    path = tmp_path / "ca.pem"
    path.write_text(CERTIFICATE, "ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@pytest.mark.usefixtures("trusted")
def test_tls_is_asked_and_verified_by_name() -> None:
    """Though a number is dialled, server name and certificate are those of the host's name."""
    seen, world = Recorder(whole), World()
    with serve(seen, tls=True) as base_url:
        (result,) = ask_world([rename(base_url, "localhost")], Names([[PUBLIC]]), world)
    assert isinstance(result, Fetched)
    assert [one.server_name for one in seen.requests] == ["localhost"]
    assert seen.requests[0].get("Host") == rename(base_url, "localhost").removeprefix("https://")


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_the_number_alone_is_not_enough() -> None:
    """The site's certificate is good for 127.0.0.1; for wire.example it is refused."""
    with serve(whole, tls=True) as base_url:
        (result,) = ask_world([rename(base_url)], Names([[PUBLIC]]), World())
    assert failed(result).kind is Failure.TLS
    assert "Hostname mismatch" in failed(result).detail


# --- proxies -------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_private_proxy_is_used(scheme: str) -> None:
    """A proxy is the operator's own and may stand anywhere; plain and by CONNECT."""
    seen = Recorder(lambda request: Response(403 if request.method == "CONNECT" else 200))
    with serve(seen) as proxy:
        result = ask(make_source(f"{scheme}://wire.invalid/feed", proxy=proxy), settings=STRICT)
    assert len(seen.requests) == 1
    assert not isinstance(result, Failed) or result.kind is Failure.CONNECT


@pytest.mark.usefixtures("trusted")
def test_tls_goes_through_a_tunnel_by_name() -> None:
    """Through CONNECT too, the certificate must be that of the host's name."""
    seen = Recorder(whole)
    with (
        serve(seen, tls=True) as site,
        open_tunnels(int(site.rpartition(":")[2])) as (proxy, asked),
    ):
        refused = ask(make_source("https://wire.invalid/feed", proxy=proxy), settings=STRICT)
        taken = ask(make_source("https://localhost/feed", proxy=proxy))
    assert failed(refused).kind is Failure.TLS
    assert isinstance(taken, Fetched)
    assert asked == ["wire.invalid:443", "localhost:443"]
    assert [one.server_name for one in seen.requests] == ["localhost"]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["10.0.0.1", "[::1]", "localhost", "127.1", METADATA])
def test_a_proxy_is_not_sent_to_private_addresses(scheme: str, host: str) -> None:
    """Numbers and names that are private from here are refused before the proxy hears of them."""
    seen = Recorder(whole)
    with serve(seen) as proxy:
        failure = failed(ask(make_source(f"{scheme}://{host}/", proxy=proxy), settings=STRICT))
    assert failure.kind is Failure.BLOCKED
    assert seen.requests == []


def test_a_redirect_behind_a_proxy_is_guarded_too() -> None:
    """A proxied answer may not lead to this machine either."""
    with serve(lambda _: redirect("http://localhost/")) as proxy:
        source = make_source("http://wire.invalid/feed", proxy=proxy)
        failure = failed(ask(source, settings=STRICT))
    assert failure.kind is Failure.BLOCKED
    assert (failure.url, failure.hops) == ("http://wire.invalid/feed", ())


def test_no_proxy_goes_through_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What NO_PROXY names is asked directly, and guarded as such."""

    async def fetch(url: str, settings: PollingSettings) -> FetchResult:
        async with Fetcher(settings, AGENT) as fetcher:
            return await fetcher.fetch(make_source(url), make_state(url))

    seen = Recorder(whole)
    with without_proxies(), serve(seen) as base_url:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{find_closed_port()}")
        monkeypatch.setenv("no_proxy", "127.0.0.0/8")
        blocked = asyncio.run(fetch(base_url, STRICT))
        asked = asyncio.run(fetch(base_url, PollingSettings(allow_private_networks=True)))
        monkeypatch.delenv("http_proxy")
        monkeypatch.delenv("no_proxy")
    assert failed(blocked).kind is Failure.BLOCKED
    assert isinstance(asked, Fetched)
    assert len(seen.requests) == 1


@pytest.mark.parametrize(
    ("exempt", "straight"),
    [
        ("", set()),
        ("a.example", {"a.example", "www.a.example"}),
        (".a.example", {"www.a.example"}),
        ("*.a.example", {"www.a.example"}),
        ("localhost, 10.0.0.1", {"localhost", "10.0.0.1"}),
        ("10.0.0.0/8", {"10.0.0.1", "10.9.9.9"}),
        ("::1,[::2]", {"[::1]", "[::2]"}),
        ("fd00::/8", {"[fd00::1]"}),
        ("http://a.example", {"a.example"}),
        ("10.0.0.0/99,a b/c,::/x", set()),
        ("*", {"*"}),
    ],
)
def test_no_proxy_is_read_as_curl_reads_it(
    exempt: str, straight: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names with their subdomains, numbers, networks; what cannot be read changes nothing."""
    hosts = ["a.example", "www.a.example", "b.example", "localhost", "10.0.0.1", "10.9.9.9"]
    hosts += ["[::1]", "[::2]", "[fd00::1]"]

    async def list_straight() -> set[str]:
        roads = find_roads(Guard(), httpx2.create_ssl_context())
        async with httpx2.AsyncClient(
            transport=httpx2.MockTransport(lambda _: httpx2.Response(204)),
            mounts={
                pattern: road and httpx2.MockTransport(lambda _: httpx2.Response(200))
                for pattern, road in roads.items()
            },
        ) as client:
            return {
                host for host in hosts if (await client.get(f"http://{host}/")).status_code == 204
            }

    with without_proxies():
        monkeypatch.setenv("http_proxy", "proxy.example:3128")
        monkeypatch.setenv("no_proxy", exempt)
        found = asyncio.run(list_straight())
        monkeypatch.delenv("http_proxy")
        monkeypatch.delenv("no_proxy")
    assert found == (set(hosts) if straight == {"*"} else straight)


def test_a_name_that_does_not_resolve_here_is_the_proxys_business() -> None:
    """Behind a proxy names may be known to it alone."""

    async def vet(*answers: Sequence[str] | OSError) -> None:
        guard = Guard(resolve=Names([*answers]), network=World())
        await guard.vet("wire.example")

    asyncio.run(vet(socket.gaierror(socket.EAI_NONAME, "unknown")))
    asyncio.run(vet([PUBLIC, "10.0.0.1"]))
    with pytest.raises(BlockedError):
        asyncio.run(vet(["10.0.0.1", "10.0.0.2"]))


def test_with_private_networks_allowed_a_proxied_name_is_not_looked_up() -> None:
    """Nothing is resolved where nothing can follow from it."""
    names = Names([["10.0.0.1"]])
    asyncio.run(Guard(allow_private=True, resolve=names).vet("wire.example"))
    assert names.asked == []


# --- connections ---------------------------------------------------------------------------


def test_sources_of_one_host_share_a_connection() -> None:
    """One after another over HTTP/1.1, they cost the publisher one connection."""
    seen, world = Recorder(whole), World()
    with serve(seen) as base_url:
        urls = [f"{rename(base_url)}/{number}" for number in range(5)]
        results = ask_world(urls, Names([[PUBLIC]]), world)
    assert all(isinstance(one, Fetched) for one in results)
    assert len({one.port for one in seen.requests}) == 1
    assert world.dialled == [PUBLIC]


def test_another_host_gets_another_connection() -> None:
    """A connection is never used for a host it was not judged for, be it at the same address."""
    names, world = Names([[PUBLIC]]), World()
    with serve(whole) as base_url:
        urls = [rename(base_url, host) for host in ("a.example", "b.example")]
        results = ask_world(urls, names, world)
    assert all(isinstance(one, Fetched) for one in results)
    assert (names.asked, world.dialled) == (["a.example", "b.example"], [PUBLIC, PUBLIC])


@pytest.mark.usefixtures("trusted")
def test_http_2_is_spoken_where_it_is_offered() -> None:
    """Requests at once to one host share one connection over HTTP/2, with the same manners."""
    seen: list[Request] = []

    def site(request: Request) -> Response:
        seen.append(request)
        if request.get("if-none-match") == 'W/"1"':
            return Response(304, {"ETag": 'W/"1"'})
        return Response(200, {"ETag": 'W/"1"', "Set-Cookie": "id=1"}, FEED)

    async def fetch(base_url: str) -> list[FetchResult]:
        road = StraightRoad(
            Guard(resolve=Names([[PUBLIC]]), network=World()), httpx2.create_ssl_context()
        )
        async with Fetcher(STRICT, AGENT, transport=road) as fetcher:
            urls = [f"{base_url}/{number}" for number in range(4)]
            asking = [fetcher.fetch(make_source(url), make_state(url)) for url in urls]
            first = await asyncio.gather(*asking)
            return [*first, await fetcher.fetch(make_source(urls[0]), make_state(urls[0], 'W/"1"'))]

    with serve_h2(site) as base_url:
        *fetched, again = asyncio.run(fetch(rename(base_url, "localhost")))
    assert all(isinstance(one, Fetched) and one.body == FEED for one in fetched)
    assert isinstance(again, NotModified)
    assert len({one.port for one in seen}) == 1
    assert {one.get("user-agent") for one in seen} == {AGENT}
    assert not any(one.has("cookie") or one.has("referer") for one in seen)


@pytest.mark.usefixtures("trusted")
def test_a_request_asks_for_http_2_and_takes_http_1() -> None:
    """A server that offers HTTP/1.1 alone is asked in it, over TLS as well."""
    seen = Recorder(whole)
    with serve(seen, tls=True, protocols=["http/1.1"]) as base_url:
        urls = [f"{rename(base_url, 'localhost')}/{number}" for number in range(3)]
        results = ask_world(urls, Names([[PUBLIC]]), World())
    assert all(isinstance(one, Fetched) for one in results)
    assert len({one.port for one in seen.requests}) == 1


def test_https_never_becomes_http() -> None:
    """Where TLS fails nothing is asked in the clear."""
    seen = Recorder(whole)
    with serve(seen, tls=True) as base_url:
        (result,) = ask_world([rename(base_url)], Names([[PUBLIC]]), world := World())
    assert failed(result).kind is Failure.TLS
    assert (seen.requests, len(world.dialled)) == ([], 1)
