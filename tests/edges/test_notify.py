"""What systemd hears, on a real socket in its place."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.edges.notify import Notifier, open_notifier


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where a socket may be: a path, however deep the folder of the tests is."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "notify"
    if len(os.fsencode(path)) > 100:  # sun_path has 108 bytes, see unix(7)
        pytest.skip("the folder for temporary files is too deep for a socket")
    return str(path)


@pytest.fixture
def systemd(address: str) -> Iterator[socket.socket]:
    """Systemd's end of the socket."""
    with closing(listen(address)) as end:
        yield end


def listen(address: str) -> socket.socket:
    """A datagram socket that gives up after 10 s."""
    end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    end.bind(address)
    end.settimeout(10)
    return end


def hear(systemd: socket.socket) -> list[str]:
    """The lines of the next message."""
    return systemd.recv(4096).decode().split("\n")


def say_all(notifier: Notifier) -> None:
    """Say everything there is to say."""
    notifier.ready("ready")
    notifier.status("polling")
    notifier.reloading(1)
    notifier.watchdog()
    notifier.stopping()


def test_the_life_of_a_daemon_is_told_in_order(systemd: socket.socket, address: str) -> None:
    """Every message is one datagram with the names of sd_notify(3)."""
    notifier = open_notifier({"NOTIFY_SOCKET": address})
    notifier.ready("2 sources")
    notifier.status("polling")
    notifier.reloading(81_000_123)
    notifier.watchdog()
    notifier.stopping()
    assert [hear(systemd) for _ in range(5)] == [
        ["READY=1", "STATUS=2 sources"],
        ["STATUS=polling"],
        ["RELOADING=1", "MONOTONIC_USEC=81000123"],
        ["WATCHDOG=1"],
        ["STOPPING=1"],
    ]


def test_the_clock_of_a_reload_is_the_one_systemd_reads() -> None:
    """What the docstring of `reloading` recommends is CLOCK_MONOTONIC on Linux."""
    if sys.platform != "linux":
        pytest.skip("systemd runs on Linux")
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    assert before <= time.monotonic_ns() <= time.clock_gettime_ns(time.CLOCK_MONOTONIC)


@pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's")
def test_an_abstract_socket_is_reached() -> None:
    """A name that begins with "@" is no file."""
    name = f"day-newsfeed-{secrets.token_hex(8)}"
    with closing(listen(f"\0{name}")) as end:
        open_notifier({"NOTIFY_SOCKET": f"@{name}"}).watchdog()
        assert hear(end) == ["WATCHDOG=1"]


@pytest.mark.parametrize(
    "name", ["", "@", "relative/path", "vsock:2:9999", "/no/such/socket", "/" + "a" * 200, "/a\0b"]
)
def test_a_socket_that_is_none_costs_nothing(name: str) -> None:
    """No name, an odd one, one that nobody answers: the daemon goes on."""
    say_all(open_notifier({"NOTIFY_SOCKET": name}))


def test_outside_of_systemd_nothing_is_said() -> None:
    """Without a socket nobody is watched either."""
    notifier = open_notifier({"WATCHDOG_USEC": "30000000"})
    assert notifier == Notifier(None, None)
    say_all(notifier)


def test_a_systemd_that_left_is_no_fault_and_one_that_returns_is_heard(address: str) -> None:
    """A message is lost while nobody listens, and the next one arrives."""
    notifier = open_notifier({"NOTIFY_SOCKET": address})
    listen(address).close()
    say_all(notifier)
    Path(address).unlink()
    with closing(listen(address)) as end:
        notifier.watchdog()
        assert hear(end) == ["WATCHDOG=1"]


def test_a_full_queue_loses_the_message_within_a_bound(
    systemd: socket.socket, address: str
) -> None:
    """A systemd that reads nothing cannot hold the daemon up for good."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as flood:
        flood.settimeout(0)
        with suppress(BlockingIOError):
            while True:
                flood.sendto(b"WATCHDOG=1", address)
    notifier = open_notifier({"NOTIFY_SOCKET": address})
    began = time.monotonic()
    notifier.stopping()
    assert time.monotonic() - began < 10
    assert hear(systemd) == ["WATCHDOG=1"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("2 of 3\nREADY=1", "STATUS=2 of 3 READY=1"),
        ("a\r\n b\0c\u2028d", "STATUS=a b c d"),
        ("Ազատություն", "STATUS=Ազատություն"),
        ("lone \ud800", "STATUS=lone \\ud800"),
        ("", "STATUS="),
    ],
)
def test_a_status_is_one_line(systemd: socket.socket, address: str, text: str, line: str) -> None:
    """Words from outside cannot become a message of their own."""
    open_notifier({"NOTIFY_SOCKET": address}).status(text)
    assert hear(systemd) == [line]


def test_a_long_status_is_cut_at_a_letter(systemd: socket.socket, address: str) -> None:
    """A message too long would be dropped whole, READY=1 with it."""
    open_notifier({"NOTIFY_SOCKET": address}).ready("x" + "Ա" * 10_000)
    assert hear(systemd) == ["READY=1", "STATUS=x" + "Ա" * 511]


@pytest.mark.parametrize(
    ("usec", "interval"),
    [
        ("30000000", timedelta(seconds=15)),
        ("3", timedelta(microseconds=1)),
        ("1", None),
        ("", None),
        ("0", None),
        ("-5", None),
        ("30s", None),
        ("²", None),
        (str(2**64 - 1), None),
        ("9" * 5000, None),
    ],
)
def test_the_watchdog_is_fed_twice_in_its_time(usec: str, interval: timedelta | None) -> None:
    """Half of what systemd gives; nonsense and infinity are no watchdog."""
    environ = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": usec}
    assert open_notifier(environ).watchdog_interval == interval


@pytest.mark.parametrize(
    ("pid", "is_mine"), [("", True), (str(os.getpid()), True), (str(os.getppid()), False)]
)
def test_another_process_s_watchdog_is_not_ours(pid: str, *, is_mine: bool) -> None:
    """WATCHDOG_PID says who is watched."""
    environ = {"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "2000000", "WATCHDOG_PID": pid}
    assert open_notifier(environ).watchdog_interval == (timedelta(seconds=1) if is_mine else None)


def test_children_inherit_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken from os.environ, the three names are gone for every process started later."""
    names = {"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "2000000", "WATCHDOG_PID": str(os.getpid())}
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    open_notifier(os.environ)
    script = "import os; print(sorted(os.environ))"
    seen = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    assert b"PATH" in seen
    assert not any(name.encode() in seen for name in names)
