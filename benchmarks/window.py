"""What one new report costs beside a full window of others, and what the window weighs.

    .venv/bin/python benchmarks/window.py [--reports 20000] [--new 400] [--json]

The texts are drawn: words of a made-up language, some common and most rare, as words are,
300 to a report, from 200 sources, one every two minutes. Times are CPU time. Where a report
costs more than 1 ms or the window more than 150 MB, the exit code is 1.
"""

import argparse
import json
import random
import resource
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from aggregator.core.likeness import Window
from aggregator.core.model import Entry, Report, Source

_BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = 30_000
_LENGTH = 300
SOURCES = 200
_NAMES = 0.08
_MOST_MS, _MOST_MB = 1.0, 150.0


def draw(count: int) -> Iterator[Report]:
    """So many reports, the same at every run."""
    chance = random.Random(1)  # noqa: S311 - texts, not keys
    vocabulary = ["".join(_spell(chance)) for _ in range(_WORDS)]
    weights = [1 / (rank + 5) for rank in range(_WORDS)]
    for number in range(count):
        words = chance.choices(vocabulary, weights, k=_LENGTH)
        cased = [word.title() if chance.random() < _NAMES else word for word in words]
        at = _BEGUN + number * timedelta(minutes=2)
        source = Source(f"s{number % SOURCES}", "https://s.example/rss")
        title, text = " ".join(cased[:9]), " ".join(cased)
        entry = Entry(
            source.id,
            str(number),
            title,
            at,
            at,
            text=text,
            published=at,
            language="en",
            digest=f"{number:064}",
        )
        yield Report(entry, source)


def _spell(chance: random.Random) -> Iterator[str]:
    for _ in range(chance.randint(2, 4)):
        yield chance.choice("bcdfghklmnprstvz") + chance.choice("aeiou")


def measure(reports: int, new: int) -> dict[str, float]:
    """The figures: milliseconds for each of the new ones, megabytes of the window."""
    drawn = list(draw(reports + new))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    window = Window()
    for report in drawn[:reports]:  # one by one, as a daemon does for weeks
        _take(window, report)
    weight = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    settled = sorted(_take(window, report) for report in drawn[reports:])
    return {
        "reports": reports,
        "median_ms": round(statistics.median(settled), 3),
        "p95_ms": round(settled[int(len(settled) * 0.95)], 3),
        "window_mb": round(weight, 1),
    }


def _take(window: Window, report: Report) -> float:
    """Take a report in and find those alike; milliseconds of CPU."""
    begun = time.process_time()
    window.learn([report])
    window.find_alike((report.entry.source_id, report.entry.key))
    return (time.process_time() - begun) * 1000


def main() -> None:
    """Measure, print, and say by the exit code whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--new", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.reports, given.new)
    if given.json:
        print(json.dumps(found))
    else:
        print(
            "{reports} reports held: {window_mb} MB; one new: {median_ms} ms, "
            "19 of 20 within {p95_ms} ms".format(**found)
        )
    raise SystemExit(found["median_ms"] > _MOST_MS or found["window_mb"] > _MOST_MB)


if __name__ == "__main__":
    main()
