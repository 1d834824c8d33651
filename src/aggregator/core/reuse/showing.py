"""A story as its terms allow it to be shown: its text, its media, its rights."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.core import limits, passage
from aggregator.core.dateline import drop_boxed, drop_dateline
from aggregator.core.excerpt import cut
from aggregator.core.model import (
    Also,
    Enclosure,
    FeedHead,
    Held,
    LinkPlace,
    Mode,
    Report,
    Reuse,
    Shown,
    Story,
)
from aggregator.core.origin import NOBODY, Known
from aggregator.core.phrases import choose_phrases
from aggregator.core.reuse.also import list_also, write_also
from aggregator.core.reuse.credit import (
    Facts,
    choose_license,
    list_datelines,
    list_notices,
    name_carriers,
    write_credit,
    write_tail,
)
from aggregator.core.reuse.naming import (
    choose_link,
    describe_feed,
    describe_source,
    drop_brand,
    explain_no_link,
    find_authors,
    find_feed_url,
    is_own,
    name_bearer,
    name_source,
)
from aggregator.core.reuse.standing import Standing, find_bound, find_release, judge
from aggregator.core.stripping import strip_media

_TITLE_WORDS = 12
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg")


def present(
    story: Story, zone: str, now: datetime, language: str = "en", known: Known = NOBODY
) -> Shown | Held:
    """The story as the terms of its lead's source allow it now, or why it is held back.

    `zone` is the IANA name of the newsfeed's zone, for dates in credits, and
    `language` the newsfeed's, for texts whose own has no phrases. `known` are
    the sources whose reports the lead may be: then their terms bind too.
    """
    standing = judge(story.lead, known, now, story.others)
    report, terms = story.lead, standing.terms
    link = choose_link(report, terms)
    if why := _explain_hold(standing, story.others, link, now):
        return Held(report.source.id, report.entry.key, report.entry.title, why)
    facts = Facts(
        title=choose_title(report, terms),
        link=link or "",
        local=report.entry.sort_at.astimezone(ZoneInfo(zone)),
        now=now,
        phrases=choose_phrases(report.entry.language, language),
    )
    return _show(story, standing, facts, list_also(story, known, now, facts.phrases))


def is_held(report: Report, copies: Sequence[Report], known: Known, now: datetime) -> bool:
    """Whether something keeps the report back now, so that a story led by it would not be shown.

    `copies` are the reports that carry the same one.
    """
    return bool(explain_hold(report, copies, known, now))


def explain_hold(report: Report, copies: Sequence[Report], known: Known, now: datetime) -> str:
    """What keeps the report back now, in words; "" for nothing."""
    standing = judge(report, known, now, copies)
    return _explain_hold(standing, copies, choose_link(report, standing.terms), now)


def _explain_hold(
    standing: Standing, copies: Sequence[Report], link: str | None, now: datetime
) -> str:
    report, terms = standing.carrier, standing.terms
    release = find_release(report, terms)
    if release is not None and release > now:
        return f"its source's terms hold it back until {release.isoformat(timespec='minutes')}"
    if bound := find_bound(report, copies, now):
        return f"it is the text of {bound.source.id}, whose terms hold it back for now"
    if link is None:
        return explain_no_link(terms)
    is_empty = not report.entry.title and not report.entry.text
    return "neither a title nor a text" if is_empty else ""


def choose_title(report: Report, terms: Reuse) -> str:
    """The report's title without its source's name behind it, which the credit says.

    Where it has none, its first words if its terms let text be shown.
    """
    entry = report.entry
    if entry.title:
        return drop_brand(entry.title, report) if terms.derivatives else entry.title
    words = 0 if terms.mode is Mode.HEADLINE else _TITLE_WORDS
    allowed = words if terms.max_words is None else min(words, terms.max_words)
    text = " ".join(entry.text.split())
    title = cut(text, allowed)
    return (title if terms.derivatives or title == text else "") or name_source(report)


def _show(story: Story, standing: Standing, facts: Facts, also: tuple[Also, ...]) -> Shown:
    report, writer, terms = story.lead, standing.writer, standing.terms
    entry = report.entry
    notices = list_notices(standing, facts)
    source = describe_source(report) if writer is None else describe_feed(writer)
    # What a feed says of its rights holds for what it writes, not for what it carries.
    is_its_own = writer is None and is_own(source, report)
    head = report.head if is_its_own else FeedHead(rights=source.rights)
    return Shown(
        id=story.id,
        title=facts.title,
        link=facts.link,
        # Behind all that the terms of the lead ask for: it is no part of that report.
        html=write_text(story, standing, facts) + write_also(also, entry.language, facts.phrases),
        published=entry.sort_at,
        updated=story.updated,
        source=source,
        feed_url=find_feed_url(source) or facts.link,
        authors=entry.authors or find_authors(report, source),
        categories=_join_categories(report),
        language=entry.language,
        enclosures=tuple(choose_media(entry.enclosures, terms)),
        thumbnail=entry.thumbnail if terms.images else None,
        comments_url=entry.comments_url,
        comments_count=entry.comments_count,
        rights=" ".join(notice for notice, _ in notices) or entry.rights or head.rights,
        license=choose_license(standing, facts.now) or entry.license or head.license,
        carriers=tuple(name_carriers(story, standing, facts.now)),
        also=also[: limits.ALSO],
        via=None if is_its_own else name_bearer(report),
        ai=terms.ai,
    )


def write_text(story: Story, standing: Standing, facts: Facts) -> str:
    """The text to show: credit first, then what the terms allow, then who carried it."""
    entry, terms = story.lead.entry, standing.terms
    credit = write_credit(standing, facts)
    body = choose_body(entry.html, entry.text, terms, facts.phrases.excerpt)
    names = list_datelines(standing, credit)
    # What may not be changed gets no words of ours put into it, and loses none.
    if not terms.derivatives:
        text = f"<p>{credit}</p>{passage.wrap_opening(body)}"
    elif terms.link is LinkPlace.BEFORE_TEXT:
        text = f"<p>{credit}</p>{passage.wrap_opening(drop_dateline(body, names))}"
    else:
        closed = passage.is_closed(passage.read_words(credit))
        body = drop_boxed(body, names)
        text = passage.open_with(credit, body, closed=closed, names=names)
    return text + write_tail(story, standing, facts, list_notices(standing, facts))


def choose_body(html: str, text: str, terms: Reuse, note: str = "") -> str:
    """As much of a report as the terms let us show; `note` says that a cut text is an excerpt.

    Where nothing may be changed, a text that is too long is not cut: it is not
    shown at all.
    """
    if terms.mode is Mode.HEADLINE:
        return ""
    shown = cut(text, terms.max_words)
    if shown == text and (terms.mode is Mode.FULL or not terms.derivatives):
        return html if terms.images else strip_media(html)
    if shown == text:
        return passage.write_paragraphs(text)
    return passage.write_paragraphs(shown, note) if terms.derivatives else ""


def choose_media(media: Iterable[Enclosure], terms: Reuse) -> Iterable[Enclosure]:
    """The attached media that the terms cover: none without `images`.

    A picture illustrates; sound and film are the work itself, which only the
    mode `full` lets us pass on.
    """
    if terms.images:
        yield from (one for one in media if terms.mode is Mode.FULL or _is_picture(one))


def _is_picture(medium: Enclosure) -> bool:
    if medium.type:
        return medium.type.lower().startswith("image/")
    return medium.url.partition("?")[0].lower().endswith(_PICTURES)


def _join_categories(report: Report) -> tuple[str, ...]:
    """The source's tags, then the report's own categories, each once."""
    unique: dict[str, str] = {}
    for term in (*report.source.tags, *report.entry.categories):
        unique.setdefault(term.casefold(), term)
    return tuple(unique.values())[: limits.CATEGORIES]
