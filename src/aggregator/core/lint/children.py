"""Rules about what stands in an element, as tables: how often, and how it is checked."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aggregator.core.lint.addresses import is_language, is_media_type
from aggregator.core.lint.findings import at, quote
from aggregator.core.lint.values import Finding, Node, Spot

Check = Callable[[Spot, datetime | None], Iterable[Finding]]
Values = Callable[[str], Iterable[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Child:
    """How often a child may stand, and the class when it is missing or too often."""

    check: Check
    least: int = 0
    most: int | None = 1
    missing: str = "MissingElement"
    twice: str = "DuplicateElement"


@dataclass(frozen=True, slots=True)
class Table:
    """What may stand in an element, and what must."""

    children: Mapping[str, Child]
    required: tuple[str, ...]


def make_table(children: Mapping[str, Child]) -> Table:
    """The table, with what must stand looked up once."""
    return Table(children, tuple(name for name, child in children.items() if child.least))


def check_children(
    spot: Spot, table: Table, own: Callable[[str], bool], now: datetime | None
) -> Iterator[Finding]:
    """Findings about the children: how often each stands, those unknown, and in each."""
    counts = Counter([child.name for child in spot.node.children])
    for name in table.required:
        if name not in counts:
            words = f"it has no {say(name)}, which it must have; add one"
            yield at(spot, table.children[name].missing, words)
    if len(counts) < len(spot.node.children):
        yield from _check_counts(spot, table, counts)
    for inner in spot.down():
        known = table.children.get(inner.node.name)
        if known is not None:
            yield from known.check(inner, now)
        elif own(inner.node.name):
            words = f"{say(spot.node.name)} may not hold {say(inner.node.name)}"
            yield at(inner, "UndefinedElement", f"{words}; remove it or mend its name")


def _check_counts(spot: Spot, table: Table, counts: Mapping[str, int]) -> Iterator[Finding]:
    for name, count in counts.items():
        child = table.children.get(name)
        if child is not None and child.most is not None and count > child.most:
            words = f"it has {count} of {say(name)}, readers take one; keep {child.most}"
            yield at(spot, child.twice, words)


def say(name: str) -> str:
    """An element's name for people."""
    return f"<{name.removeprefix('atom:')}>"


def find(node: Node, name: str) -> Node | None:
    """The first child of a name."""
    return next((child for child in node.children if child.name == name), None)


def check_attribute(
    spot: Spot, name: str, check: Values, *, required: bool = False
) -> Iterator[Finding]:
    """Findings about an attribute: missing though required, empty, or of a wrong value."""
    value = spot.node.attributes.get(name)
    if value is None:
        if required:
            words = f"{say(spot.node.name)} has no {name}, which it must have; add it"
            yield at(spot, "MissingAttribute", words)
    elif not value:
        yield at(spot, "AttrNotBlank", f"{name} is empty; give it a value or leave it out", name)
    else:
        for kind, words in check(value):
            yield at(spot, kind, words, name)


def nothing(_spot: Spot, _now: datetime | None) -> Iterable[Finding]:
    """No finding: the element is known, its value is anybody's."""
    return ()


def leaf(check: Values) -> Check:
    """The check of an element that holds one value, of a rule about values.

    White space around the value is no part of it for readers.
    """

    def check_leaf(spot: Spot, _now: datetime | None) -> Iterator[Finding]:
        for kind, words in check(spot.node.text.strip()):
            yield at(spot, kind, words)

    return check_leaf


def dated(check: Callable[[str, datetime | None], Iterable[tuple[str, str]]]) -> Check:
    """The check of an element that holds a date."""

    def check_date(spot: Spot, now: datetime | None) -> Iterator[Finding]:
        for kind, words in check(spot.node.text.strip(), now):
            yield at(spot, kind, words)

    return check_date


def not_blank(value: str) -> Iterator[tuple[str, str]]:
    """A value that is empty."""
    if not value:
        yield "NotBlank", "it is empty; give it a text or leave it out"


def non_negative(value: str) -> Iterator[tuple[str, str]]:
    """A value that must be a whole number of 0 or more."""
    if not (value.isascii() and value.isdigit()):
        yield "InvalidNonNegativeInteger", f"{quote(value)} is no number of 0 or more; write one"


def anything(_value: str) -> Iterable[tuple[str, str]]:
    """No finding: any value will do."""
    return ()


def media_attribute(value: str) -> Iterator[tuple[str, str]]:
    """An attribute that must be a media type."""
    if not is_media_type(value):
        yield "InvalidMIMEAttribute", f"{quote(value)} is no media type; write one as audio/mpeg"


def language(value: str) -> Iterator[tuple[str, str]]:
    """A value that must be a language tag."""
    if not is_language(value):
        yield (
            "InvalidLanguage",
            f"{quote(value)} is no language tag (RFC 5646); write one as hy or en-GB",
        )
