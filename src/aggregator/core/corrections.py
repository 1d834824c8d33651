"""The line that tells readers of a text that its source has corrected it, and when."""

from datetime import datetime, timedelta

from aggregator.core.model import Entry
from aggregator.core.phrases import Phrases

_SLIP = timedelta(minutes=5)
"""Within so long a report is still being published: nobody need be told of a mended letter."""


def say_update(entry: Entry, local: datetime, phrases: Phrases) -> str:
    """When the report's words last changed after it was published, in words of ours; "" if never.

    Only what was seen here under other words is a correction; `local` is a time in
    the zone that readers see.
    """
    if entry.changed <= max(entry.first_seen, entry.sort_at + _SLIP):
        return ""
    at = entry.changed.astimezone(local.tzinfo)
    month = phrases.months.split()[at.month - 1]
    return phrases.updated.format(month=month, day=at.day, year=at.year, clock=f"{at:%H:%M}")
