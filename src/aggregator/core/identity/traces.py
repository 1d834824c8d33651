"""Second keys: what tells an entry again when its feed gave it another id.

A trace only brings two entries together; whether they are one report is asked
of their words and dates. Each is exact, so that a look-up finds it.
"""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime

from aggregator.core import urls
from aggregator.core.evidence import (
    has_same_title,
    has_words,
    is_long,
    quotes,
    read_text_mark,
    read_title_mark,
    shares_most_words,
)
from aggregator.core.model import Entry

_WEB = re.compile(r"https?://", re.IGNORECASE)
_TAG = re.compile(r"tag:[^:]*:(.+)", re.IGNORECASE | re.DOTALL)
_URN = re.compile(r"urn:[^:]*:(.+)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(
    r"(?:"
    r".*[?&](?:p|page_id|post|id|newsid|article)=(\d+)(?:&.*)?"  # WordPress and its like
    r"|(?:.*[^\d.])?(\d{3,})(?:\.\w{2,5})?/?"  # "/123456.html", "headline-123456", "post:123456"
    r")",
    re.IGNORECASE | re.DOTALL,
)
_MOST_READ = 500
"""Characters of an id or link in which a number is looked for."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a known entry and a fresh one may share.

    `read` gives the shared value, None where there is none; `agrees` whether
    two that share it are one report, `words` what `status` says of it.
    """

    read: Callable[[Entry], Hashable | None]
    agrees: Callable[[Entry, Entry], bool]
    words: str


def read_bare_id(entry: Entry) -> str | None:
    """The id without scheme and host, or without what is before the last part of a tag."""
    raw_id = entry.raw_id
    if raw_id is None:
        return None
    if _WEB.match(raw_id):
        return _drop_host(urls.canonical(raw_id))
    found = _TAG.fullmatch(raw_id) or _URN.fullmatch(raw_id)
    return found[1] if found else raw_id


def read_path(entry: Entry) -> str | None:
    """The link without scheme and host; None for a front page."""
    return _drop_host(entry.canonical) if entry.canonical else None


def read_number(entry: Entry) -> str | None:
    """The number of the report in its id, else in its link, as `?p=123` or `/123.html`."""
    for name in (entry.raw_id, entry.canonical):
        found = _NUMBER.fullmatch(name) if name and len(name) <= _MOST_READ else None
        if found:
            return found[1] or found[2]
    return None


def read_headline(entry: Entry) -> Hashable | None:
    """The title with the date of publication; None where one is missing."""
    title = read_title_mark(entry)
    return (title, entry.published) if title and entry.published else None


def read_date(entry: Entry) -> datetime | None:
    """The date of publication."""
    return entry.published


def agrees_by_address(known: Entry, fresh: Entry) -> bool:
    """The same title or text, and no other date unless both are the same."""
    title, text = has_same_title(known, fresh), quotes(known, fresh)
    if has_other_date(known, fresh):
        return title and text
    return title or text or shares_most_words(known, fresh)


def agrees_by_headline(known: Entry, fresh: Entry) -> bool:
    """The texts do not speak against it: they share words, or one has few."""
    telling = has_words(known) and has_words(fresh)
    return not telling or quotes(known, fresh) or shares_most_words(known, fresh)


def agrees_by_text(known: Entry, fresh: Entry) -> bool:
    """The same text under no other date: a text that a feed repeats is another report."""
    if has_other_date(known, fresh):
        return False
    return has_same_date(known, fresh) or has_same_title(known, fresh) or is_long(known)


def agrees_strictly(known: Entry, fresh: Entry) -> bool:
    """The same date, to the second, and the same text, or one that was edited."""
    if not has_same_date(known, fresh):
        return False
    edited = has_same_title(known, fresh) and shares_most_words(known, fresh)
    return edited or quotes(known, fresh)


def has_same_date(known: Entry, fresh: Entry) -> bool:
    """Whether both bear one date."""
    return known.published is not None and known.published == fresh.published


def has_other_date(known: Entry, fresh: Entry) -> bool:
    """Whether both bear dates that differ."""
    return None not in (known.published, fresh.published) and known.published != fresh.published


def _drop_host(canonical: str) -> str | None:
    """What follows the host in a canonical URL; None where nothing does."""
    found = re.search(r"[/?#].*", canonical, re.DOTALL)
    return found[0] if found else None


TRACES: tuple[Trace, ...] = (
    Trace(read_bare_id, agrees_by_address, "its id is the same without scheme and host"),
    Trace(read_path, agrees_by_address, "its link is the same without scheme and host"),
    Trace(read_number, agrees_by_address, "its id or link bears the same number"),
    Trace(read_headline, agrees_by_headline, "title and date are the same"),
    Trace(read_text_mark, agrees_by_text, "the text is the same"),
    Trace(read_date, agrees_strictly, "date and text are the same"),
)
"""The strongest first."""
