"""A refusal keeps the whole registrable domain waiting, also after a restart."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from aggregator.core import policy, urls
from aggregator.core.model import (
    Failed,
    Failure,
    FetchResult,
    FetchState,
    Move,
    NotModified,
    ParseResult,
    Source,
)
from aggregator.core.settings import Config, PollingSettings
from aggregator.edges.domains import find_domain
from aggregator.edges.fetch import Gate
from aggregator.edges.log import make_log
from aggregator.edges.parse import Task
from aggregator.edges.store import open_store
from aggregator.pipeline import Polled, Tools, poll
from aggregator.pipeline.rests import Rests
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
    seconds: float = 0.0
    leads: dict[str, str] = field(default_factory=dict)
    """The host that a source's server redirects to."""
    waits: list[timedelta | None] = field(default_factory=list)
    """How long the gate said that such a host is to be left alone."""

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
        glance: str = "",
    ) -> FetchResult:
        """The answer of the source's server."""
        del state, conditional, glance
        async with gate(urls.host(source.url)) if gate else nullcontext():
            self.asked.append(source.id)
            await asyncio.sleep(self.seconds)
        if gate and source.id in self.leads:
            async with gate(self.leads[source.id]) as rest:
                self.waits.append(rest)
                await asyncio.sleep(self.seconds)
        return self.refuse.get(source.id, NotModified(source.url, etag='"1"'))


class Reader:
    """Reads nothing: no body comes."""

    async def parse(self, task: Task) -> ParseResult:
        """The feed of a body."""
        return read_body(task)


def run(
    data: Path, servers: Servers, now: datetime, *, force: bool = False, config: Config = CONFIG
) -> dict[str, Polled]:
    """One round of a process of its own, in which no time is lost by waiting."""
    with open_store(data) as store, asyncio.Runner(loop_factory=FakeLoop) as runner:
        tools = Tools(store, servers, Reader(), lambda: now, make_log("json", StringIO()))
        return {one.source.id: one for one in runner.run(poll(config, tools, force=force))}


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


def test_a_slow_refusal_counts_before_the_next_of_its_host_goes(tmp_path: Path) -> None:
    """The slot is handed on with what was learned: nobody slips through while it is saved."""
    same_host = tuple(Source(f"blog-{n}", f"https://shared.example/{n}") for n in range(4))
    servers = refuse(Failure.THROTTLED, 429, 3 * HOUR)
    servers.seconds = 20
    run(tmp_path, servers, NOON, config=replace(CONFIG, sources=same_host))
    assert servers.asked == ["blog-0"]


def test_a_refusal_behind_a_redirect_is_that_domain_s(tmp_path: Path) -> None:
    """Where a blog is led to another domain that refuses, its neighbours are asked all the same."""
    elsewhere = Source("elsewhere", "https://feeds.burner.example/x")
    config = replace(CONFIG, sources=(*BLOGS, elsewhere), polling=PollingSettings(per_host=4))
    url = "https://feeds.burner.example/blog"
    refused = Failed(Failure.THROTTLED, "", status=429, retry_after=3 * HOUR, url=url)
    servers = Servers({"blog-0": refused})
    run(tmp_path, servers, NOON, config=config)
    assert set(servers.asked) >= {blog.id for blog in BLOGS}
    state = load(tmp_path)["blog-0"]
    assert (state.rest_until, state.rest_domain) == (NOON + 3 * HOUR, "burner.example")
    rests = Rests(PollingSettings(), find_domain)
    rests.note(BLOGS[0], refused, NOON)
    assert rests.find(elsewhere, NOON) == ("burner.example", NOON + 3 * HOUR)
    assert rests.find(BLOGS[1], NOON) is None


def test_a_restart_does_not_forget_a_rest_behind_a_redirect(tmp_path: Path) -> None:
    """It is the other domain's: its own sources wait, and hops into it are not followed."""
    url = "https://feeds.burner.example/blog"
    refused = Failed(Failure.THROTTLED, "", status=429, retry_after=3 * HOUR, url=url)
    run(tmp_path, Servers({"blog-0": refused}), NOON)
    elsewhere = Source("elsewhere", "https://feeds.burner.example/x")
    config = replace(CONFIG, sources=(elsewhere, OTHER, BLOGS[1]))
    servers = Servers(leads={"other": "feeds.burner.example"})
    run(tmp_path, servers, NOON + 2 * HOUR, config=config)
    assert sorted(servers.asked) == ["blog-1", "other"]
    assert servers.waits == [HOUR]
    assert "its domain burner.example asked to wait" in load(tmp_path)["elsewhere"].reason


def test_a_source_that_has_moved_waits_for_the_domain_where_it_is_asked(tmp_path: Path) -> None:
    """The address in the configuration is asked no more."""
    new = "https://paper.shared.example/feed"
    state = FetchState("other", new, NOON, move=Move(OTHER.url, new, 5, NOON, confirmed=True))
    with open_store(tmp_path) as store:
        store.save_states([state, FetchState("blog-0", BLOGS[0].url, NOON, rest_until=NOON + HOUR)])
    servers = Servers()
    run(tmp_path, servers, NOON)
    assert servers.asked == []
    assert "its domain shared.example asked to wait" in load(tmp_path)["other"].reason


def test_each_other_source_that_is_refused_doubles_the_rest() -> None:
    """Up to max_interval; an answer ends it, a broken network and one stubborn source do not."""
    rests = Rests(PollingSettings(), find_domain)
    refused = Failed(Failure.UNAVAILABLE, "", status=503)
    now = NOON
    for source, minutes in (
        *((BLOGS[0], 30) for _ in range(9)),
        (BLOGS[1], 60),
        (BLOGS[2], 120),
        *((Source(str(n), BLOGS[0].url), min(240 * 2**n, 1440)) for n in range(5)),
    ):
        rests.note(source, Failed(Failure.RESET, ""), now)
        rests.note(source, refused, now)
        found = rests.find(source, now)
        assert found is not None
        assert found[1] - now == timedelta(minutes=minutes)
        now = found[1]
        assert rests.find(source, now) is None
    rests.note(BLOGS[3], Failed(Failure.NOT_FOUND, "", status=404), now)
    rests.note(BLOGS[0], refused, now)
    assert rests.find(BLOGS[0], now) == ("shared.example", now + timedelta(minutes=30))


def test_private_hosts_are_never_spared() -> None:
    """They belong to whoever runs the daemon."""
    rests = Rests(PollingSettings(), find_domain)
    home = Source("home", "http://127.0.0.1/feed")
    refused = Failed(Failure.THROTTLED, "", status=429)
    rests.note(home, refused, NOON)
    assert rests.find(home, NOON) is None
    state = FetchState("home", home.url, NOON, rest_until=NOON)
    assert rests.settle(home, state, refused) == replace(state, rest_until=None)


def test_a_rest_stays_stored_until_it_ends(tmp_path: Path) -> None:
    """Neither a poll that was led there again, nor another address of the source, ends it."""
    url = "https://feeds.burner.example/blog"
    refused = Failed(Failure.THROTTLED, "", status=429, retry_after=8 * HOUR, url=url)
    run(tmp_path, Servers({"blog-0": refused}), NOON)
    led = Failed(Failure.THROTTLED, "it was not asked", retry_after=6 * HOUR, url=url)
    run(tmp_path, Servers({"blog-0": led}), NOON + 2 * HOUR, force=True)
    rest = NOON + 8 * HOUR, "burner.example"
    state = load(tmp_path)["blog-0"]
    assert (state.rest_until, state.rest_domain) == rest
    elsewhere = replace(BLOGS[0], url="https://new.example/feed")
    config = replace(CONFIG, sources=(elsewhere,))
    run(tmp_path, Servers(), NOON + 3 * HOUR, config=config)
    state = load(tmp_path)["blog-0"]
    assert (state.last_kind, state.rest_until, state.rest_domain) == ("unchanged", *rest)
    run(tmp_path, Servers(), NOON + 9 * HOUR, config=config, force=True)
    assert load(tmp_path)["blog-0"].rest_until is None


def test_a_rest_noted_under_a_wrong_clock_is_none() -> None:
    """A clock that was a year ahead must not silence a domain for a year."""
    rests = Rests(PollingSettings(), find_domain)
    refused = Failed(Failure.THROTTLED, "", status=429)
    rests.note(BLOGS[0], refused, NOON + timedelta(days=365))
    assert rests.find(BLOGS[1], NOON) is None
    rests.note(BLOGS[0], refused, NOON)
    assert rests.find(BLOGS[1], NOON) == ("shared.example", NOON + HOUR / 2)


def test_a_rest_is_never_longer_than_a_week() -> None:
    """However long `max_interval` is: what is longer is not believed when it is read back."""
    polling = PollingSettings(max_interval=timedelta(days=30))
    refused = Failed(Failure.UNAVAILABLE, "", status=503)
    until = policy.find_rest(polling, refused, NOON, others=10)
    assert until == NOON + timedelta(days=7)


def test_who_waits_for_a_busy_host_is_not_given_up(tmp_path: Path) -> None:
    """Waiting at the gate is no hanging, at the first request as at a redirect."""
    one_host = [Source(f"p{n}", f"https://p{n}.example/") for n in range(30)]
    leads = {source.id: "feeds.burner.example" for source in one_host}
    servers = Servers(leads=leads, seconds=5)
    with open_store(tmp_path) as store, asyncio.Runner(loop_factory=FakeLoop) as runner:
        log = make_log("json", StringIO())
        tools = Tools(store, servers, Reader(), lambda: NOON, log, patience=timedelta(seconds=1))
        polling = PollingSettings(deadline=timedelta(seconds=9))
        config = replace(CONFIG, sources=tuple(one_host), polling=polling)
        polled = runner.run(poll(config, tools))
    assert {one.state.last_kind for one in polled} == {"unchanged"}
