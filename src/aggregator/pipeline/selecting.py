"""Which stories there are: those of the live feed, and those of what is new."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from aggregator.core import reuse, stories, takedowns
from aggregator.core.audit import Due
from aggregator.core.likeness import Window
from aggregator.core.model import Entry, Held, Shown, Story
from aggregator.core.origin import Known
from aggregator.core.settings import Config
from aggregator.core.stories import Memberships, Succession
from aggregator.edges.render import Fragments
from aggregator.edges.store import Store
from aggregator.pipeline.choosing import Maker, pick
from aggregator.pipeline.leaving import Left, list_merged, sort_out
from aggregator.pipeline.meanings import Meanings
from aggregator.pipeline.pool import Pool


@dataclass(frozen=True, slots=True)
class Told:
    """Stories as they are told now, what the ledger knows of their reports, what was taken down.

    `living` is that knowledge without ids that belong to reports taken down,
    `succession` who leads them where their leads cannot be shown.
    """

    stories: tuple[Story, ...]
    memberships: Memberships
    living: Memberships
    left: Left
    succession: Succession

    @property
    def alive(self) -> frozenset[str]:
        """The ids of all of them."""
        return frozenset(story.id for story in self.stories)

    def list_merged(self, some: Sequence[Story]) -> tuple[tuple[str, str], ...]:
        """The ids that give way to one of some stories."""
        return list_merged(some, self.living, self.alive)


@dataclass(frozen=True, slots=True)
class Selection:
    """The stories to be published with their fragments, those held back, what the ledger knows.

    `told` are all stories that were made, `passed_over` those that gave way to
    stories of other sources. `pool`, `maker` and `known` are what they were made
    with, to go on with.
    """

    stories: tuple[Story, ...]
    shown: tuple[Shown, ...]
    fragments: tuple[Fragments, ...]
    held: tuple[Held, ...]
    told: Told
    pool: Pool
    maker: Maker
    known: Known
    due: datetime | None = None
    owed: tuple[Due, ...] = ()
    passed_over: tuple[Story, ...] = ()

    @property
    def found(self) -> tuple[Story, ...]:
        """All stories that were made."""
        return self.told.stories


def select(  # noqa: PLR0913 - what a daemon remembers, what is new, what meaning lends
    config: Config,
    store: Store,
    prefix: str,
    now: datetime,
    window: Window | None = None,
    fresh: Sequence[Entry] = (),
    *,
    meanings: Meanings | None = None,
) -> Selection:
    """The newest stories that may be shown, as many as the live feed takes; those of `fresh` too.

    Reads the newest entries page by page, each page as large as all before it,
    so that the cost does not grow with the archive. A story is looked at when
    all that is newer has been read. `core.fairness` says when it is enough.
    """
    pool = Pool(config, store, Window() if window is None else window, now)
    pool.meanings = meanings
    known = pool.list_known()
    maker = Maker(config.newsfeed, now, known)
    pool.read_about(*fresh)
    while True:
        pool.read_page()
        told = tell(pool, store, prefix, known, now)
        maker.succession = told.succession
        newest = [story for story in told.stories if pool.has_read_all_until(story.sort_at)]
        picked = pick(newest, config, maker, is_all=pool.is_exhausted)
        if picked.is_settled:
            told = replace(told, stories=tuple(map(maker.find_shown, told.stories)))
            changes = [reuse.find_next_change(story, known, now) for story in newest]
            return Selection(
                picked.stories,
                picked.shown,
                picked.fragments,
                picked.held,
                told,
                pool,
                maker,
                known,
                due=min((at for at in changes if at), default=None),
                owed=picked.owed,
                passed_over=picked.passed_over,
            )


def tell(pool: Pool, store: Store, prefix: str, known: Known, now: datetime) -> Told:
    """The stories of all that the pool has read."""
    memberships = store.load_memberships(pool.list_entries())
    left = sort_out(store, pool.list_reports())
    living = takedowns.forget_dead(memberships, left.owned)
    is_held = partial(reuse.is_held, known=known, now=now)
    claimed = pool.find_claimed(prefix)
    if pool.meanings:
        pool.meanings.tell(pool.window, left.reports)
    found = stories.combine(left.reports, living, claimed, prefix, pool.window, is_held)
    parted = takedowns.list_parted(left.standing, memberships)
    renewed = tuple(takedowns.renew(story, left.lifted, parted) for story in found)
    taken = {*claimed, *stories.list_given(living), *(story.id for story in renewed)}
    succession = Succession(living, pool.window, is_held, taken, prefix)
    return Told(renewed, memberships, living, left, succession)
