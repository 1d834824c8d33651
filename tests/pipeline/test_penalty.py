"""A refusal keeps the whole registrable domain waiting, also after a restart."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from aggregator.core.model import (
    Failed,
    Failure,
    FetchResult,
    FetchState,
    NotModified,
    ParseResult,
    Source,
)
from aggregator.core.settings import Config, PollingSettings
from aggregator.edges.fetch import Gate
from aggregator.edges.log import make_log
from aggregator.edges.parse import Task
from aggregator.edges.store import open_store
from aggregator.pipeline import Polled, Tools, poll
from aggregator.reading import read_body
from tests.newsroom import NOON
from tests.pipeline.test_hosts import FakeLoop

HOUR = timedelta(hours=1)
BLOGS = tuple(Source(f"blog-{n}", f"https://blog{n}.shared.example/feed") for n in range(4))
OTHER = Source("other", "https://other.example/feed")
CONFIG = Config("sources.yaml", polling=PollingSettings(), sources=(*BLOGS, OTHER))


@dataclass
class Servers:
    """Servers that answer 304, but for those that refuse."""

    refuse: dict[str, Failed] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
    ) -> FetchResult:
        """The answer of the source's server."""
        del state, conditional
        async with gate(source.url) if gate else nullcontext():
            self.asked.append(source.id)
        return self.refuse.get(source.id, NotModified(source.url, etag='"1"'))


class Reader:
    """Reads nothing: no body comes."""

    async def parse(self, task: Task) -> ParseResult:
        """The feed of a body."""
        return read_body(task)


def run(data: Path, servers: Servers, now: datetime, *, force: bool = False) -> dict[str, Polled]:
    """One round of a process of its own, in which no time is lost by waiting."""
    with open_store(data) as store, asyncio.Runner(loop_factory=FakeLoop) as runner:
        tools = Tools(store, servers, Reader(), lambda: now, make_log("json", StringIO()))
        return {one.source.id: one for one in runner.run(poll(CONFIG, tools, force=force))}


def load(data: Path) -> dict[str, FetchState]:
    """What is remembered."""
    with open_store(data, write=False) as store:
        return store.load_states()


def refuse(kind: Failure, status: int, retry: timedelta | None) -> Servers:
    """Servers of which the first blog refuses."""
    return Servers({"blog-0": Failed(kind, "", status=status, retry_after=retry)})


def test_those_who_wait_for_their_turn_are_not_asked_any_more(tmp_path: Path) -> None:
    """The first blog is refused: the others wait as long, and say why; other domains go on."""
    servers = refuse(Failure.THROTTLED, 429, 3 * HOUR)
    polled = run(tmp_path, servers, NOON)
    assert sorted(servers.asked) == ["blog-0", "other"]
    assert not polled["blog-1"].asked
    assert not polled["blog-1"].failed
    states = load(tmp_path)
    for blog in BLOGS[1:]:
        waits = states[blog.id].next_poll - NOON
        assert 3 * HOUR <= waits <= 3 * HOUR + timedelta(minutes=10)
        assert states[blog.id].reason == (
            "its domain shared.example asked to wait until 2023-09-21 11:00 UTC"
        )


def test_a_restart_does_not_forget_it(tmp_path: Path) -> None:
    """Sources that come due meanwhile are put off by what the store remembers."""
    run(tmp_path, refuse(Failure.UNAVAILABLE, 503, 3 * HOUR), NOON)
    with open_store(tmp_path) as store:
        states = store.load_states()
        store.save_states([replace(states["blog-2"], next_poll=NOON)])
    servers = Servers()
    run(tmp_path, servers, NOON + 2 * HOUR)
    assert servers.asked == ["other"]
    assert "asked to wait" in load(tmp_path)["blog-2"].reason
    run(tmp_path, servers, NOON + 8 * HOUR)
    assert sorted(servers.asked) == ["blog-0", "blog-1", "blog-2", "blog-3", "other", "other"]
    assert load(tmp_path)["blog-0"].rest_until is None


def test_without_a_time_the_domain_rests_for_the_least_interval(tmp_path: Path) -> None:
    """A plain 503 is a sign too; any other failure is the source's own."""
    for name in ("plain", "other"):
        (tmp_path / name).mkdir()
    run(tmp_path / "plain", refuse(Failure.UNAVAILABLE, 503, None), NOON)
    assert load(tmp_path / "plain")["blog-0"].rest_until == NOON + timedelta(minutes=30)
    servers = refuse(Failure.NOT_FOUND, 404, None)
    run(tmp_path / "other", servers, NOON)
    assert len(servers.asked) == 5


def test_force_asks_them_all_the_same(tmp_path: Path) -> None:
    """What an earlier run was told is passed over, what this one is told is not."""
    run(tmp_path, refuse(Failure.THROTTLED, 429, 3 * HOUR), NOON)
    servers = Servers()
    run(tmp_path, servers, NOON + HOUR, force=True)
    assert len(servers.asked) == 5
