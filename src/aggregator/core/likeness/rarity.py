"""How much a word, a name or a number says: little where many reports have it."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from math import log

from aggregator.core.likeness.common import know_share
from aggregator.core.likeness.terms import name_term, number_term
from aggregator.core.likeness.traits import Traits

Rarity = Callable[[str], float]
"""How rare a term is, see `list_terms` for what a term is and `tell_rarity` for how rare."""

_BEFORE = 1_000
"""Reports thought to have been seen before any: in a new installation nothing is common yet,
and a name that a third of its fifty reports have would count as one that all have."""


@lru_cache(maxsize=65_536)
def tell_rarity(count: int, total: int, before: float = 0.0) -> float:
    """From 0, for what all of the reports have, to 1, for what none of them has.

    `before` is the share of those before that had it, see `common`.
    """
    seen = total + _BEFORE
    known = count + before * _BEFORE
    return max(0.0, log(seen / (known + 0.5)) / log(seen / 0.5))


def list_terms(traits: Traits) -> Iterator[str]:
    """Every term of a report, once each."""
    yield from traits.words
    yield from (name_term(name) for name in traits.known_names)
    yield from (number_term(number) for number in traits.known_numbers)


class Rarities(dict[str, float]):
    """How rare each term is among many reports; what was told stays until it begins anew."""

    def __init__(self, count: Callable[[str], int]) -> None:
        """Begin with no reports; `count` says how many have a term."""
        self._count = count
        self.begin(0)

    def begin(self, total: int) -> None:
        """Begin anew, with so many reports."""
        self.clear()
        self._total = total

    def __missing__(self, term: str) -> float:
        """Tell of a term that was not asked for yet."""
        self[term] = rarity = tell_rarity(self._count(term), self._total, know_share(term))
        return rarity
