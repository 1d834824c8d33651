"""`apply-moves`: writes the new addresses of sources that have moved into the YAML."""

import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.cli.words import print_json, say_move, say_words
from aggregator.core import policy
from aggregator.core.model import FetchState, Source
from aggregator.core.settings import Config
from aggregator.edges.config import replace_urls
from aggregator.edges.store import has_store, open_store

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
    """Print a line for each source that has moved."""
    for source, state in load_moves(config, data):
        print(say_words(f"{source.location}: {source.id}: {say_move(state)}"))


def apply_moves(place: "Place", *, as_json: bool) -> int:
    """Write the new addresses where the old ones stand; 1 when one must be written by hand."""
    moves = load_moves(place.load(), place.data)
    by_file: dict[str, dict[str, str]] = defaultdict(dict)
    for source, state in moves:
        by_file[_find_file(source)][source.url] = policy.locate(source, state).url
    written = {
        old for file, some in by_file.items() for old in replace_urls(Path(file), some, os.environ)
    }
    told = [
        {
            "source": source.id,
            "from": source.url,
            "to": policy.locate(source, state).url,
            "written": source.url in written,
        }
        for source, state in moves
    ]
    if as_json:
        print_json(told)
    else:
        _say(moves, written)
    return int(any(not one["written"] for one in told))


def _say(moves: list[tuple[Source, FetchState]], written: set[str]) -> None:
    if not moves:
        print("no source has moved")
    for source, state in moves:
        new = policy.locate(source, state).url
        if source.url in written:
            print(say_words(f"{source.id}: {source.url} is now {new}"))
        else:
            words = f"{source.location}: {source.id}: write its new url in by hand: {new}"
            print(say_words(words))


def _find_file(source: Source) -> str:
    """The file that names the source; its location is `file:line`."""
    return source.location.rpartition(":")[0]
