"""Makes stories of what is stored, and files of the stories."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from aggregator.core import urls
from aggregator.core.edition import make_live
from aggregator.core.likeness import Window
from aggregator.core.model import Edition, Held, Ledger, Order, Output
from aggregator.core.page import Kind
from aggregator.core.settings import Config
from aggregator.core.websub import find_hub
from aggregator.edges.files import sweep
from aggregator.edges.log import Log
from aggregator.edges.render import render_feeds
from aggregator.edges.store import Store
from aggregator.pipeline.editions import (
    Desk,
    find_close,
    find_next_end,
    list_new,
    print_days,
    settle_places,
)
from aggregator.pipeline.folders import (
    Shelves,
    find_expiries,
    list_all_feeds,
    note_due,
    open_shelves,
    print_folders,
)
from aggregator.pipeline.indexing import find_stale, index, note_index
from aggregator.pipeline.inspecting import refuse_invalid
from aggregator.pipeline.leaving import carry_out, find_graves
from aggregator.pipeline.ledger import make_ledger
from aggregator.pipeline.meanings import Meanings, open_meanings
from aggregator.pipeline.news import News, find_news
from aggregator.pipeline.paging import Site
from aggregator.pipeline.selecting import select
from aggregator.pipeline.writing import Sheets


@dataclass(frozen=True, slots=True)
class Published:
    """What one publishing did: files looked at, those whose bytes are new, stories, held back.

    Those are the feeds of all stories; `further` and `renewed` are the same of all
    other files: pages, days, and feeds by rule. `problems` are those of a site's
    templates.
    `due` is when terms let something else be shown: an embargo or a permission
    ends; `closes` when a day may close. There `is_more` when something is left
    to be told that one publishing had no time for.
    """

    files: tuple[Path, ...]
    written: tuple[Path, ...]
    stories: int
    held: tuple[Held, ...]
    due: datetime | None = None
    closes: datetime | None = None
    is_more: bool = False
    further: tuple[Path, ...] = ()
    renewed: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()


def publish(
    config: Config,
    store: Store,
    data: Path,
    now: datetime,
    log: Log,
    window: Window | None = None,
) -> Published:
    """Publish the live newsfeed and the day editions from what is stored.

    `window` remembers reports from one publishing to the next; without one they
    are read anew.
    A story that breaks a rule of a format or a term of its sources is held back.
    Raises PublishError when a document would be invalid for all that, or a file
    cannot be written, StoreError when the ledger cannot be saved; the old files
    are untouched then.
    """
    sheets = Sheets(data, data / config.publish.directory, now)
    sweep(sheets.folder)
    orders = store.load_orders(pending=True)  # first: what comes later waits for the next one
    news = find_news(config, store, now)
    meanings = open_meanings(store, now, None if orders else log)  # an order waits for nothing
    desk = _open_desk(config, store, now, window, news, meanings)
    issue = _decide(desk, orders, news)
    outputs = render_feeds(issue.live, desk.chosen.fragments)
    refuse_invalid(outputs, issue.live.home, now)
    store.save_ledger(issue.ledger)
    is_more = _print(desk, issue, outputs, sheets) or news.is_more
    is_more = index(desk) or is_more
    is_more = is_more or _is_waiting(meanings, orders)
    sheets.raise_first()  # orders are obeyed only when all files are there
    carry_out(store, issue.carried, now, log)
    published = _report(desk, sheets, issue, is_more=is_more)
    log(
        "publish",
        stories=published.stories,
        held=len(published.held),
        written=len(sheets.written),
        unchanged=len(sheets.files) - len(sheets.written),
    )
    for problem in published.problems:
        log("page", result="failed", detail=problem)
    return published


@dataclass(frozen=True, slots=True)
class _Issue:
    """What a publishing decided: the live feed, the folders to be made, what is saved of it."""

    live: Edition
    shelves: Shelves
    ledger: Ledger
    carried: tuple[Order, ...]
    problems: list[str]


def _open_desk(
    config: Config,
    store: Store,
    now: datetime,
    window: Window | None,
    news: News,
    meanings: Meanings | None,
) -> Desk:
    prefix = remember_prefix(store, config, now)
    chosen = select(config, store, prefix, now, window, news.entries, meanings=meanings)
    born = datetime.fromisoformat(store.remember_fact("born", now.isoformat()))
    feed_id = config.newsfeed.id or f"{prefix}/day"
    return Desk(config, store, prefix, feed_id, born, now, chosen)


def _decide(desk: Desk, orders: Sequence[Order], news: News) -> _Issue:
    """Ids, places, days and folders, as values; nothing is saved yet."""
    told, chosen = desk.chosen.told, desk.chosen
    some = list_new(desk, news)
    merged = told.list_merged(some)
    carried = (*orders, *told.left.fresh)
    graves = find_graves(desk.store, told.left, merged, told.alive, desk.now)
    almanac = settle_places(desk, some, merged, carried, news)
    shelves = open_shelves(desk, some, carried, news)
    held = tuple(chain.from_iterable(chosen.maker.held.values()))
    notes = (*news.notes, *note_due(shelves), note_index(desk))
    live = make_live(
        chosen.stories,
        desk.config.newsfeed,
        desk.feed_id,
        desk.born,
        graves,
        almanac.find_last_closed(),
    )
    ledger = make_ledger(told, some, merged, held, almanac, notes)
    return _Issue(
        # Days name no hub: what is closed brings nothing new, and all else stands in the live feed.
        replace(live, hub=find_hub(desk.config)),
        shelves,
        replace(ledger, stale=find_stale(desk, some, merged, carried, news)),
        carried,
        [],
    )


def _print(desk: Desk, issue: _Issue, outputs: Sequence[Output], sheets: Sheets) -> bool:
    """Make all files that are due; whether some are left for the next publishing."""
    chosen, shelves = desk.chosen, issue.shelves
    site = Site(desk.config, desk.store.days.load_dates(), shelves.places, issue.problems)
    page = site.make(Kind.LIVE, issue.live, chosen.stories, chosen.shown)
    sheets.print(issue.live, outputs, chosen.owed, "live", page)
    left = (print_days(desk, sheets, site), print_folders(desk, shelves, sheets, site))
    sheets.write((*site.make_rest(), list_all_feeds(desk.config.newsfeed, shelves)))
    return any(left)


def _report(desk: Desk, sheets: Sheets, issue: _Issue, *, is_more: bool) -> Published:
    """What came of a publishing."""
    dues = desk.chosen.due, find_next_end(desk.config, desk.now)
    expiries = find_expiries(issue.shelves, desk.now)
    files, further = sheets.split(sheets.files)
    written, renewed = sheets.split(sheets.written)
    return Published(
        files,
        written,
        len(desk.chosen.stories),
        issue.ledger.held,
        min((at for at in (*dues, *expiries) if at), default=None),
        find_close(desk.config, desk.store),
        is_more,
        further,
        renewed,
        tuple(issue.problems),
    )


def publish_all(config: Config, store: Store, data: Path, now: datetime, log: Log) -> Published:
    """Publish until nothing is left to be told; the files are those of all publishings."""
    window = Window()
    last = publish(config, store, data, now, log, window)
    every = [last]
    while last.is_more:
        last = publish(config, store, data, now, log, window)
        every.append(last)
    return replace(
        last,
        written=_join(one.written for one in every),
        further=_join(one.further for one in every),
        renewed=_join(one.renewed for one in every),
    )


def _join(some: Iterable[tuple[Path, ...]]) -> tuple[Path, ...]:
    """Each path once, in the order of their first."""
    return tuple(dict.fromkeys(chain.from_iterable(some)))


def _is_waiting(meanings: Meanings | None, orders: Sequence[Order]) -> bool:
    """Whether vectors are still to be made."""
    return meanings is not None and (meanings.has_more or bool(orders))


def remember_prefix(store: Store, config: Config, now: datetime) -> str:
    """What all minted ids begin with, decided once for this installation (RFC 4151).

    A newsfeed id that is a `tag:` begins them, so that an installation that is
    set up again gives the same ids.
    """
    known = store.read_fact("tag_prefix")
    if known is not None:
        return known
    own = config.newsfeed.id or ""
    if own.startswith("tag:"):
        return store.remember_fact("tag_prefix", own)
    host = urls.host(config.newsfeed.base_url)
    authority = host if host and ":" not in host else "localhost"
    minted = f"tag:{authority},{now.date().isoformat()}:{secrets.token_hex(4)}"
    return store.remember_fact("tag_prefix", minted)
