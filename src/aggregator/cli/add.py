"""`add`: finds the feed behind an address and writes it into the YAML."""

import asyncio
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rich.text import Text

from aggregator.cli.once import tell_time
from aggregator.cli.tables import open_console, print_table
from aggregator.cli.words import print_json, say_words, write_time
from aggregator.core.finding import Sample, find_duplicate, make_source
from aggregator.core.listing import tidy_tags
from aggregator.core.model import Source
from aggregator.core.secrets import hide_secrets
from aggregator.core.settings import Config
from aggregator.edges.config import add_sources, load
from aggregator.pipeline.asking import open_asker
from aggregator.pipeline.finding import Found, find_feeds

if TYPE_CHECKING:
    from aggregator.cli.app import Place

_NOT_FOUND = 1
_REFUSED = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be added, and what the caller says of it."""

    url: str
    pick: int | None = None
    id: str | None = None
    name: str | None = None
    tags: tuple[str, ...] = ()


def add_feed(place: "Place", wish: Wish, *, as_json: bool) -> int:
    """Find, choose, write; the exit code."""
    # A feed that only a list names may still be written into the YAML, which wins.
    written = load(place.config, os.environ, place.data)
    wish = replace(wish, url=_complete_url(wish.url))
    if _refuse_duplicate(written, wish.url):
        return _REFUSED
    found = asyncio.run(_find(written, wish.url))
    if not found.samples:
        _say_nothing(wish.url, found)
        return _NOT_FOUND
    sample = _choose(found.samples, wish.pick, as_json=as_json)
    if sample is None or _refuse_duplicate(written, sample.url):
        return _REFUSED
    taken = {source.id for source in place.load().sources}
    source = make_source(sample, taken, wish.name, wish.id, tidy_tags(wish.tags))
    add_sources(place.config, [source], os.environ)
    _say_added(place, source, sample, as_json=as_json)
    return 0


def _complete_url(url: str) -> str:
    """The address as people type it, with the scheme that most sites have."""
    return url.strip() if "://" in url else f"https://{url.strip()}"


async def _find(config: Config, url: str) -> Found:
    async with open_asker(config, tell_time) as asker:
        return await find_feeds(url, asker)


def _refuse_duplicate(config: Config, url: str) -> bool:
    """Whether the feed is there already, which is said with its line."""
    there = find_duplicate(config.sources, url)
    if there is None:
        return False
    _complain(f"{there.location}: this feed is there already, as {there.id}; nothing was written")
    return True


def _say_nothing(url: str, found: Found) -> None:
    first, *others = found.failures
    more = ""
    if others:
        more = f"; asked {len(others)} more addresses of that site, none is a feed"
    _complain(f"{hide_secrets(url)}: {first.detail}{more}; nothing was written")


def _choose(samples: Sequence[Sample], pick: int | None, *, as_json: bool) -> Sample | None:
    """The feed to take: the only one, the one picked; None where nobody picked, which is said."""
    if pick is None and len(samples) == 1:
        return samples[0]
    if pick is None or pick > len(samples):
        if as_json:
            print_json({"added": None, "found": [describe_sample(one) for one in samples]})
        else:
            _print_samples(samples)
            pick = pick or _ask_which(len(samples))
    if pick is None or pick > len(samples):
        _complain(f"{len(samples)} feeds were found; name one with --pick N")
        return None
    return samples[pick - 1]


def _ask_which(most: int) -> int | None:
    """The number that a person types on a terminal; None where there is none, or no such number."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    print(f"Which one (1 to {most})? ", end="", flush=True)
    answer = sys.stdin.readline().strip()
    number = int(answer) if re.fullmatch("[0-9]{1,4}", answer) else 0
    return number or None


def _print_samples(samples: Sequence[Sample]) -> None:
    rows = [
        [
            Text(str(number)),
            say_words(one.format),
            say_words(one.language or "-"),
            Text(str(one.items)),
            Text("full" if one.full else "summary"),
            Text(f"{one.newest:%Y-%m-%d}" if one.newest else "-"),
            say_words(one.title or "-"),
            say_words(one.url),
        ]
        for number, one in enumerate(samples, 1)
    ]
    columns = ["no", "type", "lang", "items", "text", "newest", "title", "address"]
    print_table(open_console(), columns, rows, numbers=(0, 3))


def describe_sample(sample: Sample) -> dict[str, Any]:
    """A feed for other programs."""
    return {
        "url": sample.url,
        "type": sample.format,
        "title": sample.title,
        "homepage": sample.homepage,
        "language": sample.language,
        "items": sample.items,
        "full_text": sample.full,
        "newest": write_time(sample.newest),
    }


def _say_added(place: "Place", source: Source, sample: Sample, *, as_json: bool) -> None:
    if as_json:
        found = describe_sample(sample)
        added: dict[str, Any] = {"id": source.id, "name": source.name}
        print_json({"added": added | found, "found": [found]})
        return
    console = open_console()
    console.print(
        say_words(
            f"{place.config}: added {source.id}: {source.name or '-'}, {sample.format}, "
            f"{sample.items} items, {source.url}"
        ),
        soft_wrap=True,
    )
    console.print(
        "no terms are stated: readers see an excerpt of 40 words; read the publisher's terms,"
        f" then write reuse: under {source.id}",
        soft_wrap=True,
    )


def _complain(words: str) -> None:
    print(say_words(words).plain, file=sys.stderr)
