"""Which answer a file is: in which form, whole or a part of it, or not at all."""

from aggregator.edges.serve.answers import (
    Answer,
    describe,
    make_beyond,
    make_known,
    make_lost,
    make_part,
    make_whole,
    write_date,
)
from aggregator.edges.serve.asked import Asked
from aggregator.edges.serve.caching import find_cache
from aggregator.edges.serve.conditions import is_known, is_lost, takes_gzip
from aggregator.edges.serve.ranges import Whole, find_part, is_same
from aggregator.edges.serve.shelf import Kept, Names

_SETTLED_SECONDS = 2
"""A file younger than this may change once more within the second that Last-Modified names."""


def answer_file(names: Names, kept: Kept, asked: Asked, links: str, now: float) -> Answer:
    """The answer for a kept file, judged in the order of RFC 9110 section 13.2.2.

    A large file comes without its bytes. `links` is its `Link` field, or nothing.
    """
    zipped = kept.gzipped if takes_gzip(asked.read(b"accept-encoding")) else None
    form = zipped or kept.plain
    age = now - kept.modified
    date = kept.modified if age >= _SETTLED_SECONDS else None
    if is_lost(form.etag, date, asked.read(b"if-match"), asked.read(b"if-unmodified-since")):
        return make_lost()
    fields = describe(names[-1], form.etag, date, find_cache(names, age), links)
    none_match, since = asked.read(b"if-none-match"), asked.read(b"if-modified-since")
    if is_known(form.etag, date, none_match, since):
        return make_known(fields)
    part = _find_part(asked, form.etag, date, form.size)
    if part is Whole.ASKED:
        return make_whole(fields, kept, form)
    return make_beyond(form) if part is Whole.BEYOND else make_part(fields, kept, form, part)


def _find_part(asked: Asked, etag: str, date: int | None, size: int) -> range | Whole:
    """The part that is asked for; HEAD knows no parts (section 14.2)."""
    wanted = asked.read(b"range") if asked.method == "GET" else ()
    told = write_date(date) if wanted and date is not None else None
    return find_part(wanted, size) if is_same(asked.read(b"if-range"), etag, told) else Whole.ASKED
