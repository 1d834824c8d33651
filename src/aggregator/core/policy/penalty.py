"""A refusal counts for all sources of a registrable domain: one server is behind them.

Publishers that host many feeds throttle by the client, not by the feed; each
source waiting for itself only is how bursts of 429 never heal (commafeed#2181).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.core.model import Failed, FetchResult, FetchState
from aggregator.core.policy.floors import RETRY_AFTER_LIMIT
from aggregator.core.policy.schedule import find_latest
from aggregator.core.policy.spans import share
from aggregator.core.settings import PollingSettings

_REFUSALS = frozenset({429, 503})
_SPREAD = timedelta(minutes=10)
"""Over so long those that were kept waiting come back."""
_MOST_GROWTH = 10


def find_rest(
    polling: PollingSettings, result: FetchResult, now: datetime, *, others: int = 0
) -> datetime | None:
    """Until when a domain is left alone after this answer; None unless it is a refusal.

    `others` counts its other sources that were refused since it last answered
    well: each doubles the wait. One source that is always refused does not make
    it longer, or it would starve those beside it.
    """
    if not isinstance(result, Failed) or result.status not in _REFUSALS:
        return None
    asked = min(result.retry_after or timedelta(), RETRY_AFTER_LIMIT)
    grown = min(polling.min_interval * (1 << min(others, _MOST_GROWTH)), polling.max_interval)
    return now + min(max(asked, grown, polling.min_interval), RETRY_AFTER_LIMIT)


def note_refusal(
    state: FetchState, polling: PollingSettings, result: FetchResult, now: datetime
) -> FetchState:
    """The state with how long a domain is to be left alone.

    After a refusal it is still to be named whose domain that is: a redirect may
    have led elsewhere. Any other answer leaves a rest that has not ended as it
    is, for the store keeps it here alone.
    """
    until = find_rest(polling, result, now)
    if until is None and state.rest_domain and state.rest_until and now < state.rest_until:
        return state
    return replace(state, rest_until=until, rest_domain=None)


def find_rests(
    states: Iterable[tuple[str | None, FetchState]], now: datetime
) -> dict[str, datetime]:
    """Until when each domain is left alone; those without a name (private hosts) never are."""
    rests: dict[str, datetime] = {}
    for domain, state in states:
        until = state.rest_until
        # One that lies further ahead than any rule puts it was written under a wrong clock.
        if domain is not None and until is not None and now < until <= now + RETRY_AFTER_LIMIT:
            rests[domain] = max(until, rests.get(domain, until))
    return rests


def postpone(
    state: FetchState, polling: PollingSettings, until: datetime, domain: str, now: datetime
) -> FetchState:
    """The state that waits for its domain, and says so; never shorter than for itself."""
    later = until + _SPREAD * share(state.source_id)
    return replace(
        state,
        next_poll=max(later, min(state.next_poll, find_latest(polling, now))),
        reason=f"its domain {domain} asked to wait until {until:%Y-%m-%d %H:%M} UTC",
    )
