"""How the whole is: the daemon, the last publishing, the editions of days."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.core.board.values import Facts, Line, Pressing
from aggregator.core.editions.closing import find_next_close
from aggregator.core.health import explain_silence, find_troubles, find_warnings, name_state
from aggregator.core.model import Day
from aggregator.core.settings import Config, NewsfeedSettings

SayTime = Callable[[datetime | None, str], str]
_LOST = frozenset({"dead", "gone", "failing"})


def list_lines(facts: Facts, now: datetime, clean: Callable[[str], str]) -> Iterator[Line]:
    """What is wrong with the whole, then what is merely so."""
    wrong = [*find_troubles(facts.pulse, now), *find_warnings(facts.pulse)]
    if facts.pressing:
        wrong += facts.pressing.problems
    yield from (Line(clean(words), is_bad=True) for words in wrong)
    if not wrong:
        yield Line("The daemon is well.")
    yield from _count_lost(facts)
    if facts.pressing:
        yield Line(_say_pressing(facts.pressing, facts.pulse.published, facts.config))
    yield from (Line(clean(words)) for words in facts.notes)


def _count_lost(facts: Facts) -> Iterator[Line]:
    known = [(one, facts.states.get(one.id)) for one in facts.config.sources]
    silent = sum(bool(explain_silence(*one)) for one in known)
    lost = sum(name_state(*one) in _LOST and not explain_silence(*one) for one in known)
    if lost:
        yield Line(f"{lost} of {len(known)} sources cannot be read; they stand first.", is_bad=True)
    if silent:
        yield Line(f"{silent} of {len(known)} sources are silent for longer than they usually are.")


def _say_pressing(done: Pressing, at: datetime | None, config: Config) -> str:
    when = f" at {at.astimezone(ZoneInfo(config.newsfeed.timezone)):%H:%M}" if at else ""
    return (
        f"Last published{when}: {done.stories} stories; {done.written} of {done.files} files "
        f"were new; {done.seconds:.1f} s."
    )


def list_editions(days: Sequence[Day], newsfeed: NewsfeedSettings, say: SayTime) -> Iterator[Line]:
    """The open days, the last closed one, and those whose files wait to be made."""
    zone = newsfeed.timezone
    closed = [day for day in days if day.is_closed]
    for day in reversed([day for day in days if not day.is_closed]):
        closes = find_next_close([day], newsfeed.close_after, zone)
        yield Line(f"{day.date}: open; it closes after {say(closes, zone)}{_say_due(day)}")
    for day in reversed(closed):
        if day.due or day is closed[-1]:
            yield Line(f"{day.date}: closed at {say(day.closed, zone)}{_say_due(day)}")


def _say_due(day: Day) -> str:
    return f"; its files wait to be made: {day.due}" if day.due else ""
