"""What judging costs a publishing of 200 stories, with and without it, taking turns.

*with* judges formats and terms, *formats* the formats alone, *without* neither.

    .venv/bin/python benchmarks/linting.py [--rounds 9]

Each round is a process of its own, since bytes that were judged once are
remembered in the process. Printed are milliseconds of CPU of the first
publishing of a process, of one after ten new reports, and of one with nothing new.
"""

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from aggregator.core.likeness import Window
from aggregator.core.model import Decision, Entry, Source
from aggregator.core.policy import start_state
from aggregator.core.settings import Config
from aggregator.edges.store import Store, open_store
from aggregator.pipeline import publish

_NOW = datetime(2023, 9, 21, 8, 0, tzinfo=UTC)
_SOURCE = Source("paper", "https://paper.example/rss", name="Paper")
_TEXT = "".join(
    f'<p>Paragraph {number} with <a href="https://paper.example/{number}">a link</a>'
    f" and {'many words ' * 30}</p>"
    for number in range(6)
)
_NOTHING: dict[str, dict[str, object]] = {
    "with": {},
    "formats": {"find_breach": "", "keep_proof": None},
    "without": {"find_fault": "", "refuse_invalid": None, "find_breach": "", "keep_proof": None},
}
_KINDS = tuple(_NOTHING)


def make_entry(number: int) -> Entry:
    """One report of the paper."""
    at, link = _NOW - timedelta(minutes=number), f"https://paper.example/{number}.html"
    return Entry(
        "paper", link, f"Report {number}", at, at, link, link, html=_TEXT, text=_TEXT, published=at
    )


def save(store: Store, first: int, last: int) -> None:
    """Store these reports as one poll brought them."""
    entries = tuple(make_entry(number) for number in range(first, last))
    store.save([Decision(start_state(_SOURCE, _NOW), entries)])


def measure(kind: str) -> list[float]:
    """CPU milliseconds of the three publishings."""
    modules = [import_module(f"aggregator.pipeline.{name}") for name in ("publish", "choosing")]
    for name, nothing in _NOTHING[kind].items():
        (module,) = (one for one in modules if hasattr(one, name))
        setattr(module, name, lambda *_, answer=nothing: answer)
    config = Config("sources.yaml", sources=(_SOURCE,))
    window = Window()
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        figures = []
        for first, last in ((0, 200), (-10, 0), (0, 0)):
            save(store, first, last)
            gc.collect()  # else one measurement pays for what others left behind
            start = time.process_time()
            done = publish(config, store, Path(folder), _NOW, lambda *_, **__: None, window)
            figures.append(1000 * (time.process_time() - start))
            if done.stories != config.newsfeed.items or done.held:
                raise SystemExit(f"{done.stories} stories, held: {done.held[:1]}")
        return figures


def main() -> None:
    """Run the rounds and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--one", choices=_KINDS)
    given = parser.parse_args()
    if given.one:
        print(*measure(given.one))
        return
    found: dict[str, list[list[float]]] = {kind: [] for kind in _KINDS}
    for _ in range(given.rounds):
        for kind in _KINDS:
            words = [sys.executable, __file__, "--one", kind]
            out = subprocess.run(words, check=True, capture_output=True, text=True).stdout  # noqa: S603 - this file
            found[kind].append([float(figure) for figure in out.split()])
    print("CPU in ms: first, ten new, nothing new")
    for kind, rounds in found.items():
        medians = [statistics.median(figures) for figures in zip(*rounds, strict=True)]
        print(f"{kind:8}", *(f"{figure:7.0f}" for figure in medians))


if __name__ == "__main__":
    main()
