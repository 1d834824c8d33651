"""Taking the dateline off a text when a link line of its own before it says the same."""

import re

from aggregator.core.passage import drop_linked, find_dateline, split_start
from aggregator.core.stripping import drop_empty

_MARK = re.compile(r"((?:</[a-z]+>)*)(?:\s|&nbsp;)*[.:։\u2024。—–|-]?(?:\s|&nbsp;|<br>)*")
_BOX = re.compile(r"<(?:header|blockquote|h[1-6])\b")


def drop_boxed(body: str, names: frozenset[str]) -> str:
    """The body without a dateline in the heading or quote that it opens with."""
    opening, _, _ = split_start(body, boxed=True)
    return drop_dateline(body, names) if _BOX.search(opening) else body


def drop_dateline(body: str, names: frozenset[str]) -> str:
    """The body without a dateline that is one of the `names` (folded), and its mark."""
    opening, passage, rest = split_start(body, boxed=True)
    found = find_dateline(passage, names)
    if found is None:
        bare = drop_linked(passage, names)
        return body if bare == passage else f"{opening}{bare}{rest}"
    before, after = found
    left = _MARK.sub(r"\1", after, count=1)
    first = drop_empty(before + left).lstrip()
    return drop_empty(f"{opening}{first}{rest}")
