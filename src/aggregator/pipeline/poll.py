"""Asks the sources that are due, once, and waits for all of them."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime

from aggregator.core import policy, urls
from aggregator.core.model import FetchState, Source
from aggregator.core.settings import Config, PollingSettings
from aggregator.edges.domains import find_domain
from aggregator.pipeline.conductor import Conductor
from aggregator.pipeline.tools import Polled, Tools

Due = list[tuple[Source, FetchState]]


def find_due(
    config: Config, states: Mapping[str, FetchState], now: datetime, *, force: bool
) -> tuple[Due, list[FetchState]]:
    """The enabled sources whose time has come, with what is remembered of each.

    Beside them, as states to be saved, those that must wait for their domain;
    `force` asks these too.
    """
    rests = {} if force else find_rests(states.values(), now)
    return sort_due(config.sources, states, rests, config.polling, now, force=force)


def find_rests(states: Iterable[FetchState], now: datetime) -> dict[str, datetime]:
    """Until when each domain is left alone."""
    resting = [state for state in states if state.rest_until]
    named = ((state.rest_domain or name_domain(state.url), state) for state in resting)
    return policy.find_rests(named, now)


def sort_due(
    sources: Iterable[Source],
    states: Mapping[str, FetchState],
    rests: Mapping[str, datetime],
    polling: PollingSettings,
    now: datetime,
    *,
    force: bool = False,
) -> tuple[Due, list[FetchState]]:
    """Of these sources, those to be asked, and those that must wait for their domain."""
    due, waiting = [], []
    for source in sources:
        known = states.get(source.id) or policy.start_state(source, now)
        state = policy.adopt_address(known, source, now)
        if not source.enabled or not (force or policy.is_due(state, polling, now)):
            continue
        located = policy.locate(source, state)
        domain = (name_domain(located.url) if rests else None) or ""
        if domain in rests:
            later = policy.postpone(state, polling, rests[domain], domain, now)
            waiting.append(later)
        else:
            due.append((located, state))
    return due, waiting


def name_domain(url: str) -> str | None:
    """The registrable domain of an address."""
    return find_domain(urls.host(url))


async def poll(config: Config, tools: Tools, *, force: bool = False) -> list[Polled]:
    """Ask every source that is due, many at once, none earlier than its time.

    `force` asks those too whose time has not come. Raises the first StoreError
    when what was learned cannot be saved: no further source is asked then, but
    the answers of those that were asked are still waited for and saved, each
    where the store takes it.
    """
    now = tools.clock()
    states = tools.store.load_states()
    due, waiting = find_due(config, states, now, force=force)
    tools.store.save_states(waiting)
    conductor = Conductor(config, tools)
    if not force:
        conductor.gate.rests.recall(find_rests(states.values(), now))
    tasks = [asyncio.create_task(_run(conductor, source, state)) for source, state in due]
    try:
        ended = [await task for task in asyncio.as_completed(tasks)]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if conductor.refused:
        raise conductor.refused
    return [polled for polled in ended if polled]


async def _run(conductor: Conductor, source: Source, state: FetchState) -> Polled | None:
    polled = await conductor.run(source, state)
    if polled:
        polled = await conductor.follow_up(polled)
    return await conductor.look(polled) if polled and conductor.looks(polled) else polled
