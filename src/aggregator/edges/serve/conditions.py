"""What a reader already has, and in which coding it takes the rest (RFC 9110)."""

import re
from collections.abc import Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache

_TAG = re.compile(r'"([\x21\x23-\x7e\x80-\xff]*)"')
_LONGEST_DATE = 64
_LONGEST_REMEMBERED = 256
"""Signs of an Accept-Encoding whose meaning is remembered; programs send few different ones."""
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def is_known(
    etag: str, modified: int | None, none_match: Sequence[str], modified_since: Sequence[str]
) -> bool:
    """Whether the reader has this very form, so that a 304 answers it.

    `modified` is the second of the last change, None where it proves nothing.
    If-None-Match, where it was sent, is the only one that counts (section 13.2.2).
    """
    if none_match:
        return any(_names(value, etag) for value in none_match)
    if modified is None or len(modified_since) != 1:
        return False
    known = _read_date(modified_since[0])
    return known is not None and modified <= known


def is_lost(
    etag: str, modified: int | None, match: Sequence[str], unmodified_since: Sequence[str]
) -> bool:
    """Whether the reader insists on another form than this one, so that a 412 answers it.

    If-Match is compared strongly, and is the only one that counts where it was sent
    (sections 13.1.1 and 13.1.4).
    """
    if match:
        return not any(value.strip() == "*" or etag in _split(value) for value in match)
    if modified is None or len(unmodified_since) != 1:
        return False
    known = _read_date(unmodified_since[0])
    return known is not None and modified > known


def _split(value: str) -> list[str]:
    return [tag.strip() for tag in value.split(",")]


def _names(value: str, etag: str) -> bool:
    """Whether If-None-Match names the tag, by weak comparison (section 8.8.3.2)."""
    return value.strip() == "*" or etag.strip('"') in _TAG.findall(value)


def _read_date(value: str) -> int | None:
    """The second of an HTTP date; a date that names no zone is in GMT."""
    if len(value) > _LONGEST_DATE:
        return None
    try:
        date = parsedate_to_datetime(value)
        aware = date.replace(tzinfo=UTC) if date.tzinfo is None else date
        return int(aware.timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def takes_gzip(accept_encoding: Sequence[str]) -> bool:
    """Whether the reader takes gzip, and likes it no less than no coding (section 12.5.3).

    Without the field the answer is no: a client that never heard of codings sends none.
    """
    value = ",".join(accept_encoding)
    return _weigh_short(value) if len(value) <= _LONGEST_REMEMBERED else _weigh(value)


def _weigh(value: str) -> bool:
    weights = dict(_read_weights(value))
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


_weigh_short = lru_cache(maxsize=256)(_weigh)


def _read_weights(value: str) -> list[tuple[str, float]]:
    """Codings in lower case with their weights; one with an unreadable weight is not wanted."""
    pairs = (item.partition(";") for item in value.split(","))
    return [(name.strip().lower(), _read_weight(weight.strip())) for name, _, weight in pairs]


def _read_weight(text: str) -> float:
    if not text:
        return 1.0
    found = _WEIGHT.fullmatch(text)
    return float(found[1]) if found else 0.0
