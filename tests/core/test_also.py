"""Who else reported the event of a story: who may be named, and how."""

from datetime import timedelta
from typing import Any

import pytest

from aggregator.core import limits
from aggregator.core.model import LinkPlace, Mode, Report, Shown, SourceRef, Story
from aggregator.core.origin import NOBODY, Known, list_known
from aggregator.core.reuse import find_next_change, present
from aggregator.core.takedowns import renew
from tests.core.make import NOW, make_entry, make_report, make_source, make_terms, make_words

HOUR = timedelta(hours=1)


def make_other(name: str, terms: Any = None, **entry: Any) -> Report:  # noqa: ANN401 - any field
    """A report of another source."""
    source = make_source(name, reuse=terms or make_terms())
    return make_report(make_entry(**{"source_id": name, "title": f"So {name}", **entry}), source)


def make_story(*groups: tuple[Report, ...], **lead: Any) -> Story:  # noqa: ANN401 - any field
    """A story that others tell too."""
    terms = lead.pop("terms", make_terms(mode=Mode.FULL, max_words=None))
    report = make_report(make_entry(**lead), make_source(reuse=terms))
    return Story("tag:x,2023:1", report, also=groups)


def show(*groups: tuple[Report, ...], known: Known = NOBODY, **lead: Any) -> Shown:  # noqa: ANN401 - any field
    """The story as it is shown."""
    shown = present(make_story(*groups, **lead), "UTC", NOW, "en", known)
    assert isinstance(shown, Shown)
    return shown


def list_names(shown: Shown) -> list[str]:
    """Who is named, and with what headline."""
    return [f"{one.credit}: {one.title}" for one in shown.also]


def test_every_other_report_is_named_with_its_headline_and_link() -> None:
    """Behind the text, the oldest first, each in a line of its own; nothing of its text."""
    late = make_other("late", published=NOW)
    early = make_other("early", published=NOW - HOUR, title="A < B & C")
    shown = show((late,), (early,))
    assert shown.html.endswith(
        "<p>Also reported by:</p><ul>"
        '<li>Early: <a href="https://early.example/news/1">A &lt; B &amp; C</a></li>'
        '<li>Late: <a href="https://late.example/news/1">So late</a></li></ul>'
    )
    first = shown.also[0]
    assert (first.source, first.title, first.link) == ("Early", "A < B & C", early.entry.link)
    assert (first.published, first.language, first.via) == (NOW - HOUR, None, None)


def test_a_story_that_nobody_else_tells_has_no_such_list() -> None:
    """Not even its heading."""
    assert "reported" not in show().html


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "Also reported by:"),
        ("hy", "Այս մասին հաղորդում են նաև՝"),
        ("ru", "Об этом также сообщают:"),
        ("fr", "Also reported by:"),
    ],
)
def test_the_heading_is_in_the_language_of_the_text(language: str, heading: str) -> None:
    """In that of the newsfeed where we have no words of it; other languages are marked."""
    shown = show((make_other("b", language="hy"),), language=language)
    marks = "" if language == "hy" else ' hreflang="hy" lang="hy"'
    assert f'<p>{heading}</p><ul><li>B: <a href="https://b.example/news/1"{marks}>' in shown.html


@pytest.mark.parametrize(
    "terms",
    [
        {"embargo": HOUR},
        {"embargo_until": NOW + HOUR},
        {"delay": HOUR},
        {"until": NOW},
        {"until": NOW - HOUR},
    ],
)
def test_who_may_not_be_shown_now_is_not_named(terms: dict[str, Any]) -> None:
    """An embargo, a delay, a permission that ended: no name, no headline, no link."""
    shown = show((make_other("held", make_terms(**terms)),), (make_other("free"),))
    assert list_names(shown) == ["Free: So free"]
    assert "eld" not in shown.html


@pytest.mark.parametrize(
    "terms", [{"embargo": HOUR}, {"delay": HOUR}, {"embargo_until": NOW}, {"until": NOW + HOUR}]
)
def test_who_may_be_shown_again_is_named(terms: dict[str, Any]) -> None:
    """When the time has come, and before the permission ends."""
    old = make_other("old", make_terms(**terms), published=NOW - HOUR, first_seen=NOW - HOUR)
    assert list_names(show((old,))) == ["Old: So old"]


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_allows_a_headline(mode: Mode) -> None:
    """Also of a source that lets nothing be changed: the headline is as it is."""
    terms = make_terms(mode=mode, derivatives=False)
    text = make_words(60)
    shown = show((make_other("b", terms, text=text),), terms=make_terms(mode=Mode.HEADLINE))
    assert list_names(shown) == ["B: So b"]
    assert "word1" not in shown.html


def test_of_a_group_the_first_that_may_be_named_is() -> None:
    """Once: the writer with who carries it, else who does."""
    writer, carrier = make_other("writer"), make_other("carrier")
    assert list_names(show((writer, carrier))) == ["Writer, via Carrier: So writer"]
    held = make_other("held", make_terms(delay=HOUR))
    assert list_names(show((held, carrier))) == ["Carrier: So carrier"]
    assert list_names(show((held,))) == []


def test_the_writer_of_a_carried_report_is_named_before_its_carrier() -> None:
    """With the carrier's link, under the terms of both."""
    writer = make_source("writer", reuse=make_terms())
    carried = make_other("carrier", source=SourceRef("Writer", link="https://writer.example/"))
    shown = show((carried,), known=list_known([writer, carried.source], {}))
    (one,) = shown.also
    assert (one.source, one.via, one.credit) == ("Writer", "Carrier", "Writer, via Carrier")
    assert '<li>Writer, via Carrier: <a href="https://carrier.example/news/1">' in shown.html
    late = make_source("writer", reuse=make_terms(delay=HOUR))
    assert show((carried,), known=list_known([late, carried.source], {})).also == ()


def test_a_feed_nobody_knows_is_named_as_the_writer_too() -> None:
    """And one that names itself is not its own carrier."""
    other = make_other("planet", source=SourceRef("A blog", link="https://blog.example/"))
    assert list_names(show((other,))) == ["A blog, via Planet: So planet"]
    own = make_other("paper", source=SourceRef("Paper"))
    assert list_names(show((own,))) == ["Paper: So paper"]


def test_a_report_without_a_link_is_not_named_where_one_is_asked_for() -> None:
    """Where the terms ask for none, its source's homepage will do."""
    assert show((make_other("b", link=None),)).also == ()
    (one,) = show((make_other("b", make_terms(link=None), link=None),)).also
    assert one.link == "https://b.example/"


def test_a_report_without_a_title_is_named_by_its_source_alone() -> None:
    """Its first words are its text, and no headline."""
    shown = show((make_other("b", title="", text="Words of the text."),))
    assert '<ul><li><a href="https://b.example/news/1">B</a></li></ul>' in shown.html
    assert "Words" not in shown.html


@pytest.mark.parametrize(("count", "more"), [(20, ""), (21, "and 1 more"), (25, "and 5 more")])
def test_of_many_only_so_many_are_named(count: int, more: str) -> None:
    """And how many more there are."""
    others = [(make_other(f"s{n:02}", published=NOW - n * HOUR),) for n in range(count)]
    shown = show(*others)
    assert len(shown.also) == shown.html.count("<li>") - bool(more) == limits.ALSO
    assert shown.html.endswith(f"<li>{more}</li></ul>" if more else "</a></li></ul>")
    assert shown.also[0].source == f"S{count - 1:02}"


@pytest.mark.parametrize("place", list(LinkPlace))
def test_what_the_terms_of_the_lead_ask_for_stays_where_it_is(place: LinkPlace) -> None:
    """The list comes behind the credit, the text, the link and the notice, and counts as none."""
    terms = make_terms(link=place, max_words=3, notice="(c) {source}")
    alone, told = show(terms=terms), show((make_other("b"),), terms=terms)
    assert told.html.startswith(alone.html)
    assert told.html.removeprefix(alone.html).startswith("<p>Also reported by:</p>")
    assert (told.rights, told.updated, told.carriers) == (alone.rights, alone.updated, ())


def test_what_changes_next_and_what_was_put_back_count_for_all_reports() -> None:
    """An embargo of another report ends; another report that was taken down comes back."""
    held = make_other("held", make_terms(delay=HOUR), published=NOW)
    story = make_story((held,))
    assert find_next_change(story, NOBODY, NOW) == NOW + HOUR
    lifted = {("held", held.entry.key): NOW + HOUR}
    assert renew(story, lifted, {}).floor == NOW + HOUR
