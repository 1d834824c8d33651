"""Who leads a story, and why each of its reports stands in it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import chain
from math import inf

from aggregator.core.evidence import is_long, name_evidence
from aggregator.core.likeness import ENOUGH, Key, Likeness, Window
from aggregator.core.model import Entry, Report, Story
from aggregator.core.origin import name_origin
from aggregator.core.stories.membership import (
    NO_MEMBERSHIPS,
    Membership,
    Memberships,
    find_membership,
)
from aggregator.core.stories.witnesses import UNSURE, bear_witness, is_lent

_TOGETHER_BEFORE = "published together before"

_Order = tuple[float, datetime]
_NEVER = datetime.max.replace(tzinfo=UTC)

IsHeld = Callable[[Report, Sequence[Report]], bool]
"""Whether something keeps a report back now; the others carry the same one."""


def hold_none(_: Report, _copies: Sequence[Report]) -> bool:
    """What is held where nobody knows of anything that is."""
    return False


def tell(story_id: str, lead: Report, groups: Sequence[Sequence[Report]], window: Window) -> Story:
    """The story of these groups of copies: the lead, its carriers, and who else reported."""
    own = next(group for group in groups if any(report is lead for report in group))
    carriers = [report for report in own if report is not lead]
    also = sorted(
        (_put_first(group) for group in groups if group is not own),
        key=lambda group: (group[0].entry.sort_at, group[0].entry.name),
    )
    everyone = [lead, *carriers, *chain.from_iterable(also)]
    return Story(
        story_id,
        lead,
        tuple(carriers),
        tuple(_explain_copy(report, lead, carriers, window) for report in carriers),
        also=tuple(also),
        also_reasons=tuple(_explain_also(group, everyone, window) for group in also),
    )


def _put_first(group: Sequence[Report]) -> tuple[Report, ...]:
    """A group of copies, the one that the others carry before them."""
    first = _choose_first(group, NO_MEMBERSHIPS)
    return first, *(report for report in group if report is not first)


def explain(left: Entry, right: Entry) -> str:
    """Why two reports of one story are one, in words."""
    return name_evidence(left, right) or _TOGETHER_BEFORE


def describe(likeness: Likeness) -> str:
    """What two different reports share, each piece with what it counts."""
    pieces = [f"words {likeness.words:.2f}"] if likeness.words else []
    pieces += [f"names {likeness.names:.2f}"] if likeness.names else []
    pieces += ["a link to it"] if likeness.linked else []
    pieces += ["each title has names that the other lacks"] if likeness.differs else []
    pieces += [f"{likeness.hours:.0f} h apart"]
    pieces += [f"{_say_meaning(likeness)}, counts as {UNSURE:.2f}"] if is_lent(likeness) else []
    return f"the same event: {likeness.score:.2f} ({', '.join(pieces)})"


def _say_meaning(likeness: Likeness) -> str:
    return f"near in meaning ({likeness.meaning:.2f})"


def _explain_copy(report: Report, lead: Report, others: Sequence[Report], window: Window) -> str:
    """Why a report stands in the story: what it shares with the lead, else with another."""
    if found := name_sameness(lead, report, window):
        return found
    for other in others:
        found = name_sameness(other, report, window)
        if other is not report and found:
            return f"{found} as {other.source.id}"
    return _TOGETHER_BEFORE


def name_sameness(left: Report, right: Report, window: Window) -> str:
    """What makes two reports one report that both carry, "" where nothing does."""
    if found := name_evidence(left.entry, right.entry):
        return found
    likeness = window.compare(left.entry.name, right.entry.name)
    return f"nearly the same text ({likeness.text:.0%})" if likeness.is_copy else ""


def _explain_also(group: Sequence[Report], members: Sequence[Report], window: Window) -> str:
    """What a group of copies shares with the report outside of it that it is most like."""
    others = [other for other in members if not any(other is report for report in group)]
    found = sorted(
        (
            (window.hear(report.entry.name, other.entry.name), other)
            for report in group
            for other in others
        ),
        key=lambda one: (bear_witness(one[0]), one[0].score, one[1].entry.name),
        reverse=True,
    )
    likeness, other = found[0]
    if likeness.is_copy:
        return f"nearly the same text ({likeness.text:.0%}) as {other.source.id}"
    if likeness.score:
        more = "" if likeness.score >= ENOUGH else _name_second(found, group)
        return f"{describe(likeness)} as {other.source.id}{more}"
    is_comment = any(window.find_target(report.entry.name) for report in group)
    return "a link to it" if is_comment else _TOGETHER_BEFORE


def _name_second(found: Sequence[tuple[Likeness, Report]], group: Sequence[Report]) -> str:
    """The second witness, where the first one alone would not do; see `witnesses`."""
    heard = {found[0][1].source.id, *(report.source.id for report in group)}
    for likeness, other in found:
        if other.source.id not in heard and bear_witness(likeness) >= UNSURE:
            meaning = f", {_say_meaning(likeness)}," if is_lent(likeness) else ""
            return f", and {likeness.score:.2f}{meaning} as {other.source.id}"
    return ""


def choose_lead(
    groups: Sequence[Sequence[Report]],
    memberships: Memberships = NO_MEMBERSHIPS,
    window: Window | None = None,
    is_held: IsHeld = hold_none,
) -> Report:
    """The original before its carrier, then the source's weight, then the earliest full report.

    Whoever comments on a report by a link to it stands behind it, and whoever is
    held back now behind all who are not: terms of one never hide what another tells.
    """
    leads = [_choose_first(group, memberships, is_held) for group in groups]
    if len(leads) == 1:
        return leads[0]
    copies = {id(report): group for group in groups for report in group}
    names = {report.entry.name for group in groups for report in group}

    def rank(report: Report) -> tuple[bool, bool, bool, float, bool, _Order, datetime, Key]:
        held = is_held(report, copies[id(report)])
        carried = name_origin(report, leads) is not None
        comments = window is not None and window.find_target(report.entry.name) in names
        weight, entry = -report.source.weight, report.entry
        order = _read_order(report, memberships)
        short = not is_long(entry)
        return held, carried, comments, weight, short, order, entry.sort_at, report.entry.name

    return min(leads, key=rank)


def _choose_first(
    members: Sequence[Report], memberships: Memberships, is_held: IsHeld = hold_none
) -> Report:
    """Of the copies of one report, the original, then the weight, then who was published first.

    Whoever is held back stands behind all who are not. Dates come last: they are
    the publisher's own word, and a copy could take the lead of a published story
    by dating itself back.
    """
    if len(members) == 1:
        return members[0]

    def rank(report: Report) -> tuple[bool, bool, float, _Order, datetime, Key]:
        held = is_held(report, members)
        carried = name_origin(report, members) is not None
        order = _read_order(report, memberships)
        return held, carried, -report.source.weight, order, report.entry.sort_at, report.entry.name

    return min(members, key=rank)


def _read_order(report: Report, memberships: Memberships) -> _Order:
    """Who was published first: those whom ids were given to, then who was told of longest."""
    known = find_membership(report, memberships)
    if known is None:
        return inf, _NEVER
    led = _read_led(known)
    return inf if led is None else led, known.since or _NEVER


def _read_led(known: Membership) -> int | None:
    return known.order if known.owner and known.led is None else known.led


def find_floor(
    story_id: str, members: Sequence[Report], memberships: Memberships
) -> datetime | None:
    """The time before which the story must not be dated: it was published under this one.

    Where that is not known, of one published before it was remembered, the latest
    time of the reports that ids were given to: they have led, here or elsewhere.
    """
    published = [known for one in members if (known := find_membership(one, memberships))]
    times = [one.updated for one in published if one.story_id == story_id]
    times += [one.own_updated for one in published if one.own == story_id]
    for report in members:
        known = find_membership(report, memberships)
        if known and _read_led(known) is not None:
            times.append(max(report.entry.changed, report.entry.sort_at))
    return max((at for at in times if at), default=None)
