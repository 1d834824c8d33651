"""Bytes -> `ParsedFeed` or `ParseFailed`: a pure function of its arguments, never raising."""

import feedparser

from aggregator.core.bodies import is_html
from aggregator.core.model import (
    Failure,
    ParsedFeed,
    ParseFailed,
    ParseResult,
    Problem,
    RawItem,
)
from aggregator.edges.parse.charset import CharsetError
from aggregator.edges.parse.decode import to_utf8
from aggregator.edges.parse.engine import Heard, Raw, listen
from aggregator.edges.parse.head import read_head, read_hints, read_older, read_withdrawn
from aggregator.edges.parse.items import first_text, read_item, text_of
from aggregator.edges.parse.reject import name_body

MOST_ITEMS = 10_000
# Raised by one when the same bytes are read differently: sources whose last
# body could not be read are then asked once without validators.
_READING = 3
_CUT_OFF = "feed is cut off"


def parser_version() -> str:
    """The name of this reading, kept with a failure so that an upgrade may retry it."""
    return f"feedparser {feedparser.__version__}/{_READING}"


def read_feed(
    body: bytes, content_type: str, url: str, content_language: str | None = None
) -> ParseResult:
    """The feed that a complete body holds, or why it holds none.

    `content_type` is the header as sent: its charset counts. `url` is where
    the body was read from; relative URLs resolve against it.
    """
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf\xfe\xff"):
        return ParseFailed(Failure.EMPTY, "the body is empty")
    try:
        return _read(body, content_type, url, content_language)
    except MemoryError:
        raise
    except CharsetError as error:
        return ParseFailed(Failure.ENCODING, str(error))
    except Exception as error:  # noqa: BLE001  # hostile bytes meet a foreign parser: a failure is a value
        return ParseFailed(
            Failure.NOT_XML, f"broken beyond reading: {type(error).__name__}: {error}"[:300]
        )


def _read(body: bytes, content_type: str, url: str, language: str | None) -> ParseResult:
    data, problems = to_utf8(body, content_type)
    heard = listen(data, url)
    if not _is_feed(data, heard):
        return name_body(_without_declaration(data), heard)
    entries, dropped = _take_whole(heard)
    items, broken = _read_items(entries[:MOST_ITEMS])
    said = [*problems, *_name_error(heard), *dropped, *_name_rest(entries)]
    return ParsedFeed(
        format=heard.version or "rss",
        head=read_head(heard.head, language),
        items=tuple(items),
        hints=read_hints(heard.head),
        problems=(*(Problem("", what) for what in said), *broken),
        older=read_older(heard.head),
        generator=text_of(heard.head, "generator"),
        is_cut=_is_cut(heard),
        withdrawn=read_withdrawn(heard.head)[:MOST_ITEMS],
    )


def _is_feed(data: bytes, heard: Heard) -> bool:
    """Whether a feed was heard; a page must hold entries, and a bare `feed` that is no Atom too.

    Feeds wrapped into an HTML page exist; so do pages that write of `<rss>`,
    and product lists whose root is `feed`.
    """
    if is_html(_without_declaration(data)) or heard.version == "atom":
        return heard.is_feed and bool(heard.entries)
    return heard.is_feed or (bool(heard.version) and bool(heard.entries))


def _without_declaration(data: bytes) -> bytes:
    """The document as its publisher began it: feedparser always writes an XML declaration."""
    return data.partition(b"?>")[2].lstrip() if data.startswith(b"<?xml") else data


def _is_cut(heard: Heard) -> bool:
    return bool(heard.error) and not heard.closed


def _take_whole(heard: Heard) -> tuple[list[Raw], list[str]]:
    """The items that ended; in a document that was cut off the last one may be a half."""
    if not _is_cut(heard):
        return heard.entries, []
    if heard.entries and not dict.get(heard.entries[-1], "ended"):
        return heard.entries[:-1], [f"{_CUT_OFF}: the last item was left out"]
    return heard.entries, [_CUT_OFF]


def _name_error(heard: Heard) -> list[str]:
    return [f"XML error: {heard.error}, read anyway"] if heard.error else []


def _name_rest(entries: list[Raw]) -> list[str]:
    if len(entries) <= MOST_ITEMS:
        return []
    return [f"{len(entries):,} items: only the first {MOST_ITEMS:,} were read"]


def _read_items(entries: list[Raw]) -> tuple[list[RawItem], list[Problem]]:
    """Every item that can be read; one that cannot is named and costs nothing else."""
    items, problems = [], []
    for place, entry in enumerate(entries, 1):
        try:
            items.append(read_item(entry))
        except Exception as error:  # noqa: BLE001  # one bad item never costs the feed
            name = first_text(entry, "raw_id", "text_link", "title") or f"item {place}"
            problems.append(Problem(name, f"left out: {type(error).__name__}: {error}"[:300]))
    return items, problems
