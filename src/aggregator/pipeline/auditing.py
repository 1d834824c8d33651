"""Proves that what is published obeys its sources' terms, by reading the files back.

It reads the folder and the store, and needs no lock: beside a daemon, what was
changed since it was published is told apart from what is broken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

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
from aggregator.core.lint import Breach
from aggregator.core.settings import Config
from aggregator.edges.published import list_feeds, read_file, read_whole
from aggregator.edges.store import has_store, open_store
from aggregator.pipeline.proving import Proof, find_proof, load_kept
from aggregator.pipeline.retelling import retell

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
    """A published file as it was read, and what was kept when it was published."""

    path: str
    entries: tuple[Printed, ...]
    proof: Proof

    @property
    def ids(self) -> frozenset[str]:
        """The ids of its entries."""
        return frozenset(one.id for one in self.entries)

    def tells_the_same(self, other: "_File") -> bool:
        """Whether another file tells the same stories by the same publishing."""
        return self.ids == other.ids and self.proof == other.proof


def audit_published(config: Config, data: Path, now: datetime) -> Audit:
    """The audit of every published feed; raises OSError and StoreError."""
    folder = data / config.publish.directory
    kept = load_kept(data)
    paths = [path for path in list_feeds(folder) if path.name in _FEEDS]
    read = [_read(path, path.relative_to(folder).as_posix(), kept) for path in paths]
    files = [one for one in read if isinstance(one, _File)]
    owed = _find_all_owed(config, data, files, now)
    found = [_audit(file, one, owed[file.path], now) for file in files for one in file.entries]
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
    return _File(name, entries, find_proof(kept, name, body))


def _audit(
    file: _File, printed: Printed, owed: Mapping[str, Due], now: datetime
) -> Audited | Trouble:
    due = owed.get(printed.id)
    if due is None:
        why = f"no configured source stands behind it; it says it is from {printed.feed_title!r}"
        return Trouble(file.path, printed.id, why, _AGAIN)
    known = file.proof.facts.get(printed.id)
    has_changed = known is not None and known != digest_facts(due)
    verdicts = judge_changed(printed, due) if has_changed else judge(printed, due)
    timed = (*verdicts, *judge_now(due, now))
    return Audited(file.path, printed.id, due.source, timed, has_changed)


def _find_all_owed(
    config: Config, data: Path, files: Iterable[_File], now: datetime
) -> dict[str, dict[str, Due]]:
    """What each story of each file owes; asked once for files that were published together."""
    owed: dict[str, dict[str, Due]] = {}
    asked: list[_File] = []
    for file in files:
        twin = next((one for one in asked if one.tells_the_same(file)), None)
        owed[file.path] = owed[twin.path] if twin else _find_owed(config, data, file, now)
        asked.append(file)
    return owed


def _find_owed(config: Config, data: Path, file: _File, now: datetime) -> dict[str, Due]:
    """What each story of a file owes by what is stored and configured now."""
    if not has_store(data):
        return {}
    zone = config.newsfeed.timezone
    with open_store(data, write=False) as store:
        retold = retell(config, store, file.ids, file.proof, now)
    return {
        story.id: find_due(story, zone, now, retold.known, retold.gone.get(story.id, ()))
        for story in retold.stories
    }
