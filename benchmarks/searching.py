"""How long questions to a large archive take: typical ones, and those meant to be slow.

`.venv/bin/python -m benchmarks.searching 100000` fills an index with so many
made-up stories, then asks each question five times and prints the median. It
ends with 1 where any takes longer than `--most` milliseconds.
"""

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.core.asking import EVERY, SIZE, Card, name_facet, read_query
from aggregator.edges.store import Finder, open_store

_BEGIN = datetime(2018, 1, 1, tzinfo=UTC)
_WORDS = 60
_BATCH = 2_000


def make_cards(count: int, chance: random.Random) -> Iterator[Card]:
    """Stories of sixty words each, whose words are as unequally common as those of a language."""
    words = [f"{chance.choice('abcdefgh')}{chance.choice('aeiou')}{n:x}w" for n in range(50_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    for number in range(count):
        text = " ".join([*chance.choices(words, weights, k=_WORDS), "common", f"odd{number % 2}"])
        facets = [EVERY, name_facet("source", f"s{number % 100}"), name_facet("language", "en")]
        item = f'{{"id":"tag:x:{number}","title":"{text[:60]}","content_html":"{text}"}}'
        at = _BEGIN + timedelta(minutes=4 * number)
        yield Card(f"tag:x:{number}", at, item, text, text, " ".join(facets))


def fill(data: Path, count: int) -> None:
    """An index of so many stories, written as publishings write it."""
    with open_store(data) as store:
        batch: list[Card] = []
        for card in make_cards(count, random.Random(1)):  # noqa: S311 - made-up words
            batch.append(card)
            if len(batch) == _BATCH:
                store.cards.save(batch, ())
                batch = []
        store.cards.save(batch, ())


QUESTIONS = {
    "one rare word": "ba4a38w",
    "a common word": "common",
    "two common words": "common ca0w",
    "never together": "odd0 odd1",
    "sixteen never together": " ".join(["odd0 odd1"] * 8),
    "a common phrase": '"common odd1"',
    "a phrase that is nowhere": '"odd1 common"',
    "beginnings": "odd* com* ba1* ca2*",
    "long beginning": "commo*",
    "only without": "-common",
    "common without": "common -odd1",
    "source": "source:s7",
    "rare in a source": "source:s7 odd0",
    "32 sources": " ".join(f"source:s{n}" for n in range(32)),
    "from the oldest days": "common to:2018-02",
    "10 kB of quotes": '"' * 10_000,
    "10 kB of stars": "a* " * 3_500,
    "10 kB of brackets": "(((NEAR(" * 1_250,
    "10 kB of words": "odd0 odd1 common " * 600,
}


def measure(finder: Finder, words: str, page: int) -> float:
    """Milliseconds for one page with its count, as the daemon asks."""
    begun = time.perf_counter()
    query = read_query(words)
    finder.count(query, 1_000)
    finder.find(query, SIZE, after=SIZE * (page - 1))
    return 1_000 * (time.perf_counter() - begun)


def main() -> int:
    """Print a line for each question."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("count", type=int)
    reading.add_argument("--most", type=float, default=50.0)
    reading.add_argument("--data", type=Path, default=None, help="keep the index there")
    asked = reading.parse_args()
    data = asked.data or Path(tempfile.mkdtemp())
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "aggregator.db").exists():
        begun = time.process_time()
        fill(data, asked.count)
        print(f"{asked.count} stories in {time.process_time() - begun:.1f} s of CPU")
    with closing(sqlite3.connect(data / "aggregator.db")) as one:
        size = one.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        print(f"{size.fetchone()[0] / 1e6:.0f} MB")
    finder = Finder(data / "aggregator.db", timedelta(seconds=60), "UTC")
    slowest = 0.0
    for name, words in QUESTIONS.items():
        took = statistics.median(measure(finder, words, 1) for _ in range(5))
        last = measure(finder, words, 50)
        slowest = max(slowest, took, last)
        print(f"{name:26} {took:8.1f} ms, page 50 {last:8.1f} ms")
    finder.close()
    return int(slowest > asked.most)


if __name__ == "__main__":
    sys.exit(main())
