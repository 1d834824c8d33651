"""SIGTERM for running daemons at random moments, and proof that nothing came to harm.

    .venv/bin/python benchmarks/terms.py [--ends 30] [--seed 1]

While feeds grow on loopback, `aggregator run` is started and ended again and
again. After each end: it took less than five seconds, published files are
whole, no id of an entry changed, no source was asked early. At the end, after
a run that may finish: no entry that any feed ever served is missing. Ends with
exit code 1 and the breaches if there are any.
"""

import argparse
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from kills import WINDOW, Witness, find_missing, kill_one, query
from stage import list_command, open_stand, write_config

_FEEDS = 8
_INTERVAL = 2
_LONGEST = 5.0
"""Seconds that an end may take."""
_LATEST = 6.0
"""Seconds after the start at which a signal comes at the latest: several rounds of polls."""
_KILLED = -signal.SIGTERM
_POLLING = (
    f"{{interval: {_INTERVAL}s, min_interval: {_INTERVAL}s, host_spacing: 0s, per_host: 4,"
    " allow_private_networks: true}"
)


@dataclass
class Ends:
    """How the daemons ended: seconds each took, and how many had begun to listen."""

    seconds: list[float] = field(default_factory=list)
    early: int = 0


def end_one(command: list[str], after: float) -> tuple[float, int]:
    """Start the daemon and end it; the seconds that took, and its exit code."""
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(after)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(4 * _LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
        return time.monotonic() - begun, process.wait()


def judge_end(ends: Ends, witness: Witness, when: str, end: tuple[float, int]) -> None:
    """Note how a daemon ended; what is wrong about it is a breach."""
    seconds, code = end
    ends.seconds.append(seconds)
    ends.early += code == _KILLED  # python itself was still starting
    if code not in (0, _KILLED):
        witness.breaches.append(f"{when}: exit code {code}")
    if seconds > _LONGEST:
        witness.breaches.append(f"{when}: it took {seconds:.1f} s")


def run(count: int, seed: int, place: Path) -> tuple[Ends, Witness]:
    """End as often as asked, then let one run finish."""
    choose = random.Random(seed)  # noqa: S311 - moments, no secrets
    ends, witness = Ends(), Witness(place / "data", place / "requests.log")
    options = ("--feeds", str(_FEEDS), "--every", "2", "--window", str(WINDOW), "--words", "45")
    with open_stand(*options, "--log", str(witness.log)) as port:
        config = place / "sources.yaml"
        write_config(config, port, _FEEDS, _POLLING, more="serve: {port: 0}\n")
        daemon = [*list_command(config, witness.data)[:-1], "run"]
        # What an end cuts off is still in the feeds later, but for the oldest item.
        kill_one(list_command(config, witness.data), 120)
        for number in range(1, count + 1):
            end = end_one(daemon, choose.uniform(0.05, _LATEST))
            judge_end(ends, witness, f"end {number}", end)
            witness.look(f"end {number}")
            if sys.stderr.isatty():
                print(f"\r{number} of {count} ends", end="", file=sys.stderr, flush=True)
        time.sleep(2 * _INTERVAL)
        if kill_one(list_command(config, witness.data), 120):
            witness.breaches.append("the last run did not end")
        witness.look("the last run")
    return ends, witness


def main() -> None:
    """Run, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ends", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        ends, witness = run(given.ends, given.seed, Path(place))
        missing = find_missing(witness)
        entries = query(witness.data, "SELECT count(*), 0 FROM entries")[0][0]
    witness.breaches += [f"lost: {link}" for link in missing]
    print(
        f"{given.ends} ends, {ends.early} before the program had begun: median "
        f"{statistics.median(ends.seconds):.2f} s, longest {max(ends.seconds):.2f} s; "
        f"{entries} entries stored, {len(missing)} lost, {witness.read} requests, "
        f"{len(witness.ids)} ids compared, {len(witness.breaches)} breaches"
    )
    print("\n".join(witness.breaches))
    raise SystemExit(bool(witness.breaches))


if __name__ == "__main__":
    main()
