"""What many tasks want saved goes into few transactions."""

import asyncio
from collections.abc import Sequence

import pytest

from aggregator.pipeline.batch import Batch


def test_items_that_come_together_are_saved_together() -> None:
    """One call of the saving function for all tasks of a moment."""
    saved: list[Sequence[int]] = []

    async def run() -> None:
        batch: Batch[int] = Batch(saved.append, 0)
        await asyncio.gather(*(batch.add(number) for number in range(5)))
        await batch.add(5)

    asyncio.run(run())
    assert saved == [[0, 1, 2, 3, 4], [5]]


def test_a_failure_to_save_reaches_everyone_who_waits() -> None:
    """Nobody is told that an item was saved when it was not."""

    def refuse(_: Sequence[int]) -> None:
        raise OSError("no space")

    async def run() -> list[BaseException | None]:
        batch: Batch[int] = Batch(refuse, 0)
        waiting = [batch.add(1), batch.add(2)]
        return await asyncio.gather(*waiting, return_exceptions=True)

    results = asyncio.run(run())
    assert [type(result) for result in results] == [OSError, OSError]


def test_a_cancelled_waiter_leaves_the_others_alone() -> None:
    """Cancelling one task neither stops the saving nor the tasks beside it."""
    saved: list[Sequence[int]] = []

    async def run() -> None:
        batch: Batch[int] = Batch(saved.append, 0.01)
        first = asyncio.create_task(batch.add(1))
        second = asyncio.create_task(batch.add(2))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        await second

    asyncio.run(run())
    assert saved == [[1, 2]]
