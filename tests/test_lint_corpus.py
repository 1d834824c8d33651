"""The linter's corpus: each input has the findings that the JSON beside it lists."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.core.lint import MEANINGS, Circumstances, find_charset, lint
from aggregator.edges.published import read_document

CORPUS = Path(__file__).parent / "corpus" / "lint"
INPUTS = sorted(path for path in CORPUS.iterdir() if not path.name.endswith(".expected.json"))


def read_expected(path: Path) -> dict[str, Any]:
    """What stands beside an input: its findings, and what is known of how it is served."""
    expected: dict[str, Any] = json.loads((CORPUS / f"{path.stem}.expected.json").read_text())
    return expected


def read_around(expected: dict[str, Any]) -> Circumstances:
    """The circumstances that an expectation names."""
    now = expected.get("now")
    return Circumstances(
        tuple(expected.get("places", ())),
        expected.get("media_type"),
        datetime.fromisoformat(now) if now else None,
    )


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_corpus(path: Path) -> None:
    """Each input has exactly the findings that stand beside it: class and place."""
    expected = read_expected(path)
    charset = find_charset(expected.get("media_type") or "")
    found = lint(read_document(path.read_bytes(), charset), read_around(expected))
    assert [[one.kind, one.where] for one in found] == expected["findings"]
    for one in found:
        assert one.line >= 1
        assert one.column >= 1
        assert one.words


def test_the_corpus_is_not_lost() -> None:
    """The corpus holds its authored inputs, so that a moved folder cannot pass as green."""
    assert len(INPUTS) >= 90


def test_every_class_is_met() -> None:
    """No class is without an input that has it, but for that of very large ones."""
    met = {kind for path in INPUTS for kind, _ in read_expected(path)["findings"]}
    assert sorted(set(MEANINGS) - met) == ["ValidatorLimit"]
