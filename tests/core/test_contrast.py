"""What tells events of one kind apart: surely names, common words, tolls that grow."""

from typing import Any

import pytest

from aggregator.core.likeness import ENOUGH, Likeness, Window, read_traits
from aggregator.core.likeness.common import know_share
from aggregator.core.likeness.contrast import name_others, tell_content
from aggregator.core.likeness.proper import read_proper_names
from aggregator.core.likeness.rarity import tell_rarity
from aggregator.core.likeness.tolls import read_tolls
from aggregator.core.model import Report
from aggregator.core.stories.telling import describe
from tests.core.make import NOW, make_entry, make_report, make_source


def make(name: str, title: str, text: str, **fields: Any) -> Report:  # noqa: ANN401 - any field
    """A report of a source of that name, in English if not said."""
    given = {"language": "en", "published": NOW, "title": title, "text": text, **fields}
    return make_report(make_entry("1", name, **given), make_source(name))


def compare(one: Report, other: Report) -> Likeness:
    """What two reports share, seen from either."""
    window = Window([one, other])
    keys = [(report.entry.source_id, report.entry.key) for report in (one, other)]
    assert window.compare(keys[0], keys[1]) == window.compare(keys[1], keys[0])
    return window.compare(keys[0], keys[1])


# Common words ---------------------------------------------------------------


def test_words_of_which_every_newspaper_is_full_are_never_rare() -> None:
    """Also where none of them was read yet, as words and as names; nobody's name is."""
    for term in ("en minist", "en polic", "ru министр", "hy նախագահ", "=mnstr"):
        assert tell_rarity(1, 10, know_share(term)) < tell_rarity(1, 10), term
    assert know_share("en landslid") == know_share("ru polic") == know_share("=psn") == 0


# Surely names ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "language", "names"),
    [
        ("Wildfire reaches suburb of Athens", "", "en", {"tns"}),
        ("Wildfire Reaches Suburb of Athens", "It burns near Athens.", "en", {"tns"}),
        ("Wildfire Reaches Suburb of Athens", "Athens is near.", "en", set()),
        ("Athens sees wildfire", "Ash falls on Athens.", "en", {"tns"}),
        ("Fire: Athens counts losses", "Ash falls.", "en", set()),
        ("Talks with the Rose party", "A rose is its sign.", "en", set()),
        ("Next vote will be held in March, says Minister", "It is so.", "en", set()),
        ("Feuer in einem Vorort", "Das Feuer in einem Vorort.", "de", set()),
        ("Пожар на рынке в Самаре", "", "ru", {"smr"}),
        ("Пожар в столице: Ереван", "В городе Ереван дым.", "ru", {"yerevan"}),
    ],
)
def test_a_name_is_written_large_within_a_sentence(
    title: str, text: str, language: str, names: set[str]
) -> None:
    """And nowhere small, in languages where nouns are small; no months, no common words."""
    assert read_proper_names(title, text, language) == names


# Names against names --------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Bus falls into ravine near Cusco", "Bus falls into ravine near Pokhara", True),
        ("Bus falls into ravine near Cusco", "Bus falls into deep ravine", False),
        (
            "Long talks on grain and transit end between Lavrov and Fidan",
            "Long talks on grain and transit end between Lavrov and Mirzoyan",
            True,
        ),
        (
            "Long talks on grain and transit end between Sergey Lavrov and Fidan",
            "Long talks on grain and transit end between Sergey Lavrov and Mirzoyan",
            False,
        ),
        ("Quake felt in Turkey", "Quake felt in Iran", True),
        ("Shells hit power station in Ukraine", "Shells hit power station in Kyiv", False),
        ("Quake felt in Berlin", "Quake felt in Paris", True),
        ("Plane falls near Tver", "Plane falls in Tverskaya region", False),
    ],
)
def test_titles_that_name_others_tell_of_two_events(
    one: str,
    other: str,
    expected: bool,  # noqa: FBT001 - the table's column
) -> None:
    """Where as many names speak against it as for it, and both are names of one kind."""
    traits = [read_traits(make(name, title, "")) for name, title in (("aa", one), ("bb", other))]
    assert name_others(*traits) is expected
    assert name_others(*reversed(traits)) is expected


def test_accidents_in_two_towns_stay_apart_and_it_is_said_why() -> None:
    """Though they are told in the same words; a name in the text is as good as in the title."""
    text = "A passenger bus fell into a ravine near {} on Sunday; rescuers are on their way."
    one = make("aa", "Passenger bus falls into ravine near Cusco", text.format("Cusco"))
    other = make("bb", "Bus with passengers in ravine near Pokhara", "A bus fell into a ravine.")
    found = compare(one, other)
    assert found.differs
    assert found.score < ENOUGH
    assert "each title has names that the other lacks" in describe(found)
    same = make("bb", "Bus with passengers in ravine near Pokhara", "Cusco mourns: a bus fell.")
    assert not compare(one, same).differs


# One person's two acts ------------------------------------------------------


def test_one_person_does_several_things() -> None:
    """Names count only beside something that is shared besides one person and an office."""
    text = "Prime Minister Nikol Pashinyan {}."
    grain = (
        "told farmers of Shirak on Monday that more grain would be stored, and cheaper seed sold"
    )
    vote = make("aa", "Pashinyan promises farmers cheaper seed", text.format(grain))
    school = (
        "opened a school with a gym and a library in Artashat and gave tablets to all its pupils"
    )
    other = make("bb", "Pashinyan opens a school", text.format(school))
    seed = "said in Shirak that the state would store grain, so that farmers have seed in spring"
    same = make("bb", "Pashinyan speaks in Shirak", text.format(seed))
    assert tell_content(read_traits(vote), read_traits(other)) == 0
    assert compare(vote, other).score < ENOUGH
    assert tell_content(read_traits(vote), read_traits(same)) == 1
    assert compare(vote, same).score >= ENOUGH


# Tolls ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tolls"),
    [
        ("Bus crash in Peru kills 14", {"14"}),
        ("At least 1,200 people were killed in 2 days", {"1200", "2"}),
        ("Число жертв выросло до 35, сгорело 7 домов", {"35"}),
        ("Վթարի հետևանքով զոհվել է 3 մարդ", {"3"}),
        ("Quake of magnitude 4.1, 12 km from the town", set()),
        ("Weather on 8 November", set()),
    ],
)
def test_how_many_came_to_harm_is_read(text: str, tolls: set[str]) -> None:
    """The numbers next to words of death and injury."""
    assert read_tolls(text) == tolls


def test_a_toll_that_grows_is_one_event() -> None:
    """Titles of one template with another number are two forecasts, with another toll one crash."""
    one = make("aa", "Bus crash near Cusco kills 14", "A bus fell into a ravine near Cusco.")
    later = make("bb", "Bus crash near Cusco kills 16", "Two more died: a bus fell near Cusco.")
    assert compare(one, later).score >= ENOUGH
    title = "Bus 5 crash near Cusco kills {}"
    bus = [make(name, title.format(n), "It fell.") for name, n in (("aa", 14), ("bb", 16))]
    assert compare(*bus).score >= ENOUGH, "the number of the bus is the same"
    other = make("bb", "Bus 16 near Cusco crashes", "A bus fell into a ravine near Cusco.")
    number = make("aa", "Bus 14 near Cusco crashes", "A bus fell into a ravine near Cusco.")
    assert compare(number, other).score == 0


def test_an_agency_text_with_a_new_toll_is_one_event_and_no_copy() -> None:
    """Another source's later version; with another number or name it is another accident."""
    text = (
        "A passenger bus fell into a ravine near Cusco on Sunday and {} people were killed, police"
        " say; rescuers with ropes went down to look for others who may still be in bus {}."
    )
    one = make("aa", "Bus falls into ravine", text.format(14, 5))
    later = make("bb", "Bus in ravine near Cusco", text.format(16, 5))
    found = compare(one, later)
    assert found.score >= ENOUGH
    assert not found.is_copy
    assert compare(one, make("bb", "Bus in ravine near Cusco", text.format(16, 7))).score == 0
    elsewhere = text.replace("Cusco", "Pokhara").format(16, 5)
    assert compare(one, make("bb", "Bus in ravine", elsewhere)).score == 0
    own = make("aa", "Bus in ravine near Cusco", text.format(16, 5), key="2")
    assert compare(one, own).score == 0, "one source's own template"


# One source -----------------------------------------------------------------


def test_a_source_must_be_surer_of_its_own() -> None:
    """Its series are written in one form of words; another source's report is another witness."""
    title, text = "Shares of Fiserv: hold", "Analysts of Cowen rate Fiserv with hold for May."
    other = {"title": "Cowen rates Fiserv", "text": "Fiserv shares may be held, say analysts."}
    apart = compare(make("aa", title, text), make("bb", **other))
    own = compare(make("aa", title, text), make("aa", key="2", **other))
    assert own.score == pytest.approx(0.6 * apart.score)
