"""Whether a report's page is still there: which pages are asked, and when an answer is believed.

A publisher that removes an article says so with 410 (RFC 9110 section 15.5.11)
at its page, long after its feed has forgotten it. A page may also say so by a
fault: a deployment, a wrong rule in a cache. So one answer is never believed,
and not that of a whole site.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.core import takedowns, urls
from aggregator.core.gaps import is_same_site
from aggregator.core.model import (
    Act,
    Answer,
    Author,
    Failed,
    Fetched,
    FetchResult,
    Look,
    Order,
    Page,
    Source,
)

MOST_PAGES = 5
"""Pages asked after one poll of their source: what a reader opens, not what a crawler takes."""

FIRST = timedelta(hours=1)
"""So old a report is first asked about: most that is withdrawn is withdrawn early."""

APART = timedelta(hours=6)
"""So far apart two removals must lie: a deployment or a cache is mended within hours."""

MASS = 5
"""So many pages removed at once, and more than half of those asked, are a fault of the site."""

_YOUNG = timedelta(days=3)
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)

_REMOVALS = frozenset({Answer.GONE, Answer.BARRED})
_STATUSES = {410: Answer.GONE, 451: Answer.BARRED, 404: Answer.MISSING}
_HEAD_REFUSED = frozenset({405, 501})


def list_own(
    source: Source,
    pages: Iterable[Page],
    orders: Sequence[Order],
    find_domain: Callable[[str], str | None],
) -> tuple[Page, ...]:
    """The pages that can speak for one report of this source, and about which nothing is decided.

    On another site it is not the source that answers. A front page, or one that
    several reports share, is none of theirs. What the page once withdrew and an
    operator put back is not asked again: the operator has the last word.
    """
    decided = {order.key for order in takedowns.list_standing(orders)}
    decided |= {order.key for order in orders if order.by is Author.PAGE}
    taken = tuple(pages)
    shared = Counter(urls.canonical(page.link) for page in taken)
    own = (source.url, source.homepage or source.url)
    return tuple(
        page
        for page in taken
        if page.key not in decided
        and shared[urls.canonical(page.link)] == 1
        and not urls.is_front_page(urls.canonical(page.link))
        and any(is_same_site(address, page.link, find_domain) for address in own)
    )


def choose_pages(pages: Iterable[Page], now: datetime) -> tuple[Page, ...]:
    """The pages to be asked now, at most MOST_PAGES.

    First others beside those that seem removed, until they can be told from a
    fault of the site; then those that seem removed, once more; then what is
    due, the youngest first.
    """
    youngest = sorted(pages, key=lambda page: (page.first_seen, page.key), reverse=True)
    due = [page for page in youngest if _is_due(page, now)]
    suspects = [page for page in due if page.look and page.look.since]
    chosen = {page.key: page for page in (*_find_controls(youngest), *suspects, *due)}
    return tuple(chosen.values())[:MOST_PAGES]


def _is_due(page: Page, now: datetime) -> bool:
    look = page.look
    if look is None:
        return page.first_seen + FIRST <= now
    if look.at > now:
        return True  # noted under a wrong clock
    if look.since and look.at - look.since < APART:
        return look.since + APART <= now
    is_young = look.since is not None or look.at - page.first_seen < _YOUNG
    return look.at + (_DAY if is_young else _WEEK) <= now


def _find_controls(pages: Sequence[Page]) -> list[Page]:
    """Pages not asked since the first of the removals, as many as make that a part of a whole."""
    suspects, asked = _count(pages)
    start = _find_start(pages)
    if start is None:
        return []
    others = [page for page in pages if page.look is None or page.look.at < start]
    return others[: max(0, max(MASS, 2 * suspects) - asked)]


def _find_start(pages: Iterable[Page]) -> datetime | None:
    """When the first of the removals that are not decided yet was seen."""
    return min((page.look.since for page in pages if page.look and page.look.since), default=None)


def _count(pages: Sequence[Page]) -> tuple[int, int]:
    """How many pages seem removed, and how many answered since the first of them did."""
    start = _find_start(pages)
    looks = [page.look for page in pages if page.look and start and page.look.at >= start]
    heard = sum(look.since is not None or look.answer is not Answer.UNKNOWN for look in looks)
    return sum(look.since is not None for look in looks), heard


def wants_whole(result: FetchResult) -> bool:
    """Whether HEAD was refused or says what is believed only of GET: servers differ on HEAD."""
    status = result.status if isinstance(result, Failed) else None
    return status in _HEAD_REFUSED or status in _STATUSES


def read_answer(link: str, result: FetchResult) -> Answer:
    """What an answer means for the page at this link.

    A redirect to another page is no removal, whatever stands there.
    """
    status = result.status if isinstance(result, Failed) else None
    known = Answer.PRESENT if isinstance(result, Fetched) else _STATUSES.get(status or 0)
    if known is None:
        return Answer.UNKNOWN
    is_there = not result.hops or urls.canonical(result.url) == urls.canonical(link)
    return known if is_there else Answer.ELSEWHERE


def note(page: Page, answer: Answer, now: datetime) -> Page:
    """The page after a look at it."""
    known = page.look.since if page.look else None
    if answer in _REMOVALS:
        return replace(page, look=Look(now, answer, known or now))
    return replace(page, look=Look(now, answer, known if answer is Answer.UNKNOWN else None))


def is_site_fault(pages: Sequence[Page]) -> bool:
    """Whether so many of a source's pages seem removed at once that the site is broken."""
    suspects, asked = _count(pages)
    return suspects >= MASS and 2 * suspects > asked


def judge(
    source_id: str, pages: Sequence[Page], asked: Collection[str], now: datetime
) -> tuple[Order, ...]:
    """What follows from the looks at a source's pages; judged are those that were `asked` now."""
    if is_site_fault(pages):
        return ()
    return tuple(
        _withdraw(source_id, page, now)
        for page in pages
        if page.key in asked and _is_believed(page, pages)
    )


def _is_believed(page: Page, pages: Iterable[Page]) -> bool:
    look = page.look
    if look is None or look.since is None or look.answer not in _REMOVALS:
        return False
    return look.at - look.since >= APART and (
        look.answer is Answer.GONE or _has_witness(pages, look.since)
    )


def _has_witness(pages: Iterable[Page], since: datetime) -> bool:
    """Whether another page of the source was there since.

    451 (RFC 7725) may bar us from a whole site, for where we ask from; then it
    says nothing of the report.
    """
    looks = [page.look for page in pages if page.look]
    return any(look.answer is Answer.PRESENT and look.at >= since for look in looks)


def _withdraw(source_id: str, page: Page, now: datetime) -> Order:
    status = 410 if page.look and page.look.answer is Answer.GONE else 451
    since = page.look.since if page.look and page.look.since else now
    reason = f"its page answered {status} twice, first on {since:%Y-%m-%d %H:%M} UTC"
    return Order(Act.TAKEDOWN, source_id, page.key, now, None, page.title, reason, by=Author.PAGE)


def count_answers(pages: Iterable[Page]) -> dict[str, int]:
    """How many pages gave each answer last, without those that none gave."""
    counts = Counter(page.look.answer for page in pages if page.look)
    return {answer.value: counts[answer] for answer in Answer if counts[answer]}


def say_looks(pages: Sequence[Page]) -> str:
    """How a source's pages are, in words; "" where none was asked."""
    parts = [f"{count} {answer}" for answer, count in count_answers(pages).items()]
    words = f"pages of its reports: {', '.join(parts)}" if parts else ""
    if is_site_fault(pages):
        return f"{words}; so many at once are a fault of the site: nothing is withdrawn for it"
    return words
