"""A week of polling 200 sources of mixed behaviour, and what their servers saw.

    .venv/bin/python benchmarks/week.py [--days 7] [--sources 200] [--json]

The daemon's rounds ask papers that answer in this process; the event loop's
time is the week's, and jumps to the next thing to do. The papers keep a log of
every request and judge it: an unconditional request where a validator was
given, one before the time that an answer had asked to wait, one after a 410,
two at once on a host, two on one domain closer than `host_spacing`; at the end
whether requests came in herds. Twice the daemon is killed and started again.
Ends with exit code 1 and the breaches if there are any.
"""

import argparse
import asyncio
import json
import math
import random
import statistics
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

from aggregator.core.model import (
    Failed,
    Failure,
    Fetched,
    FetchResult,
    FetchState,
    Hop,
    NotModified,
    ParseResult,
    Source,
)
from aggregator.core.settings import Config, NewsfeedSettings, PollingSettings
from aggregator.edges.domains import find_domain
from aggregator.edges.fetch import Gate
from aggregator.edges.log import make_log
from aggregator.edges.parse import Task
from aggregator.edges.store import open_store
from aggregator.pipeline import Polled, Rounds, Tools
from aggregator.reading import read_body
from newsstand import START, Stand, write_feed

_TICK = 5.0
_SPACING = timedelta(seconds=1)
_POLLING = PollingSettings(host_spacing=_SPACING)
_HERD = 6.0
"""Standard deviations by which one minute may exceed the mean (of a Poisson process)."""
_UNEVEN = 1.3
"""How much more than the mean one minute of the hour may get over the week."""
_DAY = 86_400.0
_FLOOR_LIMIT = _DAY
_RETRY_LIMIT = 7 * _DAY


class WeekLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is the week's: it jumps to the next timer when nothing runs."""

    week = 0.0

    def time(self) -> float:
        """Seconds since the week began."""
        return self.week

    def _run_once(self) -> None:
        timers = self._scheduled  # type: ignore[attr-defined] # the base loop's own queue
        ready = self._ready  # type: ignore[attr-defined] # as above
        # A thread that reads a feed is waited for: it takes no time of the week.
        if not ready and timers and threading.active_count() == 1:
            self.week = max(self.week, timers[0].when())
        super()._run_once()  # type: ignore[misc] # asyncio ships no types for it


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as a paper's server saw it; `until` is before when it asked not to come."""

    at: float
    end: float
    conditional: bool
    until: float


@dataclass
class Paper:
    """A source's server: how it answers, and every request it saw."""

    number: int
    behaviour: str
    host: str
    validators: bool = True
    visits: list[Visit] = field(default_factory=list)
    vouched: str | None = None
    """The validator of its last complete answer, if that had one."""
    gone: bool = False


@dataclass
class World:
    """All papers, and the breaches they saw."""

    stand: Stand
    papers: dict[str, Paper]
    choose: random.Random
    breaches: list[str] = field(default_factory=list)

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
        glance: str = "",
    ) -> FetchResult:
        """Answer for the source's server, and judge the request."""
        del glance  # no source's pages are asked here
        paper = self.papers[source.id]
        loop = asyncio.get_running_loop()
        async with gate(paper.host) if gate else nullcontext():
            at = loop.time()
            sent = state.etag if conditional else None
            self._judge(paper, at, sent)
            result, asked = _ANSWERS[paper.behaviour](self, paper, at, sent)
            # The log is written when the request comes in: a kill cuts only the answer.
            length = self.choose.uniform(0.05, 3.0)
            paper.visits.append(Visit(at, at + length, sent is not None, at + asked))
            await asyncio.sleep(length)
        return result

    def _judge(self, paper: Paper, at: float, sent: str | None) -> None:
        who = f"paper-{paper.number} ({paper.behaviour}) at {at:.0f} s"
        if paper.gone:
            self.breaches.append(f"{who}: asked after a 410")
        if paper.vouched is not None and sent != paper.vouched:
            self.breaches.append(f"{who}: not asked with the validator it gave")
        early = max((visit.until for visit in paper.visits), default=0.0) - at
        if early > 0:
            self.breaches.append(f"{who}: {early:.1f} s before the time it had asked for")

    def serve(self, paper: Paper, at: float, sent: str | None, max_age: float = 0.0) -> FetchResult:
        """The feed as it is now, or a 304."""
        count = self.stand.count_items(paper.number, self.stand.opened + at)
        tag = f'"{paper.number}-{count}"' if paper.validators else None
        paper.vouched = tag
        age = timedelta(seconds=max_age) if max_age else None
        url = f"https://{paper.host}/feed/{paper.number}"
        if tag is not None and sent == tag:
            return NotModified(url, etag=tag, max_age=age)
        body = write_feed(self.stand, paper.number, count)
        return Fetched(
            url, body, content_type="application/rss+xml", etag=tag, max_age=age, wire_bytes=1
        )


Answer = Callable[[World, Paper, float, str | None], tuple[FetchResult, float]]
"""What a paper answers, and for how many seconds it asks not to come again."""


def _fail(kind: Failure, status: int | None = None, retry: float = 0.0) -> Failed:
    after = timedelta(seconds=retry) if retry else None
    return Failed(kind, "it fails in this week", status=status, retry_after=after)


def _plain(world: World, paper: Paper, at: float, sent: str | None) -> tuple[FetchResult, float]:
    return world.serve(paper, at, sent), 0.0


def _aged(world: World, paper: Paper, at: float, sent: str | None) -> tuple[FetchResult, float]:
    # Ten minutes to twenty hours; one asks for more than a day, which is as long as we listen.
    asked = 600.0 * (1 + paper.number * 7_919 % 120)
    seconds = 2 * _DAY if paper.number == len(_MIX) - 6 else asked
    return world.serve(paper, at, sent, seconds), min(seconds, _FLOOR_LIMIT)


def _throttling(
    world: World, paper: Paper, at: float, sent: str | None
) -> tuple[FetchResult, float]:
    if len(paper.visits) % 4 != 2:  # noqa: PLR2004 - every fourth answer is a refusal
        return world.serve(paper, at, sent), 0.0
    retry = 600.0 * (1 + paper.number % 300)
    return _fail(Failure.THROTTLED, 429, retry), min(retry, _RETRY_LIMIT)


def _busy(world: World, paper: Paper, at: float, sent: str | None) -> tuple[FetchResult, float]:
    if world.choose.random() < 0.7:  # noqa: PLR2004 - mostly it serves
        return world.serve(paper, at, sent), 0.0
    return _fail(Failure.UNAVAILABLE, 503, 7_200.0), 7_200.0


def _flapping(world: World, paper: Paper, at: float, sent: str | None) -> tuple[FetchResult, float]:
    if world.choose.random() < 0.5:  # noqa: PLR2004 - as often as not
        return world.serve(paper, at, sent), 0.0
    return _fail(world.choose.choice([Failure.DNS, Failure.RESET, Failure.DEADLINE])), 0.0


def _leaving(world: World, paper: Paper, at: float, sent: str | None) -> tuple[FetchResult, float]:
    if at < 2 * _DAY:
        return world.serve(paper, at, sent), 0.0
    paper.gone = True
    return _fail(Failure.GONE, 410), 0.0


def _moving(world: World, paper: Paper, at: float, sent: str | None) -> tuple[FetchResult, float]:
    result = world.serve(paper, at, sent)
    status = 301 if paper.number % 2 else 302
    hops = (Hop(status, f"https://new.{paper.host}/feed"),)
    if isinstance(result, Fetched):
        return Fetched(result.url, result.body, etag=result.etag, hops=hops), 0.0
    return NotModified("", etag=paper.vouched, hops=hops), 0.0


def _html(world: World, paper: Paper, at: float, sent: str | None) -> tuple[FetchResult, float]:
    del world, at, sent
    paper.vouched = '"page"'
    return Fetched("", b"<html><body>maintenance</body></html>", "text/html", etag='"page"'), 0.0


_ANSWERS: dict[str, Answer] = {
    "plain": _plain,
    "shared domain": _plain,
    "no validators": _plain,
    "max-age": _aged,
    "429": _throttling,
    "503": _busy,
    "flapping": _flapping,
    "410": _leaving,
    "redirect": _moving,
    "html": _html,
}
_MIX = (
    *(["plain"] * 8),
    *(["shared domain"] * 2),
    *(["no validators"] * 2),
    *(["max-age"] * 2),
    *("429", "503", "flapping", "410", "redirect", "html"),
)
"""Twenty papers; a larger world repeats them."""


def make_paper(number: int) -> Paper:
    """The paper of that number; those of the shared domain are ten hosts of one name."""
    behaviour = _MIX[number % len(_MIX)]
    host = f"paper{number}.example"
    if behaviour == "shared domain":
        host = f"blog{number % 10}.shared.example"
    return Paper(number, behaviour, host, validators=behaviour != "no validators")


class _Reader:
    """Reads bodies in this process: they are our own."""

    async def parse(self, task: Task) -> ParseResult:
        """The feed, or why there is none."""
        return read_body(task)


async def live(days: float, world: World, place: Path) -> None:
    """Let the days pass; at a third and at two thirds the daemon is killed and starts again."""
    loop = asyncio.get_running_loop()
    sources = tuple(
        Source(id=name, name=name, url=f"https://{paper.host}/feed/{paper.number}")
        for name, paper in world.papers.items()
    )
    config = Config("sources.yaml", NewsfeedSettings(), _POLLING, sources=sources)

    def tell_time() -> datetime:
        return datetime.fromtimestamp(world.stand.opened + loop.time(), UTC)

    def note(polled: Polled | None) -> None:
        if polled is None:
            world.breaches.append("a Decision was refused")

    for part in (1, 2, 3):
        with open_store(place) as store:
            log = make_log("console", StringIO())
            rounds = Rounds(config, Tools(store, world, _Reader(), tell_time, log), note)
            while loop.time() < days * _DAY * part / 3:
                rounds.tick()
                await asyncio.sleep(_TICK)
                _print_progress(f"day {loop.time() / _DAY:.2f}")
            await rounds.stop()


def _print_progress(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{words}", end="", file=sys.stderr, flush=True)


def judge_spacing(world: World) -> list[str]:
    """Requests of one domain too close, and those of one host at once."""
    found = []
    by_host: dict[str, list[Visit]] = {}
    by_domain: dict[str, list[Visit]] = {}
    for paper in world.papers.values():
        by_host.setdefault(paper.host, []).extend(paper.visits)
        by_domain.setdefault(find_domain(paper.host) or paper.host, []).extend(paper.visits)
    for domain, visits in by_domain.items():
        starts = sorted(visit.at for visit in visits)
        close = sum(b - a < _SPACING.total_seconds() - 1e-6 for a, b in pairwise(starts))
        found += [f"{domain}: {close} requests closer than {_SPACING}"] if close else []
    for host, visits in by_host.items():
        ordered = sorted(visits, key=lambda visit: visit.at)
        at_once = sum(b.at < a.end for a, b in pairwise(ordered))
        # A kill cuts an answer, and the next daemon may ask the host again.
        found += [f"{host}: {at_once} requests at once"] if at_once > 0 else []
    return found


def measure_herds(world: World) -> dict[str, float]:
    """The largest minute, and the largest minute of the hour, against what they may be."""
    later = [visit.at for paper in world.papers.values() for visit in paper.visits[1:]]
    if not later:
        return {}
    minutes = Counter(int(at // 60) for at in later)
    length = max(1, int(max(later) // 60) - int(min(later) // 60) + 1)
    mean = len(later) / length
    of_the_hour = Counter(int(at // 60) % 60 for at in later)
    return {
        "requests": sum(len(paper.visits) for paper in world.papers.values()),
        "mean a minute": round(mean, 2),
        "largest minute": max(minutes.values()),
        "it may be": round(mean + _HERD * math.sqrt(mean), 1),
        "largest minute of the hour / mean": round(
            max(of_the_hour.values()) / (len(later) / 60), 3
        ),
        "it may be at most": _UNEVEN,
    }


def count_by_behaviour(world: World) -> dict[str, float]:
    """Requests a source and day, by behaviour: the median of its papers."""
    counts: dict[str, list[int]] = {}
    for paper in world.papers.values():
        counts.setdefault(paper.behaviour, []).append(len(paper.visits))
    return {name: statistics.median(some) for name, some in counts.items()}


def run(days: float, sources: int) -> tuple[World, dict[str, float]]:
    """The world after the week, and its figures."""
    stand = Stand(
        sources, window=25, words=20, every=_DAY / 8, opened=START + 25 * 3600.0, log=None
    )
    papers = {f"paper-{number}": make_paper(number) for number in range(sources)}
    choose = random.Random(1)  # noqa: S311 - behaviour, no secrets
    world = World(stand, papers, choose)
    with tempfile.TemporaryDirectory() as place, asyncio.Runner(loop_factory=WeekLoop) as runner:
        runner.run(live(days, world, Path(place)))
    herds = measure_herds(world)
    world.breaches += judge_spacing(world)
    if herds["largest minute"] > herds["it may be"]:
        world.breaches.append("a minute had a herd of requests")
    if herds["largest minute of the hour / mean"] > _UNEVEN:
        world.breaches.append("a minute of the hour had a herd of requests")
    return world, herds


def main() -> None:
    """Run, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    world, herds = run(given.days, given.sources)
    asked = count_by_behaviour(world)
    if given.json:
        print(json.dumps({"herds": herds, "asked": asked, "breaches": world.breaches}, indent=2))
    else:
        for name, figure in herds.items():
            print(f"{name:36}{figure:>10}")
        print(f"\n{'behaviour':36}{'requests of a source':>22}")
        for name, count in asked.items():
            print(f"{name:36}{count:>22}")
        print(f"\n{len(world.breaches)} breaches")
        print("\n".join(world.breaches[:40]))
    raise SystemExit(bool(world.breaches))


if __name__ == "__main__":
    main()
