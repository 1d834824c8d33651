"""Publishings of a daemon: when something changed, one at a time, beside the loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from aggregator.core.model import Decision, Reuse, Source
from aggregator.core.policy import start_state
from aggregator.edges.log import make_log
from aggregator.edges.store import Store
from aggregator.pipeline import Press, Pressed
from aggregator.pipeline.apart import run_apart
from tests.core.make import make_entry
from tests.newsroom import Newsroom, open_newsroom

BOUND = 20
"""Seconds after which a test that waits fails."""


@dataclass
class Desk:
    """A press, its newsroom, and what was noted."""

    room: Newsroom
    press: Press
    noted: list[Pressed] = field(default_factory=list)

    def publish(self) -> Pressed:
        """Publish once, whether it is time or not."""
        asyncio.run(self.press.publish(self.room.config))
        return self.noted[-1]


@contextmanager
def open_desk(data: Path, wrap: Callable[[Store], Any] = lambda store: store) -> Iterator[Desk]:
    """A press over an empty store, at a clock that stands where it is set."""
    with open_newsroom(data, []) as room:
        noted: list[Pressed] = []
        log = make_log("json", room.logged)
        store = cast("Store", wrap(room.store))
        yield Desk(room, Press(store, data, lambda: room.now, log, noted.append), noted)


def test_it_publishes_at_first_and_then_when_called(tmp_path: Path) -> None:
    """Nothing changed, nothing is published; a change is published once."""
    with open_desk(tmp_path / "data") as desk:
        assert desk.press.is_time(busy=False)
        pressed = desk.publish()
        assert pressed.published is not None
        assert pressed.published.written
        assert (pressed.error, pressed.seconds > 0) == ("", True)
        assert (tmp_path / "data" / "public" / "atom.xml").is_file()
        assert not desk.press.is_time(busy=False)
        desk.press.call()
        assert desk.press.is_time(busy=False)
        desk.publish()
        assert not desk.press.is_time(busy=False)


def test_what_is_urgent_does_not_wait_for_polls(tmp_path: Path) -> None:
    """Once; then it rests as before."""
    with open_desk(tmp_path / "data") as desk:
        desk.publish()
        desk.press.call(urgent=True)
        desk.press.call()
        assert desk.press.is_time(busy=True)
        desk.publish()
        desk.press.call()
        assert not desk.press.is_time(busy=True)


def test_it_rests_while_polls_are_at_work(tmp_path: Path) -> None:
    """Half a minute after the last one, unless nobody is at work or the clock went back."""
    with open_desk(tmp_path / "data") as desk:
        assert desk.press.is_time(busy=True)
        desk.publish()
        desk.press.call()
        ended = desk.room.now
        seen = {}
        for seconds in (-1, 0, 29, 30):
            desk.room.now = ended + timedelta(seconds=seconds)
            seen[seconds] = desk.press.is_time(busy=True), desk.press.is_time(busy=False)
        assert seen == {
            -1: (True, True),
            0: (False, True),
            29: (False, True),
            30: (True, True),
        }


def test_what_readers_wait_for_rests_as_publishing_takes(tmp_path: Path) -> None:
    """A quarter of the time that the last one took; once."""
    with open_desk(tmp_path / "data") as desk:
        seconds = desk.publish().seconds
        ended = desk.room.now
        desk.press.call(awaited=True)
        assert not desk.press.is_time(busy=True)
        desk.room.now = ended + timedelta(seconds=seconds / 4 + 0.001)
        assert desk.press.is_time(busy=True)
        assert desk.press.is_awaited
        desk.publish()
        assert not desk.press.is_awaited
        desk.press.call()
        desk.room.now += timedelta(seconds=29)
        assert not desk.press.is_time(busy=True)


def test_prompt_publishings_take_little_in_the_long_run(tmp_path: Path) -> None:
    """What they cost is paid back by time, a tenth of it; until then they rest as others do."""
    with open_desk(tmp_path / "data") as desk:
        desk.publish()
        desk.press._spent = 11.0  # what many publishings would cost
        ended = desk.room.now
        seen = {}
        for seconds in (9, 11, 30):
            desk.room.now = ended + timedelta(seconds=seconds)
            desk.press.call(awaited=True)
            seen[seconds] = desk.press.is_time(busy=True)
        assert seen == {9: False, 11: True, 30: True}


def test_it_publishes_when_terms_let_something_else_be_shown(tmp_path: Path) -> None:
    """At the end of an embargo or a permission, though nothing came in."""
    with open_desk(tmp_path / "data") as desk:
        ends = desk.room.now + timedelta(hours=1)
        source = Source("a", "https://a.example/f", reuse=Reuse(until=ends))
        desk.room.set_sources([source])
        entry = make_entry("1", "a")
        desk.room.store.save([Decision(start_state(source, desk.room.now), (entry,))])
        desk.publish()
        desk.room.now = ends - timedelta(seconds=1)
        assert not desk.press.is_time(busy=False)
        desk.room.now = ends
        assert desk.press.is_time(busy=False)
        desk.publish()
        assert not desk.press.is_time(busy=False)


def test_a_failure_is_noted_and_tried_again(tmp_path: Path) -> None:
    """A file in the folder's place is named; when it is gone, the next one is well."""
    with open_desk(tmp_path / "data") as desk:
        obstacle = tmp_path / "data" / "public"
        obstacle.write_bytes(b"")
        pressed = desk.publish()
        assert pressed.published is None
        assert "atom.xml: cannot be written" in pressed.error
        line = desk.room.read_log()[-1]
        assert (line["event"], line["result"]) == ("publish", "failed")
        assert line["detail"] == pressed.error
        assert desk.press.began is None
        assert not desk.press.is_time(busy=False), "not each second: every try is a line of the log"
        desk.room.now += timedelta(seconds=30)
        assert desk.press.is_time(busy=False)
        obstacle.unlink()
        assert desk.publish().error == ""


class Broken:
    """A store with a fault nobody foresaw."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a store has
        """Stumble."""
        raise RuntimeError(f"no {name}")


def test_a_surprise_is_named_as_this_programs_fault(tmp_path: Path) -> None:
    """It does not leave the press."""
    with open_desk(tmp_path / "data", lambda _: Broken()) as desk:
        error = desk.publish().error
        assert error.startswith("a fault of this program: RuntimeError: no ")
        assert error.endswith("please report it")


@dataclass
class Blocked:
    """A store that hangs until it is freed."""

    inner: Store
    reached: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        """All else is the real store's."""
        self.reached.set()
        assert self.free.wait(BOUND)
        return getattr(self.inner, name)


def run_blocked(
    data: Path, act: Callable[[Desk, Blocked, "asyncio.Task[None]"], Awaitable[None]]
) -> Desk:
    """Do something while a publishing hangs."""
    stores: list[Blocked] = []

    def wrap(store: Store) -> Blocked:
        stores.append(Blocked(store))
        return stores[0]

    with open_desk(data, wrap) as desk:

        async def run() -> None:
            task = asyncio.create_task(desk.press.publish(desk.room.config))
            assert await asyncio.to_thread(stores[0].reached.wait, BOUND)
            await act(desk, stores[0], task)

        try:
            asyncio.run(run())
        finally:
            stores[0].free.set()
            for thread in threading.enumerate():
                if thread.name == "publish":
                    thread.join(BOUND)
        return desk


def test_a_publishing_that_hangs_is_seen_and_holds_up_nothing(tmp_path: Path) -> None:
    """The loop goes on; no second one begins; a change meanwhile is published afterwards."""

    async def act(desk: Desk, store: Blocked, task: "asyncio.Task[None]") -> None:
        began = desk.room.now
        desk.room.now += timedelta(minutes=6)
        assert desk.press.began == began
        desk.press.call()
        assert not desk.press.is_time(busy=False)
        store.free.set()
        await asyncio.wait_for(task, BOUND)
        assert desk.press.began is None
        assert desk.press.is_time(busy=False)

    desk = run_blocked(tmp_path / "data", act)
    assert [pressed.error for pressed in desk.noted] == [""]


def test_a_publishing_that_hangs_can_be_left_behind(tmp_path: Path) -> None:
    """Whoever gives up waiting is free at once, and nothing is noted."""

    async def act(desk: Desk, store: Blocked, task: "asyncio.Task[None]") -> None:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, BOUND)
        assert not store.free.is_set()
        assert desk.press.began is None

    assert run_blocked(tmp_path / "data", act).noted == []


def test_work_apart_hands_over_what_it_returns() -> None:
    """It runs in a thread of the given name, which the process's end does not wait for."""

    def work() -> tuple[str, bool]:
        return threading.current_thread().name, threading.current_thread().daemon

    assert asyncio.run(run_apart(work, "work")) == ("work", True)


@pytest.mark.parametrize(
    ("raised", "seen"), [(ValueError("no"), ValueError), (StopIteration(), RuntimeError)]
)
def test_work_apart_hands_over_what_it_raises(raised: Exception, seen: type[Exception]) -> None:
    """What a future does not take is handed over too, as another error."""

    def work() -> None:
        raise raised

    async def run() -> None:
        await asyncio.wait_for(run_apart(work, "work"), BOUND)

    with pytest.raises(seen):
        asyncio.run(run())


def test_work_that_outlives_the_loop_ends_in_peace() -> None:
    """Nobody waits for its result any more, and none is missed."""
    free, threads = threading.Event(), []

    def work() -> None:
        threads.append(threading.current_thread())
        assert free.wait(BOUND)

    async def run() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(run_apart(work, "work"), 0.01)

    asyncio.run(run())
    free.set()
    threads[0].join(BOUND)
    assert not threads[0].is_alive()
