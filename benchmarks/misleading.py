"""Whether short reports that read alike and are not, or are and read otherwise, mislead us.

    .venv/bin/python benchmarks/misleading.py [PAIRS.jsonl] [--part tune|exam] [--wrong] [--json]

A line has `part`, `one` (whether both tell of one event by the rule of docs/labels.md),
`kind`, `hours` from one to the other, and `first` and `second` with `language`, `title`
and `text`. The pairs of labels/pairs.jsonl are written for this: one person's two acts,
accidents in two towns; an event in other words, a toll that grows. Each pair is told
twice: alone, and among all the others at once with the authored day. Weights are chosen
by the part `tune`; `exam` is looked at afterwards. Pairs of a kind that is as hard as
these are rare in a newsfeed: the figures compare versions, they do not foretell errors.
Exit code 2 and the line when a pair cannot be used.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from aggregator.core.model import Report
from arrivals import Groups, group, name, tell
from labelled import BadItemsError, make_report, make_source, read_flag, read_lines, read_name
from labelled_day import read_day

PAIRS = Path(__file__).parent / "labels" / "pairs.jsonl"
_PARTS = ("tune", "exam")
_START = datetime(2023, 9, 21, 12, tzinfo=UTC)
"""Within the authored day."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two short reports, and whether they tell of one event."""

    part: str
    kind: str
    is_one: bool
    reports: tuple[Report, Report]

    @property
    def title(self) -> str:
        """Both titles."""
        return " | ".join(report.entry.title for report in self.reports)


@dataclass(frozen=True, slots=True)
class Result:
    """How many pairs of a part were joined: of those that are two events, of those that are one."""

    part: str
    told: str
    two: int
    wrongly_joined: int
    one: int
    rightly_joined: int
    wrong: tuple[str, ...]


# Pairs ----------------------------------------------------------------------------


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file; `BadItemsError` names the line that cannot be used."""
    lines = enumerate(read_lines(path), start=1)
    return [_read_pair(line, place, number) for number, (place, line) in lines]


def _read_pair(line: dict[str, Any], place: str, number: int) -> Pair:
    part = read_name(line, "part", place)
    if part not in _PARTS:
        raise BadItemsError(f'{place}: part is "{part}", not {" or ".join(_PARTS)}')
    hours = line.get("hours")
    if isinstance(hours, bool) or not isinstance(hours, int | float):
        raise BadItemsError(f'{place}: "hours" is no number')
    first = _read_report(line, "first", place, number, 0)
    second = _read_report(line, "second", place, number, hours)
    is_one = read_flag(line, "one", place)
    return Pair(part, read_name(line, "kind", place), is_one, (first, second))


def _read_report(line: dict[str, Any], side: str, place: str, number: int, hours: float) -> Report:
    texts = line.get(side)
    if not isinstance(texts, dict):
        raise BadItemsError(f'{place}: "{side}" is no object with language, title and text')
    at = _START + timedelta(hours=hours)
    parts = {part: read_name(texts, part, place) for part in ("language", "title", "text")}
    told = {
        "id": f"{number}",
        "title": parts["title"],
        "summary": escape(parts["text"]),
        "language": parts["language"],
        "published": at.isoformat(),
    }
    return make_report(told, make_source(f"{side}-{number}", ""), place)


# Judging --------------------------------------------------------------------------


def judge(pairs: Sequence[Pair], part: str) -> list[Result]:
    """The part's pairs told alone, and among all others with the day."""
    chosen = [pair for pair in pairs if pair.part == part]
    alone = [len(tell(pair.reports)) == 1 for pair in chosen]
    everyone = [report for pair in pairs for report in pair.reports]
    groups = group(tell([*everyone, *(item.report for item in read_day().items)]))
    among = [_is_joined(pair, groups) for pair in chosen]
    return [
        _count(part, "alone", list(zip(chosen, alone, strict=True))),
        _count(part, "among others", list(zip(chosen, among, strict=True))),
    ]


def _is_joined(pair: Pair, groups: Groups) -> bool:
    first, second = (groups[name(report)] for report in pair.reports)
    return first == second


def _count(part: str, told: str, answers: Sequence[tuple[Pair, bool]]) -> Result:
    two = [joined for pair, joined in answers if not pair.is_one]
    one = [joined for pair, joined in answers if pair.is_one]
    wrong = (
        f"{'wrongly together' if joined else 'wrongly apart'}, {pair.kind}: {pair.title}"
        for pair, joined in answers
        if joined != pair.is_one
    )
    return Result(part, told, len(two), sum(two), len(one), sum(one), tuple(wrong))


# Reporting ------------------------------------------------------------------------


def list_lines(results: Sequence[Result], *, wrong: bool) -> Iterator[str]:
    """A line for each result, below it the pairs that mislead."""
    for one in results:
        yield (
            f"{one.part}, {one.told}: {one.wrongly_joined} of {one.two} different events together,"
            f" {one.rightly_joined} of {one.one} reports of one event together"
        )
        yield from (f"  {title}" for title in one.wrong if wrong)


def main() -> None:
    """Judge, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path, nargs="?", default=PAIRS, metavar="PAIRS.jsonl")
    parser.add_argument("--part", choices=_PARTS, help="default: both")
    parser.add_argument("--wrong", action="store_true", help="list the pairs that mislead")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        pairs = read_pairs(given.pairs)
    except BadItemsError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
    parts = [given.part] if given.part else _PARTS
    results = [result for part in parts for result in judge(pairs, part)]
    if given.json:
        print(json.dumps([asdict(one) for one in results], ensure_ascii=False))
    else:
        print("\n".join(list_lines(results, wrong=given.wrong)))


if __name__ == "__main__":
    main()
