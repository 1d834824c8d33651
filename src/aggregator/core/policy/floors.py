"""What publishers ask of those who poll them: floors above all that we would like.

`ttl` and `sy:updatePeriod` stand in the feed, max-age and Expires (read as one
span) in the answer, Retry-After in a refusal. `skipHours` and `skipDays` name
hours (GMT) and days on which nobody should come.
"""

from datetime import UTC, datetime, timedelta

from aggregator.core.model import Failed, FetchResult, FetchState, PollHints, Source
from aggregator.core.policy.spans import say_span, share

HINT_LIMIT = timedelta(hours=24)
"""A max-age of 16 years has been seen in the wild (NetNewsWire, LocalAccountRefresher)."""
RETRY_AFTER_LIMIT = timedelta(days=7)
_UNVALIDATED = timedelta(hours=1)
"""Without validators each poll is the whole feed."""
_HOUR = timedelta(hours=1)
_ARRIVAL = timedelta(minutes=45)
"""How far those that were kept out of an hour are spread over the next one."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_floor(state: FetchState, source: Source, result: FetchResult) -> tuple[timedelta, str]:
    """The longest wait that is asked for, and in whose words; no wait where nobody asks."""
    none = timedelta()
    retry = (
        min(result.retry_after or none, RETRY_AFTER_LIMIT) if isinstance(result, Failed) else none
    )
    age = none if isinstance(result, Failed) else result.max_age or none
    asked = [
        (retry, "Retry-After"),
        (min(age, HINT_LIMIT), "max-age"),
        (min(state.hints.ttl or none, HINT_LIMIT), "ttl"),
        (min(state.hints.update_period or none, HINT_LIMIT), "updatePeriod"),
        (_UNVALIDATED if _has_no_validators(state, source) else none, "no validators"),
    ]
    floor, words = max(asked, key=lambda pair: pair[0])
    return floor, f"{words} {say_span(floor)}"


def _has_no_validators(state: FetchState, source: Source) -> bool:
    """Whether the last complete answer had none; a source's own interval is the operator's word."""
    answered = state.body_digest is not None
    return answered and source.interval is None and not (state.etag or state.last_modified)


def leave_skipped(hints: PollHints, source_id: str, at: datetime, latest: datetime) -> datetime:
    """The time, or the first one after it that lies in no skipped hour or day.

    Whoever was kept out does not come on the stroke of the hour. Nobody waits
    beyond `latest`; a feed that skips every hour or every day is not believed.
    """
    if not _is_skipped(hints, at) or _skips_all(hints):
        return at
    moved = _begin_hour(at)
    while moved <= latest:
        moved += _HOUR
        if not _is_skipped(hints, moved):
            return min(moved + _ARRIVAL * share(source_id), max(latest, at))
    return max(latest, at)


def _skips_all(hints: PollHints) -> bool:
    days = {name.lower() for name in hints.skip_days}
    return len(set(hints.skip_hours)) >= len(range(24)) or days.issuperset(_DAYS)


def _begin_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _is_skipped(hints: PollHints, at: datetime) -> bool:
    day = at.astimezone(UTC)
    skipped = {name.lower() for name in hints.skip_days}
    return day.hour in hints.skip_hours or _DAYS[day.weekday()] in skipped
