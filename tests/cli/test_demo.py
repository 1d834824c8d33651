"""`demo`: the authored day played, told, published and served."""

import json
import os
import re
import signal
import subprocess
import tempfile
import urllib.request
from io import BytesIO
from pathlib import Path

import feedparser
import pytest

from aggregator.edges.stage import SOURCES
from aggregator.edges.store import open_store
from tests.cli.desk import Desk, finish
from tests.edges.loopback import find_closed_port

TOLD = """\
The news day of 21 September 2023, played on this machine: 14 feeds, asked 4 times. \
Every report was written for it, none is a recording.
poll 1 of 4, 12:00: 17 new, 0 updated, 1 source failed (planet-sc: 404, due again ~); \
15 stories published
poll 2 of 4, 18:30: 20 new, 0 updated, 1 source failed (planet-sc: 404, due again ~); \
21 stories published
poll 3 of 4, 22:30: 12 new, 1 updated; 25 stories published
poll 4 of 4, 23:55: 1 new, 0 updated, 3 sources failed (aravot-hy: 503, due again ~; \
kavkaz-monitor: 403, due again ~; world-desk: 500, due again ~); 26 stories published
"""


@pytest.fixture
def rooms(desk: Desk) -> Path:
    """Where temporary folders are made: a folder that holds nothing else."""
    made = desk.folder / "tmp"
    made.mkdir()
    desk.patch.setenv("TMPDIR", str(made))
    desk.patch.setattr(tempfile, "tempdir", None)
    return made


def hide_times(out: str) -> str:
    """The words without the times that the polling policy decides."""
    return re.sub(r"(?<=due again )\d\d:\d\d", "~", out)


def count_stories(body: bytes) -> int:
    """How many stories a feed reader finds."""
    parsed = feedparser.parse(BytesIO(body))
    assert not parsed.bozo
    return len(parsed.entries)


def test_the_day_is_audited_years_later(desk: Desk) -> None:
    """By the terms of its sources: nothing is broken, nothing counts as changed since."""
    assert desk.run("demo", "--once", "--data", "day").code == 0
    said = desk.run("-c", str(SOURCES), "audit", "--data", "day", "--json")
    assert (said.code, said.err) == (0, "")
    found = said.json
    assert found["entries"] > 2 * 3 * 26
    assert (found["broken"], found["unexplained"]) == ([], [])
    assert found["changed_since"] == []


def test_the_day_is_told_poll_by_poll_and_published(desk: Desk) -> None:
    """What each poll brought, in plain words, then the files; 26 stories of 50 reports."""
    said = desk.run("demo", "--once", "--data", "day")
    assert (said.code, said.err) == (0, "")
    assert hide_times(said.out) == (
        f"{TOLD}Subscribe to:\n"
        "  day/public/atom.xml\n  day/public/rss.xml\n  day/public/feed.json\n"
    )
    for name in ("atom.xml", "rss.xml"):
        assert count_stories((desk.folder / "day/public" / name).read_bytes()) == 26
    feed = json.loads((desk.folder / "day/public/feed.json").read_bytes())
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"]) == 26
    with open_store(desk.folder / "day", write=False) as store:
        assert sum(store.count_entries().values()) == 50
    assert {path.split("/")[0] for path in desk.list_files()} == {"day"}


def test_every_address_is_the_real_one_and_every_run_the_same(desk: Desk) -> None:
    """Two runs give the same bytes; the stage's port and its form of addresses are nowhere."""
    for folder in ("one", "two"):
        assert desk.run("demo", "--once", "--data", folder, "--port", "0").code == 0
    for name in ("atom.xml", "rss.xml", "feed.json"):
        first, second = (
            (desk.folder / folder / "public" / name).read_bytes() for folder in ("one", "two")
        )
        assert first == second
        assert set(re.findall(rb"127\.0\.0\.1[^/]*", first)) == {b"127.0.0.1:8080"}
        assert b":443" not in first
    with open_store(desk.folder / "one", write=False) as store:
        states = store.load_states()
    assert states["ararat-tv"].url == "http://ararat-tv.example/en/feed/"
    assert states["world-desk"].last_detail.startswith("worlddesk.example answered 500")


def test_without_a_folder_nothing_is_left(desk: Desk, rooms: Path) -> None:
    """The temporary folder is gone, the user's own folders were never touched."""
    said = desk.run("demo", "--once")
    assert (said.code, said.err) == (0, "")
    assert hide_times(said.out) == (
        f"{TOLD}The files were in a temporary folder, which is gone; --data DIR keeps them.\n"
    )
    assert list(rooms.iterdir()) == []
    assert desk.list_files() == ["tmp"]


@pytest.mark.parametrize("words", [("demo", "--once"), ("--data", "mine", "demo", "--once")])
def test_the_folder_is_found_as_by_other_commands(desk: Desk, words: tuple[str, ...]) -> None:
    """A flag before the command counts, and the environment."""
    desk.patch.setenv("AGGREGATOR_DATA", "other" if "mine" in words else "mine")
    assert desk.run(*words).code == 0
    assert [path.name for path in desk.folder.iterdir()] == ["mine"]


def test_authored_reports_never_get_among_real_ones(desk: Desk) -> None:
    """A folder that holds a store is refused with exit 2, and stays as it is."""
    (desk.folder / "data").mkdir()
    with open_store(desk.folder / "data"):
        pass
    before = desk.list_files()
    desk.patch.setenv("AGGREGATOR_DATA", "data")
    said = desk.run("demo", "--once")
    assert (said.code, said.out) == (2, "")
    assert said.err == "data: holds a store already; name a new folder with --data\n"
    assert desk.list_files() == before


def test_a_proxy_of_the_environment_is_not_asked(desk: Desk) -> None:
    """The demo needs no internet, also where everything else goes through a proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        desk.patch.setenv(name, f"http://127.0.0.1:{find_closed_port()}")
    said = desk.run("demo", "--once", "--data", "day")
    assert hide_times(said.out).startswith(TOLD)


def test_the_log_is_written_when_it_is_wished(desk: Desk) -> None:
    """A line for each of 14 sources in 4 polls, and for each publishing, in the named format."""
    said = desk.run("demo", "--once", "--data", "day", "--log-format", "json")
    events = re.findall(r'"event": "(\w+)"', said.err)
    assert (events.count("poll"), events.count("publish")) == (56, 4)


@pytest.mark.parametrize("number", ["-1", "65536", "http"])
def test_a_port_that_cannot_be_is_a_wrong_call(desk: Desk, number: str) -> None:
    """Exit 2, and nothing is played."""
    said = desk.run("demo", "--port", number)
    assert (said.code, said.out) == (2, "")
    assert "--port" in said.err


def read_until_served(process: "subprocess.Popen[str]") -> list[str]:
    """The lines up to the last address to subscribe to."""
    assert process.stdout
    lines: list[str] = []
    while not (lines and lines[-1].endswith("/feed.json\n")):
        lines.append(process.stdout.readline())
        assert lines[-1], "it ended without an address"
    return lines


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_the_day_is_served_until_it_is_ended(
    desk: Desk, rooms: Path, number: signal.Signals, code: int
) -> None:
    """The printed addresses work, the feed names its own; then nothing is left."""
    with desk.start("demo", "--port", "0") as process:
        try:
            *told, atom, rss, feed = read_until_served(process)
            assert told[-1] == "Subscribe to, until Ctrl-C ends it:\n"
            for line in (atom, rss):
                url = line.strip()
                assert re.fullmatch(r"http://127\.0\.0\.1:\d+/(atom|rss)\.xml", url)
                with urllib.request.urlopen(url, timeout=10) as answer:
                    body = answer.read()
                assert count_stories(body) == 26
                assert url.encode() in body
            with urllib.request.urlopen(feed.strip(), timeout=10) as answer:
                assert answer.headers["Content-Type"] == "application/feed+json"
                assert json.load(answer)["feed_url"] == feed.strip()
            os.killpg(process.pid, number)
            said = finish(process)
        finally:
            process.kill()
    assert (said.code, said.out, said.err) == (code, "", "")
    assert list(rooms.iterdir()) == []


def test_a_port_in_use_is_said_before_anything_is_played(desk: Desk, rooms: Path) -> None:
    """Not one poll is told, no file is left."""
    with desk.start("demo", "--port", "0") as process:
        try:
            port = re.findall(r":(\d+)/feed", read_until_served(process)[-1])[0]
            said = desk.run("demo", "--port", port)
        finally:
            process.terminate()
            finish(process)
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"127.0.0.1:{port}: cannot be served at (Address already in use);"
        " name another with --port, or 0 for a free one\n"
    )
    assert list(rooms.iterdir()) == []
