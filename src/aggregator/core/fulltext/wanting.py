"""Which reports want their page: where the terms give the full text and the feed a summary."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from aggregator.core import urls
from aggregator.core.model import Article, Entry, Outcome, Report, Source
from aggregator.core.origin import read_hosts
from aggregator.core.reuse import find_release
from aggregator.core.text import count_words

FindDomain = Callable[[str], str | None]

MOST_PAGES = 5
"""Pages asked for after one poll: what a poll may cost its publisher on top."""

MOST_LOOKED_AT = 50
"""The newest reports of a source, among which those that want their page are found."""

_YOUNG = timedelta(days=3)
"""Older reports keep their summary: nobody reads them for the first time."""

_FULL_WORDS = 120
"""A text of so many words that does not break off is no summary: feeds cut at 55 (WordPress)
or at one paragraph."""

_BREAKS_OFF = re.compile(
    r"(?:…|\.\.\.|\[\s*(?:…|\.\.\.|&hellip;)\s*\]"
    r"|read (?:more|on|the rest)|continue reading|full (?:story|text|article)"
    r"|читать (?:далее|дальше|полностью|ещё|еще)|подробнее"
    r"|կարդալ (?:ավելին|շարունակությունը|ամբողջությամբ)|ավելին|մանրամասն)"
    r"[\s.…»«→>)\]։:]*$",
    re.IGNORECASE,
)
_TAIL = 60

_MOST_ASKS = 6
"""Requests for one report's page in its whole life, however often its summary changes."""

_TRIES = {
    Outcome.TEXT: 1,
    Outcome.NO_TEXT: 2,
    Outcome.REFUSED: 2,
    Outcome.FAILED: 4,
    Outcome.GONE: 1,
}
"""How often a page is asked for, for the same words."""

_WAITS = {
    Outcome.NO_TEXT: timedelta(hours=2),
    Outcome.REFUSED: timedelta(hours=24),
    Outcome.FAILED: timedelta(minutes=30),
}
"""From the first try to the next; four times as long after each further one."""
_GROWTH = 4


def choose_entries(
    source: Source,
    entries: Sequence[Entry],
    out: Collection[tuple[str, str]],
    now: datetime,
    find_domain: FindDomain,
) -> tuple[Entry, ...]:
    """The reports whose pages are asked for now, the newest first, at most `MOST_PAGES`.

    `out` are the names, (source, key), of those that are taken down. A page that
    several reports link to is none's own.
    """
    links = Counter(entry.canonical for entry in entries)
    wanted = (
        entry
        for entry in sorted(entries, key=lambda one: one.sort_at, reverse=True)
        if entry.name not in out
        and links[entry.canonical] == 1
        and _is_wanted(source, entry, now, find_domain)
    )
    return tuple(entry for entry, _ in zip(wanted, range(MOST_PAGES), strict=False))


def _is_wanted(source: Source, entry: Entry, now: datetime, find_domain: FindDomain) -> bool:
    return (
        _is_ripe(source, entry, now)
        and _may_be_asked(entry, now)
        and is_summary(entry.text)
        and bool(entry.link)
        and not refuse_place(source, entry.link or "", find_domain)
    )


def _is_ripe(source: Source, entry: Entry, now: datetime) -> bool:
    """Whether it may be shown already, and has not been for days."""
    release = find_release(Report(entry, source), source.reuse)
    since = max(entry.sort_at, release or entry.sort_at)
    return (release is None or release <= now) and now - since <= _YOUNG


def is_summary(text: str) -> bool:
    """Whether a feed's text is less than the report: it is short, or breaks off."""
    return bool(_BREAKS_OFF.search(text[-_TAIL:])) or count_words(text) < _FULL_WORDS


def _may_be_asked(entry: Entry, now: datetime) -> bool:
    """Whether its page was not asked for yet, for the words it has now, or may be again."""
    article = entry.article
    if article is None:
        return True
    if article.asks >= _MOST_ASKS:
        return False
    return article.digest != entry.digest or _may_try_again(article, now)


def _may_try_again(article: Article, now: datetime) -> bool:
    if article.tries >= _TRIES[article.outcome]:
        return False
    wait: timedelta = _WAITS[article.outcome] * _GROWTH ** (article.tries - 1)
    return now >= article.at + wait


def refuse_place(source: Source, url: str, find_domain: FindDomain) -> str:
    """Why a page is none of the source's own, "" where it is.

    A feed can link to anybody's pages, and its terms speak of its own texts
    alone. Only what the configuration says of its hosts is believed.
    """
    if urls.resolve("", url) is None or urls.is_front_page(urls.canonical(url)):
        return "its link leads to no article"
    if _name_site(urls.host(url), find_domain) not in _list_sites(source, find_domain):
        return (
            f"its page lies elsewhere, at {urls.host(url)};"
            " if that is the source's own host, name it in `aliases`"
        )
    return ""


def _list_sites(source: Source, find_domain: FindDomain) -> frozenset[str]:
    return frozenset(_name_site(host, find_domain) for host in read_hosts(source) if host)


def _name_site(host: str, find_domain: FindDomain) -> str:
    """The registrable domain; a host without one, or with a port, stands for itself."""
    return find_domain(host) or host
