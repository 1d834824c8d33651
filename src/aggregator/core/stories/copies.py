"""Which reports are one report, carried by several: groups of copies.

What counts as the same is in `core.evidence`; texts that are nearly the same
are found by `core.likeness`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations

from aggregator.core.evidence import (
    EVIDENCE,
    are_compatible,
    has_same_words,
    identifies,
    read_keys,
    still_agree,
    weigh,
)
from aggregator.core.likeness import Window
from aggregator.core.model import Entry, Report
from aggregator.core.stories.membership import Memberships, find_membership

_NEAR = len(EVIDENCE) + 1
"""The weakest evidence: the same text but for small edits."""

_MOST_OF_ONE = 5
"""Items of one source with one key: more than these, and the key says nothing of them."""

_MOST_TOGETHER = 200
"""Reports compared over one key; without a bound, one bad feed would cost everyone's time."""


def group(
    reports: Sequence[Report], memberships: Memberships, window: Window
) -> list[list[Report]]:
    """The reports in groups, one a report and its copies, the strongest evidence joined first.

    Two items of one feed that are not the same never stand in one group, also
    not by way of a third report.
    """
    home = {index: [index] for index in range(len(reports))}
    for _, left, right in sorted(_find_pairs(reports, memberships, window)):
        one, other = home[left], home[right]
        if one is not other and _may_join(reports, one, other, window):
            one.extend(other)
            home.update(dict.fromkeys(other, one))
    unique = {id(members): members for members in home.values()}
    return [[reports[index] for index in sorted(members)] for members in unique.values()]


def _find_pairs(
    reports: Sequence[Report], memberships: Memberships, window: Window
) -> set[tuple[int, int, int]]:
    """(strength, left, right) of every pair with evidence; 0 is the strongest."""
    shelves: dict[str, list[int]] = defaultdict(list)
    for index, report in enumerate(reports):
        known = find_membership(report, memberships)
        for shelf in (*read_keys(report.entry), *([f"story {known.story_id}"] if known else [])):
            shelves[shelf].append(index)
    vague = _find_vague_links(report.entry for report in reports)
    pairs = set(_find_near(reports, window))
    thinned = (_thin(shelf, reports) for shelf in shelves.values())
    for left, right in {pair for shelf in thinned for pair in combinations(shelf, 2)}:
        strength = _weigh(reports[left], reports[right], memberships, vague)
        if strength is not None:
            pairs.add((strength, left, right))
    return pairs


def _find_near(reports: Sequence[Report], window: Window) -> Iterator[tuple[int, int, int]]:
    places = {report.entry.name: index for index, report in enumerate(reports)}
    for name, index in places.items():
        for other, likeness in window.find_alike(name).items():
            place = places.get(other, -1)
            if place > index and likeness.is_copy:
                yield _NEAR, index, place


def _thin(shelf: Sequence[int], reports: Sequence[Report]) -> Sequence[int]:
    """The reports of a shelf that are worth comparing: not the many of one source."""
    sources = Counter(reports[index].entry.source_id for index in shelf)
    kept = [index for index in shelf if sources[reports[index].entry.source_id] <= _MOST_OF_ONE]
    return kept[:_MOST_TOGETHER]


def _find_vague_links(entries: Iterable[Entry]) -> frozenset[str]:
    """Links that one source gives to several of its items that are not the same.

    A page of a section, say; such a link alone does not make a report of
    another source one of these items.
    """
    shelves: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if identifies(entry.canonical):
            shelves[entry.source_id, entry.canonical or ""].append(entry)
    return frozenset(
        link
        for (_, link), items in shelves.items()
        if not all(are_compatible(items[0], item) for item in items[1:])
    )


def _weigh(
    one: Report, other: Report, memberships: Memberships, vague: Collection[str]
) -> int | None:
    left, right = one.entry, other.entry
    mine, others = find_membership(one, memberships), find_membership(other, memberships)
    if mine and others and mine.story_id == others.story_id and still_agree(left, right):
        return 0
    strength = weigh(left, right)
    if strength is None or not are_compatible(left, right):
        return None
    return None if left.canonical in vague and not has_same_words(left, right) else strength


def _may_join(
    reports: Sequence[Report], one: Sequence[int], other: Sequence[int], window: Window
) -> bool:
    return all(
        are_compatible(reports[left].entry, reports[right].entry)
        or window.compare(reports[left].entry.name, reports[right].entry.name).is_copy
        for left in one
        for right in other
    )
