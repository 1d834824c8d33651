"""What is said of a report: its terms, its place, its story, and what stands apart."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.core.explaining import Facts, Page, Place, explain
from aggregator.core.explaining.places import find_place
from aggregator.core.explaining.telling import MOST_APART, tell_apart, tell_story
from aggregator.core.explaining.terms import describe_terms
from aggregator.core.likeness import ENOUGH, Compared, Likeness, Window
from aggregator.core.model import (
    Act,
    Author,
    Condition,
    Held,
    LinkPlace,
    Mode,
    Order,
    Report,
    Reuse,
    Rule,
    Story,
)
from aggregator.core.origin import NOBODY, list_known
from aggregator.core.reuse import judge
from aggregator.core.settings import FeedSettings
from tests.core.make import NOW, make_entry, make_report, make_source, make_terms, make_words


def make_told(name: str, source_id: str, title: str, text: str, **fields: Any) -> Report:  # noqa: ANN401 - any field
    """A report in English."""
    entry = make_entry(name, source_id, title=title, text=text, language="en", **fields)
    return make_report(entry)


BRIDGE = make_told(
    "1", "a", "Bridge over the Debed closed after flood",
    "The old bridge near Alaverdi was closed on Monday when the river Debed rose by two metres.",
)  # fmt: skip
LIVE = make_told(
    "2", "b", "LIVE: Bridge over the Debed closed after flood",
    "The old bridge near Alaverdi was closed on Monday, police say, as the river Debed rose.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (Reuse(), "its source states no terms: those of such a source hold"),
        (make_terms(mode=Mode.FULL, max_words=None), "the full text"),
        (make_terms(mode=Mode.FULL, max_words=9), "the full text of at most 9 words"),
        (make_terms(max_words=30), "an excerpt of at most 30 words"),
        (make_terms(mode=Mode.HEADLINE), "the headline alone"),
        (make_terms(link=None), "no link to the article is asked for"),
        (make_terms(link=LinkPlace.AFTER_TEXT), "a link to the article after the text"),
        (make_terms(credit="By {source}"), "credit: By {source}"),
        (make_terms(notice="All rights"), "notice: All rights"),
        (make_terms(license="https://l.example/"), "licence: https://l.example/"),
        (make_terms(images=True), "with pictures"),
        (make_terms(), "without pictures"),
        (make_terms(derivatives=False), "nothing may be changed or cut"),
        (make_terms(ai=False), "not for language models"),
        (make_terms(embargo=timedelta(hours=6)), "nothing for 6 h after it came"),
        (make_terms(embargo_until=NOW), "nothing before 2023-09-21 12:00"),
        (make_terms(delay=timedelta(minutes=90)), "nothing for 1.5 h after its date"),
        (
            make_terms(until=NOW + timedelta(days=1)),
            "these terms hold until 2023-09-22 11:59",
        ),
        (make_terms(until=NOW), "its source's terms ended at 2023-09-21 12:00"),
    ],
)
def test_every_term_is_said(terms: Reuse, said: str) -> None:
    """In words, as it holds now."""
    report = make_report(source=make_source(reuse=terms))
    assert said in describe_terms(judge(report, NOBODY, NOW), NOW)


def test_a_report_of_another_source_is_under_the_terms_of_both() -> None:
    """Who wrote it is named."""
    writer = make_source("writer", reuse=make_terms(mode=Mode.HEADLINE))
    link = "https://writer.example/news/1"
    report = make_report(make_entry("1", "carrier", link=link))
    known = list_known([writer, report.source], {})
    said = describe_terms(judge(report, known, NOW), NOW)
    assert "written by writer: the terms of both hold, the stricter at each point" in said
    assert "the headline alone" in said


STORY = Story("tag:s", BRIDGE)
OTHER = Story("tag:o", LIVE)
OUT = Order(Act.TAKEDOWN, "a", BRIDGE.entry.key, NOW, reason="Libel")
HELD = Held("a", BRIDGE.entry.key, "", "no link")


@pytest.mark.parametrize(
    ("story", "orders", "page", "place", "why"),
    [
        pytest.param(STORY, (), Page((OTHER, STORY)), Place.SHOWN, "story 2 of 2", id="shown"),
        pytest.param(
            None, (OUT,), Page(), Place.TAKEN_DOWN,
            "by an operator, since 2023-09-21T12:00+00:00: Libel", id="taken down",
        ),
        pytest.param(
            None, (replace(OUT, by=Author.SOURCE, reason=""),), Page(), Place.TAKEN_DOWN,
            "withdrawn by its source, since 2023-09-21T12:00+00:00", id="withdrawn",
        ),
        pytest.param(
            None, (replace(OUT, by=Author.PAGE, reason=""),), Page(), Place.TAKEN_DOWN,
            "its page answers that it is removed, since 2023-09-21T12:00+00:00", id="page",
        ),
        pytest.param(STORY, (), Page(held=(HELD,)), Place.HELD, "no link", id="held back"),
        pytest.param(
            STORY, (), Page((OTHER,), (), (STORY,), 4, 1), Place.PASSED_OVER,
            "a has its 1 of 4 stories (newsfeed.max_share), and others have stories for the rest",
            id="passed over",
        ),
        pytest.param(
            STORY, (), Page((OTHER,), (replace(HELD, key="x"),), (OTHER,), 4), Place.OLDER,
            "not among the newest 4 stories (newsfeed.items)", id="older",
        ),
        pytest.param(
            None, (), Page(items=4), Place.OLDER,
            "not among the newest 4 stories (newsfeed.items)", id="no story",
        ),
    ],
)  # fmt: skip
def test_places(
    story: Story | None, orders: tuple[Order, ...], page: Page, place: Place, why: str
) -> None:
    """Where a report stands, each with its reason."""
    assert find_place(story, orders, page, "", is_known=True) == (place, why)


def test_what_filters_leave_out_has_its_own_place() -> None:
    """With what of it they do not take; a takedown goes before it."""
    why = "title matches /press review/"
    assert find_place(None, (), Page(), why, is_known=True) == (Place.LEFT_OUT, why)
    assert find_place(None, (OUT,), Page(), why, is_known=True)[0] is Place.TAKEN_DOWN
    assert find_place(None, (), Page(), why, is_known=False)[0] is Place.NOT_CONFIGURED


def test_every_report_of_a_story_has_a_role_and_a_reason() -> None:
    """The lead, those that carry it, others of the event and those that carry these."""
    text = make_words(60)
    lead, carrier = make_report(), make_report(make_entry("1", "b"))
    also = make_told("3", "c", "Another view", text)
    near = make_told("4", "d", "Another view", f"{text} indeed")
    before = make_told("5", "e", "Once the same", "Nothing of it is left.")
    story = Story(
        "tag:s",
        lead,
        (carrier,),
        ("the same id",),
        also=((also, near, before),),
        also_reasons=("x",),
    )
    window = Window(story.members)
    told = {one.source_id: one for one in tell_story(story, lead.entry, window).others}
    assert (told["b"].role, told["b"].why) == ("carrier", "the same id")
    assert (told["c"].role, told["c"].why) == ("also", "x")
    assert (told["d"].role, told["d"].why[:46]) == (
        "carrier",
        "carries the report of c: nearly the same text ",
    )
    assert told["e"].why == "carries the report of c: published together before"
    own = tell_story(story, carrier.entry, window)
    assert (own.id, own.role, own.why) == ("tag:s", "carrier", "the same id")
    assert own.others[0].role == "lead"


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (Compared(Likeness(0.2)), "0.20 is less than 0.28"),
        (Compared(Likeness(0.9), "a veto"), "a veto"),
        (Compared(Likeness(ENOUGH)), "alike, and the reports that they stand with are not"),
    ],
)
def test_what_stands_apart_has_its_reason(one: Compared, why: str) -> None:
    """Too little, forbidden, or not with all that stand together."""
    entry = BRIDGE.entry
    (found,) = tell_apart({(entry.source_id, entry.key): one}, [entry])
    assert (found.why, found.likeness) == (why, one.likeness)


def test_those_that_come_nearest_are_told() -> None:
    """Five at most; neither what shares nothing nor what may not be told of."""
    entries = [make_entry(str(number)) for number in range(8)]
    compared = {
        (entry.source_id, entry.key): Compared(Likeness(number / 100))
        for number, entry in enumerate(entries)
    }
    found = tell_apart(compared, entries)
    assert [one.title for one in found] == [f"Title {number}" for number in range(7, 2, -1)]
    assert len(found) == MOST_APART
    assert tell_apart(compared, entries[:1]) == ()
    assert tell_apart({}, entries) == ()


FORECAST = "Weather in Yerevan on September {}: sunny, dry"
SAME = " ".join(one + other for one in "bdfgklmnprst" for other in ("an", "ol", "ir", "ew"))
MARKET = f"{SAME} at {{}} dram and {{}} dollars and {{}} euros"
SHORT = "Prices in short"


@pytest.mark.parametrize(
    ("left", "right", "veto"),
    [
        pytest.param(
            BRIDGE, LIVE, "one is a running list of many stories, or comes every day", id="live"
        ),
        pytest.param(
            make_told("1", "a", FORECAST.format(20), "Sunny, dry and warm in the whole capital."),
            make_told("2", "b", FORECAST.format(21), "Sunny, dry and warm in the whole capital."),
            "titles alike but for their numbers",
            id="figures",
        ),
        pytest.param(
            make_told("1", "a", "Press review", "Review."),
            make_told("2", "b", "Press review", "Review."),
            "one has too few words to be compared",
            id="short",
        ),
        pytest.param(
            make_told("1", "a", "Market", MARKET.format(11, 22, 33)),
            make_told("2", "b", "Market", MARKET.format(44, 55, 66)),
            "the same words with other names or numbers",
            id="template",
        ),
    ],
)
def test_a_veto_is_named(left: Report, right: Report, veto: str) -> None:
    """What forbids that a pair counts, with what it would be worth."""
    window = Window([left, right])
    names = [(one.entry.source_id, one.entry.key) for one in (left, right)]
    assert window.compare(names[0], names[1]).score == 0
    assert window.find_compared(names[0])[names[1]].veto == veto


def test_what_a_veto_keeps_apart_is_weighed_all_the_same() -> None:
    """What it would be worth, so that those that matter come first."""
    names = [(one.entry.source_id, one.entry.key) for one in (BRIDGE, LIVE)]
    found = Window([BRIDGE, LIVE]).find_compared(names[0])[names[1]]
    assert found.likeness.score > ENOUGH


def test_a_title_that_recurs_is_named_and_weighed() -> None:
    """Of two reports that one source gives the same title, neither is compared with others."""
    again = make_told("9", "a", BRIDGE.entry.title, make_words(40, "other"))
    words = "The river Debed rose by two metres near Alaverdi; its old bridge is closed."
    other = make_told("3", "c", "Bridge over the Debed closed", words)
    window = Window([BRIDGE, again, other])
    found = window.find_compared((BRIDGE.entry.source_id, BRIDGE.entry.key))
    one = found[other.entry.source_id, other.entry.key]
    assert one.veto == "a title that its source gives to one report after the other"
    assert one.likeness.score > 0
    assert window.find_compared(("nobody", "x")) == {}


def test_what_counts_has_no_veto() -> None:
    """It is said what two reports share."""
    other = make_told("3", "c", "Bridge over the Debed closed", BRIDGE.entry.text[:70])
    window = Window([BRIDGE, other])
    names = [(one.entry.source_id, one.entry.key) for one in (BRIDGE, other)]
    assert window.find_compared(names[0])[names[1]] == Compared(window.compare(*names))


def make_facts(**fields: Any) -> Facts:  # noqa: ANN401 - any field
    """What is known of a report that stands alone."""
    given: dict[str, Any] = {
        "entry": BRIDGE.entry, "report": BRIDGE, "state": None, "orders": (), "left_out": "",
        "published_as": None,
        "story": STORY, "page": Page((STORY,)), "window": Window([BRIDGE]), "compared": {},
        "entries": (), "known": NOBODY, **fields,
    }  # fmt: skip
    return Facts(**given)


def test_feeds_that_take_the_story_are_named() -> None:
    """By their rules; of a story that is held back none."""
    feeds = (
        FeedSettings("english", "E", Rule((Condition(languages=("en",)),))),
        FeedSettings("russian", "R", Rule((Condition(languages=("ru",)),))),
        FeedSettings("all", "A"),
    )
    said = explain(make_facts(feeds=feeds), NOW)
    assert said.feeds == (("english", "language is en"), ("all", ""))
    assert explain(make_facts(feeds=feeds, page=Page(held=(HELD,))), NOW).feeds == ()
    assert explain(make_facts(feeds=feeds, story=None), NOW).feeds == ()


def test_an_explanation_is_whole() -> None:
    """Terms, release, story and place of a known report; of an unknown source's its place alone."""
    terms = make_terms(embargo=timedelta(hours=2))
    held = replace(BRIDGE, source=make_source("a", reuse=terms))
    said = explain(make_facts(report=held), NOW)
    assert said.release == NOW + timedelta(hours=2)
    assert (said.place, said.story and said.story.role) == (Place.SHOWN, "lead")
    lost = explain(make_facts(report=None, story=None), NOW)
    assert (lost.terms, lost.release, lost.story) == ((), None, None)
    assert lost.place is Place.NOT_CONFIGURED
