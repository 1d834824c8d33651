"""What a daemon costs that has 10,000 sources and nothing to do.

    .venv/bin/python benchmarks/idle.py [--sources 10000] [--seconds 30] [--json]

The store knows every source; each is due at some time of the next hours, none
now. Measured on the running command: CPU while nothing is due (percent of one
core), resident memory; and in this process how long one look at the store for
who is due takes, then and during a first start, when nobody was asked yet.
Ends with exit code 1 above 1 %, 150 MB or 20 ms.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.core import policy
from aggregator.core.settings import Config
from aggregator.edges.config import load
from aggregator.edges.store import open_store
from aggregator.pipeline.agenda import Agenda
from aggregator.pipeline.poll import Due
from stage import list_command

_MOST_CPU, _MOST_MB, _MOST_MS = 1.0, 150.0, 20.0
_LOOKS = 50


def write_sources(path: Path, count: int) -> Config:
    """A configuration of that many sources, each on a host of its own, read from its file."""
    lines = "".join(
        f"  - {{id: paper-{n}, name: Paper {n}, url: 'https://paper{n}.example/feed'}}\n"
        for n in range(count)
    )
    head = "newsfeed: {contact: 'mailto:desk@news.example'}\nserve: {port: 0}\nsources:\n"
    path.write_text(head + lines)
    return load(path, {}, path.parent / "data")


def fill_store(config: Config, data: Path, now: datetime) -> None:
    """Make every source known, and due within the next twenty hours."""
    with open_store(data) as store:
        store.save_states(
            replace(
                policy.start_state(source, now),
                last_poll=now,
                etag=f'"{number}"',
                body_digest="0" * 64,
                last_kind="ok",
                next_poll=now + timedelta(hours=2, seconds=7 * number),
            )
            for number, source in enumerate(config.sources)
        )


def time_looks(config: Config, data: Path, now: datetime) -> float:
    """Milliseconds, the median, that it takes to find the few who are due."""
    with open_store(data) as store:
        agenda = Agenda(config, store)
        spent = []
        for number in range(_LOOKS):
            begun = time.perf_counter()
            _look(agenda, now + timedelta(hours=2, seconds=7 * number))
            spent.append(1000 * (time.perf_counter() - begun))
    return statistics.median(spent)


def time_first_looks(config: Config, data: Path, now: datetime) -> float:
    """Milliseconds, the longest, of a look during a first start: all are new, each takes its turn.

    Each second as many as have their turn are claimed, as their polls would do.
    """
    data.mkdir()
    spent = []
    with open_store(data) as store:
        agenda = Agenda(config, store)
        while agenda.has_new:
            begun = time.perf_counter()
            due = _look(agenda, now)
            spent.append(1000 * (time.perf_counter() - begun))
            for source, _ in due:
                agenda.take(source)
            store.save_states(policy.claim(state, config.polling, now) for _, state in due)
            now += timedelta(seconds=1)
    return max(spent)


def _look(agenda: Agenda, now: datetime) -> Due:
    due, _ = agenda.find_due(now, (), agenda.find_rests(now), policy.NEW_HOSTS_A_SECOND)
    agenda.find_next(now)
    return due


def watch_daemon(config: Path, data: Path, seconds: float) -> tuple[float, float]:
    """CPU in percent of one core, and memory in MB, of a daemon with nothing to do."""
    command = [*list_command(config, data)[:-1], "run"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            for line in process.stdout or ():
                if line.startswith("end it"):
                    break
            time.sleep(10)  # it publishes once at its start
            before = _read_cpu(process.pid)
            time.sleep(seconds)
            cpu = _read_cpu(process.pid) - before
            memory = _read_memory(process.pid)
        finally:
            process.terminate()
    return 100 * cpu / seconds, memory


def _read_cpu(pid: int) -> float:
    """CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _read_memory(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(sources: int, seconds: float) -> dict[str, float]:
    """The figures."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as place:
        path, data = Path(place) / "sources.yaml", Path(place) / "data"
        data.mkdir()
        config = write_sources(path, sources)
        fill_store(config, data, now)
        cpu, memory = watch_daemon(path, data, seconds)
        look = time_looks(config, data, now)
        first = time_first_looks(config, Path(place) / "first", now)
    return {
        "idle CPU, % of a core": round(cpu, 2),
        "memory, MB": round(memory, 1),
        "who is due, ms": round(look, 2),
        "the same while all are new, ms": round(first, 2),
    }


def main() -> None:
    """Run, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = run(given.sources, given.seconds)
    if given.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, figure in figures.items():
            print(f"{name:34}{figure:>10}")
    limits = (_MOST_CPU, _MOST_MB, _MOST_MS, _MOST_MS)
    over = [
        name
        for (name, figure), limit in zip(figures.items(), limits, strict=True)
        if figure > limit
    ]
    raise SystemExit(f"too much: {', '.join(over)}" if over else 0)


if __name__ == "__main__":
    main()
