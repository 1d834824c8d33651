"""What a source is used to: how often it publishes, at which hours, on which days.

Learned from the times of its own entries. Old habits fade: what lies four
weeks back counts half.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aggregator.core.model import Rhythm

_HALF_LIFE = timedelta(days=28)
_LONGEST_PAST = timedelta(days=28)
"""How far back the first document's dates are believed to be all that was published."""
_LEAST_ENTRIES = 10
_LEAST_DAYS = 3.0
_LEAST_DAYS_OF_WEEKS = 14.0
"""Before two weeks have passed, a weekday is one day and no habit."""
_LEAST_IN_WINDOW = 5
_LEAST_WINDOW = timedelta(minutes=10)
"""Some feeds stamp all items with the time of their making; such dates tell nothing."""
_EXPECTED = 0.5
"""Entries expected until the next poll: on the average, half the gap between two is waited."""
_DOUBT = 1.0
"""An entry that each hour and weekday is granted (Laplace's rule): few of them make no habit."""
_STEP = timedelta(minutes=15)
_FARTHEST = timedelta(days=2)
_WIDEN = 1.02
"""By so much the narrowest window that was seen widens with each poll."""


def learn(rhythm: Rhythm, times: Sequence[datetime], now: datetime) -> Rhythm:
    """The rhythm with the times (UTC) of entries that are new; those ahead of now tell nothing."""
    past = [at for at in times if now - _LONGEST_PAST <= at <= now]
    if rhythm.learned is None:
        passed = now - min(past, default=now)
        fade = 0.0
    else:
        passed = max(now - rhythm.learned, timedelta())
        fade = 0.5 ** (passed / _HALF_LIFE)
    hours = [count * fade for count in rhythm.hours]
    weekdays = [count * fade for count in rhythm.weekdays]
    for at in past:
        hours[at.astimezone(UTC).hour] += 1
        weekdays[at.astimezone(UTC).weekday()] += 1
    days = rhythm.days * fade + passed / timedelta(days=1)
    return replace(rhythm, learned=now, days=days, hours=tuple(hours), weekdays=tuple(weekdays))


def measure_window(rhythm: Rhythm, dates: Sequence[datetime]) -> Rhythm:
    """The rhythm with the narrowest time that the feed's document was seen to cover."""
    if len(dates) < _LEAST_IN_WINDOW:
        return rhythm
    ordered = sorted(dates)
    if ordered[1] - ordered[0] > (ordered[-1] - ordered[0]) / 2:
        ordered = ordered[1:]  # one that is pinned to the top of the feed for months
    covered = ordered[-1] - ordered[0]
    if covered < _LEAST_WINDOW:
        return rhythm
    widened = covered if rhythm.window is None else min(covered, rhythm.window * _WIDEN)
    return replace(rhythm, window=widened)


def guess_interval(rhythm: Rhythm, now: datetime, phase: float) -> timedelta | None:
    """The time in which half an entry is expected from now on; None before enough was learned.

    `phase` (0 to 1) shifts a source's hours by up to one, so that sources do not
    all wake when an hour begins.
    """
    if sum(rhythm.hours) < _LEAST_ENTRIES or rhythm.days < _LEAST_DAYS:
        return None
    a_step = sum(rhythm.hours) / rhythm.days * (_STEP / timedelta(days=1))
    at = now.astimezone(UTC) - timedelta(hours=phase)
    expected, waited = 0.0, timedelta()
    while expected < _EXPECTED and waited < _FARTHEST:
        expected += a_step * _weigh(rhythm, at + waited)
        waited += _STEP
    return waited


def _weigh(rhythm: Rhythm, at: datetime) -> float:
    """How much is published then, as a multiple of the mean."""
    weight = _compare(rhythm.hours, at.hour)
    if rhythm.days >= _LEAST_DAYS_OF_WEEKS:
        weight *= _compare(rhythm.weekdays, at.weekday())
    return weight


def _compare(counts: Sequence[float], place: int) -> float:
    """The count at a place as a multiple of the mean, each taken for `_DOUBT` larger."""
    return (counts[place] + _DOUBT) * len(counts) / (sum(counts) + _DOUBT * len(counts))
