"""A refusal counts for all sources of a registrable domain."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aggregator.core import policy
from aggregator.core.model import Failed, Failure, Fetched, FetchResult, FetchState, NotModified
from aggregator.core.policy.penalty import find_rest, find_rests, note_refusal, postpone
from aggregator.core.policy.schedule import find_latest
from aggregator.core.policy.spans import share
from aggregator.core.settings import PollingSettings
from tests.core.make import NOW, make_source

POLLING = PollingSettings()
SOURCE = make_source()
START = policy.start_state(SOURCE, NOW)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def refuse(status: int = 429, retry_after: timedelta | None = None) -> Failed:
    """A refusal, or another failure with a status."""
    return Failed(Failure.THROTTLED, "no", status=status, retry_after=retry_after)


def postpone_(state: FetchState, until: datetime) -> FetchState:
    """The state that waits for its domain until then."""
    return postpone(state, POLLING, until, "shared.example", NOW)


@pytest.mark.parametrize(
    ("result", "is_refusal"),
    [
        (refuse(429), True),
        (refuse(503), True),
        (refuse(430), False),
        (refuse(504), False),
        (refuse(404), False),
        (Failed(Failure.DNS, "no such host"), False),
        (Fetched(SOURCE.url, b""), False),
        (NotModified(SOURCE.url), False),
    ],
)
def test_429_and_503_are_refusals(result: FetchResult, is_refusal: bool) -> None:  # noqa: FBT001 - a table's column
    """No other answer gives a domain rest, and any other one ends the rest it had."""
    assert (find_rest(POLLING, result, NOW) is not None) is is_refusal
    resting = replace(START, rest_until=NOW - DAY)
    until = note_refusal(resting, POLLING, result, NOW).rest_until
    assert until == (NOW + POLLING.min_interval if is_refusal else None)


@pytest.mark.parametrize(
    ("others", "retry_after", "wait"),
    [
        (0, None, 30 * MINUTE),
        (1, None, 60 * MINUTE),
        (2, None, 120 * MINUTE),
        (5, None, 960 * MINUTE),
        (6, None, DAY),
        (40, None, DAY),
        (0, timedelta(minutes=5), 30 * MINUTE),
        (0, timedelta(hours=3), timedelta(hours=3)),
        (3, timedelta(hours=3), timedelta(hours=4)),
        (0, timedelta(days=30), timedelta(days=7)),
    ],
)
def test_a_rest_is_doubled_by_each_other_source_or_as_long_as_is_asked(
    others: int, retry_after: timedelta | None, wait: timedelta
) -> None:
    """Between the shortest wait and the longest, or what `Retry-After` says, up to a week."""
    assert find_rest(POLLING, refuse(retry_after=retry_after), NOW, others=others) == NOW + wait


def test_an_answer_ends_no_rest_but_one_that_is_over() -> None:
    """A rest of a named domain stays until its end; one that is over, or nobody's, is forgotten."""
    fine = NotModified(SOURCE.url)
    resting = replace(START, rest_until=NOW + DAY, rest_domain="shared.example")
    assert note_refusal(resting, POLLING, fine, NOW) == resting
    for over in (
        replace(resting, rest_until=NOW),
        replace(resting, rest_domain=None),
        replace(resting, rest_until=None),
    ):
        after = note_refusal(over, POLLING, fine, NOW)
        assert (after.rest_until, after.rest_domain) == (None, None)


def test_no_rest_is_longer_than_a_week() -> None:
    """Not even where the longest wait is: a domain that is never asked never answers."""
    patient = replace(POLLING, max_interval=30 * DAY)
    assert find_rest(patient, refuse(), NOW, others=10) == NOW + 7 * DAY


def test_growth_ends_at_ten_doublings() -> None:
    """Where the longest wait would allow more, the tenth source's doubling is the last."""
    patient = replace(POLLING, min_interval=MINUTE, max_interval=timedelta(days=300))
    assert find_rest(patient, refuse(), NOW, others=10) == NOW + 1024 * MINUTE
    assert find_rest(patient, refuse(), NOW, others=11) == NOW + 1024 * MINUTE


def test_the_longest_rest_of_a_domain_counts() -> None:
    """Rests that are over, or further ahead than any rule puts them, and nameless hosts do not."""
    week = timedelta(days=7)
    rests = {"a": 1 * DAY, "b": timedelta(), "c": week, "d": week + MINUTE, "e": -DAY}
    states = [(name, replace(START, rest_until=NOW + rest)) for name, rest in rests.items()]
    states += [("a", replace(START, rest_until=NOW + 2 * DAY)), ("a", states[0][1])]
    found = find_rests([*states, (None, states[0][1]), ("f", START)], NOW)
    assert found == {"a": NOW + 2 * DAY, "c": NOW + week}


def test_those_who_were_kept_waiting_come_back_one_after_the_other() -> None:
    """Over ten minutes from the end of the rest, and never before their own next poll."""
    until = NOW + DAY
    waiting = replace(START, next_poll=NOW, source_id="s")
    after = postpone_(waiting, until)
    assert after.next_poll == until + 10 * MINUTE * share("s")
    words = f"its domain shared.example asked to wait until {until:%Y-%m-%d %H:%M} UTC"
    assert after.reason == words
    assert postpone_(replace(waiting, next_poll=until + HOUR), until).next_poll == until + HOUR
    lost = replace(waiting, next_poll=until + 300 * DAY)
    assert postpone_(lost, until).next_poll == max(after.next_poll, find_latest(POLLING, NOW))
