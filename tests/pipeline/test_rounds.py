"""The rounds of a daemon: each tick starts what is due, once; nobody waits for another."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from aggregator.core.model import (
    Decision,
    Failed,
    Failure,
    FetchResult,
    FetchState,
    PollHints,
    Source,
)
from aggregator.edges.fetch import Gate
from aggregator.edges.log import make_log
from aggregator.edges.store import Store
from aggregator.errors import StoreError
from aggregator.pipeline import Polled, Rounds, Tools
from aggregator.reading import open_readers
from tests.newsroom import POLLING, Newsroom, open_newsroom

BOUND = 20
"""Seconds after which a test that waits fails."""
PAPER, OTHER = (Source(name, f"http://{name}.example/feed") for name in ("paper", "other"))
HOUR = timedelta(hours=1)


@dataclass
class Gated:
    """A fetcher that finds every feed gone missing; those of `held` only when released."""

    held: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def fetch(
        self,
        source: Source,
        state: FetchState,  # noqa: ARG002 - the seam's
        *,
        conditional: bool = True,  # noqa: ARG002 - the seam's
        gate: Gate | None = None,  # noqa: ARG002 - the seam's
        glance: str = "",  # noqa: ARG002 - the seam's
    ) -> FetchResult:
        """Not found."""
        async with self.changed:
            self.asked.append(source.id)
            self.changed.notify_all()
            await self.changed.wait_for(lambda: source.id not in self.held)
        return Failed(Failure.NOT_FOUND, "404")

    async def release(self, name: str) -> None:
        """Let a source's answer come."""
        async with self.changed:
            self.held.discard(name)
            self.changed.notify_all()

    async def wait_for(self, *names: str) -> None:
        """Return when these, in any order, and no others were asked."""
        async with self.changed:
            await asyncio.wait_for(
                self.changed.wait_for(lambda: len(self.asked) >= len(names)), BOUND
            )
        assert sorted(self.asked) == sorted(names)


@dataclass
class Desk:
    """Rounds at work, with what they noted."""

    room: Newsroom
    rounds: Rounds
    fetcher: Gated
    tools: Tools
    noted: list[Polled | None]

    async def settle(self) -> None:
        """Wait until nothing is at work."""
        await asyncio.wait_for(self.rounds.settle(), BOUND)


def run(
    data: Path,
    act: Callable[[Desk], Awaitable[None]],
    *sources: Source,
    wrap: Callable[[Store], Any] = lambda store: store,
    **limits: timedelta,
) -> None:
    """Do something with rounds over these sources."""
    polling = replace(POLLING, deadline=limits.pop("deadline", POLLING.deadline))
    with open_newsroom(data, sources or [PAPER], polling) as room:

        async def work() -> None:
            fetcher, noted = Gated(), list[Polled | None]()
            # No reader is started: no answer here has a body.
            parser = open_readers(1)
            log = make_log("json", room.logged)
            store = cast("Store", wrap(room.store))
            tools = Tools(store, fetcher, parser, lambda: room.now, log, **limits)  # type: ignore[arg-type]  # patience alone
            rounds = Rounds(room.config, tools, noted.append)
            try:
                await act(Desk(room, rounds, fetcher, tools, noted))
            finally:
                await rounds.stop()

        asyncio.run(work())


def test_a_tick_starts_what_is_due_once(tmp_path: Path) -> None:
    """Nobody is asked before the first tick, nor again while being asked; even hours later."""

    async def act(desk: Desk) -> None:
        desk.fetcher.held.add("paper")
        assert desk.rounds.at_work == 0
        assert desk.rounds.tick() == 1
        await desk.fetcher.wait_for("paper")
        for _ in range(3):
            desk.room.now += HOUR
            assert desk.rounds.tick() == 0
        assert desk.rounds.at_work == 1
        ended = desk.rounds.watch_at_work()
        await desk.fetcher.release("paper")
        await asyncio.wait_for(ended, BOUND)
        await desk.settle()
        assert (desk.rounds.at_work, desk.fetcher.asked) == (0, ["paper"])
        assert [polled and polled.state.last_kind for polled in desk.noted] == ["not-found"]

    run(tmp_path / "data", act)


def test_a_source_is_asked_by_the_first_tick_at_its_time(tmp_path: Path) -> None:
    """Not a second before, although the store is looked at each minute."""

    async def act(desk: Desk) -> None:
        desk.rounds.tick()
        await desk.settle()
        due = desk.room.store.load_states()["paper"].next_poll
        assert due >= desk.room.now + POLLING.min_interval
        minute = timedelta(minutes=1)
        while desk.room.now + minute < due:
            desk.room.now += minute
            assert desk.rounds.tick() == 0
        desk.room.now = due - timedelta(seconds=1)
        assert desk.rounds.tick() == 0
        desk.room.now = due
        assert desk.rounds.tick() == 1
        await desk.settle()
        assert desk.fetcher.asked == ["paper", "paper"]

    run(tmp_path / "data", act)


def test_a_changed_configuration_is_in_effect_at_the_next_tick(tmp_path: Path) -> None:
    """An added source is asked at once, a removed one no more."""

    async def act(desk: Desk) -> None:
        desk.rounds.tick()
        await desk.settle()
        assert desk.rounds.tick() == 0
        desk.rounds.use(replace(desk.room.config, sources=(OTHER,)), desk.tools)
        assert desk.rounds.tick() == 1
        await desk.settle()
        desk.room.now += 10 * HOUR
        assert desk.rounds.tick() == 1
        await desk.settle()
        assert desk.fetcher.asked == ["paper", "other", "other"]

    run(tmp_path / "data", act)


def test_a_poll_at_work_ends_by_the_old_configuration(tmp_path: Path) -> None:
    """It is not started again by the new one, and is saved."""

    async def act(desk: Desk) -> None:
        desk.fetcher.held.add("paper")
        desk.rounds.tick()
        await desk.fetcher.wait_for("paper")
        desk.rounds.use(replace(desk.room.config, sources=(PAPER, OTHER)), desk.tools)
        await desk.fetcher.release("paper")
        await desk.settle()
        assert desk.rounds.tick() == 1
        await desk.settle()
        assert desk.fetcher.asked == ["paper", "other"]

    run(tmp_path / "data", act)


def test_a_reload_while_new_sources_wait_asks_each_once(tmp_path: Path) -> None:
    """What their polls have saved since is looked at: none is new to the store any more."""

    async def act(desk: Desk) -> None:
        desk.fetcher.held |= {"paper", "other"}
        assert desk.rounds.tick() == 2
        desk.rounds.use(desk.room.config, desk.tools)
        desk.room.now += timedelta(seconds=1)
        assert desk.rounds.tick() == 0
        await desk.fetcher.wait_for("paper", "other")
        await desk.fetcher.release("paper")
        await desk.fetcher.release("other")
        await desk.settle()
        for _ in range(3):
            desk.room.now += timedelta(seconds=1)
            assert desk.rounds.tick() == 0
        assert sorted(desk.fetcher.asked) == ["other", "paper"]

    run(tmp_path / "data", act, PAPER, OTHER)


def test_fifty_new_hosts_a_second_and_no_more(tmp_path: Path) -> None:
    """Also when nothing was due for a while before they were added."""
    many = [Source(f"s{n}", f"http://s{n}.example/feed") for n in range(120)]

    async def act(desk: Desk) -> None:
        desk.rounds.use(replace(desk.room.config, sources=()), desk.tools)
        assert desk.rounds.tick() == 0
        desk.room.now += HOUR
        desk.rounds.use(desk.room.config, desk.tools)
        started = []
        for _ in range(4):
            started.append(desk.rounds.tick())
            await desk.settle()
            desk.room.now += timedelta(seconds=1)
        assert started == [50, 50, 20, 0]

    run(tmp_path / "data", act, *many)


def test_what_is_decided_when_the_daemon_ends_is_saved(tmp_path: Path) -> None:
    """A Decision that waits for others to share their transaction is not lost with the process."""

    async def act(desk: Desk) -> None:
        desk.rounds.tick()
        conductor = desk.rounds._conductor
        while not conductor._decisions.is_waiting:  # noqa: ASYNC110 - a turn of the loop at a time
            await asyncio.sleep(0)
        await desk.rounds.stop()
        assert desk.room.store.load_states()["paper"].last_kind == "not-found"

    run(tmp_path / "data", act)


def test_changed_limits_are_those_of_the_same_gate(tmp_path: Path) -> None:
    """What hosts are owed goes on, whatever a reload changes: two gates would let two pass."""

    async def act(desk: Desk) -> None:
        config, gate = desk.room.config, desk.rounds.gate
        gate.rests.recall({"paper.example": desk.room.now + HOUR})
        polling = replace(config.polling, per_host=1, min_interval=2 * HOUR)
        desk.rounds.use(replace(config, polling=polling), desk.tools)
        assert desk.rounds.gate is gate
        assert desk.rounds.tick() == 1
        await desk.settle()
        assert desk.fetcher.asked == []

    run(tmp_path / "data", act)


def test_an_exchange_that_never_ends_is_given_up(tmp_path: Path) -> None:
    """It is a named fault of this program; the others are asked and saved."""

    async def act(desk: Desk) -> None:
        desk.fetcher.held.add("paper")
        assert desk.rounds.tick() == 2
        await desk.settle()
        states = desk.room.store.load_states()
        assert (states["paper"].last_kind, states["other"].last_kind) == ("internal", "not-found")
        assert "TimeoutError: it came to no end" in states["paper"].last_detail
        assert states["paper"].next_poll > desk.room.now
        assert len(desk.noted) == 2
        assert None not in desk.noted

    tiny = timedelta(milliseconds=50)
    run(tmp_path / "data", act, PAPER, OTHER, deadline=tiny, patience=tiny)


@dataclass
class Refusing:
    """A store that takes no Decision for a while."""

    inner: Store
    refuses: bool = True

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        """All else is the real store's."""
        return getattr(self.inner, name)

    def save(self, decisions: Iterable[Decision]) -> None:
        """Save, unless it refuses."""
        if self.refuses:
            raise StoreError("no room")
        self.inner.save(decisions)


@dataclass
class Closed(Refusing):
    """A store that takes not even the word that a source is asked."""

    def save_states(self, changed: Iterable[FetchState]) -> None:
        """Save, unless it refuses."""
        states = list(changed)
        if self.refuses and states:
            raise StoreError("no room")
        self.inner.save_states(states)


def test_a_new_source_is_not_forgotten_by_a_store_that_refuses(tmp_path: Path) -> None:
    """Nothing of it could be saved: it is as new at the next tick."""

    async def act(desk: Desk) -> None:
        assert desk.rounds.tick() == 1
        await desk.settle()
        assert desk.fetcher.asked == []
        cast("Closed", desk.tools.store).refuses = False
        desk.room.now += HOUR / 60
        assert desk.rounds.tick() == 1
        await desk.settle()
        assert desk.fetcher.asked == ["paper"]

    run(tmp_path / "data", act, wrap=Closed)


def test_a_store_that_refuses_is_noted_and_tried_again(tmp_path: Path) -> None:
    """None is noted for the answer that is lost; when there is room, polls go on."""

    async def act(desk: Desk) -> None:
        assert desk.rounds.tick() == 1
        await desk.settle()
        assert desk.noted == [None]
        assert desk.rounds.tick() == 0
        cast("Refusing", desk.tools.store).refuses = False
        desk.room.now += POLLING.min_interval
        assert desk.rounds.tick() == 1
        await desk.settle()
        assert desk.noted[1] is not None
        assert desk.room.store.load_states()["paper"].last_kind == "not-found"

    run(tmp_path / "data", act, wrap=Refusing)


def test_stop_ends_what_is_at_work_and_keeps_its_time(tmp_path: Path) -> None:
    """The source stays claimed; nothing is noted, for the store refused nothing."""

    async def act(desk: Desk) -> None:
        desk.fetcher.held.add("paper")
        desk.rounds.tick()
        await desk.fetcher.wait_for("paper")
        await asyncio.wait_for(desk.rounds.stop(), BOUND)
        state = desk.room.store.load_states()["paper"]
        assert (state.claimed, state.last_poll) == (desk.room.now, None)
        assert state.next_poll == desk.room.now + POLLING.min_interval
        assert (desk.rounds.at_work, desk.noted) == (0, [])

    run(tmp_path / "data", act)


def test_a_claim_keeps_what_the_publisher_asked_for(tmp_path: Path) -> None:
    """When the answer is lost with the process, its ttl is waited for, not min_interval alone."""

    async def act(desk: Desk) -> None:
        state = FetchState("paper", PAPER.url, desk.room.now, hints=PollHints(ttl=5 * HOUR))
        desk.room.store.save_states([state])
        desk.fetcher.held.add("paper")
        desk.rounds.tick()
        await desk.fetcher.wait_for("paper")
        await asyncio.wait_for(desk.rounds.stop(), BOUND)
        assert desk.room.store.load_states()["paper"].next_poll == desk.room.now + 5 * HOUR

    run(tmp_path / "data", act)


def test_stop_right_after_a_tick_leaves_nothing(tmp_path: Path) -> None:
    """A poll that had no turn yet is ended too, and asked nobody."""

    async def act(desk: Desk) -> None:
        assert desk.rounds.tick() == 1
        await asyncio.wait_for(desk.rounds.stop(), BOUND)
        assert (desk.rounds.at_work, desk.fetcher.asked) == (0, [])
        await desk.settle()

    run(tmp_path / "data", act)


@pytest.mark.parametrize("back", [timedelta(seconds=1), 10 * HOUR, timedelta(days=365)])
def test_a_clock_that_goes_back_still_ticks(tmp_path: Path, back: timedelta) -> None:
    """The store is looked at at once: who was added meanwhile is asked, not only hours later."""

    async def act(desk: Desk) -> None:
        assert desk.rounds.tick() == 1
        await desk.settle()
        state = desk.room.store.load_states()["paper"]
        desk.room.now -= back
        desk.room.store.save_states([replace(state, next_poll=desk.room.now)])
        assert desk.rounds.tick() == 1
        await desk.settle()
        assert desk.fetcher.asked == ["paper", "paper"]

    run(tmp_path / "data", act)
