"""Addresses of sources that have moved -> the YAML or JSON file, every other byte as it was."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

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


def replace_urls(path: Path, moves: Mapping[str, str], env: Mapping[str, str]) -> tuple[str, ...]:
    """Write the new address of each source that stands in the file under the old one.

    Returns the old addresses that were found; one that is put together of
    variables is not. Raises ConfigError, the file untouched, when it is wrong
    before or after, when it was changed meanwhile, or when it cannot be written.
    """
    before = read_bytes(path)
    text = decode(path, before)
    as_json = path.suffix == ".json"
    found = [node for node in _list_addresses(path, text, as_json=as_json) if node.value in moves]
    changed = text
    for node in sorted(found, key=lambda one: -int(one.start_mark.index)):
        value = write_value(moves[node.value], quoted=as_json or node.style is not None)
        changed = changed[: node.start_mark.index] + value + changed[node.end_mark.index :]
    if not found:
        return ()
    if read_values(path, changed) != _move_values(read_values(path, text), moves):
        raise ConfigError([f"{path}:1:1: the addresses cannot be written; write them in by hand"])
    Reading(path, env, changed).load()
    replace_file(path, before, encode(before, changed))
    return tuple(dict.fromkeys(node.value for node in found))


def _list_addresses(path: Path, text: str, *, as_json: bool) -> Iterator[ScalarNode]:
    """The nodes that hold a source's address."""
    try:
        sources = find_list(compose(text, as_json=as_json))
    except Unreadable as error:
        place = error.mistake.place
        line = f"{path}:{place.line}:{place.column}: {error.mistake.text}"
        raise ConfigError([line]) from error
    for item in sources.value if isinstance(sources, SequenceNode) else []:
        address = _find_address(item)
        if isinstance(address, ScalarNode):
            yield address


def _find_address(item: Node) -> Node | None:
    if not isinstance(item, MappingNode):
        return item
    return next((value for key, value in item.value if key.value == "url"), None)


def _move_values(before: dict[str, Any] | None, moves: Mapping[str, str]) -> dict[str, Any] | None:
    """What the file is to say afterwards."""
    if before is None:
        return None
    moved = [_move_item(item, moves) for item in before.get("sources") or []]
    return {**before, "sources": moved}


def _move_item(item: Any, moves: Mapping[str, str]) -> Any:  # noqa: ANN401  whatever stands there
    if isinstance(item, dict) and isinstance(item.get("url"), str):
        return {**item, "url": moves.get(item["url"], item["url"])}
    return moves.get(item, item) if isinstance(item, str) else item
