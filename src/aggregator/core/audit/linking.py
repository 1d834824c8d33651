"""Where the text of an entry may lead: to what its source links to, and to those it credits."""

from collections.abc import Iterator
from datetime import datetime

from aggregator.core import urls
from aggregator.core.audit.markup import read_page
from aggregator.core.audit.sections import Sections
from aggregator.core.audit.standing import find_terms
from aggregator.core.audit.times import find_starts
from aggregator.core.audit.values import Due
from aggregator.core.model import Report, Story
from aggregator.core.secrets import drop_secrets

_MOST_NAMED = 3


def check_links(due: Due, parts: Sections) -> Iterator[str]:
    """Every address in the text is its source's own, or that of somebody whom it credits."""
    own = read_page(due.stored.html).addresses
    named = (one.link for one in due.also)
    allowed = {*own, *due.licenses, *due.places, *named, *([due.link] if due.link else [])}
    foreign = dict.fromkeys(place for place in parts.page.addresses if place not in allowed)
    for place in list(foreign)[:_MOST_NAMED]:
        yield f"it leads to {place!r}, which its source's text does not"


def list_places(story: Story, parties: tuple[Report, ...], now: datetime) -> tuple[str, ...]:
    """Where the credits of a text may lead besides the article: to all who are named in them."""
    found = [place for party in parties for place in _list_homes(party)]
    found += [place for carrier in _list_free(story, now) for place in _list_homes(carrier)]
    found += [one.entry.link for one in _list_free(story, now)]
    if ref := story.lead.entry.source:
        found.append(urls.resolve("", ref.link or ref.self_link or ""))
    return tuple(sorted({place for place in found if place}))


def _list_free(story: Story, now: datetime) -> Iterator[Report]:
    """The other reports that may be named now."""
    for report in story.others:
        entry, terms = report.entry, find_terms(report, now)
        starts = find_starts(terms, entry.sort_at, entry.first_seen)
        if all(start <= now for _, start in starts):
            yield report


def _list_homes(report: Report) -> tuple[str | None, ...]:
    """Where its source is at home, by the configuration and by its feed, and the feed."""
    pages = (report.source.homepage, report.head.link)
    homes = (urls.publishable("", page) for page in pages if page)
    return (*homes, urls.resolve("", drop_secrets(report.source.url)))
