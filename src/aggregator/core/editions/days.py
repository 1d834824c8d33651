"""Local days: when they begin and end, and the folder of their edition."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def find_day(at: datetime, zone: str) -> date:
    """The local day of a time; a time at the end of the calendar keeps its own."""
    try:
        return at.astimezone(ZoneInfo(zone)).date()
    except OverflowError:
        return at.date()


def find_end(day: date, zone: str) -> datetime:
    """When a local day ends, in UTC; a day is 23 or 25 hours long where clocks change.

    Where the clocks are put forward at midnight itself, the day ends with that.
    """
    try:
        midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
        return midnight.astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def name_folder(day: date) -> str:
    """The folder of a day's edition below the published one, with a slash behind it."""
    return f"{day.year:04}/{day.month:02}/{day.day:02}/"
