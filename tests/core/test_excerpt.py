"""Cutting a text at a number of words, in any script, never inside a word."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.excerpt import ELLIPSIS, cut, measure_room
from aggregator.core.text import count_words


@pytest.mark.parametrize("limit", [None, 4, 99])
def test_a_text_within_the_limit_is_returned_unchanged(limit: int | None) -> None:
    """What is short enough is not touched, its lines and spaces neither."""
    assert cut("One two\nthree.  Four", limit) == "One two\nthree.  Four"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        pytest.param("One two. Three four five six", 4, "One two. …", id="half is enough"),
        pytest.param("One two. Three four five six", 5, "One two. Three four five…", id="less"),
        pytest.param("One two three. Four five", 4, "One two three. …", id="latin"),
        pytest.param("Is it so? Yes it is, he said", 4, "Is it so? …", id="question"),
        pytest.param("He said “Go now.” And left them", 5, "He said “Go now.” …", id="quote"),
        pytest.param("Он пришёл домой. Потом ушёл", 4, "Он пришёл домой. …", id="cyrillic"),
        pytest.param("Նա եկավ տուն։ Հետո գնաց", 4, "Նա եկավ տուն։ …", id="armenian"),
        pytest.param("Նա եկավ տուն: Հետո գնաց", 4, "Նա եկավ տուն: …", id="armenian colon"),
        pytest.param("He said: come home now", 3, "He said: come…", id="latin colon"),
        pytest.param("جاء إلى البيت. ثم ذهب", 4, "جاء إلى البيت. …", id="arabic"),
        pytest.param("وہ گھر آیا۔ پھر گیا", 4, "وہ گھر آیا۔ …", id="urdu"),
        pytest.param("वह घर आया। फिर गया", 4, "वह घर आया। …", id="hindi"),
        pytest.param("他回家了。然后走了。", 6, "他回家了。 …", id="chinese"),
        pytest.param("他回家，（然后走了", 3, "他回家…", id="chinese without an end"),
        pytest.param("ฉันกลับบ้าน แล้วออกไปข้างนอก", 9, "ฉันกลับบ้าน…", id="thai at a space"),
        pytest.param("ฉันกลับบ้านแล้วออกไป", 4, "ฉันกลั…", id="thai"),
        pytest.param("ไปไหนเเเเ", 6, "ไปไหน…", id="thai vowel before its consonant"),
        pytest.param("ไทย", 1, "ไ…", id="nothing but a thai vowel"),
        pytest.param("Mr Lee met N. Pashinyan in Yerevan", 5, "Mr Lee met N. Pashinyan…", id="N."),
        pytest.param("They saw J.K. Rowling here today", 4, "They saw J.K. Rowling…", id="J.K."),
        pytest.param("Տեսան (Ն. Փաշինյանին այստեղ այսօր", 3, "Տեսան (Ն. Փաշինյանին…", id="Ն."),
        pytest.param("Դա 2023 թ. սեպտեմբերի 21-ին էր", 4, "Դա 2023 թ. սեպտեմբերի…", id="թ."),
        pytest.param("Это было в т.ч. вчера днём", 5, "Это было в т.ч. вчера…", id="т.ч."),
        pytest.param("One two, three four", 2, "One two…", id="comma"),
        pytest.param("One two (three four", 2, "One two…", id="bracket"),
        pytest.param("One two — three four", 2, "One two…", id="dash"),
        pytest.param("One rock/roll three", 2, "One…", id="slash"),
        pytest.param("Rock/roll three", 1, "Rock…", id="slash without a space"),
        pytest.param("One 1,000.5 three four", 2, "One 1,000.5…", id="number"),
        pytest.param("One don’t three", 2, "One don’t…", id="apostrophe"),
        pytest.param("One two\nthree. Four", 3, "One two\nthree. …", id="lines"),
        pytest.param("One two", 0, "", id="nothing allowed"),
        pytest.param("They met Gov. Lee in Yerevan today", 5, "They met Gov. Lee in…", id="Gov."),
        pytest.param("It was on Sept. 3 that they met", 5, "It was on Sept. 3…", id="Sept."),
        pytest.param("He saw it. Then he left", 4, "He saw it. …", id="a short word"),
        pytest.param("Дали 5 млн. драмов школам сразу", 4, "Дали 5 млн. драмов…", id="млн."),
        pytest.param("На ул. Абовяна всё было тихо", 4, "На ул. Абовяна всё…", id="ул."),
        pytest.param("Տվել են 5 մլն. դրամ դպրոցին", 5, "Տվել են 5 մլն. դրամ…", id="մլն."),
        pytest.param("It is ca. five miles off now", 4, "It is ca. five…", id="goes on small"),
        pytest.param("ის მოვიდა სახლში. მერე წავიდა", 4, "ის მოვიდა სახლში. …", id="georgian"),
        pytest.param("እሱ ወደ ቤት መጣ። ከዚያ ሄደ", 5, "እሱ ወደ ቤት መጣ። …", id="amharic"),
        pytest.param(
            "Yerevan. It goes on and on and on and on",
            8,
            "Yerevan. It goes on and on and on…",
            id="a dateline is too little",
        ),
        pytest.param(
            "These are five words here. " + "On " * 60,
            40,
            "These are five words here. …",
            id="five words are enough",
        ),
    ],
)
def test_excerpts(text: str, limit: int, expected: str) -> None:
    """A cut falls on a sentence end that keeps half of the words or five, else behind a word."""
    assert cut(text, limit) == expected


_LETTERS = st.sampled_from(
    list("abcXY  \n.,:!?…-–/'’\"«»()12") + list("абвն։՛աբ:،۔بتث。、（）中国กาเ\u0301\u0e31\u200b_")
)


@given(st.text(_LETTERS, max_size=60), st.integers(1, 12))
@example("a.b", 1)
@example("เ中", 1)
def test_an_excerpt_keeps_its_limit_and_says_that_more_follows(text: str, limit: int) -> None:
    """An excerpt is a beginning of its text within the limit, with an ellipsis if it was cut."""
    shown = cut(text, limit)
    assert count_words(shown) <= limit
    if count_words(text) <= limit:
        assert shown == text
    else:
        assert shown.endswith(ELLIPSIS)
        kept = shown.removesuffix(ELLIPSIS).rstrip()
        assert text.startswith(kept)
        assert cut(text, limit) == shown


@pytest.mark.parametrize(
    "joint",
    [
        ".",
        "_",
        "\u00ad",
        "\u2060",
        "&",
        "+",
        "·",
        "'",
        "a",
        "\u0301",
        "=",
        "\u1680",
        "\u3164",
        "\ufe0f",
    ],
)
@pytest.mark.parametrize("limit", [1, 4, 5, 40])
def test_joined_words_do_not_carry_a_text_past_its_limit(joint: str, limit: int) -> None:
    """Whatever stands between the words, an excerpt is no longer than so many words are."""
    text = joint.join(["word"] * 2_000)
    shown = cut(text, limit)
    assert shown.endswith(ELLIPSIS)
    assert len(shown) <= measure_room(limit) + 2
    assert cut(f"One two three four. {text}", limit).startswith("One")


def test_long_words_are_words() -> None:
    """Real texts, even of long words or with an address, are not cut by their characters."""
    wordy = " ".join(["Rechtsschutzversicherungen", "und", "die"] * 13)
    assert cut(wordy, 40) == wordy
    address = "See https://www.azatutyun.am/a/32601234.html today"
    assert cut(address, 6) == address
    assert cut("Donaudampfschifffahrtsgesellschaft fährt", 1) == (
        "Donaudampfschifffahrtsgesellschaft…"
    )


def test_marks_without_end_cost_no_time() -> None:
    """A megabyte of full stops, or of initials, is cut at once."""
    for text in ("one" + "." * 1_000_000 + "x two", "a." * 500_000, "A. " * 300_000):
        assert count_words(cut(text, 40)) <= 40


@given(st.lists(st.sampled_from(["one", "երկու", "три", "أربعة", "don’t"]), min_size=2))
def test_a_cut_never_falls_inside_a_word(words: list[str]) -> None:
    """In scripts with spaces every word of an excerpt is a word of the text."""
    shown = cut(" ".join(words), len(words) - 1)
    assert shown.removesuffix(ELLIPSIS).split() == words[: len(words) - 1]


def test_a_cut_closes_what_it_opened() -> None:
    """An override whose end was cut off would turn round whatever a reader shows behind it."""
    text = "\u202e" + " ".join(["word"] * 100) + "\u202c"
    for words in (1, 5, 40):
        assert "\u202e" not in cut(text, words)
    whole = "\u2067abc\u2069 " + " ".join(["word"] * 100)
    assert cut(whole, 5).startswith("\u2067abc\u2069 word")
