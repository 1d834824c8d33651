"""Under which terms a story stands, and who has a say in it: the one place where that is asked.

The answer is that of `core.reuse`; whether what is published obeys it is
judged without it.
"""

from collections.abc import Sequence
from datetime import datetime

from aggregator.core.model import Report, Story
from aggregator.core.origin import Known
from aggregator.core.reuse.standing import Standing, judge, read_terms


def find_standing(story: Story, known: Known, now: datetime) -> Standing:
    """The terms that hold for the report that leads the story, and who has a say in it."""
    return judge(story.lead, known, now, story.others)


def find_standing_of(
    report: Report, copies: Sequence[Report], known: Known, now: datetime
) -> Standing:
    """The terms that hold for any report of a story, and who has a say in it."""
    return judge(report, known, now, copies)


find_terms = read_terms
"""The terms of a report's own source as they are now."""


def find_end(standing: Standing) -> datetime | None:
    """When the first of the terms end that have a say; None where none do."""
    ends = (party.source.reuse.until for party in standing.parties)
    return min((end for end in ends if end), default=None)
