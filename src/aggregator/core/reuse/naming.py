"""What a report's source is called, where it is at home, and which link is shown."""

import re

from aggregator.core import urls
from aggregator.core.model import Person, Report, Reuse, SourceRef
from aggregator.core.origin import read_hosts, read_names
from aggregator.core.secrets import drop_secrets
from aggregator.core.text import fold

_BEFORE_BRAND = re.compile(r"\s+[|–—-]\s+")


def name_source(report: Report) -> str:
    """The source's name: the configured one, else its feed's title, else its host."""
    return report.source.name or report.head.title or urls.host(report.source.url)


def drop_brand(title: str, report: Report) -> str:
    """The title without the name or host of its source that pages put behind it: "T | Paper"."""
    head = report.head
    hosts = read_hosts(report.source) | {
        urls.host(url) for url in (head.link, head.self_link) if url
    }
    brands = read_names(report).union(map(fold, [head.title, *hosts])) - {""}
    marks = _BEFORE_BRAND.finditer(title)
    ends = (mark.start() for mark in marks if fold(title[mark.end() :]) in brands)
    bare = title[: next(ends, len(title))]
    if not fold(bare):
        return title
    return title if bare == title else drop_brand(bare, report)


def choose_link(report: Report, terms: Reuse) -> str | None:
    """The article's link; the homepage only where the terms ask for no link to the article."""
    if report.entry.link:
        return report.entry.link
    return None if terms.link else find_homepage(report)


def explain_no_link(terms: Reuse) -> str:
    """Why a report without a link is held back."""
    if terms.link is None:
        return "no safe link of its own, and no homepage is known"
    if not terms.stated:
        return "the default terms ask for a link to the article, and it has none"
    return "no safe link of its own, and the source's terms ask for one"


def find_homepage(report: Report) -> str | None:
    """The source's homepage: the configured one, else the one its feed names."""
    place = report.source.homepage or report.head.link
    return urls.publishable("", place) if place else None


def find_place(report: Report) -> str | None:
    """Where the source is at home, else its feed."""
    return find_homepage(report) or _strip_secrets(report.source.url)


def name_ref(ref: SourceRef | None) -> str:
    """What to call the feed that an entry names: by its title, else by its host."""
    return "" if ref is None else ref.title or urls.host(ref.link or ref.self_link or ref.id or "")


def is_own(ref: SourceRef, report: Report) -> bool:
    """Whether an entry names the very feed that it stands in, as some feeds do."""
    names = {fold(name_source(report)), fold(report.head.title)}
    places = {_compare(url) for url in (report.source.url, report.head.self_link) if url}
    return (bool(ref.title) and fold(ref.title) in names) or (
        ref.self_link is not None and _compare(ref.self_link) in places
    )


def _compare(url: str) -> str:
    """A feed's address as it is compared: some feeds repeat the reader's key in it, some do not."""
    return urls.canonical(drop_secrets(url))


def describe_source(report: Report) -> SourceRef:
    """Atom's `source`: that which the entry brought, else its feed (RFC 4287 section 4.2.11).

    One that has a title but neither an address nor an id of its own gives way to
    the feed: under our address its title would be a false label.
    """
    ref = report.entry.source
    if ref is not None and name_ref(ref) and (own_id := _find_own_id(ref)):
        return SourceRef(
            title=name_ref(ref),
            id=own_id,
            link=urls.resolve("", ref.link or "") or None,
            self_link=_strip_secrets(ref.self_link or ""),
            rights=ref.rights,
        )
    return describe_feed(report)


def describe_feed(report: Report) -> SourceRef:
    """The feed of a report's source, as Atom's `source`."""
    feed_url = _strip_secrets(report.source.url)
    return SourceRef(
        title=name_source(report),
        id=_choose_id(report.head.id, feed_url),
        link=find_homepage(report),
        self_link=feed_url,
        rights=report.head.rights,
    )


def find_feed_url(source: SourceRef) -> str | None:
    """The address for RSS's `source`: that of the feed that is named, or of its page."""
    places = (source.self_link, source.link, source.id)
    return next((url for place in places if place and (url := _strip_secrets(place))), None)


def find_authors(report: Report, source: SourceRef) -> tuple[Person, ...]:
    """Who wrote an entry that names nobody: those of the feed it is from (RFC 4287, 4.2.1)."""
    is_of_feed = source.self_link == _strip_secrets(report.source.url)
    return (report.head.authors if is_of_feed else ()) or (Person(source.title),)


def name_bearer(report: Report) -> tuple[str, str] | None:
    """The source that brought another feed's entry, with its homepage, else its feed."""
    link = find_place(report)
    return (name_source(report), link) if link else None


def _find_own_id(ref: SourceRef) -> str | None:
    """What names the feed that an entry brought: its id, else one of its addresses."""
    places = [place for place in (ref.self_link, ref.link) if place]
    return _choose_id(ref.id, *places, *map(_strip_secrets, places))


def _choose_id(*candidates: str | None) -> str | None:
    """The first that may stand in an atom:id."""
    fit = (value for value in candidates if value and urls.is_iri(value))
    return next((value for value in fit if drop_secrets(value) == value), None)


def _strip_secrets(url: str) -> str | None:
    """The feed's address without user, password and keys: those are the operator's."""
    return urls.resolve("", drop_secrets(url))
