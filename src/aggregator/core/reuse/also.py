"""Who else reported the event of a story, and how that is said: name, headline, link, no more.

A headline with its link is what every mode lets us show. Who may not be shown
now, by an embargo, a delay or the end of its permission, is not named at all.
"""

import html
from collections.abc import Sequence
from datetime import datetime

from aggregator.core import limits
from aggregator.core.model import Also, Story
from aggregator.core.origin import Known
from aggregator.core.phrases import Phrases
from aggregator.core.reuse.naming import choose_link, is_own, name_ref, name_source
from aggregator.core.reuse.standing import Standing, find_release, judge


def list_also(story: Story, known: Known, now: datetime, phrases: Phrases) -> tuple[Also, ...]:
    """Each other report of the event that may be named now, the oldest first."""
    judged = ([judge(report, known, now, group) for report in group] for group in story.also)
    free = ([one for one in group if _may_be_named(one, now)] for group in judged)
    kept = [group for group in free if group]
    kept.sort(key=lambda group: (group[0].carrier.entry.sort_at, group[0].carrier.entry.name))
    return tuple(_tell(first, rest, phrases) for first, *rest in kept)


def write_also(also: tuple[Also, ...], language: str | None, phrases: Phrases) -> str:
    """The passage and the list that name them; `language` is that of the text before it."""
    if not also:
        return ""
    lines = [_write_line(one, language) for one in also[: limits.ALSO]]
    if more := len(also) - len(lines):
        lines.append(phrases.more.format(count=more))
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f"<p>{html.escape(phrases.reported, quote=False)}</p><ul>{items}</ul>"


def _may_be_named(standing: Standing, now: datetime) -> bool:
    """Whether nothing keeps it back: those of whom a permission ended did not ask for this."""
    release = find_release(standing.carrier, standing.terms)
    ends = [party.source.reuse.until for party in standing.parties]
    is_free = release is None or release <= now
    is_whole = all(end is None or end > now for end in ends)
    return is_free and is_whole and choose_link(standing.carrier, standing.terms) is not None


def _tell(standing: Standing, others: Sequence[Standing], phrases: Phrases) -> Also:
    """The first of a group by its link, who else carries it by name: "Azatutyun, via Aravot"."""
    report = standing.carrier
    names = [name_source(one.carrier) for one in (standing, *others)]
    writer = _name_writer(standing) or names[0]
    carriers = ", ".join(name for name in dict.fromkeys(names) if name != writer)
    return Also(
        source=writer,
        credit=phrases.via.format(writer=writer, carrier=carriers) if carriers else writer,
        title=report.entry.title,
        link=choose_link(report, standing.terms) or "",
        published=report.entry.sort_at,
        language=report.entry.language,
        via=carriers or None,
    )


def _name_writer(standing: Standing) -> str:
    """Who wrote what another carries; "" where that is the carrier itself."""
    if standing.writer is not None:
        return name_source(standing.writer)
    origin = standing.carrier.entry.source
    return "" if origin is None or is_own(origin, standing.carrier) else name_ref(origin)


def _write_line(one: Also, language: str | None) -> str:
    """The name before the headline: a headline that runs the other way ends the line."""
    tongue = html.escape(one.language) if one.language and one.language != language else ""
    marks = f' hreflang="{tongue}" lang="{tongue}"' if tongue else ""
    words = html.escape(one.title or one.credit, quote=False)
    linked = f'<a href="{html.escape(one.link)}"{marks}>{words}</a>'
    return f"{html.escape(one.credit, quote=False)}: {linked}" if one.title else linked
