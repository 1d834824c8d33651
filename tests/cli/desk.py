"""Runs of the command line: in this process, in another one, on a terminal."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import pytest

from aggregator.cli import main

COMMAND = (sys.executable, "-m", "aggregator")
POLITE_ENOUGH = (
    "polling: {host_spacing: 0s, per_host: 8, deadline: 20s, allow_private_networks: true}\n"
)


@dataclass(frozen=True, slots=True)
class Said:
    """How a run ended, and what it said."""

    code: int | str | None
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was printed
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def rows(self) -> dict[str, str]:
        """The lines of a table by their first word."""
        return {line.split()[0]: line for line in self.out.splitlines() if line.strip()}


@dataclass(frozen=True, slots=True)
class Desk:
    """Runs commands in a folder."""

    folder: Path
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    def write(
        self, *sources: str, head: str = POLITE_ENOUGH, path: str = "config/sources.yaml"
    ) -> Path:
        """Write a configuration of these sources, each in YAML's flow style."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"  - {source}\n" for source in sources)
        target.write_text(f"{head}sources:\n{lines}", encoding="utf-8")
        return target

    def run(self, *words: str) -> Said:
        """Run the command in this process."""
        self.patch.setattr(sys, "argv", ["aggregator", *words])
        self.capture.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = self.capture.readouterr()
        return Said(end.value.code, said.out, said.err)

    def run_on_terminal(self, *words: str, columns: int = 80) -> str:
        """Run the command with output and errors on a terminal; all that came there."""
        self.patch.setenv("COLUMNS", str(columns))
        self.patch.setenv("TERM", "xterm-256color")
        self.patch.setattr(sys, "argv", ["aggregator", *words])
        with open_terminal(columns) as terminal, self.patch.context() as patch:
            patch.setattr(sys, "stdout", terminal.stream)
            patch.setattr(sys, "stderr", terminal.stream)
            with pytest.raises(SystemExit):
                main()
        return terminal.seen

    def start(self, *words: str, **options: Any) -> "subprocess.Popen[str]":  # noqa: ANN401 - Popen's own
        """Start the command in a process and a process group of its own."""
        pipe = subprocess.PIPE
        chosen: dict[str, Any] = {"stdout": pipe, "stderr": pipe, **options}
        return subprocess.Popen(
            [*COMMAND, *words], cwd=self.folder, text=True, start_new_session=True, **chosen
        )

    def list_files(self) -> list[str]:
        """Every file and folder there is."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))


@dataclass
class Terminal:
    """A terminal's side of a program's output."""

    stream: TextIO
    pieces: list[bytes] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """All that was written to it."""
        return b"".join(self.pieces).decode().replace("\r\n", "\n")


@contextmanager
def open_terminal(columns: int) -> Iterator[Terminal]:
    """A real terminal of that many columns, read until it is closed."""
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with os.fdopen(far, "w", encoding="utf-8") as stream:
        terminal = Terminal(stream)
        reader = threading.Thread(target=_read_all, args=(near, terminal.pieces))
        reader.start()
        yield terminal
    reader.join()
    os.close(near)


def _read_all(descriptor: int, pieces: list[bytes]) -> None:
    with suppress(OSError):  # how Linux says that the other side is closed
        while piece := os.read(descriptor, 65_536):
            pieces.append(piece)


def finish(process: "subprocess.Popen[str]") -> Said:
    """Wait for the end of a process that was started, and of all that it started.

    Its output ends when nobody holds it any more, a child left behind included.
    (Whether its process group still exists says less: dead children stay in it
    until somebody reads how they ended.)
    """
    out, err = process.communicate(timeout=60)
    return Said(process.returncode, out or "", err or "")


def name_source(url: str, source: str = "paper", more: Sequence[str] = ()) -> str:
    """A source as `Desk.write` takes it."""
    return "{" + ", ".join([f"id: {source}", f'url: "{url}"', *more]) + "}"
