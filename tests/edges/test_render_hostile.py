"""Whatever a story holds, it costs itself at most, never the document."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model import Also, Edition, Enclosure, Person, Shown, SourceRef
from aggregator.edges.render import Fragments, Unrenderable, render_feeds, render_story
from tests.edges.make import NOW, make_edition, make_shown, render_well
from tests.edges.reading import ATOM, read_leniently, read_strictly

GOOD = make_shown(id="tag:good.example,2023:1", title="Good")


def put(text: str) -> dict[str, dict[str, Any]]:
    """For each text field of a story, the change that puts the text there."""
    source = make_shown().source
    return {
        "id": {"id": text},
        "title": {"title": text},
        "link": {"link": text},
        "html": {"html": text},
        "language": {"language": text},
        "rights": {"rights": text},
        "license": {"license": text},
        "comments_url": {"comments_url": text},
        "feed_url": {"feed_url": text},
        "categories": {"categories": ("a", text)},
        "author": {"authors": (Person(text),)},
        "author uri": {"authors": (Person("A", uri=text),)},
        "enclosure": {"enclosures": (Enclosure(text),)},
        "enclosure type": {"enclosures": (Enclosure("https://e.org/", text),)},
        "carrier": {"carriers": ((text, "https://e.org/"),)},
        "carrier link": {"carriers": (("Hetq", text),)},
        "also": {"also": (Also(text, text, text, "https://e.org/", NOW),)},
        "also link": {"also": (Also("A", "A", "T", text, NOW),)},
        "also language": {"also": (Also("A", "A", "T", "https://e.org/", NOW, text),)},
        "via": {"via": (text, "https://e.org/")},
        "via link": {"via": ("Hetq", text)},
        "source title": {"source": replace(source, title=text)},
        "source id": {"source": replace(source, id=text)},
        "source link": {"source": replace(source, link=text)},
        "source self link": {"source": replace(source, self_link=text)},
        "source rights": {"source": replace(source, rights=text)},
    }


def read_around(*made: Fragments, edition: Edition | None = None) -> None:
    """The document of these stories between two good ones, which must both be there."""
    good = render_well(GOOD)
    atom, rss, feed = render_feeds(edition or make_edition(), [good, *made, good])
    count = len(made) + 2
    entries = read_strictly(atom).findall(f"{ATOM}entry")
    items = read_strictly(rss).findall("channel/item")
    assert (len(entries), len(items)) == (count, count)
    assert len(json.loads(feed.body)["items"]) == len(feed.body.splitlines()) - 2 == count
    assert entries[-1].findtext(f"{ATOM}title") == items[-1].findtext("title") == "Good"


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\ud800", "\ufffe", "\uffff"])
@pytest.mark.parametrize("field", put(""))
def test_a_control_character_costs_its_story(field: str, bad: str) -> None:
    """What XML 1.0 has no place for makes the story unrenderable, and says why."""
    made = render_story(make_shown(**put(f"a{bad}b")[field]))
    assert isinstance(made, Unrenderable)
    assert made.why.startswith("cannot be written as a feed entry: ")
    assert bad not in made.why


def test_the_rest_of_the_edition_is_fine() -> None:
    """The stories around an unrenderable one are published as ever."""
    stories = [GOOD, make_shown(title="\x07"), GOOD]
    made = [one for one in map(render_story, stories) if isinstance(one, Fragments)]
    assert len(made) == 2
    atom, rss, feed = render_feeds(make_edition(), made)
    for output in (atom, rss):
        assert len(read_leniently(output).entries) == 2
    assert len(json.loads(feed.body)["items"]) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"id": ""},
        {"published": datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))},
        {"title": None},
        {"link": 5},
    ],
)
def test_a_story_without_what_it_needs_costs_itself(fields: dict[str, Any]) -> None:
    """No title, no id, a time beyond the calendar, a value of the wrong kind."""
    assert isinstance(render_story(make_shown(**fields)), Unrenderable)


@pytest.mark.parametrize(
    "text",
    [
        "]]>",
        "<![CDATA[",
        "<!-- -- -->",
        "</entry></item></channel></rss></feed>",
        "<entry><id>forged</id></entry>",
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
        "&amp;&lt;&bogus;&#0;&#x7;",
        "\"'>< onload=x",
        "</root><root>",
        "a\r\nb\tc\u2028d\x85e",
        "\u202e\ufeff\U0010ffff😀",
    ],
)
@pytest.mark.parametrize("field", put(""))
def test_hostile_words_survive_as_words(field: str, text: str) -> None:
    """Markup in any field is text there, and breaks nothing."""
    made = render_story(make_shown(**put(text)[field]))
    assert isinstance(made, Fragments), made
    read_around(made)


@pytest.mark.parametrize("text", ["]]>", "</feed>", "<b>&amp;</b>", "a\r\nb"])
def test_texts_are_given_back_exactly(text: str) -> None:
    """What went in as a text comes out as the same text, in attributes too."""
    shown = make_shown(html=text, rights=text, categories=(text,), carriers=((text, "https://e/"),))
    made = render_well(shown)
    atom, rss, _ = render_feeds(make_edition(), [made])
    entry = read_strictly(atom).find(f"{ATOM}entry")
    item = read_strictly(rss).find("channel/item")
    related = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "related"]
    assert entry.findtext(f"{ATOM}content") == item.findtext("description") == text
    assert entry.findtext(f"{ATOM}rights") == text
    assert entry.find(f"{ATOM}category").get("term") == item.findtext("category") == text
    assert related[0].get("title") == text


words = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["]]>", "<!--", "-->", "</entry>", "</item>", "&lt;", "&", "<", ">", "\ud800", "\x00", "\r"]
)
some_words = st.lists(words, max_size=4).map("".join)
maybe = st.none() | some_words
shown_stories = st.builds(
    Shown,
    id=some_words,
    title=some_words,
    link=some_words,
    html=some_words,
    published=st.datetimes(timezones=st.just(UTC)),
    updated=st.datetimes(timezones=st.just(UTC)),
    source=st.builds(SourceRef, some_words, maybe, maybe, maybe, maybe),
    feed_url=some_words,
    authors=st.lists(st.builds(Person, some_words, maybe, maybe), max_size=2).map(tuple),
    categories=st.lists(some_words, max_size=2).map(tuple),
    language=maybe,
    enclosures=st.lists(
        st.builds(Enclosure, some_words, some_words, st.none() | st.integers(0)), max_size=2
    ).map(tuple),
    comments_url=maybe,
    comments_count=st.none() | st.integers(0),
    rights=maybe,
    license=maybe,
    carriers=st.lists(st.tuples(some_words, some_words), max_size=2).map(tuple),
    also=st.lists(
        st.builds(Also, some_words, some_words, some_words, some_words, st.just(NOW), maybe),
        max_size=2,
    ).map(tuple),
    via=st.none() | st.tuples(some_words, some_words),
)


@given(shown=shown_stories)
def test_no_story_breaks_the_document(shown: Shown) -> None:
    """A story is well-formed in both formats or unrenderable, and the same each time."""
    made = render_story(shown)
    assert render_story(shown) == made
    if isinstance(made, Fragments):
        read_around(made)
