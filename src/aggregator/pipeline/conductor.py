"""One poll of one source, within the limits of all; it ends in one saved Decision."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from aggregator.core import conditions, gaps, health, policy, silence, urls
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
from aggregator.core.policy.penalty import note_refusal
from aggregator.core.secrets import drop_secrets, hide_secrets
from aggregator.core.settings import Config
from aggregator.edges.domains import find_domain
from aggregator.edges.fetch import Gate
from aggregator.edges.log import Log
from aggregator.edges.parse import Task, parser_version
from aggregator.edges.store import Store
from aggregator.errors import StoreError
from aggregator.pipeline.apart import run_apart
from aggregator.pipeline.batch import Batch
from aggregator.pipeline.filling import fill_gap
from aggregator.pipeline.hosts import HostGate
from aggregator.pipeline.recognising import recognise

_SAVE_DELAY = 0.05
"""Seconds that a Decision may wait for others, to share their transaction."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll did, for the table and the log; `seconds` is the exchange's length.

    One that was not `asked` waits for its domain.
    `gap` says what became of filling the gap that this poll noticed, "" without one.
    """

    source: Source
    state: FetchState
    changes: Changes = Changes()
    bytes: int = 0
    seconds: float = 0.0
    asked: bool = True
    gap: str = ""

    @property
    def failed(self) -> bool:
        """Whether the source could not be read this time."""
        return self.asked and self.state.last_kind not in ("ok", "unchanged")


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


class Reads(Protocol):
    """Whoever can read a body: `edges.parse.ParsePool`, and fakes at this seam."""

    async def parse(self, task: Task) -> ParseResult:
        """The feed, or why there is none; never an exception for what a body holds."""
        ...


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a poll is to save, and where to look first when it noticed a gap."""

    decision: Decision
    has_gap: bool = False
    trail: gaps.Trail | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """What polling needs of the world; `clock` gives the time in UTC.

    `patience` is how long an exchange or a reading may last beyond the
    configured deadline, waits for hosts of redirects and for a free reader
    included: what lasts longer hangs, and is given up as a fault.
    """

    store: Store
    fetcher: Fetches
    parser: Reads
    clock: Callable[[], datetime]
    log: Log
    progress: Callable[[Polled], None] = lambda _: None
    patience: timedelta = timedelta(minutes=10)


class Conductor:
    """Polls sources: the limits they share, and what it saves together."""

    def __init__(self, config: Config, tools: Tools, gate: HostGate | None = None) -> None:
        """Take the limits and the tools; `gate` goes on where another conductor stopped."""
        self._config = config
        self._tools = tools
        self.gate = gate or HostGate(config.polling, find_domain)
        self._patience = (config.polling.deadline + tools.patience).total_seconds()
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
            async with self.gate.enter(urls.host(source.url), work) as gate:
                if self.refused:
                    return None
                if rest := self.gate.rests.find(source, self._tools.clock()):
                    return await self._postpone(source, state, *rest)
                claimed = policy.claim(state, self._config.polling, self._tools.clock())
                await self._claims.add(claimed)
                result = await self._fetch(source, claimed, gate)
                # Before the slot is free: who gets it next must know of a refusal.
                self.gate.rests.note(source, result, self._tools.clock())
            judged = await self._weigh(source, claimed, result)
        # Outside: it waits for the same host, and must hold no place meanwhile.
        if not judged.has_gap:
            return await self._finish(source, judged.decision, result)
        decision = await self._fill(source, judged)
        return await self._finish(source, decision, result, decision.state.gap_fill)

    async def _fill(self, source: Source, judged: _Judged) -> Decision:
        """The Decision with what older documents held; a refusal by them is one by the site."""
        decision, failed = await fill_gap(
            self._tools, self.gate, source, judged.decision, judged.trail
        )
        if failed is None:
            return decision
        now = self._tools.clock()
        self.gate.rests.note(source, failed, now)
        state = note_refusal(decision.state, self._config.polling, failed, now)
        rest = state.rest_until or state.next_poll
        return replace(decision, state=replace(state, next_poll=max(state.next_poll, rest)))

    async def _postpone(
        self, source: Source, state: FetchState, domain: str, until: datetime
    ) -> Polled:
        """Leave a source unasked: another of its domain was refused while it waited its turn."""
        later = policy.postpone(state, until, domain)
        await self._claims.add(later)
        return Polled(source, later, asked=False)

    async def _fetch(self, source: Source, state: FetchState, gate: Gate) -> FetchResult:
        conditional = policy.asks_conditionally(state, source, name_reading(source))
        try:
            async with asyncio.timeout(self._patience):
                return await self._tools.fetcher.fetch(
                    source, state, conditional=conditional, gate=gate
                )
        except Exception as error:  # noqa: BLE001 - rule 1: a surprise is saved, never lost
            return _call_it_internal(error)

    async def _weigh(self, source: Source, state: FetchState, result: FetchResult) -> _Judged:
        try:
            async with asyncio.timeout(self._patience):
                return await self._decide(source, state, result)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - as in _fetch
            surprise = _call_it_internal(error)
            return _Judged(Decision(self._judge(source, state, surprise, None)))

    async def _finish(
        self, source: Source, decision: Decision, result: FetchResult, gap: str = ""
    ) -> Polled:
        decision = replace(decision, state=self.gate.rests.settle(source, decision.state))
        await self._decisions.add(decision)
        polled = Polled(
            source,
            decision.state,
            decision.changes,
            result.wire_bytes if isinstance(result, Fetched) else 0,
            result.elapsed.total_seconds(),
            gap=gap,
        )
        _log_poll(self._tools.log, polled)
        with suppress(OSError):  # a terminal that is gone costs no poll
            self._tools.progress(polled)
        return polled

    async def _decide(self, source: Source, state: FetchState, result: FetchResult) -> _Judged:
        """From the answer to the Decision: parse, clean, normalise, recognise, judge."""
        parsed = await self._parse(state, result, name_reading(source))
        if isinstance(parsed, ParseFailed) and isinstance(result, Fetched):
            parsed = conditions.name_page(parsed, result)
        judged = self._judge(source, state, result, parsed)
        if not isinstance(parsed, ParsedFeed) or not isinstance(result, Fetched):
            return _Judged(Decision(judged))
        now = self._tools.clock()
        # Apart: a feed made to be slow must not hold up the others' deadlines.
        url = drop_secrets(result.url)
        feed = await run_apart(lambda: normalise_feed(parsed, source, url, now), "normalise")
        settled = recognise(self._tools.store, source.id, feed.entries, now)
        gapped = gaps.note_gap(judged, feed.entries, settled, source, now)
        heard = silence.learn(gapped, feed.entries, settled, now)
        fresh = [entry.sort_at for entry in settled.entries if entry.first_seen == now]
        dates = [entry.published for entry in feed.entries if entry.published]
        polling = self._config.polling
        learned = policy.learn_from(
            heard, source, polling, result, fresh=fresh, dates=dates, now=now
        )
        same = policy.is_same_feed(
            state, feed.head.title, is_empty=not feed.entries, oldest=settled.oldest
        )
        moved = policy.follow_move(state, learned, source, same=same, stranger=not same, now=now)
        odd = conditions.find_conditions(parsed, source, feed.entries, heard, now)
        kept = replace(moved, head=feed.head, problems=(*odd, *settled.problems, *feed.problems))
        changes = replace(settled.changes, dropped=feed.dropped)
        has_gap = gapped is not judged
        trail = gaps.find_trail(gapped, parsed, result.url) if has_gap else None
        return _Judged(Decision(kept, settled.entries, changes), has_gap, trail)

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
        now = self._tools.clock()
        after = policy.judge(
            state,
            source,
            self._config.polling,
            result,
            parsed,
            parser=name_reading(source),
            now=now,
        )
        return health.note_failing(after, now)


def name_reading(source: Source) -> str:
    """How a source's bodies are read now, see `policy.name_reading`."""
    return policy.name_reading(parser_version(), source)


def _call_it_internal(error: Exception) -> Failed:
    words = str(error) or "it came to no end" if isinstance(error, TimeoutError) else str(error)
    detail = f"a fault of this program: {type(error).__name__}: {words}; please report it"
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
        healed=changes.healed or None,
        gap=hide_secrets(polled.gap) or None,
        bytes=polled.bytes,
        seconds=round(polled.seconds, 3),
        next=state.next_poll.isoformat(timespec="seconds"),
        why=state.reason,
        detail=hide_secrets(state.last_detail) if polled.failed else None,
    )
