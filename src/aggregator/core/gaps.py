"""Reports that came and went unseen between two polls: noticed, measured, looked for once.

A feed shows its last items only. When none of them is known from before, what
stood between the newest known one and the oldest one shown was never seen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aggregator.core.identity import Settled
from aggregator.core.model import Entry, FetchState, ParsedFeed, Source
from aggregator.core.urls import host

MOST_DOCUMENTS = 3
"""Older documents asked for one gap: a poll may cost its publisher that much, once."""

_LEAST_ITEMS = 2
"""A feed of one item shows nothing of before by design."""
_SHORTER_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Trail:
    """Where the reports of a gap may stand: the next older document, and how to go on.

    `page` counts the documents of a WordPress site, None where each document
    names the next one itself (RFC 5005 section 4).
    """

    since: datetime
    until: datetime
    url: str
    page: int | None = None


# ---------------------------------------------------------------- noticing


def note_gap(
    state: FetchState, entries: Sequence[Entry], settled: Settled, source: Source, now: datetime
) -> FetchState:
    """The state with a gap noticed now, or as it was.

    `state` is that of before the document taught anything. A source that was
    never read has no gap, nor one of whose document something was known, nor
    one that cuts its documents to `max_items`: the rest may hold known ones. An
    older item among the shown ones, though unknown, reaches over any gap; a
    feed that has renamed all its items keeps their dates, and is no gap.
    """
    if state.newest is None or not _is_all_new(entries, settled) or _is_cut(entries, source):
        return state
    oldest = min(entry.sort_at for entry in entries)
    if oldest <= state.newest:
        return state
    return replace(state, gap_at=now, gap_since=state.newest, gap_until=oldest, gap_fill="")


def _is_all_new(entries: Sequence[Entry], settled: Settled) -> bool:
    return len(entries) >= _LEAST_ITEMS and settled.changes.new == len(entries)


def _is_cut(entries: Sequence[Entry], source: Source) -> bool:
    return source.max_items is not None and len(entries) >= source.max_items


def say_gap(state: FetchState, say: Callable[[datetime], str]) -> str:
    """The last gap in words, "" where there is none; `say` writes a time."""
    if state.gap_since is None or state.gap_until is None:
        return ""
    words = f"gap: nothing from {say(state.gap_since)} to {say(state.gap_until)} was seen"
    return f"{words}; {state.gap_fill}" if state.gap_fill else words


# ---------------------------------------------------------------- what follows


def shorten(interval: timedelta, state: FetchState, now: datetime) -> timedelta:
    """The interval, halved for the week after a gap: the source brings more than was thought."""
    return interval / 2 if is_recent(state, now) else interval


def is_recent(state: FetchState, now: datetime) -> bool:
    """Whether the last gap was noticed within the last seven days."""
    return state.gap_at is not None and timedelta() <= now - state.gap_at < _SHORTER_FOR


def find_trail(state: FetchState, feed: ParsedFeed, url: str) -> Trail | None:
    """Where to look for the reports of the gap; None where the feed offers nothing.

    `url` is where the document was read from.
    """
    if state.gap_since is None or state.gap_until is None:
        return None
    if feed.older:
        return Trail(state.gap_since, state.gap_until, feed.older)
    if "wordpress" in (feed.generator or "").lower():
        return Trail(state.gap_since, state.gap_until, _turn_page(url, 2), 2)
    return None


def go_on(trail: Trail, feed: ParsedFeed) -> Trail | None:
    """Where to look after an older document; None where that one names no other."""
    if trail.page is not None:
        page = trail.page + 1
        return replace(trail, url=_turn_page(trail.url, page), page=page)
    return replace(trail, url=feed.older) if feed.older else None


def _turn_page(url: str, page: int) -> str:
    """The address with `paged=N`, as WordPress pages its feeds; all else stays."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("paged", str(page))]), fragment=""))


def refuse(
    source: Source, url: str, seen: Sequence[str], find_domain: Callable[[str], str | None]
) -> str:
    """Why an older document is not asked for, "" when it may be.

    A feed can name any address as its archive: only its own registrable domain
    is believed, and never less privacy than the source's own address has.
    """
    theirs = host(url)
    if not theirs:
        return "the older document has no http or https address"
    if url in seen:
        return "the older documents lead in a circle"
    if not is_same_site(source.url, url, find_domain):
        return f"the older document lies elsewhere, at {theirs}"
    if source.url.startswith("https:") and not url.startswith("https:"):
        return "the older document is not offered over https"
    return ""


def is_same_site(one: str, other: str, find_domain: Callable[[str], str | None]) -> bool:
    """Whether two addresses are of one registrable domain, or of one host that has none."""
    names = [find_domain(host(url)) or host(url) for url in (one, other)]
    return names[0] == names[1]


def lend_access(source: Source, url: str) -> Source:
    """The source at another address; its headers and password go to its own origin only."""
    here, there = urlsplit(source.url), urlsplit(url)
    ours = (here.scheme, here.hostname, here.port)
    if ours != (there.scheme, there.hostname, there.port):
        return replace(source, url=url, headers=())
    userinfo, at, _ = here.netloc.rpartition("@")
    place = there.netloc.rpartition("@")[2]
    return replace(source, url=urlunsplit(there._replace(netloc=f"{userinfo}{at}{place}")))


# ---------------------------------------------------------------- filling


def keep_missing(trail: Trail, settled: Settled, known: Iterable[Entry]) -> tuple[Entry, ...]:
    """The reports of an older document that belong into the gap: new ones dated within it.

    What is known is not touched: an archive shows old words. What has no date
    would stand among today's news.
    """
    keys = {entry.key for entry in known}
    return tuple(
        entry
        for entry in settled.entries
        if entry.key not in keys
        and entry.published is not None
        and trail.since <= entry.published <= trail.until
    )


def is_bridged(trail: Trail, entries: Sequence[Entry]) -> bool:
    """Whether an older document reaches back to what was known before the gap."""
    return any(entry.published and entry.published <= trail.since for entry in entries)


def say_filled(count: int, documents: int, trouble: str, *, bridged: bool) -> str:
    """What became of filling, in words; `trouble` is what ended it early, "" where nothing did."""
    if not documents:
        return f"not filled: {trouble or 'the feed names no older documents'}"
    came = f"{count} report{'' if count == 1 else 's'}"
    whence = f"{documents} older document{'' if documents == 1 else 's'}"
    done = f"{'filled' if bridged else 'partly filled'} with {came} from {whence}"
    return f"{done}: {trouble}" if trouble else done
