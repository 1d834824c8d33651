"""What parsing, cleaning and normalising an ordinary item costs, here and in another checkout.

    .venv/bin/python benchmarks/cleaning.py [--against CHECKOUT] [--rounds N]

Reads the feeds of the authored news day, many times over, in a process of its
own for each figure; with `--against` the two checkouts take turns, so that a
busy machine is busy for both. The least time of all rounds is what it costs.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent.parent
_MEASURE = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from aggregator.core.model import ParsedFeed, Source
from aggregator.core.normalise import normalise_feed
from aggregator.edges.clean import clean_feed
from aggregator.edges.parse import read_feed
try:
    from aggregator.core.mojibake import repair_feed
except ImportError:
    repair_feed = lambda feed: feed
url, now = "https://h.example/feed", datetime(2023, 9, 21, tzinfo=UTC)
bodies = [path.read_bytes() for path in sorted(Path(sys.argv[1]).rglob("*.xml"))]
def read():
    return [one for body in bodies if isinstance(one := read_feed(body, "", url), ParsedFeed)]
def forget():
    # What was seen before is answered at once, which a new feed never is.
    for name in [name for name in sys.modules if name.startswith("aggregator.core.")]:
        for value in vars(sys.modules[name]).values():
            getattr(value, "cache_clear", lambda: None)()
def timed(step):
    least = 9e9
    for _ in range(int(sys.argv[2])):
        forget()
        begin = time.process_time()
        step()
        least = min(least, time.process_time() - begin)
    return least
feeds = read()
cleaned = [clean_feed(repair_feed(feed)) for feed in feeds]
items = sum(len(feed.items) for feed in feeds)
source = Source("paper", url)
print(json.dumps({name: 1e6 * timed(step) / items for name, step in {
    "parse": read,
    "clean": lambda: [clean_feed(repair_feed(feed)) for feed in feeds],
    "normalise": lambda: [normalise_feed(feed, source, url, now) for feed in cleaned],
}.items()} | {"items": items}))
"""


def main() -> None:
    """Print the microseconds an item, checkout by checkout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--against", type=Path, help="another checkout of this project")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    checkouts = [HERE, *([args.against] if args.against else [])]
    found: dict[Path, list[dict[str, float]]] = {checkout: [] for checkout in checkouts}
    for _ in range(args.rounds):
        for checkout in checkouts:
            found[checkout].append(measure(checkout))
    for checkout, rounds in found.items():
        least = {name: min(one[name] for one in rounds) for name in rounds[0]}
        cells = ", ".join(f"{name} {least[name]:.0f}" for name in ("parse", "clean", "normalise"))
        print(f"{checkout}: {cells} microseconds an item, of {least['items']:.0f}")


def measure(checkout: Path) -> dict[str, float]:
    """The least times of a checkout's own code, in a process of its own."""
    folder = HERE / "src/aggregator/edges/stage/day-2023-09-21"
    said = subprocess.run(  # noqa: S603  # this program's own code
        [sys.executable, "-c", _MEASURE, str(folder), "10"],
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(said.stdout)
    return figures


if __name__ == "__main__":
    main()
