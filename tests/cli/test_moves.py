"""`apply-moves`: an address that has changed for good, from the first redirect to the YAML."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.core import policy
from aggregator.core.model import FetchState, Move, Source
from aggregator.edges.store import open_store
from tests.cli.desk import Desk, name_source
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import NOON, open_newsroom, write_item, write_rss

FEED = write_rss(write_item(1), write_item(2))
DAY = timedelta(days=1)


def site(request: Request) -> Response:
    """A paper whose feed has moved to `/new`."""
    if request.path == "/old":
        return Response(301, {"Location": "/new"})
    if request.get("If-None-Match") == '"1"':
        return Response(304, {"ETag": '"1"'})
    return Response(200, {"ETag": '"1"', "Content-Type": "application/rss+xml"}, FEED)


def live(data: Path, source: Source, times: int, begin: datetime = NOON) -> None:
    """Poll a source every twelve hours, each time as a process that was just started."""
    for number in range(times):
        with open_newsroom(data, [source]) as room:
            room.now = begin + number * timedelta(hours=12)
            room.poll(force=True)


def load_state(data: Path) -> FetchState:
    """What is remembered of the paper."""
    with open_store(data, write=False) as store:
        return store.load_states()["paper"]


def test_a_move_is_found_told_and_written(desk: Desk) -> None:
    """One unconditional request in all that; the old address is asked no more once it is sure."""
    asked = Recorder(site)
    with serve(asked) as url:
        path = desk.write(name_source(f"{url}/old", more=["name: Paper"]), "https://b.example/")
        source = Source("paper", f"{url}/old", "Paper")
        live(desk.folder / "data", source, 1)
        assert "no source has moved" in desk.run("apply-moves").out
        live(desk.folder / "data", source, 7, NOON + timedelta(hours=12))
        seen = Counter(one.path for one in asked.requests)
        live(desk.folder / "data", source, 1, datetime(2023, 9, 26, tzinfo=UTC))
        assert Counter(one.path for one in asked.requests) - seen == Counter({"/new": 1})
        words = f"paper: moved for good to {url}/new, and is asked there"
        assert words in desk.run("status").out.replace("\n", " ")
        assert words in desk.run("check").out.replace("\n", " ")
        said = desk.run("apply-moves", "--json")
        assert (said.code, json.loads(said.out)) == (
            0,
            [
                {
                    "source": "paper",
                    "from": f"{url}/old",
                    "to": f"{url}/new",
                    "written": True,
                    "same_as": None,
                }
            ],
        )
        assert f'url: "{url}/new", name: Paper' in path.read_text()
        assert desk.run("apply-moves").out == "no source has moved\n"
        live(
            desk.folder / "data",
            Source("paper", f"{url}/new", "Paper"),
            1,
            datetime(2023, 9, 27, tzinfo=UTC),
        )
    bare = [one for one in asked.requests if one.path == "/new" and not one.get("If-None-Match")]
    assert len(bare) == 1


def test_an_address_of_variables_must_be_written_by_hand(desk: Desk) -> None:
    """It is named with its line and the new address; the exit code is 1."""
    with serve(site) as url:
        source = Source("paper", f"{url}/old", "Paper")
        live(desk.folder / "data", source, 8)
        host = url.removeprefix("http://")
        desk.patch.setenv("PAPER", host)
        path = desk.write(name_source("http://${PAPER}/old"))
        before = path.read_text()
        said = desk.run("apply-moves")
    assert said.code == 1
    assert f"paper: write its new url in by hand: {url}/new" in said.out.replace("\n", " ")
    assert path.read_text() == before


OTHER = write_rss(write_item(901), write_item(902), head="<title>Parked</title>")
EMPTY = write_rss(head="<title>Paper</title>")
PAGE = b"<!doctype html><title>Back soon</title><p>Maintenance"


BODIES = {"other": OTHER, "empty": EMPTY, "page": PAGE}


def lead_astray(request: Request) -> Response:
    """Papers that redirect everything to what is not their feed, with and without validators."""
    _, place, name = request.path.split("/")
    if place == "old":
        return Response(301, {"Location": f"/elsewhere/{name}"})
    kind, _, validator = name.partition("-")
    headers = {"ETag": '"x"'} if validator else {}
    if validator and request.get("If-None-Match") == '"x"':
        return Response(304, headers)
    return Response(200, headers, BODIES[kind])


def test_what_is_not_the_feed_never_captures_a_source(tmp_path: Path) -> None:
    """A page, an empty or another feed, for days: with 304 behind it, or whole each time."""
    well = [True]
    names = [f"{kind}{how}" for kind in BODIES for how in ("", "-validated")]

    def answer(request: Request) -> Response:
        return Response(200, {}, FEED) if well[0] else lead_astray(request)

    with serve(answer) as url:
        papers = [Source(name, f"{url}/old/{name}") for name in names]
        for day in range(9):
            well[0] = day in (0, 8)
            with open_newsroom(tmp_path, papers) as room:
                room.now = NOON + day * DAY
                room.poll(force=True)
                states = room.store.load_states()
            assert [policy.locate(one, states[one.id]) for one in papers] == papers
            assert all(bool(state.moved_to) != well[0] for state in states.values())
    assert all(state.last_kind == "ok" for state in states.values())


def test_the_feed_itself_is_believed_after_a_stranger(tmp_path: Path) -> None:
    """What was stored before the stranger came proves it; its own entries do not."""
    seen = [FEED]

    def paper(request: Request) -> Response:
        if request.path == "/old" and seen[0] is not FEED:
            return Response(301, {"Location": "/new"})
        return Response(200, {}, seen[0])

    later = write_rss(write_item(2), write_item(3))
    with serve(paper) as url:
        source = Source("paper", f"{url}/old", "Paper")
        live(tmp_path, source, 1)
        seen[0] = OTHER
        live(tmp_path, source, 8, NOON + timedelta(hours=12))
        seen[0] = later
        live(tmp_path, source, 6, NOON + timedelta(days=5))
        assert policy.locate(source, load_state(tmp_path)) == source
        live(tmp_path, source, 1, NOON + timedelta(days=8))
        assert policy.locate(source, load_state(tmp_path)).url == f"{url}/new"


def test_a_name_and_password_move_along_on_their_host(desk: Desk) -> None:
    """The new address in the YAML has them still; what is said of it has not."""
    asked = Recorder(site)
    with serve(asked) as url:
        mine = url.replace("//", "//desk:key@")
        path = desk.write(name_source(f"{mine}/old"))
        live(desk.folder / "data", Source("paper", f"{mine}/old", "Paper"), 8)
        said = [desk.run("status").out, desk.run("check").out, desk.run("apply-moves").out]
        assert f'"{mine}/new"' in path.read_text()
        assert "desk:key" not in "".join(said)
        assert "moved for good" in said[0].replace("\n", " ")
        live(desk.folder / "data", Source("paper", f"{mine}/new", "Paper"), 1, NOON + 9 * DAY)
    last = asked.requests[-1]
    assert (last.path, last.get("If-None-Match")) == ("/new", '"1"')
    assert all(one.get("Authorization") for one in asked.requests)


def remember(data: Path, *moves: tuple[str, str, str]) -> None:
    """Store moves that are sure: the source, its old address and its new one."""
    data.mkdir(exist_ok=True)
    with open_store(data) as store:
        store.save_states(
            FetchState(name, new, NOON, move=Move(old, new, 5, NOON, confirmed=True))
            for name, old, new in moves
        )


def test_no_source_is_written_twice(desk: Desk) -> None:
    """Where another stands at the new address already, one is to be removed; others are written."""
    path = desk.write(*(name_source(f"https://{name}.example/1", name) for name in "abcde"))
    remember(
        desk.folder / "data",
        ("a", "https://a.example/1", "https://b.example/1"),
        ("c", "https://c.example/1", "https://c.example/2"),
        ("d", "https://d.example/1", "https://one.example/"),
        ("e", "https://e.example/1", "https://one.example/"),
    )
    said = desk.run("apply-moves", "--json")
    assert said.code == 1
    assert [(one["source"], one["written"], one["same_as"]) for one in said.json] == [
        ("a", False, "b"),
        ("c", True, None),
        ("d", True, None),
        ("e", False, "d"),
    ]
    assert path.read_text().count("https://one.example/") == 1
    words = "its new url is that of b; remove one of the two: https://b.example/1"
    assert words in desk.run("apply-moves").out


def test_lists_of_others_and_odd_files_do_not_stop_the_rest(desk: Desk) -> None:
    """What stands in an OPML list is named; a file that cannot be changed is told last."""
    listed = (
        '<opml version="2.0"><body><outline type="rss" xmlUrl="https://l.example/1"/></body></opml>'
    )
    (desk.folder / "config").mkdir()
    (desk.folder / "config" / "list.opml").write_text(listed)
    odd = '{id: m, url: &m "https://m.example/1", homepage: *m}'
    more = desk.write(odd, head="", path="config/more.yaml")
    include = "include: [{opml: list.opml}, more.yaml]\n"
    path = desk.write(name_source("https://c.example/1", "c"), head=include)
    ids = {one["url"]: one["id"] for one in desk.run("list", "--json").json}
    names = ["https://l.example", "https://m.example", "https://c.example"]
    data = desk.folder / "data"
    remember(data, *((ids[f"{name}/1"], f"{name}/1", f"{name}/2") for name in names))
    said = desk.run("apply-moves")
    assert said.code == 2
    assert "more.yaml:1:1: the addresses cannot be written; write them in by hand" in said.err
    for name in ("l", "m"):
        words = f"write its new url in by hand: https://{name}.example/2"
        assert words in said.out.replace("\n", " ")
    assert (desk.folder / "config" / "list.opml").read_text() == listed
    assert odd in more.read_text()
    assert '"https://c.example/2"' in path.read_text()


def test_a_store_that_cannot_be_read_is_no_mistake_of_the_configuration(desk: Desk) -> None:
    """`check` says what it does not know; its exit code is that of the configuration."""
    desk.write(name_source("https://c.example/1"))
    (desk.folder / "data").mkdir()
    (desk.folder / "data" / "aggregator.db").write_bytes(b"no database" * 500)
    said = desk.run("check")
    assert said.code == 0
    assert "warning: whether sources have moved is not known" in said.out


def test_a_source_keeps_its_id_when_its_address_is_written(desk: Desk) -> None:
    """An id that was made of the old address is written down: all is remembered under it."""
    path = desk.write("https://c.example/1", "https://d.example/1")
    (before, _) = desk.run("list", "--json").json
    remember(
        desk.folder / "data", (before["id"], "https://c.example/1", "https://elsewhere.example/")
    )
    assert desk.run("apply-moves").code == 0
    assert f"- {{id: {before['id']}, url: " in path.read_text()
    (after, _) = desk.run("list", "--json").json
    assert (after["id"], after["url"]) == (before["id"], "https://elsewhere.example/")
