"""Findings as the rules make them: a class and words, at a spot or a member."""

from aggregator.core.lint.classes import SEVERITIES
from aggregator.core.lint.values import Breach, Finding, Spot

_LONGEST = 80


def at(spot: Spot, kind: str, words: str, attribute: str = "") -> Finding:
    """The finding at an element, or at an attribute of it."""
    where = f"{spot.where}@{attribute}" if attribute else spot.where
    node = spot.node
    severity = SEVERITIES[kind]
    return Finding(kind, severity, where, node.line, node.column, words, spot.entry)


def of_whole(kind: str, words: str, where: str = "document") -> Finding:
    """The finding about the document as such."""
    return Finding(kind, SEVERITIES[kind], where, 1, 1, words)


def of_breach(breach: Breach) -> Finding:
    """The finding about a document that cannot be read."""
    kind, words = breach.kind, breach.words
    return Finding(kind, SEVERITIES[kind], "document", breach.line, breach.column, words)


def quote(value: str) -> str:
    """A value for people: in quotes, in ASCII where it is not printable, cut where it is long."""
    short = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    return repr(short)
