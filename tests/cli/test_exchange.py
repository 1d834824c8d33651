"""`import` and `export`: lists in OPML into the YAML and out of it."""

import time
from pathlib import Path

import pytest

from aggregator.edges.config import load
from aggregator.edges.opml import read_opml
from tests.cli.desk import Desk, name_source

LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="South Caucasus"><outline text="Press">
<outline type="rss" text="A" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
</outline></outline>
<outline type="rss" text="B" xmlUrl="http://www.b.example/feed/" category="/x/y,z"/>
<outline type="rss" text="B again" xmlUrl="https://b.example/feed"/>
<outline type="rss" text="There" xmlUrl="https://there.example/feed"/>
</body></opml>"""


def put(desk: Desk, body: bytes, name: str = "list.opml") -> Path:
    """A list in the working directory."""
    path = desk.folder / name
    path.write_bytes(body)
    return path


def test_feeds_are_written_with_their_folders_as_tags(desk: Desk) -> None:
    """What is there, or stands twice, is skipped and counted; all else is kept."""
    path = desk.write(name_source("https://there.example/feed", "there"), head="# Mine.\n")
    before = path.read_text()
    put(desk, LIST)
    said = desk.run("import", "list.opml", "--tag", "imported")
    assert (said.code, said.err) == (0, "")
    words = "4 feeds: 2 added, 2 skipped as there already or twice"
    assert said.out == f"list.opml: {words}; config/sources.yaml\n"
    assert path.read_text().startswith(before)
    _, first, second = load(path, {}).sources
    assert (first.id, first.name, first.homepage) == ("a-example", "A", "https://a.example/")
    assert first.tags == ("imported", "south-caucasus", "press")
    assert (second.id, second.tags) == ("b-example", ("imported", "x-y", "z"))
    again = desk.run("import", "list.opml", "--json").json
    assert (again["feeds"], again["added"], again["skipped"]) == (4, 0, 4)


def test_a_list_may_become_a_file_of_its_own(desk: Desk) -> None:
    """`--to` writes what `include` reads, and never overwrites."""
    path = desk.write(name_source("https://there.example/feed", "there"))
    before = path.read_bytes()
    put(desk, LIST)
    said = desk.run("import", "list.opml", "--to", "config/more.yaml")
    assert said.code == 0
    assert path.read_bytes() == before
    path.write_text("include: [more.yaml]\n" + path.read_text())
    assert [source.id for source in load(path, {}).sources] == ["there", "a-example", "b-example"]
    again = desk.run("import", "list.opml", "--to", "config/more.yaml")
    assert again.code == 0  # nothing is left to be added
    put(desk, LIST.replace(b"https://a.example/feed", b"https://c.example/feed"))
    assert desk.run("import", "list.opml", "--to", "config/more.yaml").code == 2
    assert desk.run("import", "list.opml", "--to", "config/more.json").code == 0
    path.write_text(path.read_text().replace("[more.yaml]", "[more.yaml, more.json]"))
    assert len(load(path, {}).sources) == 4


@pytest.mark.parametrize(
    ("name", "body", "code", "words"),
    [
        ("missing.opml", None, 2, "the list cannot be read"),
        ("list.opml", b"no list", 1, "the document is no XML at all"),
        ("list.opml", LIST.replace(b'text="A"', b'text="A & B"'), 0, "line 4: a bare &"),
    ],
)
def test_what_is_wrong_with_a_list_is_said(
    desk: Desk, name: str, body: bytes | None, code: int, words: str
) -> None:
    """Which lines were mended; exit 1 when no feed is left, 2 when there is no list."""
    desk.write(name_source("https://there.example/feed", "there"))
    if body is not None:
        put(desk, body, name)
    said = desk.run("import", name)
    assert said.code == code
    assert words in said.out + said.err


def test_thousands_of_feeds_are_imported_in_seconds(desk: Desk) -> None:
    """5,000 feeds into a commented YAML."""
    desk.write(name_source("https://there.example/feed", "there"))
    feeds = (
        f'<outline type="rss" text="P {n}" xmlUrl="https://p{n}.example/f"/>' for n in range(5000)
    )
    put(desk, f"<opml version='2.0'><body>{''.join(feeds)}</body></opml>".encode())
    begin = time.process_time()  # of the wall's time a busy machine takes its part
    said = desk.run("import", "list.opml")
    assert "5000 added" in said.out
    assert time.process_time() - begin < 30


def test_what_is_exported_can_be_imported(desk: Desk, tmp_path: Path) -> None:
    """Names, tags, language, pages and addresses survive; what lets one in does not leave."""
    desk.write(
        name_source(
            "https://a.example/feed?x=1&y=2",
            "a",
            ["name: 'A & Ö'", "tags: [one, two]", "language: hy", "homepage: https://a.example/"],
        ),
        name_source("https://desk:hunter2@b.example/feed?token=hunter3", "b"),
    )
    said = desk.run("export")
    assert said.code == 0
    assert said.err == "1 address stands there without what lets one in\n"
    assert "hunter" not in said.out
    found = read_opml(said.out.encode())
    assert found.whole
    assert [one.url for one in found.outlines] == [
        "https://a.example/feed?x=1&y=2",
        "https://b.example/feed",
    ]
    put(desk, said.out.encode())
    other = tmp_path / "other.yaml"
    other.write_text("sources: [https://x.example/f]\n")
    assert desk.run("-c", "other.yaml", "import", "list.opml").code == 0
    _, first, second = load(other, {}).sources
    assert (first.name, first.tags, first.language) == ("A & Ö", ("one", "two"), "hy")
    assert (first.homepage, second.name) == ("https://a.example/", "b")
