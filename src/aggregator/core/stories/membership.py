"""What the ledger knows of reports: which story each stood in when it was published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from aggregator.core.model import Report


@dataclass(frozen=True, slots=True)
class Membership:
    """What the ledger knows: the story of a report, and the order in which its id was given.

    `owner` says that the id was given to this very report; `led` is the order of
    the first id that was given to it, also of one that gave way since, and
    `since` when it was first published in any story. `updated` is the time under
    which the story was last published; `own` is the last id that was given to
    this very report, and `own_updated` the time under which that was.
    """

    story_id: str
    order: int
    owner: bool = False
    since: datetime | None = None
    led: int | None = None
    updated: datetime | None = None
    own: str | None = None
    own_updated: datetime | None = None


Memberships = Mapping[tuple[str, str], Membership]
NO_MEMBERSHIPS: Memberships = MappingProxyType({})


def find_membership(report: Report, memberships: Memberships) -> Membership | None:
    """What is known of a report; None for one that was never published."""
    return memberships.get(report.entry.name)


def list_given(memberships: Memberships) -> set[str]:
    """The ids that the ledger knows by these."""
    known = memberships.values()
    return {one.story_id for one in known} | {one.own for one in known if one.own}


def list_owned(members: Sequence[Report], memberships: Memberships) -> list[Membership]:
    """The ids that were given to these very reports, the oldest first."""
    known = (find_membership(report, memberships) for report in members)
    return sorted((m for m in known if m and m.owner), key=lambda m: m.order)
