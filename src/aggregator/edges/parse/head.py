"""feedparser's feed dictionary -> `FeedHead` and `PollHints`."""

import html
import re
from datetime import timedelta
from urllib.parse import urljoin

from aggregator.core.model import FeedHead, PollHints, Withdrawn
from aggregator.edges.parse.engine import Raw
from aggregator.edges.parse.items import (
    find_link,
    first_text,
    pick_alternate,
    read_count,
    read_links,
    read_people,
    text_of,
)

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONGEST_TTL = 366 * 24 * 60  # minutes: what is longer is a slip, and may not fit a timedelta


def read_head(found: Raw, content_language: str | None) -> FeedHead:
    """What the feed says about itself; the HTTP header speaks only where the feed is silent."""
    base, links = text_of(found, "own_base") or "", read_links(found)
    return FeedHead(
        title=_read_title(found),
        id=text_of(found, "raw_id"),
        link=_join(base, pick_alternate(found, links)),
        self_link=_join(base, find_link(links, "self")),
        language=text_of(found, "language") or content_language,
        rights=text_of(found, "rights"),
        license=_join(base, find_link(links, "license")),
        updated=first_text(found, "updated", "dc_date", "published"),
        authors=read_people(found),
    )


def read_older(found: Raw) -> str | None:
    """Where the feed says its older items are: RFC 5005 section 4, in RSS by Appendix B."""
    base = text_of(found, "own_base") or ""
    return _join(base, find_link(read_links(found), "prev-archive"))


def read_hints(found: Raw) -> PollHints:
    """What the feed asks of those who poll it; nonsense is left out."""
    ttl = read_count(dict.get(found, "ttl")) or 0
    return PollHints(
        ttl=timedelta(minutes=ttl) if 1 <= ttl <= _LONGEST_TTL else None,
        update_period=_read_period(found),
        skip_hours=_read_hours(found),
        skip_days=_read_days(found),
    )


def _read_title(found: Raw) -> str:
    text = text_of(found, "title") or ""
    detail = dict.get(found, "title_detail")
    if not isinstance(detail, dict) or dict.get(detail, "type") == "text/plain":
        return text
    return html.unescape(_TAG.sub("", text)).strip()


def _join(base: str, url: str | None) -> str | None:
    """The URL against its base; as written where it is none (`http://[`)."""
    if url is None:
        return None
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def _read_period(found: Raw) -> timedelta | None:
    """The syndication module's period, divided by its frequency (1 when absent)."""
    period = _PERIODS.get((text_of(found, "sy_updateperiod") or "").lower())
    frequency = read_count(text_of(found, "sy_updatefrequency") or "1")
    return period / frequency if period and frequency else None


def _read_hours(found: Raw) -> tuple[int, ...]:
    """Hours 0 to 23; RSS 0.91 counted to 24, which is 0."""
    counts = (read_count(text) for text in dict.get(found, "skip_hour_list", ()))
    return tuple(sorted({hour % 24 for hour in counts if hour is not None and hour <= 24}))  # noqa: PLR2004  # a day


def _read_days(found: Raw) -> tuple[str, ...]:
    named = {str(text).strip().capitalize() for text in dict.get(found, "skip_day_list", ())}
    return tuple(day for day in _DAYS if day in named)


def read_withdrawn(found: Raw) -> tuple[Withdrawn, ...]:
    """The tombstones that name an id, each once."""
    graves = dict.get(found, "graves")
    return tuple(dict.fromkeys(Withdrawn(ref, when) for ref, when in graves or () if ref))
