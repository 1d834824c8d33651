"""Explanations of what a real publishing did: of the newest, of what gave way, of the old."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core.explaining import Explanation, Place
from aggregator.core.model import Source
from aggregator.pipeline.explaining import explain_report
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import NEWSFEED, Newsroom, open_newsroom, write_item, write_rss

STORM = "Storm tears roofs off houses in Sisian, ninety families spend the night in schools"
FEEDS = {
    "/a": write_rss(
        write_item(1, "Storm in Sisian tears roofs off", STORM),
        *(write_item(number, f"Flood {number}") for number in range(10, 20)),
    ),
    "/b": write_rss(
        write_item(2, "Sisian storm: roofs torn off houses", f"{STORM}, rescuers say."),
        write_item(3, "LIVE: Storm in Sisian tears roofs off", f"Hour by hour: {STORM}"),
        write_item(9, "Quiet report"),
    ),
}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Two papers; one floods, both told of a storm before."""

    def site(request: Request) -> Response:
        return Response(200, {}, FEEDS[request.path])

    with serve(Recorder(site)) as url:
        papers = [
            Source(id=name, url=f"{url}/{name}", homepage=f"http://{name}.example/")
            for name in "ab"
        ]
        with open_newsroom(tmp_path / "data", papers) as one:
            one.poll()
            yield one


def explain(room: Newsroom, number: int) -> Explanation:
    """What is said of the report of this number."""
    (meant,) = room.store.find_matches(f"http://paper.example/{number}.html")
    return explain_report(room.config, room.store, meant, room.now)


def take(room: Newsroom, items: int, share: float = 0.5) -> None:
    """Publish a live feed of so many stories."""
    room.config = replace(room.config, newsfeed=replace(NEWSFEED, items=items, max_share=share))
    room.publish()


def test_an_explanation_agrees_with_what_is_published(room: Newsroom) -> None:
    """Who is in the live feed, in which place, and who is not."""
    take(room, 4)
    published = [entry.id for entry in room.read_entries()]
    for number in (9, 10, 15, 18, 19):
        said = explain(room, number)
        assert (said.place is Place.SHOWN) == (f"http://paper.example/{number}.html" in published)
        if said.story and said.place is Place.SHOWN:
            assert said.why == f"story {published.index(said.story.id) + 1} of 4"
    assert explain(room, 17).place is Place.PASSED_OVER
    assert "a has its 2 of 4 stories (newsfeed.max_share)" in explain(room, 17).why


@pytest.mark.parametrize("items", [1, 100])
def test_an_old_report_is_explained_like_a_new_one(room: Newsroom, items: int) -> None:
    """Its story with the evidence, and what stands apart, whether a publishing reads it or not."""
    take(room, items)
    said = explain(room, 2)
    assert said.place is (Place.OLDER if items == 1 else Place.SHOWN)
    assert said.story
    assert {one.source_id for one in said.story.others} == {"a"}
    assert said.is_compared
    assert not {one.title for one in said.story.others} & {one.title for one in said.apart}
    assert [(one.source_id, one.why) for one in said.apart if one.title.startswith("LIVE")] == [
        ("b", "one is a running list of many stories, or comes every day")
    ]


def test_what_is_too_old_to_be_compared_is_said(room: Newsroom) -> None:
    """After 30 days; its place is known all the same."""
    room.now += timedelta(days=40)
    take(room, 100)
    said = explain(room, 9)
    assert (said.is_compared, said.apart, said.place) == (False, (), Place.SHOWN)


def test_before_anything_was_published_all_is_explained(room: Newsroom) -> None:
    """Nothing is saved by that: no id is given, no fact remembered."""
    said = explain(room, 9)
    assert (said.place, said.published_as) == (Place.SHOWN, None)
    assert room.store.read_fact("tag_prefix") is None
    assert room.store.load_claimed({"http://paper.example/9.html"}) == set()


def test_a_report_that_its_terms_hold_back_is_not_said_to_be_shown(room: Newsroom) -> None:
    """Its story is in the live feed by another; which edition it stands in is said too."""
    room.poll(force=True)
    papers = [
        replace(one, reuse=replace(one.reuse, embargo=timedelta(days=2))) if one.id == "b" else one
        for one in room.config.sources
    ]
    room.set_sources(papers)
    room.publish()
    both = room.store.find_matches("http://paper.example/1.html")
    if len(both) == 1:  # the held one stands in no published story yet
        both += room.store.find_matches("http://paper.example/2.html")
    by_source = {one.source_id: one for one in both}
    free, held = (
        explain_report(room.config, room.store, by_source[name], room.now) for name in "ab"
    )
    assert (free.place, [day.isoformat() for day in free.days]) == (Place.SHOWN, ["2023-09-21"])
    assert free.story is not None
    assert held.story is not None
    assert free.story.id == held.story.id
    assert held.place is Place.HELD
    assert held.why.endswith("its story is in the live feed without it")
