"""Nearness in meaning: what it is seen from, to whom it is lent, and that it joins no pair."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.likeness import (
    DOUBT,
    ENOUGH,
    Key,
    Likeness,
    Window,
    list_doubtful,
    name_wording,
    read_wording,
)
from aggregator.core.likeness.meaning import Meaning
from aggregator.core.model import Report
from aggregator.core.stories import combine
from aggregator.core.stories.witnesses import NEAR, UNSURE, bear_witness, is_lent
from tests.core.make import NOW, make_entry, make_report
from tests.landslide import LATE, SIZE, STORY, make_others, make_vector

_PREFIX = "tag:x,2026:1"


def make_crowd(count: int = 40) -> dict[Key, bytes]:
    """The vectors of so many reports that have nothing to do with each other."""
    return {("crowd", str(number)): make_vector(number) for number in range(count)}


def speak(vectors: Mapping[Key, bytes], language: str = "en") -> dict[Key, str]:
    """The same language for all of them."""
    return dict.fromkeys(vectors, language)


# Nearness -------------------------------------------------------------------------


def test_what_all_have_in_common_makes_nobody_near() -> None:
    """Two of a crowd are no nearer than usual, though their plain cosine is high; twins are."""
    crowd = make_crowd() | {("a", "1"): make_vector(99), ("b", "1"): make_vector(99)}
    meaning = Meaning(crowd, speak(crowd))
    assert abs(meaning.compare(("crowd", "1"), ("crowd", "2"))) < NEAR
    assert meaning.compare(("a", "1"), ("b", "1")) == 1.0


def test_of_few_vectors_nothing_is_near() -> None:
    """Nineteen have no middle; nor is anything near of which there is no vector."""
    few = make_crowd(19) | {("a", "1"): make_vector(99)}
    few.pop(("crowd", "0"))
    assert Meaning(few, speak(few)).compare(("a", "1"), ("a", "1")) == 0.0
    crowd = make_crowd()
    assert Meaning(crowd, speak(crowd)).compare(("crowd", "1"), ("a", "1")) == 0.0
    assert Meaning().compare(("a", "1"), ("a", "1")) == 0.0


def test_each_language_is_seen_from_its_own_middle() -> None:
    """What tells two languages apart is not what two reports of one have in common."""
    english = make_crowd()
    shift = bytes([0, 100, *[0] * (SIZE - 2)])
    russian = {
        ("ru", key): bytes(
            (one + more) % 256 for one, more in zip(make_vector(100 + n), shift, strict=True)
        )
        for n, (_, key) in enumerate(english)
    }
    both = english | russian
    apart = Meaning(both, speak(english) | speak(russian, "ru"))
    mixed = Meaning(both, speak(both))
    pairs = [(("ru", str(n)), ("ru", str(n + 1))) for n in range(20)]
    assert sum(apart.compare(*pair) for pair in pairs) < sum(mixed.compare(*pair) for pair in pairs)


@given(st.permutations(range(30)))
def test_the_order_of_vectors_changes_nothing(order: Sequence[int]) -> None:
    """The same vectors give the same nearness."""
    keys = list(make_crowd(30).items())
    crowd = dict(keys)
    moved = dict(keys[number] for number in order)
    one, other = Meaning(crowd, speak(crowd)), Meaning(moved, speak(moved))
    pairs = [(keys[n][0], keys[n + 1][0]) for n in range(0, 28, 4)]
    assert [one.compare(*pair) for pair in pairs] == [other.compare(*pair) for pair in pairs]


def test_a_large_language_is_sampled() -> None:
    """The middle of many is that of a part of them, the same for the same reports."""
    many = make_crowd(900)
    meaning = Meaning(many, speak(many))
    again = Meaning(dict(reversed(many.items())), speak(many))
    pair = (("crowd", "5"), ("crowd", "6"))
    assert meaning.compare(*pair) == again.compare(*pair)
    assert abs(meaning.compare(*pair)) < NEAR


def test_a_vector_of_zeros_is_near_to_nothing() -> None:
    """Whatever an engine gives, nothing is divided by 0."""
    crowd = make_crowd() | {("a", "1"): bytes(SIZE)}
    assert Meaning(crowd, speak(crowd)).compare(("a", "1"), ("crowd", "1")) < NEAR
    dead = dict.fromkeys(make_crowd(), bytes(SIZE))
    assert Meaning(dead, speak(dead)).compare(("crowd", "1"), ("crowd", "2")) == 0.0


def test_a_vector_of_another_length_is_left_out() -> None:
    """One that another engine made, or that was cut short, costs no publishing."""
    crowd = make_crowd() | {("a", "1"): make_vector(99)[:-1], ("b", "1"): b""}
    meaning = Meaning(crowd, speak(crowd))
    assert meaning.compare(("a", "1"), ("b", "1")) == 0.0
    assert meaning.compare(("crowd", "1"), ("crowd", "1")) == 1.0


def test_a_wording_is_title_and_beginning() -> None:
    """What stands further behind changes no vector; surrogates of a feed are borne."""
    one = make_entry(title="A title", text="word " * 100)
    assert read_wording(one) == "A title. " + ("word " * 60)
    assert read_wording(one) == read_wording(replace(one, text=one.text + "more"))
    assert name_wording("a \ud800") != name_wording("a ")
    assert len(name_wording("a")) == 32


# Testimony ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "meaning", "lent"),
    [
        (DOUBT, NEAR, True),
        (UNSURE - 0.001, 1.0, True),
        (DOUBT - 0.001, 1.0, False),  # what is near in theme alone
        (DOUBT, NEAR - 0.01, False),
        (0.0, 1.0, False),  # a veto
        (UNSURE, 1.0, False),  # it says so by itself
        (1.0, 1.0, False),
    ],
)
def test_meaning_is_lent_to_what_words_leave_unsure(
    score: float, meaning: float, *, lent: bool
) -> None:
    """It makes a witness, never more; and takes nothing from anyone."""
    likeness = Likeness(score, meaning=meaning)
    assert is_lent(likeness) == lent
    assert bear_witness(likeness) == (UNSURE if lent else score)
    assert UNSURE < ENOUGH, "nobody is joined by one witness"


def open_window(reports: Sequence[Report], *, near: bool) -> Window:
    """The reports with vectors, all alike or all different, in a crowd of others."""
    others = make_others()
    window = Window([*reports, *others])
    vectors = {one.entry.name: make_vector(n) for n, one in enumerate(others)}
    vectors |= {
        one.entry.name: make_vector(999 if near else 500 + n) for n, one in enumerate(reports)
    }
    window.learn_meaning(vectors)
    return window


def test_two_unsure_witnesses_who_are_near_speak_for_a_report() -> None:
    """One of both that is near does not do, nor do two by their words; the reason says it."""
    reports = [*STORY, LATE]
    scores = [Window(reports).compare(LATE.entry.name, one.entry.name).score for one in STORY]
    assert all(DOUBT <= score < UNSURE for score in scores), scores
    (story,) = combine(reports, {}, (), _PREFIX, open_window(reports, near=True))
    reasons = dict(
        zip((group[0].source.id for group in story.also), story.also_reasons, strict=True)
    )
    assert "near in meaning (1.00), counts as 0.19) as " in reasons["cc"]
    assert ", and 0.1" in reasons["cc"]
    assert reasons["cc"].count("near in meaning") == 2
    assert len(combine(reports, {}, (), _PREFIX, open_window(reports, near=False))) == 2
    assert len(combine(reports, {}, (), _PREFIX)) == 2


@pytest.mark.parametrize("one", STORY)
def test_no_pair_is_joined_by_meaning(one: Report) -> None:
    """Two reports that are as near as can be stay two where words leave them unsure."""
    pair = [one, LATE]
    assert len(combine(pair, {}, (), _PREFIX, open_window(pair, near=True))) == 2


def test_an_edit_of_the_window_forgets_no_vector_of_others() -> None:
    """Vectors of reports that it does not hold are left out; the rest stay until told anew."""
    window = open_window([*STORY, LATE], near=True)
    window.learn_meaning({("nobody", "1"): make_vector(1)})
    assert window.hear(STORY[0].entry.name, LATE.entry.name).meaning == 0.0


# Doubts ---------------------------------------------------------------------------


def test_doubtful_is_what_words_leave_unsure() -> None:
    """What is sure needs no vector, nor what shares nothing; nor what one source tells twice."""
    alone = make_report(make_entry("9", "dd", title="Bread prices rise in autumn", language="en"))
    reports = [*STORY, LATE, alone]
    found = list_doubtful(reports, Window(reports))
    assert {one.source.id for one in found} == {"aa", "bb", "cc"}
    assert found[0] is LATE, "two may speak for it"
    assert list_doubtful([STORY[0], alone], Window([STORY[0], alone])) == []
    own = replace(LATE, entry=replace(LATE.entry, source_id="aa", key="2"), source=STORY[0].source)
    assert list_doubtful([STORY[0], own], Window([STORY[0], own])) == []


def test_the_newest_doubts_come_first() -> None:
    """Where there is not time for all, what is new is read first."""
    old = replace(STORY[0], entry=replace(STORY[0].entry, published=NOW - timedelta(hours=1)))
    found = list_doubtful([old, LATE], Window([old, LATE]))
    assert [one.source.id for one in found] == ["cc", "aa"]
