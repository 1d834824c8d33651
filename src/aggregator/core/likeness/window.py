"""The reports of the last weeks, kept so that those alike are found without comparing all.

It remembers what it was told and computes; it reads nothing and knows no
clock. What it answers depends on the reports it holds and not on their order.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sized
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import count
from typing import TypeVar

from aggregator.core.likeness.common import know_share
from aggregator.core.likeness.meaning import Key, Meaning
from aggregator.core.likeness.rarity import list_terms, tell_rarity
from aggregator.core.likeness.telling import Compared, name_veto, weigh_anyway
from aggregator.core.likeness.traits import Traits, read_traits
from aggregator.core.likeness.weighing import NONE, Likeness, measure_length, weigh
from aggregator.core.model import Report
from aggregator.core.near import SAME, share

_Name = TypeVar("_Name")
_Item = TypeVar("_Item")

DAYS = timedelta(days=30)
MOST = 20_000
"""Reports held; a report is compared with these, so that cost does not grow with the archive."""

_COMMON = 3
"""Reports of one source with the same run of words from which on it is a footer."""
_SAMPLE = 24
"""Reports of a source that are looked at for its footers."""
_MOST_WITH_TERM = 150
"""A term that more reports have leads to nobody: half a newspaper is no candidate."""
_MOST_VISITS = 300
_MOST_CANDIDATES = 12
_COMMENTED = timedelta(days=3)
_SKETCH = 4
"""The lowest checksums of a text's runs: copies with another beginning share some of them."""
_FRAME = "the same words but for those that their source uses in many reports"
_DRIFT = 50
"""What was compared is compared again when a fiftieth of the window has changed since: rarities
have moved by then, though by less than what parts a sure pair from an unsure one."""


class _Rarities(dict[str, float]):
    """How rare each term is; told once, until it is cleared."""

    def __init__(self, postings: Mapping[str | int, Sized], reports: Sized) -> None:
        self._postings, self._reports = postings, reports

    def __missing__(self, term: str) -> float:
        """Tell of a term that was not asked for yet."""
        count = len(self._postings.get(term, ()))
        self[term] = rarity = tell_rarity(count, len(self._reports), know_share(term))
        return rarity


class Window:
    """Reports by what they share; see the module's docstring."""

    def __init__(self, reports: Iterable[Report] = ()) -> None:  # noqa: D107 - the class says it
        self._traits: dict[Key, Traits] = {}
        self._digests: dict[Key, str] = {}
        self._numbers: dict[Key, int] = {}
        self._keys: dict[int, Key] = {}
        self._next = count()
        self._postings: dict[str | int, list[int]] = {}  # numbers: half the time of keys
        self._by_source: dict[str, list[Key]] = {}
        self._titles: dict[tuple[str, tuple[str, ...]], list[Key]] = {}
        self._common: dict[str, frozenset[int]] = {}
        self._known: dict[Key, dict[Key, Likeness]] = {}
        self._lengths: dict[Key, float] = {}
        self._rarities = _Rarities(self._postings, self._traits)
        self._meaning = Meaning()
        self._changed = 0
        self._oldest: datetime | None = None
        self.learn(reports)

    def __len__(self) -> int:
        """How many reports it holds."""
        return len(self._traits)

    def __contains__(self, key: Key) -> bool:
        """Whether it holds a report."""
        return key in self._traits

    def learn(self, reports: Iterable[Report]) -> None:
        """Take in reports that are new, or whose title, text or link changed; no old ones."""
        fresh = [one for one in reports if self._digests.get(one.entry.name) != _digest(one)]
        if self._oldest is not None:
            fresh = [one for one in fresh if one.entry.sort_at >= self._oldest]
        for report in fresh:
            key = report.entry.name
            if key in self._traits:
                self._drop(key)
            self._digests[key] = _digest(report)
            self._put(key, read_traits(report))
        if self._changed * _DRIFT >= len(self):
            for kept in (self._known, self._lengths, self._rarities):
                kept.clear()
            self._changed = 0

    def learn_meaning(self, vectors: Mapping[Key, bytes]) -> None:
        """Take the vectors of its reports, in place of those it had."""
        held = {key: vector for key, vector in vectors.items() if key in self._traits}
        self._meaning = Meaning(held, {key: self._traits[key].language for key in held})

    def forget_before(self, now: datetime) -> None:
        """Drop what is too old to be compared, and the oldest of too many; take in none such."""
        self._oldest = oldest = now - DAYS
        old = [key for key, traits in self._traits.items() if traits.at < oldest]
        for key in old:
            self._drop(key)
        if len(self) > MOST:
            newest_first = sorted(self._traits, key=lambda key: (self._traits[key].at, key))
            for key in newest_first[: len(self) - MOST]:
                self._drop(key)

    def find_alike(self, key: Key) -> Mapping[Key, Likeness]:
        """The reports that share something with one, and how much; empty for one not held."""
        if key not in self._traits:
            return {}
        known = self._known.setdefault(key, {})
        if key not in known:
            for other in self._find_candidates(key):
                self.compare(key, other)
            known[key] = NONE  # looked for
        return {other: likeness for other, likeness in known.items() if likeness.score}

    def compare(self, left: Key, right: Key) -> Likeness:
        """What two reports share; nothing where one is not held."""
        known = self._known.get(left, {}).get(right)
        if known is None:
            known = self._compare(left, right)
            self._known.setdefault(left, {})[right] = known
            self._known.setdefault(right, {})[left] = known
        return known

    def hear(self, left: Key, right: Key) -> Likeness:
        """What two reports share, and how near they are in meaning where both have a vector."""
        known = self.compare(left, right)
        meaning = self._meaning.compare(left, right)
        return replace(known, meaning=meaning) if meaning > 0 else known

    def find_compared(self, key: Key) -> Mapping[Key, Compared]:
        """The reports that one was compared with, those too that do not count as alike, and why."""
        others = self._find_candidates(key) if key in self._traits else ()
        return {other: self._explain(key, other) for other in others}

    def _explain(self, left: Key, right: Key) -> Compared:
        likeness = self.compare(left, right)
        if likeness.score:
            return Compared(likeness)
        one, other = self._traits[left], self._traits[right]
        text, is_frame = self._share(left, right)
        recurs = self._recurs(left) or self._recurs(right)
        veto = _FRAME if is_frame else name_veto(one, other, text, recurs=recurs)
        return Compared(weigh_anyway(one, other, self._rarities.__getitem__, text), veto)

    def _compare(self, left: Key, right: Key) -> Likeness:
        one, other = self._traits.get(left), self._traits.get(right)
        if one is None or other is None:
            return NONE
        text, is_frame = self._share(left, right)
        if is_frame:
            return NONE
        if text < SAME and (self._recurs(left) or self._recurs(right)):
            return NONE
        lengths = self._measure(left) * self._measure(right)
        return weigh(one, other, self._rarities.__getitem__, text, lengths)

    def _measure(self, key: Key) -> float:
        length = self._lengths.get(key)
        if length is None:
            length = self._lengths[key] = measure_length(
                self._traits[key], self._rarities.__getitem__
            )
        return length

    def _share(self, left: Key, right: Key) -> tuple[float, bool]:
        """How much of their texts is the same; whether it is but a frame of their source."""
        one, other = self._traits[left].runs, self._traits[right].runs
        text = share(one, other)
        if text < SAME:
            return text, False
        own = share(one, other, self._find_common(left[0]) | self._find_common(right[0]))
        return own, own < SAME

    def find_target(self, key: Key) -> Key | None:
        """The one report of another source that a text leads to; None for none and for several.

        One of the last days: what a text about today leads to further back is its background.
        """
        traits = self._traits.get(key)
        if traits is None or traits.is_live:
            return None
        found = {
            other
            for link in traits.links
            for other in map(self._keys.__getitem__, self._postings.get(f"@{link}", ()))
            if other[0] != key[0] and abs(self._traits[other].at - traits.at) <= _COMMENTED
        }
        places = {self._traits[other].canonical for other in found}
        return min(found) if len(places) == 1 else None

    def _put(self, key: Key, traits: Traits) -> None:
        number = next(self._next)
        self._traits[key], self._numbers[key], self._keys[number] = traits, number, key
        self._by_source.setdefault(key[0], []).append(key)
        self._titles.setdefault((key[0], traits.title), []).append(key)
        for term in _list_shelves(traits):
            shelf = self._postings.setdefault(term, [])
            if len(shelf) < _MOST_CANDIDATES:
                self._look_again(shelf)
            shelf.append(number)
        if len(self._by_source[key[0]]) <= _SAMPLE or self._changed % _COMMON == 0:
            self._common.pop(key[0], None)
        self._changed += 1

    def _look_again(self, numbers: Iterable[int]) -> None:
        """Who shares something rare with a new report has it among its candidates now."""
        for number in numbers:
            key = self._keys[number]
            self._known.get(key, {}).pop(key, None)

    def _drop(self, key: Key) -> None:
        traits = self._traits.pop(key)
        self._digests.pop(key)
        _take_from(self._by_source, key[0], key)
        _take_from(self._titles, (key[0], traits.title), key)
        number = self._numbers.pop(key)
        del self._keys[number]
        for term in _list_shelves(traits):
            _take_from(self._postings, term, number)
        self._lengths.pop(key, None)
        for other in self._known.pop(key, {}):
            self._known.get(other, {}).pop(key, None)
        self._common.pop(key[0], None)

    def _find_candidates(self, key: Key) -> list[Key]:
        """Those that share the most, the rarest terms first."""
        shelves = ((self._postings[term], term) for term in _list_shelves(self._traits[key]))
        few = [(len(shelf), str(term), term) for shelf, term in shelves if len(shelf) > 1]
        points: dict[int, float] = defaultdict(float)
        visits = 0
        for size, _, term in sorted(few):
            visits += size
            if size > _MOST_WITH_TERM or visits > _MOST_VISITS:
                break
            weight = self._rarities[term] if isinstance(term, str) else 1.0
            for other in self._postings[term]:
                points[other] += weight
        points.pop(self._numbers[key], None)
        # The last of those that get in may be as good as the first of those that do not.
        least = min(nlargest(_MOST_CANDIDATES, points.values()), default=0.0)
        found = [(-has, self._keys[other]) for other, has in points.items() if has >= least]
        return [other for _, other in sorted(found)[:_MOST_CANDIDATES]]

    def _recurs(self, key: Key) -> bool:
        """Whether its source gave the same title to a report of another text."""
        same = self._titles[key[0], self._traits[key].title]
        mine = self._traits[key]
        return any(
            not (mine.canonical == self._traits[other].canonical and mine.canonical)
            and share(mine.runs, self._traits[other].runs) < SAME
            for other in same
            if other != key
        )

    def _find_common(self, source_id: str) -> frozenset[int]:
        """The runs of words that a source has in many reports: its footers."""
        if source_id not in self._common:
            keys = self._by_source.get(source_id, [])[-_SAMPLE:]
            counts = Counter(run for key in keys for run in self._traits[key].runs)
            self._common[source_id] = frozenset(
                run for run, count in counts.items() if count >= _COMMON
            )
        return self._common[source_id]


def _take_from(shelves: dict[_Name, list[_Item]], name: _Name, item: _Item) -> None:
    shelves[name].remove(item)
    if not shelves[name]:
        del shelves[name]


def _digest(report: Report) -> str:
    """What changes with title, text and link; a page's text leaves the digest as it is."""
    entry = report.entry
    return f"{entry.digest or entry.title + entry.text} {len(entry.text)}"


def _list_shelves(traits: Traits) -> Iterable[str | int]:
    """Under what a report is looked up: its terms, its address, the sketch of its text."""
    yield from list_terms(traits)
    if traits.canonical:
        yield f"@{traits.canonical}"
    yield from traits.runs[:_SKETCH]
