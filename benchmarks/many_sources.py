"""What one `aggregator once` over many loopback sources costs.

    .venv/bin/python benchmarks/many_sources.py [--sources 1000] [--rounds 3] [--json]

Each source has 25 items in 37 kB. Printed per kind of poll, as the median of
the rounds: wall seconds, CPU seconds of all processes, peak memory of the
largest one. The news stand's own CPU is not counted, but it shares the machine.
In each round the same feeds are also fetched and parsed by httpx2 and
feedparser alone (`bare.py`): the limit below which nothing built on them can be.
"""

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from stage import Cost, list_command, measure, open_stand, write_config

_BARE = Path(__file__).with_name("bare.py")
_POLLING = "{per_host: 32, host_spacing: 0s, allow_private_networks: true}"


def run_round(sources: int, port: int) -> dict[str, Cost]:
    """First poll (all 200), second poll (all 304), and a run with nothing due."""
    with tempfile.TemporaryDirectory() as place:
        config, data = Path(place) / "sources.yaml", Path(place) / "data"
        write_config(config, port, sources, _POLLING)
        costs = {
            "first poll, all 200": measure(list_command(config, data)),
            "second poll, all 304": measure(list_command(config, data, "--force")),
            "nothing due": measure(list_command(config, data)),
            "httpx2, feedparser alone": measure(
                [sys.executable, str(_BARE), str(port), str(sources)]
            ),
        }
    failed = {name: cost.code for name, cost in costs.items() if cost.code}
    if failed:
        raise SystemExit(f"exit codes other than 0: {failed}")
    return costs


def main() -> None:
    """Run the rounds and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with open_stand("--feeds", str(given.sources)) as port:
        rounds = [run_round(given.sources, port) for _ in range(given.rounds)]
    medians = {
        name: {
            field: round(statistics.median(asdict(one[name])[field] for one in rounds), 2)
            for field in ("wall", "cpu", "peak_mib")
        }
        for name in rounds[0]
    }
    if given.json:
        print(json.dumps(medians, indent=2))
        return
    print(f"{given.sources} sources, medians of {given.rounds} rounds")
    print(f"{'':28}{'wall s':>10}{'CPU s':>10}{'peak MiB':>10}")
    for name, row in medians.items():
        print(f"{name:28}{row['wall']:>10}{row['cpu']:>10}{row['peak_mib']:>10}")


if __name__ == "__main__":
    main()
