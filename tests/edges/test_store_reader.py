"""Who may only read the data folder can still ask what is stored."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.edges.store import open_store

_NOBODY = 65534


@pytest.fixture
def readable() -> Iterator[Path]:
    """A store in a folder that others may read and not write."""
    with tempfile.TemporaryDirectory() as place:
        data = Path(place)
        with open_store(data) as store:
            store.remember_fact("name", "value")
        (data / "aggregator.db").chmod(0o444)
        data.chmod(0o555)
        yield data
        data.chmod(0o755)


def read_as_nobody(data: Path) -> int:
    """Read the fact in a child without rights; 0 when it was there."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        if os.geteuid() == 0:
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
        with open_store(data, write=False) as store:
            code = int(store.read_fact("name") != "value")
    finally:
        os._exit(code)  # the child must not run the tests that follow


def test_a_reader_without_rights_sees_what_is_stored(readable: Path) -> None:
    """Reading needs no right to write, and leaves no file behind."""
    assert read_as_nobody(readable) == 0
    assert {path.name for path in readable.iterdir()} == {"aggregator.db"}
