"""Tables that fit a terminal, and are one line a row for other programs."""

import sys
from collections.abc import Collection, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_GAP = "  "
_INDENT = 4
_LEAST = 12
"""Columns of a terminal that the first cells need at least; with fewer a row is folded."""
_ROOM = 28
"""Columns in which the last cell may be wrapped beside the others; with fewer it goes below."""


def open_console() -> Console:
    """Standard output: colours on a terminal only, and nothing in a text is obeyed."""
    return Console(force_terminal=sys.stdout.isatty(), highlight=False, markup=False, emoji=False)


def print_table(
    console: Console,
    columns: Sequence[str],
    rows: Sequence[Sequence[Text]],
    numbers: Collection[int] = (),
) -> None:
    """Print rows none of whose cells is ever cut.

    On a terminal the last cell wraps, beside the others or, where that leaves
    it little room, below them; a first cell that is too long stands above.
    Elsewhere every row is one line.
    """
    table = [[Text(name, "bold") for name in columns], *rows]
    widths = [max(cell.cell_len for cell in column) for column in zip(*table, strict=True)][:-1]
    if console.is_terminal:
        others = sum(widths[1:]) + len(_GAP) * len(widths[1:])
        widths[0] = min(widths[0], console.width - others)
    for row in table:
        if widths[0] < min(_LEAST, row[0].cell_len):
            _print_folded(console, row)
        elif console.is_terminal:
            _print_fitting(console, row, widths, numbers)
        else:
            print_line(console, Text(_GAP).join([*_align(row, widths, numbers), row[-1]]))


def print_line(console: Console, line: Text) -> None:
    """Print one line that the console neither wraps nor cuts."""
    line.rstrip()
    console.print(line, soft_wrap=True)


def print_note(console: Console, note: Text) -> None:
    """Print words for people: wrapped on a terminal, one line elsewhere."""
    if console.is_terminal:
        console.print(note)
    else:
        print_line(console, note)


def _align(row: Sequence[Text], widths: Sequence[int], numbers: Collection[int]) -> list[Text]:
    """All cells but the last as wide as their columns, numbers to the right."""
    cells = [cell.copy() for cell in row[:-1]]
    for index, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        pad = cell.pad_left if index in numbers else cell.pad_right
        pad(max(width - cell.cell_len, 0))
    return cells


def _print_folded(console: Console, row: Sequence[Text]) -> None:
    """Print the first cell, and below it the others one after the other."""
    print_line(console, row[0].copy())
    _print_below(console, Text(_GAP).join(row[1:]))


def _print_fitting(
    console: Console, row: Sequence[Text], widths: Sequence[int], numbers: Collection[int]
) -> None:
    first, last = row[0], row[-1]
    if first.cell_len > widths[0]:
        print_line(console, first.copy())
        first = Text()
    line = Text(_GAP).join(_align([first, *row[1:]], widths, numbers))
    room = console.width - line.cell_len - len(_GAP)
    if room >= min(_ROOM, last.cell_len):
        grid = Table.grid(padding=(0, len(_GAP), 0, 0))
        grid.add_column(no_wrap=True, min_width=line.cell_len)
        grid.add_column(overflow="fold")
        grid.add_row(line, last)
        console.print(grid)
    else:
        print_line(console, line)
        _print_below(console, last)


def _print_below(console: Console, words: Text) -> None:
    if words:
        console.print(Padding(words, (0, 0, 0, _INDENT)))
