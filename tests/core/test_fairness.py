"""The places of the live feed: a table of rules, then laws for any stories of any sources."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.fairness import MOST_LOOKED_AT, Chosen, choose, find_most
from aggregator.core.model import Story
from tests.core.make import NOW, make_entry, make_report


def make_stories(sources: str) -> list[Story]:
    """A story a letter, the newest first, each of the source that the letter names."""
    return [
        Story(f"{source}{number}", make_report(make_entry(str(number), source, first_seen=at)))
        for number, source in enumerate(sources)
        for at in [NOW - timedelta(minutes=number)]
    ]


def spell(stories: Iterable[Story]) -> str:
    """Their sources and places in the line: a0 a1 b2."""
    return " ".join(story.id for story in stories)


def pick(
    stories: Sequence[Story],
    items: int,
    most: int,
    held: Iterable[str] = (),
    *,
    is_all: bool = True,
) -> Chosen:
    """The choice where some stories may not be shown."""
    refused = set(held)

    def show(story: Story) -> Story | None:
        return None if story.id in refused else story

    return choose(stories, items, most, show, is_all=is_all)


@pytest.mark.parametrize(
    ("line", "items", "most", "shown", "passed_over"),
    [
        pytest.param("aaaa", 4, 1, "a0 a1 a2 a3", "", id="a feed that is not full stays as it is"),
        pytest.param("abab", 2, 1, "a0 b1", "", id="nobody has too many: the newest"),
        pytest.param("aaabcd", 4, 2, "a0 a1 b3 c4", "a2", id="who has too many gives way"),
        pytest.param("aaaab", 4, 1, "a0 a1 a2 b4", "a3", id="nobody else wants the places"),
        pytest.param("aaaabbbb", 4, 1, "a0 a1 b4 b5", "a2 a3", id="both want them: in turn"),
        pytest.param("aaaabbb", 3, 1, "a0 a1 b4", "a2 a3", id="of equal claims the newer"),
        pytest.param("aaa", 0, 1, "", "", id="a feed without places"),
    ],
)
def test_places(line: str, items: int, most: int, shown: str, passed_over: str) -> None:
    """Within the share the newest first; what nobody else wants may be taken."""
    chosen = pick(make_stories(line), items, most)
    assert (spell(chosen.stories), spell(chosen.passed_over)) == (shown, passed_over)
    assert chosen.is_settled


@pytest.mark.parametrize(
    ("items", "share", "sources", "most"),
    [
        (200, 0.25, 100, 50),
        (100, 0.29, 100, 29),
        (5, 0.05, 100, 1),
        (10, 0.25, 3, 4),
        (10, 0.25, 1, 10),
        (10, 1.0, 5, 10),
        (10, 0.25, 0, 10),
    ],
)
def test_the_most_that_one_source_gets(items: int, share: float, sources: int, most: int) -> None:
    """The share, rounded down; never none; of few sources an equal part."""
    assert find_most(items, share, sources) == most


def test_a_story_that_may_not_be_shown_counts_for_nothing() -> None:
    """Neither for the share of its source nor for the places, waiting or not."""
    line = make_stories("aaaab")
    assert spell(pick(line, 3, 2, ["a0", "a1"]).stories) == "a2 a3 b4"
    assert spell(pick(line, 3, 1, ["a1", "a2"]).stories) == "a0 a3 b4"


def test_a_story_counts_for_who_leads_it_when_it_is_shown() -> None:
    """Where another report must lead, its source gets no place beyond its share by that."""
    line = make_stories("abac")
    by_a = replace(line[1], lead=make_report(make_entry("9", "a", first_seen=NOW)))

    def show(story: Story) -> Story:
        return by_a if story.id == "b1" else story

    chosen = choose(line, 2, 1, show)
    assert (spell(chosen.stories), spell(chosen.passed_over)) == ("a0 c3", "b1 a2")
    assert spell(choose(line, 3, 2, show).stories) == "b1 a0 c3", "by the time of who leads"


def test_only_who_may_get_a_place_is_asked() -> None:
    """Making an entry of a story costs; those who wait are not made."""
    asked: list[str] = []

    def show(story: Story) -> Story:
        asked.append(story.id)
        return story

    choose(make_stories("aaaaaabcd"), 4, 1, show)
    assert asked == ["a0", "b6", "c7", "d8"]


def test_older_stories_are_asked_for_while_they_may_have_a_claim() -> None:
    """Until the places are given within the share, or four times as many stories were seen."""
    flood = make_stories("a" * 20 + "b")
    assert not pick(flood[:7], 2, 1, is_all=False).is_settled
    assert spell(pick(flood[:8], 2, 1, is_all=False).stories) == "a0 a1"
    assert pick(flood[:8], 2, 1, is_all=False).is_settled
    assert spell(pick(flood, 2, 1).stories) == "a0 a1", "b is too far behind"
    assert pick(make_stories("ab"), 2, 1, is_all=False).is_settled
    assert not pick(make_stories("a"), 2, 2, is_all=False).is_settled
    assert spell(pick(flood, 2, 1, [f"a{number}" for number in range(1, 8)]).stories) == "a0 a8"
    far = [f"a{number}" for number in range(1, 20)]
    assert spell(pick(flood, 2, 1, far).stories) == "a0 b20", "what may not be shown is no claim"


LINES = st.text("abcde", max_size=60)
HELD = st.sets(st.integers(0, 59))


@given(LINES, st.integers(1, 12), st.integers(1, 6), HELD)
def test_no_source_crowds_out_another(line: str, items: int, most: int, held: set[int]) -> None:
    """More than the share only while no other source has an unshown story, or as much itself."""
    stories = make_stories(line)
    refused = {stories[number].id for number in held if number < len(stories)}
    chosen = pick(stories, items, most, refused)
    shown = Counter(story.lead.source.id for story in chosen.stories)
    available = [story for story in stories if story.id not in refused]
    last = max((int(story.id[1:]) for story in chosen.stories), default=-1)
    for story in available:
        was_seen = int(story.id[1:]) <= last
        if was_seen and story not in chosen.stories:
            mine = shown[story.lead.source.id]
            assert mine >= most
            assert all(count <= max(most, mine + 1) for count in shown.values())


@given(LINES, st.integers(1, 12), st.integers(1, 6), HELD)
def test_no_place_stays_empty(line: str, items: int, most: int, held: set[int]) -> None:
    """As many stories as there are, up to the places; newest first; no story twice."""
    stories = make_stories(line)
    refused = {stories[number].id for number in held if number < len(stories)}
    chosen = pick(stories, items, most, refused).stories
    assert len(chosen) == min(items, len(stories) - len(refused & {s.id for s in stories}))
    assert list(chosen) == [story for story in stories if story in chosen]
    assert not refused & {story.id for story in chosen}


@given(LINES.filter(lambda line: len(line) <= 12), st.integers(1, 6))
def test_a_feed_that_is_not_full_is_not_changed(line: str, most: int) -> None:
    """Every story has its place, whatever the share."""
    stories = make_stories(line)
    assert pick(stories, 12, most) == Chosen(tuple(stories))


@given(LINES, st.integers(1, 12), st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_order_of_the_stories_given_is_no_matter(
    line: str, items: int, most: int, chance: Random
) -> None:
    """The same places for the same stories."""
    stories = make_stories(line)
    mixed = stories[:]
    chance.shuffle(mixed)
    assert pick(mixed, items, most) == pick(stories, items, most)


@given(LINES, st.integers(1, 6), st.integers(1, 6), st.integers(0, 60))
def test_what_is_settled_stays_so_whatever_is_older(
    line: str, items: int, most: int, read: int
) -> None:
    """How far the archive was read makes no difference."""
    stories = make_stories(line)
    part = pick(stories[:read], items, most, is_all=False)
    if part.is_settled:
        assert part.stories == pick(stories, items, most).stories
    else:
        assert len(stories[:read]) < MOST_LOOKED_AT * items
