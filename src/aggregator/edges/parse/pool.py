"""Parse processes that are killed at a deadline.

A regular expression that runs away cannot be interrupted from within its
process (kurtmckee/feedparser#562), and 10,000 items take memory that only a
process gives back. Workers are started by exec, not by fork: a forked orphan
would hold the data folder's lock.
"""

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar

from aggregator.core.model import (
    ArticlePage,
    Failure,
    ParsedFeed,
    ParseFailed,
    ParseResult,
    Permission,
)
from aggregator.edges.parse.frames import (
    LENGTH,
    OUT_OF_MEMORY,
    Frame,
    PageTask,
    RobotsTask,
    Task,
    Work,
    pack,
    unpack,
)

T = TypeVar("T", ParsedFeed, ArticlePage, Permission)

_START_SECONDS = 30.0  # for the interpreter and its imports, which are not the feed's fault


class ParsePool:
    """Up to `workers` processes, started when first needed, each task ended at `deadline`.

    `module` is what they run: one that calls `run_worker` with what reads a task.
    """

    def __init__(self, workers: int, deadline: timedelta, module: str) -> None:
        """Prepare the places; no process is started yet."""
        self._module = module
        self._deadline = deadline.total_seconds()
        # Last in, first out: a running worker is taken before a new one is started.
        self._places: asyncio.LifoQueue[Process | None] = asyncio.LifoQueue()
        for _ in range(workers):
            self._places.put_nowait(None)
        self._running: set[Process] = set()

    async def __aenter__(self) -> Self:
        """The pool itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every process."""
        for process in tuple(self._running):
            await self._end(process)

    async def parse(self, task: Task) -> ParseResult:
        """The feed, or why there is none, as the reader says or as in `_work`."""
        return await self._work(task, ParsedFeed)

    async def read_page(self, task: PageTask) -> ArticlePage | ParseFailed:
        """What an article's page holds; for a pool whose module reads pages."""
        return await self._work(task, ArticlePage)

    async def read_robots(self, task: RobotsTask) -> Permission | ParseFailed:
        """What a robots.txt permits; for a pool whose module reads pages."""
        return await self._work(task, Permission)

    async def _work(self, task: Work, kind: type[T]) -> T | ParseFailed:
        """What the reader says, or PARSE_DEADLINE or PARSE_CRASH; waits for a free worker."""
        process = await self._places.get()
        kept: Process | None = None
        try:
            process = process or await self._start()
            answer = await self._ask(process, task, kind)
            kept = process
        except TimeoutError:
            return ParseFailed(Failure.PARSE_DEADLINE, f"not parsed within {self._deadline:g} s")
        except (EOFError, OSError):
            return ParseFailed(Failure.PARSE_CRASH, await self._name_end(process))
        else:
            return answer
        finally:
            if process is not None and kept is None:
                await self._end(process)
            self._places.put_nowait(kept)

    async def _start(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", self._module, str(2 * self._deadline)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
        )
        self._running.add(process)
        try:
            await asyncio.wait_for(_hear(process), _START_SECONDS)
        except BaseException:
            await self._end(process)
            raise
        return process

    async def _ask(self, process: Process, task: Work, kind: type[T]) -> T | ParseFailed:
        async with asyncio.timeout(self._deadline):
            await _tell(process, task)
            answer = await _hear(process)
        if isinstance(answer, kind | ParseFailed):
            return answer
        raise EOFError(f"a worker answered {type(answer).__name__}")

    async def _name_end(self, process: Process | None) -> str:
        """How a worker ended, in words; its pipe closes a moment before it has."""
        if process is None:
            return "the parse process did not start"
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 1)
        await self._end(process)
        code = process.returncode or 0
        if code == OUT_OF_MEMORY:
            return "the parse process ran out of memory"
        return f"the parse process ended with {signal.Signals(-code).name if code < 0 else code}"

    async def _end(self, process: Process) -> None:
        """Kill a process and read its pipes to their end, so that nothing of it is left."""
        self._running.discard(process)
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.communicate()


async def _tell(process: Process, task: Work) -> None:
    writer, _ = _pipes(process)
    writer.write(pack(task))
    await writer.drain()


async def _hear(process: Process) -> Frame:
    _, reader = _pipes(process)
    (size,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
    return unpack(await reader.readexactly(size))


def _pipes(process: Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise EOFError("a worker without pipes")
    return process.stdin, process.stdout
