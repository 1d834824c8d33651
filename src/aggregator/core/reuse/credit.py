"""The credit of all who have a say in a report, its notices, and who else carried it."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from aggregator.core import passage, urls
from aggregator.core.corrections import say_update
from aggregator.core.model import LinkPlace, Report, Story
from aggregator.core.origin import leads_to, read_names
from aggregator.core.phrases import Phrases, say
from aggregator.core.reuse.blanks import drop_blanks
from aggregator.core.reuse.naming import find_homepage, find_place, is_own, name_ref, name_source
from aggregator.core.reuse.standing import Standing, find_release, read_terms
from aggregator.core.text import clean_text, fold

_PLACEHOLDER = re.compile(r"\{(source|author|title|date|year|link)\}")
_HREF = re.compile(r'<a (?:[^<>"]|"[^"]*")*?href="([^"]+)"')
_CLOSING = " .:։\u2024。"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a report when its text is written; `local` is its time in our zone."""

    title: str
    link: str
    local: datetime
    now: datetime
    phrases: Phrases


def fill(template: str, report: Report, facts: Facts) -> str:
    """A credit or notice with its `{placeholders}` filled in."""
    values = {
        "source": name_source(report),
        "author": ", ".join(person.name for person in report.entry.authors),
        "title": facts.title,
        "date": facts.local.date().isoformat(),
        "year": str(facts.local.year),
        "link": facts.link,
    }
    said = drop_blanks(template, {name for name, value in values.items() if not value})
    return clean_text(_PLACEHOLDER.sub(lambda match: values[match[1]], said))


def write_credit(standing: Standing, facts: Facts) -> str:
    """The credit as HTML: a link to the article, and whom the source itself credits."""
    carrier, writer = standing.carrier, standing.writer
    words = _say_credit(carrier, facts)
    if writer is not None:
        return _credit_both(writer, carrier, words, facts)
    linked = passage.link_text(words, facts.link)
    origin = carrier.entry.source
    name = name_ref(origin)
    if origin is None or not name or is_own(origin, carrier):
        return linked
    place = urls.resolve("", origin.link or origin.self_link or "")
    return say(facts.phrases.taken_from, carrier=linked, writer=passage.link_text(name, place))


def _say_credit(report: Report, facts: Facts) -> str:
    return fill(report.source.reuse.credit, report, facts) or name_source(report)


def _credit_both(writer: Report, carrier: Report, carried: str, facts: Facts) -> str:
    """The writer, then the carrier; who publishes the article has the link to it."""
    wrote = _say_credit(writer, facts).rstrip(_CLOSING) or name_source(writer)
    carried = carried.rstrip(_CLOSING) or name_source(carrier)
    places: tuple[str | None, str | None] = (facts.link, find_place(carrier))
    if not leads_to(facts.link, carrier, writer):
        places = (_find_original(writer, carrier), facts.link)
    return say(
        facts.phrases.via,
        writer=passage.link_text(wrote, places[0]),
        carrier=passage.link_text(carried, places[1]),
    )


def _find_original(writer: Report, carrier: Report) -> str | None:
    """Where a carried text first links to its writer, else the writer's home."""
    for found in _HREF.finditer(carrier.entry.html):
        place = urls.publishable("", html.unescape(found[1]))
        if place and leads_to(place, carrier, writer):
            return place
    return find_homepage(writer)


def list_datelines(standing: Standing, credit: str) -> frozenset[str]:
    """The names, folded, that a text need not open with when the credit does."""
    names = {fold(name_source(party)) for party in standing.parties}
    said = fold(html.unescape(passage.read_words(credit)))
    return frozenset(names.union([said], *map(read_names, standing.parties)) - {""})


def list_notices(standing: Standing, facts: Facts) -> tuple[tuple[str, str | None], ...]:
    """The notice of each who has a say, once, with the address of its licence."""
    terms = [(party, read_terms(party, facts.now)) for party in standing.parties]
    said = ((fill(one.notice, party, facts), one) for party, one in terms if one.notice)
    notices: dict[str, str | None] = {}
    for notice, one in said:
        notices.setdefault(notice, one.license)
    return tuple((notice, place) for notice, place in notices.items() if notice)


def choose_license(standing: Standing, now: datetime) -> str | None:
    """The licence of who wrote the report, else of who carried it; None where neither has one."""
    terms = (read_terms(party, now) for party in standing.parties)
    return next((one.license for one in terms if one.license), None)


def write_tail(
    story: Story, standing: Standing, facts: Facts, notices: Iterable[tuple[str, str | None]]
) -> str:
    """What stands behind the text: the link where the terms want it, carriers, notices."""
    parts = []
    if standing.terms.link is LinkPlace.AFTER_TEXT:
        parts.append(say(facts.phrases.read_on, link=passage.link_text(facts.link, facts.link)))
    named = name_carriers(story, standing, facts.now)
    if carriers := [passage.link_text(name, link) for name, link in named]:
        parts.append(say(facts.phrases.also, names=", ".join(carriers)))
    if updated := say_update(story.lead.entry, facts.local, facts.phrases):
        parts.append(f"<small>{updated}</small>")
    parts += [f"<small>{passage.link_text(*notice)}</small>" for notice in notices]
    return "".join(f"<p>{part}</p>" for part in parts)


def name_carriers(story: Story, standing: Standing, now: datetime) -> Iterable[tuple[str, str]]:
    """Each other source once, with the link to its report, else its homepage, else its feed.

    One that may not be shown yet is not named, nor who wrote it, whom the credit names.
    """
    seen = {party.source.id for party in standing.parties}
    for report in story.others:
        link = report.entry.link or find_place(report)
        release = find_release(report, read_terms(report, now))
        is_free = release is None or release <= now
        if report.source.id not in seen and link and is_free:
            seen.add(report.source.id)
            yield name_source(report), link
