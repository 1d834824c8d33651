"""A desk at which the command is typed."""

from pathlib import Path

import pytest

from tests.cli.desk import Desk

_VARIABLES = (
    "AGGREGATOR_CONFIG",
    "AGGREGATOR_DATA",
    "COLUMNS",
    "FORCE_COLOR",
    "NO_COLOR",
    "TTY_COMPATIBLE",
)


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A desk in a folder of its own, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return Desk(tmp_path, monkeypatch, capsys)
