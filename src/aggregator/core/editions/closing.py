"""When days close: in the order of their chain, none before the one behind it is known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from aggregator.core.editions.days import find_day, find_end
from aggregator.core.model import Day

CLOSED = "closed"
"""Why the files of a day that closes are made anew: they become an archive."""


def close_days(
    days: Iterable[Day], now: datetime, close_after: timedelta, zone: str
) -> tuple[Day, ...]:
    """The days that change now: those that close, and an empty one of today where none follows.

    An archive names the one before and the one behind it (RFC 5005 section 4)
    and stays as it is, so the chain is fixed when a day is first published, and
    days close along it.
    """
    chain = sorted(days, key=lambda day: day.number)
    changed: list[Day] = []
    for day in (one for one in chain if not one.is_closed):
        if _find_close(day, close_after, zone) > now:
            break
        if day.number == chain[-1].number:
            follower = _open_today(chain, now, zone)
            if follower is None:
                break
            chain.append(follower)
            changed.append(follower)
        changed.append(replace(day, closed=now, due=CLOSED))
    return tuple(changed)


def find_next_close(days: Iterable[Day], close_after: timedelta, zone: str) -> datetime | None:
    """When the next day may close; None when all are closed."""
    waiting = [day for day in days if not day.is_closed]
    first = min(waiting, key=lambda day: day.number, default=None)
    return _find_close(first, close_after, zone) if first else None


def _find_close(day: Day, close_after: timedelta, zone: str) -> datetime:
    """A day closes when both its end and its own first publication lie so far back."""
    end = max(find_end(day.date, zone), day.opened)
    try:
        return end + close_after
    except OverflowError:
        return end


def _open_today(chain: Iterable[Day], now: datetime, zone: str) -> Day | None:
    """An edition of today with no story yet; None where today's is in the chain already."""
    today, known = find_day(now, zone), list(chain)
    if any(day.date == today for day in known):
        return None
    return open_day(today, known, now)


def open_day(day: date, known: Iterable[Day], now: datetime) -> Day:
    """A new day at the end of the chain."""
    number = max((one.number for one in known), default=0) + 1
    return Day(day, number, now, due="opened")
