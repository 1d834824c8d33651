"""The corpus: adding an input and its expected JSON is adding a test."""

from pathlib import Path

import pytest

from tests.edges.corpus import CORPUS, INPUTS, WITH_ENTRIES, list_entries, load, plain, read_input

_HEADERS = frozenset({"content_type", "content_language"})


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_corpus(path: Path) -> None:
    """Each input of the corpus is read as the JSON beside it says, with the headers given there."""
    expected = {name: value for name, value in load(path).items() if name not in _HEADERS}
    assert plain(read_input(path)) == expected


@pytest.mark.parametrize("path", WITH_ENTRIES, ids=lambda path: path.name)
def test_entries(path: Path) -> None:
    """Each input's entries come to what the second JSON beside it says."""
    expected = load(path, "entries")
    assert list_entries(path, expected.pop("source", {})) == expected


def test_corpus_is_not_lost() -> None:
    """The corpus holds its authored inputs, so that a moved folder cannot pass as green."""
    assert len(INPUTS) >= 210
    assert len(WITH_ENTRIES) >= 60


def test_every_expectation_has_its_input() -> None:
    """No expected JSON stands alone, and no two inputs share one."""
    names = [path.stem for path in INPUTS]
    said = {path.name.split(".")[0] for path in CORPUS.glob("*.*.json")}
    assert sorted(names) == sorted(set(names) | said)
