"""What one connection may do, and what many slow ones may not."""

import http.client
import os
import select
import socket
import statistics
import threading
import time
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aggregator.edges.serve import Page
from aggregator.edges.serve.connection import Connection
from tests.edges.serving import BOUND, Running, make_page, run_site

ATOM = b"<feed>" + b"<entry/>" * 5_000 + b"</feed>"
GET = b"GET /atom.xml HTTP/1.1\r\nHost: a\r\n"
LAST = GET + b"Connection: close\r\n\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A published feed."""
    (tmp_path / "atom.xml").write_bytes(ATOM)
    return tmp_path


def split(raw: bytes) -> list[tuple[bytes, bytes]]:
    """Answers that came one after the other: status line and body of each."""
    answers = []
    while raw:
        head, _, rest = raw.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        size = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        answers.append((head.partition(b"\r\n")[0], rest[:size]))
        raw = rest[size:]
    return answers


def test_answers_come_in_the_order_of_their_requests(folder: Path) -> None:
    """Quick and slow ones, sent at once: a made page, files from memory, one from the disk."""
    (folder / "big.bin").write_bytes(os.urandom(1_000) * 17_000)
    with run_site(folder, {"/healthz": make_page}) as site:
        site.ask("/atom.xml")
        asks = [b"/healthz", b"/atom.xml", b"/atom.xml", b"/big.bin", b"/none", b"/healthz"]
        raw = b"".join(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path for path in asks)
        got = split(site.send(raw + LAST))
    sizes = [len(body) for _, body in got]
    assert sizes[:4] == [4, len(ATOM), len(ATOM), 17_000_000]
    assert got[4][0] == b"HTTP/1.1 404 Not Found"
    assert [got[5][1], got[6][1]] == [b"fine", ATOM]


def test_a_request_in_pieces_is_one_request(folder: Path) -> None:
    """Also when each byte comes alone, and the next request begins in the last piece."""
    with run_site(folder) as site, site.connect() as client:
        for byte in GET + b"\r\n":
            client.sendall(bytes([byte]))
        client.sendall(LAST)
        got = split(b"".join(iter(lambda: client.recv(65_536), b"")))
    assert [body for _, body in got] == [ATOM, ATOM]


@pytest.mark.parametrize(
    ("request_bytes", "stays"),
    [
        (GET + b"\r\n", True),
        (LAST, False),
        (b"GET /atom.xml HTTP/1.0\r\n\r\n", False),
        (b"GET /none HTTP/1.0\r\n\r\n", False),
        (b"HEAD /atom.xml HTTP/1.0\r\nHost: a\r\n\r\n", False),
        (b"POST /atom.xml HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", False),
    ],
)
@pytest.mark.parametrize("is_known", [False, True])
def test_a_connection_stays_where_its_reader_wants_it(
    folder: Path,
    request_bytes: bytes,
    stays: bool,  # noqa: FBT001 - a column of the table
    is_known: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """The answer says so, from memory as from the disk; nobody takes in a body that is refused."""
    with run_site(folder) as site:
        if is_known:
            site.ask("/atom.xml")
        with site.connect() as client:
            client.sendall(request_bytes)
            answer = http.client.HTTPResponse(client, method=request_bytes[:4].strip().decode())
            answer.begin()
            answer.read()
            assert (answer.getheader("Connection") == "close") is not stays
            assert answer.getheader("Date")
            if not stays:
                assert client.recv(1) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"GET /atom.xml HTTP/1.1\r\n\r\n",
        GET + b"Host: b\r\n\r\n",
        b"GET /atom.xml HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
        GET + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        GET + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        GET + b"X : 1\r\n\r\n",
        b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_an_ambiguous_request_is_a_400(folder: Path, head: bytes) -> None:
    """Two servers could read two things in it, so the connection ends."""
    with run_site(folder) as site:
        assert site.send(head).startswith(b"HTTP/1.1 400 ")


def test_a_wish_for_another_protocol_is_passed_over(folder: Path) -> None:
    """It is answered as if it were not there, then the connection ends."""
    upgrade = GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    with run_site(folder) as site:
        site.ask("/atom.xml")
        got = site.send(upgrade + GET)
    assert split(got) == [(b"HTTP/1.1 200 OK", ATOM)]
    assert b"connection: close" in got.lower()


def test_a_head_without_end_is_cut(folder: Path) -> None:
    """Beyond 64 KiB nothing is kept of it, however it comes."""
    with run_site(folder) as site, site.connect() as client:
        client.sendall(GET + b"X: ")
        with pytest.raises(ConnectionError):
            send_on(client, b"x" * 8_192, 2_000)


def send_on(client: socket.socket, piece: bytes, times: int) -> None:
    """Send a piece again and again, with a moment between two; ends when the other side does."""
    poll = select.poll()
    poll.register(client, select.POLLRDHUP)
    for _ in range(times):
        client.sendall(piece)
        if poll.poll(1):
            raise ConnectionResetError


def test_a_surprise_in_a_quick_answer_is_a_500(folder: Path) -> None:
    """As in a slow one, and it is logged."""

    def fail(_: str) -> str:
        raise LookupError

    with run_site(folder, links=fail) as site:
        assert [site.ask("/atom.xml").status for _ in range(2)] == [500, 500]
    assert len(site.log.lines) == 2


@pytest.mark.parametrize("body", [b"x" * 10, b"x" * 300_000])
def test_a_body_that_nobody_asked_for_is_not_taken_in(folder: Path, body: bytes) -> None:
    """The answer is a 405, or the connection ends under a reader that goes on sending."""
    head = b"POST /atom.xml HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n"
    with run_site(folder) as site:
        try:
            got = site.send(head + body)
        except ConnectionError:
            got = b""
        assert got[:13] in {b"", b"HTTP/1.1 405 "}
        assert site.ask("/atom.xml").status == 200


def test_slow_connections_do_not_slow_the_others(folder: Path) -> None:
    """Beside 300 that send a byte now and then, the normal median stays what it was."""
    with run_site(folder) as site, ExitStack() as stack:
        site.ask("/atom.xml")
        before = find_median(site, [])
        slow = [stack.enter_context(site.connect()) for _ in range(300)]
        for client in slow:
            client.sendall(GET)
        during = find_median(site, slow)
    assert during < 2 * before + 0.002


def find_median(site: Running, slow: list[socket.socket]) -> float:
    """Seconds of one request; the slow ones send a byte each between two."""
    parts, seconds = urlsplit(site.url), []
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=BOUND)
    for number in range(150):
        for client in slow[number::150]:
            client.sendall(b"X")
        begun = time.perf_counter()
        connection.request("GET", "/atom.xml")
        assert connection.getresponse().read() == ATOM
        seconds.append(time.perf_counter() - begun)
    connection.close()
    return statistics.median(seconds)


def test_slow_heads_are_cut_while_bytes_still_come(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then is no move; the request has to become whole."""
    monkeypatch.setattr(Connection, "look_seconds", 0.05)
    with run_site(folder) as site, site.connect() as client:
        client.sendall(GET)
        with pytest.raises(ConnectionError):
            send_on(client, b"X", 20_000)


def test_a_resting_connection_is_closed_without_a_fault(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an answer, by a proper end: nothing of the answer is lost."""
    monkeypatch.setattr(Connection, "look_seconds", 0.05)
    with run_site(folder) as site:
        site.ask("/atom.xml")
        assert split(site.send(GET + b"\r\n")) == [(b"HTTP/1.1 200 OK", ATOM)]


def test_a_waiting_connection_is_not_resting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that takes longer than three looks is answered."""
    look, looks, enough = Connection._look, count(), threading.Event()

    def look_on(connection: Connection) -> None:
        look(connection)
        if next(looks) == 3:
            enough.set()

    def dawdle() -> Page:
        return make_page(b"fine" if enough.wait(BOUND) else b"never looked at")

    monkeypatch.setattr(Connection, "look_seconds", 0.05)
    monkeypatch.setattr(Connection, "_look", look_on)
    with run_site(folder, {"/status": dawdle}) as site:
        assert site.ask("/status").body == b"fine"
