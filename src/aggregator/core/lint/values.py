"""What is judged, and what the judgement is: documents with positions, findings."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a finding is: readers may fail, or readers may be misled."""

    ERROR = "error"
    WARNING = "warning"


class Node(NamedTuple):
    """An element as its document has it.

    A name is `atom:entry` where its namespace is known, plain where it has none,
    `{uri}name` else. `text` is the character data directly inside. A tuple and
    no dataclass: a publishing makes thousands, in a third of the time.
    """

    name: str
    attributes: Mapping[str, str]
    text: str
    children: "tuple[Node, ...]"
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Member:
    """A JSON value with its place: `value` is a scalar, or Members by name or in a row."""

    value: "str | float | bool | tuple[Member, ...] | dict[str, Member] | None"
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a document cannot be read, and where its reading ended."""

    kind: str
    words: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document with the bytes' own facts; `root` says why where there is no tree.

    `encoding` is what the document itself declares, "" for nothing.
    """

    root: Node | Member | Breach
    size: int
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that is broken: its class, where, and what to do about it.

    `where` is the way from the root (`feed/entry[2]/title`); `entry` the id of
    the entry it is in, "" outside of entries.
    """

    kind: str
    severity: Severity
    where: str
    line: int
    column: int
    words: str
    entry: str = ""


class Spot(NamedTuple):
    """A node and the row it stands in, from which inherited values and words for people come.

    A tuple as Node is, and for the same reason.
    """

    node: Node
    row: "Row | None" = None

    def down(self) -> "Iterator[Spot]":
        """The children with their row, one by one: whoever stops early has made no more."""
        row = Row(self)
        return (Spot(child, row) for child in self.node.children)

    def inherit(self, name: str) -> str | None:
        """An attribute of the node or of the nearest one around it, as xml:base is read."""
        if name in self.node.attributes:
            return self.node.attributes[name]
        return self.row.parent.inherit(name) if self.row else None

    @property
    def parent(self) -> "Spot | None":
        """The spot around it; None for the root."""
        return self.row.parent if self.row else None

    @property
    def where(self) -> str:
        """The way from the root; entries, and siblings of one name, bear their number."""
        own = self.node.name.removeprefix("atom:")
        if self.row is None:
            return own
        number, same = self.row.number(self.node)
        numbered = same > 1 or own in {"entry", "item"}
        return f"{self.row.parent.where}/{own}" + (f"[{number}]" if numbered else "")

    @property
    def entry(self) -> str:
        """The id of the entry around the node, "" outside of entries and where it has none."""
        if self.node.name in _ENTRIES:
            return _find_id(self.node)
        return self.row.entry if self.row else ""


class Row:
    """The children of one element: what is asked of all of them is looked up once."""

    __slots__ = ("_entry", "_numbers", "parent")

    def __init__(self, parent: Spot) -> None:
        """Take the spot of the element."""
        self.parent = parent
        self._entry: str | None = None
        self._numbers: dict[int, tuple[int, int]] = {}

    @property
    def entry(self) -> str:
        """The id of the entry that they are in."""
        if self._entry is None:
            self._entry = self.parent.entry
        return self._entry

    def number(self, node: Node) -> tuple[int, int]:
        """The node's number among those of its name, and how many these are."""
        if not self._numbers:
            self._numbers = _number(self.parent.node.children)
        return self._numbers[id(node)]


def _number(nodes: tuple[Node, ...]) -> dict[int, tuple[int, int]]:
    """For each node by identity: two empty elements are equal."""
    totals = Counter([node.name for node in nodes])
    seen: Counter[str] = Counter()
    numbers = {}
    for node in nodes:
        seen[node.name] += 1
        numbers[id(node)] = (seen[node.name], totals[node.name])
    return numbers


def _find_id(entry: Node) -> str:
    ids = (child.text.strip() for child in entry.children if child.name in _IDS)
    return next(ids, "")


_ENTRIES = frozenset({"atom:entry", "item"})
_IDS = frozenset({"atom:id", "guid"})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known beside the bytes.

    `places` are the addresses at which the document stands, none where nobody
    knows; `media_type` is the header as sent, None where none was; `now` tells
    which dates lie ahead, None leaves that unasked.
    """

    places: tuple[str, ...] = ()
    media_type: str | None = None
    now: datetime | None = None
