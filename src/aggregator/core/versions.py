"""What is kept of a report that its source edits: which edits count, and how much of each.

Comment counts, pictures, tracking parameters and whole feeds that move to another
host make no version: see `core.identity.edits`, which knows edits from noise.
"""

from datetime import datetime
from hashlib import sha256

from aggregator.core.model import Change, Entry, Version

MOST = 50
"""Versions of one report: the first and the newest. A live page edited at every poll makes so
many in a day."""

TEXT = 2_000
"""Characters of a text: what the lead of a report and its summary have, and their edits."""

_LINK = 1_000
_AUTHORS = 10


def keep_earlier(known: Entry, kept: Entry, change: Change, now: datetime) -> Version | None:
    """What a report said until now, None where readers see no edit.

    An address counts only where it came with an update.
    """
    if _list_seen(known, change) == _list_seen(kept, change):
        return None
    return describe(known, now)


def describe(entry: Entry, at: datetime) -> Version:
    """What readers see of a report, as much of it as is kept."""
    words = " ".join(entry.text.split())
    return Version(
        entry.source_id,
        entry.key,
        at,
        title=entry.title,
        link=entry.link and entry.link[:_LINK],
        text=_cut(entry.text),
        digest=sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        length=len(entry.text),
        published=entry.published,
        updated=entry.updated,
        changed=entry.changed,
        authors=tuple(person.name for person in entry.authors[:_AUTHORS]),
    )


def _list_seen(entry: Entry, change: Change) -> tuple[object, ...]:
    """What an edit may change before the eyes of a reader."""
    names = [person.name for person in entry.authors]
    address = entry.canonical if change is Change.UPDATED else None
    return entry.title.split(), entry.text.split(), names, entry.published, address


def _cut(text: str) -> str:
    """The start of a text, if it can be with its last word whole: half a key is not recognised."""
    if len(text) <= TEXT:
        return text
    space = max(text.rfind(mark, TEXT // 2, TEXT + 1) for mark in " \n")
    return text[: space if space > 0 else TEXT].rstrip()
