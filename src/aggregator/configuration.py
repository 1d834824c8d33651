"""The configuration with all its sources: the YAML's, and those of the lists it includes.

It is offline: of a list on the web the last good copy is read. It stands
outside of the pipeline so that a command that only reads it starts in a third
of the time.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from aggregator.core.listing import add_listed
from aggregator.core.model.outline import OutlineList
from aggregator.core.secrets import hide_secrets
from aggregator.core.settings import Config, ListSettings
from aggregator.edges.config import load
from aggregator.edges.lists import load_list
from aggregator.edges.opml import read_opml


def load_config(path: Path, env: Mapping[str, str], data: Path) -> Config:
    """Return what the YAML and its lists say; ConfigError names every mistake of the YAML."""
    return complete(load(path, env, data), data)


def complete(config: Config, data: Path) -> Config:
    """Return the configuration with the sources of its lists, and what is wrong with those."""
    if not config.lists:
        return config
    read = [(settings, *_read(settings, data)) for settings in config.lists]
    full = add_listed(config, [(settings, found) for settings, found, _ in read])
    warnings = [
        f"{config.path}:{settings.line}:1: the list {hide_secrets(settings.place)}: {trouble}"
        for settings, _, trouble in read
        if trouble
    ]
    local = [settings.place for settings in config.lists if not settings.is_remote]
    return replace(
        full,
        warnings=(*config.warnings, *warnings),
        files=(*config.files, *(name for name in local if Path(name).is_file())),
        patterns=(*config.patterns, *local),
    )


def _read(settings: ListSettings, data: Path) -> tuple[OutlineList, str]:
    """A list, and what is wrong with it, "" where nothing is."""
    if settings.is_remote:
        state, body = load_list(data, settings.place)
        if not body:
            why = state.trouble or "aggregator run and once ask for it"
            return OutlineList(), f"there is no copy of it yet: {why}"
        return read_opml(body), state.trouble
    try:
        found = read_opml(Path(settings.place).read_bytes())
    except OSError as error:
        return OutlineList(), f"it cannot be read ({error.strerror}); check its path"
    return found, "" if found.whole else f"it is broken: {found.problems[0]}"
