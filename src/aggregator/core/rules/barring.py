"""Sources of which filters take nothing, whatever they report: these need not be read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from aggregator.core.model import Condition, Rule, Source
from aggregator.core.tags import fold_tags


def list_barred(filters: Rule, sources: Iterable[Source]) -> frozenset[str]:
    """The ids of the sources of which the filters of all sources take nothing."""
    excluding = [one for one in filters.exclude if _is_of_source(one)]
    including = [one for one in filters.include if one.sources or one.tags]
    if len(including) < len(filters.include):
        including = []  # one that asks for no source may take reports of any
    if not excluding and not including:
        return frozenset()
    out, taken = _gather(excluding), _gather(including)
    return frozenset(
        source.id
        for source in sources
        if out.names(source) or (including and not taken.names(source))
    )


def _is_of_source(condition: Condition) -> bool:
    """Whether it is about sources alone."""
    return replace(condition, sources=(), tags=()) == Condition()


@dataclass(frozen=True, slots=True)
class _Named:
    """What several conditions ask of sources: an id, a tag, or both, each as (ids, tags).

    Together they are asked once for each of 10,000 sources, not 200 times.
    """

    ids: frozenset[str]
    tags: frozenset[str]
    both: tuple[tuple[frozenset[str], frozenset[str]], ...]

    def names(self, source: Source) -> bool:
        """Whether one of the conditions may be met by a report of the source."""
        own = fold_tags(source.tags)
        return (
            source.id in self.ids
            or not self.tags.isdisjoint(own)
            or any(source.id in ids and not tags.isdisjoint(own) for ids, tags in self.both)
        )


def _gather(conditions: Iterable[Condition]) -> _Named:
    pairs = [(frozenset(one.sources), fold_tags(one.tags)) for one in conditions]
    return _Named(
        frozenset().union(*(ids for ids, tags in pairs if not tags)),
        frozenset().union(*(tags for ids, tags in pairs if not ids)),
        tuple((ids, tags) for ids, tags in pairs if ids and tags),
    )
