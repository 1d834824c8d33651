"""Which reports the filters leave out: of all sources, and of a report's own."""

from collections.abc import Iterable
from dataclasses import dataclass

from aggregator.core.model import Report, Rule
from aggregator.core.rules.judging import judge
from aggregator.core.settings import Config


@dataclass(frozen=True, slots=True)
class Filtered:
    """The reports that are taken, and each that is left out with the reason; nothing is lost."""

    kept: tuple[Report, ...]
    left_out: tuple[tuple[Report, str], ...]


def filter_reports(reports: Iterable[Report], config: Config) -> Filtered:
    """The reports that the filters take, in their order, and those that they leave out."""
    judged = [(report, find_left_out(report, config.filters)) for report in reports]
    return Filtered(
        tuple(report for report, why in judged if not why),
        tuple((report, why) for report, why in judged if why),
    )


def find_left_out(report: Report, filters: Rule) -> str:
    """Why the filters of all sources or its own source's leave a report out; "" if they do not."""
    if not (verdict := judge(filters, report)).taken:
        return verdict.why
    own = judge(report.source.filters, report)
    return "" if own.taken else f"{own.why} (filters of {report.source.id})"
