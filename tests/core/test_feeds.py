"""Which stories stand in a feed, and who leads them there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.core.model import Condition, Report, Rule, Story
from aggregator.core.rules import (
    find_expiry,
    judge_story,
    list_feeds,
    list_stories,
    matches_story,
)
from aggregator.core.settings import FeedSettings
from aggregator.core.stories import lead_from, lead_in
from tests.core.make import NOW, make_entry, make_report, make_source

DAY = timedelta(days=1)


def make_told(source_id: str, title: str, language: str, **fields: Any) -> Report:  # noqa: ANN401 - any field
    """A report in a language; its source bears the language as a tag, too."""
    weight = fields.pop("weight", 1.0)
    entry = make_entry(source_id, source_id, title=title, language=language, **fields)
    return make_report(entry, make_source(source_id, tags=(language,), weight=weight))


ENGLISH = make_told("en", "Talks in Yevlakh", "en-GB")
COPY = make_told("copy", "Talks in Yevlakh", "en")
RUSSIAN = make_told("ru", "Переговоры в Евлахе", "ru", published=NOW - DAY)
ARMENIAN = make_told("hy", "Բանակցություններ Եվլախում", "hy")
CARRIER = make_told("hy-copy", "Բանակցություններ Եվլախում", "hy", changed=NOW + DAY)
STORY = Story(
    "tag:story", ENGLISH, (COPY,), ("the same link",),
    also=((RUSSIAN,), (ARMENIAN, CARRIER)), also_reasons=("why ru", "why hy"),
)  # fmt: skip
ALONE = Story("tag:alone", make_report(make_entry("9", first_seen=NOW - 3 * DAY)))


def meet(**keys: str) -> Condition:
    """A condition of these keys."""
    return Condition(**{name: (given,) for name, given in keys.items()})


@pytest.mark.parametrize(
    ("rule", "stands", "why"),
    [
        (Rule(), True, ""),
        (Rule((meet(languages="en"),)), True, "language is en-GB"),
        (Rule((meet(languages="hy"),)), True, "language is hy (hy, in the story)"),
        (Rule((meet(sources="copy"),)), True, "source is copy (copy, in the story)"),
        (Rule((meet(words="Եվլախ"),)), True, 'title holds "Եվլախ" (hy, in the story)'),
        (Rule((meet(words="Евлах", tags="hy"),)), False, "its source bears no tag of hy"),
        (Rule((meet(tags="ka"),)), False, "its source bears no tag of ka"),
        (Rule((), (meet(languages="en"),)), False, "language is en-GB"),
        (Rule((meet(tags="ru"),), (meet(sources="en"),)), False, "source is en"),
        (Rule((), (meet(languages="ru"),)), True, ""),
        (
            Rule((meet(tags="ru"),), (meet(sources="ru"),)),
            False,
            "its source bears no tag of ru",
        ),
        (Rule((meet(tags="hy"),), (meet(sources="hy"),)), True, "source bears the tag hy (hy-copy"),
    ],
)
def test_a_story_stands_in_a_feed_by_any_report(rule: Rule, *, stands: bool, why: str) -> None:
    """Unless its lead is excluded; an excluded report brings no story in."""
    verdict = judge_story(rule, STORY, NOW)
    assert (verdict.taken, verdict.why[: len(why)] or verdict.why) == (stands, why)
    assert matches_story(rule, STORY, NOW) == stands


def test_a_feed_holds_young_stories_and_no_more_than_it_may() -> None:
    """By the time of the lead; the order stays."""
    assert list_stories(Rule(age=2 * DAY), [STORY, ALONE], NOW) == (STORY,)
    assert list_stories(Rule(age=3 * DAY), [STORY, ALONE], NOW) == (STORY, ALONE)
    assert list_stories(Rule(items=1), [ALONE, STORY], NOW) == (ALONE,)
    assert list_stories(Rule(), [STORY, ALONE], NOW) == (STORY, ALONE)
    assert judge_story(Rule(age=DAY), ALONE, NOW).why == "older than the feed's age"


def test_it_is_known_when_a_feed_changes_by_itself() -> None:
    """When the next story becomes too old; what is too old already counts no more."""
    assert find_expiry(Rule(), [STORY], NOW) is None
    assert find_expiry(Rule(age=DAY), [STORY, ALONE], NOW) == NOW + DAY
    assert find_expiry(Rule(age=5 * DAY), [STORY, ALONE], NOW) == NOW + 2 * DAY
    end = find_expiry(Rule(age=DAY), [STORY], NOW)
    assert end is not None
    assert not matches_story(Rule(age=DAY), STORY, end + timedelta(microseconds=1))
    assert find_expiry(Rule(age=DAY), [ALONE], NOW) is None


def test_the_feeds_of_a_story_are_named() -> None:
    """Each with the reason."""
    feeds = [
        FeedSettings("armenian", "A", Rule((meet(languages="hy"),))),
        FeedSettings("georgian", "G", Rule((meet(languages="ka"),))),
        FeedSettings("all", "All"),
    ]
    assert list_feeds(STORY, feeds, NOW) == (
        ("armenian", "language is hy (hy, in the story)"),
        ("all", ""),
    )


def test_a_report_of_the_language_leads_in_its_feed() -> None:
    """The id, the members and what made them one stay; the others stand behind it."""
    told = lead_in(STORY, "hy")
    assert (told.id, told.lead, told.others) == (STORY.id, ARMENIAN, (CARRIER,))
    assert told.also == ((ENGLISH, COPY), (RUSSIAN,))
    assert told.also_reasons == ("why hy", "why ru")
    assert len(told.reasons) == len(told.others)
    assert set(told.members) == set(STORY.members)
    assert lead_in(told, "hy") is told


def test_a_carrier_may_lead() -> None:
    """Where it is the one that is wanted; whom it carries is named behind it."""
    told = lead_from(STORY, "copy")
    assert (told.lead, told.others, told.also) == (COPY, (ENGLISH,), STORY.also)
    assert told.also_reasons == STORY.also_reasons
    told = lead_from(STORY, "hy-copy")
    assert (told.lead, told.others) == (CARRIER, (ARMENIAN,))


def test_nothing_changes_where_nobody_is_wanted() -> None:
    """The lead speaks the language already, or none does."""
    assert lead_in(STORY, "en") is STORY
    assert lead_in(STORY, "ka") is STORY
    assert lead_from(STORY, "en") is STORY


def test_who_is_held_back_leads_nobody() -> None:
    """Another of the language does, else the lead stays."""
    assert lead_in(STORY, "hy", lambda one, _: one is ARMENIAN).lead == CARRIER
    assert lead_in(STORY, "ru", lambda one, _: one is RUSSIAN) is STORY


def test_of_several_the_heavier_source_leads() -> None:
    """As in the newsfeed itself."""
    heavy = make_told("heavy", "Եվլախ", "hy", weight=2)
    story = replace(STORY, also=(*STORY.also, (heavy,)), also_reasons=(*STORY.also_reasons, "why"))
    assert lead_in(story, "hy").lead == heavy


def test_another_lead_never_takes_the_time_back() -> None:
    """Whoever of the language may have led counts, who is held back does not."""
    assert lead_in(STORY, "hy").updated == NOW + DAY
    assert lead_in(STORY, "hy", lambda one, _: one is CARRIER).updated == NOW
    assert lead_in(STORY, "ru").sort_at == NOW - DAY
