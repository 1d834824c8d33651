"""Hostile servers in small: each is named, and costs neither memory nor the good sources."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "hostile.py"
EXPECTED = {"endless": "too-large", "bomb-in-bomb": "too-large", "to-metadata": "blocked"}


def test_hostile_servers_are_named_and_cost_little() -> None:
    """The script of docs/reliability.md with few servers; the long run has 27."""
    run = subprocess.run(
        [sys.executable, str(SCRIPT), "--json", "--only", *EXPECTED],
        capture_output=True,
        text=True,
        check=False,
    )
    rows = json.loads(run.stdout)["rows"]
    assert {row["server"]: row["result"] for row in rows} == EXPECTED
    assert all(row["growth_mib"] < 24 for row in rows), run.stdout
