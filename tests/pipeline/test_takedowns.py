"""What is taken down leaves all outputs, never comes back by itself, and tells subscribers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.core import takedowns
from aggregator.core.model import Act, Order, Source
from aggregator.pipeline.validating import judge_published
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import Newsroom, open_newsroom, parse_strictly, write_item, write_rss

LONG = " ".join(f"word{number}" for number in range(45))
FILES = ("atom.xml", "rss.xml", "feed.json")
AT = "{http://purl.org/atompub/tombstones/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
ONE, TWO = "http://paper.example/1.html", "http://paper.example/2.html"
HOUR = timedelta(hours=1)


class Papers:
    """A site of feeds that a test fills: name to document."""

    def __init__(self) -> None:
        """Begin with none."""
        self.feeds: dict[str, bytes] = {}

    def __call__(self, request: Request) -> Response:
        """The document of the path, else 404."""
        body = self.feeds.get(request.path.strip("/"))
        return Response(404) if body is None else Response(200, {}, body)


@pytest.fixture
def papers() -> Papers:
    """An empty site."""
    return Papers()


@pytest.fixture
def room(tmp_path: Path, papers: Papers) -> Iterator[Newsroom]:
    """A newsroom over the papers a and b."""
    with serve(Recorder(papers)) as url:
        sources = [Source(name, f"{url}/{name}", name.title()) for name in "ab"]
        with open_newsroom(tmp_path / "data", sources) as one:
            yield one


def go(room: Newsroom) -> list[str]:
    """Poll, publish, judge what is published, and the ids in it, newest first."""
    room.poll(force=True)
    return press(room)


def press(room: Newsroom) -> list[str]:
    """Publish, judge what is published, and the ids in it, newest first."""
    room.publish()
    judged = judge_published(room.config, room.data, room.now)
    assert {one.name.rpartition("/")[2] for one in judged} == {*FILES, "opml.xml"}
    assert [finding for one in judged for finding in one.findings if one.errors] == []
    return [entry.id for entry in room.read_entries()]


def read_graves(room: Newsroom) -> dict[str, Any]:
    """The tombstones of the live feed by the id that left."""
    root = parse_strictly(room.read())
    return {tomb.get("ref"): tomb for tomb in root.findall(f"{AT}deleted-entry")}


def take_down(room: Newsroom, source: str, key: str, **fields: Any) -> Order:  # noqa: ANN401 - any field
    """Order that a report leaves, as an operator."""
    order = Order(Act.TAKEDOWN, source, key, room.now, **fields)
    room.store.save_orders([order])
    return order


def put_back(room: Newsroom, source: str, key: str) -> None:
    """Order that a report may come back."""
    standing = takedowns.list_standing(room.store.load_orders())
    room.store.save_orders(takedowns.undo(standing, {(source, key)}, room.now))


def find_key(room: Newsroom, source: str, title: str) -> str:
    """The key of the one report of a source with this title."""
    entries = room.store.load_newest(100)[0]
    (key,) = [one.key for one in entries if (one.source_id, one.title) == (source, title)]
    return key


def test_a_report_leaves_every_output_with_a_tombstone(room: Newsroom, papers: Papers) -> None:
    """Its words and id are in no file; Atom names the id and the time, not the private reason."""
    papers.feeds["a"] = write_rss(write_item(1, "The wrong report", LONG), write_item(2))
    assert go(room) == [TWO, ONE]
    room.now += HOUR
    order = take_down(room, "a", find_key(room, "a", "The wrong report"), reason="a court said so")
    assert press(room) == [TWO]
    for name in FILES:
        assert b"wrong report" not in room.read(name)
        assert b"court" not in room.read(name)
    (tomb,) = read_graves(room).values()
    assert (tomb.get("ref"), tomb.get("when")) == (ONE, order.at.isoformat())
    assert ONE.encode() not in room.read("rss.xml") + room.read("feed.json")
    assert parse_strictly(room.read()).findtext(f"{ATOM}updated") == order.at.isoformat()
    assert not room.store.has_orders()
    (line,) = [line for line in room.read_log() if line["event"] == "takedown"]
    assert (line["source"], line["by"]) == ("a", "operator")
    first = {name: room.read(name) for name in FILES}
    room.now += HOUR
    assert go(room) == [TWO]
    assert first == {name: room.read(name) for name in FILES}, "and the same bytes each time"


def test_a_story_of_several_reports_goes_on_under_the_next_ones_id(
    room: Newsroom, papers: Papers
) -> None:
    """Neither words nor credit of the report that left are in it; undone, the old id is back."""
    papers.feeds["a"] = write_rss(write_item(1, "One report", LONG))
    other = write_item(1, "One report", LONG, guid="tag:b.example,2023:1")
    papers.feeds["b"] = write_rss(other)
    assert go(room) == [ONE]
    assert "Also carried by" in room.read_entries()[0].content[0].value
    room.now += HOUR
    take_down(room, "a", find_key(room, "a", "One report"))
    assert go(room) == ["tag:b.example,2023:1"]
    assert "Also carried by" not in room.read_entries()[0].content[0].value
    assert set(read_graves(room)) == {ONE}
    assert go(room) == ["tag:b.example,2023:1"], "and it stays so"
    room.now += HOUR
    put_back(room, "a", find_key(room, "a", "One report"))
    assert go(room) == [ONE]
    assert room.read_entries()[0].updated[:19] == room.now.isoformat()[:19], "after its tombstone"
    (tomb,) = read_graves(room).values()
    assert (tomb.get("ref"), tomb.findtext(f"{AT}comment")) == (
        "tag:b.example,2023:1",
        f"Now part of {ONE}",
    )


def test_a_report_that_only_joined_leaves_the_id_alone(room: Newsroom, papers: Papers) -> None:
    """The id was given to the other report, and stays with it; no tombstone is needed."""
    papers.feeds["a"] = write_rss(write_item(1, "One report", LONG))
    go(room)
    papers.feeds["b"] = write_rss(write_item(1, "One report", LONG))
    assert go(room) == [ONE]
    take_down(room, "b", find_key(room, "b", "One report"))
    assert press(room) == [ONE]
    assert "Also carried by" not in room.read_entries()[0].content[0].value
    assert read_graves(room) == {}


AGAIN = {
    "edited": write_item(1, "Other words", "Something else entirely is said here now."),
    "another id": write_item(1, "The report", LONG, guid="tag:a.example,2023:other"),
    "another link": write_item(1, "The report", LONG, link="http://a.example/new.html"),
    "another id and link": write_item(1, "The report", LONG).replace("1.html", "new.html"),
    "another id, link and title": write_item(1, "The  Report!", LONG).replace("1.html", "9.html"),
    "another id, link and text": write_item(1, "The report", "Now short.").replace("1.h", "8.h"),
}


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
def test_it_never_comes_back_by_a_later_poll(room: Newsroom, papers: Papers, again: str) -> None:
    """Under other names, a little edited, or beside the old ones: it stays out until undone."""
    papers.feeds["a"] = write_rss(write_item(1, "The report", LONG), write_item(2))
    assert go(room) == [TWO, ONE]
    take_down(room, "a", find_key(room, "a", "The report"))
    first = write_item(1, "The report", LONG)
    # Wholly other words under one name are two reports where both stand in one document.
    beside = [first] if "Other words" in again else [first, again]
    for items in ([again], beside, [again]):
        room.now += HOUR
        papers.feeds["a"] = write_rss(*items, write_item(2))
        assert go(room) == [TWO]
    standing = takedowns.list_standing(room.store.load_orders())
    put_back(room, *standing[0].report)
    assert ONE in press(room)


def test_another_report_of_the_source_is_none_of_it(room: Newsroom, papers: Papers) -> None:
    """Next day's press review has the same title and the section's link, and is other news."""
    section = "http://paper.example/review/"
    first = write_item(1, "Press review", "What papers say today.", link=section)
    second = write_item(2, "Press review", "What they say on the next day.", link=section)
    papers.feeds["a"] = write_rss(first)
    assert go(room) == [ONE]
    take_down(room, "a", find_key(room, "a", "Press review"))
    papers.feeds["a"] = write_rss(first, second.replace("21 Sep", "23 Sep").replace("Thu", "Sat"))
    room.now += 49 * HOUR
    assert go(room) == [TWO]


@pytest.mark.parametrize("whole", [True, False])
def test_a_whole_story_leaves_with_copies_to_come(
    room: Newsroom, papers: Papers, *, whole: bool
) -> None:
    """A copy that another source brings later is out too, where the story was meant."""
    papers.feeds["a"] = write_rss(write_item(1, "One report", LONG))
    assert go(room) == [ONE]
    take_down(room, "a", find_key(room, "a", "One report"), whole=whole)
    copy = write_item(1, "One report", LONG, guid="tag:b.example,2023:1")
    papers.feeds["b"] = write_rss(copy)
    room.now += HOUR
    assert go(room) == ([] if whole else ["tag:b.example,2023:1"])
    assert set(read_graves(room)) == {ONE}


def test_two_published_stories_that_prove_to_be_one_leave_a_tombstone(
    room: Newsroom, papers: Papers
) -> None:
    """The younger id is named with the one that goes on, for 30 days."""
    papers.feeds["a"] = write_rss(write_item(1, "One report", LONG))
    papers.feeds["b"] = write_rss(write_item(2, "Another report", "Short."))
    assert set(go(room)) == {ONE, TWO}
    papers.feeds["b"] = write_rss(write_item(2, "One report", LONG))
    for _ in range(2):
        room.now += HOUR
        assert go(room) == [ONE]
        (tomb,) = read_graves(room).values()
        assert (tomb.get("ref"), tomb.findtext(f"{AT}comment")) == (TWO, f"Now part of {ONE}")
        link = tomb.find(f"{ATOM}link")
        assert (link.get("rel"), link.get("href")) == ("successor-version", ONE)
    room.now += timedelta(days=30)
    assert go(room) == [ONE]
    assert read_graves(room) == {}


def test_a_public_reason_is_told(room: Newsroom, papers: Papers) -> None:
    """Only where the operator says so; what XML has no place for does not cost the feed."""
    papers.feeds["a"] = write_rss(write_item(1))
    go(room)
    key = find_key(room, "a", "Report 1")
    take_down(room, "a", key, reason="The photo \x00was of <another> man.", public=True)
    assert press(room) == []
    (tomb,) = read_graves(room).values()
    assert tomb.findtext(f"{AT}comment") == "The photo was of <another> man."


def write_atom(*parts: str) -> bytes:
    """An Atom document of a paper."""
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:at="http://purl.org/atompub/tombstones/1.0"><id>tag:a.example,2023:feed</id>'
        f"<title>Paper</title><updated>2023-09-21T07:00:00Z</updated>{''.join(parts)}</feed>"
    ).encode()


def write_entry(updated: str, title: str = "Report") -> str:
    """The entry of a paper, as of a time of the day."""
    return (
        f"<entry><id>tag:a.example,2023:1</id><title>{title}</title>"
        '<link href="http://a.example/1"/><author><name>A</name></author>'
        f"<updated>2023-09-21T{updated}Z</updated><content>Some text.</content></entry>"
    )


def write_tomb(when: str, ref: str = "tag:a.example,2023:1") -> str:
    """The tombstone of that entry."""
    return f'<at:deleted-entry ref="{ref}" when="2023-09-21T{when}Z"/>'


def test_a_source_takes_a_report_back(room: Newsroom, papers: Papers) -> None:
    """Its tombstone takes the report out; only a later time brings it back."""
    mine = "tag:a.example,2023:1"
    papers.feeds["a"] = write_atom(write_entry("06:00:00"))
    assert go(room) == [mine]
    steps = [
        ([write_tomb("05:00:00"), write_entry("06:00:00")], [mine]),  # older than the entry
        ([write_tomb("06:30:00")], []),
        ([write_tomb("06:30:00")], []),
        ([write_entry("06:00:00")], []),
        ([], []),
        ([write_entry("06:00:00", "Edited without a word of when")], []),
        ([write_tomb("06:30:00"), write_entry("19:00:00")], [mine]),
        ([write_tomb("06:30:00")], [mine]),  # it is said of what was before
        ([write_tomb("20:30:00")], []),
    ]
    for number, (parts, expected) in enumerate(steps):
        room.now += 2 * HOUR
        papers.feeds["a"] = write_atom(*parts)
        assert go(room) == expected, f"step {number}"
    (tomb,) = read_graves(room).values()
    assert tomb.findtext(f"{AT}comment") == "withdrawn by its source"
    lines = [line["event"] for line in room.read_log() if line.get("by") == "source"]
    assert lines == ["takedown", "undo", "takedown"]


def test_a_feed_that_changes_its_ids_withdraws_nothing(room: Newsroom, papers: Papers) -> None:
    """Tombstones for the old ids say that they are no more; one for the new id is meant."""
    mine = "tag:a.example,2023:1"
    papers.feeds["a"] = write_atom(write_entry("06:00:00"))
    assert go(room) == [mine]
    other = write_entry("06:00:00").replace(mine, "tag:a.example,2023:changed")
    for _ in range(2):
        room.now += HOUR
        papers.feeds["a"] = write_atom(write_tomb("07:00:00"), other)
        assert go(room) == [mine]
    papers.feeds["a"] = write_atom(write_tomb("07:30:00", "tag:a.example,2023:changed"))
    room.now += HOUR
    assert go(room) == []


def test_a_source_takes_back_only_what_is_its_own(room: Newsroom, papers: Papers) -> None:
    """Another feed's tombstone takes nobody's report; an operator's order outlives the source's."""
    papers.feeds["a"] = write_atom(write_entry("06:00:00"))
    papers.feeds["b"] = write_atom(write_tomb("07:00:00"))
    assert go(room) == ["tag:a.example,2023:1"]
    take_down(room, "a", find_key(room, "a", "Report"))
    papers.feeds["a"] = write_atom(write_tomb("06:30:00"))
    room.now += HOUR
    assert go(room) == []
    papers.feeds["a"] = write_atom(write_entry("18:00:00"))
    room.now += 12 * HOUR
    assert go(room) == [], "the operator has not put it back"
    put_back(room, "a", find_key(room, "a", "Report"))
    assert go(room) == ["tag:a.example,2023:1"]
