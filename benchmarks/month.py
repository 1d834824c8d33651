"""A month of a daemon in ten minutes or more: what grows in it, and how long its log is.

    .venv/bin/python benchmarks/month.py [--days 30] [--sources 50] [--json]

The daemon's newsroom polls real HTTP feeds over loopback, stores, publishes
and is watched, with the time passed in: a clock that goes on five minutes at
each step. Each source publishes six items a day. Printed per day: polls,
publishings, memory, open files, threads, bytes logged. Ends with exit code 1
when, after the first day, memory grew by more than `--most-mib`, or files or
threads by more than a few.
"""

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from io import TextIOBase
from pathlib import Path
from typing import TextIO, cast

from aggregator.core.model import Source
from aggregator.core.settings import Config, NewsfeedSettings, PollingSettings
from aggregator.daemon.newsroom import Newsroom
from aggregator.daemon.pages import make_pages
from aggregator.edges.log import make_log
from aggregator.edges.serve import Asking
from aggregator.edges.store import open_store
from newsstand import START, Stand, answer

_STEP = timedelta(minutes=5)
_A_DAY = 6
"""Items a day of each source: twice what a paper of one person writes, less than an agency."""
_WINDOW = 25
_PAGES = ("/healthz", "/readyz", "/metrics", "/status")
_SPARE_FILES, _SPARE_THREADS = 64, 4
"""What may be open at one moment and not at another: 32 idle connections, both their ends here."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a daemon held at the end of a simulated day, and what it did on it."""

    day: int
    polls: int
    publishes: int
    mib: float
    files: int
    threads: int
    log_bytes: int
    store_mib: float


@dataclass
class Clock:
    """The time as it is set."""

    now: datetime

    def read(self) -> datetime:
        """The time, as the daemon is given it."""
        return self.now

    def read_seconds(self) -> float:
        """The same for the news stand."""
        return self.now.timestamp()


class Counting(TextIOBase):
    """A log of which only the counts of bytes and lines are kept."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.bytes = 0
        self.lines: dict[str, int] = {}

    def write(self, text: str) -> int:
        """Count what is logged; a line's event is its second word."""
        self.bytes += len(text.encode())
        for line in text.splitlines():
            event = line.split()[1] if " " in line else ""
            self.lines[event] = self.lines.get(event, 0) + 1
        return len(text)


def read_memory() -> float:
    """Resident memory of this process in MiB, after what nobody holds was given back."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def open_newsroom(
    place: Path, clock: Clock, log: Counting, port: int, sources: int
) -> Iterator[Newsroom]:
    """A daemon's newsroom over that many feeds of the stand."""
    named = tuple(
        Source(id=f"paper-{n}", name=f"Paper {n}", url=f"http://127.0.0.1:{port}/feed/{n}")
        for n in range(sources)
    )
    polling = PollingSettings(host_spacing=timedelta(0), per_host=8, allow_private_networks=True)
    newsfeed = NewsfeedSettings(timezone="Asia/Yerevan", contact="mailto:desk@news.example")
    config = Config("sources.yaml", newsfeed, polling, sources=named)
    with open_store(place) as store:
        yield Newsroom(config, store, place, clock.read, make_log("console", cast("TextIO", log)))


async def live(days: int, sources: int, place: Path) -> list[Day]:
    """Let the days pass; what was held at the end of each."""
    clock = Clock(datetime.fromtimestamp(START, UTC) + timedelta(days=_WINDOW / _A_DAY))
    every = timedelta(days=1) / _A_DAY
    stand = Stand(
        feeds=sources,
        window=_WINDOW,
        words=150,
        every=every.total_seconds(),
        opened=clock.read_seconds(),
        log=None,
        clock=clock.read_seconds,
    )
    server = await asyncio.start_server(
        lambda reader, writer: answer(stand, reader, writer), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    counting = Counting()
    seen: list[Day] = []
    with open_newsroom(place, clock, counting, port, sources) as newsroom:
        async with newsroom:
            for day in range(1, days + 1):
                before = (counting.bytes, dict(counting.lines))
                await live_a_day(newsroom, clock)
                seen.append(_look(day, place, counting, before))
                print_progress(f"day {day} of {days}")
    server.close()
    return seen


async def live_a_day(newsroom: Newsroom, clock: Clock) -> None:
    """Tick through one day, look at every page each hour, end the day and tidy."""
    pages = make_pages(newsroom, clock.read)
    end = clock.now + timedelta(days=1)
    while clock.now < end:
        clock.now += _STEP
        newsroom.tick()  # polls
        await newsroom.settle()
        newsroom.tick()  # and what they changed
        await newsroom.settle()
        if clock.now.minute < _STEP.total_seconds() / 60:
            for path in _PAGES:
                page = pages[path]
                page.make("") if isinstance(page, Asking) else page()
    newsroom.end_day()
    newsroom.tidy()


def _look(day: int, place: Path, log: Counting, before: tuple[int, dict[str, int]]) -> Day:
    old_bytes, old_lines = before
    done = {name: count - old_lines.get(name, 0) for name, count in log.lines.items()}
    return Day(
        day,
        polls=done.get("event=poll", 0),
        publishes=done.get("event=publish", 0),
        mib=round(read_memory(), 1),
        files=len(list(Path("/proc/self/fd").iterdir())),
        threads=threading.active_count(),
        log_bytes=log.bytes - old_bytes,
        store_mib=round((place / "aggregator.db").stat().st_size / 2**20, 1),
    )


def print_progress(words: str) -> None:
    """Say how far it is, on a terminal."""
    if sys.stderr.isatty():
        print(f"\r{words}", end="", file=sys.stderr, flush=True)


def find_growth(seen: list[Day], most_mib: float) -> list[str]:
    """What grew after the first day, in words."""
    first, rest = seen[0], seen[1:]
    if not rest:
        return []
    found = []
    # The median of the last days: one moment's garbage is no growth.
    last = sorted(day.mib for day in rest[-5:])[len(rest[-5:]) // 2]
    if last - first.mib > most_mib:
        found.append(f"memory grew from {first.mib} to {last} MiB")
    if max(day.files for day in rest) > first.files + _SPARE_FILES:
        found.append("open files grew")
    if max(day.threads for day in rest) > first.threads + _SPARE_THREADS:
        found.append("threads grew")
    return found


def main() -> None:
    """Run, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--sources", type=int, default=50)
    parser.add_argument("--most-mib", type=float, default=10.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        seen = asyncio.run(live(given.days, given.sources, Path(place)))
    if given.json:
        print(json.dumps([asdict(day) for day in seen], indent=2))
    else:
        names = list(asdict(seen[0]))
        print("".join(f"{name:>11}" for name in names))
        for day in seen:
            print("".join(f"{value:>11}" for value in asdict(day).values()))
    grown = find_growth(seen, given.most_mib)
    raise SystemExit("; ".join(grown) if grown else 0)


if __name__ == "__main__":
    main()
