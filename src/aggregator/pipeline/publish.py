"""Makes stories of what is stored, and files of the stories."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from aggregator.core import reuse, stories, takedowns, urls
from aggregator.core.audit import Due
from aggregator.core.edition import make_live
from aggregator.core.likeness import Window
from aggregator.core.model import Held, Ledger, Output, Story
from aggregator.core.settings import Config
from aggregator.core.stories import Memberships
from aggregator.edges.files import pack, sweep, write_output
from aggregator.edges.log import Log
from aggregator.edges.render import Fragments, render_feeds
from aggregator.edges.store import Store
from aggregator.pipeline.choosing import pick
from aggregator.pipeline.inspecting import refuse_invalid
from aggregator.pipeline.leaving import Left, carry_out, find_graves, list_merged, sort_out
from aggregator.pipeline.pool import Pool
from aggregator.pipeline.proving import keep_proof


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

    `left` is what was taken down, `merged` which ids give way to which; `found`
    are all stories that were made, `passed_over` those that gave way to stories
    of other sources.
    """

    stories: tuple[Story, ...]
    fragments: tuple[Fragments, ...]
    held: tuple[Held, ...]
    memberships: Memberships
    left: Left
    merged: tuple[tuple[str, str], ...] = ()
    found: tuple[Story, ...] = ()
    due: datetime | None = None
    owed: tuple[Due, ...] = ()
    passed_over: tuple[Story, ...] = ()

    @property
    def alive(self) -> frozenset[str]:
        """The ids of all the stories that were made."""
        return frozenset(story.id for story in self.found)


def publish(
    config: Config,
    store: Store,
    data: Path,
    now: datetime,
    log: Log,
    window: Window | None = None,
) -> Published:
    """Publish the live newsfeed from what is stored.

    `window` remembers reports from one publishing to the next; without one they
    are read anew.
    A story that breaks a rule of a format or a term of its sources is held back.
    Raises PublishError when a document would be invalid for all that, or a file
    cannot be written, StoreError when the ledger cannot be saved; the old files
    are untouched then.
    """
    folder = data / config.publish.directory
    sweep(folder)
    orders = store.load_orders(pending=True)  # first: what comes later waits for the next one
    prefix = remember_prefix(store, config, now)
    chosen = select(config, store, prefix, now, window)
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


def select(
    config: Config, store: Store, prefix: str, now: datetime, window: Window | None = None
) -> Selection:
    """The newest stories that may be shown, as many as the live feed takes.

    Reads the newest entries page by page, each page as large as all before it,
    so that the cost does not grow with the archive. A story is looked at when
    all that is newer has been read. `core.fairness` says when it is enough.
    """
    pool = Pool(config, store, Window() if window is None else window, now)
    known = pool.list_known()
    is_held = partial(reuse.is_held, known=known, now=now)
    while True:
        pool.read_page()
        memberships = store.load_memberships(pool.list_entries())
        left = sort_out(store, pool.list_reports())
        living = takedowns.forget_dead(memberships, left.owned)
        claimed = pool.find_claimed(prefix)
        told = stories.combine(left.reports, living, claimed, prefix, pool.window, is_held)
        parted = takedowns.list_parted(left.standing, memberships)
        found = [takedowns.renew(story, left.lifted, parted) for story in told]
        newest = [story for story in found if pool.has_read_all_until(story.sort_at)]
        picked = pick(newest, config, now, known, is_all=pool.is_exhausted)
        if picked.is_settled:
            changes = [reuse.find_next_change(story, known, now) for story in newest]
            return Selection(
                picked.stories,
                picked.fragments,
                picked.held,
                memberships,
                left,
                list_merged(picked.stories, living, frozenset(story.id for story in found)),
                found=tuple(found),
                due=min((at for at in changes if at), default=None),
                owed=picked.owed,
                passed_over=picked.passed_over,
            )


def _save_ledger(store: Store, chosen: Selection, now: datetime) -> None:
    """Save ids and members that are new, before any file shows them (rule 3)."""
    memberships = chosen.memberships
    known = {membership.story_id for membership in memberships.values()}
    claims = tuple(
        (story.id, *story.lead.entry.name)
        for story in reversed(chosen.stories)
        if story.id not in known
    )
    members = tuple(
        (story.id, *entry.name)
        for story in chosen.stories
        for entry in (report.entry for report in story.members)
        if (member := memberships.get(entry.name)) is None or member.story_id != story.id
    )
    orders, merged = chosen.left.fresh, chosen.merged
    if claims or members or orders or merged or list(chosen.held) != store.load_held():
        store.save_ledger(Ledger(now, claims, members, chosen.held, merged, orders))
