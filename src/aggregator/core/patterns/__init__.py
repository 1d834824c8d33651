"""Regular expressions of the configuration: what is wrong with one, and searching for one.

They are written as Python writes them, and searched for by an engine that never
backtracks: `reading` makes a tree of one, `judging` says whether it can match,
`writing` puts it as `engine` reads it.
"""

import unicodedata
from functools import lru_cache

from aggregator.core.patterns.engine import Search, build
from aggregator.core.patterns.judging import can_match, runs_away
from aggregator.core.patterns.reading import RefusedError, read
from aggregator.core.patterns.writing import measure, write

__all__ = ["find_fault", "search"]

_MOST = 500
"""Characters that an expression compares a text with, counts written out. The engine's worst is
7 ns for each of them at each character of the text."""
_LONGEST = 5_000
_READ = 50_000
"""Characters of a text that are searched, about 8,000 words: longer ones are no reports."""


@lru_cache(maxsize=1_024)
def find_fault(pattern: str) -> str:
    """What is wrong with a regular expression, and what to do; "" where nothing is."""
    if not pattern:
        return "is empty and matches everything; write a pattern or remove the key"
    if len(pattern) > _LONGEST:
        return f"is longer than {_LONGEST} characters; write a list of shorter ones"
    try:
        return _judge(unicodedata.normalize("NFC", pattern))
    except RefusedError as error:
        return str(error)
    except RecursionError:
        return "is nested too deeply; write it with fewer brackets"


def _judge(pattern: str) -> str:
    tree = read(pattern)
    if measure(tree) > _MOST:
        return f"compares with more than {_MOST} characters; count less, or write a list of several"
    if not can_match(tree):
        return "can never match: no text is like that (as none is like $a); correct or remove it"
    if runs_away(tree):
        return (
            "repeats what is repeated inside already, as (a+)+ does, and could run for ever; "
            "repeat it once, as a+"
        )
    if build(write(tree)) is None:
        return "is too large for the engine; count less, or write a list of shorter ones"
    return ""


def search(pattern: str, text: str) -> bool:
    """Whether a regular expression without a fault is found in the text, compared in NFC."""
    return _find_search(pattern)(_compose(text))


@lru_cache(maxsize=64)  # of one report, from one rule to the next
def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text[:_READ])


@lru_cache(maxsize=4_096)
def _find_search(pattern: str) -> Search:
    found = build(write(read(unicodedata.normalize("NFC", pattern))))
    if found is None:
        raise RefusedError(f"{pattern!r} is too large")
    return found
