"""Labelled items as reports, made the way a poll makes them: parsed, cleaned, normalised."""

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from aggregator.core import urls
from aggregator.core.model import Entry, FeedHead, Markup, ParsedFeed, RawItem, Report, Source
from aggregator.core.mojibake import repair_feed
from aggregator.core.normalise import Normalised, normalise_feed
from aggregator.edges.clean import clean_feed
from aggregator.edges.parse import Task
from aggregator.reading import read_body

_ANY_TIME = datetime(2100, 1, 1, tzinfo=UTC)
"""A now that is behind every date of an item, for a first look at the dates."""

_NO_DATES = datetime(2026, 1, 1, tzinfo=UTC)
"""When items were seen that have no date at all."""

_TEXTS = ("title", "url", "published", "summary", "content", "language")


class BadItemsError(Exception):
    """Labelled items that cannot be used: says where, why, and what would be right."""


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled report; its story is None where it is a story of its own.

    `language` is what the label says of it, "" where it says nothing.
    """

    report: Report
    story: str | None
    ambiguous: bool = False
    language: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Its identity inside."""
        return self.report.entry.source_id, self.report.entry.key

    @property
    def label(self) -> Hashable:
        """What it has in common with the items of its story, and with no other one."""
        return self.key if self.story is None else self.story


# Lines of JSON --------------------------------------------------------------------


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file of JSON lines, each with the place where it stands."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadItemsError(f"{path}: cannot be read as UTF-8: {error}") from error
    # Not splitlines(): U+2028 may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"{path}, line {number}", _read_object(line, f"{path}, line {number}")


def _read_object(line: str, place: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadItemsError(f"{place}: no JSON: {error}") from error
    if not isinstance(found, dict):
        raise BadItemsError(f'{place}: not an object; write {{"id": ..., "source": ...}}')
    return found


def read_text(line: Mapping[str, Any], name: str, place: str) -> str:
    """A text of a line, "" where it has none; a number is taken for its digits."""
    value = line.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadItemsError(f'{place}: "{name}" is {json.dumps(value)[:40]}; write a text or null')
    return str(value).strip()


def read_name(line: Mapping[str, Any], name: str, place: str) -> str:
    """A text that must be there."""
    if text := read_text(line, name, place):
        return text
    raise BadItemsError(f'{place}: no "{name}"; every item needs one')


def read_flag(line: Mapping[str, Any], name: str, place: str) -> bool:
    """True or false; false where nothing is said."""
    value = line.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise BadItemsError(f'{place}: "{name}" is {json.dumps(value)[:40]}; write true or false')


# Items of a file ------------------------------------------------------------------


def read_items(path: Path) -> list[Item]:
    """The items of a file of JSON lines; `BadItemsError` names the line that cannot be used."""
    lines = [(place, line) for place, line in read_lines(path)]
    _refuse_repeated(lines)
    sources = _name_sources(lines)
    items = [_make_item(line, place, sources) for place, line in lines]
    if not any(item.story for item in items):
        raise BadItemsError(f'{path}: no item has a "story"; there is nothing to measure')
    dates = [item.report.entry.published for item in items]
    seen = max((date for date in dates if date), default=_NO_DATES)
    return [replace(item, report=_date(item.report, seen)) for item in items]


def _refuse_repeated(lines: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    first: dict[tuple[str, str], str] = {}
    for place, line in lines:
        name = read_name(line, "source", place), read_name(line, "id", place)
        if name in first:
            raise BadItemsError(f'{place}: source {name[0]} has id "{name[1]}" in {first[name]}')
        first[name] = place


def _name_sources(lines: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Source]:
    """The sources by name, each at home where most of its items are."""
    homes: dict[str, Counter[str]] = defaultdict(Counter)
    for place, line in lines:
        url = read_text(line, "url", place)
        homes[read_name(line, "source", place)][urls.host(url)] += bool(url)
    return {
        name: make_source(name, f"https://{max(hosts, key=lambda one: (hosts[one], one))}/")
        for name, hosts in homes.items()
    }


def make_source(name: str, url: str) -> Source:
    """A source at home where an address of it is; nowhere, where the address says nothing."""
    host = urls.host(url) or f"{sha256(name.encode()).hexdigest()[:12]}.invalid"
    return Source(name, f"https://{host}/feed", name, f"https://{host}/")


def _make_item(line: Mapping[str, Any], place: str, sources: Mapping[str, Source]) -> Item:
    texts = {name: read_text(line, name, place) for name in _TEXTS}
    source = sources[read_name(line, "source", place)]
    texts["id"] = read_name(line, "id", place)
    return _put_label(make_report(texts, source, place), line, place)


def make_report(texts: Mapping[str, str], source: Source, place: str) -> Report:
    """The report that an item with these texts becomes; seen first whenever it was published."""
    raw = RawItem(
        raw_id=texts.get("id") or None,
        base=source.url,
        link=texts.get("url") or None,
        title=Markup(texts.get("title", "")),
        summary=_make_markup(texts.get("summary")),
        content=_make_markup(texts.get("content")),
        published=texts.get("published") or None,
        language=texts.get("language") or None,
    )
    # By itself: the items of a file are no document that was polled.
    feed = clean_feed(repair_feed(ParsedFeed("lines", FeedHead(), (raw,))))
    entries = normalise_feed(feed, source, source.url, _ANY_TIME).entries
    if not entries:
        raise BadItemsError(f"{place}: no title, text or link is left once it is cleaned")
    if raw.published and entries[0].published is None:
        raise BadItemsError(f'{place}: cannot read the date "{raw.published[:40]}"')
    return Report(entries[0], source)


def _make_markup(text: str | None) -> Markup | None:
    return Markup(text, html=True) if text else None


def _put_label(report: Report, line: Mapping[str, Any], place: str) -> Item:
    return Item(
        report,
        read_text(line, "story", place) or None,
        read_flag(line, "ambiguous", place),
        read_text(line, "language", place),
    )


def _date(report: Report, seen: datetime) -> Report:
    """The report as seen when it was published, for want of a date with the last one."""
    at = report.entry.published or seen
    return replace(report, entry=replace(report.entry, first_seen=at, changed=at))


# Items of documents ---------------------------------------------------------------


def read_labels(path: Path, folder: Path) -> list[Item]:
    """The items of a file of labels, each with the text that its document has for it."""
    wanted: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for place, line in read_lines(path):
        wanted[read_name(line, "document", place)].append((place, line))
    return [
        _label(line, place, reports)
        for name, lines in wanted.items()
        for reports in [read_document(folder / name, lines[0][0])]
        for place, line in lines
    ]


def _label(line: Mapping[str, Any], place: str, reports: Mapping[str, Report]) -> Item:
    name = read_name(line, "id", place)
    if name not in reports:
        raise BadItemsError(f"{place}: {read_name(line, 'document', place)} has no item {name}")
    return _put_label(reports[name], line, place)


def read_document(path: Path, place: str) -> dict[str, Report]:
    """The reports of a feed document by `name_item`, as the first poll of a source finds them.

    The poll took place when the document was made, or with its newest item.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise BadItemsError(f"{place}: cannot read the document: {error}") from error
    url = f"https://documents.invalid/{path.name}"
    parsed = read_body(Task(body, "", url))
    if not isinstance(parsed, ParsedFeed):
        raise BadItemsError(f"{place}: {path.name} is no feed: {parsed.detail}")
    source = Source(path.name, url)
    seen = _find_newest(normalise_feed(parsed, source, url, _ANY_TIME))
    found = normalise_feed(parsed, source, url, seen)
    home = replace(source, url=found.head.self_link or url, homepage=found.head.link)
    return {name_item(entry): Report(entry, home, found.head) for entry in found.entries}


def name_item(entry: Entry) -> str:
    """What labels call an entry: its id, else its link, else the key that it got for its words."""
    return entry.raw_id or entry.link or entry.key


def _find_newest(found: Normalised) -> datetime:
    made = [datetime.fromisoformat(found.head.updated)] if found.head.updated else []
    dates = [entry.published for entry in found.entries]
    return max([*made, *(date for date in dates if date)], default=_NO_DATES) + timedelta(minutes=1)
