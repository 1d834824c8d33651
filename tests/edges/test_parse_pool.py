"""The processes that parse: killed at the deadline, replaced, leaving no orphan."""

import asyncio
import io
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core.model import Failure, ParsedFeed, ParseFailed
from aggregator.edges.parse import Task
from aggregator.edges.parse.frames import pack, read_frame
from aggregator.edges.parse.worker import serve
from aggregator.reading import open_readers, read_body

URL = "https://news.example/feed"
FEED = b'<rss version="2.0"><channel><item><guid>1</guid></item></channel></rss>'
# An expression of feedparser 6.0.14 is quadratic in the empty lines before the root: a minute.
STUCK = b'<?xml version="1.0"?>' + b"\n" * 100_000 + FEED
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
WORKER = b"aggregator.reading"
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


def workers_of(parent: int) -> list[int]:
    """The worker processes of a process."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat, words = (folder / "stat").read_text(), (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if WORKER in words and int(stat.rpartition(")")[2].split()[1]) == parent:
            found.append(int(folder.name))
    return found


def is_alive(process: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def test_a_worker_answers_as_its_reader_does() -> None:
    """The pool's answer is its reader's, with every argument handed on."""

    async def ask() -> None:
        async with open_readers(1, MINUTE) as pool:
            answer = await pool.parse(Task(FEED, "application/rss+xml", URL, "hy"))
            again = await pool.parse(Task(b"", "", URL))
        assert answer == read_body(Task(FEED, "application/rss+xml", URL, "hy"))
        assert again == read_body(Task(b"", "", URL))

    asyncio.run(ask())


def test_more_tasks_than_workers_are_all_answered() -> None:
    """Tasks wait for a free worker and none is lost."""

    async def ask() -> None:
        async with open_readers(2, MINUTE) as pool:
            answers = await asyncio.gather(
                *(pool.parse(Task(FEED, "", f"{URL}/{n}")) for n in range(9))
            )
        assert all(isinstance(answer, ParsedFeed) for answer in answers)

    asyncio.run(ask())


def test_a_stuck_worker_is_killed_at_the_deadline_and_replaced() -> None:
    """A document that never ends parsing costs its deadline and nothing of the next one."""

    async def ask() -> None:
        async with open_readers(1, SECOND) as pool:
            await pool.parse(Task(FEED, "", URL))
            before = time.monotonic()
            answer = await pool.parse(Task(STUCK, "", URL))
            took = time.monotonic() - before
            after = await pool.parse(Task(FEED, "", URL))
        assert answer == ParseFailed(Failure.PARSE_DEADLINE, "not parsed within 1 s")
        assert took < 2
        assert isinstance(after, ParsedFeed)

    asyncio.run(ask())


def test_a_long_author_is_answered_within_the_deadline() -> None:
    """An author of 64,000 letters does not hold a worker (kurtmckee/feedparser#562)."""
    letters = b"<author>" + b"a" * 64_000 + b"</author><guid>"

    async def ask() -> None:
        async with open_readers(1, 5 * SECOND) as pool:
            answer = await pool.parse(Task(FEED.replace(b"<guid>", letters), "", URL))
        assert isinstance(answer, ParsedFeed)

    asyncio.run(ask())


@needs_proc
def test_a_worker_that_dies_is_a_crash_and_is_replaced() -> None:
    """A worker killed during its task is answered with PARSE_CRASH and how it ended."""

    async def ask() -> None:
        async with open_readers(1, MINUTE) as pool:
            await pool.parse(Task(FEED, "", URL))
            asked = asyncio.ensure_future(pool.parse(Task(STUCK, "", URL)))
            await asyncio.sleep(0)
            os.kill(workers_of(os.getpid())[0], signal.SIGKILL)
            answer = await asked
            after = await pool.parse(Task(FEED, "", URL))
        assert answer == ParseFailed(Failure.PARSE_CRASH, "the parse process ended with SIGKILL")
        assert isinstance(after, ParsedFeed)

    asyncio.run(ask())


@needs_proc
def test_a_worker_that_died_between_tasks_is_a_crash() -> None:
    """A worker found dead is answered with PARSE_CRASH; the next task has a new one."""

    async def ask() -> None:
        async with open_readers(1, MINUTE) as pool:
            await pool.parse(Task(FEED, "", URL))
            os.kill(workers_of(os.getpid())[0], signal.SIGKILL)
            answer = await pool.parse(Task(FEED, "", URL))
            after = await pool.parse(Task(FEED, "", URL))
        assert isinstance(answer, ParseFailed)
        assert answer.kind is Failure.PARSE_CRASH
        assert isinstance(after, ParsedFeed)

    asyncio.run(ask())


@pytest.mark.parametrize("program", ["/bin/false", "/nowhere/python"])
def test_a_worker_that_cannot_start_is_a_crash(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no process can be started, each task is answered with PARSE_CRASH."""
    monkeypatch.setattr(sys, "executable", program)

    async def ask() -> None:
        async with open_readers(1, MINUTE) as pool:
            answers = [await pool.parse(Task(FEED, "", URL)) for _ in range(2)]
        assert answers == [ParseFailed(Failure.PARSE_CRASH, "the parse process did not start")] * 2

    asyncio.run(ask())


@needs_proc
def test_a_cancelled_task_gives_its_place_back() -> None:
    """Cancelling a task ends its worker and leaves the pool usable."""

    async def ask() -> None:
        async with open_readers(1, MINUTE) as pool:
            await pool.parse(Task(FEED, "", URL))
            asked = asyncio.ensure_future(pool.parse(Task(STUCK, "", URL)))
            await asyncio.sleep(0)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            assert isinstance(await pool.parse(Task(FEED, "", URL)), ParsedFeed)
        assert workers_of(os.getpid()) == []

    asyncio.run(ask())


PARENT = """
import asyncio, sys
from datetime import timedelta
from aggregator.edges.parse import Task
from aggregator.reading import open_readers
async def main():
    async with open_readers(1, timedelta(seconds=float(sys.argv[1]))) as pool:
        await pool.parse(Task(b"<rss/>", "", ""))
        asked = asyncio.ensure_future(pool.parse(Task(sys.stdin.buffer.read(), "", "")))
        await asyncio.sleep(0)
        print("ready", flush=True)
        await asked
        await asyncio.Event().wait()
asyncio.run(main())
"""


@needs_proc
@pytest.mark.parametrize("body", [FEED, STUCK], ids=["idle", "stuck"])
def test_a_killed_parent_leaves_no_orphan(body: bytes) -> None:
    """After kill -9 of its parent a worker ends: at once when idle, by its alarm when stuck."""
    command = [sys.executable, "-c", PARENT, "1" if body is STUCK else "30"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(body)
        parent.stdin.close()
        parent.stdout.readline()
        workers = workers_of(parent.pid)
        parent.kill()
    assert len(workers) == 1
    limit = time.monotonic() + 10
    while is_alive(workers[0]) and time.monotonic() < limit:
        os.sched_yield()
    assert not is_alive(workers[0])


def test_serve_answers_until_its_input_ends() -> None:
    """A worker says when it is ready, answers each task, and ends with its input, cut or not."""
    task = pack(Task(FEED, "", URL))
    sink = io.BytesIO()
    serve(io.BytesIO(task + task + task[:-1]), sink, 60, read_body)
    sink.seek(0)
    expected = read_body(Task(FEED, "", URL))
    assert [read_frame(sink) for _ in range(4)] == [None, expected, expected, None]
