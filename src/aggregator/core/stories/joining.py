"""Which groups of copies tell of one event: they are one story.

The evidence is in `core.likeness`; here it is made a decision. Uncertain ones
stay apart: a story shown twice harms less than one that is hidden.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from aggregator.core.likeness import ENOUGH, Key, Window
from aggregator.core.model import Report
from aggregator.core.stories.linkage import link
from aggregator.core.stories.membership import Memberships, find_membership
from aggregator.core.stories.witnesses import bear_witness, call_witnesses

_BETWEEN = 0.15
"""On average between two groups."""
_MOST_COPIES = 6
"""Copies of a report that are compared with those of another."""
_MOST_JOINED = 150
"""Groups of one component for which every pair is compared; one that is larger is no event."""

Group = Sequence[Report]


def join(groups: Sequence[Group], memberships: Memberships, window: Window) -> list[list[Group]]:
    """The groups in stories, each with at least one; independent of their order but for ties.

    What the window no longer holds cannot be compared: it stays with what it
    was published together with.
    """
    scores = _score(groups, window)
    scores.update(_list_published(groups, memberships, window))
    clusters = link(len(groups), scores, ENOUGH, _BETWEEN)
    clusters = _join_witnessed(clusters, groups, window)
    return [[groups[number] for number in one] for one in _attach(clusters, groups, window)]


def _score(groups: Sequence[Group], window: Window) -> dict[tuple[int, int], float]:
    """How alike the groups of each component are: the components hang together by sure pairs."""
    homes = {name: number for number, group in enumerate(groups) for name in _list_names(group)}
    near: dict[int, set[int]] = {}
    for name, number in homes.items():
        for other in window.find_alike(name):
            if other in homes and homes[other] != number:
                pair = (number, homes[other])
                if _compare(groups, pair, window) >= ENOUGH:
                    near.setdefault(pair[0], set()).add(pair[1])
                    near.setdefault(pair[1], set()).add(pair[0])
    scores = {}
    for component in _find_components(near):
        for pair in _list_pairs(component, near):
            scores[pair] = _compare(groups, pair, window)
    return scores


def _join_witnessed(
    clusters: Sequence[Sequence[int]], groups: Sequence[Group], window: Window
) -> list[list[int]]:
    """The clusters, those of one group put where two sources bear witness of it."""
    sources = [frozenset(report.source.id for report in group) for group in groups]
    return call_witnesses(clusters, sources, _list_unsure(clusters, groups, window))


def _list_unsure(
    clusters: Sequence[Sequence[int]], groups: Sequence[Group], window: Window
) -> dict[int, dict[int, float]]:
    """How alike each group that stands alone is to those of stories, with what meaning lends."""
    homes = {
        name: number
        for cluster in clusters
        if len(cluster) > 1
        for number in cluster
        for name in _list_names(groups[number])
    }
    found: dict[int, dict[int, float]] = {}
    for number in (cluster[0] for cluster in clusters if len(cluster) == 1):
        alike = (window.find_alike(name) for name in _list_names(groups[number]))
        others = {homes[other] for one in alike for other in one if other in homes}
        found[number] = {other: _hear(groups, (number, other), window) for other in others}
    return found


def _hear(groups: Sequence[Group], pair: tuple[int, int], window: Window) -> float:
    left, right = (_list_names(groups[number]) for number in pair)
    return max(bear_witness(window.hear(one, other)) for one in left for other in right)


def _list_published(
    groups: Sequence[Group], memberships: Memberships, window: Window
) -> Iterator[tuple[tuple[int, int], float]]:
    """Pairs of one published story of which one is too old to be compared."""
    homes: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        known = (find_membership(report, memberships) for report in group)
        for story_id in {one.story_id for one in known if one}:
            homes.setdefault(story_id, []).append(number)
    old = {
        number
        for numbers in homes.values()
        for number in numbers
        if not any(name in window for name in _list_names(groups[number]))
    }
    for numbers in homes.values():
        for pair in combinations(numbers, 2):
            if old.intersection(pair):
                yield pair, 1.0


def _list_names(group: Group) -> list[Key]:
    return [report.entry.name for report in group[:_MOST_COPIES]]


def _compare(groups: Sequence[Group], pair: tuple[int, int], window: Window) -> float:
    left, right = (groups[number] for number in pair)
    return max(
        window.compare(one, other).score
        for one in _list_names(left)
        for other in _list_names(right)
    )


def _find_components(near: Mapping[int, set[int]]) -> Iterator[list[int]]:
    """What hangs together, each sorted."""
    seen: set[int] = set()
    for start in sorted(near):
        if start in seen:
            continue
        found, waiting = {start}, [start]
        while waiting:
            fresh = near[waiting.pop()] - found
            found |= fresh
            waiting.extend(fresh)
        seen |= found
        yield sorted(found)


def _list_pairs(
    component: Sequence[int], near: Mapping[int, set[int]]
) -> Iterator[tuple[int, int]]:
    """Every pair of a component; of one that is too large, the sure ones only."""
    for left, right in combinations(component, 2):
        if len(component) <= _MOST_JOINED or right in near[left]:
            yield left, right


def _attach(
    clusters: Sequence[Sequence[int]], groups: Sequence[Group], window: Window
) -> list[list[int]]:
    """The clusters, those of one report that leads to one other report put to that one's.

    Commentary links to what it is about; in its words it may be like nothing
    else. What it leads to must stand by itself: links do not make chains.
    """
    homes = {number: place for place, cluster in enumerate(clusters) for number in cluster}
    names = {name: number for number, group in enumerate(groups) for name in _list_names(group)}
    moves: dict[int, int] = {}
    for place, cluster in enumerate(clusters):
        target = _find_target(groups[cluster[0]], names, window) if len(cluster) == 1 else None
        if target is not None and homes[target] != place:
            moves[place] = homes[target]
    found = [list(cluster) for cluster in clusters]
    for place, home in moves.items():
        if home not in moves:
            found[home] += found[place]
            found[place] = []
    return [sorted(cluster) for cluster in found if cluster]


def _find_target(group: Group, names: Mapping[Key, int], window: Window) -> int | None:
    """The one group that the links of a group lead to, None for none and for several."""
    targets = (window.find_target(name) for name in _list_names(group))
    found = {names[target] for target in targets if target is not None and target in names}
    return found.pop() if len(found) == 1 else None
