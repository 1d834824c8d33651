"""Terms that bind as two terms together do: point by point the stricter of the two.

Of a report that one source wrote and another carried, both have a say.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from aggregator.core.model import LinkPlace, Mode, Reuse

T = TypeVar("T")

_MODES = (Mode.FULL, Mode.EXCERPT, Mode.HEADLINE)
_PLACES = (None, LinkPlace.AFTER_TEXT, LinkPlace.FIRST_PASSAGE, LinkPlace.BEFORE_TEXT)

STATED_NONE = Reuse()
"""The terms of a source that states none."""


def strictest(one: Reuse, other: Reuse) -> Reuse:
    """Terms that allow what both allow, and ask for the link nearest the front.

    Credit, notice and licence are each source's own words: what both say alike
    stays, all else is left to whoever writes both.
    """
    return Reuse(
        mode=max(one.mode, other.mode, key=_MODES.index),
        max_words=_choose(min, one.max_words, other.max_words),
        link=max(one.link, other.link, key=_PLACES.index),
        credit=one.credit if one.credit == other.credit else STATED_NONE.credit,
        notice=one.notice if one.notice == other.notice else None,
        license=one.license if one.license == other.license else None,
        images=one.images and other.images,
        stated=one.stated and other.stated,
        derivatives=one.derivatives and other.derivatives,
        ai=one.ai and other.ai,
        embargo=_choose(max, one.embargo, other.embargo),
        embargo_until=_choose(max, one.embargo_until, other.embargo_until),
        delay=_choose(max, one.delay, other.delay),
        until=_choose(min, one.until, other.until),
    )


def end(terms: Reuse) -> Reuse:
    """What is left of terms that ended: never more than who states none allows.

    The credit stays due. The notice and the licence spoke of a permission that
    is no more, and would be false.
    """
    left = strictest(replace(terms, until=None), STATED_NONE)
    return replace(left, credit=terms.credit, notice=None, license=None, stated=terms.stated)


def _choose(pick: Callable[[T, T], T], one: T | None, other: T | None) -> T | None:
    """The one that is known, of two that are known the one that is picked."""
    if one is None or other is None:
        return other if one is None else one
    return pick(one, other)
