"""Values to rows and back; no row leaves the store's folder."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from aggregator.core.model import (
    Article,
    Enclosure,
    Entry,
    Failure,
    FeedHead,
    FetchState,
    Move,
    Outcome,
    Person,
    PollHints,
    Problem,
    Rhythm,
    SourceRef,
)

Row = Mapping[str, Any]

_STATE_FIELDS = tuple(field.name for field in fields(FetchState))
_ENTRY_FIELDS = tuple(field.name for field in fields(Entry))

_LARGEST = 2**63 - 1
"""SQLite's largest integer: a feed may claim more comments, and must not cost its Decision."""


def write_state(state: FetchState) -> dict[str, Any]:
    """A fetch state as a row."""
    row = {name: getattr(state, name) for name in _STATE_FIELDS}
    row["body_failure"] = state.body_failure.value if state.body_failure else None
    row["head"] = asdict(state.head) if state.head else None
    row["hints"] = _write_hints(state.hints)
    row["problems"] = [[problem.item, problem.what] for problem in state.problems]
    row["rhythm"] = _write_rhythm(state.rhythm)
    row["move"] = _write_move(state.move)
    return row


def read_state(row: RowMapping) -> FetchState:
    """A fetch state from its row."""
    values = {name: row[name] for name in _STATE_FIELDS}
    values["body_failure"] = Failure(row["body_failure"]) if row["body_failure"] else None
    values["head"] = _read_head(row["head"])
    values["hints"] = _read_hints(row["hints"])
    values["problems"] = tuple(Problem(item, what) for item, what in row["problems"])
    values["rhythm"] = _read_rhythm(row["rhythm"])
    values["move"] = _read_move(row["move"])
    return FetchState(**values)


def _write_hints(hints: PollHints) -> dict[str, Any]:
    return {
        "ttl": _write_span(hints.ttl),
        "update_period": _write_span(hints.update_period),
        "skip_hours": list(hints.skip_hours),
        "skip_days": list(hints.skip_days),
    }


def _write_rhythm(rhythm: Rhythm) -> dict[str, Any]:
    """Counts with three places: enough for what fades by half in four weeks."""
    return {
        "polls": rhythm.polls,
        "learned": rhythm.learned.isoformat() if rhythm.learned else None,
        "days": round(rhythm.days, 3),
        "hours": [round(count, 3) for count in rhythm.hours],
        "weekdays": [round(count, 3) for count in rhythm.weekdays],
        "window": _write_span(rhythm.window),
    }


def _read_rhythm(row: Row) -> Rhythm:
    if not row:
        return Rhythm()  # stored before rhythms were learned
    return Rhythm(
        polls=row["polls"],
        learned=datetime.fromisoformat(row["learned"]) if row["learned"] else None,
        days=row["days"],
        hours=tuple(row["hours"]),
        weekdays=tuple(row["weekdays"]),
        window=_read_span(row["window"]),
    )


def _write_move(move: Move | None) -> dict[str, Any] | None:
    if move is None:
        return None
    return {**asdict(move), "first": move.first.isoformat(), "onward": _write_move(move.onward)}


def _read_move(row: Row | None) -> Move | None:
    if row is None:
        return None
    first = datetime.fromisoformat(row["first"])
    return Move(**{**row, "first": first, "onward": _read_move(row.get("onward"))})


def _write_span(span: timedelta | None) -> int | None:
    """Whole microseconds: exact, as times are."""
    return None if span is None else span // timedelta(microseconds=1)


def _read_span(microseconds: int | None) -> timedelta | None:
    return None if microseconds is None else timedelta(microseconds=microseconds)


def _read_hints(row: Row) -> PollHints:
    return PollHints(
        ttl=_read_span(row["ttl"]),
        update_period=_read_span(row["update_period"]),
        skip_hours=tuple(row["skip_hours"]),
        skip_days=tuple(row["skip_days"]),
    )


def _read_head(row: Row | None) -> FeedHead | None:
    if row is None:
        return None
    authors = tuple(Person(**person) for person in row["authors"])
    return FeedHead(**{**row, "authors": authors})


def write_entry(entry: Entry) -> dict[str, Any]:
    """An entry as a row, with the time that orders it."""
    row = {name: getattr(entry, name) for name in _ENTRY_FIELDS}
    row["sort_at"] = entry.sort_at
    if entry.comments_count is not None:
        row["comments_count"] = min(entry.comments_count, _LARGEST)
    row["authors"] = [asdict(person) for person in entry.authors]
    row["categories"] = list(entry.categories)
    row["enclosures"] = [asdict(item) for item in entry.enclosures]
    row["source"] = asdict(entry.source) if entry.source else None
    row["article"] = _write_article(entry.article)
    return row


def read_entry(row: RowMapping) -> Entry:
    """An entry from its row."""
    values = {name: row[name] for name in _ENTRY_FIELDS}
    values["authors"] = tuple(Person(**person) for person in row["authors"])
    values["categories"] = tuple(row["categories"])
    values["enclosures"] = tuple(Enclosure(**item) for item in row["enclosures"])
    values["source"] = SourceRef(**row["source"]) if row["source"] else None
    values["article"] = _read_article(row["article"])
    return Entry(**values)


def _write_article(article: Article | None) -> dict[str, Any] | None:
    if article is None:
        return None
    return {**asdict(article), "outcome": article.outcome.value, "at": article.at.isoformat()}


def _read_article(row: Row | None) -> Article | None:
    if row is None:
        return None
    values = {
        "outcome": Outcome(row["outcome"]),
        "at": datetime.fromisoformat(row["at"]),
        "source": SourceRef(**row["source"]) if row["source"] else None,
        "authors": tuple(Person(**person) for person in row["authors"]),
    }
    return Article(**{**row, **values})
