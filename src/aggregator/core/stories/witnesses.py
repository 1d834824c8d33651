"""Which reports that stand alone belong to a story because two of its reports say so.

One unsure likeness is chance, two of them from different sources are not: of
the pairs that words leave unsure these add joins and no wrong one (measured,
docs/decisions/0022). Only the scores of pairs are looked at here, so that
whatever else is known of a pair can be lent to them: how near they are in
meaning is (docs/decisions/0023), and can join no pair by itself.
"""

from collections.abc import Iterator, Mapping, Sequence

from aggregator.core.likeness import DOUBT, Likeness

Scores = Mapping[int, Mapping[int, float]]
"""How alike an item is to others, for every item that stands alone."""

UNSURE = 0.19
"""From here on a report bears witness."""

NEAR = 0.3
"""So near in meaning, it does so from `DOUBT` on (0.2 to 0.35 all do the same, 0.4 finds less)."""


def is_lent(likeness: Likeness) -> bool:
    """Whether it is the nearness in meaning by which a pair bears witness."""
    return DOUBT <= likeness.score < UNSURE and likeness.meaning >= NEAR


def bear_witness(likeness: Likeness) -> float:
    """What a pair says: its score, raised to that of a witness where meaning is lent to it."""
    return UNSURE if is_lent(likeness) else likeness.score


def call_witnesses(
    clusters: Sequence[Sequence[int]], sources: Sequence[frozenset[str]], scores: Scores
) -> list[list[int]]:
    """The clusters, each single item put to the one cluster in which two sources bear witness.

    `sources` are those of each item. What one item joins is decided by the
    clusters as they are given: who joins another one is no witness himself, so
    that no order plays a part, and no chain is made of unsure pairs.
    """
    homes = {item: place for place, cluster in enumerate(clusters) for item in cluster}
    found = [list(cluster) for cluster in clusters]
    for place, cluster in enumerate(clusters):
        if len(cluster) > 1:
            continue
        home = _find_home(cluster[0], homes, clusters, sources, scores.get(cluster[0], {}))
        if home is not None:
            found[home] += cluster
            found[place] = []
    return [sorted(cluster) for cluster in found if cluster]


def _find_home(
    item: int,
    homes: Mapping[int, int],
    clusters: Sequence[Sequence[int]],
    sources: Sequence[frozenset[str]],
    scores: Mapping[int, float],
) -> int | None:
    """The cluster whose second witness is the surest; None for none, and where two are as sure."""
    witnesses: dict[int, list[int]] = {}
    for other, score in scores.items():
        is_told = len(clusters[homes[other]]) > 1
        if is_told and score >= UNSURE and not sources[item] & sources[other]:
            witnesses.setdefault(homes[other], []).append(other)
    sure = sorted((_weigh(found, sources, scores), place) for place, found in witnesses.items())
    if not sure or not sure[-1][0] or [one for one, _ in sure].count(sure[-1][0]) > 1:
        return None
    return sure[-1][1]


def _weigh(
    found: Sequence[int], sources: Sequence[frozenset[str]], scores: Mapping[int, float]
) -> float:
    """How sure the less sure of the two best witnesses is who are of different sources; else 0."""
    pairs = _list_pairs(found, sources)
    return max((min(scores[one], scores[other]) for one, other in pairs), default=0.0)


def _list_pairs(
    found: Sequence[int], sources: Sequence[frozenset[str]]
) -> Iterator[tuple[int, int]]:
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            if not sources[one] & sources[other]:
                yield one, other
