"""Day editions: where stories stand, when days close, and the chain that a reader follows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree

from aggregator.core.model import Decision, Entry, Reuse
from aggregator.core.policy import start_state
from aggregator.core.takedowns import order
from aggregator.errors import PublishError
from aggregator.pipeline.editions import call_for_all
from tests.newsroom import Newsroom, open_newsroom
from tests.pipeline.test_inspecting import SOURCE, make_entry

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "fh": "http://purl.org/syndication/history/1.0",
    "at": "http://purl.org/atompub/tombstones/1.0",
}
DAY = timedelta(days=1)
FEEDS = ("atom.xml", "rss.xml", "feed.json")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom of one paper, in Yerevan."""
    with open_newsroom(tmp_path / "data", [SOURCE]) as made:
        yield made


def store(room: Newsroom, *entries: Entry) -> None:
    """Store reports past all polling."""
    room.store.save([Decision(start_state(SOURCE, room.now), tuple(entries))])


def write(room: Newsroom, number: int, **fields: object) -> Entry:
    """A report of now, unless the fields say otherwise."""
    given = {"published": room.now, "first_seen": room.now, "changed": room.now, **fields}
    return make_entry(number, title=f"Alone {number} {number * 7919}", **given)


def read(room: Newsroom, folder: str = "") -> etree._Element:
    """The Atom document of a folder."""
    return etree.fromstring(room.read(f"{folder}atom.xml"))


def list_ids(document: etree._Element) -> list[str]:
    """The ids of its entries."""
    return [str(one.text) for one in document.findall("a:entry/a:id", NS)]


def find_link(document: etree._Element, rel: str) -> str | None:
    """The folder that a link of the document leads to."""
    found = document.find(f"a:link[@rel='{rel}']", NS)
    return None if found is None else urlsplit(found.get("href")).path[1:].removesuffix("atom.xml")


def walk(room: Newsroom) -> tuple[list[str], list[str]]:
    """What a reader finds that follows the chain of archives: folders, and ids with repetitions."""
    document, folders = read(room), []
    ids: list[str] = []
    while (folder := find_link(document, "prev-archive")) is not None:
        assert folder not in folders
        document = read(room, folder)
        assert document.find("fh:archive", NS) is not None
        assert find_link(document, "current") == ""
        folders.append(folder)
        ids += list_ids(document)
    return folders, ids


def read_archives(room: Newsroom) -> dict[str, bytes]:
    """Every file of every closed day."""
    public = room.data / "public"
    return {
        path.relative_to(public).as_posix(): path.read_bytes()
        for day in room.store.days.load()
        if day.is_closed
        for path in sorted((public / f"{day.date:%Y/%m/%d}").iterdir())
    }


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        # Clocks change within these sixty days: to a day of 23 hours, and to one of 25.
        ("Europe/Berlin", datetime(2026, 3, 1, 5, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 9, 25, 5, tzinfo=UTC)),
    ],
)
def test_sixty_days_are_read_back_whole(tmp_path: Path, zone: str, start: datetime) -> None:
    """Each story stands in one archive of the chain, both ways; what closed keeps its bytes."""
    with open_newsroom(tmp_path / "data", [SOURCE]) as room:
        settings = replace(room.config.newsfeed, timezone=zone, items=10)
        room.config = replace(room.config, newsfeed=settings)
        number, archives = 0, dict[str, bytes]()
        for step in range(60 * 2):
            room.now = start + step * timedelta(hours=12)
            fresh = [write(room, number := number + 1) for _ in range(1 + step % 3)]
            if step % 7 == 0:
                # A report of days ago, and one without a date.
                fresh.append(write(room, number := number + 1, published=room.now - 5 * DAY))
                fresh.append(write(room, number := number + 1, published=None))
            store(room, *fresh)
            room.publish()
            now = read_archives(room)
            assert archives.items() <= now.items()
            archives = now
        folders, ids = walk(room)
        open_ids = [
            one
            for day in room.store.days.load()
            if not day.is_closed
            for one in list_ids(read(room, f"{day.date:%Y/%m/%d}/"))
        ]
        assert Counter([*ids, *open_ids]) == Counter(
            {f"https://paper.example/{each}.html": 1 for each in range(1, number + 1)}
        )
        assert len(folders) > 57
        for earlier, later in zip(folders[1:], folders, strict=False):
            assert find_link(read(room, earlier), "next-archive") == later


def test_a_day_closes_when_its_end_and_its_publication_lie_back(room: Newsroom) -> None:
    """Six hours behind midnight in Yerevan; until then what arrives late still stands in it."""
    room.now = datetime(2023, 9, 21, 18, 0, tzinfo=UTC)
    store(room, write(room, 1))
    published = room.publish()
    # Midnight is 20:00 UTC there.
    assert published.closes == datetime(2023, 9, 22, 2, 0, tzinfo=UTC)
    room.now = datetime(2023, 9, 22, 1, 0, tzinfo=UTC)
    store(room, write(room, 2, published=datetime(2023, 9, 21, 19, 0, tzinfo=UTC)))
    room.publish()
    assert len(list_ids(read(room, "2023/09/21/"))) == 2
    assert read(room, "2023/09/21/").find("fh:archive", NS) is None
    assert find_link(read(room), "prev-archive") is None
    room.now = datetime(2023, 9, 22, 2, 0, tzinfo=UTC)
    room.publish()
    assert read(room, "2023/09/21/").find("fh:archive", NS) is not None
    assert find_link(read(room), "prev-archive") == "2023/09/21/"
    # The day behind it had no story yet: it is opened, so that the chain is whole.
    assert find_link(read(room, "2023/09/21/"), "next-archive") == "2023/09/22/"
    assert list_ids(read(room, "2023/09/22/")) == []


def test_what_comes_for_a_closed_day_stands_where_it_was_first_seen(room: Newsroom) -> None:
    """With its own date; the closed day keeps its bytes."""
    store(room, write(room, 1))
    room.publish()
    long_ago = room.now
    room.now += 3 * DAY
    store(room, write(room, 2))
    room.publish()
    before = read_archives(room)
    store(room, write(room, 3, published=long_ago))
    room.publish()
    assert read_archives(room) == before
    document = read(room, "2023/09/24/")
    assert len(list_ids(document)) == 2
    dates = [str(one.text)[:10] for one in document.findall("a:entry/a:published", NS)]
    assert sorted(dates) == ["2023-09-21", "2023-09-24"]


def test_the_backlog_of_a_new_source_makes_days_of_its_own(room: Newsroom) -> None:
    """The oldest first in the chain, and none before it has been published so long."""
    old = [write(room, n, published=room.now - n * 40 * DAY) for n in range(1, 4)]
    store(room, *old, write(room, 9))
    room.publish()
    days = room.store.days.load()
    assert [day.date for day in days] == sorted(day.date for day in days)
    assert len(days) == 4
    assert not any(day.is_closed for day in days)
    room.now += timedelta(hours=6)
    room.publish()
    assert [day.is_closed for day in room.store.days.load()] == [True, True, True, False]


def test_a_correction_shows_in_an_open_day(room: Newsroom) -> None:
    """The closed day keeps the words of then; the story keeps its id."""
    store(room, write(room, 1))
    room.publish()
    room.now += 2 * DAY
    store(room, write(room, 2))
    room.publish()
    before = read_archives(room)
    first = room.now - 2 * DAY
    room.now += timedelta(hours=1)
    edited = write(room, 1, published=first, first_seen=first, html="<p>It was not so.</p>")
    store(room, edited)
    room.publish()
    assert read_archives(room) == before
    document = read(room, "2023/09/23/")
    assert set(list_ids(document)) == {f"https://paper.example/{n}.html" for n in (1, 2)}
    assert b"It was not so." in room.read("2023/09/23/atom.xml")
    assert b"It was not so." not in room.read("2023/09/21/atom.xml")


def test_a_takedown_reaches_closed_days(room: Newsroom) -> None:
    """Its entry leaves every file, a tombstone stands there, the reason is in the record."""
    store(room, write(room, 1), write(room, 2))
    room.publish()
    room.now += 3 * DAY
    room.publish()
    gone = "https://paper.example/1.html"
    matches = room.store.find_matches(gone)
    room.store.save_orders(
        order(matches, room.now, reason="a private person", public=False, whole=False)
    )
    room.publish()
    for name in FEEDS:
        assert b"Alone 1 " not in room.read(f"2023/09/21/{name}")
    assert b"Alone 1 " not in room.read("2023/09/21/index.html")
    document = read(room, "2023/09/21/")
    tombs = document.findall("at:deleted-entry", NS)
    assert [tomb.get("ref") for tomb in tombs] == [gone]
    (day,) = room.store.days.load([date(2023, 9, 21)])
    assert [why for _, why in day.changes] == ["takedown"]
    assert document.find("fh:archive", NS) is not None


def test_changed_terms_reach_closed_days(room: Newsroom) -> None:
    """Those of its sources, with the reason in the record; other days keep their bytes."""
    words = " ".join(f"word{n}" for n in range(30))
    store(room, write(room, 1, html=f"<p>{words}</p>", text=words))
    room.publish()
    room.now += 3 * DAY
    room.publish()
    assert b"word20" in room.read("2023/09/21/atom.xml")
    room.set_sources([replace(SOURCE, reuse=Reuse(max_words=10))])
    room.publish()
    assert b"word20" not in room.read("2023/09/21/atom.xml")
    (day,) = room.store.days.load([date(2023, 9, 21)])
    assert [why for _, why in day.changes] == ["changed terms: paper"]


def test_a_permission_that_ends_reaches_closed_days(room: Newsroom) -> None:
    """At its hour, without a change of the configuration; the publishing names the hour before."""
    words = " ".join(f"word{n}" for n in range(60))
    end = datetime(2023, 10, 1, tzinfo=UTC)
    room.set_sources([replace(SOURCE, reuse=Reuse(max_words=None, stated=True, until=end))])
    store(room, write(room, 1, html=f"<p>{words}</p>", text=words))
    room.publish()
    room.now += 3 * DAY
    assert room.publish().due == end
    assert b"word50" in room.read("2023/09/21/atom.xml")
    room.now = end
    room.publish()
    assert b"word50" not in room.read("2023/09/21/atom.xml")


def test_all_days_are_made_anew_when_that_is_asked(room: Newsroom) -> None:
    """A closed day under a new title; the record says why."""
    store(room, write(room, 1))
    room.publish()
    room.now += 3 * DAY
    room.publish()
    settings = replace(room.config.newsfeed, title="Another name")
    room.config = replace(room.config, newsfeed=settings)
    room.publish()
    assert b"Another name" not in room.read("2023/09/21/atom.xml")
    call_for_all(room.store)
    room.publish()
    assert b"Another name" in room.read("2023/09/21/atom.xml")
    (day,) = room.store.days.load([date(2023, 9, 21)])
    assert [why for _, why in day.changes] == ["build --all"]


def test_a_large_backlog_is_told_in_portions(room: Newsroom) -> None:
    """Each says that there is more; in the end every story stands in its day."""
    items = [write(room, n, published=room.now - timedelta(hours=n)) for n in range(1, 2_102)]
    store(room, *items)
    rounds = 1
    while room.publish().is_more:
        rounds += 1
    assert rounds > 1
    days = room.store.days.load()
    assert sum(len(room.store.days.load_stories(day.date)) for day in days) == 2_101
    assert sum(len(list_ids(read(room, f"{day.date:%Y/%m/%d}/"))) for day in days) == 2_101


def test_a_clock_set_back_loses_nothing(room: Newsroom) -> None:
    """Today is closed by then: the story stands in the day after all others."""
    store(room, write(room, 1))
    room.publish()
    room.now += 3 * DAY
    room.publish()
    room.now -= 3 * DAY
    store(room, write(room, 2))
    room.publish()
    _, ids = walk(room)
    days = [one for one in room.store.days.load() if not one.is_closed]
    stories = [*ids, *(i for one in days for i in list_ids(read(room, f"{one.date:%Y/%m/%d}/")))]
    assert set(stories) == {f"https://paper.example/{n}.html" for n in (1, 2)}


def test_a_day_that_cannot_be_written_costs_no_other(room: Newsroom) -> None:
    """The publishing fails with its path, all others are made; the next one makes that one."""
    (room.data / "public/2023/09/20").parent.mkdir(parents=True)
    obstacle = room.data / "public/2023/09/20"
    obstacle.write_text("not a folder")
    store(room, write(room, 1), write(room, 2, published=room.now - DAY))
    with pytest.raises(PublishError, match="2023/09/20"):
        room.publish()
    assert len(list_ids(read(room))) == 2
    assert len(list_ids(read(room, "2023/09/21/"))) == 1
    obstacle.unlink()
    room.publish()
    assert len(list_ids(read(room, "2023/09/20/"))) == 1


def test_what_cannot_be_shown_is_not_tried_for_ever(room: Newsroom) -> None:
    """After a month, and out of the live feed, it is let be; an edit brings it back."""
    room.config = replace(room.config, newsfeed=replace(room.config.newsfeed, items=1))
    store(room, write(room, 1, html='<p onclick="x()">a</p>'))
    assert len(room.publish().held) == 1
    room.now += 40 * DAY
    store(room, write(room, 2))
    room.publish()
    assert room.publish().held == ()
    store(room, write(room, 1, published=room.now - 40 * DAY))
    room.publish()
    days = room.store.days.load_places(["https://paper.example/1.html"])
    (day,) = days["https://paper.example/1.html"]
    assert "https://paper.example/1.html" in list_ids(read(room, f"{day:%Y/%m/%d}/"))
