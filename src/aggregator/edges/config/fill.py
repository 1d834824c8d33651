"""`KEY_file: path`: a text that stands in a file of its own, such as a token.

Every key that takes a text has this second form in `newsfeed`, in a source, in
its `reuse` and `headers`, and `store`. What was read never stands in a message.
"""

from pathlib import Path

from aggregator.edges.config.places import Mistake, Steps
from aggregator.edges.config.tree import Tree
from aggregator.edges.config.values import Filled

_SUFFIX = "_file"
_MAX_BYTES = 64 * 1024


def read_files(tree: Tree, folder: Path, texts: dict[tuple[str, ...], frozenset[str]]) -> None:
    """Replace each `KEY_file` in the tree by KEY with the file's text.

    `texts` names the keys that take a text by the mapping they stand in, with
    list positions left out; "*" stands for every key. Paths are relative to `folder`.
    """
    for steps in list(tree.keys):
        key, parent = str(steps[-1]), steps[:-1]
        base = key.removesuffix(_SUFFIX)
        allowed = texts.get(tuple(step for step in parent if isinstance(step, str)), frozenset())
        if base and base != key and (base in allowed or "*" in allowed):
            _read_one(tree, steps, (*parent, base), folder)


def _read_one(tree: Tree, steps: Steps, target: Steps, folder: Path) -> None:
    mapping = tree.value_at(steps[:-1])
    if not isinstance(mapping, dict) or steps[-1] not in mapping:
        return
    name = mapping.pop(steps[-1])
    tree.private = True
    if target in tree.keys:
        _note(tree, steps, target, f"{target[-1]} and {steps[-1]} exclude each other; keep one")
        return
    tree.keys[target], tree.places[target] = tree.keys[steps], tree.places[steps]
    mapping[target[-1]] = Filled("")
    try:
        mapping[target[-1]] = Filled(_read_text(folder / str(name)))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not a short UTF-8 text"
        _note(tree, steps, target, f"{steps[-1]}: the file cannot be read ({why}); check its path")


def _read_text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ValueError("too long")
    return content.decode("utf-8-sig").strip()


def _note(tree: Tree, steps: Steps, target: Steps, text: str) -> None:
    tree.mistakes.append(Mistake(tree.places[steps], text))
    tree.broken.add(target)
