"""The commented configuration that `init` writes."""

from importlib.resources import files
from pathlib import Path

from aggregator.errors import ConfigError

_STARTER = "starter.yaml"
_SCHEMA = "sources.schema.json"


def write_starter(path: Path) -> None:
    """Write a commented configuration where none is, and its schema beside it.

    Raises ConfigError when a file is there already, or none can be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:  # refuses atomically what exists
            file.write(_shipped(_STARTER))
        path.with_name(_SCHEMA).write_text(_shipped(_SCHEMA), encoding="utf-8")
    except FileExistsError as error:
        raise ConfigError(
            [f"{path}:1:1: a file is there already; edit it, or name another with -c"]
        ) from error
    except OSError as error:
        why = f"cannot be written ({error.strerror}); check the path and its permissions"
        raise ConfigError([f"{path}:1:1: {why}"]) from error


def _shipped(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
