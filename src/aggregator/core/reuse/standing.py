"""Which terms hold for a report now: whose they are, whether they have ended, what holds it back.

A report that its carrier took from another known source is under the terms of
both, the stricter at every point.
"""

from dataclasses import dataclass
from datetime import datetime

from aggregator.core.model import Report, Reuse, Story
from aggregator.core.origin import Known, find_writer
from aggregator.core.reuse.strictest import end, strictest


@dataclass(frozen=True, slots=True)
class Standing:
    """The terms that hold for a report, and who has a say in it.

    `carrier` is the report as it came; `writer` the same report as that of the
    known source which wrote it, None where that is the carrier itself.
    """

    terms: Reuse
    carrier: Report
    writer: Report | None = None

    @property
    def parties(self) -> tuple[Report, ...]:
        """Who has a say, the writer first."""
        return (self.carrier,) if self.writer is None else (self.writer, self.carrier)


def judge(report: Report, known: Known, now: datetime) -> Standing:
    """Under which terms the report stands now."""
    writer = find_writer(report, known)
    own = read_terms(report, now)
    terms = own if writer is None else strictest(read_terms(writer, now), own)
    return Standing(terms, report, writer)


def read_terms(report: Report, now: datetime) -> Reuse:
    """The terms of a report's source as they are now."""
    return hold(report.source.reuse, now)


def hold(terms: Reuse, now: datetime) -> Reuse:
    """The terms as they hold now: those that ended give way."""
    return end(terms) if terms.until is not None and terms.until <= now else terms


def find_release(report: Report, terms: Reuse) -> datetime | None:
    """When the report may be shown at the earliest, None where the terms name no time.

    An embargo runs from when the report came, or from its date where that is
    later; a delay from its date.
    """
    entry = report.entry
    times = (
        terms.embargo_until,
        terms.embargo and max(entry.sort_at, entry.first_seen) + terms.embargo,
        terms.delay and entry.sort_at + terms.delay,
    )
    return max((time for time in times if time), default=None)


def find_next_change(story: Story, known: Known, now: datetime) -> datetime | None:
    """When the terms let something else be shown of a story than now; None for never."""
    times: list[datetime | None] = []
    for report in story.members:
        standing = judge(report, known, now)
        times += [find_release(report, standing.terms), *(
            party.source.reuse.until for party in standing.parties
        )]  # fmt: skip
    return min((time for time in times if time and time > now), default=None)
