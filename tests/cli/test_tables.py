"""Tables at every width of a terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from aggregator.cli.tables import print_table
from tests.cli.desk import Desk, name_source

WHY = "127.0.0.1 answered 404 Not Found: look for its new address on the site of the publisher"
COLUMNS = ["source", "result", "new", "why"]
LONG = "a-source-with-a-name-of-forty-characters"


def lay_out(width: int, *rows: tuple[str, ...], terminal: bool = True) -> list[str]:
    """The lines of a table on a terminal without colours."""
    console = Console(width=width, force_terminal=terminal, no_color=True, color_system=None)
    with console.capture() as captured:
        cells = [[Text(cell) for cell in row] for row in rows]
        print_table(console, COLUMNS, cells, numbers=(2,))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_a_wide_terminal_wraps_the_last_cell_beside_the_others() -> None:
    """Its lines begin where the column begins; numbers stand to the right."""
    assert lay_out(60, ("hetq", "ok", "5", "interval 1h"), ("ani", "failed", "12", WHY)) == [
        "source  result  new  why",
        "hetq    ok        5  interval 1h",
        "ani     failed   12  127.0.0.1 answered 404 Not Found: look",
        "                     for its new address on the site of the",
        "                     publisher",
    ]


def test_a_narrow_terminal_puts_a_long_last_cell_below() -> None:
    """A short one stays beside the others."""
    assert lay_out(44, ("hetq", "ok", "5", "interval 1h"), ("ani", "failed", "12", WHY)) == [
        "source  result  new  why",
        "hetq    ok        5  interval 1h",
        "ani     failed   12",
        "    127.0.0.1 answered 404 Not Found: look",
        "    for its new address on the site of the",
        "    publisher",
    ]


def test_a_long_first_cell_stands_above_its_row() -> None:
    """It costs the other rows nothing."""
    assert lay_out(50, (LONG, "ok", "5", ""), ("ani", "ok", "12", "interval"))[1:] == [
        "    why",
        LONG,
        " " * 39 + "ok        5",
        "ani" + " " * 36 + "ok       12",
        "    interval",
    ]


def test_a_very_narrow_terminal_folds_rows() -> None:
    """What does not fit beside the first cell stands below it, in order."""
    assert lay_out(20, (LONG, "ok", "5", "interval 1h")) == [
        "source   result  new",
        "    why",
        LONG,
        "    ok  5  interval",
        "    1h",
    ]


def test_elsewhere_every_row_is_one_line() -> None:
    """Whatever the width is said to be."""
    assert lay_out(20, ("ani", "ok", "5", WHY), ("hetq", "ok", "5", ""), terminal=False) == [
        "source  result  new  why",
        f"ani     ok        5  {WHY}",
        "hetq    ok        5",
    ]


def test_a_table_without_rows_is_its_head() -> None:
    """There is nothing to measure but the names."""
    assert lay_out(80) == ["source  result  new  why"]


CELLS = st.text(st.sampled_from("abc Աբг[]:/報\u0301-"), max_size=60).map(str.strip)
ROWS = st.lists(st.tuples(CELLS.filter(bool), CELLS, CELLS, CELLS), max_size=5)


@given(st.integers(30, 200), ROWS)
def test_nothing_is_lost_or_cut(width: int, rows: list[tuple[str, str, str, str]]) -> None:
    """At every width every cell is there, without an ellipsis, the last in as many lines."""
    lines = lay_out(width, *rows)
    seen = re.sub(r"\s", "", "".join(lines))
    for cell in (cell for row in rows for cell in row):
        assert re.sub(r"\s", "", cell) in seen
    assert "…" not in seen


@given(ROWS)
def test_lines_fit_a_terminal_that_is_wide_enough(rows: list[tuple[str, str, str, str]]) -> None:
    """Only a first cell may be longer than the terminal is wide."""
    for line in lay_out(240, *rows):
        assert cell_len(line) <= 240


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_ids_are_whole_on_terminals(desk: Desk, columns: int) -> None:
    """`list` at the widths that people have: every id and every address in one piece."""
    names = ["short", LONG, "x" * 64]
    desk.write(*(name_source(f"https://{name[:60]}.example/feed", name) for name in names))
    seen = desk.run_on_terminal("list", columns=columns)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", seen)
    assert all(any(line.split()[:1] == [name] for line in plain.splitlines()) for name in names)
    assert all(len(line.rstrip()) <= columns for line in plain.splitlines())


@pytest.mark.parametrize(("variable", "coloured"), [(None, True), ("NO_COLOR", False)])
def test_colours_are_for_terminals_that_want_them(
    desk: Desk, variable: str | None, *, coloured: bool
) -> None:
    """NO_COLOR is obeyed."""
    if variable:
        desk.patch.setenv(variable, "1")
    desk.write(name_source("http://127.0.0.1:1/feed"))
    seen = desk.run_on_terminal("once")
    assert ("\x1b[31mconnect" in seen) is coloured
    assert (re.search(r"\x1b\[(?:3[0-7]|38|9[0-7])[;m]", seen) is not None) is coloured
