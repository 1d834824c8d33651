"""The reports of the last weeks, kept so that those alike are found without comparing all.

It remembers what it was told and computes; it reads nothing and knows no
clock. What it answers depends on the reports it holds and not on their order.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from heapq import heappop, heappush
from itertools import count

from aggregator.core.likeness.meaning import Key, Meaning
from aggregator.core.likeness.rarity import Rarities, list_terms
from aggregator.core.likeness.shelves import Shelves
from aggregator.core.likeness.telling import Compared, name_veto, weigh_anyway
from aggregator.core.likeness.traits import Traits, read_traits
from aggregator.core.likeness.weighing import FAR, NONE, Likeness, measure_length, weigh
from aggregator.core.model import Report
from aggregator.core.near import SAME, share

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


@dataclass(frozen=True, slots=True)
class _Held:
    """A report of the window; `title` is a number for its title, the same in all of its source."""

    key: Key
    digest: int
    title: int
    traits: Traits


class Window:
    """Reports by what they share; see the module's docstring."""

    def __init__(self, reports: Iterable[Report] = ()) -> None:  # noqa: D107 - the class says it
        self._held: dict[int, _Held] = {}  # by numbers: half the time and room of keys
        self._numbers: dict[Key, int] = {}
        self._next = count()
        self._postings: Shelves[str | int] = Shelves()
        self._titles: Shelves[int] = Shelves()
        self._by_source: dict[str, list[tuple[datetime, Key]]] = {}
        self._ages: list[tuple[datetime, Key]] = []
        self._common: dict[str, frozenset[int]] = {}
        self._known: dict[int, dict[int, Likeness]] = {}
        self._lengths: dict[int, float] = {}
        self._rarities = Rarities(self._postings.count)
        self._meaning = Meaning()
        self._changed = 0
        self._oldest: datetime | None = None
        self.learn(reports)

    def __len__(self) -> int:
        """How many reports it holds."""
        return len(self._held)

    def __contains__(self, key: Key) -> bool:
        """Whether it holds a report."""
        return key in self._numbers

    def learn(self, reports: Iterable[Report]) -> None:
        """Take in reports that are new, or whose title, text or link changed; no old ones."""
        for report in reports:
            if self._oldest is not None and report.entry.sort_at < self._oldest:
                continue
            number, digest = self._numbers.get(report.entry.name), _digest(report)
            if number is None:
                self._put(report, digest)
            elif self._held[number].digest != digest:
                self._drop(number)
                self._put(report, digest)
        if self._changed * _DRIFT >= len(self):
            self._compare_anew()

    def learn_meaning(self, vectors: Mapping[Key, bytes]) -> None:
        """Take the vectors of its reports, in place of those it had."""
        held = {key: vector for key, vector in vectors.items() if key in self._numbers}
        languages = {key: self._held[self._numbers[key]].traits.language for key in held}
        self._meaning = Meaning(held, languages)

    def forget_before(self, now: datetime) -> None:
        """Drop what is too old to be compared, and the oldest of too many; take in none such."""
        self._oldest = now - DAYS
        before = len(self)
        while self._ages and (self._ages[0][0] < self._oldest or len(self) > MOST):
            at, key = heappop(self._ages)
            number = self._numbers.get(key)
            if number is not None and self._held[number].traits.at == at:
                self._drop(number)
        if (before - len(self)) * _DRIFT >= len(self):
            self._compare_anew()

    def _compare_anew(self) -> None:
        self._known.clear()
        self._lengths.clear()
        self._rarities.begin(len(self))
        self._changed = 0

    def find_alike(self, key: Key) -> Mapping[Key, Likeness]:
        """The reports that share something with one, and how much; empty for one not held.

        Of those from other days only the ones with the same text: no other can be one event.
        """
        number = self._numbers.get(key)
        if number is None:
            return {}
        known = self._known.setdefault(number, {})
        if number not in known:
            for other in self._find_candidates(number):
                if not self._is_far(number, other):
                    self._compare(number, other)
            known[number] = NONE  # looked for
        return {
            self._held[other].key: likeness for other, likeness in known.items() if likeness.score
        }

    def compare(self, left: Key, right: Key) -> Likeness:
        """What two reports share; nothing where one is not held."""
        one, other = self._numbers.get(left), self._numbers.get(right)
        return NONE if one is None or other is None else self._compare(one, other)

    def hear(self, left: Key, right: Key) -> Likeness:
        """What two reports share, and how near they are in meaning where both have a vector."""
        known = self.compare(left, right)
        meaning = self._meaning.compare(left, right)
        return replace(known, meaning=meaning) if meaning > 0 else known

    def find_compared(self, key: Key) -> Mapping[Key, Compared]:
        """The reports that one was compared with, those too that do not count as alike, and why."""
        number = self._numbers.get(key)
        if number is None:
            return {}
        others = self._find_candidates(number)
        return {self._held[other].key: self._explain(number, other) for other in others}

    def _explain(self, left: int, right: int) -> Compared:
        likeness = self._compare(left, right)
        if likeness.score:
            return Compared(likeness)
        one, other = self._held[left].traits, self._held[right].traits
        text, is_frame = self._share(one, other)
        recurs = self._recurs(left) or self._recurs(right)
        veto = _FRAME if is_frame else name_veto(one, other, text, recurs=recurs)
        return Compared(weigh_anyway(one, other, self._rarities.__getitem__, text), veto)

    def _is_far(self, left: int, right: int) -> bool:
        """Whether the two are too far apart to be one event, and of different texts."""
        one, other = self._held[left].traits, self._held[right].traits
        return abs(one.at - other.at) > FAR and share(one.runs, other.runs) < SAME

    def _compare(self, left: int, right: int) -> Likeness:
        known = self._known.setdefault(left, {})
        if right not in known:
            found = self._weigh(left, right)
            known[right] = self._known.setdefault(right, {})[left] = found
        return known[right]

    def _weigh(self, left: int, right: int) -> Likeness:
        one, other = self._held[left].traits, self._held[right].traits
        text, is_frame = self._share(one, other)
        if is_frame:
            return NONE
        if text < SAME and (self._recurs(left) or self._recurs(right)):
            return NONE
        lengths = self._measure(left) * self._measure(right)
        return weigh(one, other, self._rarities.__getitem__, text, lengths)

    def _measure(self, number: int) -> float:
        length = self._lengths.get(number)
        if length is None:
            traits = self._held[number].traits
            length = self._lengths[number] = measure_length(traits, self._rarities.__getitem__)
        return length

    def _share(self, one: Traits, other: Traits) -> tuple[float, bool]:
        """How much of their texts is the same; whether it is but a frame of their source."""
        text = share(one.runs, other.runs)
        if text < SAME:
            return text, False
        common = self._find_common(one.source_id) | self._find_common(other.source_id)
        own = share(one.runs, other.runs, common)
        return own, own < SAME

    def find_target(self, key: Key) -> Key | None:
        """The one report of another source that a text leads to; None for none and for several.

        One of the last days: what a text about today leads to further back is its background.
        """
        number = self._numbers.get(key)
        if number is None or self._held[number].traits.is_live:
            return None
        traits = self._held[number].traits
        led_to = (
            self._held[other]
            for address in traits.links
            for other in self._postings.find(_name_address(address))
        )
        found = [
            held
            for held in led_to
            if held.key[0] != key[0] and abs(held.traits.at - traits.at) <= _COMMENTED
        ]
        places = {held.traits.canonical for held in found}
        return min(held.key for held in found) if len(places) == 1 else None

    def _put(self, report: Report, digest: int) -> None:
        number, traits = next(self._next), read_traits(report)
        key = (traits.source_id, report.entry.key)
        held = _Held(key, digest, _sum(f"{key[0]} {traits.title}"), traits)
        self._held[number], self._numbers[key] = held, number
        self._titles.put(held.title, number)
        age = (traits.at, key)
        heappush(self._ages, age)
        insort(self._by_source.setdefault(key[0], []), age)
        self._common.pop(key[0], None)
        for term in _list_shelves(traits):
            shelf = self._postings.put(term, number)
            if len(shelf) <= _MOST_CANDIDATES:
                self._look_again(shelf)
        self._changed += 1

    def _look_again(self, numbers: Iterable[int]) -> None:
        """Who shares something rare with a new report has it among its candidates now."""
        for number in numbers:
            if number in self._known:
                self._known[number].pop(number, None)

    def _drop(self, number: int) -> None:
        held = self._held.pop(number)
        source_id = held.key[0]
        del self._numbers[held.key]
        self._titles.take(held.title, number)
        self._by_source[source_id].remove((held.traits.at, held.key))
        if not self._by_source[source_id]:
            del self._by_source[source_id]
        self._common.pop(source_id, None)
        for term in _list_shelves(held.traits):
            self._postings.take(term, number)
        self._lengths.pop(number, None)
        for other in self._known.pop(number, {}):
            self._known.get(other, {}).pop(number, None)

    def _find_candidates(self, number: int) -> list[int]:
        """Those that share the most, the rarest terms first."""
        points: dict[int, float] = {}
        visits = 0
        for size, _, term, shelf in sorted(self._list_few(self._held[number].traits)):
            visits += size
            if visits > _MOST_VISITS:
                break
            weight = self._rarities[term] if isinstance(term, str) else 1.0
            for other in shelf:
                points[other] = points.get(other, 0.0) + weight
        points.pop(number, None)
        # The last of those that get in may be as good as the first of those that do not.
        least = min(sorted(points.values(), reverse=True)[:_MOST_CANDIDATES], default=0.0)
        found = [
            (-has, self._held[other].key, other) for other, has in points.items() if has >= least
        ]
        return [other for _, _, other in sorted(found)[:_MOST_CANDIDATES]]

    def _list_few(self, traits: Traits) -> Iterator[tuple[int, str, str | int, Sequence[int]]]:
        """What few others have too, each with how many, in words for order, and with the few."""
        for term in _list_shelves(traits):
            shelf = self._postings.find_several(term)
            if 1 < len(shelf) <= _MOST_WITH_TERM:
                yield len(shelf), str(term), term, shelf

    def _recurs(self, number: int) -> bool:
        """Whether its source gave the same title to a report of another text."""
        same = self._titles.find_several(self._held[number].title)
        mine = self._held[number].traits
        others = (self._held[other].traits for other in same if other != number)
        return any(
            not (mine.canonical == other.canonical and mine.canonical)
            and share(mine.runs, other.runs) < SAME
            for other in others
        )

    def _find_common(self, source_id: str) -> frozenset[int]:
        """The runs of words that a source has in many of its newest reports: its footers."""
        if source_id not in self._common:
            newest = [key for _, key in self._by_source.get(source_id, [])[-_SAMPLE:]]
            held = [self._held[self._numbers[key]] for key in newest]
            counts = Counter(run for one in held for run in one.traits.runs)
            self._common[source_id] = frozenset(
                run for run, count in counts.items() if count >= _COMMON
            )
        return self._common[source_id]


def _sum(text: str) -> int:
    """64 bits that tell texts apart."""
    whole = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(whole, digest_size=8).digest(), "big")


def _digest(report: Report) -> int:
    """What changes with title, text and link; a page's text leaves the digest as it is."""
    entry = report.entry
    return _sum(f"{entry.digest or entry.title + entry.text} {len(entry.text)}")


def _name_address(address: int) -> str:
    return f"@{address}"


def _list_shelves(traits: Traits) -> Iterator[str | int]:
    """Under what a report is looked up: its terms, its address, the sketch of its text."""
    yield from list_terms(traits)
    if traits.canonical:
        yield _name_address(traits.canonical)
    yield from traits.runs[:_SKETCH]
