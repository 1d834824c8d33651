"""Filters: what they leave out is stored and in no story, and is back when the rule is gone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aggregator.core.explaining import Place
from aggregator.core.likeness import Window
from aggregator.core.model import Article, Condition, Outcome, Rule, Source
from aggregator.core.settings import Config
from aggregator.pipeline import explaining, sieve
from aggregator.pipeline import pool as pool_room
from aggregator.pipeline.explaining import explain_report
from tests.core.make import NOW, make_entry, make_report
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import Newsroom, open_newsroom, write_item, write_rss

FEEDS = {
    "/a": write_rss(
        write_item(1, "Press review of Thursday"),
        write_item(2, "Talks in Yevlakh", "The talks in Yevlakh are over."),
    ),
    "/b": write_rss(
        write_item(2, "Talks in Yevlakh", "The talks in Yevlakh are over."),
        write_item(3, "Обзор печати", "Что пишут газеты."),
    ),
}
PRESS = Rule(exclude=(Condition(title=("(?i)press review",)), Condition(words=("обзор печати",))))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Two papers that share a report."""

    def site(request: Request) -> Response:
        return Response(200, {}, FEEDS[request.path])

    with serve(Recorder(site)) as url:
        papers = [
            Source(id=name, url=f"{url}/{name}", homepage=f"http://{name}.example/", tags=(name,))
            for name in "ab"
        ]
        with open_newsroom(tmp_path / "data", papers) as one:
            one.poll()
            yield one


def publish(room: Newsroom, filters: Rule) -> list[str]:
    """The titles of what is published with these filters."""
    room.config = replace(room.config, filters=filters)
    room.publish()
    return sorted(entry.title for entry in room.read_entries())


def test_what_filters_leave_out_is_published_again_without_them(room: Newsroom) -> None:
    """It was stored all the time: a changed rule applies to what is stored at once."""
    everything = publish(room, Rule())
    assert everything == ["Press review of Thursday", "Talks in Yevlakh", "Обзор печати"]
    assert publish(room, PRESS) == ["Talks in Yevlakh"]
    ids = [entry.id for entry in room.read_entries()]
    assert publish(room, Rule()) == everything
    assert ids[0] in [entry.id for entry in room.read_entries()]


def test_an_open_day_follows_the_filters(room: Newsroom) -> None:
    """Though the report is too old for the live feed, and was there all the time."""
    room.config = replace(room.config, newsfeed=replace(room.config.newsfeed, items=1))

    def read_day() -> list[str]:
        return sorted(entry.title for entry in room.read_entries("2023/09/21/atom.xml"))

    assert "Press review of Thursday" not in publish(room, PRESS)
    assert read_day() == ["Talks in Yevlakh"]
    assert "Press review of Thursday" not in publish(room, Rule())
    assert "Press review of Thursday" in read_day()
    publish(room, PRESS)
    assert read_day() == ["Talks in Yevlakh"]


def test_a_story_goes_on_without_a_report_that_is_left_out(room: Newsroom) -> None:
    """Under its id, led by who is left; nobody who is left out is named."""
    publish(room, Rule())
    (before,) = [one for one in room.read_entries() if one.title == "Talks in Yevlakh"]
    publish(room, Rule((Condition(sources=("b",)),)))
    (after,) = [one for one in room.read_entries() if one.title == "Talks in Yevlakh"]
    assert after.id == before.id
    assert "http://a.example/" not in room.read("atom.xml").decode()


def test_filters_of_a_source_are_its_own(room: Newsroom) -> None:
    """Those of others are not touched."""
    own = Rule(exclude=(Condition(title=("Yevlakh",)),))
    room.set_sources(
        [replace(one, filters=own) if one.id == "a" else one for one in room.config.sources]
    )
    assert "Talks in Yevlakh" in publish(room, Rule())
    assert publish(room, Rule((Condition(tags=("a",)),))) == ["Press review of Thursday"]


@pytest.mark.parametrize(
    ("filters", "number", "why"),
    [
        (PRESS, 1, "title matches /(?i)press review/"),
        (PRESS, 3, 'title holds "обзор печати"'),
        (Rule((Condition(sources=("b",)),)), 1, "its source is none of b"),
    ],
)
def test_it_is_explained_what_left_a_report_out(
    room: Newsroom, filters: Rule, number: int, why: str
) -> None:
    """Whether a publishing reads it or passes its source over."""
    room.config = replace(room.config, filters=filters)
    (meant,) = room.store.find_matches(f"http://paper.example/{number}.html")
    said = explain_report(room.config, room.store, meant, room.now)
    assert (said.place, said.why, said.story) == (Place.LEFT_OUT, why, None)


def test_filters_that_take_next_to_nothing_read_no_whole_archive(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many reports are left out for one publishing, no more are read."""
    nothing = Rule((Condition(title=("nowhere",)),))
    room.config = replace(room.config, newsfeed=replace(room.config.newsfeed, items=1))
    assert publish(room, nothing) == []
    few, many = (count_pages(room, monkeypatch, most) for most in (1, 10))
    assert few < many


def count_pages(room: Newsroom, monkeypatch: pytest.MonkeyPatch, most: int) -> int:
    """How often a publishing that is bounded like this reads on."""
    monkeypatch.setattr(pool_room, "_MOST_LEFT_OUT", most)
    counted = Recounted(room.store.load_newest)
    monkeypatch.setattr(room.store, "load_newest", counted)
    room.publish()
    return counted.times


class Recounted:
    """A question to the store, counted."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        """Nothing has been asked yet."""
        self._ask, self.times = ask, 0

    def __call__(self, *given: Any) -> Any:  # noqa: ANN401 - whatever it takes
        """Ask it."""
        self.times += 1
        return self._ask(*given)


def test_verdicts_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """And are made again."""
    monkeypatch.setattr(sieve, "_MOST", 1)
    monkeypatch.setattr(sieve, "_KNOWN", {})
    own = sieve.Sieve(Config("", filters=PRESS))
    reports = [make_report(make_entry(title=title)) for title in ("Press review", "Talks")]
    for _ in range(2):
        assert [bool(own.find_left_out(report)) for report in reports] == [True, False]
        assert len(sieve._KNOWN) == 1
    assert sieve.Sieve(Config("")).find_left_out(reports[0]) == ""


def test_sources_of_which_nothing_is_taken_are_not_read(room: Newsroom) -> None:
    """But for what is related to what is read."""
    config = replace(room.config, filters=Rule((Condition(sources=("a",)),)))
    pool = pool_room.Pool(config, room.store, Window(), room.now)
    pool.read_page()
    assert sorted(entry.title for entry in pool.list_entries()) == [
        "Press review of Thursday", "Talks in Yevlakh", "Talks in Yevlakh",
    ]  # fmt: skip
    assert [report.source.id for report in pool.list_reports()] == ["a", "a"]


def test_the_text_of_the_page_is_looked_at(room: Newsroom) -> None:
    """Where it is what is published."""
    filters = Rule(exclude=(Condition(text=("the whole of it",)),))
    config = replace(room.config, filters=filters)
    entry = make_entry(text="A summary.")
    article = Article(Outcome.TEXT, entry.digest, NOW, text="This is the whole of it.")
    report = make_report(replace(entry, article=article))
    assert explaining._find_left_out(config, report) == "text matches /the whole of it/"
    assert explaining._find_left_out(config, None) == ""
