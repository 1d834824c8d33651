"""Asking to know: the same limits as polls, and nothing saved."""

import asyncio

import httpx2

from aggregator.core.model import Source
from aggregator.core.settings import Config, PollingSettings
from aggregator.edges.fetch import Fetcher
from aggregator.pipeline.asking import Answer, Asker
from aggregator.reading import open_readers
from tests.newsroom import NOON
from tests.pipeline.test_hosts import FakeLoop

BLOGS = tuple(Source(f"blog-{n}", f"https://blog{n}.shared.example/feed") for n in range(3))


def test_a_refusal_keeps_the_others_of_its_domain_from_being_asked() -> None:
    """A desk that asks twenty feeds of one site does not meet its 429 twenty times."""
    asked: list[str] = []

    def refuse(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(429)

    async def ask_all() -> list[Answer]:
        config = Config("sources.yaml", polling=PollingSettings(), sources=BLOGS)
        transport = httpx2.MockTransport(refuse)
        async with Fetcher(config.polling, "agent", transport=transport) as fetcher:
            asker = Asker(config, fetcher, open_readers(1), lambda: NOON)
            return await asyncio.gather(*(asker.ask(source) for source in BLOGS))

    with asyncio.Runner(loop_factory=FakeLoop) as runner:
        answers = runner.run(ask_all())
    assert asked == [BLOGS[0].url]
    assert {answer.kind for answer in answers} == {"throttled"}
    assert answers[1].detail == "its domain shared.example asked to wait; ask again later"
