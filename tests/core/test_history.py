"""The record of polls: what counts as what, in which slot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core.history import (
    SLOTS,
    count_found,
    count_poll,
    find_oldest,
    find_slot,
    list_slots,
)
from aggregator.core.model import Changes, FetchState, Tally

NOW = datetime(2023, 9, 21, 17, 59, tzinfo=UTC)
NOON = datetime(2023, 9, 21, 12, tzinfo=UTC)
STATE = FetchState("hetq", "https://hetq.example/", NOW)
HOUR = timedelta(hours=1)


def test_a_day_has_four_slots() -> None:
    """From midnight of UTC on."""
    assert find_slot(NOW) == NOON == find_slot(NOON)
    assert find_slot(NOW + timedelta(minutes=1)) == NOON + 6 * HOUR


def test_the_slots_of_seven_days_end_with_the_one_of_now() -> None:
    """28, the oldest first."""
    slots = list_slots(NOW)
    assert len(slots) == SLOTS == 28
    assert (slots[0], slots[-1]) == (NOON - 27 * 6 * HOUR, NOON)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [("ok", (1, 0, 0)), ("unchanged", (0, 1, 0)), ("not-found", (0, 0, 1)), ("", (0, 0, 1))],
)
def test_a_poll_counts_once(kind: str, counts: tuple[int, int, int]) -> None:
    """As read, as unchanged, or as failed; a 304 that confirms a failure has failed."""
    tally = count_poll(replace(STATE, last_kind=kind), Changes(new=3), NOW)
    assert tally == Tally("hetq", NOON, *counts, new=3)


def test_what_is_found_behind_a_poll_is_no_poll() -> None:
    """New reports alone; none found, nothing counted."""
    assert count_found(STATE, Changes(new=2), NOW) == Tally("hetq", NOON, new=2)
    assert count_found(STATE, Changes(refreshed=2), NOW) is None


@pytest.mark.parametrize(
    ("keep", "oldest"),
    [
        (None, NOON - 27 * 6 * HOUR),
        (timedelta(days=90), NOON - 27 * 6 * HOUR),
        (timedelta(days=1), NOON - 24 * HOUR),
    ],
)
def test_no_more_is_kept_than_is_drawn(keep: timedelta | None, oldest: datetime) -> None:
    """A shorter `keep.log` keeps less."""
    assert find_oldest(NOW, keep) == oldest
