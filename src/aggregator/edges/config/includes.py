"""`include: [sources.d/*.yaml]`: further files of sources, as if they stood in the main one.

Every value keeps the place where it is written, its file included, so that all
mistakes are told where they stand.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from aggregator.edges.config.places import Mistake, Place, Steps, Unreadable
from aggregator.edges.config.tree import Tree

_WILD = frozenset("*?[")
_LIST = "sources"


def graft_files(tree: Tree, path: Path, read: Callable[[Path], Tree]) -> tuple[Path, ...]:
    """Put the sources of the included files behind those of the tree; the files, each once.

    `read` gives the values of one file, and raises Unreadable where it holds none.
    """
    files: dict[Path, Steps] = {}
    for steps, pattern in _list_patterns(tree):
        found = [one for one in _find(path.parent, pattern) if one != path]
        if not found and not _WILD & set(pattern):
            text = f'include: "{pattern}": there is no such file; check the path'
            tree.mistakes.append(Mistake(tree.place_of(steps), text))
        files |= {one: files.get(one, steps) for one in found}
    for one, steps in files.items():
        try:
            _graft(tree, read(one), str(one), tree.value_at((*steps, "tags")))
        except Unreadable as error:
            _note(tree, error.mistake, str(one))
    return tuple(files)


def find_included(patterns: Iterable[str]) -> list[str]:
    """Return the files that absolute patterns find now."""
    return [str(one) for pattern in patterns for one in _find(Path(), pattern)]


def list_patterns(tree: Tree, folder: Path) -> tuple[str, ...]:
    """What is included, as absolute patterns: files that come to match them are included too."""
    return tuple(str(folder / pattern) for _, pattern in _list_patterns(tree))


def _list_patterns(tree: Tree) -> Iterator[tuple[Steps, str]]:
    listed = tree.value_at(("include",))
    for at, one in enumerate(listed if isinstance(listed, list) else []):
        pattern = one.get("path") if isinstance(one, dict) else one
        if isinstance(pattern, str) and pattern.strip():
            yield ("include", at), pattern


def _find(folder: Path, pattern: str) -> list[Path]:
    """The files of a pattern below a folder, or of an absolute one, in the order of their names."""
    whole = folder / pattern
    if not _WILD & set(pattern):
        return [whole] if whole.is_file() else []
    base = Path(whole.anchor) if whole.is_absolute() else Path()
    parts = whole.relative_to(base) if whole.is_absolute() else whole
    try:
        return sorted(one for one in base.glob(str(parts)) if one.is_file())
    except (OSError, ValueError):
        return []


def _graft(tree: Tree, other: Tree, name: str, tags: object) -> None:
    """Move the sources of a file's tree to the end of those of the main tree."""
    for mistake in other.mistakes:
        _note(tree, mistake, name)
    if not isinstance(other.value, dict):
        raise Unreadable(Place(), 'an included file holds a list under "sources:"')
    for key in other.value:
        if key != _LIST:
            text = f'only {_LIST} stand in an included file; move "{key}" to the main file'
            _note(tree, Mistake(other.keys.get((key,), Place()), text), name)
    sources = other.value.get(_LIST)
    if not isinstance(sources, list):
        raise Unreadable(other.place_of((_LIST,)), f"{_LIST}: must be a list")
    mine = tree.value.setdefault(_LIST, []) if isinstance(tree.value, dict) else None
    if not isinstance(mine, list):
        return  # which is a mistake of its own
    start = len(mine)
    tree.private |= other.private
    mine.extend(_tag(source, tags) for source in sources)
    for places, moved in ((other.places, tree.places), (other.keys, tree.keys)):
        moved.update(
            (_move(steps, start), replace(place, file=name))
            for steps, place in places.items()
            if len(steps) > 1 and steps[0] == _LIST
        )
    tree.broken |= {_move(steps, start) for steps in other.broken if len(steps) > 1}


def _tag(source: object, tags: object) -> object:
    """The source with the tags of the include behind its own; a wrong value stays as it is."""
    keys = {"url": source} if isinstance(source, str) else source
    own = keys.get("tags", []) if isinstance(keys, dict) else None
    if not isinstance(keys, dict) or not isinstance(own, list) or not isinstance(tags, list):
        return source
    return keys | {"tags": [*own, *(tag for tag in tags if tag not in own)]} if tags else source


def _move(steps: Steps, start: int) -> Steps:
    at = steps[1]
    return (_LIST, start + at, *steps[2:]) if isinstance(at, int) else steps


def _note(tree: Tree, mistake: Mistake, name: str) -> None:
    tree.mistakes.append(replace(mistake, place=replace(mistake.place, file=name)))
