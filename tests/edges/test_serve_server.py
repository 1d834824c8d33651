"""Binding, serving and ending; asking from outside."""

import asyncio
import os
import select
import signal
import socket
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aggregator.edges.serve import Answered, Server, Unreachable, local_url, make_site, probe
from aggregator.edges.serve import connection as connections
from aggregator.edges.serve.connection import Connection
from aggregator.errors import ServeError
from tests.edges.loopback import Raw, Request, find_closed_port, serve
from tests.edges.serving import BOUND, Log, Running, make_page, run_site


def test_a_port_in_use_is_a_mistake_of_the_user() -> None:
    """It is found before anything is served, and the message says what to do."""
    first = Server.bind("127.0.0.1", 0)
    port = int(first.url.rstrip("/").rpartition(":")[2])
    try:
        with pytest.raises(ServeError) as caught:
            Server.bind("127.0.0.1", port)
    finally:
        first.close()
    assert str(caught.value) == (
        f"127.0.0.1:{port}: the newsfeed cannot be served there (Address already in use); "
        "another program listens there; choose another serve.port, or end it"
    )
    Server.bind("127.0.0.1", port).close()


@pytest.mark.parametrize(
    ("host", "port", "begin"),
    [
        ("192.0.2.1", 8080, "192.0.2.1:8080: "),
        ("2001:db8::1", 8080, "[2001:db8::1]:8080: "),
        ("no-such-host.invalid", 8080, "no-such-host.invalid:8080: "),
        ("", 8080, ":8080: "),
        ("a" * 300, 8080, "aaa"),
        ("127.0.0.1", 70_000, "127.0.0.1:70000: the newsfeed cannot be served there (a port is"),
    ],
)
def test_what_cannot_be_bound_says_why(host: str, port: int, begin: str) -> None:
    """Host, cause and next step are in the message."""
    with pytest.raises(ServeError, match="choose an address of this machine") as caught:
        Server.bind(host, port)
    assert str(caught.value).startswith(begin)


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("127.0.0.1", 8080, "http://127.0.0.1:8080/"),
        ("0.0.0.0", 80, "http://127.0.0.1:80/"),  # noqa: S104 - shown, not bound
        ("::", 8080, "http://[::1]:8080/"),
        ("2001:db8::1", 1, "http://[2001:db8::1]:1/"),
        ("news.example.org", 8080, "http://news.example.org:8080/"),
    ],
)
def test_the_address_to_give_to_a_reader(host: str, port: int, url: str) -> None:
    """An address for all interfaces is shown as this machine's own."""
    assert local_url(host, port) == url


@pytest.mark.parametrize("host", ["localhost", "::1", "::"])
def test_every_kind_of_host_is_served(host: str, tmp_path: Path) -> None:
    """IPv4 for localhost, IPv6 in brackets, both for ::."""
    server = Server.bind(host, 0)

    async def main() -> None:
        async with server.serving(make_site(tmp_path, {"/healthz": make_page}, Log())):
            got = await asyncio.to_thread(probe, server.url, "/healthz", BOUND)
            assert got == Answered(200, "fine")
            if host == "::":
                url = server.url.replace("[::1]", "127.0.0.1")
                got = await asyncio.to_thread(probe, url, "/healthz", BOUND)
                assert got == Answered(200, "fine")

    asyncio.run(main())
    assert isinstance(probe("http://127.0.0.1:1/", "/", 1), Unreachable)


def test_signals_and_the_loop_stay_the_callers(tmp_path: Path) -> None:
    """The handlers of the daemon are the same before, while and after it serves."""

    async def main() -> None:
        before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
        async with Server.bind("127.0.0.1", 0).serving(make_site(tmp_path, {}, Log())):
            assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_it_ends_within_two_seconds(tmp_path: Path) -> None:
    """With silent clients, half a request, and readers that never take their answer."""
    (tmp_path / "big.bin").write_bytes(os.urandom(1_000) * 30_000)
    (tmp_path / "mid.bin").write_bytes(os.urandom(1_000) * 12_000)
    with run_site(tmp_path, {"/healthz": make_page}) as site:
        clients = [site.connect() for _ in range(5)]
        clients[1].sendall(b"GET / HT")
        clients[2].sendall(b"GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n")
        clients[3].sendall(b"GET /mid.bin HTTP/1.1\r\nHost: a\r\n\r\n" * 2)
        clients[4].sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        for client in clients[2:]:
            assert client.recv(1) == b"H"
        start = time.monotonic()
    assert time.monotonic() - start < 2
    for client in clients:
        client.close()
    assert site.log.lines == []


def test_an_error_in_the_block_ends_the_server_too(tmp_path: Path) -> None:
    """It comes out as it is, and the port is free."""
    server = Server.bind("127.0.0.1", 0)
    url = server.url

    async def main() -> None:
        async with server.serving(make_site(tmp_path, {}, Log())):
            raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(main())
    assert isinstance(probe(url, "/", 1), Unreachable)


@pytest.mark.parametrize(
    "said", [b"", b"GET / HTTP/1.1\r\nHost:", b"GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n"]
)
def test_a_connection_that_stands_still_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    """One that says nothing, half a request, or does not take its answer."""
    monkeypatch.setattr(Connection, "look_seconds", 0.05)
    (tmp_path / "big.bin").write_bytes(bytes(30_000_000))
    with run_site(tmp_path) as site, site.connect() as client:
        client.sendall(said)
        wait_for_end(client)


def wait_for_end(client: socket.socket) -> None:
    """Read nothing until the other side hung up; fails after a bound."""
    poll = select.poll()
    poll.register(client, select.POLLRDHUP)
    assert poll.poll(BOUND * 1_000)


def test_a_slow_reader_is_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes bytes between two looks gets the whole file."""
    monkeypatch.setattr(Connection, "look_seconds", 0.3)
    (tmp_path / "big.bin").write_bytes(bytes(16_000_000))
    with run_site(tmp_path) as site, site.connect() as client:
        client.sendall(b"GET /big.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        size = 0
        while piece := client.recv(65_536):
            size += len(piece)
    assert size > 16_000_000


def test_answers_leave_at_once(tmp_path: Path) -> None:
    """With Nagle's delay, a hundred answers of two writes on one connection took four seconds."""
    (tmp_path / "atom.xml").write_bytes(b"x" * 100_000)
    with run_site(tmp_path) as site:
        parts = urlsplit(site.url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=BOUND)
        start = time.monotonic()
        for _ in range(100):
            connection.request("GET", "/atom.xml")
            assert len(connection.getresponse().read()) == 100_000
        connection.close()
    assert time.monotonic() - start < 2.5


def test_too_many_connections_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit a connection ends before it is read."""
    monkeypatch.setattr(connections, "_MOST_CONNECTIONS", 1)
    with run_site(tmp_path, {"/healthz": make_page}) as site, site.connect() as first:
        first.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert first.recv(1) == b"H"
        with site.connect() as second:
            try:
                second.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                assert second.recv(1) == b""
            except ConnectionError:
                pass


def test_more_requests_than_the_limit_are_503(tmp_path: Path) -> None:
    """512 open connections are the most that are answered; one less, and it works again."""
    with run_site(tmp_path, {"/healthz": make_page}) as site:
        open_ones = [site.connect() for _ in range(511)]
        assert ask_until(site, 503)
        for client in open_ones:
            client.close()
        assert ask_until(site, 200)


def ask_until(site: Running, status: int) -> bool:
    """Whether a status is answered before a bound; the server learns of clients by and by."""
    end = time.monotonic() + BOUND
    while time.monotonic() < end:
        if site.ask("/healthz").status == status:
            return True
    return False


def test_a_probe_has_an_answer_for_everything() -> None:
    """Status and body, or why there is none; never an exception."""
    port = find_closed_port()

    def teapot(request: Request) -> Raw:
        return Raw(
            [b"HTTP/1.1 418 No\r\nContent-Length: 2\r\n\r\n\xff" + request.path[1:2].encode()]
        )

    def noise(_: Request) -> Raw:
        return Raw([b"SSH-2.0-x\r\n"])

    with serve(teapot) as url:
        assert probe(f"{url}/", "/x", BOUND) == Answered(418, "\ufffdx")
    with serve(noise) as url:
        assert isinstance(probe(url, "/", BOUND), Unreachable)
    for bad in (
        f"http://127.0.0.1:{port}/",
        "http://[::1/",
        "http://a:b/",
        "ftp://a/",
        "",
        "http://",
    ):
        got = probe(bad, "/healthz", 1)
        assert isinstance(got, Unreachable)
        assert bad in got.detail


def test_a_probe_does_not_wait_for_ever() -> None:
    """A server that says nothing is not reachable."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        got = probe(url, "/healthz", 0.1)
    assert got == Unreachable(f"{url} does not answer (timed out)")
