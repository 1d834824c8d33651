"""The id that a story bears for life (RFC 4287 section 4.2.6)."""

import hashlib
from collections.abc import Collection, Sequence
from itertools import chain, count

from aggregator.core import urls
from aggregator.core.model import Entry, Report
from aggregator.core.secrets import drop_keys
from aggregator.core.stories.membership import Memberships, find_membership


def keep_name(
    members: Sequence[Report], memberships: Memberships, used: Collection[str]
) -> str | None:
    """The id given first among the members, None where none was given.

    `used` are the ids of this reading's stories: where an edit parted what was
    one story, the id stays with the part that holds the report it was given to.
    """
    known = [find_membership(report, memberships) for report in members]
    given = [m for m in known if m and m.story_id not in used]
    return min(given, key=lambda m: m.order).story_id if given else None


def take_up(
    members: Sequence[Report], memberships: Memberships, used: Collection[str]
) -> str | None:
    """The id that was given first to one of the members and gave way since, None where none did.

    What an edit joined and another parted is again what it was before.
    """
    known = (find_membership(report, memberships) for report in members)
    given = [m for m in known if m and m.own is not None and m.own not in used]
    return min(given, key=lambda m: (m.led or 0, m.own or "")).own if given else None


def name_entry(entry: Entry, taken: Collection[str], prefix: str) -> str:
    """The report's own id where it is an IRI that nobody claimed, else a minted `tag:`.

    RFC 4287 section 4.2.6: an id stays when an entry is republished, byte for
    byte; RFC 4151: the form of the minted ones.
    """
    if entry.raw_id and _may_be_id(entry.raw_id) and entry.raw_id not in taken:
        return entry.raw_id
    minted = mint_id(entry, prefix)
    names = chain([minted], (f"{minted}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def _may_be_id(raw_id: str) -> bool:
    """Whether an id may be published: an IRI without a key that lets somebody in."""
    return urls.is_iri(raw_id) and drop_keys(raw_id) == raw_id


def mint_id(entry: Entry, prefix: str) -> str:
    """The `tag:` that a report gets when its own id will not do; the same each time."""
    digest = hashlib.sha256(entry.key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{prefix}/{entry.source_id}/{digest[:24]}"
