"""Sets a stage for the benchmarks: a news stand, a configuration, runs of the command."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Cost:
    """A finished command: seconds, CPU of it and its children, its largest process."""

    wall: float
    cpu: float
    peak_mib: float
    code: int


@contextmanager
def open_stand(*options: str) -> Iterator[int]:
    """Run a news stand for the length of a `with` block; its port."""
    command = [sys.executable, str(_HERE / "newsstand.py"), *options]
    with subprocess.Popen(  # noqa: S603 - our own script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("the pipes that were asked for are missing")
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


def write_config(path: Path, port: int, feeds: int, polling: str, more: str = "") -> None:
    """A configuration of that many sources of the stand; `more` are further lines of YAML."""
    sources = "\n".join(
        f"  - {{id: paper-{n}, name: Paper {n}, url: 'http://127.0.0.1:{port}/feed/{n}'}}"
        for n in range(feeds)
    )
    path.write_text(
        "newsfeed: {timezone: Asia/Yerevan, contact: 'mailto:desk@news.example'}\n"
        f"polling: {polling}\n{more}sources:\n{sources}\n"
    )


def list_command(config: Path, data: Path, *options: str) -> list[str]:
    """The command `aggregator once` on this stage."""
    return [
        *(sys.executable, "-m", "aggregator", "-c", str(config), "--data", str(data)),
        *("once", *options),
    ]


def measure(command: Sequence[str]) -> Cost:
    """Run a command to its end, its output thrown away, and say what it cost.

    CPU and memory are the kernel's figures for it and for those of its
    children that it waited for.
    """
    begun = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        wall=time.monotonic() - begun,
        cpu=usage.ru_utime + usage.ru_stime,
        peak_mib=usage.ru_maxrss / 1024,
        code=process.returncode,
    )
