"""Where a site's feed may be, and what a feed is in a few words.

The order of asking is a rule of politeness: what a page declares is asked
first, and nothing else when that is a feed; then a few well-known places, one
after the other; links that only look like a feed come last.
"""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from aggregator.core import urls
from aggregator.core.ids import mint_id
from aggregator.core.language import normalise_tag
from aggregator.core.model import Entry, FeedHead, Source

MOST_ASKED = 12
"""Further addresses that are asked for one page; a site is not searched."""
_WELL_KNOWN = (
    "feed",
    "rss",
    "rss.xml",
    "atom.xml",
    "feed.xml",
    "index.xml",
    "feed.json",
    "api/",
    "?feed=rss2",
)
_FEED_PATH = re.compile(
    r"(?:^|[/._-])(?:rss2?|atom|rdf|feeds?|feed\.json|index\.xml)(?:[/._-]|$)|\.(?:rss|atom|rdf)$"
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed|format|type|output)=(?:rss2?|atom|feed|xml)", re.IGNORECASE
)
_FULL_WORDS = 120
"""Words of the median text from which a feed seems to carry whole reports."""


@dataclass(frozen=True, slots=True)
class Hint:
    """An address that may be a feed's; `declared` by the page's own `<link rel=alternate>`."""

    url: str
    title: str = ""
    declared: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """What a feed is: its format, how much stands in it, and when it last spoke."""

    url: str
    format: str
    title: str
    homepage: str | None
    language: str | None
    items: int
    full: bool
    newest: datetime | None


def looks_like_feed(url: str) -> bool:
    """Tell whether an address is spelled as that of a feed."""
    parts = urlsplit(url)
    return bool(_FEED_PATH.search(parts.path.lower()) or _FEED_QUERY.search(parts.query))


def list_well_known(url: str) -> tuple[str, ...]:
    """Return the places where the feed of a page's site usually lies, the page's folder first.

    A page deep in a site may have a feed of its own: only the commonest is tried there.
    """
    root = urljoin(url, "/")
    page = url.partition("#")[0].partition("?")[0].rstrip("/") + "/"
    own = [f"{page}feed"] if urlsplit(page).path not in {"", "/"} else []
    return tuple(dict.fromkeys([*own, *(urljoin(root, place) for place in _WELL_KNOWN)]))


def describe_feed(url: str, kind: str, head: FeedHead, entries: Sequence[Entry]) -> Sample:
    """Return what a feed is, by its head and its entries."""
    dates = [entry.published or entry.updated for entry in entries]
    lengths = sorted(len(entry.text.split()) for entry in entries)
    language = normalise_tag(head.language) or _find_commonest(entry.language for entry in entries)
    return Sample(
        url=url,
        format=kind,
        title=head.title,
        homepage=head.link,
        language=language,
        items=len(entries),
        full=bool(lengths) and lengths[len(lengths) // 2] >= _FULL_WORDS,
        newest=max((date for date in dates if date is not None), default=None),
    )


def _find_commonest(words: Iterable[str | None]) -> str | None:
    known = [word for word in words if word]
    return max(sorted(set(known)), key=known.count, default=None)


def find_duplicate(sources: Iterable[Source], url: str) -> Source | None:
    """Return the source that is asked at this address already, in whatever spelling."""
    name = urls.canonical(url)
    return next((source for source in sources if urls.canonical(source.url) == name), None)


def make_source(
    sample: Sample,
    taken: AbstractSet[str],
    name: str | None,
    source_id: str | None,
    tags: tuple[str, ...],
) -> Source:
    """Return the source to write for a feed: what the caller said, else what the feed says."""
    chosen = name or sample.title[:200].strip() or None
    return Source(
        id=source_id or mint_id(chosen, sample.homepage or sample.url, taken),
        url=sample.url,
        name=chosen,
        homepage=sample.homepage,
        language=sample.language,
        tags=tags,
    )
