"""Templates with a placeholder for which nothing is known: brackets and marks round it go too."""

import re
from collections.abc import Set as AbstractSet

_PLACEHOLDER = re.compile(r"\{(source|author|title|date|year|link)\}")
_BLANK = "\0"
_BETWEEN = r"\s,;|/·•–—\-"
_STOPS = ".:!?։…。"
_GAP = rf"[{_BETWEEN}]*\0[{_BETWEEN}\0]*"
_EMPTY_PAIR = re.compile(rf"\({_GAP}\)|\[{_GAP}\]|«{_GAP}»")
_INNER_GAP = re.compile(_GAP)
_START = re.compile(rf"\A{_GAP}[{_BETWEEN}{_STOPS}\0]*")


def drop_blanks(template: str, empty: AbstractSet[str]) -> str:
    """The template without the placeholders of these names, and without what parted them.

    "{source} ({author}), {date}" without an author is "{source}, {date}".
    """
    marked = template.replace(_BLANK, "")
    bare = _PLACEHOLDER.sub(lambda found: _BLANK if found[1] in empty else found[0], marked)
    if _BLANK not in bare:
        return template
    while (fewer := _EMPTY_PAIR.sub(_BLANK, bare)) != bare:
        bare = fewer
    return _INNER_GAP.sub(_close, _START.sub("", bare))


def _close(gap: re.Match[str]) -> str:
    """What still parts those on both sides of a gap: what parted them first."""
    before, after = gap.string[: gap.start()][-1:], gap.string[gap.end() :][:1]
    if before in {"", *"([«"} or after in {"", *")]»", *_STOPS}:
        return ""
    marks = gap[0].split(_BLANK)
    space = " " if any(marks) else ""
    return space if before in _STOPS else next((mark for mark in marks if mark.strip()), space)
