"""Requests a second of the daemon's server and of nginx, for the same file, in turns.

    .venv/bin/python benchmarks/serving.py [--rounds 5] [--seconds 2] [--connections 32]

The file is an Atom document of 200 kB with its gzip form beside it. Both servers have one
process on one core, on the loopback; wrk asks from another core, where there is one. nginx
sends with sendfile and gzip_static and logs nothing; ours is started as the daemon starts it.
Printed are the medians, and the median of the ratios of neighbours: a busy machine slows
both of a pair. Beside them stands what a request costs each server in microseconds of CPU.
Before anything is timed the answers are looked at: wrk counts any answer. Needs nginx and
wrk (`apt install nginx wrk`); takes about a minute. Ends with 1 when a ratio is below 0.35.
"""

import argparse
import asyncio
import gzip
import http.client
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aggregator.edges.serve import Server, make_site

_LEAST_RATIO = 0.35
_BOUND_SECONDS = 20
_BYTES = 200_000
_NAME = "atom.xml"
_CONF = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    gzip_static on;
    gzip_vary on;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    types {{ application/atom+xml xml; }}
    server {{ listen 127.0.0.1:{port}; root {public}; }}
}}
"""
"""As docs/installing.md sets nginx up, less what costs time. Files are not remembered
(open_file_cache): nginx would show a replaced file up to a minute late, ours sees it at once."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of asking: its name, its fields, and the status that it must be answered with."""

    name: str
    status: int
    is_zipped: bool = False
    is_known: bool = False


_KINDS = (
    Kind("200 gzip", 200, is_zipped=True),
    Kind("200 plain", 200),
    Kind("304", 304, is_zipped=True, is_known=True),
)


def make_feed() -> bytes:
    """An Atom document of 200 kB, whose words repeat as words do."""
    dice = random.Random(1)  # noqa: S311 - no secret
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    words = ["".join(dice.choices(letters, k=dice.randint(2, 11))) for _ in range(3_000)]
    pieces = ['<feed xmlns="http://www.w3.org/2005/Atom">']
    size = 0
    while size < _BYTES:
        text = " ".join(dice.choice(words) for _ in range(100))
        pieces.append(
            f"<entry><id>tag:example.org,2023:{len(pieces)}</id><summary>{text}</summary></entry>"
        )
        size += len(pieces[-1])
    return ("".join(pieces)[: _BYTES - 7] + "</feed>").encode()


def publish(folder: Path) -> None:
    """Write the file and its gzip form, with a time long enough ago to be a validator."""
    body = make_feed()
    packed = gzip.compress(body, 6, mtime=0)
    for name, data in ((_NAME, body), (f"{_NAME}.gz", packed)):
        (folder / name).write_bytes(data)
        os.utime(folder / name, (1_600_000_000, 1_600_000_000))
    print(f"{_NAME}: {len(body):,} bytes, {len(packed):,} as gzip")


async def serve(folder: Path) -> None:
    """Serve a folder as the daemon does, until killed; the address goes to standard output."""
    server = Server.bind("127.0.0.1", 0)
    site = make_site(folder, {}, print)
    async with server.serving(site, site.answer_at_once):
        print(server.url, flush=True)
        await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs: its address and its process."""

    url: str
    process: int

    @property
    def cpu_seconds(self) -> float:
        """What it and its children took so far."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text()
        each = (Path(f"/proc/{one}/stat").read_text() for one in [self.process, *children.split()])
        ticks = sum(sum(map(int, one.rpartition(")")[2].split()[11:13])) for one in each)
        return ticks / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Pace:
    """How quick a server was in one round."""

    a_second: float
    micros: float


@contextmanager
def run_ours(public: Path, core: int) -> Iterator[Running]:
    """Our server in a process of its own."""
    with _start([sys.executable, __file__, "--serve", str(public)], core) as process:
        yield Running((process.stdout or sys.stdin.buffer).readline().decode().strip(), process.pid)


@contextmanager
def run_nginx(public: Path, folder: Path, core: int) -> Iterator[Running]:
    """Nginx in a process of its own; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    conf, log = folder / "nginx.conf", folder / "nginx.log"
    user = "user root;" if os.geteuid() == 0 else ""
    conf.write_text(_CONF.format(folder=folder, public=public, port=port, user=user))
    with _start(["nginx", "-c", str(conf), "-e", str(log)], core) as process:
        yield Running(f"http://127.0.0.1:{port}/", process.pid)


@contextmanager
def _start(command: list[str], core: int) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own commands
        os.sched_setaffinity(process.pid, {core})
        try:
            yield process
        finally:
            process.terminate()


def ask(url: str, fields: Mapping[str, str]) -> http.client.HTTPResponse:
    """One answer, read; asked again while the server is not there yet."""
    end = time.monotonic() + _BOUND_SECONDS
    while True:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_BOUND_SECONDS)
        try:
            connection.request("GET", f"/{_NAME}", headers=dict(fields))
            answer = connection.getresponse()
            answer.read()
        except ConnectionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return answer
        finally:
            connection.close()


def make_fields(url: str, kind: Kind) -> dict[str, str]:
    """The fields of a kind of request; raises AssertionError where its answer is another kind."""
    fields = {"Accept-Encoding": "gzip" if kind.is_zipped else "identity"}
    if kind.is_known:
        fields["If-None-Match"] = ask(url, fields).headers["ETag"]
    answer = ask(url, fields)
    zipped = answer.headers["Content-Encoding"] == "gzip"
    if answer.status != kind.status or zipped != (kind.is_zipped and not kind.is_known):
        raise AssertionError(f"{url} answers {answer.status} {answer.headers} to {fields}")
    return fields


def count(server: Running, fields: Mapping[str, str], given: argparse.Namespace, core: int) -> Pace:
    """How quickly wrk was answered."""
    headers = [word for pair in fields.items() for word in ("-H", ": ".join(pair))]
    command = ["wrk", "-t1", f"-c{given.connections}", f"-d{given.seconds}", *headers]
    begun = server.cpu_seconds
    with _start([*command, f"{server.url}{_NAME}"], core) as wrk:
        said = wrk.communicate(timeout=_BOUND_SECONDS)[0].decode()
    spent = server.cpu_seconds - begun
    found = re.search(r"(\d+) requests in.*Requests/sec:\s*([\d.]+)", said, re.DOTALL)
    if not found or "Non-2xx" in said or "Socket errors" in said:
        raise AssertionError(f"{server.url} answers wrongly under load: {said}")
    return Pace(float(found[2]), 1e6 * spent / int(found[1]))


def compare(ours: Running, theirs: Running, given: argparse.Namespace, core: int) -> bool:
    """Print the figures of each kind; whether all of them reach the least ratio."""
    is_quick = True
    print("            ours, requests/s   nginx   ratio (least, most)   CPU: ours   nginx   ratio")
    for kind in _KINDS:
        one, two = make_fields(ours.url, kind), make_fields(theirs.url, kind)
        pairs = [
            (count(ours, one, given, core), count(theirs, two, given, core))
            for _ in range(given.rounds)
        ]
        ratios = sorted(mine.a_second / nginx.a_second for mine, nginx in pairs)
        is_quick = is_quick and statistics.median(ratios) >= _LEAST_RATIO
        print(f"{kind.name:10} {_tell(pairs, ratios)}", flush=True)
    return is_quick


def _tell(pairs: list[tuple[Pace, Pace]], ratios: list[float]) -> str:
    mine, nginx = (
        statistics.median(one.a_second for one in each) for each in zip(*pairs, strict=True)
    )
    costs = [statistics.median(one.micros for one in each) for each in zip(*pairs, strict=True)]
    ratio = statistics.median(nginx.micros / mine.micros for mine, nginx in pairs)
    return (
        f"{mine:17,.0f} {nginx:7,.0f} {statistics.median(ratios):7.2f}"
        f" ({ratios[0]:.2f}, {ratios[-1]:.2f})"
        f"     {costs[0]:6.1f} us {costs[1]:5.1f} us {ratio:6.2f}"
    )


def main() -> int:
    """Measure; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(given.serve))
    missing = [name for name in ("nginx", "wrk") if not shutil.which(name)]
    if missing:
        print(f"{' and '.join(missing)} not found; apt install nginx wrk")
        return 2
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, public = Path(name), Path(name) / "public"
        public.mkdir()
        publish(public)
        ours = stack.enter_context(run_ours(public, cores[0]))
        theirs = stack.enter_context(run_nginx(public, folder, cores[0]))
        return 0 if compare(ours, theirs, given, cores[-1]) else 1


if __name__ == "__main__":
    sys.exit(main())
