"""Subscribes real feed readers to a real daemon over three publishes, and compares what they keep.

    .venv/bin/python benchmarks/readers.py [--only NAME ...] [--json]

Two papers on loopback change between the publishes: new reports, edited ones,
and a comment count that changes alone. After each publish every reader
refreshes from atom.xml and from rss.xml, twice: it must hold what the papers
say, each report once, an edited one in place of the old; the second refresh
must be answered 304. Ends with exit code 1 on any mismatch, and with 2 when a
reader is not installed; `--only` leaves it out.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from email.utils import formatdate
from html import escape, unescape
from pathlib import Path

from lxml import etree
from rich.console import Console
from rich.table import Table

from subscribers import Reader, Seen, list_readers
from wire import Exchange, Wire, open_papers, open_wire

FORMATS = ("atom.xml", "rss.xml")
_PAPERS = ("morning", "evening")
_BOUND_SECONDS = 120
"""For a publish to appear: the daemon rests up to 30 s between two."""
_OK, _NOT_MODIFIED = 200, 304
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a paper; `wording` counts its edits."""

    number: int
    wording: int = 1
    comments: int = 70_001

    @property
    def paper(self) -> str:
        """The paper it stands in."""
        return _PAPERS[self.number % len(_PAPERS)]

    @property
    def seen(self) -> Seen:
        """What a reader should keep of it; of the text a word that no other wording has."""
        link = f"http://{self.paper}.example/{self.number}.html"
        title = f"Report {self.number}, wording {self.wording}: Գներ & prices"
        return Seen(link, link, title, f"said{self.number}in{self.wording}")


def list_publishes() -> tuple[tuple[Report, ...], ...]:
    """What the papers say at each publish: more reports, an edit, and a comment count alone."""
    first = tuple(Report(number) for number in range(1, 5))
    edited = replace(first[1], wording=2)
    second = (first[0], edited, *first[2:], Report(5), Report(6))
    reworded = replace(first[0], wording=2)
    discussed = replace(first[2], comments=70_002)
    third = (reworded, edited, discussed, *second[3:], Report(7))
    return first, second, third


def write_paper(paper: str, reports: Sequence[Report], opened: float) -> str:
    """The paper as RSS 2.0."""
    items = "".join(_write_item(one, opened) for one in reports if one.paper == paper)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>'
        f"<title>{paper}</title><link>http://{paper}.example/</link><description/>"
        f"<language>en</language>{items}</channel></rss>"
    )


def _write_item(report: Report, opened: float) -> str:
    seen = report.seen
    date = formatdate(opened - 60 * (60 - report.number), usegmt=True)
    return (
        f"<item><title>{escape(seen.title)}</title><link>{seen.link}</link>"
        f"<guid>{seen.id}</guid><pubDate>{date}</pubDate>"
        f"<slash:comments>{report.comments}</slash:comments>"
        f"<description>The text has {seen.text} in it.</description></item>"
    )


# The daemon -----------------------------------------------------------------------


@contextmanager
def run_daemon(place: Path, papers: str, base_url: str) -> Iterator[str]:
    """Run `aggregator run` over the papers; the address it serves at, with a slash."""
    config, log = place / "sources.yaml", place / "daemon.log"
    sources = "\n".join(
        f"  - {{id: {name}, interval: 3s, url: '{papers}{name}'}}" for name in _PAPERS
    )
    config.write_text(
        f"newsfeed: {{base_url: '{base_url}', contact: 'mailto:desk@news.example'}}\n"
        "polling: {interval: 3s, min_interval: 3s, max_interval: 3s, host_spacing: 0s,"
        f" per_host: 2, allow_private_networks: true}}\nserve: {{port: 0}}\nsources:\n{sources}\n"
    )
    options = ["-c", str(config), "--data", str(place / "data")]
    with (
        log.open("w") as errors,
        subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "aggregator", *options, "run"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            yield _read_address(process, log)
        finally:
            process.send_signal(signal.SIGTERM)


def _read_address(process: subprocess.Popen[str], log: Path) -> str:
    for line in process.stdout or ():
        found = re.search(r"subscribe to (http://\S+/)atom\.xml", line)
        if found:
            return found[1]
    raise SystemExit(f"the daemon ended before it served: {log.read_text()[-500:]}")


def wait_for(address: str, reports: Sequence[Report]) -> None:
    """Return when both files show all of these reports; SystemExit when they do not in time."""
    wanted = {one.seen.title for one in reports} | {str(one.comments) for one in reports}
    until = time.monotonic() + _BOUND_SECONDS
    while not all(wanted <= _read_texts(address + name) for name in FORMATS):
        if time.monotonic() > until:
            raise SystemExit(f"the publish did not appear within {_BOUND_SECONDS} s")
        time.sleep(0.5)


def _read_texts(url: str) -> set[str]:
    """Every text of a published document; none while it is not there."""
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - loopback
            tree = etree.fromstring(answer.read())
    except urllib.error.HTTPError:
        return set()
    # A title in RSS is HTML, in Atom it is text: one more unescaping makes both the same.
    return {unescape(element.text) for element in tree.iter() if element.text}


# Judging --------------------------------------------------------------------------


def plain(name: str, kept: Sequence[Seen]) -> list[Seen]:
    """The entries with their titles as text.

    A title in our RSS is HTML; a reader that takes it for text shows `&amp;`
    for `&`, which is counted and no mismatch.
    """
    if name != "rss.xml":
        return list(kept)
    return [replace(one, title=unescape(one.title)) for one in kept]


@dataclass(frozen=True, slots=True)
class Round:
    """What a reader held and was answered after one publish."""

    reader: str
    format: str
    publish: int
    entries: int
    duplicates: int
    in_place: str
    again: str
    escaped_titles: int
    mismatches: tuple[str, ...]


def judge_entries(wanted: Sequence[Seen], kept: Sequence[Seen]) -> tuple[str, ...]:
    """What is missing, strange or more than once among the entries that a reader keeps."""
    rest, found = list(kept), []
    for want in wanted:
        match = next((one for one in rest if _is_same(want, one)), None)
        if match is None:
            found.append(f"missing: {want.title!r} of {want.id}")
        else:
            rest.remove(match)
    return (*found, *(f"too much or wrong: {one.title!r} of {one.id}, {one.link}" for one in rest))


def _is_same(want: Seen, kept: Seen) -> bool:
    names = (want.id, want.link, want.title) == (kept.id, kept.link, kept.title)
    return names and want.text in kept.text


def judge_requests(
    reader: Reader, first: Sequence[Exchange], again: Sequence[Exchange]
) -> Iterator[str]:
    """Where the answers were not a 200 for what is new and then a 304."""
    if [one.status for one in first] != [_OK]:
        yield f"the refresh after the publish was answered {_name(first)}, not 200"
    expected = [_NOT_MODIFIED] if reader.conditional else [_OK]
    if [one.status for one in again] != expected:
        yield f"the refresh with nothing new was answered {_name(again)}, not {expected[0]}"
    if any(one.conditional is not reader.conditional for one in again):
        yield f"validators sent: {not reader.conditional}, expected: {reader.conditional}"


def _name(exchanges: Sequence[Exchange]) -> str:
    return ", ".join(str(one.status) for one in exchanges) or "nothing"


def _judge_place(reader: Reader, old: Sequence[Seen], kept: Sequence[Seen]) -> str:
    """Whether edited reports replaced the `old` wordings; "-" where nothing was edited."""
    if not old:
        return "-"
    is_left = any(one.title == past.title for one in kept for past in old)
    if reader.replaces:
        return "NO" if is_left else "yes"
    return "keeps both"


# The course -----------------------------------------------------------------------


def refresh(
    reader: Reader, home: Path, wire: Wire, name: str, history: Sequence[Sequence[Report]]
) -> Round:
    """Let a reader refresh twice after the last publish of the history, and judge it."""
    home.mkdir(parents=True, exist_ok=True)
    url = wire.url + name
    current = [one.seen for one in history[-1]]
    ever = list(dict.fromkeys(one.seen for reports in history for one in reports))
    wanted = current if reader.replaces else ever
    wire.take()
    reader.refresh(home, url)
    first, raw = wire.take(), reader.read(home, url)
    if len(history) == 1:
        for _ in range(reader.blind):
            reader.refresh(home, url)
        wire.take()
    reader.refresh(home, url)
    again, kept = wire.take(), plain(name, reader.read(home, url))
    mismatches = judge_entries(wanted, plain(name, raw))
    if not mismatches:
        mismatches = tuple(f"with nothing new, {one}" for one in judge_entries(wanted, kept))
    keys = {one.id if reader.replaces else (one.id, one.title) for one in kept}
    return Round(
        reader=reader.name,
        format=name,
        publish=len(history),
        entries=len(kept),
        duplicates=len(kept) - len(keys),
        in_place=_judge_place(reader, [one for one in ever if one not in current], kept),
        again=_name(again),
        escaped_titles=sum(one not in kept for one in raw),
        mismatches=(*mismatches, *judge_requests(reader, first, again)),
    )


def run(readers: Sequence[Reader], place: Path) -> list[Round]:
    """Three publishes, and after each every reader on each format."""
    rounds: list[Round] = []
    publishes, opened = list_publishes(), time.time()
    said = list(publishes[0])
    with (
        open_papers(lambda name: write_paper(name, said, opened)) as papers,
        open_wire() as wire,
        run_daemon(place, papers, wire.url) as wire.target,
    ):
        for count in range(1, len(publishes) + 1):
            said[:] = publishes[count - 1]
            wait_for(wire.target, said)
            rounds += [
                # A folder each: newsboat knows an id once in a cache, in whichever feed.
                refresh(reader, place / reader.name / name, wire, name, publishes[:count])
                for reader in readers
                for name in FORMATS
            ]
    return rounds


def print_table(rounds: Sequence[Round], missing: Sequence[Reader]) -> None:
    """A line a reader, format and publish; below it every mismatch and who is not there."""
    heads = ("publish", "entries", "duplicates", "in place", "once more", "titles with &amp;")
    table = Table("reader", "format", *heads)
    for one in rounds:
        counts = (one.publish, one.entries, one.duplicates, one.in_place)
        facts = (*counts, one.again, one.escaped_titles)
        table.add_row(one.reader, one.format, *map(str, facts))
    Console(width=_WIDTH).print(table)
    for one in rounds:
        for mismatch in one.mismatches:
            print(f"MISMATCH {one.reader}, {one.format}, publish {one.publish}: {mismatch}")
    for reader in missing:
        print(f"not installed: {reader.name} ({reader.needs})")
    print(f"{len(rounds)} rounds, {sum(bool(one.mismatches) for one in rounds)} with a mismatch")


def main() -> None:
    """Run, and report."""
    known = list_readers()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [reader.name for reader in known]
    parser.add_argument("--only", action="append", choices=names, help="may be given repeatedly")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    asked = [reader for reader in known if reader.name in (given.only or names)]
    there = [reader for reader in asked if reader.is_there()]
    missing = [reader for reader in asked if reader not in there]
    # All that is asked is on loopback, whatever proxy this machine has.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as place:
        rounds = run(there, Path(place)) if there else []
    if given.json:
        absent = [reader.name for reader in missing]
        print(json.dumps({"rounds": [asdict(one) for one in rounds], "not_installed": absent}))
    else:
        print_table(rounds, missing)
    if any(one.mismatches for one in rounds):
        raise SystemExit(1)
    raise SystemExit(2 if missing else 0)


if __name__ == "__main__":
    main()
