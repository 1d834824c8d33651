"""Which terms hold for a report now: whose they are, whether they have ended, what holds it back.

A report that its carrier took from another known source is under the terms of
both, the stricter at every point. Of copies of one text, one that any of them
says is another's waits for whoever wrote it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator.core.model import Report, Reuse, Story
from aggregator.core.origin import Known, find_writer, name_origin
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


def judge(report: Report, known: Known, now: datetime, copies: Sequence[Report] = ()) -> Standing:
    """Under which terms the report stands now; `copies` are the reports that carry the same one."""
    writer = find_writer(report, known) or _find_writer_of_copy(report, copies)
    own = read_terms(report, now)
    terms = own if writer is None else strictest(read_terms(writer, now), own)
    return Standing(terms, report, writer)


def _find_writer_of_copy(report: Report, copies: Sequence[Report]) -> Report | None:
    """The report as that of the copy's source that it begins with a link to: no comment does so."""
    origin = name_origin(report, copies)
    found = next((one for one in copies if one.source.id == origin), None)
    return replace(report, source=found.source, head=found.head) if found else None


def find_bound(report: Report, copies: Sequence[Report], now: datetime) -> Report | None:
    """The copy for which the report must wait: whose text it is by any copy's word, held back now.

    What keeps back that copy alone, such as a missing link, binds nobody else.
    """
    group = [report, *(one for one in copies if one is not report)]
    wrote = {name_origin(one, group) for one in group} - {report.source.id}
    held = (one for one in group if one.source.id in wrote and is_early(one, now))
    return next(held, None)


def is_early(report: Report, now: datetime) -> bool:
    """Whether its own source's terms hold the report back for now."""
    release = find_release(report, read_terms(report, now))
    return release is not None and release > now


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
    for group in ((story.lead, *story.others), *story.also):
        for report in group:
            standing = judge(report, known, now, group)
            ends = (party.source.reuse.until for party in standing.parties)
            times += [find_release(report, standing.terms), *ends]
    return min((time for time in times if time and time > now), default=None)
