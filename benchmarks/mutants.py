"""Plants small faults in the rooms that must not err, and counts those that their tests see.

    .venv/bin/python benchmarks/mutants.py [--room NAME ...] [--each 40] [--seed 1]

For each module of a room a sample of its mutants is tried: one comparison
turned, one `and` made an `or`, one condition negated, one number moved, one
text emptied, one call left out, one result made None. Each runs the room's own
tests in a process of its own, until the first that fails. Those that no test
sees are printed as `file:line: what`; so are those whose tests did not end.
"""

import argparse
import ast
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

_ROOT = Path(__file__).parent.parent
_SOURCE = _ROOT / "src" / "aggregator"
_SECONDS = 90
_OPTIONS = (
    *("-x", "-q", "-p", "no:randomly", "--hypothesis-seed=0"),
    *("-k", "not in_time"),  # measurements of large inputs: seconds each, and no rules
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # the plug-ins are loaded already
)
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.BitAnd: ast.BitOr, ast.Mod: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """Modules under `src/aggregator` and the tests that belong to them."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one fault in it."""

    module: str
    line: int
    what: str
    tree: ast.Module


def _files(folder: str) -> tuple[str, ...]:
    return tuple(sorted(f"{folder}/{path.name}" for path in (_SOURCE / folder).glob("*.py")))


ROOMS = (
    Room(
        "identity",
        _files("core/identity"),
        ("tests/core/test_identity.py", "tests/core/test_floods.py"),
    ),
    Room(
        "reuse",
        _files("core/reuse"),
        ("tests/core/test_reuse.py", "tests/core/test_terms.py"),
    ),
    Room("excerpt", ("core/excerpt.py",), ("tests/core/test_excerpt.py",)),
    Room(
        "policy",
        _files("core/policy"),
        tuple(
            f"tests/core/test_policy{part}.py"
            for part in ("", "_bodies", "_moves", "_penalty", "_when")
        ),
    ),
    Room(
        "cleaning",
        ("edges/clean.py", "core/text.py"),
        ("tests/edges/test_clean.py", "tests/edges/test_clean_lists.py", "tests/core/test_text.py"),
    ),
)


# ------------------------------------------------------------------ the faults


def list_mutants(module: str) -> list[Mutant]:
    """Every fault that can be planted in a module."""
    tree = ast.parse((_SOURCE / module).read_text("utf-8"))
    nodes = list(_walk(tree))
    return [
        Mutant(module, _line_of(node), what, _plant(tree, place, number))
        for place, node in enumerate(nodes)
        for number, (what, _) in enumerate(_faults(node))
    ]


def _line_of(node: ast.AST) -> int:
    return int(getattr(node.target if isinstance(node, ast.comprehension) else node, "lineno", 0))


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run: no annotations, no docstrings, no names of slots or patterns' flags."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_words(child):
                yield child
                yield from _walk(child)


def _is_words(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return True
    return (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or isinstance(
        node, ast.JoinedStr | ast.Import | ast.ImportFrom
    )


def _plant(tree: ast.Module, place: int, number: int) -> ast.Module:
    copy = deepcopy(tree)
    node = next(node for at, node in enumerate(_walk(copy)) if at == place)
    _, fault = list(_faults(node))[number]
    for name, value in fault.items():
        setattr(node, name, value)
    return ast.fix_missing_locations(copy)


def _faults(node: ast.AST) -> Iterator[tuple[str, dict[str, object]]]:  # noqa: C901  # a table
    """What can be done to a node: words, and its fields to be set."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _TURNED:
            turned = _TURNED[type(operator)]
            yield f"{type(operator).__name__} -> {turned.__name__}", {"ops": [turned()]}
        case ast.BoolOp(op=ast.And()):
            yield "and -> or", {"op": ast.Or()}
        case ast.BoolOp(op=ast.Or()):
            yield "or -> and", {"op": ast.And()}
        case ast.BinOp(op=operator) if type(operator) in _COUNTED:
            counted = _COUNTED[type(operator)]
            yield f"{type(operator).__name__} -> {counted.__name__}", {"op": counted()}
        case ast.If() | ast.IfExp() | ast.While():
            yield "condition negated", {"test": ast.UnaryOp(ast.Not(), node.test)}
        case ast.comprehension(ifs=[_, *_]):
            yield "condition dropped", {"ifs": node.ifs[1:]}
        case ast.Constant(value=bool(value)):
            yield f"{value} -> {not value}", {"value": not value}
        case ast.Constant(value=int(value) | float(value)):
            yield f"{value} -> {value + 1}", {"value": value + 1}
        case ast.Constant(value=str(value)) if value:
            yield f"{value[:30]!r} -> ''", {"value": ""}
        case ast.Return(value=ast.AST()) if not _is_none(node.value):
            yield "returns None", {"value": ast.Constant(None)}
        case ast.Expr(value=ast.Call()):
            yield "call left out", {"value": ast.Constant(None)}


def _is_none(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


# ------------------------------------------------------------------ the trials


class _Planter(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module in its mutated form to whoever imports it."""

    def __init__(self, mutant: Mutant) -> None:
        path = f"aggregator/{mutant.module}".removesuffix(".py").removesuffix("/__init__")
        self._name, self._mutant = path.replace("/", "."), mutant

    def find_spec(
        self, fullname: str, _path: object = None, _target: object = None
    ) -> ModuleSpec | None:
        """The mutated module's spec, None for every other name."""
        if fullname != self._name:
            return None
        file = _SOURCE / self._mutant.module
        folder = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, file, loader=self, submodule_search_locations=folder
        )

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutated code."""
        exec(compile(self._mutant.tree, self._mutant.module, "exec"), module.__dict__)  # noqa: S102  # that is what this is for


def _try(mutant: Mutant | None, tests: Sequence[str]) -> str:
    """`killed`, `survived` or `hung`, by the room's tests in a child."""
    child = os.fork()
    if child == 0:
        _be_child(mutant, tests)
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "killed" if status else "survived"
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hung"


def _be_child(mutant: Mutant | None, tests: Sequence[str]) -> None:
    import pytest  # noqa: PLC0415  # loaded before the fork

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    if mutant is not None:
        sys.meta_path.insert(0, _Planter(mutant))
    code = 1
    with suppress(BaseException):
        code = int(pytest.main([*_OPTIONS, *tests]))
    os._exit(min(code, 1))


def _load_others() -> None:
    """Import what every child needs, none of the product, so that a trial takes moments."""
    for name in ("pytest", "hypothesis.strategies", "feedparser", "nh3", "yarl", "lxml.etree"):
        __import__(name)


def _run_room(room: Room, each: int, seed: int) -> bool:
    if _try(None, room.tests) != "survived":
        print(f"{room.name}: its tests fail without any fault", file=sys.stderr)
        return False
    counts = {"killed": 0, "survived": 0, "hung": 0}
    begun, population = time.monotonic(), 0
    for module in room.modules:
        found = list_mutants(module)
        population += len(found)
        random.Random(f"{seed} {module}").shuffle(found)  # noqa: S311  # a sample, no secret
        for mutant in sorted(found[:each], key=lambda one: one.line):
            outcome = _try(mutant, room.tests)
            counts[outcome] += 1
            if outcome != "killed":
                print(f"  {module}:{mutant.line}: {mutant.what}: {outcome}", flush=True)
    tried, seen = sum(counts.values()), counts["killed"] + counts["hung"]
    share = 100 * seen / tried if tried else 100
    print(f"{room.name}: {seen} of {tried} seen, {share:.0f} %; {counts['survived']} not,", end=" ")
    minutes = (time.monotonic() - begun) / 60
    print(f"{counts['hung']} hung; of {population:,} in all; {minutes:.1f} minutes", flush=True)
    return True


def main() -> int:
    """Try the samples and print what no test sees."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--room", action="append", choices=[room.name for room in ROOMS])
    parser.add_argument("--each", type=int, default=40, help="mutants of each module")
    parser.add_argument("--seed", type=int, default=1)
    call = parser.parse_args()
    os.chdir(_ROOT)
    sys.path.insert(0, str(_ROOT))
    _load_others()
    chosen = [room for room in ROOMS if call.room is None or room.name in call.room]
    ran = [_run_room(room, call.each, call.seed) for room in chosen]
    return 0 if all(ran) else 1


if __name__ == "__main__":
    sys.exit(main())
