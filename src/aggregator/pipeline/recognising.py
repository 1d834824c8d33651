"""Asks the store for what a document's entries may be, and core what they are."""

from collections.abc import Sequence
from datetime import datetime

from aggregator.core import identity, withdrawals
from aggregator.core.model import Entry, Order, Withdrawn
from aggregator.edges.store import Store


def recognise(
    store: Store, source_id: str, fresh: Sequence[Entry], now: datetime
) -> identity.Settled:
    """What a document's entries mean, given what is stored of their source."""
    sighting = identity.recognise(fresh, store.load_known(source_id, fresh))
    # An ordinary poll, of known entries alone, asks no second question.
    if sighting.window:
        others = store.load_newest_of(source_id, sighting.window)
    else:
        others = store.load_dated(source_id, sighting.dates) if sighting.dates else []
    return identity.settle_sighting(sighting, others, now)


def find_withdrawals(
    store: Store,
    source_id: str,
    said: Sequence[Withdrawn],
    fresh: Sequence[Entry],
    settled: identity.Settled,
    now: datetime,
) -> tuple[Order, ...]:
    """What a source takes back by the tombstones in its document, or tells anew."""
    orders, known = store.load_withdrawals(source_id, {one.ref for one in said})
    if not said and not orders:
        return ()
    return withdrawals.judge(said, fresh, (*known, *settled.entries), orders, now)
