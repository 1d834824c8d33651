"""A refusal counts for all sources of a registrable domain: one server is behind them.

Publishers that host many feeds throttle by the client, not by the feed; each
source waiting for itself only is how bursts of 429 never heal (commafeed#2181).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.core.model import Failed, FetchResult, FetchState
from aggregator.core.policy.floors import RETRY_AFTER_LIMIT
from aggregator.core.policy.spans import share
from aggregator.core.settings import PollingSettings

_REFUSALS = frozenset({429, 503})
_SPREAD = timedelta(minutes=10)
"""Over so long those that were kept waiting come back."""


def note_refusal(
    state: FetchState, polling: PollingSettings, result: FetchResult, now: datetime
) -> FetchState:
    """The state with how long its domain is to be left alone: None after any other answer."""
    if not isinstance(result, Failed) or result.status not in _REFUSALS:
        return replace(state, rest_until=None)
    asked = min(result.retry_after or timedelta(), RETRY_AFTER_LIMIT)
    return replace(state, rest_until=now + max(asked, polling.min_interval))


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


def postpone(state: FetchState, until: datetime, domain: str) -> FetchState:
    """The state that waits for its domain, and says so."""
    later = until + _SPREAD * share(state.source_id)
    return replace(
        state,
        next_poll=max(state.next_poll, later),
        reason=f"its domain {domain} asked to wait until {until:%Y-%m-%d %H:%M} UTC",
    )
