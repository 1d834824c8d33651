"""Other reports of a story's event: which are to be named now, and which must not be."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from aggregator.core.audit.facts import find_link, name_origin, name_source
from aggregator.core.audit.standing import find_end, find_standing_of
from aggregator.core.audit.times import find_starts
from aggregator.core.audit.values import Told
from aggregator.core.audit.wording import list_vias
from aggregator.core.model import Report, Story
from aggregator.core.origin import Known
from aggregator.core.reuse.standing import Standing


def list_due(story: Story, known: Known, now: datetime) -> tuple[Told, ...]:
    """Of each group the first that may be named, with who else carries it, in order of time."""
    judged = (_judge(group, known, now) for group in story.also)
    free = ([one for one in group if _may_be_named(one, now)] for group in judged)
    found = [group for group in free if group]
    found.sort(key=lambda group: _read_order(group[0].carrier))
    return tuple(_tell(first, rest) for first, *rest in found)


def list_hidden(
    story: Story, known: Known, now: datetime, gone: Iterable[Report], due: Iterable[Told]
) -> tuple[Told, ...]:
    """Those that must not be named now, those taken down among them.

    One whose address is also that of a report that is `due` cannot be told from it.
    """
    members = [one for group in story.also for one in _judge(group, known, now)]
    barred = [one for one in members if not _may_be_named(one, now)]
    left = [find_standing_of(one, (), known, now) for one in gone]
    told = map(_tell, [*barred, *left])
    shown = {report.entry.link for report in (story.lead, *story.others)}
    shown |= {one.link for one in due}
    return tuple(one for one in told if one.link and one.link not in shown)


def list_facts(story: Story) -> tuple[tuple[str, str, str, str | None], ...]:
    """What is stored of all of them, whatever their terms."""
    entries = sorted(
        (report.entry for group in story.also for report in group),
        key=lambda entry: entry.name,
    )
    return tuple((one.source_id, one.key, one.title, one.link) for one in entries)


def _judge(reports: Sequence[Report], known: Known, now: datetime) -> list[Standing]:
    return [find_standing_of(report, reports, known, now) for report in reports]


def _may_be_named(standing: Standing, now: datetime) -> bool:
    """Whether its time has come, its permission has not ended and it can be linked."""
    entry, until = standing.carrier.entry, find_end(standing)
    starts = find_starts(standing.terms, entry.sort_at, entry.first_seen)
    is_over = until is not None and until <= now
    has_begun = all(start <= now for _, start in starts)
    return has_begun and not is_over and bool(find_link(standing.carrier, standing.terms))


def _tell(standing: Standing, others: Sequence[Standing] = ()) -> Told:
    report = standing.carrier
    names = list(dict.fromkeys(name_source(one.carrier) for one in (standing, *others)))
    writer = name_source(standing.writer) if standing.writer else ""
    origin = writer or name_origin(report.entry.source)
    # A feed may name itself as the origin: then nobody brought it.
    alone = () if writer else _list_ways(names[0], names)
    ways = tuple(dict.fromkeys((*alone, *(_list_ways(origin, names) if origin else ()))))
    return Told(names[0], report.entry.title, find_link(report, standing.terms), ways)


def _list_ways(writer: str, names: Sequence[str]) -> tuple[str, ...]:
    """How a text may say who wrote a report and who carries it."""
    carriers = ", ".join(name for name in names if name != writer)
    return list_vias(writer, carriers) if carriers else (writer,)


def _read_order(report: Report) -> tuple[datetime, str, str]:
    entry = report.entry
    return entry.sort_at, entry.source_id, entry.key
