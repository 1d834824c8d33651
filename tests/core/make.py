"""Builders of values for tests: each gives a plain, whole value, with what the test is about."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from aggregator.core.model import Entry, FeedHead, Report, Reuse, Source
from aggregator.core.urls import canonical

NOW = datetime(2023, 9, 21, 12, 0, tzinfo=UTC)


def make_source(source_id: str = "hetq", **fields: Any) -> Source:  # noqa: ANN401 - any field
    """A source whose site is <id>.example."""
    given = {
        "url": f"https://{source_id}.example/rss",
        "name": source_id.title(),
        "homepage": f"https://{source_id}.example/",
        **fields,
    }
    return Source(id=source_id, **given)


def make_entry(name: str = "1", source_id: str = "hetq", **fields: Any) -> Entry:  # noqa: ANN401 - any field
    """An entry called `name`, with its own id, link, title and a short text."""
    given: dict[str, Any] = {
        "raw_id": f"https://{source_id}.example/id/{name}",
        "title": f"Title {name}",
        "text": f"A short text {name}.",
        "link": f"https://{source_id}.example/news/{name}",
        "first_seen": NOW,
        "changed": NOW,
        **fields,
    }
    given.setdefault("canonical", canonical(given["link"]) if given["link"] else None)
    given.setdefault("html", f"<p>{given['text']}</p>" if given["text"] else "")
    given.setdefault("key", _name_key(given))
    given.setdefault("digest", _digest(given["title"], given["text"], given["canonical"] or ""))
    return Entry(source_id=source_id, **given)


def _name_key(given: dict[str, Any]) -> str:
    link, text = given["canonical"], _digest(given["title"], given["text"])
    return str(given["raw_id"] or (f"link:{link}" if link else f"text:{text}"))


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()


def make_report(
    entry: Entry | None = None, source: Source | None = None, head: FeedHead | None = None
) -> Report:
    """A report of an entry by its own source."""
    entry = entry or make_entry()
    return Report(entry, source or make_source(entry.source_id), head or FeedHead())


def make_terms(**fields: Any) -> Reuse:  # noqa: ANN401 - any field
    """Terms that a source states."""
    return Reuse(stated=True, **fields)


def make_words(count: int, word: str = "word") -> str:
    """A text of so many different words."""
    return " ".join(f"{word}{number}" for number in range(count))
