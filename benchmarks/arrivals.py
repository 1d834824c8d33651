"""The same reports told at once, in other orders of arrival, and poll by poll."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aggregator.core.likeness import Window
from aggregator.core.model import Entry, Report, Story
from aggregator.core.stories import Membership, combine
from clusters import score_pairs
from vectors import Encode, learn

PREFIX = "tag:labels.invalid,2026:benchmark"
_BETWEEN = timedelta(seconds=1)

Key = tuple[str, str]
Groups = dict[Key, int]
"""The number of the story in which each report stands."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one order of arrival ended; `f1` is pairwise, against all told at once."""

    same: bool
    f1: float


@dataclass(slots=True)
class _Ledger:
    """What a publishing remembers for the next one, as `pipeline.publish` saves it."""

    encode: Encode | None = None
    claims: dict[str, tuple[int, Key]] = field(default_factory=dict)
    members: dict[Key, str] = field(default_factory=dict)

    def publish(self, reports: Sequence[Report]) -> tuple[Story, ...]:
        """The stories of what is there by now, remembered with their ids."""
        known = {
            key: Membership(story_id, self.claims[story_id][0], self.claims[story_id][1] == key)
            for key, story_id in self.members.items()
        }
        window = _open_window(reports, self.encode)
        told = combine(reports, known, set(self.claims), PREFIX, window)
        for story in reversed(told):
            self.claims.setdefault(story.id, (len(self.claims) + 1, name(story.lead)))
            self.members |= {name(report): story.id for report in story.members}
        return told


def name(report: Report) -> Key:
    """The identity of a report inside."""
    return report.entry.source_id, report.entry.key


def tell(reports: Sequence[Report], encode: Encode | None = None) -> tuple[Story, ...]:
    """The stories of reports of which nothing was published yet, with vectors or without."""
    return combine(reports, {}, set(), PREFIX, _open_window(reports, encode))


def _open_window(reports: Sequence[Report], encode: Encode | None) -> Window:
    window = Window(reports)
    if encode:
        learn(window, reports, encode)
    return window


def group(stories: Sequence[Story]) -> Groups:
    """The stories as numbers by report."""
    return {
        name(report): number for number, story in enumerate(stories) for report in story.members
    }


def try_order(
    wanted: Groups, reports: Sequence[Report], seed: int, encode: Encode | None = None
) -> Arrival:
    """All reports at once, seen first in another order; `wanted` is how they stand else."""
    return _compare(wanted, group(tell(_shuffle(reports, seed), encode)))


def try_polls(
    wanted: Groups, reports: Sequence[Report], seed: int, polls: int, encode: Encode | None = None
) -> Arrival:
    """The reports in another order and in portions, each published before the next one comes."""
    shuffled = _shuffle(reports, seed)
    ends = [len(shuffled) * poll // polls for poll in range(1, polls + 1)]
    return try_rounds(wanted, [shuffled[:end] for end in ends], encode)


def try_rounds(
    wanted: Groups, rounds: Iterable[Sequence[Report]], encode: Encode | None = None
) -> Arrival:
    """All that is known at each publishing, one after another; what the last one says counts."""
    ledger = _Ledger(encode)
    told = [ledger.publish(reports) for reports in rounds]
    return _compare(wanted, group(told[-1]))


def _shuffle(reports: Sequence[Report], seed: int) -> list[Report]:
    """Another order, in which each is seen first a second after the one before it.

    One without a date keeps its time in `published`: when it was seen first is
    its date, and with another date it would be another report.
    """
    mixed = list(reports)
    random.Random(seed).shuffle(mixed)  # noqa: S311 - the same orders at every run
    start = max(report.entry.first_seen for report in reports)
    return [
        replace(one, entry=_see(one.entry, start + number * _BETWEEN))
        for number, one in enumerate(mixed)
    ]


def _see(entry: Entry, at: datetime) -> Entry:
    return replace(entry, first_seen=at, published=entry.sort_at)


def _compare(wanted: Groups, found: Groups) -> Arrival:
    placed = [(story, found[key]) for key, story in wanted.items()]
    score = score_pairs(placed)
    return Arrival(score.precision == score.recall == 1, score.f1)
