"""The corpus of feeds: its inputs, and what is expected of each, beside it.

`NAME.ext` is a body as a server sent it. `NAME.expected.json` is what the
reading says, with the headers `content_type` and `content_language` where they
count. `NAME.entries.json`, where there is one, is what its entries come to
after cleaning and normalising at `NOW`, with the `source` settings that count.
"""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from aggregator.core.model import ParsedFeed, ParseResult, Source
from aggregator.core.normalise import normalise_feed
from aggregator.edges.clean import clean_feed
from aggregator.edges.parse import read_feed
from aggregator.edges.parse_json import is_json_feed, read_json_feed

CORPUS = Path(__file__).parent.parent / "corpus" / "parse"
URL = "https://news.example/feeds/main.xml"
NOW = datetime(2023, 9, 21, 20, tzinfo=UTC)
_ENDINGS = (".expected.json", ".entries.json")
INPUTS = sorted(path for path in CORPUS.iterdir() if not path.name.endswith(_ENDINGS))
WITH_ENTRIES = [path for path in INPUTS if (CORPUS / f"{path.stem}.entries.json").exists()]
# The same for every entry, or said by the others: `digest` covers title, text and link.
_UNSAID = frozenset({"source_id", "first_seen", "digest"})


def plain(value: object) -> Any:  # noqa: ANN401  # JSON
    """A value as JSON, without the fields that hold their defaults."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if dataclasses.is_dataclass(value):
        given = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        defaults = {f.name: f.default for f in dataclasses.fields(value)}
        return {k: plain(v) for k, v in given.items() if v != defaults[k] and k not in _UNSAID}
    return value


def read_bytes(body: bytes, content_type: str = "", language: str | None = None) -> ParseResult:
    """What the dispatcher of the pipeline does."""
    if is_json_feed(body, content_type):
        return read_json_feed(body, URL)
    return read_feed(body, content_type, URL, language)


def load(path: Path, ending: str = "expected") -> dict[str, Any]:
    """What the JSON beside an input says."""
    found: dict[str, Any] = json.loads((CORPUS / f"{path.stem}.{ending}.json").read_text("utf-8"))
    return found


def read_input(path: Path) -> ParseResult:
    """An input, read with the headers that its expected JSON gives."""
    said = load(path)
    return read_bytes(path.read_bytes(), said.get("content_type", ""), said.get("content_language"))


def list_entries(path: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """What an input's entries come to, as JSON."""
    feed = read_input(path)
    assert isinstance(feed, ParsedFeed)
    found = normalise_feed(clean_feed(feed), Source("wire", URL, **settings), URL, NOW)
    said = {"entries": plain(found.entries), "problems": plain(found.problems)}
    return {**said, "dropped": found.dropped} if found.dropped else said
