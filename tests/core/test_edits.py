"""What the edits of a report are said to have changed."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.explaining.edits import (
    Changed,
    Effect,
    StoryTime,
    tell_edits,
    tell_time,
)
from aggregator.core.explaining.passages import MOST_PASSAGES, Passage, compare_texts
from aggregator.core.model import Entry, Person, Story
from aggregator.core.versions import TEXT, describe
from tests.core.make import NOW, make_entry, make_report, make_words

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "after", "passage"),
    [
        (
            "The bridge was closed on Monday after three days of rain",
            "The bridge was closed on Tuesday after three days of rain",
            Passage("… was closed on Monday after three days …",
                    "… was closed on Tuesday after three days …"),
        ),
        ("One two", "One two three", Passage("One two", "One two three")),
        ("One two", "", Passage("One two", "")),
        ("", "One two", Passage("", "One two")),
        ("同盟通信社は東京", "同盟通信社は大阪", Passage("… 信社は東京", "… 信社は大阪")),
        ("a\nb  c", "a\nx  c", Passage("a\nb  c", "a\nx  c")),
    ],
)  # fmt: skip
def test_a_change_is_told_with_the_words_around_it(
    before: str, after: str, passage: Passage
) -> None:
    """Three on each side, an ellipsis where there are more; letters in a script without spaces."""
    assert compare_texts(before, after).passages == (passage,)


def test_words_that_came_and_went_are_counted() -> None:
    """What both have counts nowhere; changes close together are one passage, others are not."""
    old = make_words(30)
    new = old.replace("word5 ", "").replace("word7", "x y").replace("word20", "z")
    found = compare_texts(old, new)
    assert (found.more, found.fewer) == (3, 3)
    assert [one.after for one in found.passages] == [
        "… word2 word3 word4 word6 x y word8 word9 word10 …",
        "… word17 word18 word19 z word21 word22 word23 …",
    ]


def test_only_the_first_places_are_told() -> None:
    """Of the others, how many there are."""
    old = make_words(100)
    new = " ".join(f"new{n}" if n % 10 == 0 else f"word{n}" for n in range(100))
    found = compare_texts(old, new)
    assert (found.more, found.fewer) == (10, 10)
    assert (len(found.passages), found.left_out) == (MOST_PASSAGES, 10 - MOST_PASSAGES)


words = st.lists(st.sampled_from(["a", "b", "c", "d", "Երևան", "х"]), max_size=40)


@given(words, words)
def test_the_counts_agree_with_the_texts(old: list[str], new: list[str]) -> None:
    """More less fewer is what the text grew by; the same words are no change."""
    found = compare_texts(" ".join(old), " \n".join(new))
    assert found.more - found.fewer == len(new) - len(old)
    assert (found.passages == ()) == (old == new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 1_000, "b a " * 500),
        ("a b " * 500, "b a a " * 330),
        ("a" * TEXT, "b" * TEXT),
        ("日" * TEXT, "日月" * (TEXT // 2)),
        (" ".join("ab"[n % 2] for n in range(199)), " ".join("ab"[n % 3 % 2] for n in range(199))),
        (" ".join(f"{n % 90}" for n in range(700)), " ".join(f"{n * 7 % 90}" for n in range(700))),
    ],
)
def test_no_text_makes_the_comparison_slow(old: str, new: str) -> None:
    """Half a second of computing at the very most for what can be kept."""
    start = time.process_time()
    compare_texts(old, new)
    assert time.process_time() - start < 0.5


FIRST = make_entry(title="Old title", authors=(Person("Ani"),))
SECOND = replace(FIRST, title="New title", text="A very short text 1.", changed=NOW + HOUR)
THIRD = replace(SECOND, published=NOW, authors=(), link=None)
VERSIONS = (describe(FIRST, NOW + HOUR), describe(SECOND, NOW + 2 * HOUR))


def test_each_edit_is_told_with_what_followed_it() -> None:
    """From version to version, the last one to what the report says now."""
    first, second = tell_edits(VERSIONS, THIRD)
    assert (first.at, second.at) == (NOW + HOUR, NOW + 2 * HOUR)
    assert first.lines == (Changed("title", "Old title", "New title"),)
    assert first.text
    assert (first.text.more, first.text.fewer, first.length) == (1, 0, (15, 20))
    assert second.lines == (
        Changed("link", "https://hetq.example/news/1", "none"),
        Changed("authors", "Ani", "none"),
    )
    assert (second.dated, second.text, second.length) == ((None, NOW), None, None)
    assert tell_edits((), THIRD) == ()


def test_of_a_report_that_is_out_no_word_is_told() -> None:
    """That something changed, not what it said."""
    first, second = tell_edits(VERSIONS, THIRD, is_out=True)
    assert first.lines == (Changed("title", "", ""),)
    assert first.text
    assert (first.text.more, first.text.passages) == (1, ())
    assert {(one.before, one.after) for one in second.lines} == {("", "")}


def test_what_changes_behind_the_kept_start_is_said() -> None:
    """With the characters that the whole text had and has."""
    start = make_words(400)
    old, new = make_entry(text=f"{start} end"), make_entry(text=f"{start} the end")
    (edit,) = tell_edits((describe(old, NOW),), new)
    assert (edit.text, edit.length) == (None, (len(old.text), len(new.text)))


def test_secrets_are_hidden_before_a_word_is_cut() -> None:
    """A passage may begin in the middle of a long address."""
    address = f"https://a.example/?q={'x' * 60}&token=verysecret"
    old, new = make_entry(text=f"{address} one"), make_entry(text=f"{address} two")
    (edit,) = tell_edits((describe(old, NOW),), new)
    assert edit.text
    assert "verysecret" not in str(edit.text.passages)


@pytest.mark.parametrize(
    ("entry", "story", "effect"),
    [
        (SECOND, Story("s", make_report(SECOND)), Effect.UPDATED),
        (SECOND, Story("s", make_report(SECOND), floor=NOW + 2 * HOUR), Effect.LATER),
        (FIRST, Story("s", make_report(FIRST)), Effect.SAME_WORDS),
        (SECOND, Story("s", make_report(), (make_report(SECOND),)), Effect.NOT_LEAD),
    ],
)
def test_what_the_last_edit_did_to_the_story_is_told(
    entry: Entry, story: Story, effect: Effect
) -> None:
    """Only new words of the lead give a story a new time."""
    if effect is Effect.NOT_LEAD:
        story = replace(story, lead=make_report(make_entry("other")))
    assert tell_time(VERSIONS[:1], entry, story) == StoryTime(story.updated, effect)


def test_without_an_edit_or_a_story_nothing_is_told_of_its_time() -> None:
    """There is nothing to say."""
    assert tell_time((), SECOND, Story("s", make_report(SECOND))) is None
    assert tell_time(VERSIONS, SECOND, None) is None
