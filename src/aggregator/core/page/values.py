"""What a page is made of: all that a template can say, in values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a page shows: the newest stories, one day, or those of one folder of feeds."""

    LIVE = "live"
    DAY = "day"
    SOURCE = "source"
    TAG = "tag"
    LANGUAGE = "language"
    FEED = "feed"
    ARCHIVE = "archive"
    LISTING = "listing"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Place:
    """Another folder of the published one: `path` ends with `/`, as `tags/karabakh/`."""

    kind: Kind
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Around:
    """What lies round a page.

    `folder` is its own, "" or ending with `/`. `day` is None for the live page
    and for folders; `name` is what a folder is called. `days` are those that
    have an edition, for the calendar: without any there is none, and the page
    of a closed day that is to keep its bytes is given none. `languages` are
    those of the interface, the first is that of `index.html`; see
    `order_languages`. `has_archive`: there is a list of all days at `days/`.
    """

    folder: str = ""
    name: str = ""
    day: date | None = None
    previous: date | None = None
    following: date | None = None
    days: frozenset[date] = frozenset()
    is_open: bool = True
    languages: tuple[str, ...] = ("en", "hy", "ru")
    feeds: tuple[str, ...] = ("atom.xml", "rss.xml", "feed.json")
    places: tuple[Place, ...] = ()
    has_search: bool = False
    has_archive: bool = True

    @property
    def root(self) -> str:
        """The way from the page to the published folder: "" or as many `../` as it is deep."""
        return "../" * self.folder.count("/")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to subscribe to: `name` is that of its format."""

    href: str
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a folder that has pages: `href` lacks the name of the page, which bears a language.

    `day` or `name` says what is there.
    """

    href: str
    day: date | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day in a calendar; `href` is None where it has no edition."""

    day: date
    href: str | None
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A month, its weeks from Monday on with None for days of other months, and its neighbours."""

    month: date
    weeks: tuple[tuple[Cell | None, ...], ...]
    previous: Link | None = None
    following: Link | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """The folders of one kind; `more` leads to the list of all where these are the first ones."""

    kind: Kind
    links: tuple[Link, ...]
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Medium:
    """Something attached that the terms let us pass on: a picture, audio, video or file."""

    kind: str
    url: str
    host: str


@dataclass(frozen=True, slots=True)
class Item:
    """One story as it stands on a page.

    `lead`, `rest` and `tail` are clean HTML without media, to be shown one
    after another; `rest` is "" unless the text is so long that it is folded,
    and `tail` are the words of ours behind it. `at` is local. `language` is ""
    where nobody knows it, `direction` is ltr, rtl or auto. `rights` is None
    where the text says them itself. `is_reserved`: not for use by language
    models.
    """

    id: str
    anchor: str
    title: str
    link: str
    at: datetime
    lead: str
    rest: str = ""
    tail: str = ""
    language: str = ""
    direction: str = "auto"
    source: str = ""
    source_link: str | None = None
    authors: tuple[str, ...] = ()
    via: tuple[str, str] | None = None
    comments_count: int | None = None
    comments_url: str | None = None
    rights: str | None = None
    license: str | None = None
    media: tuple[Medium, ...] = ()
    is_reserved: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Stories under one heading: a day, a tag, or neither where the page is one list.

    `link` leads to the edition of the day, or to the folder of the tag.
    """

    anchor: str
    items: tuple[Item, ...]
    name: str = ""
    day: date | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has round its contents.

    `address` is the page's folder on the web, None where the configuration
    names no public one. `languages` are those of the interface, the first one
    is that of `index.html`. `feeds` are the page's own; a day, the archive and
    a search are no place to subscribe at, and name those of the whole newsfeed.
    """

    kind: Kind
    title: str
    root: str
    folder: str
    address: str | None
    languages: tuple[str, ...]
    feeds: tuple[Feed, ...] = ()
    has_search: bool = False
    has_archive: bool = False
    robots: str = ""
    is_reserved: bool = False
    menus: tuple[Menu, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A list of stories with the ways to others; `updated` is local, None where there are none."""

    frame: Frame
    sections: tuple[Section, ...]
    count: int
    sources: int
    name: str = ""
    day: date | None = None
    is_open: bool = True
    updated: datetime | None = None
    previous: Link | None = None
    following: Link | None = None
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """The months of a year that have editions, the newest first, each with its days in order."""

    number: int
    months: tuple[tuple[date, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """Every day that has an edition, the newest year first."""

    frame: Frame
    years: tuple[Year, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Every folder of one kind: all sources, all tags."""

    frame: Frame
    menu: Menu


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found: one page of `pages`, numbered from 1."""

    frame: Frame
    query: str
    items: tuple[Item, ...]
    total: int
    number: int = 1
    pages: int = 1
