"""How runs end that are disturbed: a second one, Ctrl-C, a lost reader, a full disk."""

import errno
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aggregator.cli import main
from aggregator.cli.signals import end_on_sigterm
from tests.cli.desk import COMMAND, Desk, finish, name_source
from tests.edges.loopback import Raw, Request, Response, serve, stall
from tests.newsroom import write_item, write_rss

FULL = Path("/dev/full")
FEED = write_rss(write_item(1), write_item(2))


@contextmanager
def run_that_waits(
    desk: Desk, *, ignores_ctrl_c: bool = False
) -> "Iterator[subprocess.Popen[str]]":
    """A `once` of another process that waits for an answer; killed at the block's end."""
    asked = threading.Event()

    def site(request: Request) -> Response | Raw:
        if request.path == "/slow":
            asked.set()
            return stall()
        return Response(body=FEED)

    with serve(site) as url:
        desk.write(name_source(f"{url}/slow", "slow"), name_source(f"{url}/quick", "quick"))
        # What is ignored here is ignored by the process that is started.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN) if ignores_ctrl_c else None
        started = desk.start("once")
        if before is not None:
            signal.signal(signal.SIGINT, before)
        with started as process:
            try:
                assert asked.wait(30)
                yield process
            finally:
                process.kill()


def test_a_second_writer_is_told_to_wait(desk: Desk) -> None:
    """One writer on a data folder: exit 1, and which process it is."""
    with run_that_waits(desk) as process:
        for words in (("once",), ("build",), ("once", "--json")):
            said = desk.run(*words)
            assert (said.code, said.out) == (1, "")
            assert said.err == (
                f"aggregator: data: in use by another aggregator (process {process.pid}); "
                "wait for it to end, or stop it\n"
            )


def test_readers_do_not_wait_for_the_writer(desk: Desk) -> None:
    """`check`, `list` and `status` work while `once` runs."""
    with run_that_waits(desk):
        for words in (("check",), ("list",), ("status",), ("status", "--json")):
            said = desk.run(*words)
            assert (said.code, said.err) == (0, "")
            assert "slow" in said.out or words == ("check",)


def test_ctrl_c_ends_a_run_at_once_and_cleanly(desk: Desk) -> None:
    """Exit 130, no traceback; the lock is free and the next run works."""
    with run_that_waits(desk) as process:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: children get it too
        said = finish(process)
        assert said.code == 130
        assert "Traceback" not in said.err
        assert all(line.startswith("timestamp=") for line in said.err.splitlines())
        built = desk.run("build")
        assert built.code == 0
        row = desk.run("status").rows["slow"]
    assert "being asked now, or the answer was lost" in row


@pytest.mark.parametrize("ignored", [False, True])
def test_sigterm_ends_a_run_at_once_and_cleanly(desk: Desk, ignored: bool) -> None:  # noqa: FBT001 - a table
    """Exit 143, no traceback, no child left, the lock free; also where Ctrl-C is ignored."""
    with run_that_waits(desk, ignores_ctrl_c=ignored) as process:
        process.terminate()  # as service managers do: children do not get it
        said = finish(process)  # which a child that is left would hold up
        assert said.code == 143
        assert "Traceback" not in said.err
        assert all(line.startswith("timestamp=") for line in said.err.splitlines())
        assert desk.run("build").code == 0


def test_sigterm_is_as_before_after_a_run(desk: Desk) -> None:
    """Whoever calls the program as a library keeps its own way to end."""
    before = signal.getsignal(signal.SIGTERM)
    with serve(lambda _: Response(body=FEED)) as url:
        desk.write(name_source(f"{url}/feed"))
        assert desk.run("once").code == 0
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.default_int_handler])
def test_sigterm_outside_of_polling_ends_the_block(handler: signal.Handlers) -> None:
    """While it publishes, a run ends at once too, and what it holds is closed."""
    closed: list[bool] = []
    before = signal.signal(signal.SIGINT, handler)
    try:
        with pytest.raises(SystemExit) as end, end_on_sigterm(), closing_to(closed):
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGINT, before)
    assert end.value.code == 143
    assert closed == [True]


def test_ctrl_c_is_no_sigterm() -> None:
    """An interrupt passes as it is."""
    with pytest.raises(KeyboardInterrupt), end_on_sigterm():
        raise KeyboardInterrupt


@contextmanager
def closing_to(closed: list[bool]) -> Iterator[None]:
    """Note that the block was left."""
    try:
        yield
    finally:
        closed.append(True)


def start_with_closed_output(
    desk: Desk, *words: str, both: bool = False
) -> "subprocess.Popen[str]":
    """Start a command into a pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return desk.start(*words, stdout=writer, stderr=writer if both else subprocess.PIPE)
    finally:
        os.close(writer)


@pytest.mark.parametrize(
    "words", [("status",), ("status", "--json"), ("list",), ("check",), ("--help",), ("--version",)]
)
def test_a_reader_that_left_is_no_reason_to_complain(desk: Desk, words: tuple[str, ...]) -> None:
    """`aggregator status | head -1` prints no traceback."""
    desk.write(*(name_source("https://paper.example/feed", f"paper-{n}") for n in range(50)))
    said = finish(start_with_closed_output(desk, *words))
    assert said.err == ""
    assert said.code in (0, 1)


def test_a_reader_of_the_log_that_left_breaks_nothing(desk: Desk) -> None:
    """What was asked is saved, and the lock is free."""
    with serve(lambda _: Response(body=FEED)) as url:
        desk.write(name_source(f"{url}/feed"))
        said = finish(start_with_closed_output(desk, "once", both=True))
        assert said.code == 1
        again = desk.run("once")
    assert (again.code, again.out.splitlines()[-1]) == (0, "2 stories")
    assert again.out.startswith("nothing is due before ")


def test_output_to_a_broken_pipe_ends_quietly(desk: Desk) -> None:
    """The same within this process."""
    desk.write(name_source("https://paper.example/feed"))
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream, desk.patch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        assert desk.run("list", "--json").code == 1


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("check",)])
def test_an_output_that_is_full_is_a_failure_in_words(desk: Desk, words: tuple[str, ...]) -> None:
    """Whoever redirects to a full disk learns it from the exit code and a message."""
    desk.write(name_source("https://paper.example/feed"))
    with FULL.open("w") as full, desk.patch.context() as patch:
        patch.setattr(sys, "stdout", full)
        said = desk.run(*words)
    message = "aggregator: the output cannot be written (No space left on device)\n"
    assert (said.code, said.err) == (1, message)


def test_closed_outputs_are_no_failure(desk: Desk) -> None:
    """`>&- 2>&-` is a way to want no words."""
    desk.write(name_source("https://paper.example/feed"))
    for command, code in (("list", 0), ("nonsense", 2)):
        with desk.patch.context() as patch:
            patch.setattr(sys, "stdout", None)
            patch.setattr(sys, "stderr", None)
            assert desk.run(command).code == code
            sys.stdout.close()


def test_other_failures_of_the_system_keep_their_traceback(desk: Desk) -> None:
    """What nobody foresaw is not mistaken for an output that cannot be written."""

    class Broken(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.EBADF, "bad")

    with desk.patch.context() as patch:
        patch.setattr(sys, "stdout", Broken())
        patch.setattr(sys, "argv", ["aggregator", "--version"])
        with pytest.raises(OSError, match="bad"):
            main()


def test_a_full_disk_costs_nothing_that_was_published(desk: Desk) -> None:
    """When the store cannot grow: exit 1, its path, no traceback; the old files stand."""
    items = [write_item(n, text=f"Report {n}. " + "Many words. " * 2_000) for n in range(40)]
    bodies = [FEED, write_rss(*items)]
    with serve(lambda _: Response(body=bodies.pop(0))) as url:
        desk.write(name_source(f"{url}/feed"))
        assert desk.run("once").code == 0
        public = desk.folder / "data" / "public"
        before = {path: path.read_bytes() for path in public.rglob("*.*")}
        limit = (desk.folder / "data" / "aggregator.db").stat().st_size + 100_000
        script = (
            "import os, resource, sys\n"
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
            "os.execv(sys.executable, sys.argv[1:])"
        )
        run = subprocess.run(
            [sys.executable, "-c", script, *COMMAND, "once", "--force"],
            cwd=desk.folder,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.splitlines()[-1].startswith("aggregator: data/aggregator.db: ")
    assert "Traceback" not in run.stderr
    assert {path: path.read_bytes() for path in public.rglob("*.*")} == before
