"""Looks for the reports of a gap in older documents of the same site, politely, once."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator.core import gaps, history, identity, policy, urls
from aggregator.core.model import (
    Changes,
    Decision,
    Entry,
    Failed,
    Failure,
    Fetched,
    FetchResult,
    FetchState,
    ParsedFeed,
    Source,
)
from aggregator.core.normalise import normalise_feed
from aggregator.core.secrets import drop_secrets
from aggregator.edges.domains import find_domain
from aggregator.edges.parse import Task
from aggregator.errors import StoreError
from aggregator.pipeline.apart import run_apart
from aggregator.pipeline.hosts import HostGate
from aggregator.pipeline.patience import Patience
from aggregator.pipeline.tools import Tools


@dataclass(frozen=True, slots=True)
class _Older:
    """An older document that was read."""

    feed: ParsedFeed
    entries: tuple[Entry, ...]


async def fill_gap(
    tools: Tools, gate: HostGate, source: Source, state: FetchState, trail: gaps.Trail | None
) -> tuple[Decision, Failed | None]:
    """A Decision of the reports found and words on how it went, and what failed at the site.

    `state` and the entries of the poll are saved; whatever an older document
    does, they stand. Whoever calls holds no host and no place, since the same
    host is waited for here.
    """
    if trail is None:
        words = gaps.say_filled(0, 0, "", bridged=False)
        return Decision(replace(state, gap_fill=words)), None
    work = _Filling(tools, gate, source, state, trail)
    try:
        async with Patience(tools.patience.total_seconds()) as patience:
            await work.run(trail, patience)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - the poll stands, whatever the archive does
        work.trouble = f"a fault of this program: {type(error).__name__}; please report it"
    return work.conclude(), work.failed


class _Filling:
    """One gap being filled: what was found so far, and what ended it."""

    def __init__(
        self,
        tools: Tools,
        gate: HostGate,
        source: Source,
        state: FetchState,
        trail: gaps.Trail,
    ) -> None:
        self._tools, self._gate = tools, gate
        self._source, self._state, self._trail = source, state, trail
        self._found: list[Entry] = []
        self._documents = 0
        self._bridged = False
        self.trouble = ""
        self.failed: Failed | None = None

    def conclude(self) -> Decision:
        """The Decision with all that was found."""
        count = len(self._found)
        words = gaps.say_filled(count, self._documents, self.trouble, bridged=self._bridged)
        state = replace(self._state, gap_fill=words)
        changes = Changes(new=count)
        tally = history.count_found(state, changes, self._tools.clock())
        return Decision(state, tuple(self._found), changes, tally=tally)

    async def run(self, trail: gaps.Trail | None, patience: Patience) -> None:
        """Read older documents until the gap is bridged, they end, or enough were asked for."""
        seen: list[str] = []
        while trail and not self._bridged and len(seen) < gaps.MOST_DOCUMENTS:
            self.trouble = gaps.refuse(self._source, trail.url, seen, find_domain)
            if self.trouble:
                return
            seen.append(trail.url)
            older = await self._read(trail.url, patience)
            if older is None:
                return
            self._take(older)
            trail = gaps.go_on(trail, older.feed)

    def _take(self, older: _Older) -> None:
        known = self._tools.store.load_known(self._source.id, older.entries)
        known += self._found
        now = max((entry.first_seen for entry in older.entries), default=self._tools.clock())
        settled = identity.settle_all(older.entries, known, now)
        self._found += gaps.keep_missing(self._trail, settled, known)
        self._documents += 1
        self._bridged = gaps.is_bridged(self._trail, older.entries)

    async def _read(self, url: str, patience: Patience) -> _Older | None:
        """The older document; None where it cannot be had, and `trouble` says why."""
        result = await self._fetch(url, patience)
        if not isinstance(result, Fetched):
            self.failed = result if isinstance(result, Failed) else None
            self.trouble = self.failed.detail if self.failed else "it answered 304"
            return None
        if not gaps.is_same_site(self._source.url, result.url, find_domain):
            self.trouble = f"the older document led elsewhere, to {urls.host(result.url)}"
            return None
        base = drop_secrets(result.url)
        task = Task(result.body, result.content_type, base, result.content_language)
        parsed = await self._tools.parser.parse(task)
        if not isinstance(parsed, ParsedFeed):
            self.trouble = f"the older document cannot be read: {parsed.detail}"
            return None
        now = self._tools.clock()
        return await run_apart(lambda: _normalise(parsed, self._source, base, now), "normalise")

    async def _fetch(self, url: str, patience: Patience) -> FetchResult:
        """The answer, unconditionally: the stored validators belong to another document."""
        asked = gaps.lend_access(self._source, url)
        async with (
            AsyncExitStack() as work,
            patience.wait(self._gate.enter(urls.host(url), work)) as entered,
        ):
            gate = patience.pass_by(entered)
            now = self._tools.clock()
            resting = self._gate.rests.find(asked, now)
            if resting is not None:
                detail = f"its domain {resting[0]} asked to wait"
                return Failed(Failure.THROTTLED, detail, url=url)
            state = policy.start_state(asked, now)
            return await self._tools.fetcher.fetch(asked, state, conditional=False, gate=gate)


def _normalise(feed: ParsedFeed, source: Source, url: str, now: datetime) -> _Older:
    return _Older(feed, normalise_feed(feed, source, url, now).entries)
