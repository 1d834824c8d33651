"""Kills `aggregator once` with SIGKILL at random moments and looks at what is left.

    .venv/bin/python benchmarks/kills.py [--kills 50] [--seed 1]

While feeds grow on loopback, runs are killed one after another. After each
kill: published files are whole, no id of an entry changed, the lock is free.
At the end, after a run that may finish: no entry that any feed ever served is
missing, and no source was asked before the time that was stored for it. Ends
with exit code 1 and the breaches if there are any.
"""

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from stage import list_command, open_stand, write_config

_FEEDS = 8
_INTERVAL = 2
_POLLING = (
    f"{{interval: {_INTERVAL}s, min_interval: {_INTERVAL}s, host_spacing: 0s, per_host: 4,"
    " allow_private_networks: true}"
)
WINDOW = 90
"""Items in a document: what a poll was killed over is still there at the next one."""
_ATOM = "{http://www.w3.org/2005/Atom}"
_TABLES = ("states", "entries", "claims")


@dataclass
class Witness:
    """What was seen so far, and every breach of a promise."""

    data: Path
    log: Path
    ids: dict[str, str] = field(default_factory=dict)
    promised: dict[str, float] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    read: int = 0

    def look(self, when: str) -> None:
        """Look at the files, the requests and the store after a kill."""
        self._look_at_files(when)
        self._look_at_requests(when)
        self._read_promises()

    def _look_at_files(self, when: str) -> None:
        feed = self.data / "public" / "feed.json"
        try:
            json.loads(feed.read_bytes() if feed.exists() else b"{}")
        except ValueError as error:
            self.breaches.append(f"{when}: feed.json is torn: {error}")
        for name in ("atom.xml", "rss.xml"):
            path = self.data / "public" / name
            if path.exists():
                try:
                    tree = etree.fromstring(path.read_bytes())
                except etree.XMLSyntaxError as error:
                    self.breaches.append(f"{when}: {name} is torn: {error}")
                    continue
                if name == "atom.xml":
                    self._compare_ids(tree, when)

    def _compare_ids(self, tree: etree._Element, when: str) -> None:
        for entry in tree.iter(f"{_ATOM}entry"):
            link = entry.find(f"{_ATOM}link[@rel='alternate']").get("href")
            story = entry.findtext(f"{_ATOM}id")
            if self.ids.setdefault(link, story) != story:
                self.breaches.append(f"{when}: the id of {link} changed")

    def _look_at_requests(self, when: str) -> None:
        lines = self.log.read_text().splitlines()
        for line in lines[self.read :]:
            at, feed, *_ = line.split()
            source = f"paper-{feed}"
            early = self.promised.get(source, 0.0) - float(at)
            if early > 0:
                self.breaches.append(f"{when}: {source} was asked {early:.3f} s early")
            # One run asks a source once: its next request is promised later.
            self.promised[source] = float(at) + _INTERVAL - 0.2
        self.read = len(lines)

    def _read_promises(self) -> None:
        """The stored time of every source's next poll."""
        for source, next_poll in query(self.data, "SELECT source_id, next_poll FROM states"):
            self.promised[str(source)] = float(next_poll) / 1e6


def query(data: Path, sql: str) -> list[tuple[str, float]]:
    """Rows of the store; none while it does not exist or has no tables yet."""
    path = data / "aggregator.db"
    if not path.exists():
        return []
    connection = sqlite3.connect(path)
    try:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        return list(connection.execute(sql)) if set(_TABLES) <= names else []
    finally:
        connection.close()


def kill_one(command: list[str], after: float) -> bool:
    """Start the command and kill it; whether it was still running."""
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return True
        complaint = process.stderr.read() if process.stderr else ""
        if process.returncode:
            raise SystemExit(f"exit code {process.returncode}: {complaint[-500:]}")
        return False


def time_one(command: list[str]) -> float:
    """How long an undisturbed run takes, in seconds."""
    begun = time.monotonic()
    kill_one(command, 120)
    return time.monotonic() - begun


def find_missing(witness: Witness) -> list[str]:
    """Every item that was served by the end and is not in the store."""
    served: set[tuple[str, int]] = set()
    for line in witness.log.read_text().splitlines():
        _, feed, status, published = line.split()
        if status == "200":
            served |= {(feed, n) for n in range(int(published) - WINDOW, int(published))}
    stored = {str(row[0]) for row in query(witness.data, "SELECT key, 0 FROM entries")}
    wanted = (f"http://paper{feed}.example/{number}.html" for feed, number in sorted(served))
    return [link for link in wanted if link not in stored]


def run(kills: int, seed: int, place: Path) -> Witness:
    """Kill as often as asked, then let one run finish."""
    choose = random.Random(seed)  # noqa: S311 - moments, no secrets
    witness = Witness(place / "data", place / "requests.log")
    options = ("--feeds", str(_FEEDS), "--every", "2", "--window", str(WINDOW), "--words", "45")
    with open_stand(*options, "--log", str(witness.log)) as port:
        config = place / "sources.yaml"
        write_config(config, port, _FEEDS, _POLLING)
        command = list_command(config, witness.data)
        length = time_one(command)
        done = 0
        while done < kills:
            done += kill_one(command, choose.uniform(0.05, 1.1) * length)
            witness.look(f"kill {done}")
            if sys.stderr.isatty():
                print(f"\r{done} of {kills} kills", end="", file=sys.stderr, flush=True)
        time.sleep(2 * _INTERVAL)
        if kill_one(command, 120):
            witness.breaches.append("the last run did not end")
        witness.look("the last run")
    return witness


def main() -> None:
    """Run, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        witness = run(given.kills, given.seed, Path(place))
        missing = find_missing(witness)
        entries = query(witness.data, "SELECT count(*), 0 FROM entries")[0][0]
    witness.breaches += [f"lost: {link}" for link in missing]
    print(
        f"{given.kills} kills: {entries} entries stored, {len(missing)} lost, "
        f"{witness.read} requests, {len(witness.ids)} ids compared, "
        f"{len(witness.breaches)} breaches"
    )
    print("\n".join(witness.breaches))
    raise SystemExit(bool(witness.breaches))


if __name__ == "__main__":
    main()
