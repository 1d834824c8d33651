"""`takedown`: what it understands, what it refuses, and who carries it out."""

import json
import time
from collections.abc import Iterator

import pytest

from aggregator.core import takedowns
from aggregator.core.model import Act, Author, Order
from aggregator.edges.store import hold_lock, open_store
from tests.cli.desk import POLITE_ENOUGH, Desk, name_source
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import NOON, write_item, write_rss

LONG = " ".join(f"word{number}" for number in range(45))
ONE, TWO = "http://paper.example/1.html", "http://paper.example/2.html"
FEEDS = {
    "/a": write_rss(
        write_item(1, "A wrong report", LONG), write_item(2, "A right report", "Right.")
    ),
    "/b": write_rss(write_item(1, "A wrong report", LONG, guid="tag:b.example,2023:1")),
}


@pytest.fixture
def published(desk: Desk) -> Iterator[Desk]:
    """A desk where two papers are published, one of whose reports both have."""

    def site(request: Request) -> Response:
        return Response(200, {}, FEEDS[request.path])

    with serve(Recorder(site)) as url:
        papers = [name_source(f"{url}/{name}", name, [f"name: {name * 2}"]) for name in "ab"]
        desk.write(*papers, head=f"{POLITE_ENOUGH}serve: false\n")
        said = desk.run("once")
        assert said.code == 0, said.err
        yield desk


def read(desk: Desk) -> str:
    """The published Atom."""
    return (desk.folder / "data/public/atom.xml").read_text("utf-8")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(TWO, id="the published id"),
        pytest.param("https://www.paper.example/2.html?utm_source=x#top", id="the link"),
        pytest.param("right REPORT", id="words of the title"),
    ],
)
def test_a_report_is_meant_by_its_id_its_link_or_its_title(published: Desk, words: str) -> None:
    """It leaves at once where no daemon runs, and is put back at once."""
    said = published.run("takedown", words, "--reason", "The mayor's letter")
    assert said.code == 0, said.err
    assert "taken down: a: A right report" in said.out
    assert "A right report" not in read(published)
    assert 'deleted-entry ref="http://paper.example/2.html"' in read(published)
    assert "mayor" not in read(published)
    again = published.run("takedown", words)
    assert (again.code, again.out) == (0, "it is taken down already\n")
    assert "1 report is taken down; see: aggregator takedown --list" in published.run("status").out
    listed = published.run("takedown", "--list").out
    assert "A right report" in listed
    assert "The mayor's letter; not public" in listed
    back = published.run("takedown", words, "--undo")
    assert (back.code, back.out.splitlines()[0]) == (0, "put back: a: A right report")
    assert "A right report" in read(published)
    assert "deleted-entry" not in read(published)
    assert published.run("takedown", "--list").out == "nothing is taken down\n"


def test_one_report_of_several_leaves_and_the_story_goes_on(published: Desk) -> None:
    """The id was given to a's report: that one leaves, and it is said who goes on."""
    said = published.run("takedown", ONE)
    assert said.code == 0
    assert "its story goes on by the report of b; --story takes all of it down" in said.out
    assert "<id>tag:b.example,2023:1</id>" in read(published)
    assert published.run("takedown", ONE, "--undo").code == 0
    assert f"<id>{ONE}</id>" in read(published)


def test_a_report_is_meant_by_its_sources_own_id(published: Desk) -> None:
    """The carrier's id was never published, and names its report all the same."""
    said = published.run("takedown", "tag:b.example,2023:1")
    assert "taken down: b: A wrong report" in said.out
    assert f"<id>{ONE}</id>" in read(published)
    assert "carried by" not in read(published)


def test_a_whole_story_leaves(published: Desk) -> None:
    """Every report of it, and with them the id; the reason is told where it is public."""
    said = published.run("takedown", "a wrong report", "--story", "--public", "--reason", "Libel")
    assert said.code == 0
    assert "A wrong report" not in read(published)
    assert ">Libel</at:comment>" in read(published)
    listed = json.loads(published.run("takedown", "--list", "--json").out)
    assert {(one["source"], one["id"], one["story"]) for one in listed} == {
        ("a", ONE, True),
        ("b", ONE, True),
    }
    assert json.loads(published.run("status", "--json").out)["taken_down"] == 2
    assert published.run("takedown", ONE, "--undo").code == 0
    assert f"<id>{ONE}</id>" in read(published)


@pytest.mark.parametrize("words", ["report", "nothing like this", " "])
def test_what_is_not_clear_does_nothing(published: Desk, words: str) -> None:
    """Several matches are listed with their ids; the exit code is 2."""
    before = read(published)
    said = published.run("takedown", words)
    assert said.code == 2
    if words == "report":
        assert "may mean several" in said.out
        assert all(name in said.out for name in (ONE, TWO, "A wrong report", "A right report"))
    else:
        assert "no report is known by this" in said.out
    assert read(published) == before


def test_a_wrong_call_is_named(desk: Desk) -> None:
    """One entry or the list; without a store there is nothing to take down."""
    desk.write("https://a.example/")
    assert desk.run("takedown").code == 2
    assert desk.run("takedown", "x", "--list").code == 2
    said = desk.run("takedown", "x")
    assert (said.code, said.out) == (2, "data: nothing is stored yet; run: aggregator once\n")
    assert desk.run("takedown", "--list").out == "nothing is taken down\n"


def test_what_its_source_withdrew_is_not_put_back(published: Desk) -> None:
    """Nor is what was never taken down; both are said."""
    said = published.run("takedown", TWO, "--undo")
    assert said.code == 2
    assert "it is not taken down" in said.out
    with open_store(published.folder / "data") as store:
        key = next(one.key for one in store.find_matches(TWO))
        store.save_orders([Order(Act.TAKEDOWN, "a", key, NOON, by=Author.SOURCE)])
    said = published.run("takedown", TWO, "--undo")
    assert said.code == 2
    assert "its source has withdrawn it" in said.out


def test_what_its_page_withdrew_is_put_back(published: Desk) -> None:
    """The operator has the last word on a page that is gone; only what was meant comes back."""
    with open_store(published.folder / "data") as store:
        found = [one for link in (ONE, TWO) for one in store.find_matches(link)]
        gone = [one for one in found if one.source_id == "a"]
        store.save_orders(
            [
                Order(Act.TAKEDOWN, "a", one.key, NOON, title=one.title, by=Author.PAGE)
                for one in gone
            ]
        )
    published.run("build")
    assert "A right report" not in read(published)
    assert {row["by"] for row in published.run("takedown", "--list", "--json").json} == {"page"}
    said = published.run("takedown", TWO, "--undo")
    assert (said.code, said.out.splitlines()[0]) == (0, "put back: a: A right report")
    assert "A right report" in read(published)
    with open_store(published.folder / "data") as store:
        assert len(takedowns.list_standing(store.load_orders())) == 1


def test_beside_another_aggregator_the_order_is_saved(published: Desk) -> None:
    """Who holds the folder publishes; the command needs no lock."""
    with hold_lock(published.folder / "data"):
        said = published.run("takedown", TWO)
        assert (said.code, "carries it out within 5 seconds" in said.out) == (0, True)
        assert "when it has ended, run: aggregator build" in said.out
        assert "A right report" in read(published)
    with open_store(published.folder / "data") as store:
        assert store.has_orders()
    published.run("build")
    assert "A right report" not in read(published)


def test_an_order_beside_a_command_that_ends_is_carried_out(published: Desk) -> None:
    """Another command may have published before the order came: who gave it publishes then."""
    with hold_lock(published.folder / "data"):
        order = published.start("takedown", TWO)
        assert order.stdout
        assert "taken down" in order.stdout.readline()
        assert "saved" in order.stdout.readline()
        assert "A right report" in read(published)
    said, _ = order.communicate(timeout=30)
    assert said.startswith("published without it")
    assert order.returncode == 0
    assert "A right report" not in read(published)


def test_a_running_daemon_carries_it_out(published: Desk) -> None:
    """Within five seconds of the order; an undo too."""
    daemon = published.start("run", "--log-format", "json")
    try:
        assert daemon.stdout
        assert "published in" in daemon.stdout.readline()
        for words, gone in ((["takedown", TWO], True), (["takedown", TWO, "--undo"], False)):
            assert "carries it out" in published.run(*words).out
            begun = time.monotonic()
            while ("A right report" not in read(published)) is not gone:
                assert time.monotonic() - begun < 5
    finally:
        daemon.terminate()
        _, logged = daemon.communicate(timeout=30)
    lines = [json.loads(line) for line in logged.splitlines() if '"source": "a"' in line]
    events = [line["event"] for line in lines if line["event"] in {"takedown", "undo"}]
    assert events == ["takedown", "undo"]
