"""Edits of the configuration beside a running daemon, and how soon each is seen.

    .venv/bin/python benchmarks/edits.py [--limit 2] [--json]

Starts `aggregator run` over loopback feeds and saves its YAML five times: a
source is added, changed, removed; the file is broken; it is mended. Each edit
is looked for on `/status`, what is broken also on `/readyz`; printed are the
seconds from the saving to the first page that shows it. Ends with exit code 1
when an edit is not seen within the limit.
"""

import argparse
import json
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

from stage import list_command, open_stand

_HEAD = (
    "newsfeed: {timezone: Asia/Yerevan, contact: 'mailto:desk@news.example'}\n"
    "polling: {host_spacing: 0s, per_host: 4, allow_private_networks: true}\n"
    "serve: {port: 0}\n"
)
_PATIENCE = 30.0
"""Seconds until an edit that is not seen is given up."""
_STEP = 0.02


@dataclass(frozen=True, slots=True)
class Edit:
    """One saving: the sources it names, lines that break it, and how a page shows it."""

    name: str
    sources: dict[str, str]
    page: str
    shows: Callable[[str], bool]
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon at work, and the file it goes by."""

    url: str
    config: Path
    port: int

    def save(self, sources: dict[str, str], broken: str = "") -> None:
        """Save the YAML as editors do: a new file in the old one's place."""
        lines = "".join(
            f"  - {{id: {name}, url: 'http://127.0.0.1:{self.port}/feed/{number}', {more}}}\n"
            for number, (name, more) in enumerate(sources.items())
        )
        fresh = self.config.with_suffix(".new")
        fresh.write_text(f"{_HEAD}{broken}sources:\n{lines}")
        fresh.replace(self.config)

    def read(self, page: str) -> str:
        """A page of the daemon, whatever its status."""
        try:
            with urllib.request.urlopen(f"{self.url}{page}", timeout=10) as answer:  # noqa: S310 - loopback
                return str(answer.read().decode())
        except HTTPError as refusal:
            return str(refusal.read().decode())

    def wait_for(self, page: str, shows: Callable[[str], bool]) -> float | None:
        """Seconds until the page shows it; None when it does not in time."""
        begun = time.monotonic()
        while time.monotonic() < begun + _PATIENCE:
            if shows(self.read(page)):
                return time.monotonic() - begun
            time.sleep(_STEP)
        return None


def list_edits() -> tuple[Edit, ...]:
    """The edits in their order; each goes by what the one before left."""
    three = {"first": "name: First", "second": "name: Second", "third": "name: Third"}
    off = {**three, "second": "name: Second, enabled: false"}
    two = {"first": "name: First", "second": "name: Second, enabled: false"}
    return (
        Edit("add", three, "status", lambda page: ">third</p>" in page),
        Edit("change", off, "status", lambda page: ">off</span>" in page),
        Edit("remove", two, "status", lambda page: ">third</p>" not in page),
        Edit("break", two, "status", lambda page: "not in effect" in page, "polling_: {}\n"),
        Edit("broken, readyz", two, "readyz", lambda page: "polling_" in page, "polling_: {}\n"),
        Edit("mend", two, "readyz", lambda page: page == "ready\n"),
    )


@contextmanager
def open_daemon(place: Path) -> Iterator[Daemon]:
    """A daemon over two sources of a stand, ended at the block's end."""
    with open_stand("--feeds", "3") as port:
        config = place / "sources.yaml"
        desk = Daemon("", config, port)
        desk.save({"first": "name: First", "second": "name: Second"})
        command = [*list_command(config, place / "data")[:-1], "run"]
        with subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            try:
                yield Daemon(_read_address(process), config, port)
            finally:
                process.terminate()


def _read_address(process: "subprocess.Popen[str]") -> str:
    """The address that the daemon says it is at."""
    for line in process.stdout or ():
        if line.startswith("its health: "):
            return line.removeprefix("its health: ").strip().removesuffix("status")
    raise SystemExit("the daemon ended without saying where it is")


def run() -> dict[str, float | None]:
    """Seconds until each edit was seen."""
    with tempfile.TemporaryDirectory() as place, open_daemon(Path(place)) as daemon:
        daemon.wait_for("readyz", lambda page: page == "ready\n")
        seen = {}
        for edit in list_edits():
            daemon.save(edit.sources, edit.broken)
            seen[edit.name] = daemon.wait_for(edit.page, edit.shows)
        return seen


def main() -> None:
    """Run, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=float, default=2.0, help="seconds an edit may take")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seen = run()
    if given.json:
        print(json.dumps(seen, indent=2))
    else:
        for name, seconds in seen.items():
            print(f"{name:16}{'never' if seconds is None else f'{seconds:.2f} s':>8}")
    late = [name for name, seconds in seen.items() if seconds is None or seconds > given.limit]
    raise SystemExit(f"not within {given.limit:g} s: {', '.join(late)}" if late else 0)


if __name__ == "__main__":
    main()
