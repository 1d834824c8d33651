"""`explain`: which report is meant, what is said of it, and that nothing is touched."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from aggregator.edges.store import hold_lock, open_store
from tests.cli.desk import POLITE_ENOUGH, Desk, name_source
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import write_item, write_rss

LONG = (
    "The old bridge near Alaverdi was closed on Monday morning when the river Debed rose by more "
    "than two metres after three days of rain; buses to Tbilisi take the road over Stepanavan, "
    "and the ministry of roads says that repairs will not begin before the water has fallen."
)
OTHER = "Police closed a bridge in Alaverdi: the Debed has risen, traffic goes by Stepanavan."
ONE, TWO, THREE = (f"http://paper.example/{number}.html" for number in (1, 2, 3))
FIRST = {
    "/a": write_rss(
        write_item(1, "Debed flood closes bridge near Alaverdi", LONG),
        write_item(2, "Chess team wins", "A fine game."),
    ),
    "/b": write_rss(
        write_item(1, "Debed flood closes bridge near Alaverdi", LONG, guid="tag:b.example,2023:1"),
        write_item(3, "LIVE: Debed flood closes bridge near Alaverdi", OTHER),
    ),
}
FEEDS = dict(FIRST)
"""What the papers say now."""
HEADERS = {"ETag": '"v1"', "Last-Modified": "Thu, 21 Sep 2023 08:00:00 GMT"}


@pytest.fixture
def published(desk: Desk) -> Iterator[Desk]:
    """A desk where two papers are published, one of whose reports both have."""
    FEEDS.update(FIRST)
    # Reports are compared for 30 days.
    date = format_datetime(datetime.now(UTC) - timedelta(hours=1))

    def site(request: Request) -> Response:
        body = re.sub(b"<pubDate>.*?<", f"<pubDate>{date}<".encode(), FEEDS[request.path])
        return Response(200, HEADERS, body)

    with serve(Recorder(site)) as url:
        terms = [f"name: {name * 2}, reuse: {{mode: headline}}" for name in "ab"]
        papers = [
            name_source(f"{url}/{name}", name, [more])
            for name, more in zip("ab", terms, strict=True)
        ]
        desk.write(*papers, head=f"{POLITE_ENOUGH}serve: false\n")
        said = desk.run("once")
        assert said.code == 0, said.err
        yield desk


def test_a_report_is_explained_from_its_fetch_to_its_place(published: Desk) -> None:
    """When and whence, terms, role and evidence, what stands apart, and its place."""
    said = published.run("explain", ONE)
    assert said.code == 0, said.err
    rows = said.rows
    assert "Debed flood" in rows["a"]
    assert "ok (status 200)" in rows["asked"]
    assert rows["validators"].endswith('ETag "v1", Last-Modified Thu, 21 Sep 2023 08:00:00 GMT')
    assert "  the headline alone" in said.out
    assert rows["role"].endswith("lead")
    assert "carrier, b: Debed flood closes bridge near Alaverdi: the same link" in rows["with"]
    assert re.search(r"in the live feed +story [123] of 3", said.out)
    assert "one is a running list of many stories" in rows["b"]
    assert "one story from 0.28 on" in said.out


def test_a_carrier_is_explained_by_its_own_id(published: Desk) -> None:
    """Why it stands in the story of another."""
    said = published.run("explain", "tag:b.example,2023:1")
    assert (said.code, "carrier: the same link" in said.out) == (0, True)
    assert ONE in said.rows["story"]


def test_json_has_the_same(published: Desk) -> None:
    """With the figures of what was compared."""
    told = published.run("explain", ONE, "--json").json
    assert (told["source"], told["place"], told["published_as"]) == ("a", "in the live feed", ONE)
    assert told["fetched"]["etag"] == '"v1"'
    assert told["story"]["others"][0]["role"] == "carrier"
    assert [one["source"] for one in told["apart"]] == ["b"]
    assert 0 < told["apart"][0]["score"] <= 1
    assert told["taken_down"] == []


def test_what_is_taken_down_is_said(published: Desk) -> None:
    """By whom and why; it stands in no story."""
    assert published.run("takedown", TWO, "--reason", "Libel").code == 0
    said = published.run("explain", TWO)
    assert "by an operator, since" in said.rows["taken"]
    assert said.rows["taken"].endswith(": Libel")
    assert said.rows["story"].endswith(f"none now; once {TWO}")
    told = published.run("explain", TWO, "--json").json
    assert [(one["by"], one["reason"]) for one in told["taken_down"]] == [("operator", "Libel")]
    assert told["story"] is None


def test_what_is_held_back_and_what_nobody_stands_for_are_said(published: Desk) -> None:
    """An embargo with its end; a source that is no longer configured."""
    paper = name_source("http://a.example/a", "a", ["reuse: {mode: full, embargo: 100000d}"])
    published.write(paper, head=f"{POLITE_ENOUGH}serve: false\n")
    said = published.run("explain", TWO)
    assert "its source's terms hold it back until" in said.out
    assert "nothing is shown before" in said.rows["embargo"]
    said = published.run("explain", THREE)
    assert "source not configured" in said.out
    assert "nobody states its source's terms any more" in said.out


def test_who_gave_way_to_others_is_said(published: Desk) -> None:
    """A full feed names the setting that kept a story out, the share or the number."""
    text = (published.folder / "config/sources.yaml").read_text("utf-8")
    head = "newsfeed: {items: 1}\n"
    (published.folder / "config/sources.yaml").write_text(head + text, "utf-8")
    assert "not among the newest 1 stories (newsfeed.items)" in published.run("explain", ONE).out


def test_what_changed_is_said(published: Desk) -> None:
    """Each edit with when it was seen in the newsfeed's zone, what it changed and how."""
    rewrite(published, "Chess team loses", "A fine game. And a late one.")
    rewrite(published, "Chess team loses", "A fine game, and a late one.")
    said = published.run("explain", TWO)
    assert said.code == 0, said.err
    lines = [line for line in said.out.splitlines() if line.startswith(f"{datetime.now(UTC):%Y-}")]
    assert [re.sub(r"^\S+ \S+ +", "", line) for line in lines] == [
        "title  Chess team wins -> Chess team loses",
        "text   4 words more, 0 fewer",
        "text   'A fine game.' -> 'A fine game. And a late one.'",
        "text   2 words more, 2 fewer",
        "text   'A fine game. And a late one.' -> 'A fine game, and a late one.'",
    ]
    assert said.rows["time"].endswith(": updated by the last edit")
    first, second = published.run("explain", TWO, "--json").json["edits"]
    assert first["changes"] == {"title": {"before": "Chess team wins", "after": "Chess team loses"}}
    assert (first["length"], first["date"]) == ({"before": 12, "after": 28}, None)
    assert second["text"] == {
        "more": 2,
        "fewer": 2,
        "passages": [
            {"before": "A fine game. And a late one.", "after": "A fine game, and a late one."}
        ],
        "left_out": 0,
    }
    told = published.run("explain", TWO, "--json").json["story_time"]
    assert told["effect"] == "updated by the last edit"
    assert published.run("explain", ONE, "--json").json["edits"] == []


def test_an_edit_is_said_in_few_words_whatever_it_holds(published: Desk) -> None:
    """A hostile title neither fills the screen nor is obeyed by it."""
    rewrite(published, "\u202e&#x1b;[2J" + "x" * 990, "word " * 90_000)
    rewrite(published, "Chess", f"{'word ' * 90_000} end")
    said = published.run("explain", TWO)
    edited = said.out[said.out.index("Changed since it came") :]
    assert max(len(line) for line in edited.splitlines()) < 400
    assert not {"\u202e", "\x1b"} & set(edited)
    assert "behind its first 2000 characters; it had 449999, and has 450003" in edited


def test_of_what_is_taken_down_only_that_it_changed_is_said(published: Desk) -> None:
    """Not what it said before, in words or in JSON."""
    rewrite(published, "Chess team wins by theft", "Stolen.")
    rewrite(published, "Chess team wins", "A fine game.")
    assert published.run("takedown", TWO).code == 0
    said = published.run("explain", TWO)
    assert said.out.count("title  not told while it is taken down") == 2
    assert "text   1 word more, 3 fewer" in said.out
    for out in (said.out, published.run("explain", TWO, "--json").out):
        assert "theft" not in out
        assert "Stolen" not in out


def test_old_versions_are_forgotten_by_once(published: Desk) -> None:
    """As `keep.versions` says."""
    rewrite(published, "Chess team loses", "A fine game.")
    with open_store(published.folder / "data") as store, store._begin(write=True) as connection:
        connection.exec_driver_sql("UPDATE versions SET at = 0")
    assert published.run("explain", TWO, "--json").json["edits"]
    assert published.run("once").code == 0
    assert published.run("explain", TWO, "--json").json["edits"] == []


def rewrite(desk: Desk, title: str, text: str) -> None:
    """Let the first paper tell its second report so, and ask it again."""
    FEEDS["/a"] = write_rss(
        write_item(1, "Debed flood closes bridge near Alaverdi", LONG), write_item(2, title, text)
    )
    said = desk.run("once", "--force")
    assert said.code == 0, said.err


@pytest.mark.parametrize("words", ["flood", "nothing like this", " "])
def test_what_is_not_clear_is_not_explained(published: Desk, words: str) -> None:
    """Several matches are listed with their ids; the exit code is 2."""
    said = published.run("explain", words)
    assert said.code == 2
    if words == "flood":
        assert "may mean several" in said.out
        assert all(name in said.out for name in (ONE, THREE))
    else:
        assert "no report is known by this" in said.out


def test_it_needs_no_lock_and_writes_nothing(published: Desk) -> None:
    """It works beside whoever holds the data folder, and changes no file and no row."""
    folder = published.folder / "data"
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "lock"]
    before = [path.read_bytes() for path in files if path.parent != folder]
    with open_store(folder) as store:
        orders, held = store.load_orders(), store.load_held()
    with hold_lock(folder):
        assert published.run("explain", ONE).code == 0
    assert [path.read_bytes() for path in files if path.parent != folder] == before
    with open_store(folder) as store:
        assert (store.load_orders(), store.load_held()) == (orders, held)


def test_without_a_store_it_says_so(desk: Desk) -> None:
    """Exit code 2, the next step, and no store made."""
    desk.write("https://a.example/")
    said = desk.run("explain", "x")
    assert (said.code, said.out) == (2, "data: nothing is stored yet; run: aggregator once\n")
    assert not (desk.folder / "data").exists()


def test_an_empty_store_knows_no_report(desk: Desk) -> None:
    """A store in which nothing was ever published is read like any other."""
    desk.write(name_source("https://a.example/feed", "a"), head=f"{POLITE_ENOUGH}serve: false\n")
    (desk.folder / "data").mkdir()
    with open_store(desk.folder / "data"):
        pass
    said = desk.run("explain", "x")
    assert (said.code, "no report is known by this" in said.out) == (2, True)


def test_a_report_that_filters_leave_out_is_explained(published: Desk) -> None:
    """With the key and the value; the new rule holds at once, and `check` has nothing to say."""
    rule = (
        'filters: {exclude: {title: "(?i)chess"}}\n'
        "feeds: [{slug: bridge, include: {words: bridges}}]\n"
    )
    path = published.folder / "config" / "sources.yaml"
    path.write_text(rule + path.read_text())
    assert "not in effect" not in published.run("check").out
    said = published.run("explain", TWO)
    assert said.code == 0, said.err
    assert re.search(r"left out by filters +title matches /\(\?i\)chess/", said.out)
    assert re.search(r'feed +bridge: title holds "bridges"', published.run("explain", ONE).out)
    assert published.run("build").code == 0
    assert "Chess team wins" not in (published.folder / "data" / "public" / "atom.xml").read_text()
