"""What goes wrong below HTTP, and on the way there: each has its kind and its words."""

import asyncio
from datetime import timedelta
from itertools import chain, repeat

import pytest

from aggregator.core.model import Failure, Fetched, FetchResult
from aggregator.edges.fetch import Fetcher
from tests.edges.asking import AGENT, QUICK, ask, failed, make_source, make_state, without_proxies
from tests.edges.loopback import (
    CERTIFICATE,
    End,
    Raw,
    Recorder,
    Request,
    Response,
    drip,
    find_closed_port,
    redirect,
    serve,
    stall,
)

FEED = b'<rss version="2.0"><channel/></rss>'


def whole(_: Request) -> Response:
    """A site that serves the same feed for ever."""
    return Response(body=FEED)


@pytest.mark.parametrize(
    ("site", "kind"),
    [
        (lambda _: drip(FEED, 1), Failure.DEADLINE),
        (lambda _: stall(), Failure.DEADLINE),
        (lambda _: Response(body=[FEED], length=999, end=End.STALL), Failure.DEADLINE),
        (lambda _: Raw([b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 99], pause=1), Failure.DEADLINE),
        (
            lambda _: Raw(chain([b"HTTP/1.1 200 OK\r\n"], repeat(b"X: y\r\n")), pause=0.05),
            Failure.DEADLINE,
        ),
        (
            lambda _: Raw(chain([b"HTTP/1.1 200 OK\r\n"], repeat(b"X: y\r\n" * 999))),
            Failure.PROTOCOL,
        ),
        (lambda _: Raw(chain([b"HTTP/1.1 200 OK\r\nX: "], repeat(b"y" * 99))), Failure.PROTOCOL),
        (lambda _: Raw([b"<rss version='0.9'/>\r\n\r\n"]), Failure.PROTOCOL),
        (lambda _: Response(304), Failure.PROTOCOL),
        (lambda _: redirect("/again"), Failure.REDIRECT),
        (lambda _: Response(body=[b"x" * 99], length=999, end=End.RESET), Failure.INCOMPLETE),
        (
            lambda _: Response(body=[FEED, FEED], chunked=True, unfinished=True, end=End.RESET),
            Failure.INCOMPLETE,
        ),
        (lambda _: Raw([], end=End.RESET), Failure.RESET),
        (lambda _: Raw([]), Failure.RESET),
        (lambda _: Raw([b"HTTP/1.1 200 OK\r\nX"]), Failure.RESET),
        (lambda _: Raw([b"SSH-2.0-OpenSSH\r\n\r\n"]), Failure.PROTOCOL),
        (lambda _: Raw([b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"]), Failure.PROTOCOL),
        (lambda _: Response(headers={"X-Bomb": "x" * 2_000_000}), Failure.PROTOCOL),
        (lambda _: Response(headers=[("X", "y")] * 200_000), Failure.PROTOCOL),
        (lambda _: Response(body=FEED, length=len(FEED) + 1), Failure.INCOMPLETE),
        (lambda _: Response(body=[FEED], chunked=True, unfinished=True), Failure.INCOMPLETE),
        (lambda _: Response(body=[FEED], length=99, end=End.RESET, pause=0), Failure.INCOMPLETE),
        (
            lambda _: Raw([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]),
            Failure.INCOMPLETE,
        ),
    ],
)
def test_a_broken_exchange_has_its_kind(site: Recorder, kind: Failure) -> None:
    """Dripping, silence, resets, nonsense and half answers end in time as values."""
    with serve(site) as base_url:
        failure = failed(ask(base_url, settings=QUICK))
    assert failure.kind is kind
    assert "127.0.0.1" in failure.detail
    assert failure.elapsed < timedelta(seconds=2)


@pytest.mark.parametrize(
    ("url", "kind", "words"),
    [
        ("http://nonexistent.invalid/", Failure.DNS, "could not resolve nonexistent.invalid"),
        (f"http://{'a' * 80}.example/", Failure.DNS, "could not resolve aaaa"),
        ("http://127.0.0.1:{closed}/", Failure.CONNECT, "Connection refused"),
        ("ftp://wire.example/", Failure.PROTOCOL, "no http or https address"),
        ("http://", Failure.PROTOCOL, "no http or https address"),
    ],
)
def test_an_address_that_leads_nowhere(url: str, kind: Failure, words: str) -> None:
    """Unknown hosts, closed ports and wrong addresses name the cause and the next step."""
    failure = failed(ask(url.replace("{closed}", str(find_closed_port()))))
    assert failure.kind is kind
    assert words in failure.detail
    assert "check " in failure.detail


def test_an_unknown_certificate_is_refused() -> None:
    """TLS is verified; the detail holds what is wrong with the certificate."""
    with serve(whole, tls=True) as base_url:
        failure = failed(ask(base_url))
    assert failure.kind is Failure.TLS
    assert "self-signed certificate" in failure.detail


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with the certificate of the loopback site."""
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    path.write_text(CERTIFICATE, "ascii")
    return str(path)


def test_ssl_cert_file_is_obeyed(certificate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that SSL_CERT_FILE names is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    with serve(whole, tls=True) as base_url:
        assert isinstance(ask(base_url), Fetched)


def test_https_to_a_port_without_tls() -> None:
    """A server that does not speak TLS is named as such."""
    with serve(lambda _: Raw([b"220 mail ready\r\n"]), reads=False) as base_url:
        failure = failed(ask(base_url.replace("http:", "https:"), settings=QUICK))
    assert failure.kind is Failure.TLS
    assert "does it speak https there?" in failure.detail


def test_a_tls_handshake_without_an_end() -> None:
    """A server that takes the connection and says nothing costs at most the deadline."""
    with serve(lambda _: stall()) as base_url:
        failure = failed(ask(base_url.replace("http:", "https:"), settings=QUICK))
    assert failure.kind is Failure.DEADLINE
    assert failure.elapsed < QUICK.deadline


@pytest.mark.parametrize(
    "reply", [b"\x00" * 99, b"\x00\x00\x00\x04\x00\x00\x00\x00\x00", b"HTTP/1.1 200"]
)
def test_broken_http_2_is_a_value(
    reply: bytes, monkeypatch: pytest.MonkeyPatch, certificate: str
) -> None:
    """A server that agrees to HTTP/2 and then speaks nonsense is a failure like any other."""
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    with serve(lambda _: Raw([reply]), tls=True, protocols=["h2"], reads=False) as base_url:
        assert failed(ask(base_url, settings=QUICK)).kind in (Failure.PROTOCOL, Failure.RESET)


def test_a_proxy_of_the_source_is_used() -> None:
    """With `proxy` the request goes there, with the whole URL in its first line."""
    seen = Recorder(whole)
    with serve(seen) as proxy:
        result = ask(make_source("http://wire.example/feed", proxy=proxy))
    assert isinstance(result, Fetched)
    assert seen.requests[0].path == "http://wire.example/feed"


def test_http_proxy_of_the_environment_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY is used, and named when it does not answer."""

    async def fetch() -> FetchResult:
        url = "http://wire.example/feed"
        async with Fetcher(QUICK, AGENT) as fetcher:
            return await fetcher.fetch(make_source(url), make_state(url))

    with without_proxies(), serve(whole) as proxy:
        monkeypatch.setenv("http_proxy", proxy.removeprefix("http://"))
        assert isinstance(asyncio.run(fetch()), Fetched)
        monkeypatch.setenv("http_proxy", f"http://desk:pass@127.0.0.1:{find_closed_port()}")
        detail = failed(asyncio.run(fetch())).detail
        monkeypatch.delenv("http_proxy")
    assert "no connection to the proxy 127.0.0.1: Connection refused" in detail


def test_a_proxy_that_refuses_is_named() -> None:
    """A tunnel that the proxy does not open is the proxy's doing, not the publisher's."""
    with serve(lambda _: Response(403)) as proxy:
        failure = failed(ask(make_source("https://wire.example/", proxy=proxy)))
    assert failure.kind is Failure.CONNECT
    assert "the proxy 127.0.0.1 refused to connect to wire.example" in failure.detail


@pytest.mark.parametrize("proxy", ["gopher://x", "http://x:port", "socks5://127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used(proxy: str) -> None:
    """A proxy of an unknown kind is a failure that points at the configuration."""
    failure = failed(ask(make_source("http://wire.example/", proxy=proxy)))
    assert (failure.kind, failure.url) == (Failure.CONNECT, "http://wire.example/")
