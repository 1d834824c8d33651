"""A validated configuration kept in the data folder, so that a warm start need not read YAML.

It is believed only when every file it was made of is byte for byte what it
was, the patterns still find the same files, and program and Python are the
same; anything odd about it makes it nothing. It knows no key's meaning.
A configuration that took anything from the environment or from a file of
secrets is never given to it.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from aggregator.core.model.rule import Condition, Rule
from aggregator.core.model.source import Reuse, Source
from aggregator.core.settings import Config, FeedSettings
from aggregator.edges.config.includes import find_included
from aggregator.version import VERSION

_NAME = "config-cache.json"


def read_cached(data: Path, path: Path) -> Config | None:
    """Return the configuration as it was validated; None when anything may have changed."""
    try:
        kept = json.loads((data / _NAME).read_bytes())
        if kept["made_by"] != _name_maker() or kept["path"] != str(path):
            return None
        if any(_digest(name) != digest for name, digest in kept["inputs"].items()):
            return None
        if find_included(kept["config"].get("patterns", ())) != kept["found"]:
            return None
        config = _read(Config, kept["config"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return config if isinstance(config, Config) else None


def write_cached(data: Path, config: Config, inputs: Mapping[str, str]) -> None:
    """Keep a configuration; without a data folder, or one that can be written, do nothing.

    `inputs` are the digests of the files as they were read. The file is the
    owner's alone: the YAML may hold tokens.
    """
    kept = {
        "made_by": _name_maker(),
        "path": config.path,
        "inputs": dict(inputs),
        "found": find_included(config.patterns),
        "config": _write(config),
    }
    with suppress(OSError):
        descriptor, name = tempfile.mkstemp(prefix=".config-", suffix=".tmp", dir=data)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(kept, file, separators=(",", ":"))
            Path(name).replace(data / _NAME)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def digest_bytes(content: bytes) -> str:
    """Return what tells one content of a file from another."""
    return sha256(content).hexdigest()


def _digest(name: str) -> str:
    return digest_bytes(Path(name).read_bytes())


def _name_maker() -> str:
    """Who wrote it: another program, Python or shape of the values may read it otherwise."""
    kinds = (Config, Source, Reuse, FeedSettings, Rule, Condition)
    shape = [[one.name for one in fields(kind)] for kind in kinds]
    return f"{VERSION} {sys.version} {shape}"


def _write(value: object) -> Any:  # noqa: ANN401  JSON
    """Return a value as JSON takes it; a dataclass without the fields that have their default."""
    if is_dataclass(value) and not isinstance(value, type):
        given = ((one, getattr(value, one.name)) for one in fields(value))
        return {one.name: _write(own) for one, own in given if own != one.default}
    if isinstance(value, tuple):
        return [_write(one) for one in value]
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _read(kind: Any, value: Any) -> Any:  # noqa: ANN401  any type form
    """Return the value of a type that `_write` made of it."""
    if is_dataclass(kind) and isinstance(kind, type):
        readers = _readers(kind)
        return kind(**{name: readers[name](own) for name, own in value.items()})
    return _reader(kind)(value)


@cache
def _readers(kind: type) -> dict[str, Callable[[Any], Any]]:
    hints = get_type_hints(kind)
    return {one.name: _reader(hints[one.name]) for one in fields(kind)}


def _reader(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401  any type form
    if get_origin(kind) in (Union, UnionType):
        inner = _reader(next(one for one in get_args(kind) if one is not type(None)))
        return lambda value: None if value is None else inner(value)
    if get_origin(kind) is tuple:
        return _tuple_reader(get_args(kind))
    if kind is timedelta:
        return lambda value: timedelta(seconds=value)
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum)):
        return (lambda value: _read(kind, value)) if is_dataclass(kind) else kind
    return lambda value: value


def _tuple_reader(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:  # noqa: PLR2004  tuple[X, ...]
        one = _reader(kinds[0])
        return lambda values: tuple([one(value) for value in values])
    several = [_reader(kind) for kind in kinds]
    return lambda values: tuple([read(value) for read, value in zip(several, values, strict=True)])
