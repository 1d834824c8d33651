"""Whether an entry is one that we know already, and whether it says something new.

Inside, an entry is (source, key). It is recognised by its raw id, else by its
link, else by its content; a changed comment count or tracking parameter is not
an update. Neither a link nor a weak id is believed against the words: what
would be shown under an old date must be an edit of the old report.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.core import urls
from aggregator.core.evidence import identifies, is_distinctive, is_rewording
from aggregator.core.model import Change, Changes, Enclosure, Entry
from aggregator.core.normalise.item import drop_id
from aggregator.core.text import fold

_SAME_NEWS = timedelta(days=2)
"""A new headline at the same link is an edit when it is dated this near to the old one."""

_URL_ATTRIBUTE = re.compile(r'\b(href|src)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Settled:
    """The entries that a poll changes, and the count of what it did."""

    entries: tuple[Entry, ...]
    changes: Changes


def settle_all(fresh: Iterable[Entry], known: Iterable[Entry], now: datetime) -> Settled:
    """What a feed's entries mean, given those known of the same source."""
    known = tuple(known)
    unique = {entry.key: entry for entry in reversed(tuple(fresh))}
    named = _drop_reused_ids(tuple(reversed(unique.values())), known)
    settled = [settle(old, entry, now) for entry, old in _match(named, known)]
    saved = tuple(entry for entry, change in settled if change is not None)
    counts = Counter(change for _, change in settled)
    changes = Changes(counts[Change.NEW], counts[Change.UPDATED], counts[Change.REFRESHED])
    return Settled(saved, changes)


def _drop_reused_ids(fresh: Sequence[Entry], known: Sequence[Entry]) -> list[Entry]:
    """The entries, those named by their link whose id is the name of another known one.

    Some feeds number their items by place ("0", "1", "2"): there an id says
    nothing. Of several that one link would name, the first gets it.
    """
    by_id = {entry.raw_id: entry for entry in known if entry.raw_id}
    stored = {entry.key for entry in known}
    linked = {entry.canonical for entry in known}
    taken = {entry.key for entry in fresh}
    named = []
    for entry in fresh:
        bare = drop_id(entry) if _may_be_reused(entry) else entry
        old = by_id.get(entry.raw_id or "")
        is_gone = old is None and bare.key in stored
        if bare.key not in taken and (is_gone or (old and _is_another(old, bare, linked))):
            taken.add(bare.key)
            named.append(bare)
        else:
            named.append(entry)
    return named


def _may_be_reused(entry: Entry) -> bool:
    """Whether its id is weak, and its link can name it instead."""
    return (
        bool(entry.raw_id)
        and not is_distinctive(entry.raw_id or "")
        and identifies(entry.canonical)
    )


def _is_another(old: Entry, bare: Entry, linked: Collection[str | None]) -> bool:
    """Whether the id is known of another report; titles may agree by chance, links do not."""
    if old.canonical == bare.canonical:
        return False
    return bare.canonical in linked or _read_name(old) != _read_name(bare)


def _read_name(entry: Entry) -> str:
    return fold(entry.title or entry.text)


def _match(fresh: Sequence[Entry], known: Iterable[Entry]) -> Iterator[tuple[Entry, Entry | None]]:
    """Each fresh entry with the known one that it is; none is given to two of them.

    A link that several items of the document have tells none of them.
    """
    find = index_known(known, {entry.raw_id for entry in fresh if entry.raw_id})
    links = Counter(entry.canonical for entry in fresh)
    for entry in fresh:
        old = find(entry)
        by_link = old is not None and not _has_own_name(old, entry)
        yield entry, None if by_link and links[entry.canonical] > 1 else old


def _has_own_name(known: Entry, fresh: Entry) -> bool:
    """Whether an entry was recognised by its own id or key rather than by its link."""
    return known.key == fresh.key or (known.raw_id is not None and known.raw_id == fresh.raw_id)


def index_known(
    known: Iterable[Entry], present: Collection[str]
) -> Callable[[Entry], Entry | None]:
    """A finder of the known entry that a fresh one is.

    `present` are the raw ids of the document being read: a known entry whose
    own id is still there is never taken for another one by its link (two items
    of one feed may share a link, and are two items).
    """
    by_key: dict[str, Entry] = {}
    by_id: dict[str, Entry] = {}
    by_link: dict[str, Entry | None] = {}
    for entry in {entry.key: entry for entry in known}.values():
        by_key[entry.key] = entry
        if entry.raw_id:
            by_id[entry.raw_id] = entry
        if entry.canonical and not urls.is_front_page(entry.canonical):
            # None marks a link that several entries share: it identifies none.
            by_link[entry.canonical] = None if entry.canonical in by_link else entry

    def find(fresh: Entry) -> Entry | None:
        if fresh.raw_id and fresh.raw_id in by_id:
            return by_id[fresh.raw_id]
        return by_key.get(fresh.key) or _find_by_link(fresh, by_link, present)

    return find


def _find_by_link(
    fresh: Entry, by_link: Mapping[str, Entry | None], present: Collection[str]
) -> Entry | None:
    old = by_link.get(fresh.canonical or "")
    if old is None or old.raw_id in present:
        return None
    # Without any id the key is the link, with its place in the page: "/live#p2"
    # is not "/live#p1".
    return old if (fresh.raw_id or old.raw_id) and _may_be_edit(old, fresh) else None


def _may_be_edit(old: Entry, fresh: Entry) -> bool:
    """Whether more than the link agrees: every item of some feeds leads to one "/live"."""
    if is_rewording(old, fresh):
        return True
    dated = old.published is not None and fresh.published is not None
    return dated and abs(old.sort_at - fresh.sort_at) <= _SAME_NEWS


def settle(known: Entry | None, fresh: Entry, now: datetime) -> tuple[Entry, Change | None]:
    """The entry to keep and what happened to it; None when nothing did."""
    if known is None:
        return fresh, Change.NEW
    if known.digest == fresh.digest:
        refreshed = _refresh(known, fresh)
        return refreshed, None if refreshed == known else Change.REFRESHED
    return _update(known, fresh, now), Change.UPDATED


def _update(known: Entry, fresh: Entry, now: datetime) -> Entry:
    """The new words under the old identity, place and date."""
    return replace(
        fresh,
        key=known.key,
        raw_id=known.raw_id,
        link=known.link if known.canonical == fresh.canonical else fresh.link,
        # A date that was missing or unreadable may be mended; a good one stays.
        published=known.published or fresh.published,
        first_seen=known.first_seen,
        changed=_read_change(known, fresh, now),
    )


def _read_change(known: Entry, fresh: Entry, now: datetime) -> datetime:
    """When the edit happened: the publisher's word where it moved, else now."""
    moved = fresh.updated if fresh.updated != known.updated else None
    if moved is not None and known.changed < moved <= now:
        return moved
    return max(now, known.changed)


def _refresh(known: Entry, fresh: Entry) -> Entry:
    """The known entry with what may change without being an update."""
    same = _without_tracking(known.html) == _without_tracking(fresh.html)
    return replace(
        known,
        html=known.html if same else fresh.html,
        published=known.published or fresh.published,
        authors=fresh.authors,
        categories=fresh.categories,
        enclosures=_keep_same_urls(known, fresh),
        thumbnail=_keep_same_url(known.thumbnail, fresh.thumbnail),
        comments_url=known.comments_url or fresh.comments_url,
        comments_count=fresh.comments_count,
        language=fresh.language,
        rights=fresh.rights,
        license=fresh.license,
        source=known.source or fresh.source,
    )


def _keep_same_urls(known: Entry, fresh: Entry) -> tuple[Enclosure, ...]:
    old = [urls.canonical(item.url) for item in known.enclosures]
    new = [urls.canonical(item.url) for item in fresh.enclosures]
    return known.enclosures if old == new else fresh.enclosures


def _keep_same_url(known: str | None, fresh: str | None) -> str | None:
    return known if urls.canonical(known or "") == urls.canonical(fresh or "") else fresh


def _without_tracking(markup: str) -> str:
    """Clean HTML with its URLs in the form for comparing."""
    return _URL_ATTRIBUTE.sub(lambda m: f'{m[1]}="{urls.canonical(html.unescape(m[2]))}"', markup)
