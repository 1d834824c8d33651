"""Whether the product says of two news texts what people said: one story, or two.

    .venv/bin/python benchmarks/story_pairs.py FOLDER_OR_FILE.tsv [...] [--wrong N] [--json]

A file is a table of tab-separated values with a heading: `INPUT:first_title`,
`INPUT:first_text`, `INPUT:first_url`, the same of `second`, and `GOLDEN:quality`,
which is OK where people found both in one thread (the same event, the same facts, at
the same time and place; titles that could be swapped) and BAD where not. Each pair is
told as two reports of two sources, seen at one time, without dates: the tables have
none. It is said to be one where they become one story. A baseline that gives all
pairs the commoner answer stands beside it. Exit code 2 when a file is no such table.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from aggregator.core.model import Report
from arrivals import tell
from labelled import BadItemsError, make_report, make_source

_SIDES = ("first", "second")
_PARTS = ("title", "text", "url")
_ANSWERS = {"OK": True, "BAD": False}
_COLUMNS = ("GOLDEN:quality", *(f"INPUT:{side}_{part}" for side in _SIDES for part in _PARTS))
_LONGEST_FIELD = 10_000_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports: what people say of them, what the product says and why."""

    titles: tuple[str, str]
    is_one: bool
    said_one: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """How the answers for one table compare with those of people."""

    name: str
    pairs: tuple[Pair, ...]

    @property
    def accuracy(self) -> float:
        """The share of the pairs with the right answer."""
        return _divide(sum(pair.is_one == pair.said_one for pair in self.pairs), len(self.pairs))

    @property
    def majority(self) -> float:
        """The accuracy of the commoner answer, given to all."""
        ones = sum(pair.is_one for pair in self.pairs)
        return _divide(max(ones, len(self.pairs) - ones), len(self.pairs))

    @property
    def precision(self) -> float:
        """Of the pairs said to be one story, the share that is; 1 where none is said to be."""
        said = [pair for pair in self.pairs if pair.said_one]
        return _divide(sum(pair.is_one for pair in said), len(said))

    @property
    def recall(self) -> float:
        """Of the pairs that are one story, the share that is said to be."""
        ones = [pair for pair in self.pairs if pair.is_one]
        return _divide(sum(pair.said_one for pair in ones), len(ones))

    @property
    def wrong(self) -> tuple[Pair, ...]:
        """The pairs with the wrong answer."""
        return tuple(pair for pair in self.pairs if pair.is_one != pair.said_one)


def _divide(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


# Tables ---------------------------------------------------------------------------


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a table; `BadItemsError` names the line that cannot be used."""
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t")
            _refuse_heading(path, reader.fieldnames or ())
            return [_check(row, f"{path}, line {reader.line_num}") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadItemsError(f"{path}: cannot be read as a table in UTF-8: {error}") from error


def _refuse_heading(path: Path, heading: Sequence[str]) -> None:
    if missing := [column for column in _COLUMNS if column not in heading]:
        raise BadItemsError(f"{path}, line 1: no column {', '.join(missing)}")


def _check(row: dict[str, Any], place: str) -> dict[str, str]:
    if any(row[column] is None for column in _COLUMNS):
        raise BadItemsError(f"{place}: fewer columns than the heading has")
    if row["GOLDEN:quality"] not in _ANSWERS:
        raise BadItemsError(f'{place}: GOLDEN:quality is "{row["GOLDEN:quality"]}", not OK or BAD')
    return {column: row[column] for column in _COLUMNS}


# Answers --------------------------------------------------------------------------


def judge(path: Path) -> Result:
    """The answers for all pairs of a table."""
    rows = read_table(path)
    return Result(
        path.name, tuple(_ask(row, f"{path}, pair {n}") for n, row in enumerate(rows, start=1))
    )


def _ask(row: dict[str, str], place: str) -> Pair:
    told = tell([_make_report(row, side, place) for side in _SIDES])
    reason = "; ".join(why for story in told for why in story.reasons)
    titles = row["INPUT:first_title"], row["INPUT:second_title"]
    return Pair(titles, _ANSWERS[row["GOLDEN:quality"]], len(told) == 1, reason)


def read_reports(path: Path) -> Iterator[tuple[bool, list[Report]]]:
    """Of each pair of a table: whether people found both to be one, and both as reports."""
    for number, row in enumerate(read_table(path), start=1):
        both = [_make_report(row, side, f"{path}, pair {number}") for side in _SIDES]
        yield _ANSWERS[row["GOLDEN:quality"]], both


def _make_report(row: dict[str, str], side: str, place: str) -> Report:
    title, text, url = (row[f"INPUT:{side}_{part}"] for part in _PARTS)
    # The table's texts are plain; a report's text is HTML.
    texts = {"title": title, "content": escape(text), "url": url}
    return make_report(texts, make_source(side, url), place)


# Reporting ------------------------------------------------------------------------


def list_lines(results: Sequence[Result], wrong: int) -> Iterator[str]:
    """A line for each table, below it the first of its wrong pairs."""
    for one in results:
        yield (
            f"{one.name}: {len(one.pairs)} pairs, accuracy {one.accuracy:.3f}"
            f" (majority {one.majority:.3f}), precision {one.precision:.3f},"
            f" recall {one.recall:.3f}"
        )
        for pair in one.wrong[:wrong]:
            said = f"said to be one ({pair.reason})" if pair.said_one else "said to be two"
            yield f"  {said}: {pair.titles[0]} | {pair.titles[1]}"


def describe(one: Result, wrong: int) -> dict[str, Any]:
    """The same as values."""
    return {
        "table": one.name,
        "pairs": len(one.pairs),
        "accuracy": one.accuracy,
        "majority": one.majority,
        "precision": one.precision,
        "recall": one.recall,
        "wrong": [[*pair.titles, pair.reason] for pair in one.wrong[:wrong]],
    }


def main() -> None:
    """Ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", type=Path, nargs="+", metavar="FOLDER_OR_FILE.tsv")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="wrong pairs to show")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    paths = [path for one in given.tables for path in _find_tables(one)]
    if not paths:
        parser.error("there is no .tsv file in the folder")
    try:
        results = [judge(path) for path in paths]
    except BadItemsError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
    if given.json:
        print(json.dumps([describe(one, given.wrong) for one in results], ensure_ascii=False))
    else:
        print("\n".join(list_lines(results, given.wrong)))


def _find_tables(path: Path) -> list[Path]:
    return sorted(path.glob("*.tsv")) if path.is_dir() else [path]


if __name__ == "__main__":
    main()
