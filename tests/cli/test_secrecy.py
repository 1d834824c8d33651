"""What a failure says of an address, everywhere that it is said."""

import asyncio
from datetime import UTC, datetime, timedelta
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

ADDRESS = "https://desk:hunter2@paper.example/feed?apikey=hunter3"
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
    ) -> FetchResult:
        """Nothing: it raises."""
        raise RuntimeError(f"cannot ask {source.url} ({conditional}, {state.failures}, {gate})")


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
