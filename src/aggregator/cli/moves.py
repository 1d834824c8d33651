"""`apply-moves`: writes the new addresses of sources that have moved into the YAML."""

import os
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.cli.words import print_json, say_move, say_words
from aggregator.core import policy
from aggregator.core.model import FetchState, Source
from aggregator.core.secrets import hide_secrets
from aggregator.core.settings import Config
from aggregator.edges.config import replace_urls
from aggregator.edges.store import has_store, open_store
from aggregator.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from aggregator.cli.app import Place


def load_moves(config: Config, data: Path) -> list[tuple[Source, FetchState]]:
    """The sources that are asked elsewhere than the configuration says; none without a store."""
    if not has_store(data):
        return []
    with open_store(data, write=False) as store:
        states = store.load_states()
    known = [(source, states[source.id]) for source in config.sources if source.id in states]
    return [(s, state) for s, state in known if policy.locate(s, state).url != s.url]


def print_moves(config: Config, data: Path) -> None:
    """Print a line for each source that has moved; a store that cannot be read is a warning."""
    try:
        moves = load_moves(config, data)
    except StoreError as error:
        print(say_words(f"warning: whether sources have moved is not known: {error}"))
        return
    for source, state in moves:
        print(say_words(f"{source.location}: {source.id}: {say_move(state)}"))


def apply_moves(place: "Place", *, as_json: bool) -> int:
    """Write the new addresses where the old ones stand; 1 when one must be written by hand.

    Raises ConfigError for a file that cannot be changed, when all others are and that is told.
    """
    config = place.load()
    moves = _name_targets(config, load_moves(config, place.data))
    written, refused = _write(config, [one for one in moves if one.twin is None])
    if as_json:
        print_json([_describe(one, written) for one in moves])
    else:
        _say(moves, written)
    if refused:
        raise refused[0]
    return int(any(one.source.url not in written for one in moves))


@dataclass(frozen=True, slots=True)
class _Moved:
    """A source with its new address, and the id of another one that stands there already."""

    source: Source
    new: str
    twin: str | None = None


def _name_targets(config: Config, moves: list[tuple[Source, FetchState]]) -> list[_Moved]:
    """The moves; a source that would stand in the configuration twice is not to be written."""
    taken = {source.url: source.id for source in config.sources}
    found = []
    for source, state in moves:
        new = policy.locate(source, state).url
        found.append(_Moved(source, new, taken.get(new)))
        taken.setdefault(new, source.id)
    return found


def _write(config: Config, moves: list[_Moved]) -> tuple[set[str], list[ConfigError]]:
    """The old addresses that were replaced, and the files that refused; lists are not ours."""
    lists = {hide_secrets(settings.place) for settings in config.lists}
    by_file: dict[str, dict[str, Source]] = defaultdict(dict)
    for one in moves:
        if (file := _find_file(one.source)) not in lists:
            by_file[file][one.source.url] = replace(one.source, url=one.new)
    written: set[str] = set()
    refused = []
    for file, some in by_file.items():
        try:
            written.update(replace_urls(Path(file), some, os.environ))
        except ConfigError as error:
            refused.append(error)
    return written, refused


def _describe(one: _Moved, written: set[str]) -> dict[str, object]:
    return {
        "source": one.source.id,
        "from": one.source.url,
        "to": one.new,
        "written": one.source.url in written,
        "same_as": one.twin,
    }


def _say(moves: list[_Moved], written: set[str]) -> None:
    if not moves:
        print("no source has moved")
    for one in moves:
        print(say_words(_word(one, written)))


def _word(one: _Moved, written: set[str]) -> str:
    source = one.source
    if source.url in written:
        return f"{source.id}: {source.url} is now {one.new}"
    place = f"{source.location}: {source.id}"
    if one.twin is not None:
        return f"{place}: its new url is that of {one.twin}; remove one of the two: {one.new}"
    return f"{place}: write its new url in by hand: {one.new}"


def _find_file(source: Source) -> str:
    """The file that names the source; its location is `file:line`."""
    return source.location.rpartition(":")[0]
