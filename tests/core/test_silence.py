"""A source's rhythm, and when its silence is unusual."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.core import silence
from aggregator.core.identity import settle_all
from aggregator.core.model import Entry, FetchState
from tests.core.make import NOW, make_entry

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STATE = FetchState("hetq", "https://hetq.example/rss", NOW, last_poll=NOW, last_ok=NOW)


def make_entries(*hours: float | None, seen: int = 0) -> list[Entry]:
    """Entries so many hours old, first seen so many hours ago."""
    return [
        make_entry(
            str(place),
            published=None if age is None else NOW - age * HOUR,
            first_seen=NOW - seen * HOUR,
        )
        for place, age in enumerate(hours)
    ]


def learn(state: FetchState, fresh: list[Entry], known: list[Entry] | None = None) -> FetchState:
    """What a document teaches."""
    return silence.learn(state, fresh, settle_all(fresh, known or [], NOW), NOW)


def test_the_first_document_is_as_new_as_its_newest_report() -> None:
    """A source that was silent for a year before it was added is not fresh for that."""
    found = learn(STATE, make_entries(400, 300))
    assert (found.newest, found.last_new) == (NOW - 300 * HOUR, NOW - 300 * HOUR)


def test_later_documents_are_new_when_they_bring_something() -> None:
    """Also something with an old date: a feed whose every date is wrong is not dead."""
    state = replace(STATE, last_new=NOW - DAY, newest=NOW - DAY)
    assert learn(state, make_entries(30, 300)).last_new == NOW
    known = make_entries(30, 300, seen=20)
    assert learn(state, make_entries(30, 300), known).last_new == NOW - DAY


def test_no_date_ahead_of_the_clock_is_the_newest() -> None:
    """Otherwise reports of the hours until then could go by unseen and unnamed."""
    assert learn(STATE, make_entries(-5, 3)).newest == NOW


@pytest.mark.parametrize(
    ("hours", "usual"),
    [
        ((0, 1, 2), None),
        ((0, 1, 3, 6), 3 * HOUR),
        ((0, 1, 2, 3, 4, 400), HOUR),
        ((0, 0, 0, 1, 2), None),
        (tuple(range(0, 480, 24)), DAY),
        ((0, None, 1, None, 3, 6), 3 * HOUR),
    ],
)
def test_the_usual_gap_is_the_longest_but_for_a_tenth(
    hours: tuple[float | None, ...], usual: timedelta | None
) -> None:
    """With few reports no habit is seen; a pinned old report makes none."""
    assert learn(STATE, make_entries(*hours)).usual_gap == usual


def test_undated_reports_teach_by_when_they_come() -> None:
    """The longest pause between two polls that brought something."""
    state = replace(STATE, last_new=NOW - 7 * HOUR)
    once = learn(state, make_entries(None))
    assert once.usual_gap == 7 * HOUR
    assert learn(replace(once, last_new=NOW - HOUR), make_entries(None)).usual_gap == 7 * HOUR


def test_rewrites_are_counted_until_something_changes() -> None:
    """New bytes with the same items; any change of an item begins anew."""
    known = make_entries(1, 2, seen=5)
    found = learn(learn(STATE, make_entries(1, 2), known), make_entries(1, 2), known)
    assert found.rewrites == 2
    assert learn(found, make_entries(1, 2, 3), known).rewrites == 0


@pytest.mark.parametrize(
    ("usual", "span", "words"),
    [
        (HOUR, 3 * DAY, ""),
        (HOUR, 3 * DAY + HOUR, "quiet"),
        (HOUR, 30 * DAY, "quiet"),
        (HOUR, 30 * DAY + HOUR, "quiet dead"),
        (7 * DAY, 21 * DAY, ""),
        (7 * DAY, 22 * DAY, "quiet"),
        (7 * DAY, 71 * DAY, "quiet dead"),
        (None, 30 * DAY, ""),
        (None, 31 * DAY, "quiet"),
        (None, 101 * DAY, "quiet dead"),
    ],
)
def test_silence_is_judged_by_the_own_rhythm(
    usual: timedelta | None, span: timedelta, words: str
) -> None:
    """Three usual pauses or three days are quiet, ten or thirty days are dead."""
    state = replace(STATE, usual_gap=usual, last_new=NOW - span)
    found = (silence.is_quiet(state) * "quiet " + silence.is_silenced(state) * "dead").strip()
    assert found == words


def test_silence_ends_where_the_last_good_poll_was() -> None:
    """A daemon that was off for a year calls nobody dead for it."""
    state = replace(STATE, last_ok=NOW - 365 * DAY, last_new=NOW - 366 * DAY)
    assert silence.find_silence(state) == DAY
    assert silence.find_silence(replace(state, last_ok=None)) is None


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"last_new": None}, ""),
        ({"last_new": NOW - 5 * DAY}, "nothing new for 5 days"),
        (
            {"last_new": NOW - 5 * DAY, "usual_gap": 7 * HOUR},
            "nothing new for 5 days, usually within 7 hours",
        ),
        ({"last_new": NOW - HOUR}, "nothing new for 60 minutes"),
        ({"last_new": NOW - timedelta(seconds=70)}, "nothing new for 1 minute"),
    ],
)
def test_silence_in_words(facts: dict[str, object], words: str) -> None:
    """Rounded, with the habit where one is known."""
    assert silence.say_silence(replace(STATE, **facts)) == words  # type: ignore[arg-type]  # facts of many types
