"""The tree of a regular expression -> the form that the engine reads; and how large it is."""

from aggregator.core.patterns.reading import Chain, Chars, Choice, Edge, Repeat, Tree

_EDGES = {
    "start": r"\A",
    "end": r"\z",
    "line start": "(?m:^)",
    "line end": "(?m:$)",
    "boundary": r"\b",
    "inside": r"\B",
}
_NOTHING = r"[^\s\S]"


def write(tree: Tree) -> str:
    """The expression as the engine reads it."""
    match tree:
        case Chars():
            return f"(?i:{tree.written})" if tree.folds else tree.written
        case Edge():
            return _EDGES[tree.kind]
        case Chain():
            return "".join(write(part) for part in tree.parts)
        case Choice():
            return f"(?:{'|'.join(write(part) for part in tree.parts) or _NOTHING})"
        case Repeat():
            most = "" if tree.most is None else tree.most
            return f"(?:{write(tree.part)}){{{tree.least},{most}}}"


def measure(tree: Tree) -> int:
    """How many characters and places it compares a text with at most, counts written out."""
    match tree:
        case Chars() | Edge():
            return 1
        case Chain() | Choice():
            return sum(measure(part) for part in tree.parts)
        case Repeat():
            return measure(tree.part) * max(tree.least, tree.most or 1)
