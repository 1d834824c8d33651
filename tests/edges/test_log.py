"""One line for each event, whatever the values hold."""

import json
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.edges.log import make_log

HOSTILE = 'x\n{"event": "forged"}\r\n2023-09-21 event=forged\x85\u2028\u2029\x1b[2J\u202e\x00'


def write(style: str, event: str, **facts: object) -> str:
    """What one call writes."""
    stream = StringIO()
    make_log(style, stream)(event, **facts)
    return stream.getvalue()


def test_a_console_line_is_key_value() -> None:
    """Time, event, then the facts in their order, quoted where they hold spaces."""
    line = write("console", "poll", source="hetq", new=3, ok=True, why="a b", said='"c"')
    time, rest = line.split(" ", maxsplit=1)
    assert time.startswith("timestamp=2")
    assert time.endswith("Z")
    assert rest == 'event=poll source=hetq new=3 ok=true why="a b" said="\\"c\\""\n'


def test_a_json_line_parses() -> None:
    """A JSON line holds the event and the facts with their types, letters as they are."""
    line = write("json", "poll", source="hetq", new=3, seconds=0.5, title="Լուր")
    facts: dict[str, Any] = json.loads(line)
    assert facts.pop("timestamp").endswith("Z")
    assert facts == {
        "event": "poll", "source": "hetq", "new": 3, "seconds": 0.5, "title": "Լուր"
    }  # fmt: skip
    assert "Լուր" in line


@pytest.mark.parametrize("style", ["console", "json"])
def test_facts_that_are_none_are_left_out(style: str) -> None:
    """None says that there is nothing to say; 0 and "" are facts."""
    line = write(style, "poll", status=None, new=0, detail="")
    assert "status" not in line
    assert "new" in line
    assert "detail" in line


@pytest.mark.parametrize("style", ["console", "json"])
def test_hostile_values_stay_in_their_line(style: str) -> None:
    """No value of a feed can forge a line or command a terminal."""
    line = write(style, "poll", detail=HOSTILE)
    assert line.splitlines(keepends=True) == [line]
    assert not set(line[:-1]) & set("\n\r\x85\u2028\u2029\x1b\u202e\x00")


@given(value=st.text(st.characters()))
@pytest.mark.parametrize("style", ["console", "json"])
def test_any_value_makes_one_line(style: str, value: str) -> None:
    """One event is one line of legal UTF-8, and JSON gives the value back."""
    line = write(style, "poll", value=value)
    line.encode()
    assert line.splitlines(keepends=True) == [line]
    if style == "json":
        read = json.loads(line)["value"]
        assert read.encode("utf-16", "surrogatepass") == value.encode("utf-16", "surrogatepass")


def test_the_log_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output is for the answers of commands."""
    make_log("console")("publish", stories=1)
    sys.stderr.flush()
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "event=publish stories=1" in printed.err


def test_a_line_that_cannot_be_written_costs_nothing_else() -> None:
    """A full disk or a closed stream takes the line, never the poll that it tells of."""
    with Path("/dev/full").open("w") as full:
        log = make_log("console", full)
        log("poll", source="hetq")
        with suppress(OSError):
            full.close()
        log("poll", source="hetq")
