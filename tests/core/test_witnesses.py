"""Two witnesses: whom reports of a story may speak for, and whom they may not."""

from itertools import permutations

import pytest

from aggregator.core.likeness import ENOUGH, Window
from aggregator.core.model import Report
from aggregator.core.stories import combine
from aggregator.core.stories.witnesses import UNSURE, call_witnesses
from tests.core.make import NOW, make_entry, make_report, make_source

_A, _B, _C, _D = (frozenset({name}) for name in "abcd")


def test_two_sources_speak_for_one_that_stands_alone() -> None:
    """One does not, nor do two whose likeness is too small, nor two that stand alone."""
    sure = {2: {0: UNSURE, 1: UNSURE}}
    assert call_witnesses([[0, 1], [2]], [_A, _B, _C], sure) == [[0, 1, 2]]
    for clusters, scores in (
        ([[0, 1], [2]], {2: {0: 0.9}}),
        ([[0, 1], [2]], {2: {0: 0.9, 1: UNSURE - 0.01}}),
        ([[0], [1], [2]], sure),
        ([[0, 1], [2, 3]], {2: {0: 0.9, 1: 0.9}}),
        ([[0, 1], [2]], {}),
    ):
        assert call_witnesses(clusters, [_A, _B, _C, _D], scores) == clusters


@pytest.mark.parametrize("sources", [[_A, _B, _A], [_A, _A, _B], [_A | _C, _B, _C]])
def test_a_witness_is_of_a_source_of_its_own(sources: list[frozenset[str]]) -> None:
    """Of another one than whom it speaks for, and than the other witness."""
    assert call_witnesses([[0, 1], [2]], sources, {2: {0: 0.9, 1: 0.9}}) == [[0, 1], [2]]


def test_of_two_stories_the_surer_one_is_joined() -> None:
    """The second witness decides; where it is as sure for both, the report stands alone."""
    sources = [_A, _B, _A, _B, _C]
    first, second = [0, 1], [2, 3]
    scores = {4: {0: 0.25, 1: 0.24, 2: 0.9, 3: 0.21}}
    assert call_witnesses([first, second, [4]], sources, scores) == [[0, 1, 4], [2, 3]]
    scores = {4: {0: 0.25, 1: 0.21, 2: 0.9, 3: 0.21}}
    assert call_witnesses([first, second, [4]], sources, scores) == [first, second, [4]]


def test_who_joins_is_no_witness() -> None:
    """What joins a story is decided by the story as it was: no chain of unsure pairs."""
    scores = {2: {0: 0.2, 1: 0.2}, 3: {1: 0.2, 2: 0.27}}
    assert call_witnesses([[0, 1], [2], [3]], [_A, _B, _C, _D], scores) == [[0, 1, 2], [3]]


def test_the_names_of_items_change_nothing() -> None:
    """Renumbered items come together alike."""
    sources = [_A, _B, _C, _D]
    for order in permutations(range(4)):
        moved = {order[number]: source for number, source in enumerate(sources)}
        story = sorted(order[:2])
        clusters = sorted([story, [order[2]], [order[3]]])
        scores = {order[2]: {order[0]: 0.21, order[1]: 0.22}, order[3]: {order[0]: 0.27}}
        found = call_witnesses(clusters, [moved[number] for number in range(4)], scores)
        assert sorted(found) == sorted([sorted([*story, order[2]]), [order[3]]])


def _make(name: str, title: str, text: str) -> Report:
    entry = make_entry("1", name, title=title, text=text, language="en", published=NOW)
    return make_report(entry, make_source(name))


def test_a_story_says_who_bears_witness() -> None:
    """Each of both is unsure by itself; the reason names both of them."""
    reports = [
        _make(
            "aa",
            "Landslide blocks road to Tatev",
            "A landslide closed the only road to Tatev on Monday, and machines are on their way.",
        ),
        _make(
            "bb",
            "Road to Tatev closed by landslide",
            "Tatev's road is closed after a landslide, the ministry said; it sends machines.",
        ),
        _make(
            "cc",
            "Villagers without bread wait for bulldozers on a mountain road, priest writes",
            "Families have no bread, no coal, no fuel and no doctor until machines of the army"
            " clear away a landslide near Tatev, says a priest in a long letter.",
        ),
    ]
    window = Window(reports)
    first, second, late = ((one.entry.source_id, one.entry.key) for one in reports)
    alone = [window.compare(late, one).score for one in (first, second)]
    assert all(UNSURE <= score < ENOUGH for score in alone), alone
    (story,) = combine(reports, {}, (), "tag:x,2026:1", window)
    reasons = dict(
        zip((group[0].source.id for group in story.also), story.also_reasons, strict=True)
    )
    assert ", and 0.2" in reasons["cc"]
    assert reasons["cc"].endswith(("as aa", "as bb"))
    assert ", and" not in (reasons.get("aa") or reasons["bb"])
    apart = combine(reports[1:], {}, (), "tag:x,2026:1", window)
    assert len(apart) == 2, "one witness is none"
