"""Which stories stand in the live feed: the newest, but no source crowds out the others.

It matters only when there are more stories than places. A story counts for the
source of its lead.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush

from aggregator.core.model import Story

MOST_LOOKED_AT = 4
"""Times the places: so many stories are looked at for sources that would get a place; with no
bound, one source that floods would make each publishing read the whole archive."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The stories that have a place, and those that gave theirs to older ones; newest first.

    It `is_settled` unless older stories, which were not given, may still have
    a claim to a place.
    """

    stories: tuple[Story, ...]
    passed_over: tuple[Story, ...] = ()
    is_settled: bool = True


def find_most(items: int, share: float, sources: int) -> int:
    """How many of the places one source gets while others want them; at least one.

    Of few sources some must hold more than the share: each an equal part then.
    """
    by_share = int(items * share + 1e-9)  # 29% of 100 are 28.999... in floats
    equal_part = -(-items // max(sources, 1))
    return max(1, by_share, equal_part)


def choose(
    found: Iterable[Story],
    items: int,
    most: int,
    show: Callable[[Story], Story | None],
    *,
    is_all: bool = True,
) -> Chosen:
    """The stories for `items` places, in no order given, at most `most` of one source.

    A source gets more places only when nobody else has a story for them: then
    who has fewest comes first. `show` is asked of a story before it gets a
    place, and of no other: how it is shown, perhaps by another lead; one that may
    not be shown, None, counts for nothing.
    `is_all` says that there are no older stories than those found.
    """
    table = _Table(items, most, show)
    ordered = sorted(found, key=_read_time, reverse=True)
    line = iter(ordered)
    while True:
        ended = table.seat(line)
        is_settled = not ended or is_all or table.is_full
        if not is_settled:
            return Chosen(table.list_seated(), is_settled=False)
        table.fill()
        if ended or table.is_full:
            return Chosen(table.list_seated(), table.list_waiting())


def _read_time(story: Story) -> tuple[datetime, str]:
    return story.sort_at, story.id


@dataclass(slots=True)
class _Table:
    """The places, who has one, and who waits because their source has its share."""

    items: int
    most: int
    show: Callable[[Story], Story | None]
    seated: list[tuple[int, Story]] = field(default_factory=list)
    waiting: dict[str, deque[tuple[int, Story]]] = field(default_factory=lambda: defaultdict(deque))
    counts: Counter[str] = field(default_factory=Counter)
    looked_at: int = 0
    number: int = 0

    @property
    def is_full(self) -> bool:
        """Whether there is no place left."""
        return len(self.seated) >= self.items

    def seat(self, line: Iterator[Story]) -> bool:
        """Give places in the order of the line, within each source's share; whether it ended."""
        while not self.is_full and self.looked_at < MOST_LOOKED_AT * self.items:
            story = next(line, None)
            if story is None:
                return True
            self.number += 1
            self.looked_at += self._wait(self.number, story) or self._offer(self.number, story)
        return False

    def _offer(self, number: int, story: Story) -> bool:
        """Give a place to a story that may be shown, within the share of who leads it then."""
        shown = self.show(story)
        if shown is not None and not self._wait(number, shown):
            self._seat(number, shown)
        return shown is not None

    def _wait(self, number: int, story: Story) -> bool:
        """Let a story wait whose source has its share; whether it does."""
        source_id = story.lead.entry.source_id
        if self.counts[source_id] < self.most:
            return False
        self.waiting[source_id].append((number, story))
        return True

    def fill(self) -> None:
        """Give the places that are left to those who wait, who has fewest first."""
        queues = [
            (self.counts[source_id], queue[0][0], source_id)
            for source_id, queue in self.waiting.items()
            if queue
        ]
        heapify(queues)
        while queues and not self.is_full:
            _, _, source_id = heappop(queues)
            queue = self.waiting[source_id]
            number, story = queue.popleft()
            shown = self.show(story)
            if shown is None:
                self.looked_at -= 1
            else:
                self._seat(number, shown)
            if queue:
                heappush(queues, (self.counts[source_id], queue[0][0], source_id))

    def _seat(self, number: int, story: Story) -> None:
        self.seated.append((number, story))
        self.counts[story.lead.entry.source_id] += 1

    def list_seated(self) -> tuple[Story, ...]:
        """Those that have a place, newest first, by the time of who leads them now."""
        seated = (story for _, story in self.seated)
        return tuple(sorted(seated, key=_read_time, reverse=True))

    def list_waiting(self) -> tuple[Story, ...]:
        """Those that gave their place to an older one, newest first."""
        last = max((number for number, _ in self.seated), default=0)
        waiting = (one for queue in self.waiting.values() for one in queue if one[0] < last)
        return tuple(story for _, story in sorted(waiting, key=lambda one: one[0]))
