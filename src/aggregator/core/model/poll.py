"""What one poll and one publishing save: with `Order` the only things the store accepts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from aggregator.core.model.day import Day
from aggregator.core.model.entry import Entry
from aggregator.core.model.fetch import FetchState
from aggregator.core.model.look import Page
from aggregator.core.model.order import Order
from aggregator.core.model.tally import Tally
from aggregator.core.model.version import Version


class Change(StrEnum):
    """What a poll did to one entry."""

    NEW = "new"
    UPDATED = "updated"
    REFRESHED = "refreshed"


@dataclass(frozen=True, slots=True)
class Changes:
    """How many entries a poll brought, updated, refreshed without a visible change, dropped.

    `healed` are those of the updated and refreshed that came under another id.
    """

    new: int = 0
    updated: int = 0
    refreshed: int = 0
    dropped: int = 0
    healed: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What one poll saves, in one transaction: the new state and the entries it vouches for.

    `orders` are about reports that the source itself takes back, or tells anew.
    `pages` are all its pages that were looked at so far, None where none was now.
    `versions` are what some of the entries said before. `tally` is what is to be
    added to the record of polls, None for what was counted with its poll.
    """

    state: FetchState
    entries: tuple[Entry, ...] = ()
    changes: Changes = Changes()
    orders: tuple[Order, ...] = ()
    pages: tuple[Page, ...] | None = None
    versions: tuple[Version, ...] = ()
    tally: Tally | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A report that was not published, and why."""

    source_id: str
    key: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Stale:
    """What search is to look at anew: `stories` by id that are new or changed, and others.

    Not answered until then are stories whose ids `left`, those of `reports`
    (source, key) that were taken down, and those of sources with other `terms`.
    `renamed` are sources that are called otherwise, `is_everything` every story.
    """

    stories: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    reports: tuple[tuple[str, str], ...] = ()
    terms: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    is_everything: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one publishing saves before its files are replaced.

    `claims` are ids given for life: (story id, source id, entry key) of the
    report each was made from. `members` say which story a report belongs to,
    `times` under which time each story is published. `places` and `taken` are
    places in day editions, (story id, day); `days` are the days that changed,
    `notes` what the next publishing goes on from, `stale` what search looks at anew.
    """

    at: datetime
    claims: tuple[tuple[str, str, str], ...] = ()
    members: tuple[tuple[str, str, str], ...] = ()
    held: tuple[Held, ...] = ()
    merged: tuple[tuple[str, str], ...] = ()
    orders: tuple[Order, ...] = ()
    places: tuple[tuple[str, date], ...] = ()
    taken: tuple[tuple[str, date], ...] = ()
    days: tuple[Day, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    times: tuple[tuple[str, datetime], ...] = ()
    stale: Stale = Stale()
