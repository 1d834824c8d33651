"""An entry as it was read back, beside what it owes: a verdict for each term that applies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from aggregator.core.audit import credits as owed
from aggregator.core.audit import reported, texts
from aggregator.core.audit.sections import Sections, part
from aggregator.core.audit.times import find_starts, judge_times
from aggregator.core.audit.values import Due, Printed, Term, Verdict

_AGAIN = "publish again with: aggregator build"
_REPORT = "this is a fault of the program, please report it"

_Applies = Callable[[Due], bool]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A term, when it applies, what breaks it, and whether what is stored is needed to tell."""

    term: Term
    check: Callable[[Printed, Due, Sections], Iterator[str]]
    applies: _Applies = lambda _: True
    needs_stored: bool = True


_RULES = (
    _Rule(Term.LINK, owed.check_link, lambda due: due.terms.link is not None),
    _Rule(Term.CREDIT, owed.check_credit),
    _Rule(Term.NOTICE, owed.check_notice, lambda due: bool(due.notices)),
    _Rule(Term.LICENSE, owed.check_license, lambda due: bool(due.licenses)),
    _Rule(Term.MODE, texts.check_mode, needs_stored=False),
    _Rule(Term.TEXT, texts.check_text),
    _Rule(Term.TITLE, texts.check_title),
    _Rule(Term.DERIVATIVES, texts.check_derivatives, texts.forbids_derivatives),
    _Rule(Term.IMAGES, texts.check_images, lambda due: not due.terms.images, needs_stored=False),
    _Rule(Term.CARRIERS, owed.check_carriers, lambda due: bool(due.carriers)),
    _Rule(Term.ALSO, reported.check_also),
    _Rule(Term.WITHHELD, reported.check_withheld, reported.withholds, needs_stored=False),
    _Rule(Term.AUTHOR, owed.check_author),
    _Rule(Term.SOURCE, owed.check_source),
    _Rule(Term.AI, owed.check_reservation, owed.reserves, needs_stored=False),
    _Rule(Term.UNTIL, texts.check_until, lambda due: due.until is not None, needs_stored=False),
)


def judge(printed: Printed, due: Due) -> tuple[Verdict, ...]:
    """A verdict for each term that applies, those about time aside."""
    parts = part(printed, due)
    return tuple(_judge(rule, printed, due, parts) for rule in _RULES if rule.applies(due))


def judge_changed(printed: Printed, due: Due) -> tuple[Verdict, ...]:
    """The verdicts that can be told although the report was changed since it was published."""
    parts = part(printed, due)
    rules = (rule for rule in _RULES if not rule.needs_stored and rule.applies(due))
    return tuple(_judge(rule, printed, due, parts) for rule in rules)


def judge_now(due: Due, now: datetime) -> tuple[Verdict, ...]:
    """A verdict for each term about the time from which the report may be shown."""
    return tuple(judge_times(due, now))


def list_terms(due: Due) -> tuple[Term, ...]:
    """The terms that an entry is judged by."""
    plain = (rule.term for rule in _RULES if rule.applies(due))
    starts = find_starts(due.terms, due.stored.at, due.stored.first_seen)
    return (*plain, *(term for term, _ in starts))


def _judge(rule: _Rule, printed: Printed, due: Due, parts: Sections) -> Verdict:
    why = "; ".join(rule.check(printed, due, parts))
    return Verdict(rule.term, why, f"{_AGAIN}; if it is named again, {_REPORT}" if why else "")
