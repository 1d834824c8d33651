"""Why two reports that have much in common do not count as alike, for people who ask."""

from dataclasses import dataclass, replace

from aggregator.core.likeness.rarity import Rarity
from aggregator.core.likeness.traits import Traits
from aggregator.core.likeness.weighing import (
    LEAST_WORDS,
    Likeness,
    differs_in_figures,
    measure_length,
    weigh,
)
from aggregator.core.near import SAME


@dataclass(frozen=True, slots=True)
class Compared:
    """What two reports share, and in words what forbids that it counts, "" where nothing does."""

    likeness: Likeness
    veto: str = ""


def name_veto(left: Traits, right: Traits, text: float, *, recurs: bool) -> str:
    """Why the two never count as alike; `recurs` says that a title of theirs comes again."""
    if differs_in_figures(left, right):
        return "titles alike but for their numbers"
    if min(len(left.words), len(right.words)) < LEAST_WORDS:
        return "one has too few words to be compared"
    if left.is_live or right.is_live:
        return "one is a running list of many stories, or comes every day"
    if recurs and text < SAME:
        return "a title that its source gives to one report after the other"
    return "the same words with other names or numbers" if text >= SAME else ""


def weigh_anyway(left: Traits, right: Traits, rarity: Rarity, text: float) -> Likeness:
    """What the two would be worth to each other if nothing forbade it."""
    one, other = (replace(traits, is_live=False, title_sums=b"") for traits in (left, right))
    lengths = measure_length(left, rarity) * measure_length(right, rarity)
    return replace(weigh(one, other, rarity, min(text, SAME - 0.01), lengths), text=text)
