"""From a file to the Config: every step in order, every mistake at once."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from aggregator.core.settings import Config
from aggregator.edges.config.cache import digest_bytes, read_cached, write_cached
from aggregator.edges.config.fill import read_files
from aggregator.edges.config.includes import graft_files, list_patterns
from aggregator.edges.config.keys import text_keys
from aggregator.edges.config.laws import find_mistakes, find_warnings
from aggregator.edges.config.mistakes import validate
from aggregator.edges.config.pending import find_idle, find_pending
from aggregator.edges.config.places import Mistake, Place, Unreadable
from aggregator.edges.config.strangers import find_strangers
from aggregator.edges.config.translate import translate
from aggregator.edges.config.tree import Tree, read_tree
from aggregator.errors import ConfigError

_MAX_BYTES = 20_000_000
_WORTH_KEEPING = 500
"""Sources that take longer to read than to take from the data folder, by a quarter of a second."""
_WRITE_ONE = "write one with: aggregator init"


def load(path: Path, env: Mapping[str, str], data: Path | None = None) -> Config:
    """Return what the file says, validated; `env` fills in `${NAME}`.

    With a data folder, a large configuration is kept there as it was
    validated, and taken from there for as long as no file of it changed.
    Raises ConfigError with every mistake of the file, each as
    `file:line:column: what is wrong; what to do`.
    """
    cached = read_cached(data, path) if data else None
    if cached is not None:
        return cached
    reading = Reading(path, env)
    config = reading.load()
    if data and not reading.private and len(config.sources) >= _WORTH_KEEPING:
        write_cached(data, config, reading.inputs)
    return config


class Reading:
    """One reading of a configuration: the files it was made of, by their digests.

    `text` stands in for what the main file holds.
    """

    def __init__(self, path: Path, env: Mapping[str, str], text: str | None = None) -> None:
        """Take what to read; nothing is read yet."""
        self.inputs: dict[str, str] = {}
        self.private = False
        self._path, self._env, self._text = path, env, text

    def load(self) -> Config:
        """Return the configuration; ConfigError names every mistake."""
        path = self._path
        try:
            with _without_collector():
                tree = self._read()
                files = graft_files(tree, path, self._read_included)
                self.private = tree.private
                config = _build(tree, path)
            patterns = list_patterns(tree, path.parent)
            return replace(config, files=(str(path), *map(str, files)), patterns=patterns)
        except Unreadable as error:
            raise ConfigError(_lines(path, [error.mistake])) from error

    def _read(self) -> Tree:
        path = self._path
        text = self._take(path) if self._text is None else self._text
        tree = read_tree(text, self._env, as_json=path.suffix == ".json")
        if tree.value is None and not tree.mistakes:
            raise Unreadable(Place(), f"the file is empty; {_WRITE_ONE}")
        if not isinstance(tree.value, dict):
            raise Unreadable(Place(), f'the file holds no keys such as "sources:"; {_WRITE_ONE}')
        tree.value.pop("$schema", None)  # how a JSON file names its schema to editors
        read_files(tree, path.parent, text_keys())
        return tree

    def _read_included(self, path: Path) -> Tree:
        tree = read_tree(self._take(path), self._env, as_json=path.suffix == ".json")
        read_files(tree, path.parent, text_keys())
        return tree

    def _take(self, path: Path) -> str:
        content = _read_bytes(path)
        self.inputs[str(path)] = digest_bytes(content)
        return _decode(content)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Let no garbage be looked for: 10,000 sources are a million values, and none is garbage.

    Measured: 4.3 s instead of 5.5 s.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _build(tree: Tree, path: Path) -> Config:
    root = validate(tree)
    tree.mistakes.extend(find_mistakes(tree))
    if root is None or tree.mistakes:
        raise ConfigError(_lines(path, tree.mistakes))
    config = translate(root, tree, path)
    sources = config.sources
    told = *find_warnings(tree), *find_idle(tree, sources), *find_strangers(tree, sources)
    return replace(
        config,
        pending=_lines(path, find_pending(tree, sources)),
        warnings=_lines(path, told),
    )


def _decode(content: bytes) -> str:
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
