"""What one new report costs beside a large archive: its features, candidates, stories, publishing.

    .venv/bin/python benchmarks/stored.py [--stored 100000 --stored 1000000] [--new 40] [--json]

The newest 20,000 are those of `window.py`, saved as a poll saves them; the archive behind
them are copies of them, each 20,000 reports 28 days older, under other ids, links and keys
of duplicates, each published in a story of its own, their texts cut to 400 characters. They
are put into the product's own tables by SQL, in a temporary folder (1,000,000 need 2 GB).
Times are medians in milliseconds, CPU and wall. Where several sizes are given, the largest
is held against the first; more than 1.2 times its CPU for one report is exit code 1.
"""

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import create_engine

from aggregator.core.likeness import ENOUGH, Key, Window
from aggregator.core.model import Entry, Report
from aggregator.core.settings import Config
from aggregator.core.stories import combine
from aggregator.edges.config import load
from aggregator.edges.store import Store, open_store
from aggregator.edges.store.saving import save_entries
from aggregator.edges.store.schema import entries as table
from aggregator.pipeline.pool import Pool
from aggregator.pipeline.publish import remember_prefix
from aggregator.pipeline.selecting import select
from window import SOURCES, draw

T = TypeVar("T")

_NEWEST = 20_000
_SPAN = timedelta(minutes=2) * _NEWEST
_PUBLISHINGS = 9
_MOST_TIMES = 1.2
_MICROSECOND = timedelta(microseconds=1)
_CHANGED = {
    "id": "id - :count * :age",
    "key": "key || '-' || :age",
    "raw_id": "raw_id || '-' || :age",
    "link": "link || '-' || :age",
    "canonical": "canonical || '-' || :age",
    "html": "''",
    "text": "substr(text, 1, 400)",
    "sort_at": "sort_at - :span * :age",
    "published": "published - :span * :age",
    "first_seen": "first_seen - :span * :age",
    "changed": "changed - :span * :age",
}
_CLAIM = """INSERT INTO claims (story_id, source_id, key, at)
SELECT 'tag:news.example,2026:' || id, source_id, key, sort_at FROM entries ORDER BY sort_at"""
_JOIN = """INSERT INTO members (source_id, key, story_id, at)
SELECT source_id, key, 'tag:news.example,2026:' || id, sort_at FROM entries ORDER BY sort_at"""


def draw_reports(count: int) -> list[Report]:
    """The reports of `window.py` with ids and links of their own."""
    return [_name(report) for report in draw(count)]


def _name(report: Report) -> Report:
    entry = report.entry
    page = f"{entry.source_id}.example/news/{entry.key}"
    named = replace(entry, raw_id=f"https://{page}", link=f"https://{page}", canonical=page)
    return replace(report, entry=replace(named, html=f"<p>{entry.text}</p>"))


def fill_store(place: Path, newest: Sequence[Entry], stored: int) -> None:
    """Put the newest into the store of that folder, and their copies behind them."""
    with open_store(place):
        pass
    path = place / "aggregator.db"
    save(path, newest)
    database = sqlite3.connect(path)
    database.executescript("PRAGMA synchronous = off; PRAGMA cache_size = -200000;")
    ages = stored // _NEWEST - 1
    moved = {"by": _NEWEST * ages}
    database.execute("UPDATE entries SET id = id + :by", moved)
    database.execute("UPDATE entry_keys SET entry_id = entry_id + :by", moved)
    for age in range(ages, 0, -1):
        _copy(database, age, _NEWEST * ages)
    database.execute(_CLAIM)
    database.execute(_JOIN)
    database.commit()
    database.close()
    with open_store(place) as store:
        store.tidy()


def save(path: Path, some: Sequence[Entry]) -> None:
    """Save entries as a poll does."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        save_entries(connection, some)
    engine.dispose()


def _copy(database: sqlite3.Connection, age: int, first: int) -> None:
    names = [column.name for column in table.columns]
    values = [_CHANGED.get(name, name) for name in names]
    span = _SPAN // _MICROSECOND
    given = {"count": _NEWEST, "age": age, "span": span, "first": first}
    database.execute(
        f"INSERT INTO entries ({', '.join(names)})"  # noqa: S608 - our own names
        f" SELECT {', '.join(values)} FROM entries WHERE id > :first",
        given,
    )
    database.execute(
        "INSERT INTO entry_keys (digest, entry_id) SELECT randomblob(16), entry_id - :count * :age"
        " FROM entry_keys WHERE entry_id > :first",
        given,
    )
    database.commit()


def make_config(place: Path) -> Config:
    """A configuration of the sources that were drawn."""
    path = place / "sources.yaml"
    lines = "".join(
        f"  - {{id: s{n}, name: S{n}, url: 'https://s{n}.example/rss'}}\n" for n in range(SOURCES)
    )
    path.write_text("newsfeed: {contact: 'mailto:desk@news.example'}\nsources:\n" + lines)
    return load(path, {})


class Clocks:
    """Milliseconds of each step, CPU and wall."""

    def __init__(self) -> None:
        """Begin with nothing measured."""
        self._spent: dict[str, list[tuple[float, float]]] = {}

    def take(self, step: str, act: Callable[[], T]) -> T:
        """Do it and remember what it took."""
        cpu, wall = time.process_time(), time.perf_counter()
        result = act()
        spent = (1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall))
        self._spent.setdefault(step, []).append(spent)
        return result

    def list_medians(self) -> Iterator[tuple[str, tuple[float, float]]]:
        """Each step with its medians."""
        for step, spent in self._spent.items():
            cpu, wall = (statistics.median(each) for each in zip(*spent, strict=True))
            yield step, (round(cpu, 3), round(wall, 3))


def measure(stored: int, reports: Sequence[Report], new: int) -> dict[str, tuple[float, float]]:
    """Milliseconds of each step, CPU and wall, beside so many stored reports."""
    known, fresh = reports[:_NEWEST], reports[_NEWEST:]
    now = reports[-1].entry.sort_at
    clocks = Clocks()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        fill_store(place, [report.entry for report in known], stored)
        config = make_config(place)
        with open_store(place) as store:
            prefix, window = remember_prefix(store, config, now), Window()
            clocks.take("start: the last days read", lambda: Pool(config, store, window, now))
            publishing = partial(select, config, store, prefix, now, window)
            clocks.take("start: first publishing", publishing)
            window.learn(known)
            for report in fresh[:new]:
                save(place / "aggregator.db", [report.entry])
                finding = partial(find_story, store, window, reports, report, clocks)
                clocks.take("one report", finding)
            publishing()
            for report in fresh[new:]:
                save(place / "aggregator.db", [report.entry])
                for step in ("publishing, one new", "publishing, nothing new"):
                    clocks.take(step, publishing)
    return dict(clocks.list_medians())


def find_story(
    store: Store, window: Window, reports: Sequence[Report], report: Report, clocks: Clocks
) -> None:
    """What a publishing does for one new report: all that may be of its story, and the story."""
    entry = report.entry
    window_took = partial(_find_touched, window, entry.name)
    clocks.take("- features", lambda: window.learn([report]))
    touched = clocks.take("- candidates and likeness", window_took)
    clocks.take("- related in the store", lambda: store.load_related([entry]))
    clocks.take("- alike in the store", lambda: store.load_entries_of(touched - {entry.name}))
    clocks.take("- memberships", lambda: store.load_memberships([entry]))
    own = [reports[int(key)] for _, key in sorted(touched)]
    made = partial(combine, own, {}, set(), "tag:x", window, lambda _, __: False)
    clocks.take("- linkage and story", made)


def _find_touched(window: Window, name: Key) -> set[Key]:
    """The report and all that hang together with it by sure pairs."""
    found, waiting = {name}, [name]
    while waiting:
        alike = window.find_alike(waiting.pop())
        near = {key for key, one in alike.items() if one.score >= ENOUGH} - found
        found |= near
        waiting.extend(near)
    return found


def main() -> None:
    """Measure, print, and say by the exit code whether the cost stays flat."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stored", type=int, action="append")
    parser.add_argument("--new", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    reports = draw_reports(_NEWEST + given.new + _PUBLISHINGS)
    sizes = given.stored or [100_000, 1_000_000]
    found = {stored: measure(stored, reports, given.new) for stored in sizes}
    if given.json:
        print(json.dumps(found))
    else:
        print("\n".join(_describe(found)))
    first, last = (found[stored]["one report"][0] for stored in (min(sizes), max(sizes)))
    sys.exit(last > _MOST_TIMES * first)


def _describe(found: Mapping[int, Mapping[str, tuple[float, float]]]) -> Iterator[str]:
    yield " | ".join(("CPU ms / wall ms", *(f"{stored:,} stored" for stored in found)))
    for step in next(iter(found.values())):
        yield " | ".join((step, *(f"{one[step][0]} / {one[step][1]}" for one in found.values())))


if __name__ == "__main__":
    main()
