"""YAML text -> plain values that know where they stand.

It reads by composing nodes and walking them itself, which gives every key and
value its line and column, lets all duplicate keys be reported at once and
keeps aliases from growing without bound. It must not know any key's meaning.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from aggregator.edges.config.nodes import compose
from aggregator.edges.config.places import Mistake, Place, Steps, Unreadable
from aggregator.edges.config.values import Filled

_MAX_DEPTH = 40  # the deepest key of the product lies 6 deep
_MAX_VALUES = 500_000  # 10,000 sources of 40 values are 400,000; an alias bomb is endless
_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"
_PLAIN_TAGS = {_TAG + "map", _TAG + "seq"}
_TEXT_TAGS = {_TAG + name for name in ("str", "timestamp", "value", "merge")}
_VARIABLE = re.compile(r"\$\$\{|\$\{([^}]*)\}?")
_HOW_TO_FILL = "${ begins a variable; write ${NAME} or ${NAME:-default}, or $${ for the signs"
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)


@dataclass(slots=True)
class Tree:
    """The values of a file, and of every path in them: its place and that of its key.

    `broken` are paths whose value is already reported and stands for nothing.
    `private` says that something came from the environment or from a file of its own.
    """

    value: object = None
    places: dict[Steps, Place] = field(default_factory=dict)
    keys: dict[Steps, Place] = field(default_factory=dict)
    broken: set[Steps] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)
    private: bool = False

    def place_of(self, steps: Steps) -> Place:
        """Return where the value stands, or the nearest thing around it that is written."""
        while steps and steps not in self.places:
            steps = steps[:-1]
        return self.places.get(steps, Place())

    def value_at(self, steps: Steps) -> object:
        """Return the value at the path, None where there is none."""
        value = self.value
        for step in steps:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value


def read_tree(text: str, env: Mapping[str, str], *, as_json: bool = False) -> Tree:
    """Return the values of a YAML or JSON text with `${NAME}` filled in.

    Raises Unreadable where the syntax is broken.
    """
    walk = _Walk(env)
    root = compose(text, as_json=as_json)
    walk.tree.value = None if root is None else walk.read(root, ())
    return walk.tree


class _Walk:
    """One walk over the nodes of a file, filling a Tree."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.tree = Tree()
        self.values = 0

    def read(self, node: Node, steps: Steps) -> object:
        """Return the node's value; what is wrong with it is noted in the tree."""
        place = _place(node)
        self._guard(place, steps)
        self.tree.places[steps] = place
        if isinstance(node, ScalarNode):
            return self._read_scalar(node, steps)
        if node.tag not in _PLAIN_TAGS:
            self._note(place, f"the tag {node.tag} means nothing here; remove it", steps)
            return None
        if isinstance(node, SequenceNode):
            return [self.read(item, (*steps, at)) for at, item in enumerate(node.value)]
        return self._read_mapping(node, steps)

    def _guard(self, place: Place, steps: Steps) -> None:
        self.values += 1
        if self.values > _MAX_VALUES:
            raise Unreadable(place, "the aliases expand to too many values; write fewer of them")
        if len(steps) > _MAX_DEPTH:
            raise Unreadable(place, "nested too deeply, or an alias holds itself; flatten it")

    def _note(self, place: Place, text: str, steps: Steps) -> None:
        self.tree.mistakes.append(Mistake(place, text))
        self.tree.broken.add(steps)

    def _read_mapping(self, node: Node, steps: Steps) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            if key_node.tag != _MERGE and self._is_new_key(key_node, steps):
                self._read_pair(key_node, value_node, found, steps)
        for key_node, value_node in self._merged_pairs(node, steps):
            if (*steps, key_node.value) not in self.tree.keys:
                self._read_pair(key_node, value_node, found, steps)
        return found

    def _read_pair(
        self, key_node: Node, value_node: Node, found: dict[str, object], steps: Steps
    ) -> None:
        key = str(key_node.value)
        self.tree.keys[*steps, key] = _place(key_node)
        value = self.read(value_node, (*steps, key))
        if value is not None:  # an empty value means the default
            found[key] = value

    def _merged_pairs(self, node: Node, steps: Steps) -> Iterator[tuple[Node, Node]]:
        """Yield what `<<` brings, nearest first (the merge key of YAML 1.1, still in wide use)."""
        for key_node, value_node in node.value:
            if key_node.tag != _MERGE:
                continue
            several = isinstance(value_node, SequenceNode)
            for part in value_node.value if several else [value_node]:
                yield from self._pairs_of(part, (*steps, "<<"))

    def _pairs_of(self, part: Node, steps: Steps) -> Iterator[tuple[Node, Node]]:
        self._guard(_place(part), steps)
        if not isinstance(part, MappingNode):
            self._note(_place(part), "<< takes a mapping; write an alias of one", steps)
            return
        for pair in part.value:
            if isinstance(pair[0], ScalarNode) and pair[0].tag != _MERGE:
                yield pair
        yield from self._merged_pairs(part, steps)

    def _is_new_key(self, node: Node, steps: Steps) -> bool:
        if not isinstance(node, ScalarNode):
            self._note(_place(node), "a key must be a word; write KEY: VALUE", steps)
            return False
        first = self.tree.keys.get((*steps, str(node.value)))
        if first is not None:
            text = f'the key "{node.value}" stands twice, first in line {first.line}; remove one'
            self.tree.mistakes.append(Mistake(_place(node), text))
        return first is None

    def _read_scalar(self, node: ScalarNode, steps: Steps) -> object:
        text = _join_surrogates(str(node.value)) if node.style == '"' else str(node.value)
        if node.tag in _TEXT_TAGS:
            return self._fill(text, steps) if "${" in text else text
        if node.tag in _READERS:
            return _READERS[node.tag](text)
        self._note(_place(node), f"the tag {node.tag} means nothing here; remove it", steps)
        return None

    def _fill(self, text: str, steps: Steps) -> str:
        """Return the text with each `${NAME}` replaced; `$${` stands for `${` itself."""
        self.tree.private = True
        filled = _VARIABLE.sub(lambda match: self._look_up(match, steps), text)
        return Filled(filled) if "${" in text.replace("$${", "") else filled

    def _look_up(self, match: re.Match[str], steps: Steps) -> str:
        if match[0] == "$${":
            return "${"
        name = _NAME.fullmatch(match[1]) if match[0].endswith("}") else None
        if name is None:
            self._note(self.tree.places[steps], _HOW_TO_FILL, steps)
            return ""
        value = self.env.get(name[1]) or name[2]
        if value is None and name[1] not in self.env:
            text = f"the variable {name[1]} is not set; set it, or write ${{{name[1]}:-default}}"
            self._note(self.tree.places[steps], text, steps)
        return value or ""


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _join_surrogates(text: str) -> str:
    r"""Return the text with `\ud83d\ude00`, JSON's way to write one character, as that one."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _read_integer(text: str) -> object:
    digits = text.replace("_", "")
    base = {"0o": 8, "0x": 16, "0b": 2}.get(digits.lstrip("+-")[:2].lower(), 10)
    try:
        return int(digits, base)
    except ValueError:
        return text  # longer than int() takes; no key wants such a number


def _read_float(text: str) -> object:
    word = text.replace("_", "").lower()
    try:
        return float(word.replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text


_READERS = {
    _TAG + "null": lambda _: None,
    _TAG + "bool": lambda text: text.lower() in {"true", "yes", "on"},
    _TAG + "int": _read_integer,
    _TAG + "float": _read_float,
}
