"""The fuzzer's targets and the planter of faults, on what they start from."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


def run(script: str, *arguments: str) -> str:
    """What a script prints; it must end well."""
    command = [sys.executable, str(BENCHMARKS / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("target", ["parse", "parse_json", "clean", "normalise", "whole"])
def test_the_corpus_holds_no_finding(target: str) -> None:
    """Every law of the fuzzer holds on every input of the corpus."""
    assert "no findings" in run("fuzz_targets.py", target)


def test_a_planted_fault_is_seen() -> None:
    """A fault in the room of excerpts makes its tests fail, and they pass without one."""
    assert "excerpt: 1 of 1 seen" in run(
        "mutants.py", "--room", "excerpt", "--each", "1", "--seed", "2"
    )
