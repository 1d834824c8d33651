"""Asks for the pages of reports of which a feed gives a summary only, politely, after its poll.

What is asked for and what of it is believed is decided in `core.fulltext`; no
page is asked for but through the gate that all requests pass, and where its
robots.txt lets us.
"""

from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

from aggregator.core import fulltext, policy, takedowns, urls
from aggregator.core.model import (
    Article,
    Changes,
    Decision,
    Entry,
    Failed,
    Failure,
    Fetched,
    FetchResult,
    FetchState,
    Outcome,
    ParseFailed,
    Source,
)
from aggregator.core.reuse import explain_off
from aggregator.core.robots import LONGEST_DELAY, Robots, find_place, name_agents, read_answer
from aggregator.core.secrets import drop_secrets
from aggregator.edges.domains import find_domain
from aggregator.edges.parse import PageTask, RobotsTask
from aggregator.errors import StoreError
from aggregator.pipeline.hosts import HostGate
from aggregator.pipeline.patience import Patience
from aggregator.pipeline.tools import PageTools, Tools

_MOST_HOPS = 5
_NO_DELAY = timedelta()
_ACCEPT_PAGE = (("Accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"),)
_ACCEPT_ROBOTS = (("Accept", "text/plain, */*;q=0.1"),)

_Refusal = tuple[Outcome, str]


async def read_articles(
    tools: Tools, gate: HostGate, source: Source, state: FetchState, names: frozenset[str]
) -> tuple[Decision | None, Failed | None]:
    """A Decision of the pages asked for, None where nothing is to be saved; and what failed there.

    The poll's own Decision is saved; whatever a page does, the summaries stand.
    Whoever calls holds no host and no place, since the same host is waited for.
    """
    if why := _explain_off(tools, source):
        return _say(state, why), None
    if not source.full_text or tools.pages is None:
        return _say(state, ""), None
    entries = tools.store.load_newest_of(source.id, fulltext.MOST_LOOKED_AT)
    wanted = _choose(tools, source, entries)
    if not wanted:
        return _say(state, fulltext.say_pages(entries)), None
    work = _Round(tools, tools.pages, gate, source, names)
    for entry in wanted:
        await work.read(entry)
    return _conclude(state, entries, work), work.failed


def _explain_off(tools: Tools, source: Source) -> str:
    """Why a source that wants full texts gets none, "" where nothing hinders it."""
    if not source.full_text:
        return ""
    why = explain_off(source, tools.clock())
    if why or tools.pages is None:
        return f"not in effect: {why or fulltext.MISSING}"
    return ""


def _choose(tools: Tools, source: Source, entries: list[Entry]) -> tuple[Entry, ...]:
    now = tools.clock()
    if not fulltext.choose_entries(source, entries, (), now, find_domain):
        return ()  # mostly so: the orders need not be read
    out = {order.report for order in takedowns.list_standing(tools.store.load_orders())}
    return fulltext.choose_entries(source, entries, out, now, find_domain)


def _say(state: FetchState, words: str) -> Decision | None:
    return None if state.pages == words else Decision(replace(state, pages=words))


def _conclude(state: FetchState, entries: list[Entry], work: "_Round") -> Decision:
    told = {entry.key: entry for entry in work.told}
    words = fulltext.say_pages([told.get(entry.key, entry) for entry in entries])
    ended = f"; ended early: {work.ended}" if work.ended else ""
    texts = sum(fulltext.stands(entry.article, entry) for entry in work.told)
    return Decision(
        replace(state, pages=f"{words}{ended}".removeprefix("; ")),
        tuple(work.told),
        Changes(refreshed=texts),
    )


class _Round:
    """The pages of one source asked for after one poll, until one of them says to stop."""

    def __init__(
        self,
        tools: Tools,
        pages: PageTools,
        gate: HostGate,
        source: Source,
        names: frozenset[str],
    ) -> None:
        self._tools, self._pages, self._gate = tools, pages, gate
        self._source, self._names = source, names
        self._delayed: set[str] = set()
        self.told: list[Entry] = []
        self.failed: Failed | None = None
        self.ended = ""

    async def read(self, entry: Entry) -> None:
        """Ask for the page of a report and note what became of it, unless the round has ended."""
        if self.ended:
            return
        try:
            article = await self._read(entry)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the summary stands, whatever a page does
            why = f"a fault of this program: {type(error).__name__}; please report it"
            article = self._give_up(entry, Outcome.FAILED, why)
        if article is not None:
            self.told.append(replace(entry, article=article))

    async def _read(self, entry: Entry) -> Article | None:
        """What became of a page; None where it was not asked for after all."""
        url = entry.link or ""
        for _ in range(_MOST_HOPS + 1):
            if why := fulltext.refuse_place(self._source, url, find_domain):
                return self._give_up(entry, Outcome.NO_TEXT, f"it leads elsewhere: {why}")
            if refusal := await self._ask_leave(url):
                return None if self.ended else self._give_up(entry, *refusal)
            result = await self._fetch(url)
            if result is None:
                return None
            if not (isinstance(result, Failed) and result.kind is Failure.REDIRECT and result.hops):
                return await self._take(entry, result, url)
            url = result.hops[-1].url
        return self._give_up(entry, Outcome.FAILED, f"it redirects more than {_MOST_HOPS} times")

    async def _take(self, entry: Entry, result: FetchResult, url: str) -> Article:
        """The article that an answer comes to."""
        if isinstance(result, Failed):
            self._note_failure(result)
            return self._give_up(entry, fulltext.name_outcome(result.kind), result.detail)
        if not isinstance(result, Fetched):
            return self._give_up(entry, Outcome.FAILED, "it answered 304 unasked")
        if why := fulltext.refuse_body(result.content_type, len(result.body)):
            return self._give_up(entry, Outcome.NO_TEXT, why)
        task = PageTask(result.body, result.content_type, drop_secrets(url))
        async with Patience(self._tools.patience.total_seconds()):
            page = await self._pages.reader.read_page(task)
        if isinstance(page, ParseFailed):
            return self._give_up(entry, Outcome.NO_TEXT, f"its page cannot be read: {page.detail}")
        now = self._tools.clock()
        return fulltext.believe(entry, self._source, page, self._names, now, find_domain)

    def _give_up(self, entry: Entry, outcome: Outcome, why: str) -> Article:
        return fulltext.give_up(entry, outcome, why, self._tools.clock())

    def _note_failure(self, failed: Failed) -> None:
        """End the round where it is the site that failed rather than one page."""
        if fulltext.ends_round(failed.kind):
            self.failed = failed
            self.ended = failed.detail

    # ------------------------------------------------------------ robots.txt

    async def _ask_leave(self, url: str) -> _Refusal | None:
        """Why a page must not be asked for, None when it may; waits for the host's Crawl-delay."""
        place = find_place(url)
        robots = self._gate.manners.find(place, self._tools.clock()) or await self._learn(place)
        if robots is None or self.ended:
            return Outcome.FAILED, self.ended
        if robots.body is None:
            return Outcome.FAILED, robots.why
        return await self._obey(robots.body, url) if robots.body.strip() else None

    async def _learn(self, place: str) -> Robots | None:
        """What the robots.txt says now; None where its domain is to be left alone."""
        result = await self._fetch(place, robots=True)
        if result is None:
            return None
        if isinstance(result, Failed):
            self._note_failure(result)
        robots = read_answer(result, self._tools.clock())
        self._gate.manners.note(place, robots)
        return robots

    async def _obey(self, body: bytes, url: str) -> _Refusal | None:
        agents = name_agents(self._source.user_agent)
        async with Patience(self._tools.patience.total_seconds()):
            said = await self._pages.reader.read_robots(RobotsTask(body, agents, (url,)))
        if isinstance(said, ParseFailed):
            return Outcome.FAILED, f"its robots.txt cannot be read: {said.detail}"
        if not all(said.allowed):
            return Outcome.REFUSED, "its robots.txt does not allow it"
        return await self._wait(find_place(url), said.delay or _NO_DELAY)

    async def _wait(self, place: str, delay: timedelta) -> _Refusal | None:
        """Keep the host's Crawl-delay; one that is too long lets one page a round be asked for."""
        if delay > LONGEST_DELAY and place in self._delayed:
            self.ended = f"robots.txt asks for {delay.total_seconds():g} s between two requests"
            return Outcome.FAILED, self.ended
        self._delayed.add(place)
        if delay:
            await self._gate.manners.take_turn(place, min(delay, LONGEST_DELAY))
        return None

    # --------------------------------------------------------------- fetching

    async def _fetch(self, url: str, *, robots: bool = False) -> FetchResult | None:
        """The answer; None, and the round ends, while the domain asked to be left alone.

        Nothing private goes along: a page is fetched as everybody sees it.
        """
        asked = replace(self._source, url=url, headers=_ACCEPT_ROBOTS if robots else _ACCEPT_PAGE)
        async with (
            Patience(self._tools.patience.total_seconds()) as patience,
            AsyncExitStack() as work,
            patience.wait(self._gate.enter(urls.host(url), work)) as entered,
        ):
            now = self._tools.clock()
            if resting := self._gate.rests.find(asked, now):
                self.ended = f"its domain {resting[0]} asked to wait"
                return None
            state, gate = policy.start_state(asked, now), patience.pass_by(entered)
            if robots:
                result = await self._tools.fetcher.fetch(asked, state, conditional=False, gate=gate)
            else:
                result = await self._pages.fetcher.step(asked, state, gate)
            # Before the slot is free: who gets it next must know of a refusal.
            self._gate.rests.note(asked, result, self._tools.clock())
        return result
