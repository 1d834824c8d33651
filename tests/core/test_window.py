"""What a window answers depends on the reports it holds, and not on how they came into it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.likeness import ENOUGH, Window
from aggregator.core.likeness.shelves import Shelves
from aggregator.core.model import Report
from tests.core.make import NOW, make_entry, make_report, make_source, make_words

_SAID = (
    "Tatev", "Gyumri", "Yevlakh", "Stepanakert", "Granada", "Lori", "road", "closed", "talks",
    "fire", "school", "border", "price", "4271", "3120",
)  # fmt: skip
_BODIES = ("", make_words(40, "x"), make_words(40, "y"), f"{make_words(25, 'x')} 17 more")
_FOOTERS = ("", "subscribe to our channel and read the news of the day before all others do")
_DRIFTED = 0.02
"""By so much a score may lag behind while the window grows by a fiftieth."""
_LINKS = ("", '<a href="https://aa.example/0">x</a>')


@st.composite
def draw_report(draw: st.DrawFn, number: int) -> Report:
    """A report of few words, so that many share them, and of few texts, so that some are copies."""
    name = draw(st.sampled_from(("aa", "bb", "cc")))
    words = draw(st.lists(st.sampled_from(_SAID), min_size=4, max_size=9))
    parts = (" ".join(words), draw(st.sampled_from(_BODIES)), draw(st.sampled_from(_FOOTERS)))
    entry = make_entry(
        str(number),
        name,
        title=" ".join(words[:5]),
        text=" ".join(parts),
        html=draw(st.sampled_from(_LINKS)),
        link=f"https://{name}.example/{number % 3}",
        language=draw(st.sampled_from(("en", "en", "ru"))),
        published=NOW - timedelta(hours=draw(st.integers(0, 100))),
    )
    return make_report(entry, make_source(name))


REPORTS = st.integers(2, 11).flatmap(lambda count: st.tuples(*map(draw_report, range(count))))


def tell(window: Window, reports: Sequence[Report]) -> list[object]:
    """All that a window says of these reports, but for the last digits of sums."""
    names = [report.entry.name for report in reports]
    compared = [window.compare(*pair) for pair in combinations(names, 2)]
    pairs = [(round(one.score, 9), one.is_copy, one.text, one.linked) for one in compared]
    found = [window.find_alike(name) for name in names]
    alike = [{key for key, one in each.items() if one.score >= ENOUGH} for each in found]
    return [len(window), pairs, alike, [window.find_target(name) for name in names]]


@given(REPORTS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_plays_no_part(reports: tuple[Report, ...], chance: Random) -> None:
    """All at once, or one by one in any order with questions in between."""
    shuffled = list(reports)
    chance.shuffle(shuffled)
    window = Window()
    for report in shuffled:
        window.learn([report])
        window.find_alike(report.entry.name)
    assert tell(window, reports) == tell(Window(reports), reports)


@given(REPORTS, st.lists(st.integers(0, 10), max_size=4))
def test_what_was_edited_back_or_forgotten_leaves_nothing(
    reports: tuple[Report, ...], edited: list[int]
) -> None:
    """A window that held other reports before answers as one that never did."""
    window = Window(reports)
    for number in edited:
        old = reports[number % len(reports)]
        window.learn([change(old, title="Chess: three draws", text="It ended early.")])
        tell(window, reports)
        window.learn([old])
    window.learn([change(old, key=f"old {old.entry.key}", days=40) for old in reports])
    tell(window, reports)
    window.forget_before(NOW)
    assert tell(window, reports) == tell(Window(reports), reports)


def change(report: Report, days: int = 0, **fields: str) -> Report:
    """The report with other fields, or of an earlier day."""
    entry = replace(report.entry, digest=f"{fields}", **fields)  # type: ignore[arg-type]
    return replace(report, entry=replace(entry, published=entry.sort_at - timedelta(days=days)))


def test_a_window_that_grew_finds_what_one_made_at_once_finds() -> None:
    """What it remembers of earlier questions hides nothing that came later."""
    chance = Random(3)  # noqa: S311 - the same texts at every run
    vocabulary = [f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in "bdfgklmnprst"]
    stories = [chance.choices(vocabulary, k=30) for _ in range(60)]
    reports = []
    for number in range(240):
        words = chance.sample(chance.choice(stories), 20)
        published = NOW - timedelta(minutes=number)
        source = f"s{number % 7}"
        entry = make_entry(
            str(number), source, title=" ".join(words[:7]), text=" ".join(words), language="en",
            published=published,
        )  # fmt: skip
        reports.append(make_report(entry, make_source(source)))
    chance.shuffle(reports)
    grown = Window(reports[:-4])
    for report in reports:
        grown.find_alike(report.entry.name)
    grown.learn(reports[-4:])
    made = Window(reports)
    names = [report.entry.name for report in reports]
    for name in names:
        found = grown.find_alike(name)
        for other, likeness in made.find_alike(name).items():
            if likeness.score >= ENOUGH:
                assert abs(found[other].score - likeness.score) < _DRIFTED


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), unique=True))
def test_shelves_hold_what_was_put_and_not_taken(names: list[tuple[str, int]]) -> None:
    """Whether a name has one number or many."""
    shelves: Shelves[str] = Shelves()
    for put, (name, number) in enumerate(names):
        now = shelves.put(name, number)
        expected = [other for same, other in names[: put + 1] if same == name]
        assert list(now) == (expected if len(expected) > 1 else [])
    while names:
        for name in "abc":
            expected = [number for same, number in names if same == name]
            assert list(shelves.find(name)) == expected
            assert list(shelves.find_several(name)) == (expected if len(expected) > 1 else [])
            assert shelves.count(name) == len(expected)
        shelves.take(*names.pop(0))
    assert not any(map(shelves.count, "abc"))
