"""`audit`: the proof, as a table and as JSON, beside whoever is at work."""

from aggregator.edges.store.lock import hold_lock
from tests.cli.desk import Desk
from tests.cli.test_validate import publish


def spoil(desk: Desk) -> None:
    """Take the link out of the first passage of one published entry."""
    place = desk.folder / "data" / "public" / "atom.xml"
    text = place.read_text("utf-8")
    start = text.index("&lt;a href=")
    end = text.index("&gt;", start) + 4
    place.write_text(text[:start] + "&lt;b&gt;" + text[end:].replace("&lt;/a", "&lt;/b", 1))


def test_what_is_published_is_proven(desk: Desk) -> None:
    """A row for each source and term, a line that sums up, exit 0."""
    publish(desk)
    said = desk.run("audit")
    assert (said.code, said.err) == (0, "")
    rows = [line.split() for line in said.out.splitlines()]
    assert rows[0] == ["source", "term", "entries", "obeyed", "broken"]
    assert ["paper", "link", "18", "18", "0"] in rows
    assert said.out.splitlines()[-1] == "18 entries of 1 sources in 9 files: nothing broken"


def test_what_is_broken_is_named(desk: Desk) -> None:
    """File, entry, term, why and what to do; exit 1; the same in JSON."""
    publish(desk)
    spoil(desk)
    said = desk.run("audit")
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[-1] == "18 entries of 1 sources in 9 files: 2 broken"
    named = next(line for line in lines if ": link of paper: " in line)
    assert named.startswith("atom.xml: http://paper.example/")
    assert "publish again with: aggregator build" in named
    found = desk.run("audit", "--json")
    assert found.code == 1
    assert found.json["obeyed"] is False
    assert {one["term"] for one in found.json["broken"]} == {"link", "credit"}
    assert set(found.json["broken"][0]) == {"file", "entry", "source", "term", "why", "next"}
    assert {one["stories"] for one in found.json["kept"]} == {2}
    assert desk.run("build").code == 0
    assert desk.run("audit").code == 0


def test_a_source_that_is_gone_is_unexplained(desk: Desk) -> None:
    """Nobody states the terms of its entries any more: exit 1, each is named."""
    publish(desk)
    desk.write("https://another.example/f")
    said = desk.run("audit", "--json")
    assert said.code == 1
    assert len(said.json["unexplained"]) == 18
    assert "no configured source" in desk.run("audit").out


def test_many_findings_have_an_end(desk: Desk) -> None:
    """Of very many the first are shown; JSON has all."""
    publish(desk)
    place = desk.folder / "data" / "public" / "feed.json"
    items = ",".join(f'{{"id": "{number}", "content_html": ""}}' for number in range(150))
    place.write_text(f'{{"items": [{items}]}}')
    said = desk.run("audit")
    assert said.code == 1
    assert "50 more are not shown, see: aggregator audit --json" in said.out
    assert len(desk.run("audit", "--json").json["unexplained"]) == 150


def test_it_waits_for_nobody(desk: Desk) -> None:
    """The lock is held by another, and nothing is written."""
    publish(desk)
    before = desk.list_files()
    with hold_lock(desk.folder / "data"):
        assert desk.run("audit").code == 0
    assert [name for name in desk.list_files() if name not in before] == []


def test_nothing_published_is_a_wrong_call(desk: Desk) -> None:
    """Exit 2, with the folder and what to do."""
    desk.write("https://a.example/f")
    said = desk.run("audit")
    assert (said.code, said.out) == (2, "")
    assert said.err == "data/public: no feed is published here; publish with: aggregator once\n"
