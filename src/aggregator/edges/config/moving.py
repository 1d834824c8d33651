"""Addresses of sources that have moved -> the YAML or JSON file, every other byte as it was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from aggregator.core.model.source import Source
from aggregator.edges.config.nodes import compose
from aggregator.edges.config.places import Unreadable
from aggregator.edges.config.reading import Reading
from aggregator.edges.config.writing import (
    decode,
    encode,
    find_list,
    read_bytes,
    read_values,
    replace_file,
    write_value,
)
from aggregator.errors import ConfigError


def replace_urls(
    path: Path, moves: Mapping[str, Source], env: Mapping[str, str]
) -> tuple[str, ...]:
    """Write the new address of each source that stands in the file under the old one.

    A source that gives no id gets the one it has: it was made of the old
    address, and all that is remembered of the source is found by it.

    Returns the old addresses that were found; one that is put together of
    variables is not. Raises ConfigError, the file untouched, when it is wrong
    before or after, when it was changed meanwhile, or when it cannot be written.
    """
    before = read_bytes(path)
    text = decode(path, before)
    as_json = path.suffix == ".json"
    found = [item for item in _list_items(path, text, as_json=as_json) if item.url.value in moves]
    edits = [edit for item in found for edit in _edit(item, moves[item.url.value], as_json=as_json)]
    changed = text
    for start, end, words in sorted(edits, reverse=True):
        changed = changed[:start] + words + changed[end:]
    if not found:
        return ()
    if read_values(path, changed) != _move_values(read_values(path, text), moves):
        raise ConfigError([f"{path}:1:1: the addresses cannot be written; write them in by hand"])
    Reading(path, env, changed).load()
    replace_file(path, before, encode(before, changed))
    return tuple(dict.fromkeys(item.url.value for item in found))


@dataclass(frozen=True, slots=True)
class _Item:
    """A source as it stands in the file; without `keys` it is an address alone."""

    url: ScalarNode
    keys: MappingNode | None = None


def _edit(item: _Item, moved: Source, *, as_json: bool) -> Iterator[tuple[int, int, str]]:
    """What to put in, each from a place to a place of the old text."""
    node, keys = item.url, item.keys
    url = write_value(moved.url, quoted=as_json or keys is None or node.style is not None)
    if keys is None:
        words = f"{{{_write_id(moved, as_json=as_json)}, {_KEYS[as_json]}: {url}}}"
        yield node.start_mark.index, node.end_mark.index, words
        return
    yield node.start_mark.index, node.end_mark.index, url
    if "id" not in {key.value for key, _ in keys.value}:
        first = keys.value[0][0].start_mark
        gap = ", " if keys.flow_style else "\n" + " " * first.column
        yield first.index, first.index, _write_id(moved, as_json=as_json) + gap


_KEYS = {True: '"url"', False: "url"}


def _write_id(moved: Source, *, as_json: bool) -> str:
    value = write_value(moved.id, quoted=as_json)
    return f'"id": {value}' if as_json else f"id: {value}"


def _list_items(path: Path, text: str, *, as_json: bool) -> Iterator[_Item]:
    """The sources of the file that have an address."""
    try:
        sources = find_list(compose(text, as_json=as_json))
    except Unreadable as error:
        place = error.mistake.place
        line = f"{path}:{place.line}:{place.column}: {error.mistake.text}"
        raise ConfigError([line]) from error
    for item in sources.value if isinstance(sources, SequenceNode) else []:
        keys = item if isinstance(item, MappingNode) else None
        address = item if keys is None else _find_address(keys)
        if isinstance(address, ScalarNode):
            yield _Item(address, keys)


def _find_address(keys: MappingNode) -> Node | None:
    return next((value for key, value in keys.value if key.value == "url"), None)


def _move_values(
    before: dict[str, Any] | None, moves: Mapping[str, Source]
) -> dict[str, Any] | None:
    """What the file is to say afterwards."""
    if before is None:
        return None
    moved = [_move_item(item, moves) for item in before.get("sources") or []]
    return {**before, "sources": moved}


def _move_item(item: Any, moves: Mapping[str, Source]) -> Any:  # noqa: ANN401  whatever stands there
    keys = {"url": item} if isinstance(item, str) else item
    url = keys.get("url") if isinstance(keys, dict) else None
    if not isinstance(url, str) or url not in moves:
        return item
    return {"id": moves[url].id, **keys, "url": moves[url].url}
