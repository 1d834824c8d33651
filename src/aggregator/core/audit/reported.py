"""Rules about the block behind a text that names other reports of the event.

Each is one line: who reported, then the headline as the words of its link, and
no other word of that report.
"""

from collections.abc import Iterator, Sequence

from aggregator.core import limits
from aggregator.core.audit.markup import Block, squeeze
from aggregator.core.audit.sections import Sections
from aggregator.core.audit.values import Due, Printed, Told
from aggregator.core.audit.wording import is_more, read_more

Broken = Iterator[str]

_MOST_SHOWN = 60


def check_also(printed: Printed, due: Due, parts: Sections) -> Broken:
    """Every other report is named by its headline and link alone, and nothing else is."""
    wanted, lines = due.also[: limits.ALSO], parts.also[1:]
    yield from _check_lines(wanted, [one for one in lines if not is_more(one.words)])
    yield from _check_more(len(due.also) - len(wanted), lines)
    if printed.form != "rss":
        carriers = {squeeze(one.name) for one in due.carriers}
        yield from _check_fields(wanted, printed.also, carriers)


def check_withheld(printed: Printed, due: Due, parts: Sections) -> Broken:
    """No report is named that may not be shown now, or that was taken down."""
    named = {href for block in parts.also for href, _ in block.links}
    named.update(link for _, link in printed.also)
    for one in due.hidden:
        if one.link in named:
            yield f"it names the report of {one.name} at {one.link}, which may not be shown now"


def withholds(due: Due) -> bool:
    """Whether the story has reports that must not be named."""
    return bool(due.hidden)


def _check_lines(wanted: Sequence[Told], lines: Sequence[Block]) -> Broken:
    for one in wanted:
        linked = [line for line in lines if one.link in [href for href, _ in line.links]]
        if not linked:
            yield f"{one.name}, who reported it too, is not named with the link {one.link}"
        elif not any(_is_line(line, one) for line in linked):
            said = linked[0].words[:_MOST_SHOWN]
            yield f"it says {said!r} where {one.name} is due with its headline {one.title!r}"
    links = {one.link for one in wanted}
    for line in lines:
        if not line.links or not {href for href, _ in line.links} <= links:
            yield f"it names {line.words[:_MOST_SHOWN]!r} among the reports, which is not due"
        elif not any(_is_line(line, one) for one in wanted):
            yield f"{line.words[:_MOST_SHOWN]!r} is more than a source and its headline"


def _is_line(line: Block, one: Told) -> bool:
    """Whether a line is the source, then its headline as the words of the one link."""
    title = squeeze(one.title)
    if not title:
        return line.words in _squeeze(one.ways) and line.links == ((one.link, line.words),)
    said = [f"{way}: {title}" for way in _squeeze(one.ways)]
    return line.words in said and line.links == ((one.link, title),)


def _check_more(more: int, lines: Sequence[Block]) -> Broken:
    said = [read_more(line.words) for line in lines if is_more(line.words)]
    if said != ([more] if more else []):
        yield f"it says that {sum(said)} more reported it, there are {more}"


def _check_fields(
    wanted: Sequence[Told], named: Sequence[tuple[str, str]], carriers: set[str]
) -> Broken:
    said = [(squeeze(label), link) for label, link in named]
    due = {(label, one.link): one for one in wanted for label in _list_labels(one)}
    found = {id(due[pair]) for pair in said if pair in due}
    for one in wanted:
        if id(one) not in found:
            yield f"{one.name}, who reported it too, is not named as such by the entry"
    for label, link in said:
        if (label, link) not in due and label not in carriers:
            yield f"the entry names {label[:_MOST_SHOWN]!r} as a related report, which is not due"


def _list_labels(one: Told) -> list[str]:
    title, names = squeeze(one.title), _squeeze(one.ways)
    return [f"{name}: {title}" for name in names] if title else names


def _squeeze(names: Sequence[str]) -> list[str]:
    return [squeeze(name) for name in names]
