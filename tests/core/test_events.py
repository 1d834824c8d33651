"""Different reports of one event: one story, its lead, who else is named, and what keeps it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.core.likeness import Window
from aggregator.core.model import Report, Story
from aggregator.core.stories import Membership, combine
from tests.core.make import NOW, make_entry, make_report, make_source, make_words

HOUR = timedelta(hours=1)
PREFIX = "tag:news.example,2023:ab"


def make(source: str, title: str, text: str, **fields: Any) -> Report:  # noqa: ANN401 - any field
    """A report of a source, named after its title."""
    given = {"language": "en", "published": NOW, "title": title, "text": text, **fields}
    weight = given.pop("weight", 1.0)
    return make_report(make_entry("1", source, **given), make_source(source, weight=weight))


def tell(*reports: Report, **known: Membership) -> tuple[Story, ...]:
    """The stories of these reports; `known` is what was published, by source."""
    memberships = {
        (one.source.id, one.entry.key): known[one.source.id]
        for one in reports
        if one.source.id in known
    }
    return combine(reports, memberships, (), PREFIX)


FLASH = make(
    "flash", "Landslide blocks road to Tatev", "Rocks closed the road to Tatev, police say."
)
FULL = make(
    "paper",
    "Road to Tatev closed by landslide",
    "A landslide has closed the road to Tatev, and police say it stays closed. " + make_words(40),
    published=NOW + HOUR,
)
RUSSIAN = make(
    "gazeta",
    "Пашинян прибыл в Гранаду на встречу с Макроном",
    "Встреча Пашиняна и Макрона пройдет в Гранаде.",
    language="ru",
)
ENGLISH = make(
    "desk", "Pashinyan meets Macron in Granada", "Pashinyan and Macron are to talk in Granada."
)
ARMENIAN = make(
    "orath",
    "Փաշինյանը Գրանադայում հանդիպել է Մակրոնին",
    "Փաշինյանի եւ Մակրոնի հանդիպումը Գրանադայում մեկ ժամ է տեւել։",
    language="hy",
)


def test_the_full_report_leads_and_the_first_one_gave_the_id() -> None:
    """The story keeps the id of its first report; whoever writes in full leads it."""
    (first,) = tell(FLASH)
    (story,) = tell(FLASH, FULL, flash=Membership(first.id, 1, owner=True))
    assert (story.id, story.lead.source.id) == (first.id, "paper")
    assert [group[0].source.id for group in story.also] == ["flash"]
    assert story.members == (story.lead, story.also[0][0])
    assert story.also_reasons[0].startswith("the same event: ")


def test_the_heavier_source_leads() -> None:
    """What the configuration says of sources outweighs who wrote more."""
    source = replace(FLASH.source, weight=2.0)
    (story,) = tell(replace(FLASH, source=source), FULL)
    assert story.lead.source.id == "flash"


def test_three_languages_are_one_story() -> None:
    """In Armenian, Russian and English, by the names they share."""
    (story,) = tell(ENGLISH, RUSSIAN, ARMENIAN)
    assert {report.source.id for report in story.members} == {"desk", "gazeta", "orath"}
    assert all("names" in reason for reason in story.also_reasons)


@pytest.mark.parametrize("backwards", [False, True])
def test_commentary_with_a_link_belongs_to_what_it_is_about(*, backwards: bool) -> None:
    """It is no copy, and never leads, however long it is; links make no chains."""
    page = "https://paper.example/news/1"
    original = make("paper", "Budget passed", "The assembly passed the budget.", link=page)
    html = f'<p>So <a href="{page}#top">they did it</a>.</p>'
    comment = make("blog", "On money", make_words(60, "m"), html=html, weight=9.0)
    answer = make(
        "other", "To the blog", make_words(50, "a"), html=f'<a href="{comment.entry.link}">x</a>'
    )
    reports = [original, comment, answer]
    found = tell(*(reversed(reports) if backwards else reports))
    assert {frozenset(r.source.id for r in story.members) for story in found} == {
        frozenset({"paper", "blog"}),
        frozenset({"other"}),
    }
    told = next(story for story in found if len(story.members) == 2)
    assert (told.lead.source.id, told.others) == ("paper", ())
    assert told.also_reasons == ("a link to it",)


def test_a_story_that_proves_to_be_one_with_another_takes_the_older_id() -> None:
    """Two published stories become one when a report joins them: rule 3 of the design."""
    known = {
        "flash": Membership("tag:x,2023:younger", 2, owner=True),
        "paper": Membership("tag:x,2023:older", 1, owner=True),
    }
    (story,) = tell(FLASH, FULL, **known)
    assert story.id == "tag:x,2023:older"


def test_what_is_too_old_to_be_compared_stays_as_it_was_published() -> None:
    """A slow newsfeed keeps its stories whole after a month."""
    window = Window()
    window.forget_before(NOW + timedelta(days=60))
    both = {
        (one.source.id, one.entry.key): Membership("tag:x,2023:1", 1, owner=one is FULL)
        for one in (FLASH, FULL)
    }
    (story,) = combine([FLASH, FULL], both, (), PREFIX, window)
    assert story.also_reasons == ("published together before",)
    assert len(combine([FLASH, FULL], {}, (), PREFIX, window)) == 2


def test_an_edit_that_takes_away_what_was_shared_parts_a_story() -> None:
    """The id stays with the report it was given to."""
    known = {
        "flash": Membership("tag:x,2023:1", 1, owner=True),
        "paper": Membership("tag:x,2023:1", 1),
    }
    other = make("paper", "Chess: three draws", "The third round of the cup ended early.")
    found = tell(FLASH, other, **known)
    assert {story.lead.source.id: story.id == "tag:x,2023:1" for story in found} == {
        "flash": True,
        "paper": False,
    }


def test_a_report_takes_no_lead_by_an_earlier_date() -> None:
    """Who was published first leads, also where the id was given to another report."""
    flash = Membership("x", 1, owner=True, since=NOW)
    paper = Membership("x", 1, since=NOW + HOUR)
    early = replace(FULL.entry, source_id="late", published=NOW)
    late = Report(early, make_source("late"))
    for told in (None, Membership("x", 1, since=NOW + 2 * HOUR)):
        known = {"flash": flash, "paper": paper, **({"late": told} if told else {})}
        (story,) = tell(FLASH, FULL, late, **known)
        assert story.lead.source.id == "paper"
