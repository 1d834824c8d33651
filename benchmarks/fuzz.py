"""Looks for inputs that the reading, cleaning and publishing of feeds trip over.

    .venv/bin/pip install atheris
    .venv/bin/python benchmarks/fuzz.py [--minutes 5] [--seed 1] [--target NAME ...]

Coverage-guided (atheris, libFuzzer), seeded by the corpus of the tests. Each
target runs in a process of its own with a limit of memory and of time for one
input, and is started again after a finding. Findings are saved; run one again
with `fuzz_targets.py TARGET FILE`. Ends with exit code 1 if there are any.
"""

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fuzz_seeds import LONGEST, list_seeds

_NAMES = ("parse", "parse_json", "clean", "normalise", "whole")
_SECONDS = 10
"""For one input; the slowest of the corpus takes 0.2 s under measurement."""
_MEMORY = 1024  # MiB
_EVERY = 30.0  # seconds between two lines of progress
_TOKENS = re.compile(
    rb"</?[A-Za-z:]{1,20}>?|&#?\w{1,10};|xmlns(?::\w+)?=|xml:base=|<!\[CDATA\[|\]\]>|<!--|-->"
    rb'|encoding="[\w-]+"|"[a-z_]{2,20}":'
)
_PULSE = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ")
_DONE = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
_FINDING = re.compile(r"Test unit written to (\S+)")


@dataclass(frozen=True, slots=True)
class Tally:
    """What one target came to; `covered` counts the edges that its inputs reach."""

    target: str
    executions: int = 0
    covered: int = 0
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a target's inputs and findings lie, and how long it may take."""

    target: str
    seeds: Path
    tokens: Path
    findings: Path
    seconds: float
    seed: int


def _write_tokens(path: Path) -> None:
    """The words of the corpus as libFuzzer's dictionary."""
    found = {
        token
        for seed in list_seeds("parse")
        for token in _TOKENS.findall(seed)
        if len(token) < 40  # noqa: PLR2004  # longer ones are texts
    }
    lines = ("".join(f"\\x{byte:02x}" for byte in token) for token in sorted(found))
    path.write_text("".join(f'"{line}"\n' for line in lines))


def _run(plan: Plan) -> Tally:
    """Fuzz one target until its time is over."""
    tally, end = Tally(plan.target), time.monotonic() + plan.seconds
    turn = 0
    while (left := end - time.monotonic()) > 1:
        before = tally
        tally = _run_once(replace(plan, seconds=left, seed=plan.seed + turn), tally)
        turn += 1
        if len(set(tally.findings)) < len(tally.findings):
            print(f"{plan.target}: the same finding again; mend it first", flush=True)
            return replace(tally, findings=before.findings)
    return tally


def _run_once(plan: Plan, tally: Tally) -> Tally:
    """Fuzz until a finding or the end, and add what the process says of itself."""
    heard, said = Tally(plan.target), 0.0
    with (plan.findings / f"{plan.target}.log").open("a", buffering=1) as log:
        process = subprocess.Popen(  # noqa: S603  # this program itself
            _make_command(plan), stdout=log, stderr=subprocess.PIPE, text=True, errors="replace"
        )
        for line in process.stderr or ():
            log.write(line)
            heard = _hear(line, heard)
            if _PULSE.search(line) and time.monotonic() - said > _EVERY:
                said = time.monotonic()
                print(f"{heard.target}: {heard.executions:,} executions, {heard.covered:,} edges")
                sys.stdout.flush()
    process.wait()
    if not heard.executions and not heard.findings:
        raise SystemExit(f"{plan.target}: did not start; see {plan.findings}/{plan.target}.log")
    return Tally(
        plan.target,
        tally.executions + heard.executions,
        max(tally.covered, heard.covered),
        tally.findings + heard.findings,
    )


def _make_command(plan: Plan) -> list[str]:
    options = {
        "max_total_time": int(plan.seconds) + 1,
        "seed": plan.seed,
        "timeout": _SECONDS,
        "rss_limit_mb": _MEMORY,
        "max_len": LONGEST,
        "dict": plan.tokens,
        "artifact_prefix": f"{plan.findings}/{plan.target}-",
        "print_final_stats": 1,
    }
    call = [sys.executable, __file__, "--child", plan.target, str(plan.seeds)]
    return call + [f"-{name}={value}" for name, value in options.items()]


def _hear(line: str, heard: Tally) -> Tally:
    """The tally after one line of libFuzzer's."""
    if pulse := _PULSE.search(line):
        covered = max(heard.covered, int(pulse[2]))
        return replace(heard, executions=int(pulse[1]), covered=covered)
    if done := _DONE.search(line):
        return replace(heard, executions=int(done[1]))
    if finding := _FINDING.search(line):
        print(f"{heard.target}: found {finding[1]}", flush=True)
        return replace(heard, findings=(*heard.findings, finding[1]))
    return heard


def _fuzz(target: str, arguments: Sequence[str]) -> None:
    """Be the process that libFuzzer drives."""
    import atheris  # noqa: PLC0415  # only the child needs it

    with atheris.instrument_imports(include=["aggregator", "feedparser"]):
        import fuzz_targets  # noqa: PLC0415  # instrumented while it is imported
    atheris.Setup([sys.argv[0], *arguments], fuzz_targets.TARGETS[target])
    atheris.Fuzz()


def _read_call() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=5.0, help="in all, shared by the targets")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", action="append", choices=_NAMES)
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    return parser.parse_args()


def main() -> int:
    """Fuzz every target in turn and print what came out."""
    if sys.argv[1:2] == ["--child"]:
        _fuzz(sys.argv[2], sys.argv[3:])
        return 0
    call = _read_call()
    if importlib.util.find_spec("atheris") is None:
        print("fuzzing needs atheris: .venv/bin/pip install atheris", file=sys.stderr)
        return 2
    call.findings.mkdir(parents=True, exist_ok=True)
    targets = call.target or _NAMES
    with tempfile.TemporaryDirectory() as scratch:
        tallies = [_prepare_and_run(Path(scratch), call, name, len(targets)) for name in targets]
    for one in tallies:
        print(f"{one.target:12} {one.executions:>12,} executions {one.covered:>7,} edges", end="")
        print(f" {len(one.findings):>3} findings")
    return 1 if any(one.findings for one in tallies) else 0


def _prepare_and_run(scratch: Path, call: argparse.Namespace, name: str, share: int) -> Tally:
    seeds, tokens = scratch / name, scratch / "tokens"
    seeds.mkdir()
    for number, seed in enumerate(list_seeds(name)):
        (seeds / f"{number:04}").write_bytes(seed)
    if not tokens.exists():
        _write_tokens(tokens)
    seconds = 60 * call.minutes / share
    return _run(Plan(name, seeds, tokens, call.findings, seconds, call.seed))


if __name__ == "__main__":
    sys.exit(main())
