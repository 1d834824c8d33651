"""Rules that published feeds must keep, as pure judgements of what was read.

Atom (RFC 4287), RSS 2.0 with the RSS Board's profile, JSON Feed 1.1, OPML 2.0.
Every finding has a class, mostly one of the W3C's feed validator. Nothing is
read or mended here: `edges.published` reads, `core.text` and `edges.clean` mend.
"""

from aggregator.core.lint.classes import MEANINGS, OWN, SEVERITIES
from aggregator.core.lint.judging import forbids, lint, lint_entry
from aggregator.core.lint.names import PREFIXES, name_element
from aggregator.core.lint.serving import find_charset
from aggregator.core.lint.values import (
    Breach,
    Circumstances,
    Document,
    Finding,
    Member,
    Node,
    Severity,
)

__all__ = [
    "MEANINGS",
    "OWN",
    "PREFIXES",
    "SEVERITIES",
    "Breach",
    "Circumstances",
    "Document",
    "Finding",
    "Member",
    "Node",
    "Severity",
    "find_charset",
    "forbids",
    "lint",
    "lint_entry",
    "name_element",
]
