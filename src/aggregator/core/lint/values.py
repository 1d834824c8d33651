"""What is judged, and what the judgement is: documents with positions, findings."""

from collections.abc import Mapping
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
    """A node and the way to it, from which inherited values and words for people come.

    A tuple as Node is, and for the same reason.
    """

    node: Node
    parent: "Spot | None" = None

    def down(self) -> "tuple[Spot, ...]":
        """The children with their way."""
        return tuple(Spot(child, self) for child in self.node.children)

    def inherit(self, name: str) -> str | None:
        """An attribute of the node or of the nearest one around it, as xml:base is read."""
        spot: Spot | None = self
        while spot is not None:
            if name in spot.node.attributes:
                return spot.node.attributes[name]
            spot = spot.parent
        return None

    @property
    def where(self) -> str:
        """The way from the root; entries, and siblings of one name, bear their number."""
        own = self.node.name.removeprefix("atom:")
        if self.parent is None:
            return own
        same = [child for child in self.parent.node.children if child.name == self.node.name]
        number = next(i for i, child in enumerate(same, 1) if child is self.node)
        numbered = len(same) > 1 or own in {"entry", "item"}
        return f"{self.parent.where}/{own}" + (f"[{number}]" if numbered else "")

    @property
    def entry(self) -> str:
        """The id of the entry around the node, "" outside of entries and where it has none."""
        if self.node.name in {"atom:entry", "item"}:
            ids = [c.text.strip() for c in self.node.children if c.name in {"atom:id", "guid"}]
            return ids[0] if ids else ""
        return self.parent.entry if self.parent else ""


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
