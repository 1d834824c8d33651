"""Which reports are taken down, which are the same told again, and which ids lie in a grave.

A report is out by its own name, (source, key). One that its source tells again
under names that nobody could recognise is found here by its words, and gets an
order of its own, so that the store knows it from then on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.core import evidence
from aggregator.core.model import Act, Author, Entry, Grave, Match, Order, Report, Story
from aggregator.core.stories import Memberships
from aggregator.core.text import clean_text

KEEP_GRAVES = timedelta(days=30)
"""So long a tombstone stands in the live feed: readers that look once a month hear of it."""

MOST_GRAVES = 200

_NEAR = timedelta(days=1)
"""Two items of one title and link are one report when they are closer than this."""

_WITHDRAWN = "withdrawn by its source"

Name = tuple[str, str]


def list_standing(orders: Iterable[Order]) -> tuple[Order, ...]:
    """The takedowns in effect: of each report the last word of each author, where it is that."""
    last: dict[tuple[str, str, Author], Order] = {}
    for order in sorted(orders, key=lambda order: order.number):
        last[*order.report, order.by] = order
    return tuple(order for order in last.values() if order.act is Act.TAKEDOWN)


def say_count(standing: Iterable[Order]) -> str:
    """How many reports are taken down, in words; "" where none is."""
    count = len({order.report for order in standing})
    return f"{count} {'report is' if count == 1 else 'reports are'} taken down" if count else ""


def list_lifted(orders: Iterable[Order]) -> dict[Name, datetime]:
    """When each report was last put back."""
    lifted: dict[Name, datetime] = {}
    for order in orders:
        if order.act is Act.UNDO:
            lifted[order.report] = max(order.at, lifted.get(order.report, order.at))
    return lifted


def renew(story: Story, lifted: Mapping[Name, datetime], parted: Mapping[str, datetime]) -> Story:
    """The story, changed no earlier than when a report of it was taken down or put back.

    Readers who have obeyed the tombstone take an entry of before it for deleted
    (RFC 6721 section 3).
    """
    reports = story.members if lifted else ()
    times = [lifted.get(one.entry.name) for one in reports]
    times.append(parted.get(story.id))
    known = [at for at in (*times, story.floor) if at]
    return replace(story, floor=max(known)) if any(times) else story


def list_parted(standing: Iterable[Order], memberships: Memberships) -> dict[str, datetime]:
    """When each published story last lost a report: then it was changed.

    Had the report led it, the story's time would run backwards to that of its
    next lead, and readers would keep the text that was to leave.
    """
    parted: dict[str, datetime] = {}
    for one in standing:
        if known := memberships.get(one.report):
            parted[known.story_id] = max(one.at, parted.get(known.story_id, one.at))
    return parted


def leave_out(reports: Iterable[Report], standing: Iterable[Order]) -> list[Report]:
    """The reports that are not taken down."""
    out = {order.report for order in standing}
    return [one for one in reports if one.entry.name not in out]


def find_told_again(
    reports: Iterable[Report], standing: Sequence[Order], entries: Iterable[Entry]
) -> tuple[Order, ...]:
    """New orders for reports that tell again what was taken down.

    `entries` are those that the standing orders are about. The same source's
    report is meant always, another source's only where the whole story was
    taken down: else the story goes on by it.
    """
    by_name = {entry.name: entry for entry in entries}
    taken = [(order, by_name[order.report]) for order in standing if order.report in by_name]
    out = {order.report for order in standing}
    found = []
    for entry in (report.entry for report in reports) if taken else ():
        if entry.name not in out:
            because = next((one for one, old in taken if _is_again(entry, old, one)), None)
            found += [_follow(because, entry)] if because else []
    return tuple(found)


def _follow(order: Order, entry: Entry) -> Order:
    """The same order about another report; the two belong together, and are undone together."""
    return replace(
        order, source_id=entry.source_id, key=entry.key, title=entry.title, story_id=None, number=0
    )


def _is_again(entry: Entry, old: Entry, order: Order) -> bool:
    if entry.source_id == old.source_id:
        return _repeats(entry, old)
    return order.whole and evidence.weigh(entry, old) is not None


def _repeats(entry: Entry, old: Entry) -> bool:
    """Whether a source's report is an old one of it under other names.

    A link alone proves nothing: some feeds give one to all their items.
    """
    near = abs(entry.sort_at - old.sort_at) < _NEAR
    if evidence.is_long(old) and evidence.quotes(entry, old):
        return True
    if _shares_name(entry, old):
        return near and evidence.is_rewording(entry, old)
    same_date = entry.published is not None and entry.published == old.published
    return same_date and evidence.has_same_title(entry, old)


def _shares_name(entry: Entry, old: Entry) -> bool:
    same_id = entry.raw_id is not None and entry.raw_id == old.raw_id
    return same_id or evidence.has_same_link(entry, old)


def forget_dead(memberships: Memberships, dead: Collection[str]) -> Memberships:
    """What the ledger knows without ids that belong to reports taken down.

    Rule 3 of the design: if a story bore such an id, it goes on under the next report's.
    """
    return {
        name: known if known.own not in dead else replace(known, own=None)
        for name, known in memberships.items()
        if known.story_id not in dead
    }


def find_merged(
    stories: Mapping[str, Iterable[Name]], memberships: Memberships, alive: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """(id that left, id that goes on) where published stories proved to be one.

    `stories` are the members of each published story; `alive` the ids that any story bears.
    """
    return tuple(
        (known.story_id, story_id)
        for story_id, members in stories.items()
        for name in members
        if (known := memberships.get(name)) and known.owner
        if known.story_id != story_id and known.story_id not in alive
    )


def bury(
    owned: Mapping[str, Name],
    standing: Iterable[Order],
    merged: Iterable[Grave],
    alive: Collection[str],
    now: datetime | None,
) -> tuple[Grave, ...]:
    """The tombstones that the live feed shows, the newest first; all of them without a `now`.

    `owned` says to which report each id was given that leaves with it; `merged`
    are the ids that gave way to another, `alive` those that are shown.
    """
    orders = {order.report: order for order in sorted(standing, key=lambda order: order.at)}
    every = tuple(merged)
    survivors = {grave.story_id: grave.survivor for grave in every}
    taken = {
        story_id: Grave(story_id, orders[name].at, _say_why(orders[name]))
        for story_id, name in owned.items()
        if name in orders
    }
    joined = {grave.story_id: _follow_up(grave, survivors, taken) for grave in every}
    graves = [grave for grave in {**joined, **taken}.values() if grave.story_id not in alive]
    recent = [grave for grave in graves if now is None or grave.at > now - KEEP_GRAVES]
    ordered = sorted(recent, key=lambda grave: (grave.at, grave.story_id), reverse=True)
    return tuple(ordered[:MOST_GRAVES])


def _follow_up(grave: Grave, survivors: Mapping[str, str | None], taken: Collection[str]) -> Grave:
    """The tombstone with the id that goes on now: a survivor may have given way since."""
    last, seen = grave.survivor, {grave.story_id}
    while last is not None and last in survivors and last not in seen:
        seen.add(last)
        last = survivors[last]
    is_lost = last is None or last in taken or last in seen
    return replace(grave, survivor=None if is_lost else last)


def _say_why(order: Order) -> str:
    """What subscribers are told: the source's own word, else only a reason meant for them."""
    if order.by is not Author.OPERATOR:
        return _WITHDRAWN
    return clean_text(order.reason) if order.public else ""


def order(
    meant: Iterable[Match], now: datetime, *, reason: str = "", public: bool, whole: bool
) -> tuple[Order, ...]:
    """Orders of the operator that these reports leave; with `whole` their story is meant."""
    return tuple(
        Order(
            Act.TAKEDOWN,
            *one.report,
            now,
            one.story_id,
            one.title,
            reason,
            public=public,
            whole=whole,
        )
        for one in meant
    )


def undo(standing: Iterable[Order], meant: Collection[Name], now: datetime) -> tuple[Order, ...]:
    """Orders that lift the takedowns of these reports that an operator may lift.

    Those of the operator's that belong to them too; pages that left in one look do not belong
    together.
    """
    own = list_liftable(standing)
    by_hand = [order for order in own if order.by is Author.OPERATOR]
    times = {order.at for order in by_hand if order.report in meant}
    return tuple(
        replace(order, act=Act.UNDO, at=now, reason="", public=False, number=0)
        for order in own
        if order.report in meant or (order.by is Author.OPERATOR and order.at in times)
    )


def list_liftable(standing: Iterable[Order]) -> tuple[Order, ...]:
    """Those that an operator may lift: the operator's own, and what a page's answer took down.

    What a feed withdrew in so many words only that feed tells again.
    """
    return tuple(order for order in standing if order.by is not Author.SOURCE)
