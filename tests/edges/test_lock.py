"""One writer on a data folder, and a lock that dies with its holder."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aggregator.edges.store import hold_lock, read_note
from aggregator.errors import LockedError, StoreError
from tests.edges.make import run_python, start_python

HOLD = """
import sys
from pathlib import Path
from aggregator.edges.store import hold_lock

with hold_lock(Path(sys.argv[1])):
    {then}
    print("held", flush=True)
    sys.stdin.read()
"""

CHILDREN = {
    "subprocess": """
    import subprocess
    code = "import signal; signal.pause()"
    child = subprocess.Popen([sys.executable, "-c", code], close_fds=False)
    print(child.pid, flush=True)
""",
    "spawn": """
    import multiprocessing, signal
    child = multiprocessing.get_context("spawn").Process(target=signal.pause)
    child.start()
    print(child.pid, flush=True)
""",
}


@contextmanager
def hold_elsewhere(data: Path, then: str = "pass") -> Iterator[tuple[int, list[str]]]:
    """Another process that holds the lock, killed at the end: its pid and what it printed."""
    with start_python(HOLD.format(then=then.strip()), data) as process:
        assert process.stdout is not None
        lines = []
        while (line := process.stdout.readline().strip()) != "held":
            assert line, process.stderr and process.stderr.read()
            lines.append(line)
        try:
            yield process.pid, lines
        finally:
            process.kill()


def test_the_data_folder_is_made(tmp_path: Path) -> None:
    """The first holder makes the folder; afterwards the lock is free again."""
    data = tmp_path / "deep" / "data"
    for _ in range(2):
        with hold_lock(data):
            assert (data / "lock").read_text() == f"{os.getpid()}\n"


def test_a_second_holder_is_told_who_is_first(tmp_path: Path) -> None:
    """The message names the folder, the process, and what to do."""
    with hold_elsewhere(tmp_path) as (pid, _), pytest.raises(LockedError) as caught:
        hold_lock(tmp_path).__enter__()
    assert str(caught.value) == (
        f"{tmp_path}: in use by another aggregator (process {pid}); wait for it to end, or stop it"
    )


def test_a_second_holder_in_the_same_process_is_refused(tmp_path: Path) -> None:
    """The lock is for one holder, not for one process."""
    with hold_lock(tmp_path):
        with pytest.raises(LockedError, match=str(os.getpid())):
            hold_lock(tmp_path).__enter__()
        # The refused one did not free it either.
        with pytest.raises(LockedError):
            hold_lock(tmp_path).__enter__()


def test_a_holder_without_a_number_is_unknown(tmp_path: Path) -> None:
    """Between locking and writing its number the holder has none."""
    with hold_lock(tmp_path):
        (tmp_path / "lock").write_bytes(b"")
        with pytest.raises(LockedError, match=r"\(process unknown\)"):
            hold_lock(tmp_path).__enter__()


def test_kill_frees_the_lock_at_once(tmp_path: Path) -> None:
    """After kill -9 of its holder the lock is free, without waiting."""
    with hold_elsewhere(tmp_path):
        pass
    with hold_lock(tmp_path):
        pass


@pytest.mark.parametrize("kind", CHILDREN)
def test_children_do_not_keep_the_lock(tmp_path: Path, kind: str) -> None:
    """A child that outlives the killed holder has not inherited the lock."""
    with hold_elsewhere(tmp_path, CHILDREN[kind]) as (_, lines):
        child = int(lines[0])
    try:
        os.kill(child, 0)
        with hold_lock(tmp_path):
            pass
    finally:
        os.kill(child, signal.SIGKILL)


def test_an_error_inside_frees_the_lock(tmp_path: Path) -> None:
    """The lock ends with the block, however it ends."""
    with pytest.raises(ZeroDivisionError), hold_lock(tmp_path):
        _ = 1 / 0
    with hold_lock(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """The message names the folder, the cause and the next step."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match=r"file/data: cannot be written \(.+\); name a folder"):
        hold_lock(tmp_path / "file" / "data").__enter__()


def test_a_full_disk_does_not_cost_the_lock(tmp_path: Path) -> None:
    """The number in the file serves a message only."""
    code = HOLD.format(then="pass").replace(
        "with hold_lock",
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\nwith hold_lock",
    )
    (tmp_path / "lock").write_bytes(b"")
    assert run_python(code, tmp_path) == "held\n"


def test_the_holder_leaves_a_line(tmp_path: Path) -> None:
    """The last line counts, beside the number; it is gone when the lock is free."""
    with hold_lock(tmp_path) as note:
        assert read_note(tmp_path) == ""
        note("http://127.0.0.1:8080/longer/")
        note("http://127.0.0.1:80/")
        assert read_note(tmp_path) == "http://127.0.0.1:80/"
        with pytest.raises(LockedError, match=rf"\(process {os.getpid()}\)"):
            hold_lock(tmp_path).__enter__()
        assert read_note(tmp_path) == "http://127.0.0.1:80/"
    assert read_note(tmp_path) == ""


def test_without_a_lock_there_is_no_line(tmp_path: Path) -> None:
    """Neither where no lock was ever held, nor in one that says nothing."""
    assert read_note(tmp_path / "nowhere") == ""
    (tmp_path / "lock").write_bytes(b"")
    assert read_note(tmp_path) == ""


def test_a_killed_holder_leaves_its_line_behind(tmp_path: Path) -> None:
    """The next holder clears it."""
    with start_python(
        HOLD.format(then="pass").replace(":\n    pass", " as note:\n    note('x')"), tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        process.kill()
    assert read_note(tmp_path) == "x"
    with hold_lock(tmp_path):
        assert read_note(tmp_path) == ""
