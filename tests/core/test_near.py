"""Texts that are one text with small edits share most of their three-word runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.near import MIN_RUNS, SAME, read_runs, share
from tests.core.make import make_words

TEXT = make_words(200, "w")


@pytest.mark.parametrize(
    "edited",
    [
        TEXT,
        "Azatutyun.am. " + TEXT,
        TEXT + " The post appeared first on Paper.",
        " ".join(TEXT.split()[:40]),
        TEXT.replace("w50", "changed").replace("w100", "edited"),
        TEXT.upper().replace(" ", "  "),
    ],
)
def test_small_edits_leave_a_text_the_same(edited: str) -> None:
    """A dateline, a footer, a summary, words changed here and there."""
    assert share(read_runs(TEXT), read_runs(edited)) >= SAME


@pytest.mark.parametrize(
    "other",
    [make_words(200, "v"), "", "w0 w1 w2", " ".join(make_words(MIN_RUNS + 1, "w").split())],
)
def test_other_texts_and_few_words_are_not_the_same(other: str) -> None:
    """Fewer than eight runs are no text: only all of them could be compared."""
    assert share(read_runs(TEXT), read_runs(other)) == 0


def test_footers_are_no_text() -> None:
    """Two reports that share nothing but what a source puts under all of them."""
    footer = make_words(40, "f")
    one, other = (read_runs(f"{make_words(12, name)} {footer}") for name in ("a", "b"))
    assert share(one, other) >= SAME
    assert share(one, other, set(read_runs(footer))) < SAME


@given(st.lists(st.sampled_from("abcdefghij"), max_size=60), st.integers(0, 60))
def test_a_part_of_a_text_is_found_in_it(words: list[str], length: int) -> None:
    """Whatever the words: the share is of the shorter one, and the same either way round."""
    whole, part = read_runs(" ".join(words)), read_runs(" ".join(words[:length]))
    assert share(whole, part) == share(part, whole)
    assert share(whole, part) == (1.0 if len(part) >= MIN_RUNS else 0.0)
