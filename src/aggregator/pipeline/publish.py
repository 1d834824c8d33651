"""Makes stories of what is stored, and files of the stories."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aggregator.core import stories, takedowns, urls
from aggregator.core.audit import Due, find_due
from aggregator.core.edition import make_live
from aggregator.core.fulltext import unfold
from aggregator.core.model import Entry, FeedHead, Held, Ledger, Output, Report, Shown, Story
from aggregator.core.origin import Known, list_known
from aggregator.core.reuse import find_next_change, present
from aggregator.core.settings import Config, NewsfeedSettings
from aggregator.core.stories import Memberships
from aggregator.edges.files import pack, sweep, write_output
from aggregator.edges.log import Log
from aggregator.edges.render import Fragments, Unrenderable, render_feeds, render_story
from aggregator.edges.store import Store
from aggregator.pipeline.inspecting import find_fault, refuse_invalid
from aggregator.pipeline.leaving import Left, carry_out, find_graves, list_merged, sort_out
from aggregator.pipeline.proving import find_breach, keep_proof

_MOST_HOPS = 8
"""From report to report over shared keys: a bound for archives made to be chained."""


@dataclass(frozen=True, slots=True)
class Published:
    """What one publishing did: files looked at, those whose bytes are new, stories, held back.

    `due` is when terms let something else be shown: an embargo or a permission ends.
    """

    files: tuple[Path, ...]
    written: tuple[Path, ...]
    stories: int
    held: tuple[Held, ...]
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The stories to be published with their fragments, those held back, what the ledger knows.

    `left` is what was taken down, `merged` which ids give way to which.
    """

    stories: tuple[Story, ...]
    fragments: tuple[Fragments, ...]
    held: tuple[Held, ...]
    memberships: Memberships
    left: Left
    merged: tuple[tuple[str, str], ...] = ()
    alive: frozenset[str] = frozenset()
    due: datetime | None = None
    owed: tuple[Due, ...] = ()


def publish(config: Config, store: Store, data: Path, now: datetime, log: Log) -> Published:
    """Publish the live newsfeed from what is stored.

    A story that breaks a rule of a format or a term of its sources is held back.
    Raises PublishError when a document would be invalid for all that, or a file
    cannot be written, StoreError when the ledger cannot be saved; the old files
    are untouched then.
    """
    folder = data / config.publish.directory
    sweep(folder)
    orders = store.load_orders(pending=True)  # first: what comes later waits for the next one
    prefix = remember_prefix(store, config, now)
    chosen = select(config, store, prefix, now)
    born = datetime.fromisoformat(store.remember_fact("born", now.isoformat()))
    feed_id = config.newsfeed.id or f"{prefix}/day"
    graves = find_graves(store, chosen.left, chosen.merged, chosen.alive, now)
    edition = make_live(chosen.stories, config.newsfeed, feed_id, born, graves)
    outputs = render_feeds(edition, chosen.fragments)
    refuse_invalid(outputs, edition.home, now)
    _save_ledger(store, chosen, now)
    written = tuple(folder / out.path for out in outputs if _write(folder, out))
    carry_out(store, (*orders, *chosen.left.fresh), now, log)
    keep_proof(data, edition, outputs, chosen.owed)
    files = tuple(folder / out.path for out in outputs)
    published = Published(files, written, len(chosen.stories), chosen.held, chosen.due)
    log(
        "publish",
        stories=published.stories,
        held=len(chosen.held),
        written=len(written),
        unchanged=len(files) - len(written),
    )
    return published


def _write(folder: Path, output: Output) -> bool:
    """Write a file and its compressed form; whether the file's bytes are new."""
    is_new = write_output(folder, output)
    write_output(folder, pack(output))
    return is_new


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


def select(config: Config, store: Store, prefix: str, now: datetime) -> Selection:
    """The newest stories that may be shown, as many as the live feed takes.

    Reads the newest entries page by page, each page as large as all before it,
    so that the cost does not grow with the archive. A story is looked at when
    all that is newer has been read.
    """
    pool = _Pool(config, store)
    while True:
        pool.read_page()
        memberships = store.load_memberships(pool.list_entries())
        left = sort_out(store, pool.list_reports())
        living = takedowns.forget_dead(memberships, left.owned)
        told = stories.combine(left.reports, living, pool.find_claimed(prefix), prefix)
        found = [takedowns.renew(story, left.lifted) for story in told]
        newest = [story for story in found if pool.has_read_all_until(story.sort_at)]
        known = pool.list_known()
        kept, fragments, held, owed = show(newest, config.newsfeed, now, known)
        if pool.is_exhausted or len(kept) == config.newsfeed.items:
            changes = [find_next_change(story, known, now) for story in newest]
            due = min((at for at in changes if at), default=None)
            alive = frozenset(story.id for story in found)
            merged = list_merged(kept, living, alive)
            return Selection(kept, fragments, held, memberships, left, merged, alive, due, owed)


class _Pool:
    """The entries read so far, the newest first, with all that may belong to their stories.

    Entries of sources that the configuration no longer names are left out:
    nobody states their terms any more.
    """

    def __init__(self, config: Config, store: Store) -> None:
        self._store = store
        self._sources = {source.id: source for source in config.sources}
        states = store.load_states()
        self._heads = {source_id: state.head or FeedHead() for source_id, state in states.items()}
        self._removed = sorted(set(states) - set(self._sources))
        self._entries: dict[tuple[str, str], Entry] = {}
        self._page = 2 * config.newsfeed.items
        self._before: tuple[datetime, int] | None = None
        self.is_exhausted = False

    def read_page(self) -> None:
        """Read on, and what is related to what is new, and what is related to that."""
        page, self._before = self._store.load_newest(self._page, self._before, self._removed)
        self._page *= 2
        self.is_exhausted = self._before is None
        fresh = self._take(page)
        for _ in range(_MOST_HOPS):
            fresh = self._take(self._store.load_related(fresh)) if fresh else []

    def _take(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those that are not in the pool yet, now put into it."""
        own = (unfold(entry) for entry in entries if entry.source_id in self._sources)
        fresh = {(e.source_id, e.key): e for e in own if (e.source_id, e.key) not in self._entries}
        self._entries |= fresh
        return list(fresh.values())

    def list_entries(self) -> tuple[Entry, ...]:
        """All of them."""
        return tuple(self._entries.values())

    def list_reports(self) -> list[Report]:
        """All of them with their sources."""
        return [
            Report(e, self._sources[e.source_id], self._heads.get(e.source_id) or FeedHead())
            for e in self._entries.values()
        ]

    def list_known(self) -> Known:
        """The sources by what points at them."""
        return list_known(self._sources.values(), self._heads)

    def find_claimed(self, prefix: str) -> set[str]:
        """Which of the ids that they might get were given already."""
        own = {entry.raw_id for entry in self._entries.values() if entry.raw_id}
        minted = {stories.mint_id(entry, prefix) for entry in self._entries.values()}
        return self._store.load_claimed(own | minted)

    def has_read_all_until(self, at: datetime) -> bool:
        """Whether everything as new as this has been read; ties may straddle a page."""
        return self._before is None or at > self._before[0]


def show(
    found: Sequence[Story], newsfeed: NewsfeedSettings, now: datetime, known: Known
) -> tuple[tuple[Story, ...], tuple[Fragments, ...], tuple[Held, ...], tuple[Due, ...]]:
    """The newest stories that may be shown, those held back, and what those shown owe.

    A story that its terms forbid, or that no valid entry can be made of, costs
    its own place only: the next one takes it.
    """
    kept: list[Story] = []
    fragments: list[Fragments] = []
    held: list[Held] = []
    owed: list[Due] = []
    for story in found:
        if len(kept) == newsfeed.items:
            break
        shown = present(story, newsfeed.timezone, now, newsfeed.language, known)
        due = find_due(story, newsfeed.timezone, now, known)
        made = _make(shown, due, now) if isinstance(shown, Shown) else shown
        if isinstance(made, Fragments):
            kept.append(story)
            fragments.append(made)
            owed.append(due)
        else:
            held.append(_hold(story, made))
    return tuple(kept), tuple(fragments), tuple(held), tuple(owed)


def _make(shown: Shown, due: Due, now: datetime) -> Fragments | Unrenderable:
    """The story in each format, judged as readers and its sources will; a bad one is not made."""
    made = render_story(shown)
    if isinstance(made, Fragments):
        fault = find_fault(made) or find_breach(made, due, now)
        return Unrenderable(fault) if fault else made
    return made


def _hold(story: Story, why: Held | Unrenderable) -> Held:
    if isinstance(why, Held):
        return why
    entry = story.lead.entry
    return Held(entry.source_id, entry.key, entry.title, why.why)


def _save_ledger(store: Store, chosen: Selection, now: datetime) -> None:
    """Save ids and members that are new, before any file shows them (rule 3)."""
    memberships = chosen.memberships
    known = {membership.story_id for membership in memberships.values()}
    claims = tuple(
        (story.id, story.lead.entry.source_id, story.lead.entry.key)
        for story in reversed(chosen.stories)
        if story.id not in known
    )
    members = tuple(
        (story.id, entry.source_id, entry.key)
        for story in chosen.stories
        for entry in (story.lead.entry, *(other.entry for other in story.others))
        if (member := memberships.get((entry.source_id, entry.key))) is None
        or member.story_id != story.id
    )
    orders, merged = chosen.left.fresh, chosen.merged
    if claims or members or orders or merged or list(chosen.held) != store.load_held():
        store.save_ledger(Ledger(now, claims, members, chosen.held, merged, orders))
