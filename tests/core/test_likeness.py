"""How alike different reports are: what is compared, what vetoes, what is found among many."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from aggregator.core.likeness import ENOUGH, Likeness, Window, read_traits
from aggregator.core.model import Report
from tests.core.make import NOW, make_entry, make_report, make_source, make_words

HOUR = timedelta(hours=1)


def make(name: str, title: str, text: str, **fields: Any) -> Report:  # noqa: ANN401 - any field
    """A report of a source of that name, in English if not said."""
    given = {"language": "en", "published": NOW, "title": title, "text": text, **fields}
    return make_report(make_entry("1", name, **given), make_source(name))


def compare(one: Report, other: Report, *others: Report) -> Likeness:
    """What two reports share, in a window of these."""
    window = Window([one, other, *others])
    keys = [(report.entry.source_id, report.entry.key) for report in (one, other)]
    assert window.compare(keys[0], keys[1]) == window.compare(keys[1], keys[0])
    return window.compare(keys[0], keys[1])


# What is compared -----------------------------------------------------------


def test_where_a_text_is_from_is_not_what_it_is_about() -> None:
    """Datelines, sections before titles, and the source's own name are left out."""
    plain = read_traits(make("aa", "Fire in Vanadzor", "A school burnt down."))
    for title, text in (
        ("Regions › Fire in Vanadzor", "A school burnt down."),
        ("Fire in Vanadzor", "YEREVAN – A school burnt down."),
        ("Fire in Vanadzor", "Azatutyun.am. A school burnt down."),
    ):
        found = read_traits(make("aa", title, text))
        assert (found.words, found.names) == (plain.words, plain.names)
    own = read_traits(make_report(make_entry(title="Hetq asks Pashinyan"), make_source("hetq")))
    assert own.names == {"asks", "psn"} - {"asks"} | (own.names & {"asks", "ask"})


def test_a_language_that_is_not_declared_is_guessed() -> None:
    """So that reports of one language are compared by their words."""
    found = read_traits(
        make("aa", "Was der Mann sagt", "Er hat nicht viel zu sagen.", language=None)
    )
    assert found.language == "de"
    assert read_traits(make("aa", "Xyz", "Abc", language="en-GB")).language == "en"


# Alike and not --------------------------------------------------------------

ALIKE = {
    "one language": (
        ("Landslide blocks road to Tatev", "A landslide closed the only road to Tatev on Monday."),
        ("Road to Tatev closed by landslide", "Tatev's road is closed after a landslide."),
    ),
    "three names across languages": (
        ("Pashinyan meets Macron in Granada", "The prime minister spoke with the president."),
        ("Пашинян встретился с Макроном в Гранаде", "Премьер-министр беседовал с президентом."),
    ),
    "a rare number across languages": (
        ("Aid for 4271 families", "The fund paid 4,271 families their first aid."),
        ("Помощь семьям выплачена фондом", "Помощь получила 4271 семья."),
    ),
    "Armenian and English": (
        ("Yevlakh talks over, Stepanakert says", "Stepanakert's delegation is back from Yevlakh."),
        ("Եվլախում բանակցություններն ավարտվել են", "Ստեփանակերտի պատվիրակությունը վերադարձել է։"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALIKE)
def test_reports_of_one_event_are_alike(name: str) -> None:
    """By words in one language, by names and numbers across."""
    (title, text), (other_title, other_text) = ALIKE[name]
    script = other_title[0]
    language = "hy" if script > "\u0530" else "ru" if script > "\u0400" else "en"
    other = make("bb", other_title, other_text, language=language, published=NOW + HOUR)
    assert compare(make("aa", title, text), other).score >= ENOUGH


FIRE = (
    "Firefighters put out a fire in {} in Yerevan. No one of the {} people who live there was "
    "hurt, the Rescue Service said."
)
SHOTS = (
    "Подразделения ВС Азербайджана открыли огонь по армянским позициям в районе села {}, сообщило "
    "Минобороны Армении."
)
QUAKE = (
    "A magnitude {} earthquake was registered on 21 September in Lori at a depth of 10 km, "
    "the Seismic Service said, and it was felt by people in Vanadzor and in Spitak."
)

APART: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "forecasts of two days": (
        {"title": "Weather forecast for 8 November", "text": "Snow in the north and sun in th."},
        {"title": "Weather forecast for 9 November", "text": "Snow in the north and sun in th."},
    ),
    "a press review": (
        {"title": "Press Review", "text": "(September 20)", "published": NOW - 24 * HOUR},
        {"title": "Press Review", "text": "(September 21)"},
    ),
    "digests of two papers": (
        {"title": "Обзор прессы: о чем пишут газеты", "text": "О переговорах в Ереване пишут все.",
         "language": "ru"},
        {"title": "Обзор прессы: что пишут газеты", "text": "О ценах на газ пишут газеты Еревана.",
         "language": "ru"},
    ),
    "two fires": (
        {"title": "Fire in Gyumri", "text": "A shop burnt down in Gyumri at night."},
        {"title": "Fire in Vanadzor", "text": "Two were hurt when a flat caught fire."},
    ),
    "a live blog": (
        {"title": "Live: talks in Yevlakh end", "text": "15:05 The talks in Yevlakh end."},
        {"title": "Talks in Yevlakh end", "text": "The talks in Yevlakh ended at three."},
    ),
    "places that stand in everything": (
        {"title": "Armenia and Russia sign a treaty on gas", "text": "It was signed in Moscow."},
        {"title": "В Армении открылась школа", "text": "Россия помогла Еревану.", "language": "ru"},
    ),
    "a week between": (
        {"title": "Landslide blocks road to Tatev", "text": "A landslide closed that road."},
        {"title": "Landslide blocks road to Tatev", "text": "Rocks fell again on the road there.",
         "published": NOW + 168 * HOUR},
    ),
    "two fires in one form of words": (
        {"title": "Fire in a flat", "text": FIRE.format("a flat on Komitas Avenue", 3)},
        {"title": "Fire in a shop", "text": FIRE.format("a shop on Abovyan Street", 3)},
    ),
    "two villages shot at": (
        {"title": "Огонь по Сотку", "text": SHOTS.format("Сотк"), "language": "ru"},
        {"title": "Огонь по Тегу", "text": SHOTS.format("Тег"), "language": "ru"},
    ),
    "two quakes in one form of words": (
        {"title": "Quake felt in Lori", "text": QUAKE.format("3.1")},
        {"title": "Quake in Lori", "text": QUAKE.format("4.2")},
    ),
    "market reports": (
        {"title": "Stocks close", "text": make_words(40, "w") + " up 1.5 at 2345"},
        {"title": "Stocks close", "text": make_words(40, "w") + " up 0.2 at 2399"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", APART)
def test_what_only_resembles_stays_apart(name: str) -> None:
    """A different story hidden harms more than one that is shown twice."""
    left, right = APART[name]
    found = compare(make("aa", **left), make("bb", **right))
    assert found.score < ENOUGH
    assert not found.is_copy


def test_a_short_copy_may_be_longer_and_name_who_it_is_from() -> None:
    """Only where each of two has a name or a number of its own, they are different reports."""
    fire = FIRE.format("a flat on Komitas Avenue", 3)
    plain = make("aa", "Fire in a flat", fire)
    longer = make("bb", "UPDATED: Fire", f"{fire} Hetq was told so by Narek at 12:40.")
    assert compare(plain, longer).is_copy


def test_a_title_that_a_source_repeats_is_no_evidence() -> None:
    """Nor for the reports of others that bear it."""
    title = "Question of the day for our readers"
    told = [
        make_report(
            make_entry(str(n), "aa", title=title, text=make_words(12, name), language="en"),
            make_source("aa"),
        )
        for n, name in enumerate("xyz")
    ]
    other = make("bb", title, make_words(9, "x") + " and more of it")
    assert compare(told[0], told[1], told[2], other).score == 0
    assert compare(told[1], other, told[0], told[2]).score == 0
    copied = make("cc", title, make_words(12, "y"))
    assert compare(told[1], copied, told[0], told[2]).is_copy


def test_a_source_tells_again_within_a_day_only() -> None:
    """The same words under another address: an update today, the next report tomorrow."""
    text = make_words(30)

    def tell(name: str, hours: int) -> Report:
        fields = {"title": "The same", "text": text, "published": NOW + hours * HOUR}
        return make_report(make_entry(name, "aa", **fields), make_source("aa"))

    assert compare(tell("1", 0), tell("2", 5)).is_copy
    assert not compare(tell("1", 0), tell("2", 24)).is_copy


# The window -----------------------------------------------------------------


def test_few_of_many_are_compared_and_those_alike_are_found() -> None:
    """Among hundreds of reports of other things, in any order."""
    chance = Random(7)  # noqa: S311 - the same texts at every run
    vocabulary = [f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in "bdfgklmnprst"]

    def draw(name: str) -> Report:
        words = chance.choices(vocabulary, k=60)
        return make(name, " ".join(words[:8]), " ".join(words))

    one = make("aa", *ALIKE["one language"][0])
    other = make("bb", *ALIKE["one language"][1])
    reports = [*(draw(f"s{number}") for number in range(300)), one, other]
    key, wanted = ("aa", one.entry.key), ("bb", other.entry.key)
    found = Window(reports).find_alike(key)
    chance.shuffle(reports)
    assert Window(reports).find_alike(key) == found
    assert len(found) <= 12
    assert found[wanted].score >= ENOUGH


def test_what_changed_is_learnt_anew_and_what_is_old_forgotten() -> None:
    """An edit may take away what was shared; a month later nothing is compared any more."""
    one, other = make("aa", *ALIKE["one language"][0]), make("bb", *ALIKE["one language"][1])
    key, second = ("aa", one.entry.key), ("bb", other.entry.key)
    window = Window([one, other])
    assert window.find_alike(key)[second].score >= ENOUGH
    window.learn([one, other])
    assert len(window) == 2
    edited = make("bb", "Chess: three draws", "The third round ended early.", key=other.entry.key)
    window.learn([edited])
    assert second not in window.find_alike(key)
    window.forget_before(NOW + timedelta(days=31))
    assert (len(window), key in window, window.find_alike(key)) == (0, False, {})
    window.learn([one])
    assert len(window) == 0, "what is too old is not taken in either"
    assert window.compare(key, second).score == 0


def test_too_many_are_never_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go first."""
    monkeypatch.setattr("aggregator.core.likeness.window.MOST", 3)
    reports = [
        make(f"s{n}", f"Title {n}", make_words(9, f"w{n}"), published=NOW + n * HOUR)
        for n in range(5)
    ]
    window = Window(reports)
    window.forget_before(NOW)
    assert [("s" + str(n), reports[n].entry.key) in window for n in range(5)] == [
        False, False, True, True, True,
    ]  # fmt: skip


def test_a_link_leads_to_the_one_report_it_comments_on() -> None:
    """Of another source, of the last days; a text that leads to several is about none of them."""
    page = "https://aa.example/news/1"
    original = make("aa", "Long report", make_words(50), link=page)
    html = f'<p>See <a href="{page}?fbclid=1">this</a>.</p>'
    comment = make("bb", "What I think", "See this.", html=html)
    key = ("bb", comment.entry.key)
    assert Window([original, comment]).find_target(key) == ("aa", original.entry.key)
    late = make("bb", "What I think", "See this.", html=html, published=NOW + 99 * HOUR)
    assert Window([original, late]).find_target(key) is None
    second = make("cc", "Another", make_words(50, "v"), link="https://cc.example/news/2")
    both = make("bb", "Links", "x", html=html + '<a href="https://cc.example/news/2">and</a>')
    assert Window([original, second, both]).find_target(key) is None
    assert Window([original]).find_target(key) is None
