"""What leaves with a publishing: reports taken down, and the ids that subscribers must forget."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.core import takedowns
from aggregator.core.fulltext import unfold
from aggregator.core.model import Author, Grave, Order, Report, Story
from aggregator.core.stories import Memberships
from aggregator.edges.log import Log
from aggregator.edges.store import Store


@dataclass(frozen=True, slots=True)
class Left:
    """The reports that stay, and what is known of those that do not.

    `fresh` are orders to be saved: reports that tell again what was taken down.
    `owned` are the ids that leave, each with the report that takes it along;
    `lifted` says when reports were put back.
    """

    reports: list[Report]
    standing: tuple[Order, ...] = ()
    fresh: tuple[Order, ...] = ()
    owned: dict[str, tuple[str, str]] = field(default_factory=dict)
    lifted: dict[tuple[str, str], datetime] = field(default_factory=dict)


def sort_out(store: Store, reports: list[Report]) -> Left:
    """The reports without those that are taken down."""
    orders = store.load_orders()
    standing, lifted = takedowns.list_standing(orders), takedowns.list_lifted(orders)
    if not standing:
        return Left(reports, lifted=lifted)
    own = [order for order in standing if order.by is Author.OPERATOR]
    entries = [unfold(one) for one in store.load_entries_of({order.report for order in own})]
    fresh = takedowns.find_told_again(reports, own, entries)
    everything = (*standing, *fresh)
    owned = store.load_owned({order.report for order in everything})
    return Left(takedowns.leave_out(reports, everything), everything, fresh, owned, lifted)


def find_graves(
    store: Store,
    left: Left,
    merged: Sequence[tuple[str, str]],
    alive: frozenset[str],
    now: datetime,
) -> tuple[Grave, ...]:
    """The tombstones of the live feed: of what was taken down, and of ids that gave way."""
    known = store.load_merges(now - takedowns.KEEP_GRAVES)
    new = [Grave(story_id, now, survivor=survivor) for story_id, survivor in merged]
    return takedowns.bury(left.owned, left.standing, [*known, *new], alive, now)


def list_merged(
    stories: Sequence[Story], memberships: Memberships, alive: frozenset[str]
) -> tuple[tuple[str, str], ...]:
    """The ids that give way to another in this publishing."""
    members = {story.id: [one.entry.name for one in story.members] for story in stories}
    return takedowns.find_merged(members, memberships, alive)


def carry_out(store: Store, orders: Sequence[Order], now: datetime, log: Log) -> None:
    """Remember that the orders have been obeyed; a line in the log for each."""
    if orders:
        store.mark_carried(orders, now)
    for order in orders:
        log(
            order.act,
            source=order.source_id,
            key=order.key,
            story=order.story_id,
            by=order.by,
            whole=order.whole or None,
        )
