"""When a source is asked next, and what one exchange with it means."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import policy
from aggregator.core.model import (
    Failed,
    Failure,
    Fetched,
    FetchResult,
    FetchState,
    Hop,
    NotModified,
    ParsedFeed,
    ParseFailed,
    ParseResult,
    PollHints,
    RawItem,
    Rhythm,
)
from aggregator.core.model.feed import FeedHead
from aggregator.core.settings import PollingSettings
from tests.core.make import NOW, make_source

POLLING = PollingSettings()
SOURCE = make_source()
HOUR = timedelta(hours=1)
FEED = ParsedFeed("rss20", FeedHead("Hetq"), (RawItem(), RawItem()))
START = policy.start_state(SOURCE, NOW)
OLD = replace(
    START,
    etag='"old"',
    last_modified="old date",
    body_digest=policy.digest_body(b"old"),
    parser="p1",
    last_kind="ok",
    moved_to="https://moved.example/",
    items=3,
)


def judge(
    state: FetchState, result: FetchResult, parsed: ParseResult | None = None, parser: str = "p1"
) -> FetchState:
    """The state after an answer, with what most tests have in common."""
    return policy.judge(state, SOURCE, POLLING, result, parsed, parser=parser, now=NOW)


def fetched(
    body: bytes = b"new", hops: tuple[Hop, ...] = (), max_age: timedelta | None = None
) -> Fetched:
    """A complete 200 with new validators."""
    return Fetched(
        SOURCE.url, body, etag='"new"', last_modified="new date", hops=hops, max_age=max_age
    )


def test_a_new_source_is_due_at_once() -> None:
    """A source that was never asked is due at once."""
    assert policy.is_due(START, POLLING, NOW)
    assert not policy.is_due(START, POLLING, NOW - HOUR)


@pytest.mark.parametrize(
    ("result", "parsed"),
    [
        (fetched(), FEED),
        (fetched(), None),
        (NotModified(SOURCE.url), None),
        (Failed(Failure.DNS, "x"), None),
    ],
)
def test_every_poll_is_counted(result: FetchResult, parsed: ParseResult | None) -> None:
    """Whatever came of it, a poll is one more that was judged."""
    assert judge(OLD, result, parsed).rhythm.polls == OLD.rhythm.polls + 1


@pytest.mark.parametrize("result", [fetched(b"old"), NotModified(SOURCE.url)])
def test_silence_is_learned_from(result: FetchResult) -> None:
    """An unchanged answer ages what was learned, where anything was; how it came is said."""
    day_ago = NOW - timedelta(days=1)
    learned = replace(OLD, rhythm=Rhythm(polls=9, learned=day_ago, days=5.0, hours=(1.0,) * 24))
    after = judge(learned, result)
    assert after.rhythm.learned == NOW
    assert after.rhythm.days > 5.0
    assert after.rhythm.hours[0] < 1.0
    assert judge(OLD, result).rhythm.learned is None
    assert after.body_digest == OLD.body_digest
    said = "the same body" if isinstance(result, Fetched) else "not modified"
    assert said in after.last_detail


def test_a_time_that_no_rule_gives_is_not_waited_for() -> None:
    """A clock that was years ahead once costs a source no years; the longest wait is kept."""
    lost = replace(OLD, next_poll=NOW + timedelta(days=3650))
    assert policy.is_due(lost, POLLING, NOW)
    claimed = policy.claim(lost, POLLING, NOW)
    assert NOW < claimed.next_poll < NOW + timedelta(days=8)
    longest = judge(OLD, Failed(Failure.UNAVAILABLE, "", retry_after=timedelta(days=30)))
    assert not policy.is_due(longest, POLLING, NOW)
    assert policy.is_due(longest, POLLING, longest.next_poll)
    patient = replace(POLLING, max_interval=timedelta(days=30))
    assert not policy.is_due(replace(OLD, next_poll=NOW + timedelta(days=20)), patient, NOW)


# What an answer means ---------------------------------------------------------


def test_a_read_body_replaces_validators_and_clears_failures() -> None:
    """A complete 200 that is a feed replaces the validators and ends a row of failures."""
    before = replace(OLD, failures=4, body_failure=Failure.HTML, body_detail="a page")
    after = judge(before, fetched(), FEED, "p2")
    assert (after.etag, after.last_modified) == ('"new"', "new date")
    assert (after.failures, after.last_ok, after.last_poll) == (0, NOW, NOW)
    assert (after.last_kind, after.last_status, after.items) == ("ok", 200, 2)
    assert (after.body_failure, after.body_detail, after.parser) == (None, "", "p2")


@pytest.mark.parametrize("kind", [Failure.EMPTY, Failure.HTML, Failure.NOT_XML, Failure.NOT_A_FEED])
def test_an_unreadable_body_replaces_validators_too(kind: Failure) -> None:
    """A complete 200 replaces the validators also when it is no feed; the failure is kept."""
    after = judge(OLD, fetched(b""), ParseFailed(kind, "no feed"), "p2")
    assert (after.etag, after.last_modified) == ('"new"', "new date")
    assert after.body_digest == policy.digest_body(b"")
    assert (after.body_failure, after.body_detail, after.parser) == (kind, "no feed", "p2")
    assert (after.last_kind, after.failures, after.last_ok) == (kind, 1, None)


def test_a_body_without_validators_clears_the_old_ones() -> None:
    """Validators that a complete 200 does not carry are gone, not kept."""
    after = judge(OLD, Fetched(SOURCE.url, b"new"), FEED)
    assert (after.etag, after.last_modified) == (None, None)


def test_a_304_confirms_a_failure_and_counts() -> None:
    """A 304 to a body that could not be read is the same failure again."""
    failed = judge(OLD, fetched(b""), ParseFailed(Failure.EMPTY, "nothing"))
    again = judge(failed, NotModified(SOURCE.url))
    assert (again.last_kind, again.failures) == (Failure.EMPTY, 2)
    assert again.last_detail == "nothing (not modified)"
    assert again.last_ok is None


def test_a_304_renews_only_the_validators_it_carries() -> None:
    """A 304 replaces the validators that it carries and keeps the others."""
    after = judge(OLD, NotModified(SOURCE.url, etag='"renewed"'))
    assert (after.etag, after.last_modified) == ('"renewed"', "old date")
    assert (after.last_kind, after.last_status, after.last_ok) == ("unchanged", 304, NOW)
    assert judge(OLD, NotModified(SOURCE.url, last_modified="x")).etag == '"old"'


@pytest.mark.parametrize("kind", list(Failure))
def test_a_failure_replaces_nothing_that_was_learned(kind: Failure) -> None:
    """An incomplete body or any other failure keeps validators, body, parser and move."""
    after = judge(OLD, Failed(kind, "why", status=500), parser="p2")
    kept = ("etag", "last_modified", "body_digest", "parser", "body_failure", "moved_to", "items")
    assert [getattr(after, name) for name in kept] == [getattr(OLD, name) for name in kept]
    assert (after.last_kind, after.last_detail, after.last_status) == (kind, "why", 500)
    assert after.failures == 1


def test_a_body_seen_before_is_not_read_again() -> None:
    """The same bytes for the same parser need no reading, and count as unchanged."""
    assert policy.is_same_body(OLD, fetched(b"old"), "p1")
    assert not policy.is_same_body(OLD, fetched(b"new"), "p1")
    assert not policy.is_same_body(OLD, fetched(b"old"), "p2")
    after = judge(OLD, fetched(b"old"))
    assert (after.last_kind, after.etag, after.items) == ("unchanged", '"new"', 3)


def test_a_failed_body_seen_again_is_the_same_failure() -> None:
    """The same unreadable bytes confirm their failure without a reading."""
    failed = judge(OLD, fetched(b""), ParseFailed(Failure.EMPTY, "nothing"))
    again = judge(failed, fetched(b""))
    assert (again.last_kind, again.failures) == (Failure.EMPTY, 2)


@pytest.mark.parametrize("kind", [Failure.PARSE_CRASH, Failure.PARSE_DEADLINE])
def test_a_failure_of_the_machine_gets_a_second_reading(kind: Failure) -> None:
    """What may be this machine's fault is asked for once more without validators."""
    failed = judge(OLD, fetched(), ParseFailed(kind, "slow"))
    assert not policy.asks_conditionally(failed, SOURCE, "p1")
    assert not policy.is_same_body(failed, fetched(), "p1")
    again = judge(failed, fetched(), ParseFailed(kind, "slow"))
    assert policy.asks_conditionally(again, SOURCE, "p1")


def test_a_second_reading_is_owed_whatever_failed_before_and_in_between() -> None:
    """Failures of the network use no reading up; another body is owed one of its own."""
    slow = ParseFailed(Failure.PARSE_DEADLINE, "slow")
    lost = Failed(Failure.CONNECT, "refused")
    failed = judge(judge(judge(OLD, lost), lost), fetched(), slow)
    assert failed.failures == 3
    assert not policy.asks_conditionally(failed, SOURCE, "p1")
    waiting = judge(failed, lost)
    assert not policy.asks_conditionally(waiting, SOURCE, "p1")
    assert not policy.asks_conditionally(judge(waiting, fetched(b"other"), slow), SOURCE, "p1")
    assert policy.asks_conditionally(judge(waiting, fetched(), slow), SOURCE, "p1")
    assert judge(waiting, fetched(), FEED).body_digest == policy.digest_body(b"new")


def test_a_304_to_a_second_reading_ends_the_asking() -> None:
    """Some servers answer 304 to any request: they are not asked for everything for ever."""
    failed = judge(OLD, fetched(), ParseFailed(Failure.PARSE_CRASH, "died"))
    stubborn = judge(failed, NotModified(SOURCE.url))
    assert policy.asks_conditionally(stubborn, SOURCE, "p1")
    assert (stubborn.last_kind, stubborn.failures) == (Failure.PARSE_CRASH, 2)
    assert not policy.is_same_body(stubborn, fetched(), "p1")


def test_a_new_parser_may_ask_once_without_validators() -> None:
    """A body that an older parser could not read is asked for unconditionally, once."""
    failed = judge(OLD, fetched(), ParseFailed(Failure.NOT_XML, "broken"), "p1")
    assert policy.asks_conditionally(failed, SOURCE, "p1")
    assert not policy.asks_conditionally(failed, SOURCE, "p2")
    read_again = judge(failed, fetched(), ParseFailed(Failure.NOT_XML, "broken"), "p2")
    assert policy.asks_conditionally(read_again, SOURCE, "p2")
    stubborn = judge(failed, NotModified(SOURCE.url), parser="p2")
    assert policy.asks_conditionally(stubborn, SOURCE, "p2")


def test_a_new_parser_asks_conditionally_where_all_was_well() -> None:
    """A readable body is no reason for an unconditional request; seen again it is read anew."""
    assert policy.asks_conditionally(OLD, SOURCE, "p2")
    after = judge(OLD, NotModified(SOURCE.url), parser="p2")
    assert not policy.is_same_body(after, fetched(b"old"), "p2")


def test_another_address_drops_validators_and_is_due_at_once() -> None:
    """What belongs to another URL is neither sent nor waited for."""
    later = replace(OLD, next_poll=NOW + HOUR, stopped=True, last_ok=NOW, head=FeedHead("Hetq"))
    moved = make_source(url="https://new.example/rss")
    assert not policy.asks_conditionally(later, moved, "p1")
    adopted = policy.adopt_address(later, moved, NOW)
    assert (adopted.etag, adopted.last_modified, adopted.body_digest) == (None, None, None)
    assert (adopted.url, adopted.reason) == (moved.url, "address changed")
    assert (adopted.last_ok, adopted.head) == (NOW, FeedHead("Hetq"))
    assert policy.is_due(adopted, POLLING, NOW)
    assert policy.adopt_address(later, SOURCE, NOW) is later


def test_410_stops_until_a_complete_answer() -> None:
    """A source that is gone is never due, whatever fails after, until it answers again."""
    gone = judge(OLD, Failed(Failure.GONE, "gone", status=410))
    assert gone.stopped
    assert gone.reason.startswith("stopped: the source answered 410 Gone")
    assert not policy.is_due(gone, POLLING, NOW + timedelta(days=400))
    asked = judge(gone, Failed(Failure.UNAVAILABLE, "busy", status=503))
    assert asked.stopped
    back = judge(asked, fetched(), FEED)
    assert not back.stopped
    assert policy.is_due(back, POLLING, back.next_poll)


@pytest.mark.parametrize(
    ("statuses", "target"),
    [
        ((), None),
        ((301,), "1"),
        ((308, 301), "2"),
        ((301, 302), "1"),
        ((301, 302, 301), "1"),
        ((302, 301), None),
        ((307,), None),
        ((303,), None),
    ],
)
@pytest.mark.parametrize("answer", ["200", "304"])
def test_a_move_is_an_unbroken_run_of_permanent_redirects(
    statuses: tuple[int, ...], target: str | None, answer: str
) -> None:
    """Only 301 and 308 from the first hop on say where a source has moved."""
    hops = tuple(Hop(status, str(place)) for place, status in enumerate(statuses, start=1))
    result = fetched(hops=hops) if answer == "200" else NotModified(SOURCE.url, hops=hops)
    assert judge(OLD, result, FEED if answer == "200" else None).moved_to == target


# When it is asked next --------------------------------------------------------


def test_a_claim_never_comes_earlier() -> None:
    """A request that is announced keeps its source quiet at least as long as was planned."""
    claimed = policy.claim(START, POLLING, NOW)
    assert (claimed.next_poll, claimed.claimed) == (NOW + POLLING.min_interval, NOW)
    assert claimed.reason == "being asked now, or the answer was lost"
    late = replace(START, next_poll=NOW + 9 * HOUR)
    assert policy.claim(late, POLLING, NOW).next_poll == NOW + 9 * HOUR
    assert judge(claimed, fetched(), FEED).claimed is None
    slow = replace(START, hints=PollHints(ttl=9 * HOUR))
    assert policy.claim(slow, POLLING, NOW).next_poll == NOW + 9 * HOUR


@pytest.mark.parametrize(
    ("interval", "failures", "hints", "result", "least", "reason"),
    [
        (None, 0, {}, fetched(), 1, "interval 1h"),
        ("30m", 0, {"ttl": HOUR}, fetched(), 1, "ttl 1h over interval 30m"),
        ("2h", 0, {"ttl": HOUR}, fetched(), 2, "interval 2h"),
        ("30m", 0, {"update_period": 3 * HOUR}, fetched(), 3, "updatePeriod 3h over interval 30m"),
        ("30m", 0, {}, fetched(max_age=2 * HOUR), 2, "max-age 2h over interval 30m"),
        ("30m", 0, {}, NotModified("", max_age=2 * HOUR), 2, "max-age 2h over interval 30m"),
        ("30m", 0, {}, fetched(max_age=99 * HOUR), 24, "max-age 24h over interval 30m"),
        ("30m", 0, {"ttl": 99 * HOUR}, fetched(), 24, "ttl 24h over interval 30m"),
        ("10m", 0, {}, fetched(), 0.5, "min_interval 30m over interval 10m"),
        ("48h", 0, {}, fetched(), 24, "max_interval 24h over interval 2d"),
        ("30m", 1, {}, Failed(Failure.DNS, ""), 1, "back-off 1h after 2 failures"),
        ("30m", 2, {}, Failed(Failure.DNS, ""), 2, "back-off 2h after 3 failures"),
        ("30m", 3, {}, Failed(Failure.DNS, ""), 4, "back-off 4h after 4 failures"),
        ("30m", 90, {}, Failed(Failure.DNS, ""), 24, "back-off 24h after 91 failures"),
        (
            "48h", 3, {}, Failed(Failure.DNS, ""), 24,
            "max_interval 24h over back-off 2d after 4 failures",
        ),
        (
            "30m", 0, {"ttl": HOUR}, Failed(Failure.THROTTLED, "", retry_after=72 * HOUR), 72,
            "Retry-After 3d over back-off 1h after a failure (throttled)",
        ),
        (
            "30m", 90, {}, Failed(Failure.THROTTLED, "", retry_after=999 * HOUR), 168,
            "Retry-After 7d over back-off 24h after 91 failures",
        ),
    ],
)  # fmt: skip
def test_the_next_poll_and_its_reason(
    interval: str | None,
    failures: int,
    hints: dict[str, Any],
    result: FetchResult,
    least: float,
    reason: str,
) -> None:
    """The longest of interval, back-off and what the publisher asks for wins and is named."""
    spans = {"10m": HOUR / 6, "30m": HOUR / 2, "2h": 2 * HOUR, "48h": 48 * HOUR}
    source = make_source(interval=spans[interval] if interval else None)
    state = replace(OLD, failures=failures, hints=PollHints(**hints), rhythm=Rhythm(polls=9))
    parsed = replace(FEED, hints=state.hints) if isinstance(result, Fetched) else None
    after = policy.judge(state, source, POLLING, result, parsed, parser="p1", now=NOW)
    assert after.reason == reason
    assert least * HOUR <= after.next_poll - NOW <= least * HOUR * (1 + policy.JITTER)


def test_sources_do_not_come_in_herds() -> None:
    """Two sources with one interval are asked at different times, each always at its own."""
    ends = {
        policy.schedule(OLD, make_source(f"s{n}"), POLLING, fetched(), NOW).next_poll
        for n in (1, 2, 3, 1)
    }
    assert len(ends) == 3


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0s"), (45, "45s"), (60, "1m"), (90, "90s"), (1800, "30m"), (3600, "1h"),
        (5400, "90m"), (86_400, "24h"), (129_600, "36h"), (172_800, "2d"), (259_200, "3d"),
    ],
)  # fmt: skip
def test_spans_are_said_as_the_configuration_spells_them(seconds: int, said: str) -> None:
    """A span is said in its largest whole unit; a single day is 24h."""
    assert policy.say_span(timedelta(seconds=seconds)) == said


_SPANS = st.none() | st.timedeltas(timedelta(days=-1), timedelta(days=30))
_HINTS = st.builds(PollHints, ttl=_SPANS, update_period=_SPANS)
_ANSWERS = st.one_of(
    st.tuples(
        st.builds(fetched, st.binary(max_size=2), max_age=_SPANS.map(lambda span: span or HOUR)),
        st.none()
        | st.builds(lambda hints: replace(FEED, hints=hints), _HINTS)
        | st.builds(
            ParseFailed, st.sampled_from([Failure.EMPTY, Failure.PARSE_CRASH]), st.just("")
        ),
    ),
    st.tuples(st.builds(NotModified, st.just(SOURCE.url), max_age=_SPANS), st.none()),
    st.tuples(
        st.builds(Failed, st.sampled_from(Failure), st.just(""), retry_after=_SPANS), st.none()
    ),
)


@given(
    st.lists(_ANSWERS, min_size=1, max_size=6),
    st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=9)),
    st.timedeltas(timedelta(minutes=1), timedelta(hours=2)),
)
def test_the_delay_always_keeps_its_bounds(
    answers: list[tuple[FetchResult, ParseResult | None]],
    interval: timedelta | None,
    least: timedelta,
) -> None:
    """Whatever happened, the next poll lies ahead, within the bounds and the publisher's floor."""
    source, polling = make_source(interval=interval), replace(POLLING, min_interval=least)
    state = policy.start_state(source, NOW)
    for result, parsed in answers:
        claimed = policy.claim(state, polling, NOW)
        assert claimed.next_poll >= state.next_poll
        state = policy.judge(claimed, source, polling, result, parsed, parser="p", now=NOW)
        floor = _read_floor(state, result)
        delay = state.next_poll - NOW
        assert delay > timedelta()
        assert delay <= max(polling.max_interval, floor)
        assert state.stopped or delay >= max(least, floor)
        assert (state.failures == 0) == (state.last_kind in {"ok", "unchanged"})


def _read_floor(state: FetchState, result: FetchResult) -> timedelta:
    """What the publisher asks for, told again in other words."""
    retry = result.retry_after if isinstance(result, Failed) else None
    age = None if isinstance(result, Failed) else result.max_age
    hints = [span for span in (age, state.hints.ttl, state.hints.update_period) if span]
    asked = [min(span, timedelta(hours=24)) for span in hints]
    return max([timedelta(), *asked, min(retry or timedelta(), timedelta(days=7))])


def test_changed_settings_of_a_source_have_its_body_read_again() -> None:
    """Another zone, language or number of items voids the body that was read, not the address."""
    source = make_source()
    before = policy.name_reading("p 1", source)
    state = replace(policy.start_state(source, NOW), parser=before, etag='"1"')
    assert policy.asks_conditionally(state, source, before)
    assert policy.asks_conditionally(state, source, policy.name_reading("p 2", source))
    for change in ({"timezone": "Asia/Yerevan"}, {"language": "hy"}, {"max_items": 3}):
        after = policy.name_reading("p 1", replace(source, **change))
        assert after != before
        assert not policy.asks_conditionally(state, source, after)
