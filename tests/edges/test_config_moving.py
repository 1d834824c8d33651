"""Addresses that have moved are written into the file, and nothing else of it is touched."""

from pathlib import Path

import pytest

from aggregator.edges.config import load, replace_urls
from aggregator.errors import ConfigError

OLD, NEW = "https://old.example/rss", "https://new.example/feed?a=1&b=2"

STYLES = {
    "plain": "sources:\n  - id: a  # the first\n    url: https://old.example/rss  # kept\n",
    "bare": "# head\nsources:\n  - https://old.example/rss # kept\n  - https://b.example/\n",
    "flow": "sources: [{id: a, url: 'https://old.example/rss'}, https://b.example/]\n",
    "twice": "sources:\n  - {id: a, url: https://old.example/rss, tags: [x]}\n"
    "  - {id: b, url: https://b.example/}\n",
    "crlf": "sources:\r\n  - id: a\r\n    url: https://old.example/rss\r\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_only_the_address_changes(tmp_path: Path, style: str) -> None:
    """In every way of writing; comments, quotation marks of others and line ends stay."""
    path = tmp_path / "sources.yaml"
    path.write_bytes(STYLES[style].encode())
    assert replace_urls(path, {OLD: NEW}, {}) == (OLD,)
    after = path.read_bytes().decode()
    before = STYLES[style]
    for quoted in (f"'{OLD}'", OLD):
        before = before.replace(quoted, "@", 1)
    assert before in (after.replace(f'"{NEW}"', "@"), after.replace(NEW, "@"))
    assert NEW in {source.url for source in load(path, {}).sources}


def test_a_json_file_stays_json(tmp_path: Path) -> None:
    """What it says is the same but for the address."""
    path = tmp_path / "sources.json"
    path.write_text('{"sources": [{"id": "a", "url": "https://old.example/rss"}]}')
    assert replace_urls(path, {OLD: NEW}, {}) == (OLD,)
    assert path.read_text() == f'{{"sources": [{{"id": "a", "url": "{NEW}"}}]}}'


def test_an_address_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    """One that is made of variables, or stands in a comment or a name only."""
    text = (
        "sources:\n  - id: a\n    name: https://old.example/rss\n"
        "    url: 'https://${HOST}/rss'  # https://old.example/rss\n"
    )
    path = tmp_path / "sources.yaml"
    path.write_text(text)
    assert replace_urls(path, {OLD: NEW}, {"HOST": "old.example"}) == ()
    assert path.read_text() == text


@pytest.mark.parametrize("text", ["sources: [\n", "sources:\n  - {id: a, url: x, wrong: 1}\n"])
def test_a_file_with_mistakes_is_not_touched(tmp_path: Path, text: str) -> None:
    """Every mistake is named instead."""
    path = tmp_path / "sources.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError):
        replace_urls(path, {"x": NEW}, {})
    assert path.read_text() == text
