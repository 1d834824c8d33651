"""The script that shows published attacks to a real browser; skipped where there is none."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "browser_safety.py"


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    """The script with these arguments, and what it said."""
    call = [sys.executable, str(SCRIPT), *words]
    return subprocess.run(call, capture_output=True, text=True, check=False)


def test_a_browser_finds_nothing_in_what_is_published() -> None:
    """A sample of the corpus: raw, most of it fires; cleaned, nothing does."""
    ended = run("--every", "25", "--json")
    if ended.returncode == 2:
        pytest.skip(ended.stderr.strip())
    assert ended.returncode == 0, ended.stdout + ended.stderr
    said = json.loads(ended.stdout)
    assert said["findings"] == {}
    assert said["cases"] >= 10
    assert said["fired"] >= said["cases"] / 2


def test_no_browser_is_no_success(tmp_path: Path) -> None:
    """Where nothing can be shown to a browser, the exit code says so."""
    ended = run("--browser", str(tmp_path / "none"))
    assert ended.returncode == 2
    assert "cannot be used: the browser has ended" in ended.stderr
