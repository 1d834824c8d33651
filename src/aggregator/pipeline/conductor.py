"""One poll of one source, within the limits of all; it ends in one saved Decision."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime

from aggregator.core import history, linkcheck, policy, urls
from aggregator.core.model import (
    Decision,
    Failed,
    Failure,
    FeedHead,
    Fetched,
    FetchResult,
    FetchState,
    Source,
)
from aggregator.core.origin import list_names
from aggregator.core.policy.penalty import note_refusal
from aggregator.core.secrets import hide_secrets
from aggregator.core.settings import Config
from aggregator.edges.fetch import Gate
from aggregator.edges.log import Log
from aggregator.errors import StoreError
from aggregator.pipeline.batch import Batch
from aggregator.pipeline.deciding import Judge, Judged, name_reading
from aggregator.pipeline.filling import fill_gap
from aggregator.pipeline.fulltext import read_articles
from aggregator.pipeline.hosts import HostGate, open_gate
from aggregator.pipeline.looking import Looked, look_at_pages
from aggregator.pipeline.patience import Patience
from aggregator.pipeline.tools import Polled, Tools

_OLDER_REFUSED = "an older document of the site was refused"
_PAGE_REFUSED = "a page of its reports was refused"
_SAVE_DELAY = 0.05
"""Seconds that a Decision may wait for others, to share their transaction."""


class Conductor:
    """Polls sources: the limits they share, and what it saves together."""

    def __init__(self, config: Config, tools: Tools, gate: HostGate | None = None) -> None:
        """Take the limits and the tools; `gate` goes on where another conductor stopped."""
        self._config = config
        self._tools = tools
        self.gate = gate or open_gate(config.polling, tools.clock)
        self._judge = Judge(config, tools)
        self._patience = (config.polling.deadline + tools.patience).total_seconds()
        self._claims: Batch[FetchState] = Batch(tools.store.save_states, 0)
        self._decisions: Batch[Decision] = Batch(tools.store.save, _SAVE_DELAY)
        self._names: frozenset[str] | None = None
        self.refused: StoreError | None = None
        """What the store said when it first took something no more."""

    async def run(self, source: Source, state: FetchState) -> Polled | None:
        """Poll one source, save its Decision, say so in one line; None if that cannot be saved."""
        try:
            return await self._run(source, state)
        except StoreError as error:
            self.refused = self.refused or error
            return None

    def flush(self) -> None:
        """Save at once what waits for others."""
        self._claims.flush()
        self._decisions.flush()

    async def follow_up(
        self, polled: Polled, note: Callable[[Polled], None] = lambda _: None
    ) -> Polled | None:
        """Do what a poll calls for, whose own Decision is saved; None as in `run`.

        Look for what went unseen before it, then for full texts: what is found
        are Decisions of their own, and `note` hears how it stands before each.
        Call it when the poll's gate is left: the same host is waited for here.
        """
        try:
            if polled.has_gap:
                note(polled)
                polled = await self._fill(polled)
            if polled.source.full_text and polled.asked and not polled.failed:
                note(polled)
            return await self._read_pages(polled)
        except StoreError as error:
            self.refused = self.refused or error
            return None

    def looks(self, polled: Polled) -> bool:
        """Whether pages of the source's reports may be asked after this poll."""
        return polled.source.check_links and polled.asked and not polled.failed

    async def look(self, polled: Polled) -> Polled | None:
        """Ask pages of published reports whether they are gone; the rest as in `fill`."""
        try:
            return await self._look(polled)
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
        return await self._finish(source, judged, result)

    async def _fill(self, polled: Polled) -> Polled:
        """A refusal by the older documents is one by the site."""
        if self.refused:
            raise self.refused
        tools, source = self._tools, polled.source
        decision, failed = await fill_gap(tools, self.gate, source, polled.state, polled.trail)
        if failed is not None:
            refused = self._note_refusal(source, decision.state, failed, _OLDER_REFUSED)
            decision = replace(decision, state=refused)
        await self._decisions.add(decision)
        _log_filling(tools.log, source, decision)
        new = polled.changes.new + decision.changes.new
        changes = replace(polled.changes, new=new)
        return replace(polled, state=decision.state, changes=changes, gap=decision.state.gap_fill)

    async def _look(self, polled: Polled) -> Polled:
        if self.refused:
            raise self.refused
        tools, source, state = self._tools, polled.source, polled.state
        items = self._config.newsfeed.items
        looked = await look_at_pages(tools, self.gate, source, state, items)
        if looked is None:
            return polled
        if looked.refused is not None:
            state = self._note_refusal(source, state, looked.refused, _PAGE_REFUSED)
        await self._decisions.add(looked.decide(state))
        _log_looking(tools.log, source, looked)
        return replace(polled, state=state)

    async def _read_pages(self, polled: Polled) -> Polled:
        """Ask for the pages of its summaries, where the configuration says so."""
        tools, source, state = self._tools, polled.source, polled.state
        if not polled.asked or polled.failed or not (source.full_text or state.pages):
            return polled
        if self.refused:
            raise self.refused
        decision, failed = await read_articles(tools, self.gate, source, state, self._list_names())
        if decision is None:
            return replace(polled, texts=0)
        if failed is not None:
            state = self._note_refusal(source, decision.state, failed, _PAGE_REFUSED)
            decision = replace(decision, state=state)
        await self._decisions.add(decision)
        _log_pages(tools.log, source, decision)
        return replace(polled, state=decision.state, texts=decision.changes.refreshed)

    def _list_names(self) -> frozenset[str]:
        """The names of all sources, folded: a page may credit any of them."""
        if self._names is None:
            heads = (list_names(source, FeedHead()) for source in self._config.sources)
            self._names = frozenset().union(*heads)
        return self._names

    def _note_refusal(
        self, source: Source, state: FetchState, failed: Failed, what: str
    ) -> FetchState:
        now = self._tools.clock()
        self.gate.rests.note(source, failed, now)
        refused = note_refusal(state, self._config.polling, failed, now)
        if refused.rest_until and refused.rest_until > refused.next_poll:
            refused = replace(refused, next_poll=refused.rest_until, reason=what)
        return self.gate.rests.settle(source, refused, failed)

    async def _postpone(
        self, source: Source, state: FetchState, domain: str, until: datetime
    ) -> Polled:
        """Leave a source unasked: another of its domain was refused while it waited its turn."""
        later = policy.postpone(state, self._config.polling, until, domain, self._tools.clock())
        await self._claims.add(later)
        return Polled(source, later, asked=False)

    async def _fetch(self, source: Source, state: FetchState, gate: Gate) -> FetchResult:
        conditional = policy.asks_conditionally(state, source, name_reading(source))
        try:
            async with Patience(self._patience) as patience:
                return await self._tools.fetcher.fetch(
                    source, state, conditional=conditional, gate=patience.pass_by(gate)
                )
        except Exception as error:  # noqa: BLE001 - rule 1: a surprise is saved, never lost
            return _call_it_internal(error)

    async def _weigh(self, source: Source, state: FetchState, result: FetchResult) -> Judged:
        try:
            async with asyncio.timeout(self._patience):
                return await self._judge.decide(source, state, result)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - as in _fetch
            surprise = _call_it_internal(error)
            return Judged(Decision(self._judge.judge(source, state, surprise, None)))

    async def _finish(self, source: Source, judged: Judged, result: FetchResult) -> Polled:
        state = self.gate.rests.settle(source, judged.decision.state, result)
        tally = history.count_poll(state, judged.decision.changes, self._tools.clock())
        await self._decisions.add(replace(judged.decision, state=state, tally=tally))
        polled = Polled(
            source,
            state,
            judged.decision.changes,
            result.wire_bytes if isinstance(result, Fetched) else 0,
            result.elapsed.total_seconds(),
            has_gap=judged.has_gap,
            trail=judged.trail,
        )
        _log_poll(self._tools.log, polled)
        with suppress(OSError):  # a terminal that is gone costs no poll
            self._tools.progress(polled)
        return polled


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
        bytes=polled.bytes,
        seconds=round(polled.seconds, 3),
        next=state.next_poll.isoformat(timespec="seconds"),
        why=state.reason,
        detail=hide_secrets(state.last_detail) if polled.failed else None,
    )


def _log_filling(log: Log, source: Source, decision: Decision) -> None:
    detail = hide_secrets(decision.state.gap_fill)
    log("gap", source=source.id, new=decision.changes.new, detail=detail)


def _log_looking(log: Log, source: Source, looked: Looked) -> None:
    log(
        "links",
        source=source.id,
        asked=len(looked.asked),
        withdrawn=len(looked.orders) or None,
        detail=linkcheck.say_looks(looked.pages),
        fault=looked.trouble or None,
    )


def _log_pages(log: Log, source: Source, decision: Decision) -> None:
    detail = hide_secrets(decision.state.pages)
    texts = decision.changes.refreshed
    log("pages", source=source.id, asked=len(decision.entries), texts=texts, detail=detail)
