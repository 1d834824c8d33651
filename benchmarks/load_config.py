"""What loading a large configuration costs, cold and warm, against plain ruamel.yaml and pydantic.

    .venv/bin/python benchmarks/load_config.py [--sources 10000] [--rounds 5] [--json]

Wall seconds, each figure from a process of its own, the kinds interleaved in
every round: `load` in the process (imports not counted), `aggregator check` as
a whole process, and the same file read by `YAML(typ="safe")` and validated by a
pydantic model of the same keys: what a program without places, laws and
`${NAME}` would need. Cold is without a copy in the data folder, warm with one.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_LOAD = """
import sys, time
from pathlib import Path
from aggregator.configuration import load_config
begin = time.perf_counter()
assert len(load_config(Path(sys.argv[1]), {}, Path(sys.argv[2])).sources) == int(sys.argv[3])
print(time.perf_counter() - begin)
"""
_PLAIN = """
import sys, time
from pathlib import Path
from pydantic import BaseModel
from ruamel.yaml import YAML
class Source(BaseModel):
    id: str
    name: str
    url: str
    homepage: str
    language: str
    tags: list[str]
class Root(BaseModel):
    newsfeed: dict[str, str]
    sources: list[Source]
begin = time.perf_counter()
root = Root.model_validate(YAML(typ="safe").load(Path(sys.argv[1])))
assert len(root.sources) == int(sys.argv[3])
print(time.perf_counter() - begin)
"""


def write_config(path: Path, count: int) -> None:
    """Write that many sources, six keys each."""
    sources = "".join(
        f"  - id: s{n}\n    name: Paper {n}\n    url: https://paper{n}.example/feed\n"
        f"    homepage: https://paper{n}.example/\n    language: en\n    tags: [news, t{n % 50}]\n"
        for n in range(count)
    )
    path.write_text(f"newsfeed: {{contact: 'mailto:a@b.example'}}\nsources:\n{sources}")


def run(code: str, *words: str) -> float:
    """Seconds that a piece of code says it took, in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, *words], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def check(config: Path, data: Path) -> float:
    """Seconds of `aggregator check` from its start to its end."""
    command = [sys.executable, "-m", "aggregator", "-c", str(config), "--data", str(data), "check"]
    begin = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - this program
    return time.perf_counter() - begin


def run_round(count: int) -> dict[str, float]:
    """Every kind once."""
    with tempfile.TemporaryDirectory() as place:
        config = Path(place) / "sources.yaml"
        write_config(config, count)
        one, two = Path(place) / "one", Path(place) / "two"
        one.mkdir()
        two.mkdir()
        words = str(config), str(one), str(count)
        return {
            "load, cold": run(_LOAD, *words),
            "plain ruamel.yaml and pydantic": run(_PLAIN, *words),
            "load, warm": run(_LOAD, *words),
            "aggregator check, cold": check(config, two),
            "aggregator check, warm": check(config, two),
        }


def main() -> None:
    """Run the rounds and print the medians and the worst."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rounds = [run_round(given.sources) for _ in range(given.rounds)]
    found = {
        name: {
            "median": round(statistics.median(one[name] for one in rounds), 3),
            "worst": round(max(one[name] for one in rounds), 3),
        }
        for name in rounds[0]
    }
    if given.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{given.sources} sources, {given.rounds} rounds")
    print(f"{'':34}{'median s':>10}{'worst s':>10}")
    for name, row in found.items():
        print(f"{name:34}{row['median']:>10}{row['worst']:>10}")


if __name__ == "__main__":
    main()
