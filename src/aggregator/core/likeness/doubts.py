"""Which reports words leave unsure: theirs are the vectors that can say something."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from aggregator.core.likeness.meaning import Key
from aggregator.core.likeness.weighing import ENOUGH, Likeness
from aggregator.core.likeness.window import Window
from aggregator.core.model import Report

DOUBT = 0.14
"""From here to `ENOUGH` words leave it unsure: below, what is near is near in theme alone."""
_WITNESSES = 2


def list_doubtful(reports: Iterable[Report], window: Window) -> list[Report]:
    """The reports that may tell of one event with one of another source, or may not.

    Those first whom several others may speak for, then the newest.
    """
    named = {(report.entry.source_id, report.entry.key): report for report in reports}
    pairs = {
        tuple(sorted((key, other)))
        for key in named
        for other, likeness in window.find_alike(key).items()
        if other in named and _is_doubtful(key, other, likeness)
    }
    counts: Counter[Key] = Counter(chain.from_iterable(pairs))
    newest_first = sorted(counts, key=lambda key: (named[key].entry.sort_at, key), reverse=True)
    newest_first.sort(key=lambda key: counts[key] < _WITNESSES)
    return [named[key] for key in newest_first]


def _is_doubtful(left: Key, right: Key, likeness: Likeness) -> bool:
    return left[0] != right[0] and not likeness.is_copy and DOUBT <= likeness.score < ENOUGH
