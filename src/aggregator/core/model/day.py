"""A day's edition as the ledger knows it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Day:
    """The edition of one local day, and its place in the chain of archives (RFC 5005).

    `number` counts from 1 in the order in which days were first published: it
    is the place in the chain, and never changes. `closed` is when it became an
    archive, None while it is open. `due` says why its files are to be made
    anew, "" when they are not; `changes` are those made after it closed: when,
    and why.
    """

    date: date
    number: int
    opened: datetime
    closed: datetime | None = None
    due: str = ""
    changes: tuple[tuple[datetime, str], ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether its bytes stay as they are."""
        return self.closed is not None
