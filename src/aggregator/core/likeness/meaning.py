"""How near two reports are in meaning, by sentence vectors that an edge makes of their words.

A cosine of the model means nothing by itself: all pairs of docs/labels.md have 0.77 on
average, those of a day with one theme 0.82. So each vector is seen from the middle of the
reports of its language. It is lent to what words leave unsure and joins no pair by itself:
see `core.stories.witnesses`, and docs/decisions/0023 for what it was measured by.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from math import sqrt
from operator import add, mul
from zlib import crc32

from aggregator.core.model import Entry

Key = tuple[str, str]
"""(source id, entry key): the identity of a report inside."""

_BEGINNING = 300
"""Characters of a text: with half of them it ranks a little worse, with the title alone much."""
_LEAST = 20
"""Vectors without which nothing is near; and so many of all languages are counted into the
middle of each: of few, it is no middle."""
_SAMPLE = 300
"""Vectors of a language that its middle is made of: more would not move it."""


class Meaning:
    """The vectors of reports, a signed byte a number; the same answers for the same vectors."""

    def __init__(
        self, vectors: Mapping[Key, bytes] | None = None, languages: Mapping[Key, str] | None = None
    ) -> None:
        """Begin with the vectors of these reports, each in its language."""
        self._vectors = _keep_usual(vectors or {})
        self._languages = languages or {}
        self._middles = _find_middles(self._vectors, self._languages)
        self._seen: dict[Key, Sequence[float]] = {}

    def compare(self, left: Key, right: Key) -> float:
        """From -1 to 1, above 0 where they are nearer than usual; 0 where it cannot be told.

        In hundredths: the middle moves by less with each report.
        """
        if left not in self._vectors or right not in self._vectors or not self._middles:
            return 0.0
        cosine: float = sum(map(mul, self._see(left), self._see(right)))
        return round(cosine, 2)

    def _see(self, key: Key) -> Sequence[float]:
        """A vector of length 1, seen from the middle of its language."""
        if key not in self._seen:
            middle = self._middles[self._languages.get(key, "")]
            pairs = zip(_stretch(self._vectors[key]), middle, strict=True)
            seen = [one - mean for one, mean in pairs]
            length = _measure(seen)
            self._seen[key] = array("d", [one / length for one in seen])
        return self._seen[key]


def read_wording(entry: Entry) -> str:
    """What the vector of a report is made of."""
    return f"{entry.title}. {entry.text[:_BEGINNING]}"


def name_wording(wording: str) -> str:
    """What tells one wording from another."""
    return sha256(wording.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _keep_usual(vectors: Mapping[Key, bytes]) -> Mapping[Key, bytes]:
    """Those as long as most are: with others they cannot be compared."""
    sizes = Counter(map(len, vectors.values()))
    if len(sizes) <= 1:
        return vectors
    usual = max(sizes, key=lambda size: (sizes[size], size))
    return {key: vector for key, vector in vectors.items() if len(vector) == usual}


def _find_middles(
    vectors: Mapping[Key, bytes], languages: Mapping[Key, str]
) -> dict[str, Sequence[float]]:
    """The middle of each language; none at all where there are too few vectors."""
    if len(vectors) < _LEAST:
        return {}
    parts: dict[str, list[Key]] = defaultdict(list)
    for key in vectors:
        parts[languages.get(key, "")].append(key)
    totals = {language: _add_up(_choose(keys), vectors) for language, keys in parts.items()}
    counts = {language: min(len(keys), _SAMPLE) for language, keys in parts.items()}
    size = len(next(iter(totals.values())))
    whole = [0.0] * size
    for _, total in sorted(totals.items()):
        whole = list(map(add, whole, total))
    everyone = [_LEAST * one / sum(counts.values()) for one in whole]
    return {
        language: [one / (counts[language] + _LEAST) for one in map(add, total, everyone)]
        for language, total in totals.items()
    }


def _choose(keys: Iterable[Key]) -> list[Key]:
    """A sample that is the same for the same reports, and moves little as others come."""
    return sorted(keys, key=lambda key: (crc32("\n".join(key).encode("utf-8", "replace")), key))[
        :_SAMPLE
    ]


def _add_up(keys: Iterable[Key], vectors: Mapping[Key, bytes]) -> Sequence[float]:
    total: Sequence[float] = ()
    for key in keys:
        one = _stretch(vectors[key])
        total = list(map(add, total, one)) if total else one
    return total


def _stretch(vector: bytes) -> Sequence[float]:
    """A vector of bytes as one of length 1."""
    numbers = array("b", vector)
    length = _measure(numbers)
    return [number / length for number in numbers]


def _measure(vector: Sequence[float]) -> float:
    """How long it is; never 0."""
    return sqrt(sum(map(mul, vector, vector))) or 1.0
