"""When a source is asked next, and the reason that won.

The wait that we would choose (the source's interval, its rhythm, a back-off)
lies within [min_interval, max_interval]; what the publisher asks for is a floor
above it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.core.gaps import shorten
from aggregator.core.model import Failure, FetchResult, FetchState, Source
from aggregator.core.policy.floors import HINT_LIMIT, RETRY_AFTER_LIMIT, leave_skipped, read_floor
from aggregator.core.policy.rhythm import guess_interval
from aggregator.core.policy.spans import round_span, say_span, share
from aggregator.core.settings import PollingSettings

JITTER = 0.1
"""The most that is added to a wait, always the same share for a source."""
_STAGGER = timedelta(minutes=30)
_REFUSED = frozenset({Failure.THROTTLED, Failure.UNAVAILABLE, Failure.CHALLENGE, Failure.FORBIDDEN})
"""The server asks us to come less often, or not at all."""
_MISSING = frozenset(
    {Failure.NOT_FOUND, Failure.HTML, Failure.NOT_A_FEED, Failure.BLOCKED, Failure.REDIRECT}
)
"""What waits for a person; asking again soon helps nobody."""
_MOST_GROWTH = 10


def find_latest(polling: PollingSettings, now: datetime) -> datetime:
    """The latest time that `schedule` could give; every other hint is shorter than Retry-After."""
    return now + max(polling.max_interval, RETRY_AFTER_LIMIT) * (1 + JITTER)


def schedule(
    state: FetchState,
    source: Source,
    polling: PollingSettings,
    result: FetchResult,
    now: datetime,
) -> FetchState:
    """The state with its next poll and the reason for it.

    The same state, result and time give the same next poll, however often it is asked for.
    """
    if state.stopped:
        # Never due; the time is moved on all the same, so that it does not look missed.
        gone = (
            "stopped: the source answered 410 Gone; give it another url, or take it out of the"
            " configuration"
        )
        return replace(state, next_poll=now + polling.max_interval, reason=gone)
    base, why = _bound(*_choose_wait(state, source, polling, now), polling)
    floor, asked = read_floor(state, source, result)
    if floor > base:
        why = f"{asked} over {why}"
    lower = max(polling.min_interval, floor)
    upper = max(_find_latest_wait(state, source, polling), lower)
    delay = min(max(_spread(state, source, base, floor), lower), upper)
    at = now + delay
    later = leave_skipped(state.hints, source.id, at, now + max(HINT_LIMIT, delay))
    if later > at:
        why = f"skipHours and skipDays over {why}"
    return replace(state, next_poll=later, reason=why)


def _find_latest_wait(state: FetchState, source: Source, polling: PollingSettings) -> timedelta:
    """The most that we would wait, jitter included: no longer than half of the feed's window.

    Unless the source's own interval says otherwise, or it fails.
    """
    window = state.rhythm.window
    if window is None or source.interval is not None or state.failures:
        return polling.max_interval
    return min(polling.max_interval, round_span(window / 2))


def _spread(state: FetchState, source: Source, base: timedelta, floor: timedelta) -> timedelta:
    """The wait with the source's own share of the jitter.

    All sources that are new begin together: their second poll comes anywhere
    between half of the wait and one and a half of it, or within half an hour of
    what the publisher asks, and they never meet again.
    A source's own interval is never cut short: there it is between one and one
    and a half.
    """
    part = share(source.id)
    if state.rhythm.polls == 1:
        early = 0.5 if source.interval is None else 1.0
        late = max(floor * JITTER, min(floor / 2, _STAGGER))
        return max(base * (early + (1.5 - early) * part), floor + late * part)
    return max(base, floor) * (1 + JITTER * part)


def _choose_wait(
    state: FetchState, source: Source, polling: PollingSettings, now: datetime
) -> tuple[timedelta, str]:
    """The wait that we would choose, and its name."""
    wait, why = _find_interval(state, source, polling, now)
    grown = wait * _grow(state)
    if grown <= wait:
        return wait, why
    delay = max(wait, min(grown, polling.max_interval))
    times = f"{state.failures} failures" if state.failures > 1 else f"a failure ({state.last_kind})"
    return delay, f"back-off {say_span(delay)} after {times}"


def _grow(state: FetchState) -> int:
    """By how much a wait grows with the failures in a row, by the kind of the last one."""
    if not state.failures:
        return 1
    steps = min(state.failures, _MOST_GROWTH)
    if state.last_kind in _REFUSED:
        return int(2**steps)
    return int((4 if state.last_kind in _MISSING else 2) ** (steps - 1))


def _find_interval(
    state: FetchState, source: Source, polling: PollingSettings, now: datetime
) -> tuple[timedelta, str]:
    """The source's own interval as it is given, else the rhythm learned, else the first guess.

    Where it is ours to choose, it is at most half of what the feed's document
    covers at its busiest: nothing may turn over unseen. Where something did, a
    gap, it is half as long for a week.
    """
    if source.interval is not None:
        return source.interval, f"interval {say_span(source.interval)}"
    learned = guess_interval(state.rhythm, now, share(source.id))
    wait, why = polling.interval, f"interval {say_span(polling.interval)}"
    if learned is not None:
        wait, why = learned, f"rhythm {say_span(learned)}"
    window = state.rhythm.window
    if window is not None and window / 2 < wait:
        half = round_span(window / 2)
        wait, why = half, f"window {say_span(half)} over {why}"
    shorter = round_span(shorten(wait, state, now))
    return (shorter, f"gap {say_span(shorter)} over {why}") if shorter < wait else (wait, why)


def _bound(delay: timedelta, why: str, polling: PollingSettings) -> tuple[timedelta, str]:
    """The delay within its two bounds; a bound that wins is named, what it beat too."""
    if delay < polling.min_interval:
        return polling.min_interval, f"min_interval {say_span(polling.min_interval)} over {why}"
    if delay > polling.max_interval:
        return polling.max_interval, f"max_interval {say_span(polling.max_interval)} over {why}"
    return delay, why
