"""The record of polls: which slot of six hours a poll counts in, and what it counts as."""

from datetime import UTC, datetime, timedelta

from aggregator.core.model import Changes, FetchState, Tally

SLOT = timedelta(hours=6)
"""The hours of UTC are cut, not local ones: a clock that is changed makes no slot longer."""

SPAN = timedelta(days=7)
SLOTS = SPAN // SLOT
"""Of each source no more are kept: `/status` draws so many."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANSWERED = frozenset({"ok", "unchanged"})


def find_slot(now: datetime) -> datetime:
    """When the slot of a time began."""
    return _EPOCH + (now - _EPOCH) // SLOT * SLOT


def list_slots(now: datetime) -> tuple[datetime, ...]:
    """The slots of the last seven days, the oldest first; the last is the one of now."""
    last = find_slot(now)
    return tuple(last - SLOT * back for back in reversed(range(SLOTS)))


def find_oldest(now: datetime, keep: timedelta | None) -> datetime:
    """The slots before this time are to be forgotten; `keep` shortens the seven days."""
    oldest = list_slots(now)[0]
    return oldest if keep is None else max(oldest, find_slot(now - keep))


def count_poll(state: FetchState, changes: Changes, now: datetime) -> Tally:
    """What one judged poll counts as, `state` being the one after it."""
    failed = state.last_kind not in _ANSWERED
    same = state.last_kind == "unchanged"
    return Tally(
        state.source_id,
        find_slot(now),
        ok=int(not failed and not same),
        same=int(same),
        failed=int(failed),
        new=changes.new,
    )


def count_found(state: FetchState, changes: Changes, now: datetime) -> Tally | None:
    """New reports that were found behind a poll, which was counted already; None of none."""
    return Tally(state.source_id, find_slot(now), new=changes.new) if changes.new else None
