"""When a source is asked next: rhythm, window, publishers' floors, back-off by kind, turns."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import policy
from aggregator.core.model import (
    Failed,
    Failure,
    Fetched,
    FetchState,
    NotModified,
    PollHints,
    Rhythm,
)
from aggregator.core.policy.floors import leave_skipped
from aggregator.core.policy.spans import round_span, share
from aggregator.core.settings import PollingSettings
from tests.core.make import NOW, make_source

POLLING = PollingSettings()
SOURCE = make_source()
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ANSWER = Fetched(SOURCE.url, b"feed", etag='"1"')
KNOWN = replace(
    policy.start_state(SOURCE, NOW),
    etag='"1"',
    body_digest="d",
    last_kind="ok",
    rhythm=Rhythm(polls=9),
)
"""A source that was asked often and always answered."""
WORKDAYS = tuple(
    datetime(2023, 8, day, hour, 10, tzinfo=UTC) for day in range(28, 32) for hour in (8, 9, 10, 11)
) + tuple(
    datetime(2023, 9, day, hour, 10, tzinfo=UTC)
    for day in range(1, 21)
    if datetime(2023, 9, day, tzinfo=UTC).weekday() < 5
    for hour in (8, 9, 10, 11)
)
"""Four reports each working day, from eight to eleven UTC."""


def make_rhythm(times: Sequence[datetime], now: datetime = NOW) -> Rhythm:
    """What was learned when all of it was seen at once."""
    return policy.learn(Rhythm(polls=9), times, now)


def plan(state: FetchState, now: datetime = NOW) -> FetchState:
    """The state with its next poll, after a plain answer."""
    return policy.schedule(state, SOURCE, POLLING, ANSWER, now)


def test_a_rhythm_is_learned_from_ten_entries_over_three_days() -> None:
    """With less, the configured interval is the guess."""
    dense = [NOW - HOUR * number for number in range(9)]
    assert policy.guess_interval(make_rhythm(dense), NOW, 0) is None
    young = [NOW - HOUR * number for number in range(40)]
    assert policy.guess_interval(make_rhythm(young), NOW, 0) is None
    enough = [NOW - 8 * HOUR * number for number in range(1, 11)]
    guess = policy.guess_interval(make_rhythm(enough), NOW, 0)
    assert guess is not None
    assert 2 * HOUR <= guess <= 5 * HOUR
    assert plan(KNOWN).reason == "interval 1h"
    assert plan(replace(KNOWN, rhythm=make_rhythm(enough))).reason.startswith("rhythm ")


def test_hours_and_weekdays_are_told_apart() -> None:
    """A paper that writes on working mornings is asked often then, else seldom."""
    rhythm = make_rhythm(WORKDAYS)

    def guess(day: int, hour: int) -> timedelta:
        found = policy.guess_interval(rhythm, datetime(2023, 9, day, hour, tzinfo=UTC), 0)
        assert found is not None
        return found

    assert guess(21, 8) <= timedelta(minutes=45)
    assert guess(21, 12) >= 3 * HOUR
    assert guess(24, 8) >= 3 * guess(21, 8)


def test_old_habits_fade_and_silence_counts() -> None:
    """After a month in which nothing came, the source is asked more rarely."""
    busy = make_rhythm([NOW - HOUR * number for number in range(1, 200)])
    before = policy.guess_interval(busy, NOW, 0)
    quiet = policy.learn(busy, (), NOW + 28 * DAY)
    after = policy.guess_interval(quiet, NOW + 28 * DAY, 0)
    assert before is not None
    assert after is not None
    assert after > 2 * before


def test_entries_are_counted_once_by_hour_and_weekday() -> None:
    """Each entry is one in its hour and one on its weekday, in UTC."""
    thursday, friday = NOW.replace(hour=8) - 7 * DAY, NOW.replace(hour=9) - 6 * DAY
    rhythm = make_rhythm([thursday, thursday, friday])
    assert {hour: count for hour, count in enumerate(rhythm.hours) if count} == {8: 2, 9: 1}
    assert {day: count for day, count in enumerate(rhythm.weekdays) if count} == {3: 2, 4: 1}


def test_habits_halve_in_four_weeks() -> None:
    """What was counted, and how long it was watched, counts half 28 days later."""
    first = make_rhythm([NOW - 20 * DAY] * 4)
    later = policy.learn(first, (), NOW + 28 * DAY)
    assert max(first.hours) == 4
    assert max(later.hours) == max(later.weekdays) == 2
    assert later.days == first.days / 2 + 28


def test_the_first_document_tells_of_four_weeks() -> None:
    """An entry of 28 days ago is the oldest that counts."""
    assert sum(make_rhythm([NOW - 28 * DAY]).hours) == 1
    assert sum(make_rhythm([NOW - 28 * DAY - timedelta(seconds=1)]).hours) == 0


@pytest.mark.parametrize(("days", "tells"), [(13.9, False), (14.0, True)])
def test_weekdays_are_told_apart_from_two_weeks_on(days: float, tells: bool) -> None:  # noqa: FBT001 - a table's column
    """Before that a weekday that was busy once is no habit."""
    busy = Rhythm(days=days, hours=(5.0,) * 24, weekdays=(0, 0, 0, 120.0, 0, 0, 0))
    thursday, friday = NOW.replace(hour=2), NOW.replace(hour=2) + DAY
    both = {policy.guess_interval(busy, at, 0) for at in (thursday, friday)}
    assert (len(both) == 2) is tells


def test_a_phase_moves_the_hours_of_a_source() -> None:
    """What lies an hour ahead for one is there now for another."""
    rhythm = make_rhythm(WORKDAYS)
    for hour in range(24):
        at = NOW.replace(hour=hour)
        moved, plain = (policy.guess_interval(rhythm, *one) for one in ((at, 1.0), (at - HOUR, 0)))
        assert moved == plain


def test_ten_minutes_are_a_window() -> None:
    """What covers less was stamped when the document was made."""
    for seconds, window in ((600, timedelta(minutes=10)), (599, None)):
        dates = [NOW - timedelta(seconds=seconds * n / 4) for n in range(5)]
        assert policy.measure_window(Rhythm(), dates).window == window


@pytest.mark.parametrize(("count", "window"), [(4, None), (5, 4 * HOUR)])
def test_a_window_is_measured_from_five_dates(count: int, window: timedelta | None) -> None:
    """Fewer dates say nothing of how much a document covers."""
    dates = [NOW - number * HOUR for number in range(count)]
    assert policy.measure_window(Rhythm(), dates).window == window


def test_entries_dated_ahead_or_long_ago_teach_nothing() -> None:
    """A wrong date is no habit."""
    rhythm = make_rhythm([NOW + DAY, NOW - 90 * DAY])
    assert sum(rhythm.hours) == 0


def test_nothing_turns_over_unseen() -> None:
    """The wait is at most half of what the document covers at its busiest; that fades slowly."""
    busy = policy.measure_window(KNOWN.rhythm, [NOW - timedelta(minutes=12 * n) for n in range(11)])
    assert busy.window == 2 * HOUR
    assert plan(replace(KNOWN, rhythm=busy)).reason == "interval 1h"
    narrow = policy.measure_window(busy, [NOW - timedelta(minutes=9 * n) for n in range(11)])
    assert plan(replace(KNOWN, rhythm=narrow)).reason == "window 45m over interval 1h"
    calm = policy.measure_window(narrow, [NOW - 2 * HOUR * n for n in range(11)])
    assert narrow.window is not None
    assert calm.window == narrow.window * 1.02


def test_an_item_that_is_pinned_to_the_top_widens_nothing() -> None:
    """One old date says nothing of how fast the others turn over."""
    dates = [NOW - 90 * DAY, *(NOW - timedelta(minutes=12 * n) for n in range(11))]
    assert policy.measure_window(Rhythm(), dates).window == 2 * HOUR


@pytest.mark.parametrize(("second", "window"), [(60, 120), (61, 59)])
def test_an_item_is_pinned_where_half_of_the_time_lies_behind_it(second: int, window: int) -> None:
    """The oldest date is left out when the next one is nearer to the newest than to it."""
    dates = [NOW + timedelta(minutes=n) for n in (0, second, 80, 100, 120)]
    assert policy.measure_window(Rhythm(), dates).window == timedelta(minutes=window)


@pytest.mark.parametrize("minutes", [[0, 10, 20, 30], [0, 0, 0, 0, 0, 0]])
def test_a_document_whose_dates_tell_nothing_narrows_nothing(minutes: list[int]) -> None:
    """Few items, or all of one moment, do not say how fast a feed turns over."""
    dates = [NOW - timedelta(minutes=n) for n in minutes]
    assert policy.measure_window(Rhythm(), dates).window is None


def test_after_a_gap_the_wait_is_half_as_long_for_a_week() -> None:
    """What turned over unseen once may do so again; the operator's own interval stays."""
    gapped = replace(KNOWN, gap_at=NOW - DAY)
    polling = replace(POLLING, interval=2 * HOUR)
    after = policy.schedule(gapped, SOURCE, polling, ANSWER, NOW)
    assert after.reason == "gap 1h over interval 2h"
    later = policy.schedule(gapped, SOURCE, polling, ANSWER, NOW + 7 * DAY)
    assert later.reason == "interval 2h"
    own = policy.schedule(gapped, make_source(interval=2 * HOUR), polling, ANSWER, NOW)
    assert own.reason == "interval 2h"


def test_a_source_of_its_own_interval_is_not_learned() -> None:
    """What the operator says is done, within the bounds and the publisher's floors."""
    rhythm = make_rhythm([NOW - 8 * HOUR * number for number in range(1, 11)])
    source = make_source(interval=HOUR)
    state = policy.schedule(replace(KNOWN, rhythm=rhythm), source, POLLING, ANSWER, NOW)
    assert state.reason == "interval 1h"


@pytest.mark.parametrize(
    ("kind", "waits"),
    [
        (Failure.DNS, (1, 2, 4, 8, 16, 24, 24)),
        (Failure.DEADLINE, (1, 2, 4, 8, 16, 24, 24)),
        (Failure.THROTTLED, (2, 4, 8, 16, 24, 24, 24)),
        (Failure.CHALLENGE, (2, 4, 8, 16, 24, 24, 24)),
        (Failure.NOT_FOUND, (1, 4, 16, 24, 24, 24, 24)),
        (Failure.HTML, (1, 4, 16, 24, 24, 24, 24)),
    ],
)
def test_back_off_goes_by_the_kind_of_failure(kind: Failure, waits: tuple[int, ...]) -> None:
    """Refusals are heeded at once; what waits for a person is asked rarely; nothing is given up."""
    for number, hours in enumerate(waits, start=1):
        state = replace(KNOWN, failures=number, last_kind=kind)
        after = policy.schedule(state, SOURCE, POLLING, Failed(kind, ""), NOW)
        assert hours * HOUR <= after.next_poll - NOW <= hours * HOUR * 1.1


def test_without_validators_a_source_is_asked_hourly_at_most() -> None:
    """Each poll is the whole feed then; the source's own interval may say otherwise."""
    bare = replace(KNOWN, etag=None)
    polling = replace(POLLING, interval=HOUR / 2)
    after = policy.schedule(bare, SOURCE, polling, ANSWER, NOW)
    assert after.reason == "no validators 1h over interval 30m"
    assert after.next_poll >= NOW + HOUR
    dated = replace(bare, last_modified="yesterday")
    assert policy.schedule(dated, SOURCE, polling, ANSWER, NOW).reason == "interval 30m"
    own = policy.schedule(bare, make_source(interval=HOUR / 2), polling, ANSWER, NOW)
    assert own.reason == "interval 30m"


def test_a_304_keeps_what_the_feed_asked_for() -> None:
    """Ttl stands in the feed: it holds also when the feed is not sent again."""
    state = replace(KNOWN, hints=PollHints(ttl=3 * HOUR))
    after = policy.schedule(state, SOURCE, POLLING, NotModified(SOURCE.url), NOW)
    assert after.reason == "ttl 3h over interval 1h"
    assert after.next_poll >= NOW + 3 * HOUR


def test_skipped_hours_are_left_alone() -> None:
    """Nobody comes in an hour that the feed excludes, nor all at once when it is over."""
    hints = PollHints(skip_hours=tuple(range(13, 18)))
    ends = {
        policy.schedule(
            replace(KNOWN, hints=hints), make_source(f"s{n}"), POLLING, ANSWER, NOW
        ).next_poll
        for n in range(20)
    }
    assert all(end.hour == 18 for end in ends)
    assert len({end.minute for end in ends}) > 10
    assert plan(replace(KNOWN, hints=hints)).reason == "skipHours and skipDays over interval 1h"


def test_those_who_were_kept_out_come_from_the_first_minute_on() -> None:
    """The three quarters of an hour that they are spread over begin with the hour."""
    hints = PollHints(skip_hours=(13,))
    at = NOW.replace(hour=13, minute=20, second=7, microsecond=5)
    begin = NOW.replace(hour=14, minute=0, second=0, microsecond=0)
    for name in ("a", "b", "c"):
        due = leave_skipped(hints, name, at, at + DAY)
        assert due == begin + timedelta(minutes=45) * share(name)


@pytest.mark.parametrize(
    "name", ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
)
def test_every_day_of_the_week_can_be_skipped(name: str) -> None:
    """On a day that the feed excludes nobody comes, on the six others everybody does."""
    hints = PollHints(skip_days=(name,))
    week = [NOW.replace(hour=12) + day * DAY for day in range(7)]
    kept_out = [at for at in week if leave_skipped(hints, "a", at, at + DAY) != at]
    assert [f"{at:%A}" for at in kept_out] == [name]


def test_skipped_days_are_left_alone_for_a_day_at_most() -> None:
    """2023-09-21 is a Thursday; a feed that excludes every day is not believed."""
    friday = PollHints(skip_days=("Friday",))
    late = NOW.replace(hour=23, minute=30)
    after = plan(replace(KNOWN, hints=friday), late)
    assert (after.next_poll - late) <= DAY
    state = replace(KNOWN, hints=PollHints(skip_days=("Thursday",)))
    assert plan(state).next_poll.day == 22
    saturday = NOW + 2 * DAY
    weekend = replace(KNOWN, hints=PollHints(skip_days=("saturday", "Sunday")))
    assert plan(weekend, saturday).next_poll == saturday + DAY
    never = PollHints(skip_hours=tuple(range(24)))
    assert plan(replace(KNOWN, hints=never)).reason == "interval 1h"


def test_the_second_poll_spreads_those_that_began_together() -> None:
    """A thousand new sources come back over a whole interval, half of it earlier, half later."""
    first = replace(KNOWN, rhythm=Rhythm(polls=1))
    waits = [
        policy.schedule(first, make_source(f"s{n}"), POLLING, ANSWER, NOW).next_poll - NOW
        for n in range(1000)
    ]
    assert min(waits) >= POLLING.min_interval
    assert max(waits) <= 1.5 * HOUR
    minutes = [wait // timedelta(minutes=1) for wait in waits]
    assert max(minutes.count(minute) for minute in set(minutes)) < 40


@pytest.mark.parametrize(
    ("polls", "own", "ttl", "begin", "width"),
    [
        (1, None, None, 30, 60),
        (1, 2 * HOUR, None, 120, 60),
        (1, None, 4 * HOUR, 240, 30),
        (1, None, 10 * HOUR, 600, 60),
        (9, None, None, 60, 6),
        (9, 2 * HOUR, None, 120, 12),
        (9, None, 4 * HOUR, 240, 24),
    ],
)
def test_a_wait_is_spread_by_the_source_s_own_share(
    polls: int, own: timedelta | None, ttl: timedelta | None, begin: int, width: int
) -> None:
    """In minutes: where the range of the wait begins for all, and how wide it is."""
    state = replace(KNOWN, rhythm=Rhythm(polls=polls), hints=PollHints(ttl=ttl))
    for name in ("a", "b", "c"):
        source = make_source(name, interval=own)
        due = policy.schedule(state, source, POLLING, ANSWER, NOW).next_poll
        wanted = timedelta(minutes=begin) + timedelta(minutes=width) * share(name)
        assert abs(due - NOW - wanted) < timedelta(milliseconds=1)


def test_a_wish_is_a_reason_only_where_it_is_longer() -> None:
    """A feed that asks for what is done anyway does not decide it."""
    assert plan(replace(KNOWN, hints=PollHints(ttl=HOUR))).reason == "interval 1h"
    assert plan(replace(KNOWN, hints=PollHints(ttl=2 * HOUR))).reason == "ttl 2h over interval 1h"


def test_the_poll_after_a_complete_answer_knows_its_entries() -> None:
    """What was just read counts for the very next poll."""
    times = [NOW - 8 * HOUR * number for number in range(1, 11)]
    judged = policy.judge(KNOWN, SOURCE, POLLING, ANSWER, None, parser="p", now=NOW)
    after = policy.learn_from(judged, SOURCE, POLLING, ANSWER, fresh=times, dates=times, now=NOW)
    assert judged.reason == "interval 1h"
    assert after.reason.startswith("rhythm ")


def test_a_thousand_new_sources_take_turns_by_their_hosts() -> None:
    """Those that were asked before never wait; a host counts once."""
    old = (make_source("old"), replace(KNOWN, last_poll=NOW))
    many = [(make_source(f"s{n}"), policy.start_state(SOURCE, NOW)) for n in range(100)]
    shared = [
        (make_source(f"t{n}", url="https://s0.example/"), policy.start_state(SOURCE, NOW))
        for n in range(10)
    ]
    taken, others_wait = policy.take_turns([*many, *shared, old], 50, 1, NOW)
    assert (len(taken), others_wait) == (61, True)
    assert taken[-1] == old
    assert policy.take_turns([old], 50, 1, NOW) == ([old], False)


@pytest.mark.parametrize("polls", [1, 9])
@pytest.mark.parametrize("name", [f"s{n}" for n in range(20)])
def test_no_jitter_leads_beyond_half_of_the_window(name: str, polls: int) -> None:
    """Nothing turns over unseen, whatever a source's own share; its own interval is its own."""
    rhythm = Rhythm(polls=polls, window=4 * HOUR)
    polling = replace(POLLING, interval=12 * HOUR)
    source = make_source(name)
    state = replace(policy.start_state(source, NOW), rhythm=rhythm, etag='"1"', last_kind="ok")
    result = NotModified(source.url)
    assert policy.schedule(state, source, polling, result, NOW).next_poll <= NOW + 2 * HOUR
    own = replace(source, interval=12 * HOUR)
    assert policy.schedule(state, own, polling, result, NOW).next_poll >= NOW + 12 * HOUR


def test_of_new_sources_the_first_hosts_have_their_turn() -> None:
    """In the order of the configuration; sources of a host that has it go along."""
    shared = [make_source(f"t{n}", url="https://one.example/") for n in range(3)]
    many = [make_source(f"s{n}", url=f"https://s{n}.example/") for n in range(9)]
    taken = policy.take_hosts(iter([*shared, *many]), 3)
    assert [source.id for source in taken] == ["t0", "t1", "t2", "s0", "s1"]
    assert policy.take_hosts(many, 50) == many


def test_the_spacing_of_a_domain_has_a_jitter_of_its_own() -> None:
    """Never shorter than the setting, at most a quarter longer, another each time."""
    polling = replace(POLLING, host_spacing=timedelta(seconds=8))
    spans = [policy.find_spacing(polling, "paper.example", turn) for turn in range(50)]
    assert all(timedelta(seconds=8) <= span <= timedelta(seconds=10) for span in spans)
    assert len(set(spans)) == 50
    assert spans[7] == policy.find_spacing(polling, "paper.example", 7)


def test_who_comes_due_in_a_full_minute_waits_for_the_next_one() -> None:
    """What has waited for a minute, as after a night without the daemon, goes at once."""
    punctual = [
        (make_source(f"s{n}"), replace(KNOWN, last_poll=NOW - HOUR, next_poll=NOW))
        for n in range(12)
    ]
    late = (SOURCE, replace(KNOWN, last_poll=NOW - HOUR, next_poll=NOW - HOUR / 60))
    taken, others_wait = policy.take_turns([*punctual, late], 50, 10, NOW)
    assert (len(taken), others_wait) == (11, True)
    assert taken[-1] == late
    assert policy.take_turns(punctual, 50, 0, NOW + HOUR / 60) == (punctual, False)


def test_a_minute_holds_half_as_many_again_as_all_sources_bring() -> None:
    """200 sources each half an hour bring 6.7 a minute; a few sources have room all the same."""
    assert policy.count_a_minute(200, POLLING) == 10
    assert policy.count_a_minute(17, POLLING) == 5
    often = replace(POLLING, min_interval=timedelta(seconds=2))
    assert policy.count_a_minute(8, often) == 360


_TIMES = st.lists(st.integers(0, 40_000).map(lambda minutes: NOW - timedelta(minutes=minutes)))
_HINTS = st.builds(
    PollHints,
    ttl=st.none() | st.timedeltas(timedelta(0), timedelta(days=3)),
    skip_hours=st.lists(st.integers(0, 23), max_size=24).map(tuple),
    skip_days=st.lists(st.sampled_from(["Monday", "Friday", "Sunday"])).map(tuple),
)


@given(
    _TIMES,
    _HINTS,
    st.integers(0, 5),
    st.sampled_from(["ok", *Failure]),
    st.integers(0, 3),
    st.booleans(),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_bounds_hold_for_any_rhythm_and_hint(  # noqa: PLR0913, PLR0917 - all that scheduling knows
    times: list[datetime],
    hints: PollHints,
    failures: int,
    kind: str,
    polls: int,
    validated: bool,  # noqa: FBT001 - drawn
    later: timedelta,
) -> None:
    """The wait lies within the bounds and above every floor, skipped hours a floor among them."""
    now = NOW + later
    rhythm = policy.measure_window(policy.learn(Rhythm(polls=polls), times, now), times)
    state = replace(
        KNOWN,
        rhythm=rhythm,
        hints=hints,
        failures=failures,
        last_kind=kind,
        etag='"1"' if validated else None,
    )
    after = policy.schedule(state, SOURCE, POLLING, ANSWER, now)
    assert after == policy.schedule(after, SOURCE, POLLING, ANSWER, now)
    asked = max(min(hints.ttl or timedelta(), DAY), timedelta(0) if validated else HOUR)
    wait = after.next_poll - now
    assert max(POLLING.min_interval, asked) <= wait
    assert wait <= max(POLLING.max_interval, asked)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 1), (10, 1), (89, 1), (91, 2), (3600, 60)])
def test_a_span_is_rounded_to_minutes(seconds: int, minutes: int) -> None:
    """Nobody is asked more often than each minute, nor learned to the second."""
    assert round_span(timedelta(seconds=seconds)) == timedelta(minutes=minutes)


def test_nobody_guesses_further_than_two_days() -> None:
    """A source that nearly never writes is not waited for without end."""
    silent = Rhythm(polls=9, learned=NOW, days=3_000.0, hours=(0.5,) * 24, weekdays=(1.8,) * 7)
    assert policy.guess_interval(silent, NOW, 0) == 2 * DAY
