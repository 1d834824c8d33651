"""What an entry owes to the sources of its story: their terms, filled in.

The terms are read here anew, from the story itself: `core.reuse` shows what
they allow, and this room says what that must come to.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

from aggregator.core import urls
from aggregator.core.audit.facts import find_link, name_origin, name_source
from aggregator.core.audit.linking import list_places
from aggregator.core.audit.standing import find_end, find_standing, find_terms
from aggregator.core.audit.times import find_starts
from aggregator.core.audit.told import list_due, list_facts, list_hidden
from aggregator.core.audit.unsaid import leave_out
from aggregator.core.audit.values import Carrier, Due, Home, Stored
from aggregator.core.model import Report, Story
from aggregator.core.origin import NOBODY, Known
from aggregator.core.secrets import drop_secrets
from aggregator.core.text import clean_text, fold

_PLACEHOLDER = re.compile(r"\{(source|author|title|date|year|link)\}")


def find_due(
    story: Story, zone: str, now: datetime, known: Known = NOBODY, gone: Iterable[Report] = ()
) -> Due:
    """What the story owes now, with dates as the newsfeed's zone has them.

    `gone` are reports of it that were taken down.
    """
    report, standing = story.lead, find_standing(story, known, now)
    terms, parties, until = standing.terms, standing.parties, find_end(standing)
    link = find_link(report, terms)
    stated = [(party, find_terms(party, now)) for party in parties]
    notices = (_fill(own.notice or "", party, link, zone) for party, own in stated)
    licenses = [own.license for _, own in stated if own.license]
    also = list_due(story, known, now)
    credited = tuple(_credit(party, link, zone) for party in parties)
    return Due(
        source=report.source.id,
        terms=terms,
        stored=_read_stored(report),
        link=link or None,
        credits=credited,
        notices=tuple(dict.fromkeys(notice for notice in notices if notice)),
        licenses=tuple(licenses or filter(None, [report.entry.license])),
        origin=name_origin(report.entry.source),
        names=_list_names(parties, credited),
        writers=tuple(_list_writers(report, parties)),
        homes=tuple(_list_homes(report, parties)),
        carriers=tuple(_list_carriers(story, parties, now)),
        also=also,
        hidden=list_hidden(story, known, now, gone, also),
        facts=list_facts(story),
        places=list_places(story, parties, now),
        until=until,
        has_ended=until is not None and until <= now,
    )


def digest_facts(due: Due) -> str:
    """A name for what is stored of a story: another one when any of it changes, terms aside."""
    who = (due.origin, due.writers, due.homes, due.carriers)
    # Without other reports it is what it was before there were any in a story.
    facts = (due.source, due.stored, due.link, *who, *([due.facts] if due.facts else []))
    return blake2b(repr(facts).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


def _read_stored(report: Report) -> Stored:
    entry = report.entry
    names = tuple(person.name for person in entry.authors if person.name)
    return Stored(
        entry.title,
        entry.text,
        entry.html,
        names,
        entry.sort_at,
        entry.first_seen,
        entry.changed,
    )


def _fill(template: str, report: Report, link: str, zone: str) -> str:
    """A template filled in; the title is filled in as it is shown, and judged as such."""
    entry = report.entry
    day = entry.sort_at.astimezone(ZoneInfo(zone)).date()
    values = {
        "source": name_source(report),
        "author": ", ".join(person.name for person in entry.authors),
        "title": "{title}",
        "date": day.isoformat(),
        "year": str(day.year),
        "link": link,
    }
    said = leave_out(template, {name for name, value in values.items() if not value})
    return clean_text(_PLACEHOLDER.sub(lambda found: values[found[1]], said))


def _credit(report: Report, link: str, zone: str) -> str:
    return _fill(report.source.reuse.credit, report, link, zone) or name_source(report)


def _list_names(parties: tuple[Report, ...], credited: tuple[str, ...]) -> tuple[str, ...]:
    """The names, folded, that a text may open with to say whose it is."""
    names = set(credited)
    for party in parties:
        source = party.source
        names.update((name_source(party), party.head.title, source.reuse.credit, *source.aliases))
    return tuple(sorted({_fold(name) for name in names} - {""}))


def _list_writers(report: Report, parties: tuple[Report, ...]) -> Iterator[str]:
    """Who stands for a report without an author: the authors of its feed, else the feed."""
    for party in parties:
        yield from (person.name for person in party.head.authors if person.name)
        yield name_source(party)
    if origin := name_origin(report.entry.source):
        yield origin


def _list_homes(report: Report, parties: tuple[Report, ...]) -> Iterator[Home]:
    """The feeds of those who have a say, and the one that the entry says it is from."""
    for party in parties:
        head, source = party.head, party.source
        places = (head.id, source.url, source.homepage, head.link, head.self_link)
        yield Home(name_source(party), _list_places((*places, report.entry.link)))
    if (ref := report.entry.source) is not None and name_origin(ref):
        yield Home(name_origin(ref), _list_places((ref.id, ref.self_link, ref.link)))


def _list_places(places: tuple[str | None, ...]) -> tuple[str, ...]:
    """Each place as it is, and as an address that may be published."""
    known = [place for place in places if place]
    return tuple(dict.fromkeys([*known, *filter(None, map(_strip_secrets, known))]))


@lru_cache(maxsize=4096)
def _strip_secrets(place: str) -> str | None:
    """The place without what lets somebody in; those of a source come back with each report."""
    return urls.resolve("", drop_secrets(place))


@lru_cache(maxsize=4096)
def _fold(name: str) -> str:
    return fold(name)


def _list_carriers(story: Story, parties: tuple[Report, ...], now: datetime) -> Iterator[Carrier]:
    """Each other source once that has no say, by the first of its reports that may be shown."""
    seen = {party.source.id for party in parties}
    for report in story.others:
        entry, terms = report.entry, find_terms(report, now)
        starts = find_starts(terms, entry.sort_at, entry.first_seen)
        if report.source.id not in seen and all(start <= now for _, start in starts):
            seen.add(report.source.id)
            yield Carrier(name_source(report), entry.link)
