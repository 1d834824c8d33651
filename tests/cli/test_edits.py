"""Edits in rows: whatever changed, each says it in one line of its own."""

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.cli.edits import describe_edits, list_rows
from aggregator.core.explaining.edits import Changed, Edit
from aggregator.core.explaining.passages import Difference, Passage

AT = datetime(2023, 9, 21, 20, 30, tzinfo=UTC)
MANY = tuple(Passage(f"a{number}", f"b{number}") for number in range(3))


@pytest.mark.parametrize(
    ("edit", "rows"),
    [
        (Edit(AT), [("more", "something of which nothing is kept")]),
        (Edit(AT, dated=(None, AT)), [("date", "- -> 2023-09-22 00:30")]),
        (
            Edit(AT, lines=(Changed("title", "a " * 900, "b"),), skipped=7),
            [
                ("title", "a " * 79 + "a… -> b"),
                ("more", "this and 7 later edits together: only so many are kept"),
            ],
        ),
        (
            Edit(AT, text=Difference(1, 2, MANY, 4), length=(5, 9)),
            [
                ("text", "1 word more, 2 fewer"),
                *(("text", f"'a{number}' -> 'b{number}'") for number in range(3)),
                ("text", "and in 4 more places"),
            ],
        ),
    ],
)
def test_each_change_is_a_row(edit: Edit, rows: list[tuple[str, str]]) -> None:
    """With the time in the newsfeed's zone."""
    told = [[str(cell) for cell in row] for row in list_rows([edit], "Asia/Yerevan", is_out=False)]
    assert told == [["2023-09-22 00:30", what, how] for what, how in rows]


def test_programs_get_times_of_one_zone_and_whole_words() -> None:
    """Nothing is cut for them, and what did not change is null."""
    edit = Edit(AT, (Changed("link", "x" * 900, ""),), (AT, AT + timedelta(days=1)), skipped=2)
    (told,) = describe_edits([edit])
    assert told == {
        "at": "2023-09-21T20:30:00+00:00",
        "changes": {"link": {"before": "x" * 900, "after": None}},
        "date": {"before": "2023-09-21T20:30:00+00:00", "after": "2023-09-22T20:30:00+00:00"},
        "length": None,
        "text": None,
        "skipped": 2,
    }
