"""What a known entry becomes when its feed tells it anew, and when that is an update.

A changed comment count or tracking parameter is none; nor is a new address
under the same words, where the feed gave its items other ids.
"""

import html
import re
from dataclasses import replace
from datetime import datetime

from aggregator.core import urls
from aggregator.core.dates import is_too_far_ahead
from aggregator.core.model import Change, Enclosure, Entry

_URL_ATTRIBUTE = re.compile(r'\b(href|src)="([^"]*)"')


def settle(known: Entry | None, fresh: Entry, now: datetime) -> tuple[Entry, Change | None]:
    """The entry to keep and what happened to it; None when nothing did."""
    if known is None:
        return fresh, Change.NEW
    if known.digest == fresh.digest:
        refreshed = _refresh(known, fresh)
        return refreshed, None if refreshed == known else Change.REFRESHED
    return _update(known, fresh, now), Change.UPDATED


def rename(known: Entry, fresh: Entry, now: datetime) -> tuple[Entry, Change]:
    """The known entry, told under another name: as when told anew, with that name as its alias.

    A whole feed that moves to another host is no news: new addresses under the
    same words are taken without an update.
    """
    if _has_other_words(known, fresh):
        kept, change = _update(known, fresh, now), Change.UPDATED
    else:
        kept, change = _readdress(_refresh(known, fresh), fresh), Change.REFRESHED
    return replace(kept, alias=fresh.key), change


def _has_other_words(known: Entry, fresh: Entry) -> bool:
    return (known.title, known.text.split()) != (fresh.title, fresh.text.split())


def _readdress(known: Entry, fresh: Entry) -> Entry:
    if known.canonical == fresh.canonical:
        return known
    article = known.article
    if article and article.digest == known.digest:  # the words are those it was asked for
        article = replace(article, digest=fresh.digest)
    return replace(
        known,
        link=fresh.link,
        canonical=fresh.canonical,
        digest=fresh.digest,
        article=article,
    )


def _update(known: Entry, fresh: Entry, now: datetime) -> Entry:
    """The new words under the old identity, place and date."""
    return replace(
        fresh,
        key=known.key,
        raw_id=known.raw_id,
        alias=known.alias,
        article=known.article,
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
