"""When a permanent redirect is believed, and where a source is asked then."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import health, policy
from aggregator.core.model import (
    Failed,
    Failure,
    FeedHead,
    Fetched,
    FetchResult,
    FetchState,
    Hop,
    Move,
    NotModified,
    ParseFailed,
    Source,
)
from aggregator.core.policy.moves import adopt_move, give_up_move
from aggregator.core.settings import PollingSettings
from tests.core.make import NOW, make_source

SOURCE = make_source()
NEW = "https://new.example/feed"
HALF_DAY = timedelta(hours=12)
MOVED = (Hop(301, NEW),)
START = replace(
    policy.start_state(SOURCE, NOW), etag='"1"', body_digest="d", parser="p", last_kind="ok"
)
CONFIRMED = replace(
    START, url=NEW, moved_to=NEW, move=Move(SOURCE.url, NEW, 5, NOW, confirmed=True)
)


def answer(
    state: FetchState, result: FetchResult, now: datetime, source: Source = SOURCE
) -> FetchState:
    """The state after an answer without a new body."""
    failed = ParseFailed(Failure.HTML, "a page") if isinstance(result, Fetched) else None
    asked = policy.locate(source, state)
    return policy.judge(state, asked, PollingSettings(), result, failed, parser="p", now=now)


def redirect(times: int, state: FetchState = START, source: Source = SOURCE) -> FetchState:
    """The state after so many 304 from the new address, half a day apart."""
    for number in range(times):
        now = NOW + number * HALF_DAY
        state = answer(state, NotModified("", etag='"1"', hops=MOVED), now, source)
    return state


def test_a_move_is_believed_after_five_times_over_three_days() -> None:
    """Seven polls half a day apart; before that the configured address is asked."""
    early = redirect(6)
    assert early.move == Move(SOURCE.url, NEW, 6, NOW)
    assert policy.locate(SOURCE, early) == SOURCE
    late = redirect(7)
    assert policy.is_confirmed(late)
    assert policy.locate(SOURCE, late).url == NEW
    assert policy.asks_conditionally(late, policy.locate(SOURCE, late), "p")


def test_three_days_are_not_enough_without_five_times() -> None:
    """Of daily polls the fourth is three days after the first, and the fifth is believed."""
    state = START
    believed = []
    for day in range(5):
        now = NOW + timedelta(days=day)
        state = answer(state, NotModified("", etag='"1"', hops=MOVED), now)
        believed.append(policy.is_confirmed(state))
    assert believed == [False, False, False, False, True]


def test_many_times_on_one_day_are_not_enough() -> None:
    """A site under maintenance may redirect a hundred polls."""
    state = START
    for minute in range(100):
        result = NotModified("", hops=MOVED)
        state = answer(state, result, NOW + timedelta(minutes=minute))
    assert not policy.is_confirmed(state)


@pytest.mark.parametrize(
    "result",
    [
        Fetched(SOURCE.url, b"<html>", etag='"2"', hops=MOVED),
        NotModified("", hops=()),
        NotModified("", hops=(Hop(302, NEW),)),
        NotModified("", hops=(Hop(301, "https://other.example/"),)),
    ],
)
def test_anything_else_in_between_begins_it_anew(result: FetchResult) -> None:
    """A page instead of the feed, no redirect, a temporary one, another target."""
    state = answer(redirect(6), result, NOW + 3 * HALF_DAY)
    again = answer(state, NotModified("", hops=MOVED), NOW + 7 * HALF_DAY)
    assert not policy.is_confirmed(again)
    assert again.move is None or again.move.times == 1


def test_a_failure_in_between_changes_nothing() -> None:
    """A reset says nothing of where the feed is."""
    state = answer(redirect(6), Failed(Failure.RESET, ""), NOW + 6 * HALF_DAY)
    assert policy.is_confirmed(answer(state, NotModified("", hops=MOVED), NOW + 7 * HALF_DAY))


def test_what_carries_secrets_stays_redirected() -> None:
    """A name and password, or fields of its own, are for the configured host alone."""
    for source in (
        make_source(url="https://desk:key@hetq.example/rss"),
        make_source(headers=(("X-Key", "secret"),)),
    ):
        state = redirect(9, replace(START, url=source.url), source)
        assert policy.locate(source, state) == source


@pytest.mark.parametrize(
    ("origin", "target", "asked"),
    [
        ("https://d:k@a.example/1", "https://a.example/2", "https://d:k@a.example/2"),
        ("http://d:k@a.example/1", "https://a.example/2", "https://d:k@a.example/2"),
        ("http://d:k@a.example:80/1", "http://a.example/2", "http://d:k@a.example/2"),
        ("https://d:k@a.example/1", "https://a.example:8443/2", None),
        ("http://d:k@a.example:8080/1", "https://a.example/2", None),
        ("https://d:k@a.example/1", "https://b.example/2", None),
        ("https://a.example/1", "https://b.example/2", "https://b.example/2"),
    ],
)
def test_secrets_move_along_on_their_host_only(origin: str, target: str, asked: str | None) -> None:
    """Same host and port, or its https; a source led elsewhere stays redirected."""
    source = make_source(url=origin)
    state = replace(START, url=origin)
    for number in range(7):
        result = NotModified("", etag='"1"', hops=(Hop(301, target),))
        state = answer(state, result, NOW + number * HALF_DAY, source)
    assert policy.locate(source, state).url == (asked or origin)
    if asked:
        assert policy.adopt_address(state, replace(source, url=asked), NOW).etag == '"1"'


KNOWN = replace(START, head=FeedHead("Hetq"))
MET = replace(KNOWN, move=Move(SOURCE.url, NEW, 0, NOW))
AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "title", "oldest", "same"),
    [
        (START, "Any", None, True),  # the first document of all
        (KNOWN, "Hetq", None, True),
        (KNOWN, "Other", NOW, True),
        (KNOWN, "Other", None, False),
        (replace(KNOWN, head=FeedHead()), "", None, False),
        (MET, "Hetq", None, False),
        (MET, "Hetq", NOW, False),
        (MET, "Other", NOW - AN_HOUR, True),
    ],
)
def test_only_what_was_known_before_a_stranger_is_proof(
    before: FetchState, title: str, oldest: datetime | None, *, same: bool
) -> None:
    """The stranger's own entries and title are stored too; an empty document is nobody."""
    assert policy.is_same_feed(before, title, is_empty=False, oldest=oldest) == same
    assert not policy.is_same_feed(before, title, is_empty=True, oldest=oldest)


def test_another_feed_at_the_target_begins_it_anew() -> None:
    """Whether a new body is the same feed is told by what was known before."""
    before = redirect(6)
    after = replace(before, moved_to=NEW)
    for same in (True, False):
        now = NOW + 7 * HALF_DAY
        moved = policy.follow_move(before, after, SOURCE, same=same, now=now)
        assert policy.is_confirmed(moved) == same


def test_a_state_is_adopted_wherever_its_validators_hold() -> None:
    """At the old address, at the new one, and where the last answer was redirected to."""
    assert adopt_move(CONFIRMED, SOURCE) == CONFIRMED
    applied = adopt_move(CONFIRMED, replace(SOURCE, url=NEW))
    assert applied == replace(CONFIRMED, move=None)
    impatient = adopt_move(redirect(1), replace(SOURCE, url=NEW))
    assert impatient is not None
    assert (impatient.url, impatient.etag, impatient.move) == (NEW, '"1"', None)
    assert adopt_move(CONFIRMED, replace(SOURCE, url="https://elsewhere.example/")) is None
    assert adopt_move(START, SOURCE) == START


def test_a_new_address_that_shows_a_page_is_given_up() -> None:
    """A parked domain answers 200: the old address is asked again, and the move is forgotten."""
    state = CONFIRMED
    page = Fetched(NEW, b"<html>", etag='"p"')
    for number in range(5):
        assert policy.locate(SOURCE, state).url == NEW
        state = answer(state, page, NOW + number * HALF_DAY)
    assert policy.locate(SOURCE, state) == SOURCE
    assert (state.url, state.etag, state.move) == (SOURCE.url, None, None)


def test_a_new_address_that_is_gone_is_given_up_at_once() -> None:
    """It is asked no more; what is behind a temporary redirect ends nothing either."""
    gone = Failed(Failure.GONE, "", status=410)
    state = answer(CONFIRMED, gone, NOW)
    assert (state.stopped, policy.locate(SOURCE, state)) == (False, SOURCE)
    sent = replace(gone, hops=(Hop(302, NEW),))
    assert not answer(START, sent, NOW).stopped
    assert answer(START, gone, NOW).stopped


def test_a_410_on_another_server_is_believed_as_late_as_a_move() -> None:
    """A site in trouble may send everybody to a page that is gone, with a permanent redirect."""
    parked = "https://parked.example/"
    gone = Failed(Failure.GONE, "", status=410, hops=(Hop(301, parked),), url=parked)
    state = START
    for day in range(6):
        now = NOW + timedelta(days=day)
        state = health.note_failing(answer(state, gone, now), now)
        assert state.stopped is (day >= 4)
    www = SOURCE.url.replace("://", "://www.")
    assert answer(START, replace(gone, hops=(Hop(301, www),)), NOW).stopped


def test_a_new_address_that_fails_is_given_up() -> None:
    """After five failures in a row the old one is asked again, without the new one's validators."""
    state = CONFIRMED
    for number in range(5):
        assert policy.locate(SOURCE, state).url == NEW
        state = answer(state, Failed(Failure.NOT_FOUND, ""), NOW + number * HALF_DAY)
    assert policy.locate(SOURCE, state) == SOURCE
    assert (state.url, state.etag, state.move) == (SOURCE.url, None, None)
    assert give_up_move(START) == START


def test_a_further_move_is_believed_as_the_first_was() -> None:
    """Though nobody has written the first one down; the configured address stays its origin."""
    last = "https://third.example/feed"
    state = redirect(7)
    for number in range(7, 14):
        assert policy.locate(SOURCE, state).url == NEW
        result = NotModified("", etag='"1"', hops=(Hop(301, last),))
        state = answer(state, result, NOW + number * HALF_DAY)
    assert policy.locate(SOURCE, state).url == last
    assert state.move is not None
    assert (state.url, state.move.origin, state.move.onward) == (last, SOURCE.url, None)
    assert policy.asks_conditionally(state, policy.locate(SOURCE, state), "p")


def test_a_further_move_is_watched_on_when_the_first_is_written_down() -> None:
    """The count goes on; a stranger behind the new address is one too."""
    onward = Move(NEW, "https://third.example/feed", 2, NOW)
    assert CONFIRMED.move is not None
    state = replace(CONFIRMED, move=replace(CONFIRMED.move, onward=onward))
    assert policy.adopt_address(state, replace(SOURCE, url=NEW), NOW).move == onward
    led = replace(state, moved_to=onward.target)
    asked = policy.locate(SOURCE, state)
    met = policy.follow_move(state, led, asked, same=False, stranger=True, now=NOW)
    assert met.move == replace(CONFIRMED.move, onward=replace(onward, times=0))
    assert not policy.is_same_feed(met, "Hetq", is_empty=False, oldest=NOW)


STEPS = st.tuples(
    st.sampled_from([None, NEW, "https://third.example/"]),
    st.sampled_from(["same", "stranger", "page", "reset"]),
    st.integers(0, 48),
)


@given(st.lists(STEPS, max_size=25))
def test_no_history_captures_a_source(steps: list[tuple[str | None, str, int]]) -> None:
    """A new address was the same feed's, five times over three days, with nothing else between."""
    state, now = KNOWN, NOW
    clean: list[tuple[str | None, datetime]] = []
    for target, kind, hours in steps:
        now += timedelta(hours=hours)
        if kind == "reset":
            continue
        before, asked = state, policy.locate(SOURCE, state)
        answered = replace(state, moved_to=target)
        same = kind == "same"
        state = policy.follow_move(
            state, answered, asked, same=same, stranger=kind == "stranger", now=now
        )
        clean = [*clean, (target, now)] if same and target else []
        if policy.locate(SOURCE, state) != policy.locate(SOURCE, before):
            last = [at for to, at in clean[-5:] if to == policy.locate(SOURCE, state).url]
            assert len(last) == 5
            assert any(now - at >= timedelta(days=3) for to, at in clean if to == target)
