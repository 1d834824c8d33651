"""Clusters by average linkage: the closest two are joined while they are close on average.

Order of arrival plays no part: a greedy pass over one labelled set found
anything between 0.62 and 0.92 of its stories, by the order it was given.
"""

from collections import defaultdict
from collections.abc import Mapping
from heapq import heapify, heappop, heappush

Scores = Mapping[tuple[int, int], float]
"""How alike two items are, by (smaller, larger) number; pairs that are missing share nothing."""


def link(size: int, scores: Scores, enough: float, between: float) -> list[list[int]]:
    """The items 0 to size-1 in clusters, each sorted, those with the lowest items first.

    Two items are joined at `enough`, groups of them already at an average of
    `between`: of an event that many tell, some tell another side of it. Equal
    scores are joined lowest numbers first, so that the same items give the same
    clusters.
    """
    members = {number: [number] for number in range(size)}
    sums: dict[int, dict[int, float]] = defaultdict(dict)
    for (left, right), score in scores.items():
        sums[left][right] = sums[right][left] = score
    waiting = [(-score, pair, pair) for pair, score in scores.items() if score >= enough]
    heapify(waiting)
    fresh = size
    while waiting:
        _, _, (left, right) = heappop(waiting)
        if left not in members or right not in members:
            continue
        joined = sorted(members.pop(left) + members.pop(right))
        members[fresh] = joined
        for other, total in _add(sums.pop(left), sums.pop(right)).items():
            if other not in members:
                continue
            sums[fresh][other] = sums[other][fresh] = total
            average = total / (len(joined) * len(members[other]))
            if average >= between:
                first = (min(joined[0], members[other][0]), max(joined[0], members[other][0]))
                heappush(waiting, (-average, first, (other, fresh)))
        fresh += 1
    return sorted(members.values())


def _add(one: Mapping[int, float], other: Mapping[int, float]) -> dict[int, float]:
    return {number: one.get(number, 0.0) + other.get(number, 0.0) for number in {**one, **other}}
