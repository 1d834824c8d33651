"""Whether a rule takes a report, and why."""

from dataclasses import dataclass

from aggregator.core.model import Report, Rule
from aggregator.core.rules.keys import find_met, find_unmet


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something is taken; `why` is "" where the rule asks for nothing."""

    taken: bool
    why: str


def judge(rule: Rule, report: Report) -> Verdict:
    """What the rule says of a report: `exclude` is asked first, and goes before `include`."""
    for condition in rule.exclude:
        if met := find_met(condition, report):
            return Verdict(taken=False, why=" and ".join(met))
    if not rule.include:
        return Verdict(taken=True, why="")
    for condition in rule.include:
        if met := find_met(condition, report):
            return Verdict(taken=True, why=" and ".join(met))
    unmet = dict.fromkeys(find_unmet(condition, report) for condition in rule.include)
    return Verdict(taken=False, why="; ".join(unmet))


def takes(rule: Rule, report: Report) -> bool:
    """Whether the rule takes the report."""
    return judge(rule, report).taken


def explain(rule: Rule, report: Report) -> str:
    """Which key took the report or left it out, by which value; "" where nothing is asked."""
    return judge(rule, report).why
