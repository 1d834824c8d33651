"""`benchmarks/readers.py` itself: what it calls a mismatch, and how it ends."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a script is no package
    """The script as a module."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("readers")


def test_what_a_reader_should_hold_is_no_mismatch(script: Any) -> None:  # noqa: ANN401
    """The text may have more around it; the order is the reader's own."""
    one, two = (script.Seen(f"i{n}", f"l{n}", f"t{n}", f"w{n}") for n in "12")
    longer = script.Seen("i1", "l1", "t1", "before w1 after")
    assert script.judge_entries([one, two], [two, longer]) == ()


@pytest.mark.parametrize(
    ("kept", "faults"),
    [
        ([], ["missing"]),
        ([("i", "l", "t", "w")] * 2, ["too much"]),
        ([("i", "l", "old", "w")], ["missing", "too much"]),
        ([("i", "elsewhere", "t", "w")], ["missing", "too much"]),
        ([("other", "l", "t", "w")], ["missing", "too much"]),
        ([("i", "l", "t", "old")], ["missing", "too much"]),
    ],
)
def test_what_differs_is_named(
    script: Any,  # noqa: ANN401
    kept: list[tuple[str, ...]],
    faults: list[str],
) -> None:
    """An entry that is not there, twice there, or there with another id, link, title or text."""
    wanted = [script.Seen("i", "l", "t", "w")]
    found = script.judge_entries(wanted, [script.Seen(*one) for one in kept])
    assert [fault.partition(":")[0].removesuffix(" or wrong") for fault in found] == faults


@pytest.mark.parametrize(
    ("first", "again", "faults"),
    [
        ([(200, False)], [(304, True)], 0),
        ([(200, True)], [(200, True)], 1),
        ([(200, True)], [(200, False)], 2),
        ([(304, True)], [(304, True)], 1),
        ([(200, True)], [], 1),
    ],
)
def test_what_was_answered_otherwise_is_named(
    script: Any,  # noqa: ANN401
    first: list[tuple[int, bool]],
    again: list[tuple[int, bool]],
    faults: int,
) -> None:
    """A 200 after a publish and one 304 after it, for a request with validators."""
    reader = script.list_readers()[0]
    exchanges = [[script.Exchange("/", *one) for one in part] for part in (first, again)]
    assert len(list(script.judge_requests(reader, *exchanges))) == faults


def test_a_reader_that_is_not_installed_is_named_and_not_passed() -> None:
    """Exit code 2, at once."""
    command = [sys.executable, str(BENCHMARKS / "readers.py"), "--only", "newsboat"]
    run = subprocess.run(
        command, env={"PATH": "/nonexistent"}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2, run.stderr
    assert "not installed: newsboat (Debian: newsboat)" in run.stdout
