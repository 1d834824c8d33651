"""Whether an entry is one that we know already, and whether it says something new.

Inside, an entry is (source, key). It is recognised by its raw id, else by its
link, else by its content: `names`. A feed that changes its ids is healed by
second keys: `floods`, `traces`. What a known entry becomes: `edits`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.core.evidence import is_distinctive
from aggregator.core.identity.edits import rename, settle
from aggregator.core.identity.floods import Healed, find_window, heal, tell
from aggregator.core.identity.names import (
    drop_reused_names,
    has_own_name,
    is_written,
    list_keys,
    list_names,
    match,
)
from aggregator.core.model import Change, Changes, Entry, Problem, Version
from aggregator.core.versions import keep_earlier

__all__ = ["Settled", "Sighting", "list_keys", "recognise", "settle_all", "settle_sighting"]

_BY_LINK = "its link is the same"


@dataclass(frozen=True, slots=True)
class Settled:
    """The entries that a poll changes, the count of what it did, and the repairs in words.

    `oldest` is when the first of those that were known already was seen first;
    `versions` are what edited entries said before.
    """

    entries: tuple[Entry, ...]
    changes: Changes
    problems: tuple[Problem, ...] = ()
    oldest: datetime | None = field(default=None, compare=False)
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A document's entries, each with the known one that it is, in the document's order.

    `written` are the ids and keys that the document holds, those that it got included.
    """

    pairs: tuple[tuple[Entry, Entry | None], ...]
    known: tuple[Entry, ...]
    written: frozenset[str]

    @property
    def strange(self) -> tuple[Entry, ...]:
        """The entries that look new."""
        return tuple(fresh for fresh, old in self.pairs if old is None)

    @property
    def window(self) -> int:
        """How many of its source's newest entries to compare it with; 0 unless it is a flood."""
        return find_window(len(self.pairs), len(self.strange))

    @property
    def dates(self) -> frozenset[datetime]:
        """The dates of what looks new: a known entry of one of them may be it, edited."""
        return frozenset(entry.published for entry in self.strange if entry.published)


def recognise(fresh: Iterable[Entry], known: Iterable[Entry]) -> Sighting:
    """Which of the known entries a document's entries are by id, link or words."""
    known = tuple(known)
    unique = {entry.key: entry for entry in reversed(tuple(fresh))}
    named = drop_reused_names(tuple(reversed(unique.values())), known)
    written = frozenset(list_names((*unique.values(), *named)))
    return Sighting(tuple(match(named, known, written)), known, written)


def settle_all(
    fresh: Iterable[Entry], known: Iterable[Entry], now: datetime, others: Iterable[Entry] = ()
) -> Settled:
    """What a feed's entries mean, given those known of the same source."""
    return settle_sighting(recognise(fresh, known), others, now)


def settle_sighting(sighting: Sighting, others: Iterable[Entry], now: datetime) -> Settled:
    """What a document means; `others` are known entries that it may hold under other ids."""
    healed = {one.fresh.key: one for one in _heal(sighting, others)}
    steps = [_settle(old, fresh, healed.get(fresh.key), now) for fresh, old in sighting.pairs]
    saved = tuple(entry for _, entry, change in steps if change is not None)
    versions = (
        keep_earlier(known, entry, change, now)
        for known, entry, change in steps
        if known and change
    )
    counts = Counter(change for _, _, change in steps)
    changes = Changes(
        counts[Change.NEW], counts[Change.UPDATED], counts[Change.REFRESHED], healed=len(healed)
    )
    known = [old for _, old in sighting.pairs if old] + [one.known for one in healed.values()]
    oldest = min((entry.first_seen for entry in known), default=None)
    problems = tell(tuple(healed.values()))
    return Settled(saved, changes, problems, oldest, tuple(one for one in versions if one))


def _settle(
    old: Entry | None, fresh: Entry, healed: Healed | None, now: datetime
) -> tuple[Entry | None, Entry, Change | None]:
    """The entry that was known, what becomes of it, and what happened to it."""
    if healed:
        return healed.known, *rename(healed.known, fresh, now)
    return old, *settle(old, fresh, now)


def _heal(sighting: Sighting, others: Iterable[Entry]) -> list[Healed]:
    """The entries that came under another id, by their links, else by their second keys."""
    by_link = [
        Healed(old, fresh, _BY_LINK)
        for fresh, old in sighting.pairs
        if old is not None and _is_renamed(old, fresh)
    ]
    missing = _list_missing(sighting, others)
    return [*by_link, *heal(sighting.strange, missing, flood=sighting.window > 0)]


def _is_renamed(known: Entry, fresh: Entry) -> bool:
    """Whether an entry came under another id that is worth remembering: "17" is not."""
    return bool(fresh.raw_id and is_distinctive(fresh.raw_id)) and not has_own_name(known, fresh)


def _list_missing(sighting: Sighting, others: Iterable[Entry]) -> list[Entry]:
    """The known entries that are not in the document, nor is the name of their first sight."""
    found = {old.key for _, old in sighting.pairs if old is not None}
    known = {entry.key: entry for entry in (*sighting.known, *others)}
    return [
        entry
        for key, entry in known.items()
        if key not in found and not is_written(entry, sighting.written)
    ]
