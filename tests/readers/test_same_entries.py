"""`benchmarks/same_entries.py` itself: what it calls a mismatch, and how it ends."""

import importlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a script is no package
    """The script as a module."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("same_entries")


def make_seen(script: Any, number: int = 1, **fields: Any) -> Any:  # noqa: ANN401 - as above
    """An entry as a reader finds it."""
    seen = script.Seen(f"i{number}", f"l{number}", f"A & B {number}", "", number)
    return replace(seen, **fields)


def test_the_same_entries_are_no_mismatch(script: Any) -> None:  # noqa: ANN401
    """Whatever their order; a title that shows as its own source is counted."""
    wanted = [make_seen(script, 1), make_seen(script, 2)]
    assert script.judge(wanted, wanted[::-1]) == (0, ())
    escaped = make_seen(script, 2, title="A &amp; B 2")
    assert script.judge(wanted, [wanted[0], escaped]) == (1, ())


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"id": "other"}, "missing: i1"),
        ({"link": "other"}, "i1: its link is 'other', not 'l1'"),
        ({"title": "A &amp;amp; B 1"}, "i1: its title is 'A &amp;amp; B 1', not 'A & B 1'"),
        ({"at": 2}, "i1: its date is 2, not 1"),
        ({"at": None}, "i1: its date is None, not 1"),
    ],
)
def test_what_differs_is_named(script: Any, fields: dict[str, Any], fault: str) -> None:  # noqa: ANN401
    """An id, a link, a title or a date that is another."""
    _, faults = script.judge([make_seen(script)], [make_seen(script, **fields)])
    assert faults[0] == fault


def test_a_count_that_differs_is_named(script: Any) -> None:  # noqa: ANN401
    """What is too much, also when an entry is there twice."""
    one, two = make_seen(script, 1), make_seen(script, 2)
    assert script.judge([one], [one, two])[1] == ("2 entries, not 1", "too much: i2")
    assert script.judge([one], [one, one])[1] == ("2 entries, not 1",)


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        (None, None),
        (1695323400, 1695323400),
        ("2023-09-21T19:10:00.000Z", 1695323400),
        ("2023-09-21T19:10:00+00:00", 1695323400),
        ("Thu, 21 Sep 2023 23:10:00 +0400", 1695323400),
    ],
)
def test_dates_are_read_in_every_form(script: Any, date: int | str | None, seconds: int) -> None:  # noqa: ANN401
    """As the parsers give them."""
    assert script.read_date(date) == seconds


def run_script(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """The script where nothing of apt, npm or Perl is to be found."""
    command = [sys.executable, str(BENCHMARKS / "same_entries.py"), "--tools", "/nonexistent"]
    return subprocess.run(
        [*command, *arguments],
        env={"PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_too_few_readers_are_no_proof() -> None:
    """Exit code 2 at once, with the command that gets each one that is missing."""
    run = run_script()
    assert run.returncode == 2, run.stderr
    assert "not installed: newsboat (apt install newsboat)" in run.stdout
    assert "not installed: XML::Feed (apt install libxml-feed-perl)" in run.stdout
    assert "readers are there; 5 are needed" in run.stderr


def test_the_readers_of_the_test_suite_find_the_same_entries() -> None:
    """Those in the dev dependencies, in every format that they know."""
    run = run_script("--only", "feedparser", "--only", "reader", "--json")
    assert run.returncode == 0, (run.stdout, run.stderr)
    readings = json.loads(run.stdout)["readings"]
    assert [(one["reader"], one["format"]) for one in readings] == [
        ("json", "feed.json"),
        *(("reader", name) for name in ("atom.xml", "rss.xml", "feed.json")),
        *(("feedparser", name) for name in ("atom.xml", "rss.xml")),
    ]
    assert {one["entries"] for one in readings} == {26}
