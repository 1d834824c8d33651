"""How often a source brings something new, learned from the times of its reports.

A wire is silent for minutes and a quarterly for months, and both are well: what
is unusual is told by the source's own habit alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from aggregator.core.identity import Settled
from aggregator.core.model import Entry, FetchState

_RECENT = 21
"""Reports that tell of a habit: with fewer a holiday counts too much, with more the past does."""
_LEAST_GAPS = 3
_MANY_GAPS = 5
_UNKNOWN = timedelta(days=10)
"""The habit of a source that has not shown any yet: quiet after a month, dead after 100 days."""

_QUIET_TIMES, _QUIET_LEAST = 3, timedelta(days=3)
_DEAD_TIMES, _DEAD_LEAST = 10, timedelta(days=30)


def learn(
    state: FetchState, entries: Sequence[Entry], settled: Settled, now: datetime
) -> FetchState:
    """The state with what a newly read document teaches of its source's rhythm.

    `entries` are those of the document, `settled` what they changed.
    """
    new = [entry for entry in settled.entries if entry.first_seen == now]
    times = [entry.published for entry in entries if entry.published]
    newest = _find_newest([*times, *(entry.sort_at for entry in new)], state.newest, now)
    return replace(
        state,
        newest=newest,
        last_new=_find_last_new(state, newest, now, is_new=bool(new)),
        usual_gap=_find_usual_gap(times) or _stretch(state, now, is_new=bool(new)),
        rewrites=0 if settled.entries else state.rewrites + 1,
    )


def _find_newest(
    times: Iterable[datetime], known: datetime | None, now: datetime
) -> datetime | None:
    """The newest of the times, cut at now: a clock that runs ahead must not hide a gap."""
    found = [*(min(at, now) for at in times), *([known] if known else [])]
    return max(found, default=None)


def _find_last_new(
    state: FetchState, newest: datetime | None, now: datetime, *, is_new: bool
) -> datetime | None:
    """When something new last came; the first document is as new as its newest report."""
    if state.last_new is None:
        return newest
    return now if is_new else state.last_new


def _find_usual_gap(times: Iterable[datetime]) -> timedelta | None:
    """The longest pause between recent reports, without the longest tenth of the pauses.

    A pinned report of last year, or the one summer break, is no habit; the
    weekends of a daily, a seventh of its pauses, are.
    """
    recent = sorted(set(times))[-_RECENT:]
    gaps = sorted(later - earlier for earlier, later in pairwise(recent))
    if len(gaps) < _LEAST_GAPS:
        return None
    left_out = max(len(gaps) // 10, 1) if len(gaps) >= _MANY_GAPS else 0
    return gaps[-1 - left_out]


def _stretch(state: FetchState, now: datetime, *, is_new: bool) -> timedelta | None:
    """The pause that just ended, where it is the longest: how undated reports teach a rhythm."""
    if not is_new or state.last_new is None:
        return state.usual_gap
    return max(state.usual_gap or timedelta(), now - state.last_new)


def find_silence(state: FetchState) -> timedelta | None:
    """How long nothing new had come when the source was last read; None when it never was.

    Measured up to the last good poll, not up to now: after a month in which the
    daemon was off no source is dead for that.
    """
    if state.last_new is None or state.last_ok is None:
        return None
    return state.last_ok - state.last_new


def is_quiet(state: FetchState) -> bool:
    """Whether nothing new came for more than three usual pauses, and three days at least.

    Three days is a weekend with a holiday: a newsroom may be closed for so
    long, whatever its rhythm on workdays.
    """
    return _is_beyond(state, _QUIET_TIMES, _QUIET_LEAST)


def is_silenced(state: FetchState) -> bool:
    """Whether nothing new came for more than ten usual pauses, and thirty days at least.

    Ten pauses of a weekly is a season. Thirty days is longer than the closed
    weeks of January and of August are; who comes back is "ok" by its next report.
    """
    return _is_beyond(state, _DEAD_TIMES, _DEAD_LEAST)


def _is_beyond(state: FetchState, times: int, least: timedelta) -> bool:
    silence = find_silence(state)
    usual = state.usual_gap or _UNKNOWN
    return silence is not None and silence > max(times * usual, least)


def say_silence(state: FetchState) -> str:
    """The silence and the habit in words, such as `nothing new for 5 days, usually within 7 hours`.

    "" where the source was never read.
    """
    silence = find_silence(state)
    if silence is None:
        return ""
    usual = state.usual_gap
    habit = f", usually within {say_about(usual)}" if usual else ""
    return f"nothing new for {say_about(silence)}{habit}"


def say_about(span: timedelta) -> str:
    """A span in round words: `40 minutes`, `7 hours`, `12 days`."""
    minutes = round(span / timedelta(minutes=1))
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes >= 2 * size:
            return f"{round(minutes / size)} {unit}s"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
