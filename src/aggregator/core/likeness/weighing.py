"""How sure it is that two different reports tell of one event.

Within a language their words say it, where these are few their names too;
across languages names and numbers alone. The weights are few and none is
negative: fitted to small sets, logistic weights fell from 0.91 to 0.79 on
others. What each is fixed by is in docs/decisions/0022.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import exp, fsum, sqrt
from operator import mul

from aggregator.core.likeness.contrast import name_others, tell_content
from aggregator.core.likeness.rarity import Rarity
from aggregator.core.likeness.terms import name_term, number_term
from aggregator.core.likeness.traits import Traits
from aggregator.core.near import SAME
from aggregator.core.places import is_place

ENOUGH = 0.28
"""From here on two reports are one story."""

_IN_TITLE = 3.0
_MORE_IN_TITLE = _IN_TITLE**2 - 1.0
_NAME_PLACES = (0.45, 0.7, 1.0)
"""What a shared name counts: in both beginnings, in one of the titles, in both titles."""
_PLACE = 0.35
"""A country or capital, against a name that is rare."""
_PLACES_ALONE = 0.45
"""All shared places together, where no other name is shared: they stand in everything."""
_NAMES = 2
_TOO_FEW = 0.65
_NUMBER = 1.5
_MOST_NAMES = 2.0
_ACROSS = 0.55
_BESIDE_WORDS = 0.2
LEAST_WORDS = 4
"""Different words that a report must have to be compared: a title such as "Press Review", or a
forecast of one number, says what it is and not of what it tells."""
_FEW_WORDS, _MANY_WORDS = 15, 30
"""Different words of the shorter report: with few, names count; with many, words say it all."""
_OTHER_NAMES = 0.4
"""Of the rest is left where each title has names of its own: accidents in two towns (any value
from 0.2 to 0.4 parts the same pairs; at 0 the averages of large stories fall)."""
_LINKED = 0.35
_OWN_SERIES = 0.6
"""Of the rest is left within one source: it seldom tells of one event twice, and its series
(ratings of shares, alarms of a fire brigade) are written in one form of words."""
_SHARED_WORDS = 4
"""Shared words below which they count in part: one word may be shared by chance."""
_FADES = 36.0
"""Hours after which the same likeness is worth a third (without time, recall fell by 0.25)."""
FAR = timedelta(hours=72)
"""Further apart no likeness is worth more than 0.14, too little for anything; copies apart."""
_TEMPLATE = 0.5
_SHORT = 40
"""Three-word runs of a text so short that a template fills it: "a fire in ... Street, put out"."""
_SAME_DAY = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two reports share, each from 0 on, and `score`, from 0 to 1, that all of it makes.

    `is_copy` says that they are one report, carried by both, `differs` that each
    title names what the other report lacks. `meaning` is how near they are by their
    vectors, which is no part of the score: see `Window.hear`.
    """

    score: float
    is_copy: bool = False
    text: float = 0.0
    words: float = 0.0
    names: float = 0.0
    linked: bool = False
    hours: float = 0.0
    differs: bool = False
    meaning: float = 0.0


NONE = Likeness(0.0)


def weigh(left: Traits, right: Traits, rarity: Rarity, text: float, lengths: float) -> Likeness:
    """How sure it is that the two tell of one event; 0 where a veto says that they do not.

    `text` is the share of their words, see `core.near`; `lengths` is the product
    of both lengths, see `measure_length`.
    """
    if left.is_live or right.is_live or differs_in_figures(left, right):
        return NONE
    if min(len(left.words), len(right.words)) < LEAST_WORDS:
        return NONE
    if text >= SAME:
        is_copy = are_copies(left, right)
        if is_copy or not differ_in_tolls(left, right):
            return Likeness(float(is_copy), is_copy, text)
    names = _weigh_names(left, right, rarity)
    hours = abs((left.at - right.at).total_seconds()) / 3600
    linked = is_linked(left, right)
    if left.language == right.language:
        shared = set(left.words).intersection(right.words)
        words = _weigh_words(shared, left.title, right.title, rarity) / lengths
        few = _tell_shortness(left, right) if names else 0.0
        few *= tell_content(left, right) if few else 0.0
        differs = name_others(left, right)
        score = (words + _BESIDE_WORDS * names * few) * (_OTHER_NAMES if differs else 1.0)
    else:
        words, differs = 0.0, False
        score = _ACROSS * names
    own = _OWN_SERIES if left.source_id == right.source_id else 1.0
    score = min(1.0, score + _LINKED * linked) * own * exp(-hours / _FADES)
    return Likeness(score, False, text, words, names, linked, hours, differs)  # noqa: FBT003


def are_copies(left: Traits, right: Traits) -> bool:
    """Whether two texts of the same words are one report: their numbers agree.

    A market report is a template: its words are yesterday's, its numbers are
    not. Short texts are templates of names too: two fires of one day differ in
    the street. One source tells a report again under another address within a
    day; later it may be the next day's report in the same words.
    """
    # Of two that are as long, the one with fewer numbers: which comes first must play no part.
    short, long = sorted((left, right), key=lambda one: (len(one.runs), len(one.figures)))
    if len(short.runs) < _SHORT and (
        _have_own(left.told, right.told) or _have_own(left.figures, right.figures)
    ):
        return False
    if left.source_id == right.source_id:
        return short.figures <= long.figures and abs(left.at - right.at) < _SAME_DAY
    return 2 * len(short.figures & long.figures) >= len(short.figures)


def differ_in_tolls(left: Traits, right: Traits) -> bool:
    """Whether two sources use the same words but for how many came to harm: one event, later."""
    return (
        left.source_id != right.source_id
        and not _have_own(left.told, right.told)
        and left.figures - left.tolls == right.figures - right.tolls
        and left.figures != right.figures
    )


def _have_own(left: frozenset[int], right: frozenset[int]) -> bool:
    """Whether each has something that the other has not: then neither is a part of the other."""
    return not (left <= right or right <= left)


def differs_in_figures(left: Traits, right: Traits) -> bool:
    """Whether the titles are of one template, and its numbers differ: two days' forecasts.

    How many came to harm does not count: it grows while an event is told.
    """
    mine, others = left.title_figures - left.tolls, right.title_figures - right.tolls
    if not (mine and others) or mine == others:
        return False
    return _compare(left.title, right.title) >= _TEMPLATE


def is_linked(left: Traits, right: Traits) -> bool:
    """Whether the text of one leads to the other."""
    return bool(
        (right.canonical and right.canonical in left.links)
        or (left.canonical and left.canonical in right.links)
    )


def _compare(left: Iterable[str], right: Iterable[str]) -> float:
    one, other = set(left), set(right)
    return len(one & other) / (len(one | other) or 1)


def _weigh_words(
    shared: Collection[str], title: Collection[str], other_title: Collection[str], rarity: Rarity
) -> float:
    """The product of the two as vectors, rare words and those of titles weighing more."""
    # fsum: a set has no order, and a plain sum of floats depends on one.
    product = fsum(
        rarity(stem) ** 2
        * (_IN_TITLE if stem in title else 1.0)
        * (_IN_TITLE if stem in other_title else 1.0)
        for stem in shared
    )
    return product * _tell_many(len(shared))


def measure_length(traits: Traits, rarity: Rarity) -> float:
    """The length of a report's words as a vector, see `weigh`; never 0."""
    weights = list(map(rarity, traits.words))
    squares = list(map(mul, weights, weights))
    return sqrt(sum(squares) + _MORE_IN_TITLE * sum(squares[: traits.title_words])) or 1.0


def _tell_many(shared: int) -> float:
    """1 for many shared words, little for few: one word may be shared by chance."""
    return min(1.0, shared / _SHARED_WORDS) ** 2


def _tell_shortness(left: Traits, right: Traits) -> float:
    """1 where one has few words, 0 where both have many."""
    fewer = min(len(left.words), len(right.words))
    return min(1.0, max(0.0, (_MANY_WORDS - fewer) / (_MANY_WORDS - _FEW_WORDS)))


def _weigh_names(left: Traits, right: Traits, rarity: Rarity) -> float:
    """What shared names and rare numbers count together."""
    weights, has_other = [], False
    shared = left.names & right.names
    for name in shared:
        titles = (name in left.title_names) + (name in right.title_names)
        weight = _PLACE if is_place(name) else rarity(name_term(name))
        has_other = has_other or not is_place(name)
        weights.append(weight * _NAME_PLACES[titles])
    total = fsum(weights)
    if total and not _are_enough(shared, left.title_names & right.title_names):
        total *= _TOO_FEW
    numbers = [rarity(number_term(number)) for number in left.numbers & right.numbers]
    has_other = has_other or bool(numbers)
    total += _NUMBER * fsum(numbers)
    return min(total, _MOST_NAMES if has_other else _PLACES_ALONE)


def _are_enough(shared: Collection[str], in_titles: Collection[str]) -> bool:
    """Whether names can say it: two, one of them in both titles, or three."""
    return len(shared) >= (_NAMES if in_titles else _NAMES + 1)
