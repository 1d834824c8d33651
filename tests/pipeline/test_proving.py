"""No story that breaks its sources' terms is published, and none is held back wrongly."""

import html
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.core.audit import find_due
from aggregator.core.model import (
    FeedHead,
    LinkPlace,
    Mode,
    ParsedFeed,
    Person,
    Report,
    Reuse,
    Shown,
    SourceRef,
    Story,
)
from aggregator.core.normalise import normalise_feed
from aggregator.core.reuse import present
from aggregator.core.stories import combine
from aggregator.edges.clean import clean_feed
from aggregator.edges.parse import read_feed
from aggregator.edges.render import Fragments, render_story
from aggregator.pipeline.auditing import audit_published
from aggregator.pipeline.proving import find_breach
from tests.core.make import make_entry as core_entry
from tests.edges.loopback import Request, Response, serve
from tests.newsroom import NOON, Newsroom, open_newsroom
from tests.pipeline.test_inspecting import FIELDS, PARSE_CORPUS, SOURCE, make_entry, store

TERMS = {
    "default": Reuse(),
    "headline": Reuse(Mode.HEADLINE, 40, None, stated=True),
    "two words": Reuse(Mode.EXCERPT, 2, LinkPlace.BEFORE_TEXT, "{source}.", "(c) {title} {year}"),
    "full, before": Reuse(Mode.FULL, None, LinkPlace.BEFORE_TEXT, notice="(c){year} {author}"),
    "full, first": Reuse(Mode.FULL, None, LinkPlace.FIRST_PASSAGE, "{source}, {date}:"),
    "full, after": Reuse(Mode.FULL, None, LinkPlace.AFTER_TEXT, "{source}: {title}", images=True),
    "full, cut": Reuse(Mode.FULL, 7, None, license="https://e.example/by", stated=True),
}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom over one paper whose reports are stored as the test makes them."""
    with open_newsroom(tmp_path / "data", [SOURCE]) as one:
        yield one


def find_breach_of(story: Story) -> str:
    """What is said of a story as it is shown and rendered; "" where it is not shown."""
    shown = present(story, "Asia/Yerevan", NOON)
    made = render_story(shown) if isinstance(shown, Shown) else None
    if not isinstance(made, Fragments):
        return ""
    return find_breach(made, find_due(story, "Asia/Yerevan", NOON), NOON)


@pytest.mark.parametrize("terms", TERMS.values(), ids=TERMS)
def test_whatever_comes_its_terms_are_obeyed(tmp_path: Path, terms: Reuse) -> None:
    """The whole corpus of odd feeds under each of these terms: no story is held for them."""
    files = sorted(p for p in PARSE_CORPUS.iterdir() if not p.name.endswith(".expected.json"))

    def site(request: Request) -> Response:
        body = files[int(request.path.strip("/"))].read_bytes()
        return Response(200, {"Content-Type": "application/xml"}, body)

    with serve(site) as home:
        sources = [
            replace(SOURCE, id=f"s{n}", url=f"{home.rstrip('/')}/{n}", name=path.stem, reuse=terms)
            for n, path in enumerate(files)
        ]
        with open_newsroom(tmp_path / "data", sources) as room:
            room.poll(force=True)
            published = room.publish()
    assert published.stories >= 50
    assert [held for held in published.held if "terms of" in held.why] == []


def find_breaches(fields: dict[str, str], terms: Reuse) -> list[str]:
    """What is said of each story of an item with these fields, under these terms."""
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
    body = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>Paper</title>'
        f"<item>{inner}</item></channel></rss>"
    )
    parsed = read_feed(body.encode("utf-8", "ignore"), "application/rss+xml", SOURCE.url)
    if not isinstance(parsed, ParsedFeed):
        return []
    source = replace(SOURCE, reuse=terms)
    feed = normalise_feed(clean_feed(parsed), source, source.url, NOON)
    reports = [Report(entry, source, feed.head) for entry in feed.entries]
    found = map(find_breach_of, combine(reports, {}, set(), "tag:day.example,2026:x"))
    return [breach for breach in found if breach]


@settings(deadline=None)
@given(FIELDS, st.sampled_from(list(TERMS.values())))
def test_whatever_an_item_says_its_terms_are_obeyed(fields: dict[str, str], terms: Reuse) -> None:
    """No item can say what would make its story break its terms, or be held for them wrongly."""
    assert find_breaches(fields, terms) == []


PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<br>", " ", "Paper", "Paper. ", ".",
        "(Paper) ", " | Paper",
        "One ", "A title", "two, ", "three; four! ", "<figure>", "</figure>", "<figcaption>",
        "</figcaption>", "<img src='https://e.example/a.png'>",
        "<a href='https://paper.example/1.html'>", "</a>", "<ul><li>", "</li></ul>",
        "<table><tr><td>", "</td></tr></table>", "<video>", "</video>", "&nbsp;", "&amp;lt;", "…",
        "լուր։ ", "新聞報道", "a_b.c/d", "<blockquote>", "</blockquote>",
        "<audio src='https://e.example/a.mp3'>", "</audio>", "<picture>", "</picture>", "&#8203;",
        "<h2>", "</h2>", "Also carried by: ", "{title}", "very", "\n", "<hr>", "<pre>", "</pre>",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@example("&#8203;", TERMS["full, after"], "")
@given(
    st.lists(PIECES, max_size=14).map("".join),
    st.sampled_from(list(TERMS.values())),
    st.sampled_from(["A title", "", "One two, three; four! very", "A title | Paper"]),
)
def test_however_a_text_is_built_it_is_quoted_rightly(text: str, terms: Reuse, title: str) -> None:
    """Blocks, figures, datelines, marks: what is shown is found to be the report's own."""
    link = "https://paper.example/1.html"
    fields = {"title": title, "link": link, "description": html.escape(text)}
    assert find_breaches(fields, terms) == []


FULL = replace(SOURCE, reuse=Reuse(Mode.FULL, None, LinkPlace.BEFORE_TEXT, stated=True))


def test_a_story_that_would_break_its_terms_is_held(room: Newsroom) -> None:
    """It is not published, `status` is told which term and why, the next takes its place."""
    room.set_sources([FULL])
    picture = '<table background="https://e.example/a.png"><tr><td>Words.</td></tr></table>'
    store(room, make_entry(1), make_entry(2, html=picture), make_entry(3))
    published = room.publish()
    assert [entry.title for entry in room.read_entries()] == ["Report 1", "Report 3"]
    (held,) = room.store.load_held()
    assert held.key == "https://paper.example/2.html"
    assert held.why.startswith("would break the terms of paper: images: its text holds <table")
    assert published.held == (held,)
    assert audit_published(room.config, room.data, room.now).is_broken is False


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        (Reuse(Mode.HEADLINE), "mode: the terms allow the headline only, it shows 'Words.'"),
        (Reuse(Mode.FULL, None, LinkPlace.AFTER_TEXT), "link: no link to https://paper.example/"),
        (Reuse(Mode.FULL, None, None, "Us"), "credit: the text does not open with the credit 'Us'"),
        (Reuse(Mode.FULL, None, None, notice="(c)"), "notice: the notice '(c)' does not stand"),
        (Reuse(Mode.FULL, None, None, license="https://e.example/"), "license: the licence is"),
    ],
)
def test_other_terms_are_judged_anew(terms: Reuse, why: str) -> None:
    """What is remembered of bytes holds for what they owed only."""
    entry = make_entry(1)
    (story,) = combine([Report(entry, FULL)], {}, set(), "tag:e")
    shown = present(story, "UTC", NOON)
    assert isinstance(shown, Shown)
    made = render_story(shown)
    assert isinstance(made, Fragments)
    assert find_breach(made, find_due(story, "UTC", NOON), NOON) == ""
    stricter = replace(story, lead=Report(entry, replace(FULL, reuse=terms)))
    breach = find_breach(made, find_due(stricter, "UTC", NOON), NOON)
    assert breach.startswith("would break the terms of paper: ")
    assert why in breach


def test_the_time_is_asked_each_time(room: Newsroom) -> None:
    """What was shown once too early is not remembered, and is shown when its time has come."""
    terms = Reuse(Mode.EXCERPT, 40, delay=timedelta(hours=3))
    room.set_sources([replace(SOURCE, reuse=terms)])
    store(room, make_entry(1), make_entry(4))
    assert "its source's terms hold it back until" in room.publish().held[0].why
    assert [entry.title for entry in room.read_entries()] == ["Report 4"]
    room.now += timedelta(hours=2)
    assert room.publish().held == ()


def test_what_cannot_be_read_back_is_not_published() -> None:
    """A fragment that is no element proves nothing."""
    (story,) = combine([Report(make_entry(1), SOURCE)], {}, set(), "tag:e")
    made = Fragments(b"<entry>", b"<other/>", b"{}")
    assert "its atom cannot be read back" in find_breach(made, find_due(story, "UTC", NOON), NOON)
    assert "its rss cannot be read back" in find_breach(
        replace(made, atom=write(story).atom), find_due(story, "UTC", NOON), NOON
    )


def write(story: Story) -> Fragments:
    """The story as it is published."""
    shown = present(story, "UTC", NOON)
    assert isinstance(shown, Shown)
    made = render_story(shown)
    assert isinstance(made, Fragments)
    return made


def test_a_feed_of_another_feed_credits_it(room: Newsroom) -> None:
    """A planet's entry names its own feed; that feed's name stands for a missing author."""
    ref = SourceRef("Blog", "tag:blog", "https://blog.example/", "https://blog.example/feed")
    store(room, make_entry(1, source=ref), make_entry(2, authors=(Person("A. Person"),)))
    assert room.publish().held == ()
    audit = audit_published(room.config, room.data, room.now)
    # Each stands in the live feed and in its day, in three formats.
    assert (audit.is_broken, len(audit.entries)) == (False, 12)


def test_what_was_changed_since_is_told_apart(room: Newsroom) -> None:
    """Beside a daemon: a report that its source changed is no breach; a file changed by hand is."""
    store(room, make_entry(1), make_entry(2))
    room.publish()
    edited = {"title": "Another title", "html": "<p>Other words.</p>", "changed": room.now}
    store(room, make_entry(1, **edited))
    audit = audit_published(room.config, room.data, room.now)
    assert not audit.is_broken
    assert {one.entry for one in audit.entries if one.has_changed} == {
        "https://paper.example/1.html"
    }
    place = room.data / "public" / "rss.xml"
    place.write_bytes(place.read_bytes() + b"\n")
    audit = audit_published(room.config, room.data, room.now)
    broken = {one.file for one in audit.entries if any(not v.obeyed for v in one.verdicts)}
    assert broken == {"rss.xml"}
    room.publish()
    audit = audit_published(room.config, room.data, room.now)
    assert not audit.is_broken
    assert not any(one.has_changed for one in audit.entries)


def test_a_record_that_was_spoilt_proves_nothing(room: Newsroom) -> None:
    """It is left out; everything is judged by what is stored."""
    store(room, make_entry(1))
    room.publish()
    for proof in (room.data / "audits").iterdir():
        proof.write_text("{")
    (room.data / "audits" / "list.json").write_text("[]")
    audit = audit_published(room.config, room.data, room.now)
    assert (audit.kept, audit.is_broken, len(audit.entries)) == ((), False, 6)
    room.publish()
    assert len(audit_published(room.config, room.data, room.now).kept) == 1


@pytest.mark.parametrize("homepage", ["https://wire.example/", None])
def test_a_carrier_without_an_address_of_its_report_is_linked_to_its_home(
    homepage: str | None,
) -> None:
    """Or to its feed: the audit takes neither for a stranger's."""
    wire = replace(SOURCE, id="wire", name="Wire", url="https://wire.example/rss?token=0a1b2c3d4e")
    told = core_entry("1", "wire", link=None, raw_id="tag:wire.example,2023:1")
    other = Report(told, replace(wire, homepage=homepage), FeedHead())
    story = Story("https://paper.example/1", Report(core_entry(), SOURCE, FeedHead()), (other,))
    shown = present(story, "Asia/Yerevan", NOON)
    assert isinstance(shown, Shown)
    assert ">Wire</a>" in shown.html
    assert find_breach_of(story) == ""
