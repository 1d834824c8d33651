"""Text that was encoded twice is mended; what only resembles it stays."""

from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from aggregator.core.model import FeedHead, Markup, ParsedFeed, Person, RawItem, SourceRef
from aggregator.core.mojibake import repair, repair_feed

TEXTS = [
    "Ստեփանակերտում այսօր նիստ է եղել։ «Հետք»-ը գրում է՝ 5 օր",
    "Новости дня: в Степанакерте прошло заседание — «Артём», 5 €",
    "The café’s “naïve” façade – £20… déjà vu",
    "Über die Äußerungen des Präsidenten — später mehr, „Straße“",
    "L’été à Paris : « Où est l’œuvre ? » ÉCOLE À VENDRE…",
    "São Paulo: a CORAÇÃO, à maçã e às irmãs; “não” – AMANHÃ…",
    "Πρωθυπουργός και ήλιος",
    "שלום עולם",
    "日本語の新聞",
]
WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(128, 160)}


def break_text(text: str, *, windows: bool) -> str:
    """The text as a program shows it that takes UTF-8 for an old charset (WHATWG Encoding)."""
    broken = text.encode().decode("latin-1")
    return broken.translate(WINDOWS) if windows else broken


@pytest.mark.parametrize("windows", [True, False])
@pytest.mark.parametrize("text", TEXTS)
def test_a_broken_text_is_mended(text: str, *, windows: bool) -> None:
    """In each of our languages and some others, through both old charsets, with its markup."""
    for meant in (text, f"<p><b>{text}</b></p>\n"):
        broken = break_text(meant, windows=windows)
        assert broken != meant
        assert repair(broken) == meant


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("CafÃ©", "Café"),
        ("Ð\u009fÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("Ð\u009fÑ\u0080Ð¸Ð²ÐµÑ\u0082", "Привет"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("Ã‰cole", "École"),
        ("donâ€™t", "don’t"),
        ("ÕˆÕ½", "Ոս"),
        ("Itâ€™s Â£20", "It’s £20"),
    ],
)
def test_short_texts_are_mended(broken: str, meant: str) -> None:
    """One pair inside a Latin word is enough, as are two letters of another script."""
    assert repair(broken) == meant


@pytest.mark.parametrize("text", ["о новостях", "СССР", "մեկ օր օ", "ՄՅ"])
def test_a_half_letter_at_the_end_comes_back(text: str) -> None:
    """Parsers trim the control that is the second half of the last letter."""
    broken = break_text(text, windows=False)
    assert broken.strip() != broken
    assert repair(broken.strip()) == text


@pytest.mark.parametrize(
    "text",
    [
        *TEXTS,
        *("Ã", "CORAÇÃO", "São", "SÃO PAULO", "AMANHÃ…", "DE MANHÃ»", "MANHÃ\u00a0JOGO", "IRMÃ™"),
        *("Â©", "Ã©", "why Ã© and Ã¨", 'what does "CafÃ©" mean', "the word (CafÃ©)"),
        *("CafÃ© is UTF-8 read as Latin-1", "Mojibake: CafÃ©, naÃ¯ve, FaÃ§ade"),
        *("é is shown as Ã©", "Ð¿Ñ€Ð¸Ð²ÐµÑ‚ is привет", "CafÃ© — real dash"),
        *("FETÖ’nün açıklaması", "TÜBÝTAK", "Straß…", "3×”", "fiancé…»", "Ð’s", "Öµ"),
        *("Ð", "Ñ", "Ã", "fÃ", "AMANHÃ", "Ð½Ñ Ñ", "TÃ–BÃ–"),
        *("", "plain", "\u0080\u0081", "Â\u0085ab", "aÂ\u0080b", "Ã\u00a0", "Ñ‚"),
    ],
)
def test_a_text_that_means_itself_stays(text: str) -> None:
    """Texts that were encoded once, words with such letters, and texts about them."""
    assert repair(text) == text


WORDS = st.lists(st.sampled_from(" ".join(TEXTS).split()), min_size=1, max_size=8).map(" ".join)


@given(WORDS)
@example("AMANHÃ… AMANHÃ… AMANHÃ…")
def test_unbroken_texts_are_untouched(text: str) -> None:
    """Whatever words stand together, of whichever languages."""
    assert repair(text) == text


def letters(alphabet: str) -> st.SearchStrategy[str]:
    """Texts with some letters of a script among signs, spaces and ASCII."""
    return st.text(alphabet + ' abcXYZ0189.,:!?«»“”’—–…€&;<>/="', max_size=40)


@given(
    st.one_of(
        letters("абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЫЭЮЯё"),
        letters("աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆևԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՓՔՕՖ՝՛։"),
    ),
    st.booleans(),
)
@example("Яя", True)  # noqa: FBT003 - as drawn
def test_mending_takes_breaking_back(text: str, windows: bool) -> None:  # noqa: FBT001 - drawn
    """Cyrillic and Armenian with two letters come back to the last character; no text is lost."""
    assume(sum(0x400 <= ord(char) < 0x590 for char in text) >= 2)
    broken = break_text(text, windows=windows)
    assert repair(broken) == text
    assert repair(text) == text


@given(st.text(st.characters(max_codepoint=0x17F), max_size=30))
def test_any_text_is_answered(text: str) -> None:
    """What comes out is the text itself, or what breaks into it."""
    mended = repair(text)
    bytes_meant = mended.encode().decode("latin-1")
    as_bytes = text.translate({ord(char): byte for byte, char in WINDOWS.items()})
    assert mended == text or bytes_meant == as_bytes


def damage(text: str) -> str:
    """The text as a program leaves it that takes its UTF-8 for ISO-8859-1."""
    return text.encode().decode("latin-1")


def read(*items: RawItem, title: str = "", **head: Any) -> ParsedFeed:  # noqa: ANN401 - any field
    """A feed of these items, mended."""
    return repair_feed(ParsedFeed("rss20", FeedHead(title=title, **head), items))


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("World â€º Asia", "World › Asia"),
        ("Talks â€” day two", "Talks — day two"),
        ("Â£30 million for roads", "£30 million for roads"),
        ("25Â°C", "25°C"),
        ("Ã\u0192Â©tÃ\u0192Â©", "été"),
    ],
)
def test_one_sign_that_nobody_writes_is_enough(broken: str, meant: str) -> None:
    """Between spaces too; and what was broken twice is mended twice."""
    assert repair(broken) == meant


@pytest.mark.parametrize("text", ["Â. Ă. Î.", "à £30", "pâ € 5", "CORAÇÃO", 'what "â€”" is'])
def test_letters_beside_signs_stay(text: str) -> None:
    """Apart from each other, or shown in quotes, they mean what they say."""
    assert repair(text) == text


def test_a_feed_is_mended_text_by_text() -> None:
    """Titles, texts, names and categories; a Problem of the feed counts them."""
    broken = RawItem(
        title=Markup("CafÃ©"),
        summary=Markup("fine"),
        content=Markup("<p>naÃ¯ve</p>", html=True),
        authors=(Person("RenÃ©", "r@h.example"),),
        categories=("fine", "CuraÃ§ao"),
        rights=damage("\u00a9 2023 Ժամանակ"),
        source=SourceRef(damage("Новости"), rights=damage("Новости")),
    )
    fine = RawItem(title=Markup("São Paulo"))
    named = RawItem(title=Markup("plain"), categories=("CuraÃ§ao",))
    head = {"authors": (Person(damage("Ժամանակ")),), "rights": damage("\u00a9 Жаманак")}
    feed = read(broken, fine, named, title="CafÃ© News", **head)
    item = feed.items[0]
    assert (item.title.value, item.summary) == ("Café", Markup("fine"))
    assert item.content == Markup("<p>naïve</p>", html=True)
    assert item.authors == (Person("René", "r@h.example"),)
    assert item.categories == ("fine", "Curaçao")
    assert feed.items[1] is fine
    assert feed.items[2].categories == ("Curaçao",)
    assert feed.head.title == "Café News"
    assert feed.head.authors == (Person("Ժամանակ"),)
    assert feed.head.rights == "\u00a9 Жаманак"
    assert item.rights == "\u00a9 2023 Ժամանակ"
    assert item.source == SourceRef("Новости", rights="Новости")
    said = [(problem.item, problem.what) for problem in feed.problems]
    assert said == [("", "11 texts were encoded as UTF-8 twice and mended")]
    assert repair_feed(feed) == feed


def test_one_text_is_counted_as_one() -> None:
    """The words of the Problem agree with its number."""
    (problem,) = read(RawItem(title=Markup("CafÃ©"))).problems
    assert problem.what == "1 text was encoded as UTF-8 twice and mended"


def test_an_item_about_encodings_stays() -> None:
    """Where the text speaks of encodings, its title is no accident."""
    item = RawItem(title=Markup("CafÃ©"), summary=Markup("What a wrong charset makes of it."))
    assert read(item).items == (item,)
