"""From an address to the feeds behind it: the page's own links, well-known places, anchors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aggregator.core import urls
from aggregator.core.finding import MOST_ASKED, Hint, Sample, list_well_known
from aggregator.core.model import Failure, Source
from aggregator.edges.discover import find_hints
from aggregator.pipeline.asking import Answer, Asker

_PAGES = frozenset(
    # Many a front page holds a form to log in, and names its feeds all the same.
    {Failure.HTML, Failure.LOGIN, Failure.NOT_XML, Failure.NOT_A_FEED, Failure.EMPTY}
)


@dataclass(frozen=True, slots=True)
class Found:
    """The feeds found behind an address, best first, and what was asked in vain."""

    samples: tuple[Sample, ...] = ()
    failures: tuple[Answer, ...] = ()


async def find_feeds(url: str, asker: Asker) -> Found:
    """Return the feed at the address, else the feeds that its page leads to.

    Addresses are asked one after the other. Each stage is the last when it
    finds a feed: what the page declares, then well-known places until one is
    a feed, then its anchors.
    """
    first = await asker.ask(Source("new", url))
    if first.sample is not None:
        return Found((first.sample,))
    is_refused = first.page is None and first.kind not in _RETRIED
    if is_refused or first.kind == Failure.CHALLENGE:
        return Found((), (first,))
    search = _Search(asker, url)
    hints = _read_hints(first)
    base = first.page.url if first.page else url
    await search.ask_all([hint for hint in hints if hint.declared])
    await search.ask_until(list_well_known(base))
    await search.ask_until(hint.url for hint in hints if not hint.declared)
    return Found(tuple(search.samples), (first, *search.failures))


_RETRIED = frozenset({Failure.NOT_FOUND, Failure.GONE})
"""What a host answers that is there: its feed may lie elsewhere."""


def _read_hints(answer: Answer) -> Sequence[Hint]:
    if answer.page is None or answer.kind not in _PAGES:
        return ()
    return find_hints(answer.page.body, answer.page.url, _read_charset(answer.page.content_type))


def _read_charset(content_type: str) -> str | None:
    _, found, charset = content_type.lower().partition("charset=")
    return charset.partition(";")[0].strip(" \"'") or None if found else None


class _Search:
    """Asks until feeds are found, each address once and few in all."""

    def __init__(self, asker: Asker, url: str) -> None:
        self.samples: list[Sample] = []
        self.failures: list[Answer] = []
        self._asker = asker
        self._seen = {urls.resolve("", url) or url}

    async def ask_all(self, hints: Iterable[Hint]) -> None:
        for hint in hints:
            await self._ask(hint.url)

    async def ask_until(self, places: Iterable[str]) -> None:
        for place in places:
            if self.samples:
                return
            await self._ask(place)

    async def _ask(self, url: str) -> None:
        if url in self._seen or len(self._seen) > MOST_ASKED:
            return
        self._seen.add(url)
        answer = await self._asker.ask(Source("new", url))
        if answer.sample is None:
            self.failures.append(answer)
        elif not any(urls.canonical(one.url) == urls.canonical(answer.url) for one in self.samples):
            self.samples.append(answer.sample)
