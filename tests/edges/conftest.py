"""What several tests of the edges start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.edges.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path) as opened:
        yield opened
