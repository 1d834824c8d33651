"""The pairs written to mislead: their shape, and what the benchmark says of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.test_story_benchmark import BENCHMARKS, run, write_lines

FIRST = {
    "language": "en",
    "title": "Bridge opens",
    "text": "A stone bridge over the Vorotan opens near Goris.",
}


def make_line(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """A pair of the same words."""
    other = {**FIRST, "text": "The Vorotan has a stone bridge near Goris."}
    given = {"part": "tune", "one": True, "kind": "same", "hours": 1, "first": FIRST}
    return {**given, "second": other, **fields}


def test_the_pairs_that_ship_are_whole() -> None:
    """As many to choose by as are held back, both kinds, three languages, each title once."""
    path = BENCHMARKS / "labels" / "pairs.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for part in ("tune", "exam"):
        for one in (True, False):
            assert sum(line["part"] == part and line["one"] is one for line in lines) >= 20
    sides = [line[side] for line in lines for side in ("first", "second")]
    assert {side["language"] for side in sides} == {"en", "ru", "hy"}
    assert len({side["title"] for side in sides}) == len(sides)


def test_pairs_are_counted_by_what_they_are(tmp_path: Path) -> None:
    """Those of one event that stand together, those of two that do, alone and among others."""
    apart = {"language": "en", "title": "Chess: three draws", "text": "The third round is over."}
    lines = [
        make_line(),
        make_line(one=False, kind="copies"),
        make_line(second=apart, kind="far"),
        make_line(part="exam"),
    ]
    path = write_lines(tmp_path / "pairs", lines)
    done = run("misleading.py", path, "--part", "tune", "--wrong")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:3] == [
        "tune, alone: 1 of 1 different events together, 1 of 2 reports of one event together",
        "  wrongly together, copies: Bridge opens | Bridge opens",
        "  wrongly apart, far: Bridge opens | Chess: three draws",
    ]
    done = run("misleading.py", path, "--json")
    assert [one["part"] for one in json.loads(done.stdout)] == ["tune"] * 2 + ["exam"] * 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"part": "test"}, 'part is "test", not tune or exam'),
        ({"hours": "1"}, '"hours" is no number'),
        ({"second": "Bridge"}, '"second" is no object'),
        ({"first": {"language": "en", "title": "T"}}, 'no "text"'),
    ],
)
def test_a_pair_that_cannot_be_used_is_named(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    """Exit code 2 and the line."""
    path = write_lines(tmp_path / "pairs", [make_line(), make_line(**fields)])
    done = run("misleading.py", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 2" in done.stderr
    assert said in done.stderr
