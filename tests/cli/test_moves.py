"""`apply-moves`: an address that has changed for good, from the first redirect to the YAML."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.core.model import Source
from tests.cli.desk import Desk, name_source
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import NOON, open_newsroom, write_item, write_rss

FEED = write_rss(write_item(1), write_item(2))


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
            [{"source": "paper", "from": f"{url}/old", "to": f"{url}/new", "written": True}],
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
