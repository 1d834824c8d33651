"""Addresses that have moved are written into the file, and nothing else of it is touched."""

import json
from pathlib import Path

import pytest

from aggregator.core.model import Source
from aggregator.edges.config import load, replace_urls
from aggregator.errors import ConfigError

OLD, NEW = "https://old.example/rss", "https://new.example/feed?a=1&b=2"

MOVES = {OLD: Source("a", NEW)}

STYLES = {
    "plain": (
        "sources:\n  - id: a  # the first\n    url: https://old.example/rss  # kept\n",
        f'sources:\n  - id: a  # the first\n    url: "{NEW}"  # kept\n',
    ),
    "bare": (
        "# head\nsources:\n  - https://old.example/rss # kept\n  - https://b.example/\n",
        f'# head\nsources:\n  - {{id: a, url: "{NEW}"}} # kept\n  - https://b.example/\n',
    ),
    "bare flow": (
        "sources: [https://old.example/rss, https://b.example/]\n",
        f'sources: [{{id: a, url: "{NEW}"}}, https://b.example/]\n',
    ),
    "no id": (
        "sources:\n  # first\n  - name: A  # kept\n    url: 'https://old.example/rss'\n",
        f'sources:\n  # first\n  - id: a\n    name: A  # kept\n    url: "{NEW}"\n',
    ),
    "no id in flow": (
        "sources: [{url: 'https://old.example/rss', name: A}]\n",
        f'sources: [{{id: a, url: "{NEW}", name: A}}]\n',
    ),
    "flow": (
        "sources: [{id: a, url: 'https://old.example/rss'}, https://b.example/]\n",
        f'sources: [{{id: a, url: "{NEW}"}}, https://b.example/]\n',
    ),
    "crlf": (
        "sources:\r\n  - url: https://old.example/rss\r\n    id: a\r\n",
        f'sources:\r\n  - url: "{NEW}"\r\n    id: a\r\n',
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_only_the_address_changes(tmp_path: Path, style: str) -> None:
    """In every way of writing; comments and line ends stay, and what had no id gets its own."""
    before, after = STYLES[style]
    path = tmp_path / "sources.yaml"
    path.write_bytes(before.encode())
    assert replace_urls(path, MOVES, {}) == (OLD,)
    assert path.read_bytes().decode() in (after, after.replace(f'"{NEW}"', NEW))
    assert ("a", NEW) in {(source.id, source.url) for source in load(path, {}).sources}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"id": "a", "url": "https://old.example/rss"}', f'{{"id": "a", "url": "{NEW}"}}'),
        ('{"url": "https://old.example/rss"}', f'{{"id": "a", "url": "{NEW}"}}'),
        ('"https://old.example/rss"', f'{{"id": "a", "url": "{NEW}"}}'),
    ],
)
def test_a_json_file_stays_json(tmp_path: Path, before: str, after: str) -> None:
    """What it says is the same but for the address."""
    path = tmp_path / "sources.json"
    path.write_text(f'{{"sources": [{before}]}}')
    assert replace_urls(path, MOVES, {}) == (OLD,)
    assert path.read_text() == f'{{"sources": [{after}]}}'
    assert json.loads(path.read_text())


def test_an_address_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    """One that is made of variables, or stands in a comment or a name only."""
    text = (
        "sources:\n  - id: a\n    name: https://old.example/rss\n"
        "    url: 'https://${HOST}/rss'  # https://old.example/rss\n"
    )
    path = tmp_path / "sources.yaml"
    path.write_text(text)
    assert replace_urls(path, MOVES, {"HOST": "old.example"}) == ()
    assert path.read_text() == text


@pytest.mark.parametrize("text", ["sources: [\n", "sources:\n  - {id: a, url: x, wrong: 1}\n"])
def test_a_file_with_mistakes_is_not_touched(tmp_path: Path, text: str) -> None:
    """Every mistake is named instead."""
    path = tmp_path / "sources.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError):
        replace_urls(path, {"x": Source("a", NEW)}, {})
    assert path.read_text() == text
