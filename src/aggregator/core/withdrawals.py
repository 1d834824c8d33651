"""What a source's own tombstones mean: reports that it takes back, or tells anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from aggregator.core.dates import judge_date, read_date
from aggregator.core.model import Act, Author, Entry, Order, Withdrawn

_REASON = "withdrawn by its source"


def judge(
    said: Sequence[Withdrawn],
    document: Iterable[Entry],
    stored: Iterable[Entry],
    orders: Iterable[Order],
    now: datetime,
) -> tuple[Order, ...]:
    """The orders that follow from a document's tombstones and its entries.

    `stored` are the known entries that the document or its tombstones name, the
    newest state last; `orders` all of this source's own so far. A report leaves when its tombstone
    is no older than the document's entry of that id, and comes back when it is
    told with a time after it left (RFC 6721 section 3). A document that only
    lists it again, under its old time, brings nothing back.
    """
    graves = _read_graves(said, now)
    told = {entry.raw_id: _find_time(entry) for entry in document if entry.raw_id}
    last = {order.report: order for order in sorted(orders, key=lambda order: order.number)}
    unique = {entry.name: entry for entry in stored}
    judged = (
        _judge_one(entry, graves, told, last.get(name), now) for name, entry in unique.items()
    )
    return tuple(order for order in judged if order)


def _judge_one(
    entry: Entry,
    graves: Mapping[str, datetime],
    told: Mapping[str, datetime | None],
    last: Order | None,
    now: datetime,
) -> Order | None:
    # Where its feed gave it another id, a tombstone for the first one only says that.
    name = entry.alias or entry.raw_id or ""
    grave, again = graves.get(name), told.get(name)
    is_out = last is not None and last.act is Act.TAKEDOWN
    is_anew = again is not None and (grave is None or again > grave)
    if is_out and last and is_anew and again and last.at < again:
        # By the publisher's time: a tombstone of before is about what was before.
        return replace(last, act=Act.UNDO, at=min(again, now), reason="", number=0)
    if grave is None or is_out or is_anew or (last and last.at >= grave):
        return None
    report = entry.name
    return Order(Act.TAKEDOWN, *report, now, None, entry.title, _REASON, by=Author.SOURCE)


def _find_time(entry: Entry) -> datetime | None:
    """The publisher's last word on when an entry changed."""
    return max((at for at in (entry.updated, entry.published) if at), default=None)


def _read_graves(said: Iterable[Withdrawn], now: datetime) -> dict[str, datetime]:
    """The time of each tombstone; one that cannot be read, or lies ahead, is now."""
    graves: dict[str, datetime] = {}
    for one in said:
        at = judge_date(read_date(one.when, now, None, ()), now).at
        when = min(at or now, now)
        graves[one.ref] = max(graves.get(one.ref, when), when)
    return graves
