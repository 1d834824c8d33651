"""Titles that end with the name of who publishes them, as those of pages do."""

import re

from aggregator.core import urls
from aggregator.core.audit.values import Due
from aggregator.core.text import fold

_MARK = re.compile(r" [|–—-] ")


def is_signed(shown: str, whole: str, due: Due) -> bool:
    """Whether the whole title is the one shown and nothing more than its source's names."""
    if not shown or not due.terms.derivatives or not whole.startswith(f"{shown} "):
        return False
    places = {place for home in due.homes for place in home.names}
    names = frozenset(due.names).union(fold(urls.host(place)) for place in places) - {""}
    return _are_names(whole.removeprefix(shown), names)


def _are_names(tail: str, names: frozenset[str]) -> bool:
    """Whether it is one name after the other, each behind a bar or a dash."""
    first = _MARK.match(tail)
    if first is None:
        return False
    said = tail[first.end() :]
    if fold(said) in names:
        return True
    return any(
        fold(said[: mark.start()]) in names and _are_names(said[mark.start() :], names)
        for mark in _MARK.finditer(said)
    )
