"""The list of other reports, published and judged: each way in which it could break terms is found.

The stories are made by hand, so that these tests do not depend on what is
taken for one event; the authored day is published and read back at the end.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.core.audit import Printed, Term, digest_facts, find_due, judge, judge_changed
from aggregator.core.audit import read_one as read_printed
from aggregator.core.lint import Breach
from aggregator.core.model import (
    Decision,
    FetchState,
    Match,
    Mode,
    Report,
    Reuse,
    Shown,
    SourceRef,
    Story,
)
from aggregator.core.origin import Known, list_known
from aggregator.core.reuse import present
from aggregator.core.takedowns import order
from aggregator.edges.published import read_entry
from aggregator.edges.render import Fragments, render_story
from aggregator.pipeline.auditing import Audit, audit_published
from aggregator.pipeline.proving import find_breach
from tests.core.make import NOW, make_entry, make_report, make_source, make_terms, make_words
from tests.day import POLLS, load_day
from tests.edges.loopback import serve
from tests.newsroom import Newsroom, open_newsroom

FORMS = ("atom", "rss", "json")
HOUR = timedelta(hours=1)
LINK = "https://hetq.example/news/1"
NOTICE = make_terms(mode=Mode.FULL, max_words=None, notice="(c) {source}")


def make_other(name: str, terms: Reuse | None = None, **entry: Any) -> Report:  # noqa: ANN401 - any field
    """A report of another source, an hour old."""
    source = make_source(name, reuse=terms or make_terms())
    given = {"source_id": name, "title": f"So {name}", "published": NOW - HOUR, **entry}
    return make_report(make_entry(**given), source)


def make_story(*others: Report, terms: Reuse = NOTICE, **lead: Any) -> Story:  # noqa: ANN401 - any field
    """A story that each of these tells too."""
    report = make_report(make_entry(**lead), make_source(reuse=terms))
    return Story("tag:x,2023:1", report, also=tuple((one,) for one in others))


THREE = make_story(make_other("one"), make_other("two", language="hy"), make_other("three"))


def render(story: Story, known: Known | None = None) -> tuple[Shown, Fragments]:
    """The story as it is published."""
    shown = present(story, "UTC", NOW, "en", known or {})
    assert isinstance(shown, Shown)
    made = render_story(shown)
    assert isinstance(made, Fragments), made
    return shown, made


def read(made: Fragments, form: str) -> Printed:
    """An entry read back."""
    entry = read_entry(getattr(made, form), form)
    assert not isinstance(entry, Breach)
    printed = read_printed(entry)
    assert printed is not None
    return printed


def list_broken(printed: Printed, story: Story, known: Known | None = None) -> dict[Term, str]:
    """What an entry breaks of what the story owes."""
    verdicts = judge(printed, find_due(story, "UTC", NOW, known or {}))
    return {one.term: one.why for one in verdicts if one.why}


BLOG = make_source("blog", reuse=make_terms())
STORIES = {
    "three": THREE,
    "none": make_story(),
    "headline only": make_story(make_other("b"), terms=make_terms(mode=Mode.HEADLINE)),
    "few words": make_story(make_other("b"), terms=make_terms(max_words=3), text=make_words(9)),
    "no derivatives": make_story(make_other("b"), terms=replace(NOTICE, derivatives=False)),
    "held": make_story(make_other("b", make_terms(delay=2 * HOUR)), make_other("c")),
    "ended": make_story(make_other("b", make_terms(until=NOW)), make_other("c")),
    "many": make_story(*(make_other(f"s{n}") for n in range(23))),
    "no title": make_story(make_other("b", title="")),
    "odd title": make_story(make_other("b", title="A &lt; <b>B</b> \u200b & C: and 3 more")),
    "no link": make_story(make_other("b", link=None), make_other("c", Reuse(link=None), link=None)),
    "one link": make_story(make_other("b", link=LINK + "0"), make_other("c", link=LINK + "0")),
    "carried": make_story(make_other("b", source=SourceRef("Blog", link="https://blog.example/"))),
    "of an unknown": make_story(make_other("b", source=SourceRef("Q", link="https://q.example/"))),
    "of itself": make_story(make_other("b", source=SourceRef("B", link="https://b.example/"))),
    "group": replace(THREE, also=((make_other("b", make_terms(delay=2 * HOUR)), make_other("c")),)),
    "carried by two": replace(
        THREE, also=((make_other("b"), make_other("c"), make_other("d"), make_other("c")),)
    ),
    "carried by one who waits": replace(
        THREE, also=((make_other("b"), make_other("c", make_terms(delay=2 * HOUR))),)
    ),
    "carried by its carriers": replace(
        THREE,
        also=(
            (
                make_other("b", source=SourceRef("Blog", link="https://blog.example/")),
                make_other("c"),
            ),
        ),
    ),
    "its own heading": make_story(
        text="Text.\nAlso reported by:\nAll.",
        html="<p>Text.</p><p>Also reported by:</p><p>All.</p>",
    ),
    "its own heading and ours": make_story(
        make_other("b"),
        text="Text.\nAlso reported by:\nAll.",
        html="<p>Text.</p><p>Also reported by:</p><p>All.</p>",
    ),
    **{name: make_story(make_other("b"), language=name) for name in ("hy", "ru", "fr")},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", STORIES)
def test_what_is_published_obeys(name: str, form: str) -> None:
    """Whoever is named, whatever the lead's terms: every term is obeyed in every format."""
    story, known = STORIES[name], list_known([BLOG], {})
    _, made = render(story, known)
    assert list_broken(read(made, form), story, known) == {}
    assert find_breach(made, find_due(story, "UTC", NOW, known), NOW) == ""


CARRIED = STORIES["carried by two"]


def test_who_carries_another_report_is_named() -> None:
    """As where a carried report leads: in the text, in Atom's and in JSON Feed's own place."""
    shown, made = render(CARRIED)
    (also,) = shown.also
    assert (also.source, also.via, also.credit) == ("B", "C, D", "B, via C, D")
    line = '<li>B, via C, D: <a href="https://b.example/news/1">So b</a></li>'
    for form in FORMS:
        assert line in read(made, form).html
    assert b'title="B, via C, D: So b"' in made.atom
    assert b'"source":"B","via":"C, D"' in made.json


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fewer", ["C", "C, D, E", None])
def test_a_carrier_too_few_or_too_many_is_found(fewer: str | None, form: str) -> None:
    """Each is named, and nobody else is."""
    shown, _ = render(CARRIED)
    credit = f"B, via {fewer}" if fewer else "B"
    also = replace(shown.also[0], via=fewer, credit=credit)
    html = shown.html.replace("B, via C, D", credit)
    made = render_story(replace(shown, html=html, also=(also,)))
    assert isinstance(made, Fragments)
    assert Term.ALSO in list_broken(read(made, form), CARRIED)


# Planted violations ---------------------------------------------------------

LINE = '<li>One: <a href="https://one.example/news/1">So one</a></li>'
SPOILT: dict[str, Callable[[str], str]] = {
    "headline altered": lambda text: text.replace(">So one<", ">So won<"),
    "headline cut": lambda text: text.replace(">So one<", ">So<"),
    "headline without its link": lambda text: text.replace(LINE, "<li>One: So one</li>"),
    "half of it linked": lambda text: text.replace(">So one<", ">one<").replace(
        "One: <a", "One: So <a"
    ),
    "link elsewhere": lambda text: text.replace("//one.example/", "//e.example/"),
    "source renamed": lambda text: text.replace("<li>One:", "<li>Won:"),
    "line dropped": lambda text: text.replace(LINE, ""),
    "line twice, with more": lambda text: text.replace(
        LINE, LINE + LINE.replace("</li>", "!</li>")
    ),
    "words of its text": lambda text: text.replace("So one</a>", "So one</a>. A short text 1."),
    "words in a line": lambda text: text.replace("</ul>", "<li>A short text 1.</li></ul>"),
    "words behind the list": lambda text: text + "<p>A short text 1.</p>",
    "words before the list": lambda text: text.replace("<ul>", "<p>A short text 1.</p><ul>"),
    "another report": lambda text: text.replace("</ul>", LINE.replace("one", "four") + "</ul>"),
    "a second link": lambda text: text.replace("</ul>", '<li><a href="https://e/">e</a></li></ul>'),
    "more than there are": lambda text: text.replace("</ul>", "<li>and 3 more</li></ul>"),
    "the whole list dropped": lambda text: text.partition("<p>Also reported")[0],
}

STRAY = {
    "headline without its link",
    "line twice, with more",
    "words of its text",
    "words in a line",
    "words behind the list",
    "words before the list",
    "link elsewhere",
    "another report",
    "a second link",
}
"""Those with words that do not stand in a line as ours are, or that lead where nobody is named."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_list_is_found(name: str, form: str) -> None:
    """As a breach of that term; words that are no line are words that the lead must answer for."""
    shown, _ = render(THREE)
    spoilt = replace(shown, html=SPOILT[name](shown.html))
    assert spoilt.html != shown.html
    made = render_story(spoilt)
    assert isinstance(made, Fragments)
    has_strays = name in STRAY
    assert set(list_broken(read(made, form), THREE)) == {Term.ALSO, *([Term.TEXT] * has_strays)}


@pytest.mark.parametrize("form", FORMS)
def test_words_behind_the_list_count(form: str) -> None:
    """For the lead's own limits, also when its report was changed since it was published."""
    story = STORIES["few words"]
    shown, _ = render(story)
    made = render_story(replace(shown, html=f"{shown.html}<p>A short text 1.</p>"))
    assert isinstance(made, Fragments)
    due = find_due(story, "UTC", NOW)
    assert [one.term for one in judge_changed(read(made, form), due) if one.why] == [Term.MODE]


@pytest.mark.parametrize("form", FORMS)
def test_a_heading_reworded_is_found(form: str) -> None:
    """The list is then taken for words of the report, which they are not."""
    shown, _ = render(THREE)
    made = render_story(replace(shown, html=shown.html.replace("Also reported", "Reported")))
    assert isinstance(made, Fragments)
    assert set(list_broken(read(made, form), THREE)) >= {Term.ALSO, Term.TEXT}


@pytest.mark.parametrize("form", FORMS)
def test_a_list_that_nobody_is_due_in_is_found(form: str) -> None:
    """Also when no report may be named at all."""
    _, made = render(THREE)
    broken = list_broken(read(made, form), make_story())
    assert set(broken) == {Term.ALSO, Term.TEXT}, "its links lead to nobody that is due, too"
    assert "which is not due" in broken[Term.ALSO]


@pytest.mark.parametrize("form", ["atom", "json"])
@pytest.mark.parametrize(
    "fields",
    [{"title": "So won"}, {"link": "https://e.example/"}, {"credit": "Won", "source": "Won"}],
)
def test_a_spoilt_field_is_found(fields: dict[str, Any], form: str) -> None:
    """What Atom and JSON Feed say beside the text is judged too."""
    shown, _ = render(THREE)
    first, *rest = shown.also
    spoilt = replace(first, **fields)
    for also in ((spoilt, *rest), tuple(rest), (*shown.also, spoilt)):
        made = render_story(replace(shown, also=also))
        assert isinstance(made, Fragments)
        assert set(list_broken(read(made, form), THREE)) == {Term.ALSO}


FORBIDDEN: dict[str, dict[str, Any]] = {
    "embargo": {"embargo": 2 * HOUR},
    "embargo until": {"embargo_until": NOW + HOUR},
    "delay": {"delay": 2 * HOUR},
    "until": {"until": NOW},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", FORBIDDEN)
def test_who_may_not_be_named_now_is_found(name: str, form: str) -> None:
    """Under terms that came after it was published, also when the lead was changed since."""
    _, made = render(make_story(make_other("one"), make_other("two")))
    held = make_other("two", make_terms(**FORBIDDEN[name]))
    due = find_due(make_story(make_other("one"), held), "UTC", NOW)
    printed = read(made, form)
    broken = {one.term for one in judge(printed, due) if one.why}
    assert broken == {Term.ALSO, Term.WITHHELD, Term.TEXT}
    (weak,) = [one for one in judge_changed(printed, due) if one.why]
    assert (weak.term, "two.example/news/1" in weak.why) == (Term.WITHHELD, True)
    assert "would break the terms" in find_breach(made, due, NOW)


def test_what_was_taken_down_is_found() -> None:
    """A report that left the story must leave its list."""
    _, made = render(make_story(make_other("one"), make_other("two")))
    due = find_due(make_story(make_other("one")), "UTC", NOW, gone=[make_other("two")])
    for form in FORMS:
        assert Term.WITHHELD in {
            one.term for one in judge_changed(read(made, form), due) if one.why
        }


def test_one_address_of_two_is_no_breach() -> None:
    """A report that may not be named cannot be told from one at its address that may."""
    held = make_other("two", make_terms(delay=2 * HOUR), link="https://one.example/news/1")
    due = find_due(make_story(make_other("one"), held), "UTC", NOW)
    assert (len(due.also), due.hidden) == (1, ())


def test_a_new_headline_is_a_change_and_new_terms_are_none() -> None:
    """What is stored is remembered with the edition; terms are judged as they are now."""
    story = make_story(make_other("one"))
    plain = digest_facts(find_due(story, "UTC", NOW))
    again = make_story(make_other("one", title="Another"))
    assert digest_facts(find_due(again, "UTC", NOW)) != plain
    held = make_story(make_other("one", make_terms(delay=2 * HOUR)))
    assert digest_facts(find_due(held, "UTC", NOW)) == plain


# The authored day -----------------------------------------------------------


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Newsroom]:
    """The authored day after its last poll."""
    played = load_day()
    with serve(played.serve) as home, open_newsroom(tmp_path, played.name_sources(home)) as room:
        for name in POLLS:
            played.poll = name
            room.now = played.tell_time()
            room.poll(force=True)
        assert room.publish().held == ()
        yield room


def list_named(room: Newsroom) -> dict[str, str]:
    """The story of each other report that is named, by its link."""
    items = json.loads(room.read("feed.json"))["items"]
    return {one["url"]: item["id"] for item in items for one in item["_day"].get("also", ())}


def find_terms(audit: Audit) -> set[Term]:
    """The terms that are broken anywhere."""
    return {v.term for one in audit.entries for v in one.verdicts if not v.obeyed}


def audit(room: Newsroom, now: datetime | None = None) -> Audit:
    """The audit of what is published."""
    return audit_published(room.config, room.data, now or room.now)


def test_other_reports_of_the_day_are_named_and_leave_when_they_must(day: Newsroom) -> None:
    """An end of a permission and a takedown: found in the old files, gone from the new ones."""
    named = list_named(day)
    assert len(named) > 3
    assert not audit(day).is_broken
    entries = {one.link: one for one in day.store.load_newest(500)[0]}
    link = next(url for url, story in named.items() if entries[url].raw_id != story)
    source_id, key = entries[link].source_id, entries[link].key

    sources = day.config.sources
    ended = replace(next(one for one in sources if one.id == source_id).reuse, until=day.now)
    day.set_sources([replace(s, reuse=ended) if s.id == source_id else s for s in sources])
    assert Term.WITHHELD in find_terms(audit(day))
    assert day.publish().held == ()
    assert link not in list_named(day)
    assert not audit(day).is_broken

    day.set_sources(sources)
    day.publish()
    assert link in list_named(day)
    told = entries[link]
    meant = [Match(source_id, key, told.title, link, named[link], owner=False, at=told.sort_at)]
    day.store.save_orders(order(meant, day.now, public=False, whole=False))
    assert Term.WITHHELD in find_terms(audit(day))
    day.publish()
    for name in ("atom.xml", "rss.xml", "feed.json"):
        assert link not in day.read(name).decode()
    assert not audit(day).is_broken


FLASH = "Landslide blocks road to Tatev"
AGAIN = "Road to Tatev closed by landslide"


def save_reports(room: Newsroom, *some: Report) -> None:
    """Store reports as if each source had been polled."""
    room.store.save(
        Decision(FetchState(one.source.id, one.source.url, next_poll=NOW), (one.entry,))
        for one in some
    )


@pytest.mark.parametrize("terms", [{"embargo": 24 * HOUR}, {"delay": 24 * HOUR}])
@pytest.mark.parametrize("weight", [1.0, 2.0])
def test_terms_of_one_never_hide_what_another_tells(
    tmp_path: Path, terms: dict[str, Any], weight: float
) -> None:
    """Whoever would lead is held back: the free report stays, under its id, and names nobody."""
    rocks = "Rocks closed the road to Tatev, police say."
    free = make_other("free", title=FLASH, text=rocks, language="en")
    full = f"{rocks} It stays closed, and a landslide is to blame. {make_words(40)}"
    held = make_other("held", make_terms(**terms), title=AGAIN, text=full, language="en")
    held = replace(held, source=replace(held.source, weight=weight))
    with open_newsroom(tmp_path, [free.source, held.source]) as room:
        room.now = NOW
        save_reports(room, free)
        room.publish()
        before = room.read_entries()[0]
        save_reports(room, held)
        published = room.publish()
        (after,) = room.read_entries()
        assert (after.id, after.link, published.held) == (before.id, before.link, ())
        assert list_named(room) == {}
        assert not audit(room).is_broken
        assert published.due is not None
        room.now = published.due
        room.publish()
        (last,) = room.read_entries()
        assert (last.id, last.link) == (before.id, held.entry.link)
        assert list(list_named(room)) == [free.entry.link]
        assert not audit(room).is_broken


def test_no_time_runs_backwards_when_the_lead_is_taken_down(tmp_path: Path) -> None:
    """Readers keep the text of an entry whose time is older than the one that they have."""
    rocks = "Rocks closed the road to Tatev, police say."
    first = make_other("first", title=FLASH, text=rocks, language="en")
    full = f"{rocks} It stays closed, and a landslide is to blame. {make_words(40)}"
    lead = make_other("lead", title=AGAIN, text=full, language="en", changed=NOW + HOUR)
    with open_newsroom(tmp_path, [first.source, lead.source]) as room:
        room.now = NOW
        save_reports(room, first)
        room.publish()
        save_reports(room, lead)
        room.now = NOW + HOUR
        room.publish()
        (before,) = room.read_entries()
        assert before.link == lead.entry.link
        room.now = NOW + 2 * HOUR
        meant = Match(
            "lead", lead.entry.key, AGAIN, lead.entry.link, before.id, owner=False, at=NOW
        )
        room.store.save_orders(order([meant], room.now, public=False, whole=False))
        room.publish()
        (after,) = room.read_entries()
        assert (after.id, after.link) == (before.id, first.entry.link)
        assert before.updated_parsed < after.updated_parsed
        room.now += HOUR
        assert room.publish().written == ()


def test_two_stories_that_prove_to_be_one_are_told_alike_ever_after(tmp_path: Path) -> None:
    """Nothing is rewritten when nothing changed: lead and time are those of the first time."""
    rocks = "Rocks closed the road to Tatev, police say."
    full = f"{rocks} It stays closed, and a landslide is to blame. {make_words(40)}"
    one = make_other("one", title=AGAIN, text=full, language="en")
    chess = "Levon Aronian won the final of a chess tournament."
    two = make_other("two", title="Aronian wins", text=chess, language="en")
    given = {"source_id": "two", "title": FLASH, "text": rocks, "language": "en"}
    edited = make_entry(published=NOW - HOUR, changed=NOW + HOUR, **given)
    with open_newsroom(tmp_path, [one.source, two.source]) as room:
        room.now = NOW
        save_reports(room, one, two)
        room.publish()
        assert len(room.read_entries()) == 2
        room.now = NOW + HOUR
        save_reports(room, replace(two, entry=edited))
        assert room.publish().written
        assert list(list_named(room)) == [edited.link]
        assert room.publish().written == ()


def test_one_headline_makes_no_copies_of_two_reports(tmp_path: Path) -> None:
    """Who tells of one event under the same headline is named as having told of it, each time."""
    rocks = "Rocks closed the road to Tatev, police say."
    other = "The road to Tatev was closed by a fall of stones, says a driver."
    one = make_other("one", title=FLASH, text=rocks, language="en")
    two = make_other("two", title=FLASH, text=other, language="en")
    with open_newsroom(tmp_path, [one.source, two.source]) as room:
        room.now = NOW
        save_reports(room, one, two)
        room.publish()
        (named,) = list_named(room)
        assert named in {one.entry.link, two.entry.link}
        assert room.publish().written == ()
