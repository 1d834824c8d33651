"""What tells two reports of one kind of event apart, though their words are the same.

Accidents, matches and talks are told in set words, and a person who is in the
news today does several things: what is shared then says the kind or the
person, and not the event.
"""

from collections.abc import Collection, Iterable

from aggregator.core.likeness.common import know_share
from aggregator.core.likeness.terms import name_term
from aggregator.core.likeness.traits import Traits
from aggregator.core.places import is_capital, is_place

_ONE_PERSON = 2
"""Names, given and of the family."""
_ENOUGH_MORE = 1.5
"""Shared words besides from which on names count in full."""
_SHARED_WORDS = 4
_LEAST_STEM = 3


def name_others(left: Traits, right: Traits) -> bool:
    """Whether each title names what the other report lacks, as much as both have in common.

    Of a country, a capital, and all other names only those of one kind speak
    against each other: Kyiv and Ukraine may be one, Turkey and Iran are not.
    """
    if not (left.proper and right.proper):
        return False
    mine = [name for name in left.proper if not _has(right.names, name)]
    others = [name for name in right.proper if not _has(left.names, name)]
    against = sum(
        min(_count(mine, kind), _count(others, kind)) for kind in ("", "country", "capital")
    )
    shared = len(left.proper | right.proper) - len({*mine, *others})
    return 0 < against >= shared


def _has(names: Collection[str], name: str) -> bool:
    """Whether it is among them, or one form of it is: "Tver" and "Tverskaya"."""
    return name in names or any(
        other.startswith(name) or (len(other) >= _LEAST_STEM and name.startswith(other))
        for other in names
    )


def _count(names: Iterable[str], kind: str) -> int:
    return sum(_name_kind(name) == kind for name in names)


def _name_kind(name: str) -> str:
    if not is_place(name):
        return ""
    return "capital" if is_capital(name) else "country"


def tell_content(left: Traits, right: Traits) -> float:
    """From 0, where at most one person's names are shared, to 1: how far names may count.

    Words of which every newspaper is full say nothing here: what two reports of
    a prime minister share may be the prime minister.
    """
    shared = set(left.words).intersection(right.words)
    telling = sum(not know_share(word) for word in shared)
    names = sum(not know_share(name_term(name)) for name in left.names & right.names)
    more = max(0, telling - min(_ONE_PERSON, names))
    return min(1.0, more / _ENOUGH_MORE) * min(1.0, len(shared) / _SHARED_WORDS)
