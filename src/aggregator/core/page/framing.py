"""What every page has round its contents."""

from collections.abc import Iterator

from aggregator.core import urls
from aggregator.core.page.values import Around, Feed, Frame, Kind, Link, Menu
from aggregator.core.settings import NewsfeedSettings

_FEEDS = {
    "atom.xml": ("Atom", "application/atom+xml"),
    "rss.xml": ("RSS", "application/rss+xml"),
    "feed.json": ("JSON Feed", "application/feed+json"),
}
_OWN = frozenset({Kind.LIVE, Kind.SOURCE, Kind.TAG, Kind.LANGUAGE, Kind.FEED})
MENU = 40
"""Folders of one kind that each page names; more of them would outweigh its stories."""
FOLDERS = {
    Kind.SOURCE: "sources/",
    Kind.TAG: "tags/",
    Kind.LANGUAGE: "languages/",
    Kind.FEED: "feeds/",
}
"""Where the folders of each kind are, and the list of them all."""
_LOCAL = frozenset({"", "localhost", "127.0.0.1", "[::1]"})


def make_frame(
    kind: Kind,
    newsfeed: NewsfeedSettings,
    around: Around,
    *,
    robots: str = "",
    is_reserved: bool = False,
) -> Frame:
    """The frame of a page; a closed day has no menus, so that its bytes stay."""
    return Frame(
        kind=kind,
        title=newsfeed.title,
        root=around.root,
        folder=around.folder,
        address=find_address(newsfeed.base_url, around.folder),
        languages=around.languages,
        feeds=tuple(list_feeds(kind, around)),
        has_search=around.has_search,
        has_archive=around.has_archive,
        robots=robots,
        is_reserved=is_reserved,
        menus=make_menus(around) if around.is_open else (),
    )


def list_feeds(kind: Kind, around: Around) -> Iterator[Feed]:
    """The feeds to subscribe to from a page; a day's own is an archive that never grows."""
    way = "" if kind in _OWN else around.root
    for file in around.feeds:
        if file in _FEEDS:
            yield Feed(way + file, *_FEEDS[file])


def find_address(base_url: str, folder: str) -> str | None:
    """Where a folder is on the web; None for an address of this machine.

    A canonical link to 127.0.0.1 would take the page out of every index.
    """
    if urls.host(base_url) in _LOCAL:
        return None
    return f"{base_url.rstrip('/')}/{folder}"


def make_menus(around: Around) -> tuple[Menu, ...]:
    """The other folders by kind, in the order given; of many the first ones and the way to all."""
    order = dict.fromkeys(place.kind for place in around.places)
    menus = (make_menu(kind, around) for kind in order)
    return tuple(
        Menu(menu.kind, menu.links[:MENU], f"{around.root}{FOLDERS[menu.kind]}")
        if len(menu.links) > MENU
        else menu
        for menu in menus
    )


def make_menu(kind: Kind, around: Around) -> Menu:
    """All folders of one kind."""
    places = (place for place in around.places if place.kind is kind)
    return Menu(kind, tuple(Link(around.root + place.path, name=place.name) for place in places))
