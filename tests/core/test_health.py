"""How a source and the daemon are: verdicts and words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.core.health import (
    Pulse,
    explain_silence,
    find_next_poll,
    find_troubles,
    find_warnings,
    name_state,
    note_failing,
)
from aggregator.core.model import FetchState, Source
from tests.core.make import NOW, make_source

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
WELL = Pulse(NOW, ticked=NOW, published=NOW)
SOURCE = make_source()
OFF = make_source(enabled=False)
STATE = FetchState("hetq", SOURCE.url, NOW + MINUTE, last_poll=NOW, last_kind="ok")


def test_a_daemon_that_ticks_and_publishes_has_no_trouble() -> None:
    """Nothing is said where all is well."""
    assert find_troubles(WELL, NOW) == ()
    assert find_warnings(WELL) == ()


@pytest.mark.parametrize(
    ("facts", "trouble"),
    [
        ({"published": None}, "nothing is published yet"),
        ({"publish_error": "no room"}, "the last publishing failed: no room"),
        (
            {"publishing_since": NOW - 5 * MINUTE - SECOND},
            "a publishing hangs since 2023-09-21 11:54:59 UTC",
        ),
        ({"store_error": "no room"}, "the store cannot be used: no room"),
        ({"ticked": None}, "the calendar stands still"),
        ({"ticked": NOW - MINUTE - SECOND}, "the calendar stands still"),
        ({"ticked": NOW + MINUTE + SECOND}, "the calendar stands still"),
    ],
)
def test_each_trouble_is_one_line(facts: dict[str, Any], trouble: str) -> None:
    """A daemon with one trouble names that one alone."""
    assert find_troubles(replace(WELL, **facts), NOW) == (trouble,)


@pytest.mark.parametrize(
    "facts",
    [
        {"publishing_since": NOW - 5 * MINUTE},
        {"ticked": NOW - MINUTE},
        {"ticked": NOW + MINUTE},
        {"config_error": "sources.yaml:1: wrong"},
    ],
)
def test_what_is_within_the_limits_is_no_trouble(facts: dict[str, Any]) -> None:
    """A publishing of five minutes, a tick a minute old, a wrong new configuration."""
    assert find_troubles(replace(WELL, **facts), NOW) == ()


def test_all_troubles_are_named_in_order() -> None:
    """What publishing suffers from comes before the store and the calendar."""
    pulse = Pulse(NOW, publish_error="a", store_error="b", publishing_since=NOW - 6 * MINUTE)
    found = find_troubles(pulse, NOW)
    assert [line.split()[0] for line in found] == ["nothing", "the", "a", "the", "the"]


def test_a_wrong_new_configuration_is_a_warning() -> None:
    """The daemon goes on by the last good one, and says so."""
    pulse = replace(WELL, config_error="sources.yaml:1: wrong")
    assert find_warnings(pulse) == (
        "the changed configuration is not in effect: sources.yaml:1: wrong",
    )


@pytest.mark.parametrize(
    ("source", "state", "name"),
    [
        (OFF, STATE, "off"),
        (SOURCE, None, "new"),
        (SOURCE, replace(STATE, last_poll=None), "new"),
        (SOURCE, replace(STATE, last_poll=None, claimed=NOW), "asked"),
        (SOURCE, replace(STATE, stopped=True, failures=1), "gone"),
        (SOURCE, replace(STATE, failures=1), "failing"),
        (SOURCE, STATE, "ok"),
        (SOURCE, replace(STATE, claimed=NOW), "ok"),
    ],
)
def test_a_source_is_one_word(source: Source, state: FetchState | None, name: str) -> None:
    """Every source has its word, also before its first answer."""
    assert name_state(source, state) == name


DAY = timedelta(days=1)
HOURLY = replace(STATE, usual_gap=timedelta(hours=1), last_ok=NOW)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"last_new": NOW - 3 * DAY}, "ok"),
        ({"last_new": NOW - 4 * DAY}, "quiet"),
        ({"last_new": NOW - 4 * DAY, "failures": 1}, "failing"),
        ({"last_new": NOW - 31 * DAY}, "dead"),
        ({"last_new": NOW - 31 * DAY, "stopped": True}, "gone"),
        ({"last_new": NOW - 31 * DAY, "last_ok": NOW - 31 * DAY}, "ok"),
        ({"failures": 9, "failing_since": NOW - 30 * DAY}, "failing"),
        ({"failures": 9, "failing_since": NOW - 30 * DAY - SECOND}, "dead"),
        ({"failures": 9, "failing_since": None}, "failing"),
        ({"failing_since": NOW - 31 * DAY}, "ok"),
    ],
)
def test_quiet_and_dead_go_by_the_own_rhythm(facts: dict[str, Any], name: str) -> None:
    """An hourly source is quiet after three days and dead after thirty, of failures too."""
    assert name_state(SOURCE, replace(HOURLY, **facts)) == name


def test_only_silence_is_explained_as_silence() -> None:
    """A source that fails has its error for an explanation, one that is well needs none."""
    silent = replace(HOURLY, last_new=NOW - 31 * DAY)
    words = "nothing new for 31 days, usually within 60 minutes; look at its site"
    assert explain_silence(SOURCE, silent) == f"{words}: it may have a new feed"
    assert explain_silence(SOURCE, replace(silent, failures=1)) == ""
    assert explain_silence(SOURCE, HOURLY) == ""
    assert explain_silence(SOURCE, None) == ""
    assert explain_silence(OFF, silent) == ""


def test_failures_are_counted_from_the_first_in_a_row() -> None:
    """The second does not move the time, and the first good poll forgets it."""
    first = note_failing(replace(STATE, failures=1), NOW)
    assert first.failing_since == NOW
    assert note_failing(replace(first, failures=2), NOW + DAY).failing_since == NOW
    assert note_failing(replace(first, failures=0), NOW + DAY).failing_since is None


@pytest.mark.parametrize(
    ("source", "state"),
    [(SOURCE, None), (SOURCE, replace(STATE, stopped=True)), (OFF, STATE)],
)
def test_who_is_never_asked_has_no_next_poll(source: Source, state: FetchState | None) -> None:
    """Nor has one that was not asked yet."""
    assert find_next_poll(source, state) is None


def test_the_next_poll_is_the_one_that_is_stored() -> None:
    """A source that is well is asked at its time."""
    assert find_next_poll(SOURCE, STATE) == NOW + MINUTE
