"""The JSON Schema of the configuration, for editors."""

import json
from typing import Any

from aggregator.edges.config.keys import text_keys
from aggregator.edges.config.shape import Root

_NAMES = {"Newsfeed": ("newsfeed",), "Source": ("sources",), "Reuse": ("sources", "reuse")}


def schema() -> str:
    """Return the schema as JSON text, the same for the same code."""
    built = Root.model_json_schema()
    built["properties"]["$schema"] = {
        "type": "string",
        "description": "Where this schema lies, for editors of JSON.",
    }
    for name, field in Root.model_fields.items():
        built["properties"][name]["description"] = field.description
    for name, where in _NAMES.items():
        _allow_files(built["$defs"][name], text_keys()[where])
    _allow_files(built, text_keys()[()])
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sources.yaml of Day newsfeed",
    }
    return json.dumps(_tidied(built) | head, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _allow_files(definition: dict[str, Any], keys: frozenset[str]) -> None:
    """Let each key that takes a text be written as `KEY_file: path`."""
    pattern = f"^({'|'.join(sorted(keys))})_file$"
    definition["patternProperties"] = {
        pattern: {"type": "string", "description": "A file that holds the text of this key."}
    }
    needed = definition.pop("required", [])
    if needed:
        definition["allOf"] = [
            {"anyOf": [{"required": [key]}, {"required": [f"{key}_file"]}]} for key in needed
        ]


def _tidied(part: Any) -> Any:  # noqa: ANN401  JSON
    """Return the schema without what tells an editor nothing: empty defaults, repeated titles."""
    if isinstance(part, list):
        return [_tidied(item) for item in part]
    if not isinstance(part, dict):
        return part
    idle = {"default"} | ({"title"} if isinstance(part.get("title"), str) else set())
    kept = {key: value for key, value in part.items() if key not in idle}
    return {key: _tidied(value) for key, value in kept.items()}
