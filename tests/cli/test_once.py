"""`once` and `build`: what they do, say and end with."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.desk import POLITE_ENOUGH, Desk, name_source
from tests.edges.loopback import Recorder, Request, Response, find_closed_port, serve
from tests.newsroom import write_item, write_rss

POLL_KEYS = ["source", "result", "detail", "status", "new", "updated", "next_poll", "why"]


def answer(request: Request) -> Response:
    """A site with two good feeds, one that fails, one that is gone."""
    bodies = {
        "/one": write_rss(write_item(1), write_item(2)),
        "/two": write_rss(write_item(3)),
        "/linkless": write_rss("<item><title>Nowhere</title><guid>tag:a,2020:1</guid></item>"),
    }
    if request.path in bodies:
        return Response(headers={"ETag": f'"{request.path}"'}, body=bodies[request.path])
    return Response(410 if request.path == "/gone" else 404)


def write_sources(desk: Desk, url: str, *names: str, head: str = POLITE_ENOUGH) -> None:
    """Name sources of the site; "off" is one that is switched off."""
    desk.write(
        *(
            name_source(f"{url}/{name}", name, ["enabled: false"] if name == "off" else [])
            for name in names
        ),
        head=head,
    )


def test_once_polls_publishes_and_says_so(desk: Desk) -> None:
    """A row a source in the configuration's order, then the files and the stories."""
    with serve(answer) as url:
        write_sources(desk, url, "two", "one", "missing", "off")
        said = desk.run("once")
    assert said.code == 0
    head, *table = said.out.splitlines()
    assert head.split() == ["source", "result", "new", "updated", "next", "poll", "why"]
    rows, tail = table[:3], table[3:]
    assert [row.split()[:4] for row in rows] == [
        ["two", "ok", "1", "0"],
        ["one", "ok", "2", "0"],
        ["missing", "not-found", "0", "0"],
    ]
    assert all("interval 1h" in row for row in rows[:2])
    assert "127.0.0.1 answered 404 Not Found" in rows[2]
    assert tail == [
        "data/public/atom.xml: written",
        "data/public/rss.xml: written",
        "data/public/feed.json: written",
        "39 more in folders: 39 written",
        "3 stories",
    ]
    assert [line.split()[1] for line in said.err.splitlines()] == ["event=poll"] * 3 + [
        "event=publish"
    ]


def test_a_table_elsewhere_than_on_a_terminal_is_lines_for_programs(desk: Desk) -> None:
    """One line a row, no frame, no colour, no space at its end, also with COLUMNS and a wish."""
    desk.patch.setenv("COLUMNS", "40")
    desk.patch.setenv("FORCE_COLOR", "1")
    with serve(answer) as url:
        write_sources(desk, url, "one", "missing")
        said = desk.run("once")
    assert len(said.out.splitlines()) == 8
    assert re.search(r"[\x1b\u2500-\u257f]|[ ]$", said.out, re.MULTILINE) is None
    assert "\x1b" not in said.err


def test_nothing_due_is_no_failure(desk: Desk) -> None:
    """The second run asks nobody and says until when; `--force` asks all the same."""
    site = Recorder(answer)
    with serve(site) as url:
        write_sources(desk, url, "one")
        assert desk.run("once").code == 0
        second = desk.run("once")
        assert len(site.requests) == 1
        forced = desk.run("once", "--force")
    assert second.code == 0
    assert re.match(
        r"nothing is due before \d{4}-\d\d-\d\d \d\d:\d\d; --force asks all the same\n"
        r"data/public/atom.xml: unchanged\ndata/public/rss.xml: unchanged\n"
        r"data/public/feed.json: unchanged\n\d+ more in folders: 0 written\n2 stories\n",
        second.out,
    )
    assert len(site.requests) == 2
    assert forced.rows["one"].split()[:4] == ["one", "unchanged", "0", "0"]


def test_the_next_poll_is_that_of_a_source_that_is_still_asked(desk: Desk) -> None:
    """Sources that were removed, switched off or are gone are not waited for."""
    with serve(answer) as url:
        write_sources(desk, url, "one", "gone")
        assert desk.run("once").code == 0
        write_sources(desk, url, "gone")
        left = desk.run("once")
        as_json = desk.run("once", "--json")
    words = "nothing to ask: every source is switched off or gone; see: aggregator status"
    assert (left.code, left.out.splitlines()[0]) == (0, words)
    assert (as_json.json["polled"], as_json.json["next_poll"]) == ([], None)


@pytest.mark.parametrize(
    ("names", "words", "code"),
    [
        (("one", "missing"), (), 0),
        (("one", "missing"), ("--strict",), 1),
        (("one", "two"), ("--strict",), 0),
        (("missing",), (), 1),
        (("missing", "gone"), (), 1),
        (("off",), ("--strict",), 0),
    ],
)
def test_exit_codes(desk: Desk, names: tuple[str, ...], words: tuple[str, ...], code: int) -> None:
    """1 when nothing at all could be fetched, or with `--strict` when anything failed."""
    with serve(answer) as url:
        write_sources(desk, url, *names)
        said = desk.run("once", *words)
    assert said.code == code
    assert (desk.folder / "data" / "public" / "atom.xml").exists()


@pytest.mark.parametrize(
    ("addresses", "words", "said_so"),
    [
        (("http://127.0.0.1:{closed}/a", "http://nowhere.invalid/b"), (), True),
        (("http://127.0.0.1:{closed}/a", "http://127.0.0.1:{closed}/b"), ("--json",), False),
        (("http://nowhere.invalid/b",), (), False),
        (("http://127.0.0.1:{closed}/a", "{url}/missing"), (), False),
    ],
)
def test_nobody_reached_may_mean_that_we_are_offline(
    desk: Desk, addresses: tuple[str, ...], words: tuple[str, ...], *, said_so: bool
) -> None:
    """When no server of several is reached, one line asks whether the machine is online."""
    closed = find_closed_port()
    with serve(answer) as url:
        desk.write(
            *(
                name_source(address.format(closed=closed, url=url), f"paper-{number}")
                for number, address in enumerate(addresses)
            )
        )
        said = desk.run("once", *words)
    assert said.code == 1
    question = "nothing could be fetched: is this machine online?\n"
    assert said.out.count(question) == int(said_so)
    assert question not in said.err


def test_json_is_all_that_is_printed(desk: Desk) -> None:
    """With `--json` standard output is one document with stable keys; logs go beside it."""
    with serve(answer) as url:
        write_sources(desk, url, "two", "missing", "gone", "linkless")
        said = desk.run("once", "--json", "--log-format", "json")
    found = said.json
    assert list(found) == ["polled", "next_poll", "published"]
    assert [list(row) for row in found["polled"]] == [POLL_KEYS] * 4
    rows = {row["source"]: row for row in found["polled"]}
    assert list(rows) == ["gone", "linkless", "missing", "two"]
    assert (rows["two"]["result"], rows["two"]["new"], rows["two"]["status"]) == ("ok", 1, 200)
    assert (rows["gone"]["result"], rows["gone"]["next_poll"]) == ("gone", None)
    assert rows["missing"]["detail"].startswith("127.0.0.1 answered 404")
    times = [row["next_poll"] for row in found["polled"] if row["next_poll"]]
    assert found["next_poll"] == min(times)
    published = found["published"]
    assert list(published) == ["stories", "files", "written", "further", "renewed", "held"]
    assert published["files"] == [
        f"data/public/{name}" for name in ("atom.xml", "rss.xml", "feed.json")
    ]
    assert [list(held) for held in published["held"]] == [["source", "key", "title", "why"]]
    lines = [json.loads(line) for line in said.err.splitlines()]
    assert [line["event"] for line in lines] == ["poll"] * 4 + ["publish"]


def test_what_is_held_back_is_counted(desk: Desk) -> None:
    """A report that its terms keep out is told of where the stories are."""
    with serve(answer) as url:
        write_sources(desk, url, "linkless")
        said = desk.run("once")
    assert said.out.splitlines()[-1] == "0 stories, 1 held back (see: aggregator status)"


def test_build_publishes_what_is_stored_and_asks_nobody(desk: Desk) -> None:
    """A published file that was lost comes back, byte for byte."""
    site = Recorder(answer)
    with serve(site) as url:
        write_sources(desk, url, "one")
        desk.run("once")
        path = desk.folder / "data" / "public" / "atom.xml"
        before = path.read_bytes()
        path.unlink()
        said = desk.run("build", "--log-format", "json")
    assert (said.code, len(site.requests)) == (0, 1)
    assert said.out == (
        "data/public/atom.xml: written\ndata/public/rss.xml: unchanged\n"
        "data/public/feed.json: unchanged\n9 more in folders: 0 written\n2 stories\n"
    )
    assert [json.loads(line)["event"] for line in said.err.splitlines()] == ["publish"]
    assert path.read_bytes() == before


def test_one_story_is_one_story(desk: Desk) -> None:
    """Figures agree with their nouns."""
    with serve(answer) as url:
        write_sources(desk, url, "two")
        assert desk.run("once").out.splitlines()[-1] == "1 story"


def test_a_progress_bar_comes_and_goes_on_a_terminal(desk: Desk) -> None:
    """It counts the sources, stands below the log lines, and is wiped at the end."""
    with serve(answer) as url:
        write_sources(desk, url, "one", "two")
        seen = desk.run_on_terminal("once")
    assert "asking sources" in seen
    assert "2/2" in seen
    bar, erase = seen.rindex("asking sources"), seen.rindex("\x1b[2K")
    assert bar < erase < seen.index("3 stories")
    assert "\x1b[?25h" in seen  # the cursor is back


def test_with_json_no_bar_is_shown(desk: Desk) -> None:
    """Who asks for JSON on a terminal gets JSON."""
    with serve(answer) as url:
        write_sources(desk, url, "two")
        seen = desk.run_on_terminal("once", "--json")
    assert "asking sources" not in seen


@pytest.mark.parametrize("command", ["once", "build"])
def test_a_folder_that_cannot_be_published_to_is_named(desk: Desk, command: str) -> None:
    """Publishing fails with exit 1 and the path; what stands in its way is untouched."""
    public = desk.folder / "data" / "public"
    public.parent.mkdir()
    public.write_text("mine")
    with serve(answer) as url:
        write_sources(desk, url, "one")
        said = desk.run(command)
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines()[-1].startswith(
        "aggregator: data/public/atom.xml: cannot be written ("
    )
    assert public.read_text() == "mine"


def test_what_was_polled_is_kept_when_publishing_fails(desk: Desk) -> None:
    """The next run publishes it without asking again."""
    public = desk.folder / "data" / "public"
    public.parent.mkdir()
    public.write_text("in the way")
    site = Recorder(answer)
    with serve(site) as url:
        write_sources(desk, url, "one")
        assert desk.run("once").code == 1
        public.unlink()
        said = desk.run("once")
    assert (said.code, said.out.splitlines()[-1]) == (0, "2 stories")
    assert len(site.requests) == 1


@pytest.mark.parametrize("command", ["once", "build", "status"])
def test_a_database_that_is_none_is_said_to_be(desk: Desk, command: str) -> None:
    """An unreadable database is exit 1, its path, and a next step; it is left alone."""
    path = desk.folder / "data" / "aggregator.db"
    path.parent.mkdir()
    path.write_bytes(b"not a database, " * 100)
    write_sources(desk, "http://127.0.0.1:9", "one")
    said = desk.run(command)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("aggregator: data/aggregator.db: cannot be read or written (")
    assert said.err.endswith("; restore a backup, or move the file away to begin anew\n")
    assert path.read_bytes() == b"not a database, " * 100


def test_a_data_folder_that_is_a_file_is_said_to_be(desk: Desk) -> None:
    """No folder can be made there: exit 1 with its name."""
    Path(desk.folder / "data").write_text("mine")
    write_sources(desk, "http://127.0.0.1:9", "one")
    said = desk.run("once")
    assert said.code == 1
    assert said.err.startswith("aggregator: data: cannot be written (")
