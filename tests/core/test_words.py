"""Words for comparing: what spellings of one word have in common, within and across scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.places import canonical_place, is_place
from aggregator.core.stopwords import guess_language, is_stopword
from aggregator.core.words import read_figures, read_numbers, skeleton, stem, tokenize


@pytest.mark.parametrize(
    ("bones", "spellings"),
    [
        ("vlk", [("Եվլախում", "hy"), ("Евлахе", "ru"), ("Yevlakh", "en"), ("Evlakh", "de")]),
        (
            "psn",
            [("Փաշինյանը", "hy"), ("Пашинян", "ru"), ("Pashinian", "en"), ("Pashinyan’s", "en")],
        ),
        ("krbk", [("Ղարաբաղի", "hy"), ("Карабаха", "ru"), ("Karabakh", "en")]),
        ("stpnkrt", [("Ստեփանակերտում", "hy"), ("Степанакерте", "ru"), ("Stepanakert", "en")]),
        ("aliev", [("Алиев", "ru"), ("Aliyev", "en")]),
        ("jkv", [("Жуков", "ru"), ("Zhukov", "en")]),
        ("cknvl", [("Ցխինվալում", "hy"), ("Tskhinval", "en")]),
    ],
)
def test_a_name_is_one_in_every_script(bones: str, spellings: list[tuple[str, str]]) -> None:
    """Endings, vowels and the letters of each alphabet are left out."""
    assert {skeleton(name, language) for name, language in spellings} == {bones}


@pytest.mark.parametrize("name", ["Xi", "Եու", "Io", "2023", "—", ""])
def test_too_few_letters_are_no_name(name: str) -> None:
    """Two or three letters would meet everywhere."""
    assert skeleton(name, "en") is None


def test_places_are_one_in_every_language() -> None:
    """Also where not even the consonants agree."""
    names = [("Azerbaijanis", "en"), ("Азербайджане", "ru"), ("Ադրբեջանի", "hy")]
    found = {canonical_place(skeleton(*name) or "") for name in names}
    assert found == {"azerbaijan"}
    assert is_place("azerbaijan")
    assert canonical_place("vlk") is None


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (("meeting", "meetings", "Meeting’s"), "en"),
        (("переговоры", "переговоров", "Переговорам"), "ru"),
        (("փողոցը", "փողոցներ"), "hy"),
    ],
)
def test_forms_of_a_word_share_its_stem(words: tuple[str, ...], language: str) -> None:
    """In their language; another language leaves them as they are."""
    assert len({stem(word, language) for word in words}) == 1


def test_words_that_say_nothing_have_no_stem() -> None:
    """Small words and numbers."""
    assert [stem(word, "ru") for word in ("это", "2023", "the", "…")] == [None] * 4
    assert stem("Wort", "xx") == "wort"
    assert is_stopword("und", "de")
    assert not is_stopword("und", "ru")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The prime minister said that he would not resign", "en"),
        ("Der Minister hat die Reise nicht abgesagt", "de"),
        ("Le ministre a dit que la réforme est prête", "fr"),
        ("El presidente de la república no ha hablado con los diputados", "es"),
        ("Премьер-министр заявил, что это не так", "ru"),
        ("Նա ասել է, որ այս հարցը լուծված է", "hy"),
        ("xyz", ""),
        ("", ""),
    ],
)
def test_small_words_tell_the_language(text: str, language: str) -> None:
    """Where a feed declares none; nothing is said where they say nothing."""
    words = [found.group().lower() for found in tokenize(text)]
    assert guess_language(words) == language


def test_numbers_are_read_however_they_are_grouped() -> None:
    """No small or round ones, years, parts of words; a title's figures are all of them."""
    text = "1,340 or 1340 or 1 340 of 3.000.450, 700 or 5,000 in 2023, 12.5%, B-52, x999y, 607"
    assert read_numbers(text) == {"1340", "3000450", "607"}
    assert read_figures("Day 10: 5 of 1,200") == {"10", "5", "1200"}


@given(st.text(max_size=60), st.sampled_from(["hy", "ru", "en", "de", "xx", ""]))
def test_any_text_is_read(text: str, language: str) -> None:
    """Nothing is raised, and what is found is lower case without spaces."""
    for found in tokenize(text):
        for known in (stem(found.group(), language), skeleton(found.group(), language)):
            assert known is None or (known and known == known.strip())
    read_numbers(text)
    read_figures(text)
