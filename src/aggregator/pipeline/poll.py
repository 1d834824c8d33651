"""Asks the sources that are due; every poll ends in one saved Decision."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from aggregator.core import identity, policy, urls
from aggregator.core.model import (
    Changes,
    Decision,
    Failed,
    Failure,
    Fetched,
    FetchResult,
    FetchState,
    ParsedFeed,
    ParseFailed,
    ParseResult,
    Source,
)
from aggregator.core.normalise import normalise_feed
from aggregator.core.secrets import drop_secrets, hide_secrets
from aggregator.core.settings import Config
from aggregator.edges.domains import find_domain
from aggregator.edges.fetch import Gate
from aggregator.edges.log import Log
from aggregator.edges.parse import ParsePool, Task, parser_version
from aggregator.edges.store import Store
from aggregator.errors import StoreError
from aggregator.pipeline.batch import Batch
from aggregator.pipeline.hosts import HostGate

_SAVE_DELAY = 0.05
"""Seconds that a Decision may wait for others, to share their transaction."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll did, for the table and the log; `seconds` is the exchange's length."""

    source: Source
    state: FetchState
    changes: Changes = Changes()
    bytes: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether the source could not be read this time."""
        return self.state.last_kind not in ("ok", "unchanged")


class Fetches(Protocol):
    """Whoever can ask a source: `edges.fetch.Fetcher`, and fakes at this seam."""

    async def fetch(
        self,
        source: Source,
        state: FetchState,
        *,
        conditional: bool = True,
        gate: Gate | None = None,
    ) -> FetchResult:
        """The answer, never an exception for what a server does; each host only past the gate."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What polling needs of the world; `clock` gives the time in UTC."""

    store: Store
    fetcher: Fetches
    parser: ParsePool
    clock: Callable[[], datetime]
    log: Log
    progress: Callable[[Polled], None] = lambda _: None


def find_due(
    config: Config, states: dict[str, FetchState], now: datetime, *, force: bool
) -> list[tuple[Source, FetchState]]:
    """The enabled sources whose time has come, with what is remembered of each."""
    due = []
    for source in config.sources:
        known = states.get(source.id) or policy.start_state(source, now)
        state = policy.adopt_address(known, source, now)
        if source.enabled and (force or policy.is_due(state, config.polling, now)):
            due.append((source, state))
    return due


async def poll(config: Config, tools: Tools, *, force: bool = False) -> list[Polled]:
    """Ask every source that is due, many at once, none earlier than its time.

    `force` asks those too whose time has not come. Raises the first StoreError
    when what was learned cannot be saved: no further source is asked then, but
    the answers of those that were asked are still waited for and saved, each
    where the store takes it.
    """
    now = tools.clock()
    due = find_due(config, tools.store.load_states(), now, force=force)
    conductor = _Conductor(config, tools)
    tasks = [asyncio.create_task(conductor.run(source, state)) for source, state in due]
    try:
        ended = [await task for task in asyncio.as_completed(tasks)]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if conductor.refused:
        raise conductor.refused
    return [polled for polled in ended if polled]


class _Conductor:
    """One round of polling: its limits, and what it saves together."""

    def __init__(self, config: Config, tools: Tools) -> None:
        self._config = config
        self._tools = tools
        self._gate = HostGate(config.polling, find_domain)
        self._claims: Batch[FetchState] = Batch(tools.store.save_states, 0)
        self._decisions: Batch[Decision] = Batch(tools.store.save, _SAVE_DELAY)
        self.refused: StoreError | None = None
        """What the store said when it first took something no more."""

    async def run(self, source: Source, state: FetchState) -> Polled | None:
        """Poll one source, save its Decision, say so in one line; None if that cannot be saved."""
        try:
            return await self._run(source, state)
        except StoreError as error:
            self.refused = self.refused or error
            return None

    async def _run(self, source: Source, state: FetchState) -> Polled | None:
        async with AsyncExitStack() as work:
            async with self._gate.enter(urls.host(source.url), work) as gate:
                if self.refused:
                    return None
                claimed = policy.claim(state, self._config.polling, self._tools.clock())
                await self._claims.add(claimed)
                result = await self._fetch(source, claimed, gate)
            return await self._finish(source, claimed, result)

    async def _fetch(self, source: Source, state: FetchState, gate: Gate) -> FetchResult:
        conditional = policy.asks_conditionally(state, source, name_reading(source))
        try:
            return await self._tools.fetcher.fetch(
                source, state, conditional=conditional, gate=gate
            )
        except Exception as error:  # noqa: BLE001 - rule 1: a surprise is saved, never lost
            return _call_it_internal(error)

    async def _finish(self, source: Source, state: FetchState, result: FetchResult) -> Polled:
        try:
            decision = await self._decide(source, state, result)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - as in _fetch
            surprise = _call_it_internal(error)
            decision = Decision(self._judge(source, state, surprise, None))
        await self._decisions.add(decision)
        polled = Polled(
            source,
            decision.state,
            decision.changes,
            result.wire_bytes if isinstance(result, Fetched) else 0,
            result.elapsed.total_seconds(),
        )
        _log_poll(self._tools.log, polled)
        with suppress(OSError):  # a terminal that is gone costs no poll
            self._tools.progress(polled)
        return polled

    async def _decide(self, source: Source, state: FetchState, result: FetchResult) -> Decision:
        """From the answer to the Decision: parse, clean, normalise, recognise, judge."""
        parsed = await self._parse(state, result, name_reading(source))
        judged = self._judge(source, state, result, parsed)
        if not isinstance(parsed, ParsedFeed) or not isinstance(result, Fetched):
            return Decision(judged)
        now = self._tools.clock()
        # In a thread: a feed made to be slow must not hold up the others' deadlines.
        feed = await asyncio.to_thread(
            normalise_feed, parsed, source, drop_secrets(result.url), now
        )
        known = self._tools.store.load_known(source.id, feed.entries)
        settled = identity.settle_all(feed.entries, known, now)
        kept = replace(judged, head=feed.head, problems=feed.problems)
        return Decision(kept, settled.entries, replace(settled.changes, dropped=feed.dropped))

    async def _parse(
        self, state: FetchState, result: FetchResult, reading: str
    ) -> ParseResult | None:
        """The body as a clean feed; None when there is none, or it was read before.

        A reading that came to no end is tried once more for the words alone: an
        item whose markup was made to be slow costs markup, not the feed.
        """
        if not isinstance(result, Fetched) or policy.is_same_body(state, result, reading):
            return None
        # "#note" resolves onto the feed's own address, and is published.
        base = drop_secrets(result.url)
        task = Task(result.body, result.content_type, base, result.content_language)
        parsed = await self._tools.parser.parse(task)
        if isinstance(parsed, ParseFailed) and parsed.kind in policy.MACHINE_FAILURES:
            words = await self._tools.parser.parse(replace(task, words_only=True))
            return words if isinstance(words, ParsedFeed) else parsed
        return parsed

    def _judge(
        self, source: Source, state: FetchState, result: FetchResult, parsed: ParseResult | None
    ) -> FetchState:
        return policy.judge(
            state,
            source,
            self._config.polling,
            result,
            parsed,
            parser=name_reading(source),
            now=self._tools.clock(),
        )


def name_reading(source: Source) -> str:
    """How a source's bodies are read now, see `policy.name_reading`."""
    return policy.name_reading(parser_version(), source)


def _call_it_internal(error: Exception) -> Failed:
    detail = f"a fault of this program: {type(error).__name__}: {error}; please report it"
    return Failed(Failure.INTERNAL, detail)


def _log_poll(log: Log, polled: Polled) -> None:
    state, changes = polled.state, polled.changes
    log(
        "poll",
        source=polled.source.id,
        result=state.last_kind,
        status=state.last_status,
        new=changes.new,
        updated=changes.updated,
        refreshed=changes.refreshed or None,
        dropped=changes.dropped or None,
        bytes=polled.bytes,
        seconds=round(polled.seconds, 3),
        next=state.next_poll.isoformat(timespec="seconds"),
        why=state.reason,
        detail=hide_secrets(state.last_detail) if polled.failed else None,
    )
