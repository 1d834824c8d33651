"""The long runs over a daemon, in small: ends at random moments, edits, days that pass."""

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "benchmarks"


def run_script(name: str, *options: str) -> str:
    """What a script of the project prints; it must end well."""
    run = subprocess.run(
        [sys.executable, str(FOLDER / name), *options], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_a_daemon_that_is_ended_at_any_moment_loses_nothing() -> None:
    """The script of docs/reliability.md with few ends; the long run has 30."""
    said = run_script("terms.py", "--ends", "4")
    assert "0 lost" in said
    assert "0 breaches" in said


def test_edits_of_the_configuration_are_seen_by_a_running_daemon() -> None:
    """Added, changed, removed, broken, mended: within 2 s by itself, here the machine is busy."""
    seen = json.loads(run_script("edits.py", "--json", "--limit", "10"))
    assert list(seen) == ["add", "change", "remove", "break", "broken, readyz", "mend"]


def test_days_pass_without_growth() -> None:
    """The script of docs/reliability.md with few sources and two days; the long run has a month."""
    days = json.loads(run_script("month.py", "--days", "2", "--sources", "6", "--json"))
    assert [day["day"] for day in days] == [1, 2]
    assert all(day["polls"] >= 6 * 6 for day in days)
    assert all(day["publishes"] >= 6 for day in days)
