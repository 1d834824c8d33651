"""What the fuzzer feeds with bytes: each target a function that must not raise.

A target states its laws by assertions, so that a broken law is a finding like
a crash is. The first byte of an input chooses what the input cannot say.
"""

import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lxml import etree

from aggregator.core.edition import make_live
from aggregator.core.model import (
    Entry,
    LinkPlace,
    Markup,
    Mode,
    ParsedFeed,
    ParseFailed,
    ParseResult,
    Report,
    Reuse,
    Shown,
    Source,
)
from aggregator.core.normalise import Normalised, normalise_feed
from aggregator.core.reuse import present
from aggregator.core.settings import NewsfeedSettings
from aggregator.core.stories import combine
from aggregator.core.text import title_text
from aggregator.core.urls import canonical
from aggregator.edges.clean import clean_feed, clean_markup
from aggregator.edges.parse import read_feed
from aggregator.edges.parse_json import is_json_feed, read_json_feed
from aggregator.edges.render import Fragments, render_feeds, render_story
from aggregator.pipeline.inspecting import find_fault, refuse_invalid
from fuzz_seeds import list_seeds

Target = Callable[[bytes], None]

NOW = datetime(2023, 9, 21, 20, tzinfo=UTC)
URL = "https://news.example/feeds/main.xml"
_TYPES = ("", "application/rss+xml", "text/xml; charset=windows-1251", "text/html; charset=utf-16")
_TERMS = (
    Reuse(),
    Reuse(Mode.FULL, None, LinkPlace.BEFORE_TEXT, images=True, stated=True),
    Reuse(Mode.HEADLINE, stated=True),
    Reuse(Mode.EXCERPT, 10, LinkPlace.AFTER_TEXT, notice="(c) {year} {source}: {title}"),
)
_NEWSFEED = NewsfeedSettings(base_url="https://day.example/")
_ATOM = "{http://www.w3.org/2005/Atom}"
_RUNS = re.compile(r"<\s*(?:script|style|iframe|object|embed|svg|math)\b", re.IGNORECASE)
_STRICT = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def _split(data: bytes) -> tuple[int, bytes]:
    return (data[0], data[1:]) if data else (0, b"")


def _read(data: bytes) -> ParseResult:
    first, body = _split(data)
    kind = _TYPES[first % len(_TYPES)]
    return read_json_feed(body, URL) if is_json_feed(body, kind) else read_feed(body, kind, URL)


def _normalise(data: bytes) -> tuple[Source, Normalised] | None:
    feed = _read(data)
    if not isinstance(feed, ParsedFeed):
        return None
    terms = _TERMS[_split(data)[0] // len(_TYPES) % len(_TERMS)]
    source = Source("wire", URL, homepage="https://news.example/", reuse=terms)
    return source, normalise_feed(clean_feed(feed), source, URL, NOW)


def parse(data: bytes) -> None:
    """Whatever the bytes, a feed or a failure, and the same one again."""
    result = _read(data)
    assert isinstance(result, ParsedFeed | ParseFailed)
    assert _read(data) == result


def parse_json(data: bytes) -> None:
    """The same for JSON, whatever the body begins with."""
    assert isinstance(read_json_feed(data, URL), ParsedFeed | ParseFailed)


def clean(data: bytes) -> None:
    """Cleaning ends, lets nothing run, and changes nothing the second time."""
    markup = Markup(data.decode("utf-8", "replace"), html=True, base=URL)
    once = clean_markup(markup)
    assert not _RUNS.search(once.value), once.value[:500]
    assert clean_markup(once) == once


def normalise(data: bytes) -> None:
    """Entries are what the model says of them."""
    found = _normalise(data)
    if found is None:
        return
    entries = found[1].entries
    assert len({entry.key for entry in entries}) == len(entries)
    for entry in entries:
        _check_entry(entry)


def _check_entry(entry: Entry) -> None:
    assert entry.title or entry.text or entry.link
    # A title that shows marks of HTML ("the <br> tag") is another one where it is taken for HTML.
    assert set("&<") & set(entry.title) or title_text(entry.title, html=False) == entry.title
    assert entry.link is None or re.match("https?://", entry.link, re.IGNORECASE)
    assert entry.canonical is None or canonical(entry.canonical) == entry.canonical
    assert entry.published is None or entry.published <= NOW + timedelta(hours=24)
    assert all(re.match("https?://", one.url, re.IGNORECASE) for one in entry.enclosures)


def whole(data: bytes) -> None:
    """What is published of a feed can be read back: strictly, by us, with every entry once."""
    found = _normalise(data)
    if found is None:
        return
    source, normalised = found
    reports = [Report(entry, source, normalised.head) for entry in normalised.entries]
    stories = combine(reports, {}, (), "tag:day.example,2023:")
    made = [_render(story) for story in stories[:50]]
    fragments = [one for one in made if one is not None]
    edition = make_live(stories, _NEWSFEED, "tag:day.example,2023:day", NOW)
    atom, rss, feed = render_feeds(edition, fragments)
    _check_atom(atom.body, len(fragments))
    assert len(etree.fromstring(rss.body, _STRICT).findall("channel/item")) == len(fragments)
    _check_again(atom.body, fragments)
    _check_again(rss.body, fragments)
    assert len(json.loads(feed.body)["items"]) == len(fragments)
    refuse_invalid((atom, rss, feed), edition.home, NOW)


def _render(story: object) -> Fragments | None:
    shown = present(story, "Asia/Yerevan", NOW)  # type: ignore[arg-type]  # a story of combine()
    made = render_story(shown) if isinstance(shown, Shown) else None
    return made if isinstance(made, Fragments) and not find_fault(made) else None


def _check_atom(body: bytes, count: int) -> None:
    root = etree.fromstring(body, _STRICT)
    entries = root.findall(f"{_ATOM}entry")
    ids = [entry.findtext(f"{_ATOM}id") for entry in entries]
    assert len(entries) == count
    assert len(set(ids)) == count, ids
    assert all(entry.findtext(f"{_ATOM}updated") for entry in entries)


def _check_again(body: bytes, fragments: list[Fragments]) -> None:
    again = read_feed(body, "", URL)
    assert isinstance(again, ParsedFeed), again
    assert not again.problems, again.problems
    assert len(again.items) == len(fragments)
    assert all(not _RUNS.search(item.content.value) for item in again.items if item.content)


TARGETS: dict[str, Target] = {
    "parse": parse,
    "parse_json": parse_json,
    "clean": clean,
    "normalise": normalise,
    "whole": whole,
}


def main() -> int:
    """Run saved findings again: `fuzz_targets.py TARGET FILE ...`; without files, all seeds."""
    name, *paths = sys.argv[1:]
    inputs = [Path(path).read_bytes() for path in paths] or list(list_seeds(name))
    for data in inputs:
        TARGETS[name](data)
    print(f"{name}: {len(inputs)} inputs, no findings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
