"""Asks pages of a source's published reports whether they are still there, a few after a poll."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aggregator.core import gaps, linkcheck, policy, urls
from aggregator.core.model import (
    Answer,
    Decision,
    Failed,
    FetchResult,
    FetchState,
    Order,
    Page,
    Source,
)
from aggregator.edges.domains import find_domain
from aggregator.pipeline.hosts import HostGate
from aggregator.pipeline.patience import Patience
from aggregator.pipeline.tools import Tools


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at pages came to: all pages of the source, which were asked, what follows.

    `refused` is an answer for which the domain is left alone; `trouble` is a
    fault of this program.
    """

    pages: tuple[Page, ...]
    asked: frozenset[str]
    orders: tuple[Order, ...] = ()
    refused: Failed | None = None
    trouble: str = ""

    def decide(self, state: FetchState) -> Decision:
        """What is to be saved of it, with the state that goes along; what left is asked no more."""
        left = {order.key for order in self.orders}
        kept = tuple(page for page in self.pages if page.key not in left)
        return Decision(state, orders=self.orders, pages=kept)


async def look_at_pages(
    tools: Tools, gate: HostGate, source: Source, state: FetchState, items: int
) -> Looked | None:
    """The looks at the pages whose turn it is; None where it is none's.

    The poll is saved, and stands whatever a page does. Whoever calls holds no
    host and no place. `items` is how many stories the live feed takes.
    """
    found, orders = tools.store.pages.load(source.id, items)
    pages = linkcheck.list_own(source, found, orders, find_domain)
    chosen = linkcheck.choose_pages(pages, tools.clock())
    if not chosen:
        return None
    work = _Looking(tools, gate, source, state, pages)
    try:
        async with Patience(tools.patience.total_seconds()) as patience:
            await work.run(chosen, patience)
    except Exception as error:  # noqa: BLE001 - the poll stands, whatever a page does
        work.trouble = f"a fault of this program: {type(error).__name__}; please report it"
    return work.conclude()


class _Looking:
    """The pages of one source while some of them are asked."""

    def __init__(
        self,
        tools: Tools,
        gate: HostGate,
        source: Source,
        state: FetchState,
        pages: Sequence[Page],
    ) -> None:
        self._tools, self._gate, self._source, self._state = tools, gate, source, state
        self._pages = {page.key: page for page in pages}
        self._asked: set[str] = set()
        self._refused: Failed | None = None
        self.trouble = ""

    async def run(self, chosen: Sequence[Page], patience: Patience) -> None:
        """Ask one page after the other; a site that does not answer is left alone."""
        for page in chosen:
            result = await self._ask(page, patience)
            if result is None:
                return  # its domain rests
            answer = linkcheck.read_answer(page.link, result)
            self._pages[page.key] = linkcheck.note(page, answer, self._tools.clock())
            self._asked.add(page.key)
            if answer is Answer.UNKNOWN:
                self._refused = result if isinstance(result, Failed) else None
                return

    def conclude(self) -> Looked:
        """What was learned, and what follows from it."""
        pages, asked = tuple(self._pages.values()), frozenset(self._asked)
        orders = linkcheck.judge(self._source.id, pages, asked, self._tools.clock())
        return Looked(pages, asked, orders, self._refused, self.trouble)

    async def _ask(self, page: Page, patience: Patience) -> FetchResult | None:
        """The page's answer, by GET where that to HEAD is not to be believed; None in a rest."""
        result = await self._fetch(page.link, "HEAD", patience)
        if result is None or not linkcheck.wants_whole(result):
            return result
        return await self._fetch(page.link, "GET", patience)

    async def _fetch(self, url: str, method: str, patience: Patience) -> FetchResult | None:
        asked = gaps.lend_access(self._source, url)
        async with (
            AsyncExitStack() as work,
            patience.wait(self._gate.enter(urls.host(url), work)) as entered,
        ):
            now = self._tools.clock()
            if self._gate.rests.find(asked, now) is not None:
                return None
            return await self._tools.fetcher.fetch(
                asked,
                policy.start_state(asked, now),
                conditional=False,
                gate=patience.pass_by(entered),
                glance=method,
            )
