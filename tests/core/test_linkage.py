"""Clusters by average linkage: independent of order, nothing lost."""

from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.stories.linkage import link


def test_the_closest_are_joined_while_they_are_close_on_average() -> None:
    """A chain of sure pairs is one cluster only while its ends have something in common too."""
    chain = {(0, 1): 0.9, (1, 2): 0.8}
    assert link(3, chain, 0.5, 0.5) == [[0, 1], [2]]
    assert link(3, chain, 0.5, 0.4) == [[0, 1, 2]]
    assert link(3, {**chain, (0, 2): 0.3}, 0.5, 0.5) == [[0, 1, 2]]
    assert link(2, {(0, 1): 0.49}, 0.5, 0.1) == [[0], [1]], "two alone need a sure pair"
    assert link(0, {}, 0.5, 0.5) == []


_SCORES = st.integers(0, 9).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(st.floats(0, 1), min_size=size * (size - 1) // 2, max_size=size * (size - 1) // 2),
    )
)


@given(_SCORES, st.integers(0, 99))
def test_names_of_items_change_nothing(drawn: tuple[int, list[float]], seed: int) -> None:
    """Renumbered items make the same clusters, and each stands in one."""
    size, values = drawn
    # Different scores: between equal ones the numbers decide.
    scores = {
        pair: value + number / 1e6
        for number, (pair, value) in enumerate(
            zip(combinations(range(size), 2), values, strict=True)
        )
    }
    renamed = list(range(size))
    Random(seed).shuffle(renamed)  # noqa: S311 - drawn by the property
    again = {
        (min(renamed[one], renamed[other]), max(renamed[one], renamed[other])): score
        for (one, other), score in scores.items()
    }
    clusters = link(size, scores, 0.5, 0.3)
    assert sorted(item for cluster in clusters for item in cluster) == list(range(size))
    moved = sorted(sorted(renamed[item] for item in cluster) for cluster in clusters)
    assert link(size, again, 0.5, 0.3) == moved
