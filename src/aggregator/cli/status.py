"""`status`: each source's health, what was odd about it, what was held back.

It reads only, and needs no lock.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.text import Text

from aggregator.cli.tables import open_console, print_note, print_table
from aggregator.cli.words import (
    cut_words,
    print_json,
    say_move,
    say_short_time,
    say_time,
    say_words,
    write_time,
)
from aggregator.core import linkcheck, takedowns
from aggregator.core.board import list_editions
from aggregator.core.gaps import is_recent, say_gap
from aggregator.core.health import explain_silence, find_next_poll, name_state
from aggregator.core.model import Answer, Day, FetchState, Held, Order, Page, Problem, Source
from aggregator.core.settings import Config
from aggregator.edges.meaning import MODEL, find_maker
from aggregator.edges.store import has_store, open_store
from aggregator.pipeline.hubbing import tell_hub
from aggregator.pipeline.lists import list_troubles

_SPAN = timedelta(days=7)
_MOST_NOTES = 5
"""Notes of a kind that one source gets; a broken feed repeats one for every item."""
_TITLE = 100
_STYLES = {"failing": "red", "gone": "red", "dead": "red", "quiet": "yellow"}


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What the store knows, or nothing where there is none yet."""

    now: datetime
    states: dict[str, FetchState]
    entries: dict[str, int]
    recent: dict[str, int]
    held: list[Held]
    standing: tuple[Order, ...] = ()
    looked: dict[str, list[Page]] = field(default_factory=dict)
    vectors: int = 0
    days: tuple[Day, ...] = ()


def print_status(config: Config, data: Path, *, as_json: bool) -> None:
    """Print each source's health, then problems, moves and what was held back."""
    known = _remember(data)
    if as_json:
        lists = {"lists": list(list_troubles(config, data)), "hub": list(_tell_hub(config, data))}
        print_json(_describe(config, known) | lists)
        return
    console = open_console()
    zone = config.newsfeed.timezone

    def say(at: datetime | None) -> str:
        # A whole date twice in a row leaves no room for the reason in 80 columns.
        short = console.is_terminal
        return say_short_time(at, zone, known.now) if short else say_time(at, zone)

    rows = [_list_cells(source, known, say) for source in config.sources]
    columns = ["source", "state", "entries", "a day", "last ok", "next poll", "why"]
    print_table(console, columns, rows, numbers=(2, 3))
    for note in _list_notes(config, known):
        print_note(console, note)
    for trouble in list_troubles(config, data):
        print_note(console, say_words(trouble))
    for line in _tell_hub(config, data):
        print_note(console, say_words(line))


def _tell_hub(config: Config, data: Path) -> tuple[str, ...]:
    if not has_store(data):
        return ()
    with open_store(data, write=False) as store:
        return tuple(tell_hub(config, store))


def _remember(data: Path) -> _Remembered:
    now = datetime.now(UTC)
    if not has_store(data):
        return _Remembered(now, {}, {}, {}, [])
    with open_store(data, write=False) as store:
        recent, held = store.count_entries(now - _SPAN), store.load_held()
        standing = takedowns.list_standing(store.load_orders())
        counts, looked = store.count_entries(), store.pages.load_looked_at()
        states, vectors = store.load_states(), store.vectors.count(MODEL)
        days = tuple(store.days.load_at_work())
        return _Remembered(now, states, counts, recent, held, standing, looked, vectors, days)


def _list_cells(
    source: Source, known: _Remembered, say: Callable[[datetime | None], str]
) -> list[Text]:
    state = known.states.get(source.id)
    name = name_state(source, state)
    return [
        say_words(source.id),
        Text(name, _STYLES.get(name, "")),
        Text(str(known.entries.get(source.id, 0))),
        Text(f"{_count_a_day(source, known):.1f}"),
        Text(say(state.last_ok if state else None)),
        Text(say(find_next_poll(source, state))),
        say_words(_explain(source, state, say), "" if name in _STYLES else "dim"),
    ]


def _explain(
    source: Source, state: FetchState | None, say: Callable[[datetime | None], str]
) -> str:
    """Why the source is polled when it is, and what is wrong with it."""
    if not source.enabled:
        return "switched off in the configuration"
    if state is None:
        return "never asked"
    if not state.failures:
        silence = explain_silence(source, state)
        return f"{silence}; {state.reason}" if silence else state.reason
    times = f"{state.failures} failures" if state.failures > 1 else "1 failure"
    asked = say(state.last_poll)
    return f"{state.last_kind}: {state.last_detail}; {state.reason}; {times}, asked {asked}"


def _count_a_day(source: Source, known: _Remembered) -> float:
    """Entries a day over the last week; a new source's backlog counts as news."""
    return known.recent.get(source.id, 0) / (_SPAN / timedelta(days=1))


def _list_notes(config: Config, known: _Remembered) -> Iterator[Text]:
    zone = config.newsfeed.timezone
    for source in config.sources:
        state = known.states.get(source.id)
        if state is not None and (words := say_move(state)):
            yield _note(source.id, words)
        if state is not None and is_recent(state, known.now):
            yield _note(source.id, say_gap(state, lambda at: say_time(at, zone)))
        if source.check_links and (words := linkcheck.say_looks(known.looked.get(source.id, []))):
            yield _note(source.id, words)
        if state is not None and state.pages:
            yield _note(source.id, f"full text: {state.pages}")
        if state is not None:
            # What is said of the whole feed must not drown in what is said of its items.
            ordered = sorted(state.problems, key=lambda problem: bool(problem.item))
            yield from _list_most(source.id, [_say_problem(one) for one in ordered])
    by_source = groupby(sorted(known.held, key=_name_source), _name_source)
    for source_id, held in by_source:
        yield from _list_most(source_id, [_say_held(one) for one in held])
    editions = [line.words for line in list_editions(known.days, config.newsfeed, say_time)]
    yield from _list_most("editions", editions)
    if words := takedowns.say_count(known.standing):
        yield Text(f"{words}; see: aggregator takedown --list")
    if known.vectors and find_maker():
        count = f"{known.vectors} report{'' if known.vectors == 1 else 's'}"
        yield Text(f"stories by meaning too (extra semantic): vectors of {count}")


def _name_source(held: Held) -> str:
    return held.source_id


def _say_problem(problem: Problem) -> str:
    return f"{cut_words(problem.item or 'feed', _TITLE)}: {problem.what}"


def _say_held(held: Held) -> str:
    return f"held back: {cut_words(held.title or held.key, _TITLE)}: {held.why}"


def _list_most(source_id: str, notes: Sequence[str]) -> Iterator[Text]:
    yield from (_note(source_id, words) for words in notes[:_MOST_NOTES])
    more = len(notes) - _MOST_NOTES
    if more > 0:
        yield _note(source_id, f"and {more} more like that; see: aggregator status --json")


def _note(source_id: str, words: str) -> Text:
    return say_words(f"{source_id}: {words}")


def _describe(config: Config, known: _Remembered) -> dict[str, Any]:
    return {
        "sources": [_describe_source(source, known) for source in config.sources],
        "held": [
            {"source": held.source_id, "key": held.key, "title": held.title, "why": held.why}
            for held in known.held
        ],
        "taken_down": len({order.report for order in known.standing}),
        "vectors": known.vectors if find_maker() else None,
        "editions": [_describe_day(day) for day in known.days],
    }


def _describe_day(day: Day) -> dict[str, str | None]:
    """A day that is open, the last closed one, or one whose files wait to be made, and why."""
    return {"day": str(day.date), "closed": write_time(day.closed), "waits": day.due or None}


def _say_why(source: Source, state: FetchState | None) -> str | None:
    if not source.enabled:
        return "switched off in the configuration"
    return state.reason if state else None


def _describe_source(source: Source, known: _Remembered) -> dict[str, Any]:
    """The same keys for every source, asked or not."""
    state = known.states.get(source.id)
    return {
        "source": source.id,
        "enabled": source.enabled,
        "state": name_state(source, state),
        "entries": known.entries.get(source.id, 0),
        "entries_a_day": round(_count_a_day(source, known), 1),
        "result": state.last_kind if state else None,
        "detail": state.last_detail if state else None,
        "status": state.last_status if state else None,
        "failures": state.failures if state else 0,
        "last_poll": write_time(state.last_poll if state else None),
        "last_ok": write_time(state.last_ok if state else None),
        "next_poll": write_time(find_next_poll(source, state)),
        "why": _say_why(source, state),
        "last_new": write_time(state.last_new if state else None),
        "silence": explain_silence(source, state) or None,
        "failing_since": write_time(state.failing_since if state else None),
        "gap": _describe_gap(state),
        "full_text": state.pages or None if state else None,
        "pages": _describe_pages(source, known),
        "moved_to": state.moved_to if state else None,
        "moved": state.move.target if state and state.move and state.move.confirmed else None,
        "problems": [{"item": p.item, "what": p.what} for p in state.problems] if state else [],
    }


def _describe_gap(state: FetchState | None) -> dict[str, str | None] | None:
    """The last gap, however long ago it was noticed."""
    if state is None or state.gap_at is None:
        return None
    return {
        "noticed": write_time(state.gap_at),
        "since": write_time(state.gap_since),
        "until": write_time(state.gap_until),
        "fill": state.gap_fill,
    }


def _describe_pages(source: Source, known: _Remembered) -> dict[str, Any] | None:
    """What pages of its reports answered, and which are not there; None where none is asked."""
    if not source.check_links:
        return None
    pages = known.looked.get(source.id, [])
    absent = [
        {"link": page.link, "answer": page.look.answer, "at": write_time(page.look.at)}
        for page in pages
        if page.look and page.look.answer is not Answer.PRESENT
    ]
    answers, is_fault = linkcheck.count_answers(pages), linkcheck.is_site_fault(pages)
    return {"answers": answers, "site_fault": is_fault, "absent": absent}
