"""What is compared: an entry as it was read back, what it owes to its sources, the verdicts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aggregator.core.model import Reuse


class Term(StrEnum):
    """What a source's terms, or the rules of this product for all sources, ask of an entry."""

    LINK = "link"
    CREDIT = "credit"
    NOTICE = "notice"
    LICENSE = "license"
    MODE = "mode"
    TEXT = "text"
    TITLE = "title"
    DERIVATIVES = "derivatives"
    IMAGES = "images"
    CARRIERS = "carriers"
    ALSO = "also"
    WITHHELD = "withheld"
    AUTHOR = "author"
    SOURCE = "source"
    AI = "ai"
    EMBARGO = "embargo"
    DELAY = "delay"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Printed:
    """An entry as a published file has it; what it does not say is empty.

    `form` is atom, rss or json; `feed_names` are the ids and addresses under
    which it names the feed it is from; `carriers` are (name, link), `also` the
    other reports it names as (who and headline, link); Atom does not tell the
    two apart. One that `is_reserved` says that language models may not use it.
    """

    form: str
    id: str
    link: str = ""
    title: str = ""
    html: str = ""
    authors: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    rights: str = ""
    license: str = ""
    feed_title: str = ""
    feed_names: tuple[str, ...] = ()
    carriers: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    is_reserved: bool = False


@dataclass(frozen=True, slots=True)
class Carrier:
    """Another source of a story: its name, and the link to its report where it has one."""

    name: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """Another report of the event: its source, headline and link.

    `ways` are those in which it may be credited, with who carries it.
    """

    name: str
    title: str
    link: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """A feed that an entry may be from: its title, and the ids and addresses that name it."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """The lead report as it is stored: what the published entry is compared with."""

    title: str
    text: str
    html: str
    authors: tuple[str, ...]
    at: datetime
    first_seen: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What an entry owes: the terms that hold for its story, filled in, and what they speak of.

    `link` is the address to be credited, None where no address will do.
    `credits` and `notices` are those of who wrote it and who carried it;
    `licenses` the addresses one of which must be named, `origin` what an entry
    calls the feed it is from, `names` (folded) those that a text may open with.
    `places` are addresses that its credits may lead to besides `link`.
    `writers` are the names that may stand for a report that names no author.
    `also` are the other reports of the event that are to be named, `hidden` those
    that must not be; `facts` is what is stored of them all.
    Its source's own terms hold before `until`; when they have ended, `terms`
    are those of a source that states none.
    """

    source: str
    terms: Reuse
    stored: Stored
    link: str | None
    credits: tuple[str, ...]
    notices: tuple[str, ...]
    licenses: tuple[str, ...]
    origin: str
    names: tuple[str, ...]
    writers: tuple[str, ...]
    homes: tuple[Home, ...]
    carriers: tuple[Carrier, ...] = ()
    also: tuple[Told, ...] = ()
    hidden: tuple[Told, ...] = ()
    facts: tuple[tuple[str, str, str, str | None], ...] = ()
    places: tuple[str, ...] = ()
    until: datetime | None = None
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one term fares in one entry: `why` it is broken, "" where it is obeyed; what to do."""

    term: Term
    why: str = ""
    step: str = ""

    @property
    def obeyed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.why
