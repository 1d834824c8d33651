"""Sources and tags that filters and feeds name and no source bears: slips of the pen, mostly."""

import difflib
from collections.abc import Iterator

from aggregator.core.model.source import Source
from aggregator.core.tags import fold_tag
from aggregator.edges.config.mistakes import name_of
from aggregator.edges.config.places import Mistake, Steps
from aggregator.edges.config.tree import Tree


def find_strangers(tree: Tree, sources: tuple[Source, ...]) -> Iterator[Mistake]:
    """Yield where a match names what no source is or bears; nothing where lists bring more."""
    if _has_lists(tree):
        return
    known = {
        "sources": {source.id for source in sources},
        "tags": {fold_tag(tag) for source in sources for tag in source.tags},
    }
    for steps in tree.keys:
        if steps[-1] in known and _is_in_match(steps):
            yield from _find_in(tree, steps, known[str(steps[-1])])


def _find_in(tree: Tree, steps: Steps, known: set[str]) -> Iterator[Mistake]:
    value = tree.value_at(steps)
    for at, name in enumerate(value if isinstance(value, list) else ()):
        if fold_tag(str(name)) not in known:
            what = "no source has the id" if steps[-1] == "sources" else "no source bears the tag"
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            yield Mistake(tree.place_of((*steps, at)), f'{name_of(steps)}: {what} "{name}"{hint}')


def _is_in_match(steps: Steps) -> bool:
    words = [step for step in steps[:-1] if isinstance(step, str)]
    return len(words) > 1 and words[-1] in {"include", "exclude"}


def _has_lists(tree: Tree) -> bool:
    listed = tree.value_at(("include",))
    lists = listed if isinstance(listed, list) else []
    return any(isinstance(one, dict) and "opml" in one for one in lists)
