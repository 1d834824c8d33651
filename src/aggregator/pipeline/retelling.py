"""The stories of published files, with what is stored of their reports now.

Who led and who stood with whom is what was kept when the file was published: what
came since, and what a process that had run for longer knew, change nothing of
what the file shows. Where nothing was kept, or the file's bytes are others, its
stories are told anew, as they would have been when the file was published.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aggregator.core import reuse, stories, takedowns
from aggregator.core.fulltext import unfold
from aggregator.core.likeness import Window
from aggregator.core.model import FeedHead, Report, Story
from aggregator.core.origin import Known, list_known
from aggregator.core.settings import Config
from aggregator.edges.store import Store
from aggregator.pipeline.pool import Pool
from aggregator.pipeline.proving import Proof, Told


@dataclass(frozen=True, slots=True)
class Retold:
    """The stories, what was taken down of each by its id, and the sources by what points at them.

    Reports of sources that are no longer configured are in none.
    """

    stories: tuple[Story, ...]
    gone: Mapping[str, Sequence[Report]]
    known: Known


def retell(
    config: Config, store: Store, story_ids: Collection[str], proof: Proof, now: datetime
) -> Retold:
    """The stories of these ids that anything is left of."""
    heads = {name: state.head or FeedHead() for name, state in store.load_states().items()}
    known = list_known(config.sources, heads)
    told = {name: proof.told[name] for name in story_ids if name in proof.told}
    reports = _load(config, store, heads, {*story_ids}, told)
    standing = takedowns.leave_out(reports, takedowns.list_standing(store.load_orders()))
    missing = {*story_ids} - told.keys()
    found = [_put_together(name, groups, standing) for name, groups in told.items()]
    anew = _tell_anew(config, store, missing, standing, now)
    return Retold(
        (*(story for story in found if story), *anew),
        _list_gone(store, reports, standing, told),
        known,
    )


def _load(
    config: Config,
    store: Store,
    heads: Mapping[str, FeedHead],
    story_ids: Collection[str],
    told: Mapping[str, Told],
) -> list[Report]:
    """The reports that stand in these stories by the ledger or by what was kept, each once."""
    sources = {source.id: source for source in config.sources}
    names = {name for groups in told.values() for group in groups for name in group}
    loaded = (*store.load_told(story_ids), *store.load_entries_of(names))
    entries = {one.name: one for one in loaded}
    return [
        Report(unfold(one), sources[one.source_id], heads.get(one.source_id) or FeedHead())
        for one in entries.values()
        if one.source_id in sources
    ]


def _put_together(story_id: str, told: Told, standing: Sequence[Report]) -> Story | None:
    """The story as it was told, of what still stands; None where that is nothing."""
    reports = {report.entry.name: report for report in standing}
    groups = [[reports[name] for name in group if name in reports] for group in told]
    left = [tuple(group) for group in groups if group]
    if not left:
        return None
    (lead, *others), *also = left
    return Story(story_id, lead, tuple(others), also=tuple(also))


def _tell_anew(
    config: Config,
    store: Store,
    story_ids: Collection[str],
    standing: Sequence[Report],
    now: datetime,
) -> list[Story]:
    """The stories as a publishing tells them."""
    if not story_ids or not standing:
        return []
    prefix = store.read_fact("tag_prefix") or ""
    memberships = store.load_memberships([report.entry for report in standing])
    # What that publishing compared them with: a window of now may be long past them.
    at = min(max(report.entry.sort_at for report in standing), now)
    pool = Pool(config, store, Window(), at)
    pool.window.learn(standing)
    is_held = partial(reuse.is_held, known=pool.list_known(), now=now)
    told = stories.combine(standing, memberships, story_ids, prefix, pool.window, is_held)
    return [story for story in told if story.id in story_ids]


def _list_gone(
    store: Store,
    reports: Sequence[Report],
    standing: Sequence[Report],
    told: Mapping[str, Told],
) -> Mapping[str, Sequence[Report]]:
    """What was taken down of each story."""
    homes = {name: story_id for story_id, one in told.items() for group in one for name in group}
    still = {id(report) for report in standing}
    out = [report for report in reports if id(report) not in still]
    memberships = store.load_memberships([report.entry for report in out])
    gone: dict[str, list[Report]] = {}
    for report in out:
        known = stories.find_membership(report, memberships)
        home = homes.get(report.entry.name) or (known and known.story_id)
        if home:
            gone.setdefault(home, []).append(report)
    return gone
