"""How well items stand in groups: pairwise, B-cubed, and stories found whole.

Everything here takes pairs of (labelled story, found story), one for each item
that is scored, so that an item that is left out leaves no trace.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

Placed = Sequence[tuple[Hashable, Hashable]]
"""For each item: the story it is labelled with, the story it was found in."""


@dataclass(frozen=True, slots=True)
class Score:
    """Of what was found, how much is right; of what is right, how much was found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        """All three in words."""
        return f"precision {self.precision:.3f} recall {self.recall:.3f} F1 {self.f1:.3f}"


def score_pairs(placed: Placed) -> Score:
    """The share of right ones among the pairs put together, and of these among all right pairs.

    Where there is no pair, none is wrong and none is missing: 1.
    """
    right = _count_pairs(Counter(placed).values())
    found = _count_pairs(Counter(group for _, group in placed).values())
    labelled = _count_pairs(Counter(story for story, _ in placed).values())
    return Score(right / found if found else 1.0, right / labelled if labelled else 1.0)


def score_items(placed: Placed) -> Score:
    """B-cubed: the mean over all items of how much of its group, and of its story, is with it.

    An item is with itself: one that rightly stands alone scores 1 (Bagga and
    Baldwin, 1998).
    """
    both = Counter(placed)
    groups = Counter(group for _, group in placed)
    stories = Counter(story for story, _ in placed)
    precision = sum(both[story, group] / groups[group] for story, group in placed)
    recall = sum(both[story, group] / stories[story] for story, group in placed)
    count = len(placed)
    return Score(precision / count, recall / count) if count else Score(1.0, 1.0)


def count_found(placed: Placed) -> tuple[int, int]:
    """How many stories of two or more items were found, and how many there are.

    Found is a story all of whose items stand together, with no scored item of
    another story among them.
    """
    both = Counter(placed)
    groups = Counter(group for _, group in placed)
    stories = Counter(story for story, _ in placed)
    several = {story for story, count in stories.items() if count > 1}
    whole = [
        story
        for (story, group), count in both.items()
        if story in several and count == stories[story] == groups[group]
    ]
    return len(whole), len(several)


def _count_pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)
