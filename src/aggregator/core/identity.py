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
from datetime import datetime

from aggregator.core import urls
from aggregator.core.dates import is_too_far_ahead
from aggregator.core.evidence import identifies, is_distinctive, is_rewording
from aggregator.core.model import Change, Changes, Enclosure, Entry
from aggregator.core.normalise.item import drop_id, drop_link
from aggregator.core.text import fold

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
    named = _drop_reused_names(tuple(reversed(unique.values())), known)
    settled = [settle(old, entry, now) for entry, old in _match(named, known)]
    saved = tuple(entry for entry, change in settled if change is not None)
    counts = Counter(change for _, change in settled)
    changes = Changes(counts[Change.NEW], counts[Change.UPDATED], counts[Change.REFRESHED])
    return Settled(saved, changes)


def _drop_reused_names(fresh: Sequence[Entry], known: Sequence[Entry]) -> list[Entry]:
    """The entries; those whose id or link is the name of another known one get the next name.

    Some feeds number their items by place ("0", "1", "2"): there an id says
    nothing. Others link every item to one page: there a link says nothing. Of
    several that would get one name, the first does.
    """
    shelf = _Shelf(known)
    taken = {entry.key for entry in fresh}
    named = []
    for entry in fresh:
        name = shelf.rename(entry)
        if name is not entry and name.key in taken:
            name = entry
        taken.add(name.key)
        named.append(name)
    return named


class _Shelf:
    """The known entries, by what they are called."""

    def __init__(self, known: Iterable[Entry]) -> None:
        """Take them all."""
        known = tuple(known)
        self._by_key = {entry.key: entry for entry in known}
        self._by_id = {entry.raw_id: entry for entry in known if entry.raw_id}
        self._links = {entry.canonical for entry in known}

    def rename(self, entry: Entry) -> Entry:
        """The entry, without an id or link that is another one's."""
        if entry.raw_id is None:
            return self._rename_by_words(entry)
        if is_distinctive(entry.raw_id) or not identifies(entry.canonical):
            return entry
        bare = drop_id(entry)
        old = self._by_id.get(entry.raw_id)
        is_gone = old is None and bare.key in self._by_key
        return bare if is_gone or (old and self._is_another(old, bare)) else entry

    def _is_another(self, old: Entry, bare: Entry) -> bool:
        """Whether a weak id is known of another report: words may agree, links do not."""
        if old.canonical == bare.canonical:
            return False
        return bare.canonical in self._links or not _is_same_news(old, bare)

    def _rename_by_words(self, entry: Entry) -> Entry:
        old = self._by_key.get(entry.key)
        if old is None or _may_be_edit(old, entry):
            return entry
        return drop_link(entry)


def _is_same_news(old: Entry, fresh: Entry) -> bool:
    """The same title, or a text of some words that stayed, under the same date."""
    if fold(old.title) == fold(fresh.title) != "":
        return True
    dated = old.published is not None and old.published == fresh.published
    return is_rewording(old, fresh) and (dated or not fresh.title)


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
    """Whether an entry was recognised by its own id, key or words rather than by its link."""
    if fresh.raw_id is None and known.digest == fresh.digest:
        return True
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
    by_words: dict[str, Entry] = {}
    by_link: dict[str, Entry | None] = {}
    for entry in {entry.key: entry for entry in known}.values():
        by_key[entry.key] = entry
        if entry.raw_id not in present:
            by_words.setdefault(entry.digest, entry)
        if entry.raw_id:
            by_id[entry.raw_id] = entry
        if entry.canonical and not urls.is_front_page(entry.canonical):
            # None marks a link that several entries share: it identifies none.
            by_link[entry.canonical] = None if entry.canonical in by_link else entry

    def find(fresh: Entry) -> Entry | None:
        if fresh.raw_id and fresh.raw_id in by_id:
            return by_id[fresh.raw_id]
        if fresh.key in by_key:
            return by_key[fresh.key]
        same = None if fresh.raw_id else by_words.get(fresh.digest)
        return same or _find_by_link(fresh, by_link, present)

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
    same_date = old.published is not None and old.published == fresh.published
    return same_date or is_rewording(old, fresh)


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
        published=_mend_date(known, fresh),
        first_seen=known.first_seen,
        changed=_read_change(known, fresh, now),
    )


def _mend_date(known: Entry, fresh: Entry) -> datetime | None:
    """The known date; one that was missing or unreadable may be mended, not one too far ahead.

    What was refused at first sight is not taken when its day has come: the
    entry was published under the time it was first seen, and keeps its place.
    """
    if known.published or fresh.published is None:
        return known.published
    return None if is_too_far_ahead(fresh.published, known.first_seen) else fresh.published


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
        published=_mend_date(known, fresh),
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
