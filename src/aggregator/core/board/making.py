"""Facts -> Board: which sources come first, what is said of each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.core.board.charting import draw_chart
from aggregator.core.board.standing import list_editions, list_lines
from aggregator.core.board.values import Board, Due, Facts, Part, Row
from aggregator.core.gaps import is_recent, say_gap
from aggregator.core.health import explain_silence, find_next_poll, name_state
from aggregator.core.model import FetchState, Source
from aggregator.core.secrets import hide_secrets
from aggregator.core.silence import say_about
from aggregator.core.text import clean_text

PAGE = 100
"""Sources of one part of the page; each brings a chart and a table."""
_MOST_DUE, _MOST_HELD, _MOST_EDITIONS = 25, 50, 10
_MOST_NOTES = 3
"""What is odd about a whole feed; `aggregator status` tells all."""
_ORDER = ("dead", "gone", "failing", "quiet", "asked", "new", "ok", "off")
_BAD = frozenset({"dead", "gone", "failing"})


def pick_part(sources: Sequence[Source], states: Mapping[str, FetchState], number: int) -> Part:
    """The sources of the part of this number, from 1; where there is none, of the nearest.

    Those that need somebody come first, then all in the order of the configuration.
    """
    ordered = sorted(sources, key=lambda one: _ORDER.index(name_state(one, states.get(one.id))))
    pages = max(1, -(-len(ordered) // PAGE))
    number = min(max(number, 1), pages)
    return Part(tuple(ordered[(number - 1) * PAGE : number * PAGE]), number, pages)


def make_board(facts: Facts, part: Part, now: datetime) -> Board:
    """The page of one part of the sources."""
    sources, zone = facts.config.sources, facts.config.newsfeed.timezone
    words = Counter(name_state(one, facts.states.get(one.id)) for one in sources)
    editions = tuple(list_editions(facts.days, facts.config.newsfeed, _say_time))
    due = _sort_due(facts)
    return Board(
        title=_clean(facts.config.newsfeed.title),
        zone=zone,
        made=_say_time(now, zone),
        lines=tuple(list_lines(facts, now, _clean)),
        counts=tuple((word, words[word]) for word in _ORDER if words[word]),
        rows=tuple(_make_row(facts, source, now) for source in part.sources),
        number=part.number,
        pages=part.pages,
        due=tuple(_make_due(*one, zone) for one in due[:_MOST_DUE]),
        waiting=len(due) - min(len(due), _MOST_DUE),
        held=tuple(
            (_clean(one.source_id), _clean(one.title or one.key), _clean(one.why))
            for one in facts.held[:_MOST_HELD]
        ),
        held_more=max(0, len(facts.held) - _MOST_HELD),
        editions=editions[:_MOST_EDITIONS],
        editions_more=max(0, len(editions) - _MOST_EDITIONS),
    )


def _sort_due(facts: Facts) -> list[tuple[datetime, Source, FetchState]]:
    """All polls to come, the next one first."""
    known = [(one, facts.states.get(one.id)) for one in facts.config.sources]
    due = [
        (at, source, state)
        for source, state in known
        if state is not None and (at := find_next_poll(source, state))
    ]
    return sorted(due, key=lambda one: one[0])


def _make_due(at: datetime, source: Source, state: FetchState, zone: str) -> Due:
    return Due(_say_time(at, zone), _clean(source.name or source.id), _clean(state.reason))


def _make_row(facts: Facts, source: Source, now: datetime) -> Row:
    state, zone = facts.states.get(source.id), facts.config.newsfeed.timezone
    word = name_state(source, state)
    next_poll = find_next_poll(source, state)
    tallies = facts.tallies.get(source.id, ())
    return Row(
        id=_clean(source.id),
        name=_clean(source.name or source.id),
        word=word,
        is_bad=word in _BAD,
        last=_say_time(state.last_poll if state else None, zone),
        next=_say_time(next_poll, zone),
        why=_clean(_say_why(source, state)),
        rhythm=_say_rhythm(state),
        trouble=_clean(_say_trouble(source, state, zone)),
        notes=tuple(_clean(one) for one in _list_notes(state, zone, now)),
        chart=draw_chart(tallies, zone, now),
    )


def _say_why(source: Source, state: FetchState | None) -> str:
    if not source.enabled:
        return "switched off in the configuration"
    return state.reason if state else "never asked; it is asked soon"


def _say_rhythm(state: FetchState | None) -> str:
    if state is None or state.usual_gap is None:
        return "not learned yet"
    return f"usually something new within {say_about(state.usual_gap)}"


def _say_trouble(source: Source, state: FetchState | None, zone: str) -> str:
    """What failed, how often, since when; or why a silent source may be lost."""
    if state is None or not source.enabled:
        return ""
    if not state.failures:
        return explain_silence(source, state)
    times = f"{state.failures} times in a row" if state.failures > 1 else "once"
    since = f" since {_say_time(state.failing_since, zone)}" if state.failing_since else ""
    good = f"last good answer {_say_time(state.last_ok, zone)}" if state.last_ok else "never good"
    return f"{state.last_kind}: {state.last_detail} ({times}{since}; {good})"


def _list_notes(state: FetchState | None, zone: str, now: datetime) -> Iterator[str]:
    """What was missed lately, and what is odd about the feed."""
    if state is None:
        return
    if is_recent(state, now):
        yield say_gap(state, lambda at: _say_time(at, zone))
    yield from [one.what for one in state.problems if not one.item][:_MOST_NOTES]


def _say_time(at: datetime | None, zone: str) -> str:
    return "–" if at is None else f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _clean(words: str) -> str:
    return clean_text(hide_secrets(words))
