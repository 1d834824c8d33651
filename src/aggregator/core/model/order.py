"""What is decided about reports that must leave, and what tells subscribers that they left."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Act(StrEnum):
    """What an order does to a report."""

    TAKEDOWN = "takedown"
    UNDO = "undo"


class Author(StrEnum):
    """Who decided; none lifts what another has taken down, but the operator what a page has."""

    OPERATOR = "operator"
    SOURCE = "source"
    PAGE = "page"
    """The page of the report, where the source answers that it is removed."""


@dataclass(frozen=True, slots=True)
class Order:
    """One decision about one report (`source_id`, `key`), taken at `at`.

    Orders of one `at` belong together. `story_id` is the id under which the
    report was published, None where it never was. The reason is told to
    subscribers only when it is `public`. `whole` says that the story is meant:
    whatever report joins it later is taken down too. `number` is the store's,
    0 before it is saved.
    """

    act: Act
    source_id: str
    key: str
    at: datetime
    story_id: str | None = None
    title: str = ""
    reason: str = ""
    public: bool = False
    whole: bool = False
    by: Author = Author.OPERATOR
    number: int = 0

    @property
    def report(self) -> tuple[str, str]:
        """The report that it is about."""
        return self.source_id, self.key


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A tombstone in a source's feed (RFC 6721): the id and the time, as written."""

    ref: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Grave:
    """A published id that left: when, why in words for all, and which id took its place."""

    story_id: str
    at: datetime
    why: str = ""
    survivor: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A stored report that an operator may mean, with the id of its story where it has one.

    `owner` says that this id was given to this very report.
    """

    source_id: str
    key: str
    title: str
    link: str | None
    story_id: str | None
    owner: bool
    at: datetime

    @property
    def report(self) -> tuple[str, str]:
        """Its name inside: source and key."""
        return self.source_id, self.key
