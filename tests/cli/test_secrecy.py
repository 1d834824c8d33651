"""What a failure says of an address, everywhere that it is said."""

import asyncio
import gzip
from datetime import UTC, datetime, timedelta
from html import escape
from io import StringIO

import pytest

from aggregator.core.model import FetchResult, FetchState, Source
from aggregator.core.settings import Config
from aggregator.edges.fetch import Gate
from aggregator.edges.log import make_log
from aggregator.edges.store import open_store
from aggregator.pipeline import Tools, poll
from aggregator.reading import open_readers
from tests.cli.desk import Desk, name_source
from tests.edges.loopback import Request, Response, serve
from tests.newsroom import write_item, write_rss

ADDRESS = "https://desk:hunter2@paper.example/feed?apikey=hunter3"
KEY = "sesame-open-42"
PASSWORD = "hunter2hunter2"  # noqa: S105 - the one that must not come out
NOON = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)


class TalkativeFetcher:
    """Whoever breaks in a way that nobody foresaw, with the address in the message."""

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
        glance: str = "",
    ) -> FetchResult:
        """Nothing: it raises."""
        raise RuntimeError(
            f"cannot ask {source.url} ({conditional}, {state.failures}, {gate}, {glance})"
        )


@pytest.mark.parametrize("style", ["console", "json"])
def test_an_address_in_a_failure_is_told_without_its_secrets(desk: Desk, style: str) -> None:
    """The log line, the table of `status` and its JSON name the host, and no password."""
    desk.write(name_source(ADDRESS))
    (desk.folder / "data").mkdir()
    logged = StringIO()
    with open_store(desk.folder / "data") as store:
        config = Config("sources.yaml", sources=(Source("paper", ADDRESS),))
        parser = open_readers(1, timedelta(seconds=1))
        tools = Tools(store, TalkativeFetcher(), parser, lambda: NOON, make_log(style, logged))
        (polled,) = asyncio.run(poll(config, tools))
    assert polled.failed
    said = [logged.getvalue(), desk.run("status").out, desk.run("status", "--json").out]
    for words in said:
        assert "cannot ask https://***@paper.example/feed?apikey=***" in words
        assert "hunter" not in words


def answer_privately(request: Request) -> Response:
    """A private paper that repeats the key by which it was asked, and one that only complains."""
    if request.path.startswith("/gone"):
        return Response(404)
    secret = f"http://paper.example{escape(request.path)}"
    item = write_item(
        1,
        f"One {KEY}",
        escape(f"<a href='{secret}'>{KEY}</a>"),
        link=secret,
        guid=secret,
        extra=f'<enclosure url="{secret}" length="5" type="audio/mpeg"/>',
    )
    head = f"<title>Paper</title><link>{secret}</link>"
    return Response(200, {}, write_rss(item, write_item(2, link=f"ftp://{KEY}"), head=head))


def test_no_command_and_no_file_tells_a_key(desk: Desk) -> None:
    """Polled, published, listed, exported: a password and a key of a private paper stay inside."""
    with serve(answer_privately) as url:
        address = url.replace("//", f"//desk:{PASSWORD}@")
        desk.write(
            name_source(f"{address}/paper?apikey={KEY}"),
            name_source(f"{address}/gone?x=1&token={KEY}", "gone"),
        )
        said = [desk.run("once", "--force"), desk.run("check", "--fetch")]
    commands = ["status", "status --json", "list", "list --json", "export", "check", "build"]
    said += [desk.run(*command.split()) for command in commands]
    words = [text for one in said for text in (one.out, one.err)]
    public = [path for path in (desk.folder / "data/public").rglob("*") if path.is_file()]
    files = [
        gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in public
    ]
    assert len(files) >= 2
    assert b"<title>One ***</title>" in b"".join(files)
    for text in (*words, *(body.decode() for body in files)):
        assert KEY not in text
        assert PASSWORD not in text
    assert any("127.0.0.1" in text for text in words)
