"""The schema that editors use, and the documentation, say what the code says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aggregator.edges import config
from aggregator.edges.config.keys import known_keys

ROOT = Path(__file__).parents[2]
SHIPPED = Path(config.__file__).with_name("sources.schema.json")
DOCS = ROOT / "docs" / "configuration.md"
REGENERATE = "write schema() of aggregator.edges.config into both copies of sources.schema.json"


@pytest.mark.parametrize("path", [SHIPPED, ROOT / "config" / "sources.schema.json"], ids=str)
def test_both_copies_of_the_schema_are_those_of_the_code(path: Path) -> None:
    """The schema is generated, never edited."""
    assert path.read_text(encoding="utf-8") == config.schema(), REGENERATE


def list_properties(part: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  JSON
    """Every key that the schema describes."""
    if isinstance(part, dict):
        properties = part.get("properties", {})
        yield from properties.items()
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
    for item in inner:
        yield from list_properties(item)


def test_every_key_of_the_schema_has_a_description() -> None:
    """An editor has something to show for each key."""
    properties = list(list_properties(json.loads(config.schema())))
    assert len(properties) > 60
    assert [name for name, value in properties if not value.get("description")] == []


def test_the_schema_knows_both_forms_of_a_source() -> None:
    """A URL alone, keys, and KEY_file in place of a key."""
    schema = json.loads(config.schema())
    (listed, _) = schema["properties"]["sources"]["anyOf"]
    assert [form.get("type", form.get("$ref")) for form in listed["items"]["anyOf"]] == [
        "string",
        "#/$defs/Source",
    ]
    source = schema["$defs"]["Source"]
    assert source["additionalProperties"] is False
    assert "|url|" in next(iter(source["patternProperties"]))
    assert source["allOf"] == [{"anyOf": [{"required": ["url"]}, {"required": ["url_file"]}]}]


def list_keys() -> list[str]:
    """Every key by its path, as the documentation writes it; what filters match stands once."""
    keys = {(*where, key) for where, found in known_keys().items() for key in found}
    return sorted({key[-1] if _is_matched(key) else ".".join(key) for key in keys})


def _is_matched(key: tuple[str, ...]) -> bool:
    return key[-2:-1] in {("include",), ("exclude",)} and len(key) > 2


@pytest.mark.parametrize("key", list_keys())
def test_every_key_is_documented(key: str) -> None:
    """A setting that docs/configuration.md does not name is a failing test."""
    assert f"`{key}`" in DOCS.read_text(encoding="utf-8")
