"""Promise P2 in small: kill -9 at random moments loses nothing and breaks nothing."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "kills.py"


def test_kills_leave_whole_files_all_entries_and_the_same_ids() -> None:
    """The script of docs/reliability.md with few kills; the long run has 50 and more."""
    run = subprocess.run(
        [sys.executable, str(SCRIPT), "--kills", "6"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 lost" in run.stdout
    assert "0 breaches" in run.stdout
