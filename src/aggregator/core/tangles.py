"""HTML that would take a cleaner seconds: told by counting, in linear time, before it is read."""

import re
from collections import Counter

_MOST_ENTITIES = 100_000
_MOST_MARKS_IN_TAG = 20_000
"""Spaces, quotes, slashes and equals signs in one tag: what can part its attributes."""
_MOST_COPIES = 2_000_000
"""Squares of open formatting tags, added up over all tags of a text."""

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_TAG_START = re.compile("<(?=[A-Za-z])")
_MARK = re.compile(r"[\s\"'/=]")
# Void tags, and those that the next of their kind closes: they do not nest by themselves.
_NEVER_NESTED = frozenset(
    {"br", "col", "dd", "dt", "hr", "img", "li", "p", "td", "th", "tr", "wbr"}
)
_FORMATTING = frozenset(
    {
        "a",
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
    }
)


def is_tangled(html: str, deepest: int) -> bool:
    """Tell whether nh3 would take seconds: its time grows with the square of these figures.

    Measured: 200,000 ampersands 0.7 s, 20,000 open tags inside each other 1.5 s,
    200,000 attributes of one tag 8 s. What is not foreseen here meets the
    deadline of the process that cleans.
    """
    return (
        html.count("&") > _MOST_ENTITIES
        or _count_most_marks(html) > _MOST_MARKS_IN_TAG
        or is_deep(html, deepest)
    )


def _count_most_marks(html: str) -> int:
    """Count what may part attributes in the tag that has most of it.

    A tag ends with a ">" outside of quotes, which only a reader of HTML can
    tell; the last one before the next tag is as late as it can be. A "<" in
    front of no letter begins no tag, and without a ">" none has ended.
    """
    if len(html) <= _MOST_MARKS_IN_TAG:
        return 0
    most = here = 0
    for piece in _TAG_START.split(html)[1:]:
        tag, end, _ = piece.rpartition(">")
        here += len(_MARK.findall(tag if end else piece))
        most = max(most, here)
        here = 0 if end else here
    return most


def is_deep(html: str, deepest: int) -> bool:
    """Tell whether too many tags are open at once; ends without a beginning do not count.

    Formatting that is left open is opened anew in every block that follows
    (HTML, 13.2.4.3): its cost is its square for each. Measured: 500 of them
    before 500 paragraphs 4 s, before 8,000 gigabytes.
    """
    open_tags: Counter[str] = Counter()
    depth = formatting = copies = 0
    for found in _TAG.finditer(html):
        end, name = found.group(1), found.group(2).lower()
        copies += formatting * formatting
        if copies > _MOST_COPIES:
            return True
        if name in _NEVER_NESTED or (end and not open_tags[name]):
            continue
        step = -1 if end else 1
        open_tags[name] += step
        depth += step
        formatting += step * (name in _FORMATTING)
        if depth > deepest:
            return True
    return False
