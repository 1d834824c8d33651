"""What is new since the last publishing: entries, terms, settings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from aggregator.core.editions import digest_terms, find_changed
from aggregator.core.model import Entry
from aggregator.core.settings import Config
from aggregator.edges.store import Store

_TRIED = timedelta(days=30)
_MOST = 2_000
"""New entries told in one publishing: two seconds. What is left is told by the next one."""


@dataclass(frozen=True, slots=True)
class News:
    """What one publishing has to tell, and what it will have to note.

    `entries` were written since the last publishing, or held back by it. `terms` are sources
    whose terms are others than those they were published under. With
    `is_reset` the configuration decides anew what every story is and is called.
    There `is_more` than one publishing tells. `names` are those of the entries.
    """

    entries: tuple[Entry, ...]
    terms: frozenset[str]
    is_reset: bool
    is_more: bool
    notes: tuple[tuple[str, str], ...]
    names: frozenset[tuple[str, str]]


def find_news(config: Config, store: Store, now: datetime) -> News:
    """What has come since the last publishing."""
    settings = _digest_settings(config)
    is_reset = store.days.read_note("settings") != settings
    after = 0 if is_reset else int(store.days.read_note("told") or 0)
    fresh, last = store.days.load_fresh(after, _MOST)
    held = _load_held(config, store, now)
    digests = digest_terms(config.sources, now)
    is_more = len(fresh) == _MOST
    notes = {
        "told": str(last),
        "settings": settings,
        "terms": json.dumps(digests, sort_keys=True),
    }
    found = {entry.name: entry for entry in (*held, *fresh)}
    return News(
        tuple(found.values()),
        frozenset(find_changed(_read_terms(store), digests)),
        is_reset,
        is_more,
        tuple(notes.items()),
        frozenset(found),
    )


def _load_held(config: Config, store: Store, now: datetime) -> list[Entry]:
    """What the last publishing held back and this one may show: not for ever, nor without number.

    What cannot be shown for a month is told again when it changes, or the
    configuration does; an embargo may be longer.
    """
    waiting = {
        one.id
        for one in config.sources
        if one.reuse.embargo or one.reuse.embargo_until or one.reuse.delay
    }
    names = {(one.source_id, one.key) for one in store.load_held()}
    found = [
        entry
        for entry in store.load_entries_of(names)
        if entry.source_id in waiting or entry.first_seen > now - _TRIED
    ]
    return sorted(found, key=lambda entry: entry.first_seen, reverse=True)[:_MOST]


def _read_terms(store: Store) -> Mapping[str, str]:
    known: Mapping[str, str] = json.loads(store.days.read_note("terms") or "{}")
    return known


def _digest_settings(config: Config) -> str:
    """What decides what every story is and is called, as a digest."""
    sources = [
        (one.id, one.name, one.homepage, one.tags, one.aliases, one.filters)
        for one in config.sources
    ]
    settings = repr((config.newsfeed, config.publish, config.filters, sources))
    return blake2b(settings.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
