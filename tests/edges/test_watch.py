"""A changed file is noticed, however it is written."""

# ruff: noqa: ASYNC240 - a file written here holds up nobody

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from aggregator.edges.watch import watch_files

_BOUND = 20
"""Seconds after which a test that waits fails."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch that is in place, and how to end it."""

    seen: "asyncio.Queue[None]"
    stop: asyncio.Event
    task: "asyncio.Task[None]"

    async def wait(self) -> None:
        """Return at the next change."""
        await asyncio.wait_for(self.seen.get(), _BOUND)

    async def end(self) -> None:
        """Stop, and return when the watch has ended."""
        self.stop.set()
        await asyncio.wait_for(self.task, _BOUND)


@asynccontextmanager
async def watching(path: Path) -> AsyncIterator[Watch]:
    """Watch a file while the block runs."""
    seen: asyncio.Queue[None] = asyncio.Queue()
    stop, begun = asyncio.Event(), asyncio.Event()

    async def watch() -> None:
        begun.set()
        async for _ in watch_files([path], [], stop):
            seen.put_nowait(None)

    watch_now = Watch(seen, stop, asyncio.create_task(watch()))
    # The task goes on without a pause until it waits for changes: then the watch is in place.
    await begun.wait()
    try:
        yield watch_now
    finally:
        await watch_now.end()


def run(path: Path, act: Callable[[Watch], Awaitable[None]]) -> None:
    """Do something while the file is watched."""

    async def watch() -> None:
        async with watching(path) as watch_now:
            await act(watch_now)

    asyncio.run(watch())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration in a folder of its own."""
    path = tmp_path / "config" / "sources.yaml"
    path.parent.mkdir()
    path.write_text("one")
    return path


def test_writing_in_place_is_noticed(config: Path) -> None:
    """Each of two changes is told, the second after the first was heard."""

    async def act(watch: Watch) -> None:
        config.write_text("two")
        await watch.wait()
        config.write_text("three")
        await watch.wait()

    run(config, act)


def test_a_new_file_in_the_old_ones_place_is_noticed(config: Path) -> None:
    """Editors write another file and rename it over the old one; more than once."""

    async def act(watch: Watch) -> None:
        for text in ("two", "three"):
            fresh = config.with_name("4913~")
            fresh.write_text(text)
            fresh.replace(config)
            await watch.wait()

    run(config, act)


def test_a_file_that_goes_and_comes_is_noticed(config: Path) -> None:
    """Its folder is watched, not the file."""

    async def act(watch: Watch) -> None:
        config.unlink()
        await watch.wait()
        config.write_text("two")
        await watch.wait()

    run(config, act)


def mount(folder: Path, number: int, text: str) -> None:
    """Put a generation in place as a container's mounted configuration is: by one rename."""
    generation = folder / f"..2023_{number}"
    generation.mkdir()
    (generation / "sources.yaml").write_text(text)
    (folder / "..data_tmp").symlink_to(generation.name)
    (folder / "..data_tmp").replace(folder / "..data")


def test_a_mounted_configuration_is_noticed(tmp_path: Path) -> None:
    """Every swap of the folder behind `..data` is told, the old folder's removal included."""
    mount(tmp_path, 1, "one")
    config = tmp_path / "sources.yaml"
    config.symlink_to("..data/sources.yaml")

    async def act(watch: Watch) -> None:
        for number, text in ((2, "two"), (3, "three")):
            mount(tmp_path, number, text)
            await watch.wait()
            assert config.read_text() == text
            old = tmp_path / f"..2023_{number - 1}"
            (old / "sources.yaml").unlink()
            old.rmdir()
            while not watch.seen.empty():
                watch.seen.get_nowait()

    run(config, act)


def test_the_target_of_a_link_is_watched_too(tmp_path: Path, config: Path) -> None:
    """A change of a file elsewhere, under another name, is a change of the link's."""
    link = tmp_path / "link.yaml"
    link.symlink_to(config)

    async def act(watch: Watch) -> None:
        config.write_text("two")
        await watch.wait()

    run(link, act)


def test_a_folder_that_is_a_link_is_followed(tmp_path: Path, config: Path) -> None:
    """A linked folder's file is watched where it lies."""
    (tmp_path / "linked").symlink_to(config.parent)

    async def act(watch: Watch) -> None:
        config.write_text("two")
        await watch.wait()

    run(tmp_path / "linked" / "sources.yaml", act)


def test_other_files_are_ignored(config: Path) -> None:
    """Of changes to others and then to the file, one is told: that of the file."""
    other = config.with_name("other.yaml")

    async def act(watch: Watch) -> None:
        with pytest.raises(TimeoutError):  # longer than changes take to settle
            await asyncio.wait_for(_hear_after(watch, other), 1)
        config.write_text("two")
        await watch.wait()

    run(config, act)


async def _hear_after(watch: Watch, other: Path) -> None:
    other.write_text("x")
    other.rename(other.with_suffix(".bak"))
    await watch.seen.get()


def test_stop_ends_it(config: Path) -> None:
    """Without a change too, and a second time is no error."""

    async def act(watch: Watch) -> None:
        await watch.end()
        assert watch.task.done()
        assert watch.seen.empty()

    run(config, act)


def test_a_file_that_matches_a_pattern_is_noticed(config: Path) -> None:
    """One that is new too; a folder that is not there is passed over."""
    more = config.parent / "more"
    more.mkdir()
    patterns = [str(more / "*.yaml"), str(config.parent / "none" / "*.yaml")]

    async def act() -> None:
        stop = asyncio.Event()
        changes = watch_files([config], patterns, stop)
        first = asyncio.ensure_future(anext(changes))
        begun = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(begun.set_result, None)
        await begun  # the watch is in place after the task's first turn
        (more / "new.yaml").write_text("x")
        await asyncio.wait_for(first, _BOUND)
        stop.set()
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(changes), _BOUND)

    asyncio.run(act())
