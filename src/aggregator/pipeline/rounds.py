"""Asks what is due for as long as a daemon lives; no poll waits for another's end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.core import policy
from aggregator.core.model import FetchState, Source
from aggregator.core.settings import Config
from aggregator.errors import StoreError
from aggregator.pipeline.agenda import Agenda
from aggregator.pipeline.conductor import Conductor
from aggregator.pipeline.hosts import HostGate
from aggregator.pipeline.tools import Polled, Tools

_LOOK_AGAIN = timedelta(minutes=1)
"""After so long the store is asked again who is due: clocks jump."""


_TURN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Work:
    """A poll at work, and who conducts it."""

    task: asyncio.Task[None]
    conductor: Conductor


class Rounds:
    """The polls of a daemon: each tick starts those that are due and not at work yet.

    `note` hears of every poll that ended; of one whose Decision the store
    refused it hears None. Of one after which reports or full texts were looked
    for it hears again when that ended, and `gap` and `texts` say how.
    """

    def __init__(self, config: Config, tools: Tools, note: Callable[[Polled | None], None]) -> None:
        """Take what polling needs; nothing is asked before the first tick."""
        self._config = config
        self._tools = tools
        self._note = note
        self._conductor = Conductor(config, tools)
        self._agenda: Agenda | None = None
        self._minute: datetime | None = None
        self._started = 0
        self._at_work: dict[str, _Work] = {}
        self._looked: datetime | None = None
        self._next: datetime | None = None

    @property
    def gate(self) -> HostGate:
        """The gate that all requests of this daemon pass."""
        return self._conductor.gate

    @property
    def at_work(self) -> int:
        """How many sources are being asked, or wait for their host."""
        return len(self._at_work)

    def use(self, config: Config, tools: Tools) -> None:
        """Go by another configuration from the next tick on; polls at work end by the old one.

        The limits of hosts and domains alone are in effect at once, for all.
        """
        self.gate.use(config.polling)
        self._config, self._tools = config, tools
        self._conductor = Conductor(config, tools, self.gate)
        self._agenda, self._next = None, None

    def tick(self) -> int:
        """Start every poll that is due; how many. StoreError when the store cannot be read."""
        now = self._tools.clock()
        if not self._is_time(now):
            return 0
        if self._conductor.refused:
            # It starts nothing any more; the store may take Decisions again by now.
            self._conductor = Conductor(self._config, self._tools, self.gate)
            self._agenda = None  # a new source whose claim was refused is new again
        agenda = self._agenda = self._agenda or Agenda(self._config, self._tools.store)
        rests = agenda.find_rests(now)
        self.gate.rests.recall(rests)
        hosts = policy.NEW_HOSTS_A_SECOND
        waiting, postponed = agenda.find_due(now, frozenset(self._at_work), rests, hosts)
        try:
            self._tools.store.save_states(postponed)
        except StoreError:
            self._agenda = None  # as above
            raise
        fresh, others_wait = policy.take_turns(waiting, hosts, self._count_punctual(now), now)
        for source, state in fresh:
            agenda.take(source)
            self._started += state.last_poll is not None
            task = asyncio.create_task(self._run(self._conductor, source, state))
            self._at_work[source.id] = _Work(task, self._conductor)
        later = now + _TURN if others_wait or agenda.has_new else agenda.find_next(now)
        self._looked, self._next = now, min(later or now + _LOOK_AGAIN, now + _LOOK_AGAIN)
        return len(fresh)

    def _count_punctual(self, now: datetime) -> int:
        """How many more of those that just came due may start in this minute."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._started = minute, 0
        most = policy.count_a_minute(len(self._config.sources), self._config.polling)
        return most - self._started

    def _is_time(self, now: datetime) -> bool:
        if self._looked is None or self._next is None:
            return True
        return now >= self._next or now < self._looked

    async def _run(self, conductor: Conductor, source: Source, state: FetchState) -> None:
        try:
            polled = await conductor.run(source, state)
            if polled:
                polled = await conductor.follow_up(polled, self._note)
            if is_noted := polled is not None and conductor.looks(polled):
                self._note(polled)
                polled = await conductor.look(polled)
        finally:
            del self._at_work[source.id]
        if polled is None or not is_noted:
            self._note(polled)
        # A source that is due again before the store is asked again is not overslept.
        if polled is not None and self._next is not None:
            self._next = min(self._next, polled.state.next_poll)

    def watch_at_work(self) -> "asyncio.Future[list[BaseException | None]]":
        """Done when all that is at work now has ended."""
        return asyncio.gather(*self._list_tasks(), return_exceptions=True)

    def _list_tasks(self) -> "list[asyncio.Task[None]]":
        return [work.task for work in self._at_work.values()]

    async def settle(self) -> None:
        """Return when nothing is at work."""
        while self._at_work:
            await asyncio.wait(self._list_tasks())

    async def stop(self) -> None:
        """End what is at work: those sources are claimed, and keep their time.

        What was decided already is saved before.
        """
        for conductor in {work.conductor for work in self._at_work.values()}:
            conductor.flush()
        tasks = self._list_tasks()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._at_work.clear()  # a task that had no turn yet cannot say that it ended
