"""Terms of sources by digest: closed editions are made anew when these change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b

from aggregator.core.model import Source
from aggregator.core.reuse import hold


def digest_terms(sources: Iterable[Source], now: datetime) -> dict[str, str]:
    """The terms of each source as they hold now, as a digest by its id.

    A permission that has ended is other terms. A source's name is none: an
    archive keeps the one it was published under.
    """
    return {source.id: _digest(source, now) for source in sources}


def _digest(source: Source, now: datetime) -> str:
    terms = repr(hold(source.reuse, now))
    return blake2b(terms.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()


def find_changed(known: Mapping[str, str], now: Mapping[str, str]) -> set[str]:
    """The sources whose terms are other ones than those that were known."""
    return {source for source, digest in now.items() if known.get(source, digest) != digest}
