"""Asks for lists on the web when they are due, and keeps the last good copy of each."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from aggregator.core import policy, urls
from aggregator.core.listing import ListState, is_list_due, judge_list
from aggregator.core.model import (
    Failed,
    Failure,
    Fetched,
    FetchResult,
    FetchState,
    NotModified,
    Source,
)
from aggregator.core.secrets import hide_secrets
from aggregator.core.settings import Config, ListSettings
from aggregator.edges.fetch import Fetcher
from aggregator.edges.lists import load_list, save_list
from aggregator.edges.log import Log
from aggregator.edges.opml import read_opml
from aggregator.pipeline.hosts import HostGate


@dataclass(frozen=True, slots=True)
class ListTools:
    """What asking for lists needs of the world; they pass the same gate as polls do."""

    fetcher: Fetcher
    gate: HostGate
    clock: Callable[[], datetime]
    log: Log


async def refresh_lists(config: Config, data: Path, tools: ListTools) -> bool:
    """Ask for the lists that are due, one after the other; whether any copy is another now.

    Raises StoreError when a copy cannot be kept.
    """
    changed = False
    for settings in find_due_lists(config, data, tools.clock()):
        changed |= await _refresh(settings, data, tools)
    return changed


def find_due_lists(config: Config, data: Path, now: datetime) -> Sequence[ListSettings]:
    """Return the lists on the web that are due."""
    remote = [settings for settings in config.lists if settings.is_remote]
    return [one for one in remote if is_list_due(one, load_list(data, one.place)[0], now)]


def list_troubles(config: Config, data: Path) -> tuple[str, ...]:
    """Return what is wrong with the lists on the web, a line each."""
    states = [load_list(data, one.place)[0] for one in config.lists if one.is_remote]
    return tuple(
        f"the list {hide_secrets(state.place)}: {state.trouble}"
        for state in states
        if state.trouble
    )


async def _refresh(settings: ListSettings, data: Path, tools: ListTools) -> bool:
    state, body = load_list(data, settings.place)
    result = await _fetch(state, body, tools)
    fresh, taken = _judge(state, result, tools.clock())
    save_list(data, fresh, body if taken is None else taken)
    tools.log(
        "list",
        list=hide_secrets(settings.place),
        result="failed" if fresh.trouble else "ok",
        feeds=fresh.count,
        detail=hide_secrets(fresh.trouble) or None,
    )
    return taken is not None and taken != body


async def _fetch(state: ListState, body: bytes, tools: ListTools) -> FetchResult:
    source, known = _ask_for(state, body, tools.clock())
    async with AsyncExitStack() as work, tools.gate.enter(urls.host(source.url), work) as gate:
        if rest := tools.gate.rests.find(source, tools.clock()):
            detail = f"its domain {rest[0]} asked to wait"
            return Failed(Failure.THROTTLED, detail, url=source.url)
        result = await tools.fetcher.fetch(source, known, conditional=bool(body), gate=gate)
        tools.gate.rests.note(source, result, tools.clock())
        return result


def _ask_for(state: ListState, body: bytes, now: datetime) -> tuple[Source, FetchState]:
    """A list in the words of a poll; validators are sent only for a copy that is there."""
    source = Source("list", state.place)
    known = policy.start_state(source, now)
    if body:
        known = replace(known, etag=state.etag, last_modified=state.last_modified)
    return source, known


def _judge(state: ListState, result: FetchResult, now: datetime) -> tuple[ListState, bytes | None]:
    """The state after an answer, and the new copy where one is to be taken."""
    if isinstance(result, Fetched):
        judged = judge_list(state, read_opml(result.body), now)
        if judged.trouble:
            return judged, None
        return replace(judged, etag=result.etag, last_modified=result.last_modified), result.body
    if isinstance(result, NotModified):
        return replace(state, asked=now, trouble=""), None
    return replace(state, asked=now, trouble=f"{result.detail}; the last good copy stays"), None
