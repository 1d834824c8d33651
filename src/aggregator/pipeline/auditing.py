"""Proves that what is published obeys its sources' terms, by reading the files back.

It reads the folder and the store, and needs no lock: beside a daemon, what was
changed since it was published is told apart from what is broken.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from aggregator.core import reuse, stories, takedowns
from aggregator.core.audit import (
    Due,
    Printed,
    Verdict,
    digest_facts,
    find_due,
    judge,
    judge_changed,
    judge_now,
    read_entries,
)
from aggregator.core.fulltext import unfold
from aggregator.core.likeness import Window
from aggregator.core.lint import Breach
from aggregator.core.model import FeedHead, Report, Story
from aggregator.core.origin import list_known
from aggregator.core.settings import Config
from aggregator.core.stories import IsHeld
from aggregator.edges.published import list_feeds, read_file, read_whole
from aggregator.edges.store import Store, has_store, open_store
from aggregator.pipeline.pool import Pool
from aggregator.pipeline.proving import FOLDER

_AGAIN = "publish again with: aggregator build"
_FEEDS = frozenset({"atom.xml", "rss.xml", "feed.json"})


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file, or an entry of it, that cannot be proven to obey anything: why, what to do."""

    file: str
    entry: str
    why: str
    step: str


@dataclass(frozen=True, slots=True)
class Audited:
    """An entry of a file with its source and a verdict for each term that applies.

    One `has_changed` was changed by its source since the file was published.
    """

    file: str
    entry: str
    source: str
    verdicts: tuple[Verdict, ...]
    has_changed: bool = False


@dataclass(frozen=True, slots=True)
class Audit:
    """What came of all files: entries, what nobody can answer for, and what was kept."""

    files: tuple[str, ...]
    entries: tuple[Audited, ...]
    troubles: tuple[Trouble, ...]
    kept: tuple[Mapping[str, Any], ...]

    @property
    def is_broken(self) -> bool:
        """Whether any entry breaks a term, or cannot be proven to obey them."""
        return bool(self.troubles) or any(
            not verdict.obeyed for entry in self.entries for verdict in entry.verdicts
        )


@dataclass(frozen=True, slots=True)
class _File:
    """A published file as it was read: whether it is byte for byte what was kept proof of."""

    path: str
    entries: tuple[Printed, ...]
    facts: Mapping[str, str]


def audit_published(config: Config, data: Path, now: datetime) -> Audit:
    """The audit of every published feed; raises OSError and StoreError."""
    folder = data / config.publish.directory
    kept = _load_kept(data)
    paths = [path for path in list_feeds(folder) if path.name in _FEEDS]
    read = [_read(path, path.relative_to(folder).as_posix(), kept) for path in paths]
    files = [one for one in read if isinstance(one, _File)]
    owed = _find_owed(config, data, {one.id for file in files for one in file.entries}, now)
    found = [_audit(file, one, owed, now) for file in files for one in file.entries]
    return Audit(
        tuple(path.relative_to(folder).as_posix() for path in paths),
        tuple(one for one in found if isinstance(one, Audited)),
        tuple(one for one in (*read, *found) if isinstance(one, Trouble)),
        kept,
    )


def _read(path: Path, name: str, kept: Iterable[Mapping[str, Any]]) -> _File | Trouble:
    body = read_file(path)
    entries = read_entries(read_whole(body))
    if isinstance(entries, Breach):
        return Trouble(name, "", f"cannot be read: {entries.words}", _AGAIN)
    digest = sha256(body).hexdigest()
    same = (one for one in kept if one.get("files", {}).get(name) == digest)
    return _File(name, entries, next(same, {}).get("facts", {}))


def _audit(
    file: _File, printed: Printed, owed: Mapping[str, Due], now: datetime
) -> Audited | Trouble:
    due = owed.get(printed.id)
    if due is None:
        why = f"no configured source stands behind it; it says it is from {printed.feed_title!r}"
        return Trouble(file.path, printed.id, why, _AGAIN)
    known = file.facts.get(printed.id)
    has_changed = known is not None and known != digest_facts(due)
    verdicts = judge_changed(printed, due) if has_changed else judge(printed, due)
    timed = (*verdicts, *judge_now(due, now))
    return Audited(file.path, printed.id, due.source, timed, has_changed)


def _find_owed(config: Config, data: Path, story_ids: set[str], now: datetime) -> dict[str, Due]:
    """What each of these stories owes by what is stored and configured now."""
    if not story_ids or not has_store(data):
        return {}
    with open_store(data, write=False) as store:
        states = store.load_states()
        heads = {source_id: state.head or FeedHead() for source_id, state in states.items()}
        # What a publishing of now would compare them with.
        window = Pool(config, store, Window(), now).window
        known, zone = list_known(config.sources, heads), config.newsfeed.timezone
        is_held = partial(reuse.is_held, known=known, now=now)
        found, gone = _find_stories(config, store, story_ids, heads, window, is_held)
    return {
        story.id: find_due(story, zone, now, known, gone.get(story.id, ()))
        for story in found
        if story.id in story_ids
    }


def _find_stories(
    config: Config,
    store: Store,
    story_ids: set[str],
    heads: Mapping[str, FeedHead],
    window: Window,
    is_held: IsHeld,
) -> tuple[tuple[Story, ...], Mapping[str, Sequence[Report]]]:
    """The stories as they are told now, and what was taken down of each, by its id."""
    sources = {source.id: source for source in config.sources}
    entries = [unfold(one) for one in store.load_told(story_ids) if one.source_id in sources]
    reports = [
        Report(one, sources[one.source_id], heads.get(one.source_id) or FeedHead())
        for one in entries
    ]
    prefix, memberships = store.read_fact("tag_prefix") or "", store.load_memberships(entries)
    kept = takedowns.leave_out(reports, takedowns.list_standing(store.load_orders()))
    standing = {id(one) for one in kept}
    gone: dict[str, list[Report]] = {}
    for one in reports:
        if id(one) not in standing and (known := stories.find_membership(one, memberships)):
            gone.setdefault(known.story_id, []).append(one)
    window.learn(kept)
    told = stories.combine(kept, memberships, story_ids, prefix, window, is_held)
    return told, gone


def _load_kept(data: Path) -> tuple[Mapping[str, Any], ...]:
    """What was proven of each edition when it was published; what cannot be read is left out."""
    return tuple(_read_kept(sorted((data / FOLDER).glob("*.json"))))


def _read_kept(paths: Iterable[Path]) -> Iterator[Mapping[str, Any]]:
    for path in paths:
        try:
            record = json.loads(read_file(path))
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record
