"""Rules of JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aggregator.core.lint.addresses import check_iri, check_web, is_language, is_media_type
from aggregator.core.lint.chars import check_chars
from aggregator.core.lint.classes import SEVERITIES
from aggregator.core.lint.dates import check_rfc3339
from aggregator.core.lint.findings import quote
from aggregator.core.lint.markup import check_html
from aggregator.core.lint.values import Finding, Member

_FIRST = "https://jsonfeed.org/version/1"
"""Its `author` became `authors` in 1.1."""
_VERSIONS = frozenset({_FIRST, "https://jsonfeed.org/version/1.1"})


@dataclass(frozen=True, slots=True)
class _Seat:
    """A member, the way to it, and the id of the item that it is in."""

    member: Member
    where: str
    entry: str = ""

    def at(self, kind: str, words: str) -> Finding:
        member = self.member
        severity = SEVERITIES[kind]
        return Finding(kind, severity, self.where, member.line, member.column, words, self.entry)

    def down(self, name: str) -> "_Seat | None":
        inner = self.named.get(name)
        return None if inner is None else _Seat(inner, f"{self.where}.{name}", self.entry)

    @property
    def named(self) -> Mapping[str, Member]:
        value = self.member.value
        return value if isinstance(value, dict) else {}


_Check = Callable[[_Seat, datetime | None], Iterable[Finding]]


def check_json_feed(root: Member, now: datetime | None) -> Iterator[Finding]:
    """Findings about a feed and all its items."""
    yield from check_json_head(root, now, _FEED)


def check_json_head(
    root: Member, now: datetime | None, table: Mapping[str, _Check] | None = None
) -> Iterator[Finding]:
    """Findings about a feed and its items together, none about what is in one."""
    seat = _Seat(root, "feed")
    version = seat.named.get("version")
    number = version.value if version is not None else None
    if not isinstance(number, str) or number not in _VERSIONS:
        words = "its version is not that of JSON Feed; write https://jsonfeed.org/version/1.1"
        yield seat.at("InvalidJSONFeedVersion", words)
    found = _check_members(seat, table or _FEED_HEAD, now, required=("title", "items"))
    yield from (one for one in found if number != _FIRST or one.kind != "ObsoleteMember")
    if "feed_url" not in seat.named:
        words = "it has no feed_url, by which readers know its address; add it"
        yield seat.at("MissingSelf", words)
    yield from _check_ids(seat)


def check_json_item(root: Member, now: datetime | None) -> Iterator[Finding]:
    """Findings about one item on its own."""
    yield from _check_item(_Seat(root, "item"), now)


def _check_members(
    seat: _Seat,
    table: Mapping[str, _Check],
    now: datetime | None,
    required: Iterable[str] = (),
) -> Iterator[Finding]:
    for name in required:
        if name not in seat.named:
            yield seat.at("MissingElement", f"it has no {name}, which it must have; add it")
    for name in seat.named:
        inner = seat.down(name)
        check = table.get(name)
        if inner is None or name.startswith("_"):
            continue  # an extension (JSON Feed 1.1, "Extensions")
        if name == "author" and "authors" in seat.named:
            yield from _author(inner, now)  # both, for readers of either version
        elif check is None:
            words = f"{name} is no member of JSON Feed; remove it or begin it with _"
            yield inner.at("UndefinedElement", words)
        else:
            yield from check(inner, now)


def _anything(_seat: _Seat, _now: datetime | None) -> Iterable[Finding]:
    return ()


def _text(seat: _Seat, _now: datetime | None) -> Iterator[Finding]:
    value = seat.member.value
    if not isinstance(value, str):
        yield seat.at("InvalidValue", "it is no string; write it in quotes or leave it out")
    else:
        for kind, words in check_chars(value):
            yield seat.at(kind, words)


def _of_text(check: Callable[[str], Iterable[tuple[str, str]]]) -> _Check:
    """The check of a member that must be a string, of a rule about its value."""

    def check_text(seat: _Seat, now: datetime | None) -> Iterator[Finding]:
        yield from _text(seat, now)
        if isinstance(seat.member.value, str):
            for kind, words in check(seat.member.value):
                yield seat.at(kind, words)

    return check_text


def _date(seat: _Seat, now: datetime | None) -> Iterator[Finding]:
    yield from _of_text(lambda value: check_rfc3339(value, now))(seat, now)


def _number(seat: _Seat, _now: datetime | None) -> Iterator[Finding]:
    value = seat.member.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield seat.at("InvalidValue", "it is no number; write one without quotes")
    elif value < 0:
        yield seat.at(
            "InvalidNonNegativeInteger", f"{quote(str(value))} is below 0; write the size or none"
        )


def _truth(seat: _Seat, _now: datetime | None) -> Iterator[Finding]:
    if not isinstance(seat.member.value, bool):
        yield seat.at("InvalidValue", "it is neither true nor false; write one of them")


def _tag(value: str) -> Iterator[tuple[str, str]]:
    if not is_language(value):
        yield "InvalidLanguage", f"{quote(value)} is no language tag (RFC 5646); write one as hy"


def _media(value: str) -> Iterator[tuple[str, str]]:
    if not is_media_type(value):
        yield "InvalidMIMEAttribute", f"{quote(value)} is no media type; write one as audio/mpeg"


def _filled(value: str) -> Iterator[tuple[str, str]]:
    if not value.strip():
        yield "NotBlank", "it is empty; give it a text or leave it out"


def _each(check: _Check) -> _Check:
    """The check of a list, of the check of one of its values."""

    def check_each(seat: _Seat, now: datetime | None) -> Iterator[Finding]:
        value = seat.member.value
        if not isinstance(value, tuple):
            yield seat.at("InvalidValue", "it is no list; write it in brackets")
            return
        for number, inner in enumerate(value, 1):
            yield from check(_Seat(inner, f"{seat.where}[{number}]", seat.entry), now)

    return check_each


def _object(table: Mapping[str, _Check], required: tuple[str, ...] = ()) -> _Check:
    """The check of an object, of its members."""

    def check_object(seat: _Seat, now: datetime | None) -> Iterator[Finding]:
        if not isinstance(seat.member.value, dict):
            yield seat.at("InvalidValue", "it is no object; write it in braces")
        else:
            yield from _check_members(seat, table, now, required)

    return check_object


def _author(seat: _Seat, now: datetime | None) -> Iterator[Finding]:
    yield from _object(_AUTHOR)(seat, now)
    if isinstance(seat.member.value, dict) and not seat.named.keys() & _AUTHOR.keys():
        yield seat.at("MissingElement", "it has neither name, url nor avatar; add one of them")


def _old_author(seat: _Seat, now: datetime | None) -> Iterator[Finding]:
    yield seat.at("ObsoleteMember", "author is of version 1; write authors, a list, beside it")
    yield from _author(seat, now)


def _check_item(seat: _Seat, now: datetime | None) -> Iterator[Finding]:
    name = seat.named.get("id")
    is_plain = name is not None and isinstance(name.value, str | int | float)
    inside = _Seat(seat.member, seat.where, str(name.value) if name and is_plain else "")
    yield from _object(_ITEM, ("id",))(inside, now)
    if isinstance(seat.member.value, dict) and not seat.named.keys() & _CONTENTS:
        words = "it has neither content_html nor content_text; add one of them"
        yield inside.at("MissingElement", words)


def _check_ids(seat: _Seat) -> Iterator[Finding]:
    """No id stands twice: readers show one of the items, or one again and again."""
    items = seat.named.get("items")
    seen: set[object] = set()
    for number, item in enumerate(
        items.value if items and isinstance(items.value, tuple) else (), 1
    ):
        name = _Seat(item, f"{seat.where}.items[{number}]").down("id")
        if name is None or not isinstance(name.member.value, str):
            continue
        if name.member.value in seen:
            words = f"the id {quote(name.member.value)} stood before; keep one"
            inside = _Seat(name.member, name.where, name.member.value)
            yield inside.at("DuplicateValue", words)
        seen.add(name.member.value)


_CONTENTS = frozenset({"content_html", "content_text"})
_URL = _of_text(check_web)
_AUTHOR: dict[str, _Check] = {"name": _of_text(_filled), "url": _of_text(check_iri), "avatar": _URL}
_ATTACHMENT: dict[str, _Check] = {
    "url": _URL,
    "mime_type": _of_text(_media),
    "title": _text,
    "size_in_bytes": _number,
    "duration_in_seconds": _number,
}
_ITEM: dict[str, _Check] = {
    "id": _of_text(_filled),
    "url": _URL,
    "external_url": _URL,
    "title": _text,
    "content_html": _of_text(check_html),
    "content_text": _text,
    "summary": _text,
    "image": _URL,
    "banner_image": _URL,
    "date_published": _date,
    "date_modified": _date,
    "authors": _each(_author),
    "author": _old_author,
    "tags": _each(_of_text(_filled)),
    "language": _of_text(_tag),
    "attachments": _each(_object(_ATTACHMENT, ("url", "mime_type"))),
}
_FEED: dict[str, _Check] = {
    "version": _text,
    "title": _of_text(_filled),
    "home_page_url": _URL,
    "feed_url": _URL,
    "description": _text,
    "user_comment": _text,
    "next_url": _URL,
    "icon": _URL,
    "favicon": _URL,
    "authors": _each(_author),
    "author": _old_author,
    "language": _of_text(_tag),
    "expired": _truth,
    "hubs": _each(_object({"type": _text, "url": _URL}, ("type", "url"))),
    "items": _each(_check_item),
}
_FEED_HEAD: dict[str, _Check] = {**_FEED, "items": _each(_anything)}
