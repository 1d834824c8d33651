"""What the fuzzer starts from: the corpus of the tests, as each target takes it."""

import json
from collections.abc import Iterator
from pathlib import Path

CORPUS = Path(__file__).parent.parent / "tests" / "corpus" / "parse"
LONGEST = 20_000
"""Bytes of an input."""
_ENDS = (".expected.json", ".entries.json")


def list_seeds(target: str) -> Iterator[bytes]:
    """The inputs of the corpus, or the texts in them for the target that cleans."""
    if target == "clean":
        yield from _list_texts()
        return
    inputs = sorted(path for path in CORPUS.iterdir() if not path.name.endswith(_ENDS))
    for path in inputs:
        body, is_json = path.read_bytes(), path.suffix == ".json"
        if target == "parse_json" and is_json:
            yield body
        elif target != "parse_json" and len(body) < LONGEST:
            yield b"\1" + body  # the first byte chooses content type and terms


def _list_texts() -> Iterator[bytes]:
    for path in sorted(CORPUS.glob("*.expected.json")):
        for item in json.loads(path.read_text("utf-8")).get("items", ()):
            for name in ("summary", "content"):
                if name in item:
                    yield item[name]["value"].encode("utf-8", "replace")
