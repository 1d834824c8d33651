"""Lets independent readers read the demo's published feeds, and compares the entries they find.

    .venv/bin/python benchmarks/same_entries.py [--tools DIR] [--only NAME ...] [--json]

The demo plays its day and serves it; every reader that is installed reads each
format that it knows. It must find the entries that `feed.json` holds in the
eyes of Python's own json: the same count, ids, titles, links and dates. One
that is missing is named with the command that gets it; npm's and PyPI's are
looked for in --tools too. Exit code 1 on any mismatch, 2 when fewer than five
readers are there.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from html import unescape
from pathlib import Path

from rich.console import Console
from rich.table import Table

from parsing import Judge, Place, list_judges, read_date
from subscribers import Seen

_FEWEST = 5
_WIDTH = 100
TOOLS = Path(__file__).parents[1] / "build" / "readers"
_FIELDS = ("id", "title", "link", "date")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader found in one format; `escaped` counts titles that it shows as HTML source."""

    reader: str
    format: str
    entries: int
    escaped: int
    mismatches: tuple[str, ...]


# The demo -------------------------------------------------------------------------


@contextmanager
def serve_demo(data: Path) -> Iterator[tuple[str, int]]:
    """Play the demo; the address it serves at, and how many stories it says it published."""
    command = [sys.executable, "-m", "aggregator", "demo", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            yield _read_address(process)
        finally:
            process.send_signal(signal.SIGTERM)


def _read_address(process: "subprocess.Popen[str]") -> tuple[str, int]:
    count = 0
    for line in process.stdout or ():
        if told := re.search(r"(\d+) stories published", line):
            count = int(told[1])
        if found := re.fullmatch(r"\s*(http://\S+/)feed\.json\s*", line):
            return found[1], count
    raise SystemExit("the demo ended before it served")


def read_truth(folder: Path) -> list[Seen]:
    """The entries of `feed.json`, by its own names."""
    feed = json.loads((folder / "feed.json").read_bytes())
    return [
        Seen(item["id"], item["url"], item["title"], "", read_date(item["date_published"]))
        for item in feed["items"]
    ]


# Judging --------------------------------------------------------------------------


def judge(wanted: Sequence[Seen], found: Sequence[Seen]) -> tuple[int, tuple[str, ...]]:
    """How many titles are shown escaped, and all that is otherwise than wanted.

    A title in RSS may be text or HTML; one that shows as its own source is
    counted and no mismatch, see docs/decisions/0015-titles-in-rss.md.
    """
    faults = [] if len(wanted) == len(found) else [f"{len(found)} entries, not {len(wanted)}"]
    kept = {one.id: one for one in found}
    escaped = 0
    for want in wanted:
        one = kept.pop(want.id, None)
        if one is None:
            faults.append(f"missing: {want.id}")
            continue
        if one.title != want.title == unescape(one.title):
            escaped += 1
            one = replace(one, title=want.title)
        faults += _compare(want, one)
    return escaped, (*faults, *(f"too much: {story_id}" for story_id in kept))


def _compare(want: Seen, one: Seen) -> Iterator[str]:
    for name, wanted, found in zip(_FIELDS, _list_facts(want), _list_facts(one), strict=True):
        if wanted != found:
            yield f"{want.id}: its {name} is {found!r}, not {wanted!r}"


def _list_facts(seen: Seen) -> tuple[object, ...]:
    return seen.id, seen.title, seen.link, seen.at


def run(judges: Sequence[Judge], place: Path) -> list[Reading]:
    """Every reader on every format that it knows."""
    folder = place / "data" / "public"
    with serve_demo(place / "data") as (url, count):
        wanted = read_truth(folder)
        _, faults = (0, ()) if len(wanted) == count else judge(wanted[:count], wanted)
        own = Reading("json", "feed.json", len(wanted), 0, faults)
        where = Place(folder, url, place / "homes")
        return [own, *(_read(one, name, where, wanted) for one in judges for name in one.formats)]


def _read(one: Judge, name: str, where: Place, wanted: Sequence[Seen]) -> Reading:
    try:
        found = one.read(where, name)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return Reading(one.name, name, 0, 0, (str(error),))
    return Reading(one.name, name, len(found), *judge(wanted, found))


# Reporting ------------------------------------------------------------------------


def print_table(readings: Sequence[Reading], missing: Sequence[Judge]) -> None:
    """A line for each reader and format; below it every mismatch and who is not there."""
    table = Table("reader", "format", "entries", "titles escaped", "mismatches")
    for one in readings:
        table.add_row(
            one.reader, one.format, *map(str, (one.entries, one.escaped, len(one.mismatches)))
        )
    Console(width=_WIDTH).print(table)
    for one in readings:
        for mismatch in one.mismatches:
            print(f"MISMATCH {one.reader}, {one.format}: {mismatch}")
    for absent in missing:
        print(f"not installed: {absent.name} ({absent.how})")


def main() -> None:
    """Run, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tools", type=Path, default=TOOLS, help="default: build/readers")
    parser.add_argument("--only", action="append", metavar="NAME", help="may be given repeatedly")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    known = list_judges(given.tools)
    names = {one.name for one in known}
    if strange := set(given.only or ()) - names:
        parser.error(f"no such reader: {', '.join(sorted(strange))}; there are {sorted(names)}")
    asked = [one for one in known if one.name in (given.only or names)]
    there = [one for one in asked if one.is_there()]
    missing = [one for one in asked if one not in there]
    enough = len(there) >= (len(asked) if given.only else _FEWEST)
    # All that is asked is on loopback, whatever proxy this machine has.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as place:
        readings = run(there, Path(place)) if enough else []
    if given.json:
        absent = [one.name for one in missing]
        print(json.dumps({"readings": [asdict(one) for one in readings], "not_installed": absent}))
    else:
        print_table(readings, missing)
    if any(one.mismatches for one in readings):
        raise SystemExit(1)
    if not enough:
        print(f"{len(there)} readers are there; {_FEWEST} are needed", file=sys.stderr)
        raise SystemExit(2)


if __name__ == "__main__":
    main()
