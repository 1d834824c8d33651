"""What a source's terms let us show of a story, and how its sources are credited.

Every text carries its source's name and link in its first passage, because
readers do not show Atom's `source`; mode, length, link, credit, notice and
images follow the source's terms.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.core import limits, passage, urls
from aggregator.core.corrections import say_update
from aggregator.core.excerpt import cut
from aggregator.core.model import (
    FeedHead,
    Held,
    LinkPlace,
    Mode,
    Person,
    Report,
    Reuse,
    Shown,
    SourceRef,
    Story,
)
from aggregator.core.secrets import drop_secrets
from aggregator.core.text import clean_text, fold

_PLACEHOLDER = re.compile(r"\{(source|author|title|date|year|link)\}")
_TITLE_WORDS = 12


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report says for the templates, and the link to be shown."""

    source: str
    link: str
    local: datetime


def present(story: Story, zone: str) -> Shown | Held:
    """The story as the terms of its lead's source allow it, or why it is held back.

    `zone` is the IANA name of the newsfeed's zone, for dates in credits.
    """
    report = story.lead
    link = choose_link(report)
    if link is None:
        return Held(
            report.source.id, report.entry.key, report.entry.title, _explain_no_link(report)
        )
    if not report.entry.title and not report.entry.text:
        return Held(report.source.id, report.entry.key, "", "neither a title nor a text")
    facts = Facts(name_source(report), link, report.entry.sort_at.astimezone(ZoneInfo(zone)))
    return _show(story, facts)


def _explain_no_link(report: Report) -> str:
    if report.source.reuse.link is None:
        return "no safe link of its own, and no homepage is known"
    if not report.source.reuse.stated:
        return "the default terms ask for a link to the article, and it has none"
    return "no safe link of its own, and the source's terms ask for one"


def choose_link(report: Report) -> str | None:
    """The article's link; the homepage only where the terms ask for no link to the article."""
    if report.entry.link:
        return report.entry.link
    return None if report.source.reuse.link else find_homepage(report)


def find_homepage(report: Report) -> str | None:
    """The source's homepage: the configured one, else the one its feed names."""
    place = report.source.homepage or report.head.link
    return urls.publishable("", place) if place else None


def _find_place(report: Report) -> str | None:
    """Where the source is at home, else its feed."""
    return find_homepage(report) or _strip_secrets(report.source.url)


def name_source(report: Report) -> str:
    """The source's name: the configured one, else its feed's title, else its host."""
    return report.source.name or report.head.title or urls.host(report.source.url)


def choose_title(report: Report) -> str:
    """The report's title; where it has none, its first words if its terms let text be shown."""
    entry, terms = report.entry, report.source.reuse
    if entry.title:
        return entry.title
    words = 0 if terms.mode is Mode.HEADLINE else _TITLE_WORDS
    allowed = words if terms.max_words is None else min(words, terms.max_words)
    return cut(" ".join(entry.text.split()), allowed) or name_source(report)


def fill(template: str, report: Report, facts: Facts) -> str:
    """A credit or notice with its `{placeholders}` filled in."""
    values = {
        "source": facts.source,
        "author": ", ".join(person.name for person in report.entry.authors),
        "title": choose_title(report),
        "date": facts.local.date().isoformat(),
        "year": str(facts.local.year),
        "link": facts.link,
    }
    return clean_text(_PLACEHOLDER.sub(lambda match: values[match[1]], template))


def _show(story: Story, facts: Facts) -> Shown:
    report = story.lead
    entry, terms = report.entry, report.source.reuse
    notice = fill(terms.notice, report, facts) if terms.notice else None
    source = describe_source(report, facts)
    # What a feed says of its rights holds for what it writes, not for what it carries.
    is_own = _is_own(source, report, facts)
    head = report.head if is_own else FeedHead(rights=source.rights)
    return Shown(
        id=story.id,
        title=choose_title(report),
        link=facts.link,
        html=write_text(story, facts, notice),
        published=entry.sort_at,
        updated=story.updated,
        source=source,
        feed_url=_find_feed_url(source) or facts.link,
        authors=entry.authors or _find_authors(report, source),
        categories=_join_categories(report),
        language=entry.language,
        enclosures=entry.enclosures if terms.images else (),
        thumbnail=entry.thumbnail if terms.images else None,
        comments_url=entry.comments_url,
        comments_count=entry.comments_count,
        rights=notice or entry.rights or head.rights,
        license=terms.license or entry.license or head.license,
        carriers=tuple(_name_carriers(story)),
        via=None if is_own else _name_bearer(report),
    )


def write_text(story: Story, facts: Facts, notice: str | None) -> str:
    """The text to show: credit first, then what the terms allow, then who carried it."""
    report = story.lead
    terms = report.source.reuse
    credit = _write_credit(report, facts)
    closed = passage.is_closed(passage.read_words(credit))
    body = choose_body(report.entry.html, report.entry.text, terms)
    if terms.link is LinkPlace.BEFORE_TEXT:
        text = f"<p>{credit}</p>{passage.wrap_opening(body)}"
    else:
        text = passage.open_with(credit, body, closed=closed)
    return text + _write_tail(story, facts, notice)


def choose_body(html: str, text: str, terms: Reuse) -> str:
    """As much of a report as its source's mode lets us show."""
    match terms.mode:
        case Mode.HEADLINE:
            return ""
        case Mode.EXCERPT:
            return passage.write_paragraphs(cut(text, terms.max_words))
        case Mode.FULL if terms.max_words is not None:
            return passage.write_paragraphs(cut(text, terms.max_words))
        case _:
            return html if terms.images else passage.strip_media(html)


def _write_credit(report: Report, facts: Facts) -> str:
    """The credit as a link to the article, and whom the source itself credits."""
    words = fill(report.source.reuse.credit, report, facts) or facts.source
    linked = passage.link_text(words, facts.link)
    origin = report.entry.source
    name = _name_ref(origin)
    if origin is None or not name or _is_own(origin, report, facts):
        return linked
    place = urls.resolve("", origin.link or origin.self_link or "")
    return f"{linked} (from {passage.link_text(name, place)})"


def _name_ref(ref: SourceRef | None) -> str:
    """What to call the feed that an entry names: by its title, else by its host."""
    return "" if ref is None else ref.title or urls.host(ref.link or ref.self_link or ref.id or "")


def _is_own(ref: SourceRef, report: Report, facts: Facts) -> bool:
    """Whether an entry names the very feed that it stands in, as some feeds do."""
    names = {fold(facts.source), fold(report.head.title)}
    places = {_compare(url) for url in (report.source.url, report.head.self_link) if url}
    return (bool(ref.title) and fold(ref.title) in names) or (
        ref.self_link is not None and _compare(ref.self_link) in places
    )


def _compare(url: str) -> str:
    """A feed's address as it is compared: some feeds repeat the reader's key in it, some do not."""
    return urls.canonical(drop_secrets(url))


def _write_tail(story: Story, facts: Facts, notice: str | None) -> str:
    parts = []
    if story.lead.source.reuse.link is LinkPlace.AFTER_TEXT:
        parts.append(passage.link_text(facts.link, facts.link))
    carriers = [passage.link_text(name, link) for name, link in _name_carriers(story)]
    if carriers:
        parts.append(f"Also carried by: {', '.join(carriers)}")
    if updated := say_update(story.lead.entry, facts.local):
        parts.append(f"<small>{updated}</small>")
    if notice:
        parts.append(f"<small>{passage.link_text(notice, None)}</small>")
    return "".join(f"<p>{part}</p>" for part in parts)


def _name_carriers(story: Story) -> Iterable[tuple[str, str]]:
    """Each other source once, with the link to its report, else its homepage, else its feed."""
    seen = {story.lead.source.id}
    for report in story.others:
        link = report.entry.link or _find_place(report)
        if report.source.id not in seen and link:
            seen.add(report.source.id)
            yield name_source(report), link


def _name_bearer(report: Report) -> tuple[str, str] | None:
    """The source that brought another feed's entry, with its homepage, else its feed."""
    link = _find_place(report)
    return (name_source(report), link) if link else None


def describe_source(report: Report, facts: Facts) -> SourceRef:
    """Atom's `source`: that which the entry brought, else its feed (RFC 4287 section 4.2.11).

    One that has a title but neither an address nor an id of its own gives way to
    the feed: under our address its title would be a false label.
    """
    entry, head = report.entry, report.head
    feed_url = _strip_secrets(report.source.url)
    ref = entry.source
    if ref is not None and _name_ref(ref) and (own_id := _find_own_id(ref)):
        return SourceRef(
            title=_name_ref(ref),
            id=own_id,
            link=urls.resolve("", ref.link or "") or None,
            self_link=_strip_secrets(ref.self_link or ""),
            rights=ref.rights,
        )
    return SourceRef(
        title=facts.source,
        id=_choose_id(head.id, feed_url),
        link=find_homepage(report),
        self_link=feed_url,
        rights=head.rights,
    )


def _find_feed_url(source: SourceRef) -> str | None:
    """The address for RSS's `source`: that of the feed that is named, or of its page."""
    places = (source.self_link, source.link, source.id)
    return next((url for place in places if place and (url := _strip_secrets(place))), None)


def _find_authors(report: Report, source: SourceRef) -> tuple[Person, ...]:
    """Who wrote an entry that names nobody: those of the feed it is from (RFC 4287, 4.2.1)."""
    is_own = source.self_link == _strip_secrets(report.source.url)
    return (report.head.authors if is_own else ()) or (Person(source.title),)


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


def _join_categories(report: Report) -> tuple[str, ...]:
    """The source's tags, then the report's own categories, each once."""
    unique: dict[str, str] = {}
    for term in (*report.source.tags, *report.entry.categories):
        unique.setdefault(term.casefold(), term)
    return tuple(unique.values())[: limits.CATEGORIES]
