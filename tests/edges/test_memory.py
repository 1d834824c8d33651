"""Memory that nobody holds is given back."""

import ctypes.util
from pathlib import Path

import pytest

from aggregator.edges.memory import give_back


def read_resident() -> int:
    """Resident pages of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1])


def test_what_was_freed_goes_back_to_the_system() -> None:
    """The C library keeps small pieces that stood before a last one until they are trimmed."""
    pieces = [bytearray(2_000) for _ in range(30_000)]
    last = pieces.pop()
    del pieces
    before = read_resident()
    give_back()
    assert read_resident() <= before
    assert len(last) == 2_000


def test_a_c_library_that_cannot_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mathematical library has no such function."""
    name = ctypes.util.find_library("m")
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: name)
    assert give_back() in {True, False}
