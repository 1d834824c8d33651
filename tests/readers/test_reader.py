"""lemon24/reader subscribed to what a newsroom publishes, over three publishes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from reader import Reader, make_reader

from tests.daemon.test_newsroom import HOUR, Room, play
from tests.edges.loopback import Request, Response, serve
from tests.edges.serving import Running, run_site
from tests.newsroom import write_item

FORMATS = ("atom.xml", "rss.xml")
_LINK = "http://paper.example/{}.html"


@dataclass
class Wire:
    """What stands between the reader and the server; says what passed last."""

    url: str = ""
    passed: list[tuple[int, bool]] = field(default_factory=list)

    def take(self) -> list[tuple[int, bool]]:
        """Since it was asked last: each status, and whether the request bore a validator."""
        taken, self.passed = self.passed, []
        return taken


@contextmanager
def tap(server: Running) -> Iterator[Wire]:
    """Pass requests on to a server as they are, and remember them."""
    wire = Wire()

    def site(request: Request) -> Response:
        sent = {name: value for name, value in request.headers if name.lower() != "host"}
        got = server.ask(request.path, **sent)
        wire.passed.append((got.status, request.has("If-None-Match")))
        fields = {name: value for name, value in got.fields.items() if name != "content-length"}
        return Response(got.status, fields, got.body)

    with serve(site) as wire.url:
        yield wire


def say_comments(count: int) -> str:
    """The comment count of an item."""
    return f"<slash:comments>{count}</slash:comments>"


def check(reader: Reader, url: str, wanted: Mapping[int, tuple[str, str]]) -> None:
    """Each report stands once in the reader, under its id, with these words."""
    entries = list(reader.get_entries(feed=url))
    assert len(entries) == len(wanted)
    kept = {entry.id: entry for entry in entries}
    assert set(kept) == {_LINK.format(number) for number in wanted}
    for number, (title, text) in wanted.items():
        entry = kept[_LINK.format(number)]
        assert (entry.link, entry.title) == (entry.id, title)
        words = " ".join([entry.summary or "", *(part.value for part in entry.content)])
        assert text in words


def refresh(reader: Reader, url: str, wire: Wire) -> tuple[int, int]:
    """How many entries were new and how many were changed; once more costs a 304."""
    wire.take()
    updated = reader.update_feed(url)
    assert updated is not None
    assert [status for status, _ in wire.take()] == [200]
    assert reader.update_feed(url) is None
    assert wire.take() == [(304, True)]
    return updated.new, updated.modified


@pytest.mark.parametrize("name", FORMATS)
def test_a_reader_sees_each_report_once_and_edits_in_place(tmp_path: Path, name: str) -> None:
    """Three publishes with new reports, edits and a changed comment count alone; 304 in between."""
    said = {number: (f"Title {number}", f"first{number}") for number in (1, 2, 3)}

    def write(number: int, comments: int = 7) -> str:
        title, text = said[number]
        return write_item(number, title, f"It says {text}.", extra=say_comments(comments))

    def edit(number: int) -> None:
        said[number] = (f"Edited {number}", f"second{number}")

    async def scene(room: Room) -> None:
        with (
            run_site(room.data / "public") as server,
            tap(server) as wire,
            make_reader(str(tmp_path / "reader.sqlite")) as reader,
        ):
            url = f"{wire.url}/{name}"
            reader.add_feed(url)
            room.papers["a"][:] = [write(1), write(2)]
            room.papers["b"][:] = [write(3)]
            await room.work()
            assert refresh(reader, url, wire) == (3, 0)
            check(reader, url, said)

            edit(1)
            said[4] = ("Title 4", "first4")
            room.papers["a"][:] = [write(1), write(2), write(4)]
            await room.work(2 * HOUR)
            assert refresh(reader, url, wire) == (1, 1)
            check(reader, url, said)

            edit(3)
            said[5] = ("Title 5", "first5")
            room.papers["a"][:] = [write(1), write(2, comments=8), write(4)]
            room.papers["b"][:] = [write(3), write(5)]
            await room.work(2 * HOUR)
            assert ">8<" in room.read()
            assert refresh(reader, url, wire) == (1, 1)
            check(reader, url, said)

    (tmp_path / "data").mkdir()
    play(tmp_path / "data", scene)
