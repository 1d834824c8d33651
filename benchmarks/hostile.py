"""Polls hostile servers with the real command, each beside good sources, and says what came out.

    .venv/bin/python benchmarks/hostile.py [--json] [--only NAME ...]

For each server: the kind of the result, how long it held the poll, how far the
peak memory of the process grew over a run of the good sources alone, and when
the last of the good ones was done. Ends with exit code 1 and the breaches
where a kind is not the expected one, a server took longer than the deadline,
memory grew by more than 24 MiB, or a good source was not done in its time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from stage import list_command

_HERE = Path(__file__).parent
_DEADLINE = 4.0
_GOOD = 5
_MOST_GROWTH = 24.0
"""MiB: twice the cap on a body, and what pieces of it cost."""
_SLACK = 1.5
"""Seconds by which runs of the same thing differ on two shared cores."""


@dataclass(frozen=True, slots=True)
class Case:
    """A server and what must come of it; `strict` keeps the guard against private networks up."""

    name: str
    kind: str
    scheme: str = "http"
    strict: bool = False
    trusted: bool = False


CASES = (
    Case("endless", "too-large"),
    Case("one-byte-a-second", "deadline"),
    Case("silent", "deadline"),
    Case("slow-headers", "deadline"),
    Case("endless-headers", "protocol"),
    Case("gzip-bomb", "too-large"),
    Case("brotli-bomb", "too-large"),
    Case("zstd-bomb", "too-large"),
    Case("bomb-in-bomb", "too-large"),
    Case("reset", "reset"),
    Case("reset-in-body", "incomplete"),
    Case("short", "incomplete"),
    Case("chunks-cut", "incomplete"),
    Case("gzip-cut", "incomplete"),
    Case("cut-unseen", "ok"),
    Case("no-http", "protocol"),
    Case("unasked-304", "protocol"),
    Case("circle", "redirect"),
    Case("endless-redirects", "redirect"),
    Case("to-metadata", "blocked", strict=True),
    Case("loopback", "blocked", strict=True),
    Case("to-http", "redirect", scheme="https", trusted=True),
    Case("self-signed", "tls", scheme="https"),
    Case("page", "html-page"),
    Case("picture", "not-xml"),
    Case("empty", "empty-body"),
    Case("armscii-8", "encoding"),
)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a process of servers listens."""

    plain: int
    secure: int


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the command did: seconds from its start, memory of its largest process."""

    kind: str | None
    held: float
    good: float
    peak_mib: float
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    server: str
    result: str | None
    seconds: float
    growth_mib: float
    good_seconds: float
    breaches: tuple[str, ...]


@contextmanager
def open_servers() -> Iterator[Ports]:
    """Run a process of servers for the length of a `with` block."""
    command = [sys.executable, str(_HERE / "hostile_servers.py")]
    with subprocess.Popen(  # noqa: S603 - our own script
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(_HERE.parent)},
    ) as process:
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("the pipes that were asked for are missing")
        try:
            yield Ports(*map(int, process.stdout.readline().split()))
        finally:
            process.stdin.close()


def write_config(path: Path, case: Case | None, hostile: Ports, good: Ports) -> None:
    """Good sources on one host, the hostile one on another.

    Behind the guard, which would block this machine, a proxy stands for each.
    """
    strict = case is not None and case.strict
    lines = [_write_source(f"good-{n}", f"good{n}", good, strict=strict) for n in range(_GOOD)]
    if case:
        port = hostile.secure if case.scheme == "https" else hostile.plain
        url = f"{case.scheme}://localhost:{port}/{case.name}"
        direct = f"  - {{id: hostile, url: '{url}'}}"
        proxied = _write_source("hostile", case.name, hostile, strict=True)
        lines.insert(0, proxied if strict and case.name != "loopback" else direct)
    path.write_text(
        "newsfeed: {timezone: Asia/Yerevan, contact: 'mailto:desk@news.example'}\n"
        f"polling: {{deadline: {_DEADLINE:g}s, host_spacing: 0s,"
        f" allow_private_networks: {str(not strict).lower()}}}\nsources:\n"
        + "\n".join(lines)
        + "\n"
    )


def _write_source(source: str, path: str, ports: Ports, *, strict: bool) -> str:
    here = f"http://127.0.0.1:{ports.plain}"
    if strict:
        return f"  - {{id: {source}, url: 'http://{source}.invalid/{path}', proxy: '{here}'}}"
    return f"  - {{id: {source}, url: '{here}/{path}'}}"


def run(case: Case | None, hostile: Ports, good: Ports) -> Run:
    """Run the command once on a fresh data folder."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        config = folder / "sources.yaml"
        write_config(config, case, hostile, good)
        environment = {
            name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
        }
        if case and case.trusted:
            environment["SSL_CERT_FILE"] = str(_write_certificate(folder))
        command = list_command(config, folder / "data", "--log-format", "json")
        begun = time.time()
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                command, stdout=subprocess.DEVNULL, stderr=log, env=environment
            )
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
        return _read_run((folder / "log").read_text(), begun, usage.ru_maxrss / 1024)


def _write_certificate(folder: Path) -> Path:
    """The certificate of the servers, for the one case that must get past it."""
    command = "from tests.edges.loopback import CERTIFICATE; print(CERTIFICATE)"
    path = folder / "ca.pem"
    with path.open("wb") as file:
        subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", command], stdout=file, check=True, cwd=_HERE.parent
        )
    return path


def _read_run(log: str, begun: float, peak_mib: float) -> Run:
    """What the log's lines say: a line for each poll, written when it is saved."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    polls = {line["source"]: line for line in lines if "source" in line}
    good = [polls.get(f"good-{number}") for number in range(_GOOD)]
    ends = [_read_time(line) - begun for line in good if line]
    return Run(
        kind=polls.get("hostile", {}).get("result"),
        held=polls.get("hostile", {}).get("seconds", 0.0),
        good=max(ends, default=float("inf")),
        peak_mib=peak_mib,
        failed=tuple(str(line) for line in good if not line or line["result"] != "ok"),
    )


def _read_time(line: dict[str, str]) -> float:
    return datetime.fromisoformat(line["timestamp"]).timestamp()


def judge(case: Case, done: Run, alone: Run) -> Row:
    """The line of the table, with what is not as it must be."""
    growth = done.peak_mib - alone.peak_mib
    checks = (
        (done.kind != case.kind, f"{done.kind} instead of {case.kind}"),
        (done.held > _DEADLINE + _SLACK, f"it held the poll {done.held:.1f} s"),
        (growth > _MOST_GROWTH, f"memory grew by {growth:.0f} MiB"),
        (done.good > alone.good + _SLACK, f"the good ones took {done.good:.1f} s"),
        (bool(done.failed), f"good ones failed: {'; '.join(done.failed)}"),
    )
    return Row(
        case.name,
        done.kind,
        round(done.held, 2),
        round(growth, 1),
        round(done.good, 2),
        tuple(words for broken, words in checks if broken),
    )


def measure(names: Sequence[str]) -> tuple[Run, list[Row]]:
    """The good sources alone, the slowest of three runs, then each case."""
    with open_servers() as hostile, open_servers() as good:
        runs = [run(None, hostile, good) for _ in range(3)]
        alone = max(runs, key=lambda one: one.good)
        chosen = [case for case in CASES if not names or case.name in names]
        return alone, [judge(case, run(case, hostile, good), alone) for case in chosen]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="*", default=[], choices=[case.name for case in CASES])
    given = parser.parse_args()
    alone, rows = measure(given.only)
    if given.json:
        print(json.dumps({"alone": asdict(alone), "rows": [asdict(row) for row in rows]}, indent=2))
    else:
        _print_table(alone, rows)
    raise SystemExit(any(row.breaches for row in rows))


def _print_table(alone: Run, rows: Sequence[Row]) -> None:
    print(f"{_GOOD} good sources alone: done after {alone.good:.2f} s, {alone.peak_mib:.0f} MiB")
    print(f"deadline {_DEADLINE:g} s, cap 10 MB")
    print(f"{'server':20}{'result':14}{'seconds':>9}{'+MiB':>8}{'good s':>9}")
    for row in rows:
        print(
            f"{row.server:20}{row.result!s:14}{row.seconds:>9.2f}{row.growth_mib:>8.1f}"
            f"{row.good_seconds:>9.2f}  {'; '.join(row.breaches)}"
        )


if __name__ == "__main__":
    main()
