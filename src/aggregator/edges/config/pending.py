"""Keys that are accepted and not in effect yet: named where the user wrote one."""

from collections.abc import Iterator

from aggregator.core.model.source import Source
from aggregator.core.reuse import explain_off
from aggregator.edges.config.keys import words_of
from aggregator.edges.config.places import Mistake, Steps
from aggregator.edges.config.tree import Tree

_PENDING = {
    *(("keep", key) for key in ("entries", "editions")),
    ("sources", "select"),
}
# Keys some of whose values are in effect.
_EFFECTIVE = {
    ("store",): {"sqlite"},
    ("sources", "kind"): {"auto", "feed"},
}


def find_pending(tree: Tree, sources: tuple[Source, ...]) -> Iterator[Mistake]:
    """Yield `not in effect yet: KEY` for each such key; a source's begins with its id."""
    for steps, place in tree.keys.items():
        if _is_pending(tree, steps):
            yield Mistake(place, f"not in effect yet: {_name(steps, sources)}")


def find_idle(tree: Tree, sources: tuple[Source, ...]) -> Iterator[Mistake]:
    """Yield where a key cannot have an effect beside the source's other keys, and why."""
    for at, source in enumerate(sources):
        if source.full_text and (why := explain_off(source)):
            place = tree.place_of(("sources", at, "full_text"))
            yield Mistake(place, f"full_text is not in effect for {source.id}: {why}")


def _is_pending(tree: Tree, steps: Steps) -> bool:
    words = words_of(steps)
    if words in _EFFECTIVE:
        value = tree.value_at(steps)
        return isinstance(value, str) and value not in _EFFECTIVE[words]
    return words in _PENDING


def _name(steps: Steps, sources: tuple[Source, ...]) -> str:
    if steps[0] != "sources":
        return ".".join(step for step in steps if isinstance(step, str))
    return ".".join(sources[step].id if isinstance(step, int) else step for step in steps)
