"""What two reports share, and whether that makes them one.

Only exact evidence counts here: the same id, the same link, or the same title
and text. Uncertain pairs stay apart: a duplicate shown twice harms less than a
different story hidden.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import cache, lru_cache

from aggregator.core import urls
from aggregator.core.model import Entry
from aggregator.core.text import count_words, fold

MIN_WORDS = 40
"""Words that a text must have before it alone, with its title, makes two reports one."""

_MIN_QUOTED = 8
"""Words of a summary that make it part of a longer text, not of any text."""

_SAME_DAY = timedelta(hours=20)
"""Two items of one feed with the same few words are one when they are closer than this."""

_MIN_OPAQUE_ID = 16
"""Shorter ids that are no IRI ("4410") are no evidence across sources."""


def read_keys(entry: Entry) -> tuple[str, ...]:
    """The keys under which duplicates of an entry are looked up, as digests."""
    keys = []
    if entry.raw_id and is_distinctive(entry.raw_id):
        keys.append(f"id {entry.raw_id}")
    if identifies(entry.canonical):
        keys.append(f"link {entry.canonical}")
    if _is_long(entry.text):
        keys.append(f"text {_fold(entry.title)}\n{_fold(entry.text)}")
    return tuple(hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest() for key in keys)


def has_same_id(left: Entry, right: Entry) -> bool:
    """The same id, and something that agrees with it.

    An id alone is no proof, nor are id and title: a feed may use another's for
    an entry of its own, by mistake or to take it over. So the link, its host,
    or title and text must agree; a summary agrees with the text it is from.
    """
    if not left.raw_id or left.raw_id != right.raw_id or not is_distinctive(left.raw_id):
        return False
    return (
        has_same_link(left, right) or _has_same_host(left, right) or _quotes_by_title(left, right)
    )


def has_same_link(left: Entry, right: Entry) -> bool:
    """The same canonical link, which is no front page."""
    return left.canonical == right.canonical and identifies(left.canonical)


def has_same_text(left: Entry, right: Entry) -> bool:
    """The same title and the same text of at least `MIN_WORDS` words."""
    if _mark(left.title) != _mark(right.title) or _mark(left.text) != _mark(right.text):
        return False
    return _is_long(left.text) and _is_long(right.text)


EVIDENCE: tuple[tuple[Callable[[Entry, Entry], bool], str], ...] = (
    (has_same_id, "the same id"),
    (has_same_link, "the same link"),
    (has_same_text, "the same title and text"),
)
"""The strongest first."""


def weigh(left: Entry, right: Entry) -> int | None:
    """The place of the strongest evidence, from 1 on; None where there is none."""
    found = (place for place, (test, _) in enumerate(EVIDENCE, start=1) if test(left, right))
    return next(found, None)


def name_evidence(left: Entry, right: Entry) -> str:
    """All the evidence in words, "" where there is none."""
    return ", ".join(words for test, words in EVIDENCE if test(left, right))


def still_agree(left: Entry, right: Entry) -> bool:
    """Whether reports that were published together may stay so.

    An edit may take away what joined them; link or text must still be shared,
    else the report that was corrected would stay hidden behind another. A title
    alone proves nothing: two who tell of one event may give it the same.
    """
    if has_same_link(left, right):
        return True
    return _mark(left.text) == _mark(right.text) and _has_words(left.text)


def has_same_words(left: Entry, right: Entry) -> bool:
    """The same title, or the same text."""
    titles, texts = (left.title, right.title), (left.text, right.text)
    return any(_mark(one) == _mark(other) != _NO_WORDS for one, other in (titles, texts))


def is_rewording(left: Entry, right: Entry) -> bool:
    """The same title or text, or a text of some words that is a part of the other one."""
    return has_same_words(left, right) or quotes(left, right)


def has_same_title(left: Entry, right: Entry) -> bool:
    """The same title, which is not empty."""
    return read_title_mark(left) == read_title_mark(right) is not None


def quotes(left: Entry, right: Entry) -> bool:
    """The same text of some words, or one that is a part of the other."""
    short, long = sorted((_fold(left.text), _fold(right.text)), key=len)
    return short in long and _has_words(short)


def shares_most_words(left: Entry, right: Entry) -> bool:
    """Half of the different words of the shorter text, where both have some."""
    if not (_has_words(left.text) and _has_words(right.text)):
        return False
    mine, others = set(_fold(left.text).split()), set(_fold(right.text).split())
    return 2 * len(mine & others) >= min(len(mine), len(others))


def has_words(entry: Entry) -> bool:
    """Whether the text has enough words to be the text of one report, not of any."""
    return _has_words(entry.text)


def is_long(entry: Entry) -> bool:
    """Whether the text has at least `MIN_WORDS` words."""
    return _is_long(entry.text)


def read_title_mark(entry: Entry) -> bytes | None:
    """What entries of the same title have in common; None without a title."""
    mark = _mark(entry.title)
    return None if mark == _NO_WORDS else mark


def read_text_mark(entry: Entry) -> bytes | None:
    """What entries of the same text have in common; None where it has few words."""
    return _mark(entry.text) if _has_words(entry.text) else None


def are_compatible(left: Entry, right: Entry) -> bool:
    """Whether two reports may stand in one story at all.

    Items of one feed only when they share their id or link and their text,
    and their title too where the text is short: a feed whose items all link
    to one page is no feed of duplicates, nor is a daily "Press Review" there.
    """
    if left.source_id != right.source_id:
        return True
    same_id = left.raw_id is not None and left.raw_id == right.raw_id
    if not (same_id or has_same_link(left, right)) or _mark(left.text) != _mark(right.text):
        return False
    return _is_long(left.text) or _is_repeated(left, right)


def identifies(canonical: str | None) -> bool:
    """Whether a canonical link leads to one report: a front page does not."""
    return bool(canonical) and not urls.is_front_page(canonical or "")


def _is_repeated(left: Entry, right: Entry) -> bool:
    """The same title on about the same day: next week's may be another one."""
    near = abs(left.sort_at - right.sort_at) < _SAME_DAY
    return near and _mark(left.title) == _mark(right.title)


def _quotes_by_title(left: Entry, right: Entry) -> bool:
    """The same text, or of the same title a part of it; few words are no text."""
    same_title = _mark(left.title) == _mark(right.title)
    if not same_title and _mark(left.text) != _mark(right.text):
        return False
    short, long = sorted((_fold(left.text), _fold(right.text)), key=len)
    if short == long:
        return bool(short) and (same_title or _has_words(short))
    return same_title and short in long and _has_words(short)


def _has_words(text: str) -> bool:
    return count_words(text[:200]) >= _MIN_QUOTED or count_words(text) >= _MIN_QUOTED


def _has_same_host(left: Entry, right: Entry) -> bool:
    return bool(left.link and right.link) and urls.host(left.link or "") == urls.host(
        right.link or ""
    )


def is_distinctive(raw_id: str) -> bool:
    """Whether an id can name one report in the world: "4410", or a front page, cannot."""
    if raw_id.lower().startswith(("http:", "https:")) and urls.is_front_page(
        urls.canonical(raw_id)
    ):
        return False
    return urls.is_iri(raw_id) or (len(raw_id) >= _MIN_OPAQUE_ID and not raw_id.isdigit())


# A report is compared with many others: folding its text takes a while,
# comparing what was made of it nothing.
_fold = lru_cache(maxsize=512)(fold)


@cache
def _mark(text: str) -> bytes:
    """What equal texts have in common, in 16 bytes: many fit where few folded ones would."""
    return hashlib.sha256(_fold(text).encode("utf-8", "surrogatepass")).digest()[:16]


_NO_WORDS = _mark("")


def forget() -> None:
    """Drop what was kept of the texts that were compared; after many, that is much."""
    for kept in (_fold, _mark, _is_long):
        kept.cache_clear()


@cache
def _is_long(text: str) -> bool:
    """Whether a text alone, with its title, is evidence; its start mostly tells."""
    return count_words(text[:600]) >= MIN_WORDS or count_words(text) >= MIN_WORDS
