"""From a file to the Config: every step in order, every mistake at once."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from aggregator.core.settings import Config
from aggregator.edges.config.fill import read_files
from aggregator.edges.config.includes import graft_files, list_patterns
from aggregator.edges.config.keys import text_keys
from aggregator.edges.config.laws import find_mistakes, find_warnings
from aggregator.edges.config.mistakes import validate
from aggregator.edges.config.pending import find_pending
from aggregator.edges.config.places import Mistake, Place, Unreadable
from aggregator.edges.config.translate import translate
from aggregator.edges.config.tree import Tree, read_tree
from aggregator.errors import ConfigError

_MAX_BYTES = 20_000_000
_WRITE_ONE = "write one with: aggregator init"


def load(path: Path, env: Mapping[str, str]) -> Config:
    """Return what the file says, validated; `env` fills in `${NAME}`.

    Raises ConfigError with every mistake of the file, each as
    `file:line:column: what is wrong; what to do`.
    """
    try:
        tree = _read(path, env)
        files = graft_files(tree, path, lambda one: _read_included(one, env))
        return replace(
            _build(tree, path),
            files=(str(path), *map(str, files)),
            patterns=list_patterns(tree, path.parent),
        )
    except Unreadable as error:
        raise ConfigError(_lines(path, [error.mistake])) from error


def _read(path: Path, env: Mapping[str, str]) -> Tree:
    tree = read_tree(_read_text(path), env, as_json=path.suffix == ".json")
    if tree.value is None and not tree.mistakes:
        raise Unreadable(Place(), f"the file is empty; {_WRITE_ONE}")
    if not isinstance(tree.value, dict):
        raise Unreadable(Place(), f'the file holds no keys such as "sources:"; {_WRITE_ONE}')
    tree.value.pop("$schema", None)  # how a JSON file names its schema to editors
    read_files(tree, path.parent, text_keys())
    return tree


def _read_included(path: Path, env: Mapping[str, str]) -> Tree:
    tree = read_tree(_read_text(path), env, as_json=path.suffix == ".json")
    read_files(tree, path.parent, text_keys())
    return tree


def _build(tree: Tree, path: Path) -> Config:
    root = validate(tree)
    tree.mistakes.extend(find_mistakes(tree))
    if root is None or tree.mistakes:
        raise ConfigError(_lines(path, tree.mistakes))
    config = translate(root, tree, path)
    return replace(
        config,
        pending=_lines(path, find_pending(tree, config.sources)),
        warnings=_lines(path, find_warnings(tree)),
    )


def _read_text(path: Path) -> str:
    content = _read_bytes(path)
    if len(content) > _MAX_BYTES:
        raise Unreadable(Place(), "the file is larger than 20 MB; split it")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise Unreadable(Place(line, column), "the file is not UTF-8; save it as UTF-8") from error


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise Unreadable(Place(), f"there is no such file; {_WRITE_ONE}") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is impossible"
        raise Unreadable(
            Place(), f"the file cannot be read ({why}); check the path and its permissions"
        ) from error


def _lines(path: Path, mistakes: Iterable[Mistake]) -> tuple[str, ...]:
    """Return the mistakes as lines, in the order of the file; none runs over its line."""
    return tuple(
        f"{found.place.file or path}:{found.place.line}:{found.place.column}: "
        f"{_keep_in_line(found.text)}"
        for found in sorted(mistakes, key=lambda found: (found.place.file, found))
    )


def _keep_in_line(text: str) -> str:
    """Return the text with escapes for what would break the line or move a cursor."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
