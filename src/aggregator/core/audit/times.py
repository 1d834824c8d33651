"""Terms about when a report may be shown: each is asked with the time of day."""

from collections.abc import Iterator
from datetime import datetime

from aggregator.core.audit.values import Due, Term, Verdict
from aggregator.core.model import Reuse

_STEP = "take it down until then with: aggregator build"


def judge_times(due: Due, now: datetime) -> Iterator[Verdict]:
    """A verdict for each term about time that the source states."""
    for term, start in find_starts(due.terms, due.stored.at, due.stored.first_seen):
        when = start.isoformat(timespec="seconds")
        why = "" if now >= start else f"it may be shown from {when} on"
        yield Verdict(term, why, _STEP if why else "")


def find_starts(
    terms: Reuse, at: datetime, first_seen: datetime
) -> Iterator[tuple[Term, datetime]]:
    """From when on a report of that date may be shown, by each term that says so."""
    if terms.embargo is not None:
        yield Term.EMBARGO, max(at, first_seen) + terms.embargo
    if terms.embargo_until is not None:
        yield Term.EMBARGO, terms.embargo_until
    if terms.delay is not None:
        yield Term.DELAY, at + terms.delay
