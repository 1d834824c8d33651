"""`import` and `export`: lists of feeds in OPML."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.cli.words import print_json, say_words
from aggregator.core import urls
from aggregator.core.ids import mint_id
from aggregator.core.listing import tidy_tags
from aggregator.core.model import Source
from aggregator.core.model.outline import OutlineList
from aggregator.core.secrets import drop_secrets
from aggregator.core.settings import Config
from aggregator.edges.config import add_sources, load, write_sources
from aggregator.edges.opml import read_opml, write_opml
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from aggregator.cli.app import Place


def import_opml(
    place: "Place", file: Path, to: Path | None, tags: tuple[str, ...], *, as_json: bool
) -> int:
    """Write the feeds of a list into the YAML or a new file; the exit code."""
    config = load(place.config, os.environ, place.data)
    found = _read(file)
    sources = _make_sources(found, config, tidy_tags(tags))
    if sources and to:
        write_sources(to, sources)
    elif sources:
        add_sources(place.config, sources, os.environ)
    _say(file, to or place.config, found, len(sources), as_json=as_json)
    if to and sources and not as_json:
        print(f"name it in {place.config} to have it read: include: [{to}]")
    return 0 if found.outlines else 1


def export_opml(config: Config) -> int:
    """Print the sources as OPML; the exit code."""
    sys.stdout.flush()
    sys.stdout.buffer.write(write_opml(config.sources, config.newsfeed.title))
    bare = sum(drop_secrets(source.url) != source.url for source in config.sources)
    if bare:
        words = "addresses stand" if bare > 1 else "address stands"
        print(f"{bare} {words} there without what lets one in", file=sys.stderr)
    return 0


def _read(file: Path) -> OutlineList:
    try:
        return read_opml(file.read_bytes())
    except OSError as error:
        raise ConfigError(
            [f"{file}:1:1: the list cannot be read ({error.strerror}); check its path"]
        ) from error


def _make_sources(found: OutlineList, config: Config, tags: tuple[str, ...]) -> list[Source]:
    """A source for each feed that is not there yet, with an id of its own."""
    known = {urls.canonical(source.url) for source in config.sources}
    taken = {source.id for source in config.sources}
    sources = []
    for one in found.outlines:
        name = urls.canonical(one.url)
        if name in known:
            continue
        known.add(name)
        source_id = mint_id(one.name, one.url, taken)
        taken.add(source_id)
        source = Source(source_id, one.url, one.name, one.homepage, one.language)
        sources.append(replace(source, tags=tuple(dict.fromkeys((*tags, *one.tags)))))
    return sources


def _say(file: Path, target: Path, found: OutlineList, added: int, *, as_json: bool) -> None:
    there = len(found.outlines) - added
    if as_json:
        print_json(
            {
                "feeds": len(found.outlines),
                "added": added,
                "skipped": there,
                "whole": found.whole,
                "problems": list(found.problems),
            }
        )
        return
    for problem in found.problems:
        print(say_words(f"{file}: {problem}").plain)
    words = f"{len(found.outlines)} feeds: {added} added, {there} skipped as there already or twice"
    print(say_words(f"{file}: {words}; {target}").plain)
