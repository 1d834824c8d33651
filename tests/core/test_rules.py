"""Which reports a rule takes, with the reason, in Armenian, Russian and English."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from aggregator.core.model import Condition, Person, Report, Rule
from aggregator.core.rules import (
    Filtered,
    Verdict,
    explain,
    filter_reports,
    find_left_out,
    judge,
    list_barred,
    takes,
)
from aggregator.core.rules.keys import find_unmet
from aggregator.core.settings import Config
from tests.core.make import make_entry, make_report, make_source

ENGLISH = make_report(
    make_entry(
        title="Press review: ministers meet in Yerevan",
        text="The prime ministers of both countries met on Monday.",
        language="en-GB",
        authors=(Person("Ani Petrosyan"), Person("Ազատ Ադամյան")),
        categories=("Politics", "South Caucasus"),
    ),
    make_source(tags=("Armenia", "paper")),
)
RUSSIAN = make_report(
    make_entry(
        "2", "ru", title="В Евлахе прошла встреча", text="О Карабахе говорили час.", language="ru"
    )
)
ARMENIAN = make_report(
    make_entry(
        "3", "hy", title="Եվլախում հանդիպում է եղել", text="Խոսել են Ղարաբաղի մասին։", language="hy"
    )
)


def meet(**keys: Any) -> Condition:  # noqa: ANN401 - any key
    """A condition of these keys, each with one value or several."""
    return Condition(
        **{
            name: (given,) if isinstance(given, str) else tuple(given)
            for name, given in keys.items()
        }
    )


def leave(*conditions: Condition) -> Rule:
    """A rule that leaves out what meets one of these."""
    return Rule(exclude=conditions)


@pytest.mark.parametrize(
    ("report", "condition", "why"),
    [
        (ENGLISH, meet(title="(?i)press REVIEW"), "title matches /(?i)press REVIEW/"),
        (ENGLISH, meet(title=["none", "^Press"]), "title matches /^Press/"),
        (ENGLISH, meet(text=r"Monday\.$"), r"text matches /Monday\.$/"),
        (ENGLISH, meet(link="/news/1$"), "link matches /\\/news\\/1$/".replace("\\/", "/")),
        (ENGLISH, meet(author="Ադամ"), "author matches /Ադամ/"),
        (ENGLISH, meet(category="^South"), "category matches /^South/"),
        (ENGLISH, meet(tags=["armenia", "x"]), "source bears the tag armenia"),
        (ENGLISH, meet(sources=["x", "hetq"]), "source is hetq"),
        (ENGLISH, meet(languages=["hy", "en"]), "language is en-GB"),
        (ENGLISH, meet(languages="EN-gb"), "language is en-GB"),
        (ENGLISH, meet(words="minister"), 'title holds "minister"'),
        (ENGLISH, meet(words="country"), 'text holds "country"'),
        (ENGLISH, meet(words="prime minister"), 'text holds "prime minister"'),
        (RUSSIAN, meet(words="Евлах"), 'title holds "Евлах"'),
        (RUSSIAN, meet(words=["Степанакерт", "КАРАБАХ"]), 'text holds "КАРАБАХ"'),
        (RUSSIAN, meet(title="(?i)евлах", languages="ru"), "language is ru and title matches"),
        (ARMENIAN, meet(words="Եվլախ"), 'title holds "Եվլախ"'),
        (ARMENIAN, meet(words="ղարաբաղ"), 'text holds "ղարաբաղ"'),
        (ARMENIAN, meet(title=r"\bԵվլախ"), r"title matches /\bԵվլախ/"),
    ],
)
def test_a_condition_is_met_by_one_value_of_each_key(
    report: Report, condition: Condition, why: str
) -> None:
    """It leaves the report out, or takes it, and says which key and value it was."""
    assert not takes(leave(condition), report)
    assert takes(Rule((condition,)), report)
    assert explain(leave(condition), report).startswith(why)
    assert find_unmet(condition, report) == ""


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (meet(title="review$"), "its title does not match review$"),
        (meet(text="Press"), "its text does not match Press"),
        (meet(link="example.com"), "its link does not match example.com"),
        (meet(author="Petrosian"), "no author matches Petrosian"),
        (meet(category="^Caucasus"), "no category matches ^Caucasus"),
        (meet(tags="arm"), "its source bears no tag of arm"),
        (meet(sources=list("abcde")), "its source is none of a, b, c, ..."),
        (meet(languages=["e", "en-US", "hy"]), "its language is none of e, en-US, hy"),
        (meet(words=["mini", "review ministers in"]), "it holds none of the words mini, review"),
        (meet(tags="paper", languages="hy"), "its language is none of hy"),
    ],
)
def test_a_key_that_is_not_met_is_named(condition: Condition, why: str) -> None:
    """What is asked for and is not there."""
    assert judge(Rule((condition,)), ENGLISH) == Verdict(
        taken=False, why=find_unmet(condition, ENGLISH)
    )
    assert explain(Rule((condition,)), ENGLISH).startswith(why)
    assert judge(leave(condition), ENGLISH) == Verdict(taken=True, why="")


def test_all_keys_of_a_condition_and_one_of_several_conditions() -> None:
    """Of one mapping every key, of a list any mapping."""
    both = meet(tags="armenia", languages="ru")
    assert takes(leave(both), ENGLISH)
    assert not takes(leave(meet(tags="armenia"), meet(languages="ru")), ENGLISH)
    assert not takes(leave(meet(tags="armenia"), meet(languages="ru")), RUSSIAN)
    either = Rule((meet(languages="hy"), meet(languages="ru", words="встреча")))
    assert [takes(either, one) for one in (ARMENIAN, RUSSIAN, ENGLISH)] == [True, True, False]
    assert explain(either, ENGLISH) == "its language is none of hy; its language is none of ru"


def test_exclude_goes_before_include() -> None:
    """What is included may be left out again, never the other way round."""
    rule = Rule((meet(languages="en"),), (meet(title="Press"),))
    assert explain(rule, ENGLISH) == "title matches /Press/"
    assert not takes(rule, ENGLISH)


def test_no_rule_takes_everything() -> None:
    """And has nothing to say."""
    assert judge(Rule(), ENGLISH) == Verdict(taken=True, why="")


@pytest.mark.parametrize(
    ("text", "phrase", "language", "found"),
    [
        ("Mining in Kajaran", "mine", "en", True),
        ("The mines", "THE MINE", "en", True),
        ("A-320 landed", "A 320", "en", True),
        ("Undermined", "mine", "en", False),
        ("minister of prime", "prime minister", "en", False),
        ("What is new", "new", "en", True),
        ("Ministers", "minister", None, False),
        ("Minister!", "minister", None, True),
        ("What the ministers said of it", "minister", None, True),
        ("Министры сказали, что это не так", "министр", None, True),
        ("Կառավարության նիստը", "կառավարություն", "hy", True),
        ("Выборы прошли", "выбор", "ru", True),
        ("Кабинет в Ереване", "Ереван", "ru", True),
        ("Правительство Карабаха", "правительства Карабах", "ru", True),
        ("Ընտրությունների արդյունքները", "ընտրություն", "hy", True),
        ("Երևանում", "Երեւան", "hy", True),
        ("a b a c", "a c", "en", True),
        ("東京で地震", "地震", "ja", True),
        ("東京で地震", "津波", "ja", False),
        ("", "a", "en", False),
    ],
)
def test_words_are_found_in_their_forms(
    text: str, phrase: str, language: str | None, *, found: bool
) -> None:
    """Whole words, in their order, as the text's language bends them."""
    report = make_report(make_entry(title="", text=text, language=language))
    assert takes(Rule((meet(words=phrase),)), report) == found


def test_a_report_without_anything_meets_nothing() -> None:
    """No author, category, link, language or text is no fault."""
    bare = make_report(make_entry(title="", text="", link=None))
    for name in Condition.__dataclass_fields__:
        assert explain(leave(meet(**{name: "x"})), bare) == ""


def configure(filters: Rule, *sources: Any) -> Config:  # noqa: ANN401 - any source
    """A configuration with these filters."""
    return Config("", filters=filters, sources=sources)


def test_filters_of_all_and_of_one_source() -> None:
    """Both must take a report; each is named; the order stays and nothing is lost."""
    own = replace(RUSSIAN.source, filters=leave(meet(title="встреча")))
    reports = [ENGLISH, replace(RUSSIAN, source=own), ARMENIAN]
    found = filter_reports(reports, configure(leave(meet(tags="paper"))))
    assert found == Filtered(
        (ARMENIAN,),
        (
            (reports[0], "source bears the tag paper"),
            (reports[1], "title matches /встреча/ (filters of ru)"),
        ),
    )
    assert find_left_out(ARMENIAN, Rule()) == ""


@pytest.mark.parametrize(
    ("filters", "barred"),
    [
        (Rule(), ""),
        (leave(meet(tags="x")), "ab"),
        (leave(meet(sources="a"), meet(sources="c", tags="x")), "a"),
        (leave(meet(tags="x", title="t")), ""),
        (Rule((meet(tags="x"),)), "c"),
        (Rule((meet(tags="x", title="t"), meet(sources="c"))), ""),
        (Rule((meet(tags="x"), meet(title="t"))), ""),
        (Rule((meet(tags="x", sources="a"),)), "bc"),
    ],
)
def test_sources_of_which_nothing_is_taken(filters: Rule, barred: Iterable[str]) -> None:
    """They need not be read; where a report could be taken, the source is not among them."""
    sources = [make_source("a", tags=("x",)), make_source("b", tags=("X",)), make_source("c")]
    assert list_barred(filters, sources) == set(barred)
    for source in sources:
        if source.id in barred:
            assert not takes(filters, replace(ENGLISH, source=source))
