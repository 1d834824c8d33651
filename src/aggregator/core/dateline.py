"""Taking the dateline off a text when a link line of its own before it says the same."""

import re

from aggregator.core.passage import find_dateline, split_start
from aggregator.core.stripping import drop_empty

_MARK = re.compile(r"((?:</[a-z]+>)*)(?:\s|&nbsp;)*[.:։\u2024。—–|-]?(?:\s|&nbsp;|<br>)*")


def drop_dateline(body: str, names: frozenset[str]) -> str:
    """The body without a dateline that is one of the `names` (folded), and its mark."""
    opening, passage, rest = split_start(body)
    found = find_dateline(passage, names)
    if found is None:
        return body
    before, after = found
    left = _MARK.sub(r"\1", after, count=1)
    first = drop_empty(before + left).lstrip()
    return drop_empty(f"{opening}{first}{rest}")
