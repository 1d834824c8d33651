"""`takedown`: orders that a published report leaves for good, lists and lifts them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from aggregator.cli.once import tell_time
from aggregator.cli.picking import TITLE, find_meant, print_choice
from aggregator.cli.tables import open_console, print_note, print_table
from aggregator.cli.words import cut_words, print_json, say_time, say_words, write_time
from aggregator.core import takedowns
from aggregator.core.model import Author, Match, Order
from aggregator.core.picking import Choice, choose, find_story
from aggregator.core.settings import Config
from aggregator.edges.log import make_log
from aggregator.edges.store import Store, has_store, hold_lock, open_store
from aggregator.errors import LockedError
from aggregator.pipeline import publish_all

if TYPE_CHECKING:
    from aggregator.cli.app import Place

_WRONG_CALL = 2
_PATIENCE = timedelta(seconds=5)
_BETWEEN_LOOKS = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator typed."""

    entry: str
    reason: str = ""
    public: bool = False
    whole: bool = False
    undo: bool = False


def take_down(place: "Place", wish: Wish, *, log_format: str) -> int:
    """Save the order, and publish unless somebody else does; 2 where nothing was understood."""
    config = place.load()
    if not has_store(place.data):
        print(f"{place.data}: nothing is stored yet; run: aggregator once")
        return _WRONG_CALL
    try:
        with hold_lock(place.data), open_store(place.data) as store:
            code, orders = _order(store, config, wish)
            if orders:
                publish_all(config, store, place.data, tell_time(), make_log(log_format))
    except LockedError:
        return _leave_to_holder(place.data, config, wish, log_format)
    if orders:
        print("published without it" if not wish.undo else "published again")
    return code


def _leave_to_holder(data: Path, config: Config, wish: Wish, log_format: str) -> int:
    """Save the order beside the process that holds the data folder: it publishes.

    A daemon does so; a single command may have published already, and ends. So
    it is seen to, and carried out here where nobody else does.
    """
    with open_store(data) as store:
        code, orders = _order(store, config, wish)
        if not orders:
            return code
        print("saved; the aggregator that runs here carries it out within 5 seconds", flush=True)
        if _see_to_it(store, config, data, log_format):
            print("published without it" if not wish.undo else "published again")
        else:
            print("it has not yet; when it has ended, run: aggregator build")
    return code


def _see_to_it(store: Store, config: Config, data: Path, log_format: str) -> bool:
    """Whether no order waits any more, within the time that is promised."""
    end = time.monotonic() + _PATIENCE.total_seconds()
    while store.has_orders():
        try:
            with hold_lock(data):
                publish_all(config, store, data, tell_time(), make_log(log_format))
        except LockedError:
            if time.monotonic() > end:
                return False
            time.sleep(_BETWEEN_LOOKS.total_seconds())
    return True


def _order(store: Store, config: Config, wish: Wish) -> tuple[int, Sequence[Order]]:
    """The exit code, and the orders that were saved."""
    standing = takedowns.list_standing(store.load_orders())
    found = find_meant(store, wish.entry)
    by_hand = [order for order in standing if order.by is Author.OPERATOR]
    out = {order.report for order in (takedowns.list_liftable(standing) if wish.undo else by_hand)}
    fitting = [one for one in found if (one.report in out) == wish.undo]
    if found and not fitting:
        return _say_needless(found, standing, wish), ()
    story_id = find_story(fitting)
    story = store.find_matches(story_id) if story_id else []
    choice = choose(fitting, story, whole=wish.whole or wish.undo)
    if not choice.meant:
        print_choice(choice, wish.entry, config)
        return _WRONG_CALL, ()
    now = tell_time()
    if wish.undo:
        orders = takedowns.undo(standing, {one.report for one in choice.meant}, now)
    else:
        meant = [one for one in choice.meant if one.report not in out]
        orders = takedowns.order(
            meant, now, reason=wish.reason, public=wish.public, whole=wish.whole
        )
    store.save_orders(orders)
    _say_done(choice, orders, wish)
    return 0, orders


def _say_needless(found: Sequence[Match], standing: Sequence[Order], wish: Wish) -> int:
    """Why there is nothing to do; the exit code."""
    names = {one.report for one in found}
    by_source = any(order.by is Author.SOURCE and order.report in names for order in standing)
    if not wish.undo:
        print("it is taken down already")
        return 0
    if by_source:
        print("its source has withdrawn it; it comes back when the source publishes it anew")
    else:
        print("it is not taken down; see: aggregator takedown --list")
    return _WRONG_CALL


def _say_done(choice: Choice, orders: Sequence[Order], wish: Wish) -> None:
    console = open_console()
    verb = "put back" if wish.undo else "taken down"
    for order in orders:
        print_note(console, say_words(f"{verb}: {_name(order.source_id, order.title)}"))
    if choice.others:
        names = ", ".join(sorted({one.source_id for one in choice.others}))
        words = f"its story goes on by the report of {names}; --story takes all of it down"
        print_note(console, say_words(words))


def _name(source_id: str, title: str) -> str:
    return f"{source_id}: {cut_words(title, TITLE) or 'without a title'}"


def list_takedowns(place: "Place", *, as_json: bool) -> int:
    """Print what is taken down; 0."""
    standing: Sequence[Order] = ()
    if has_store(place.data):
        with open_store(place.data, write=False) as store:
            standing = takedowns.list_standing(store.load_orders())
    ordered = sorted(standing, key=lambda order: (order.at, order.number))
    if as_json:
        print_json([_describe(order) for order in ordered])
    elif not ordered:
        print("nothing is taken down")
    else:
        zone = place.load().newsfeed.timezone
        columns = ["source", "by", "since", "title", "why"]
        print_table(open_console(), columns, [_list_cells(one, zone) for one in ordered])
    return 0


def _list_cells(order: Order, zone: str) -> list[Text]:
    scope = "whole story" if order.whole else ""
    secret = "" if order.public or not order.reason else "not public"
    said = "; ".join(part for part in (order.reason, scope, secret) if part)
    return [
        say_words(order.source_id),
        Text(order.by),
        Text(say_time(order.at, zone)),
        say_words(cut_words(order.title, TITLE)),
        say_words(said),
    ]


def _describe(order: Order) -> dict[str, object]:
    return {
        "id": order.story_id,
        "source": order.source_id,
        "key": order.key,
        "title": order.title,
        "by": order.by,
        "at": write_time(order.at),
        "reason": order.reason,
        "public": order.public,
        "story": order.whole,
    }
