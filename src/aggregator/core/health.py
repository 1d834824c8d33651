"""How a source is, and how the daemon is: in words, and as a verdict."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.core.model import FetchState, Source
from aggregator.core.silence import is_quiet, is_silenced, say_silence

_TICK_LIMIT = timedelta(minutes=1)
"""The calendar ticks each second; after so long without one the loop stands still."""

_PUBLISH_LIMIT = timedelta(minutes=5)
"""A publishing takes about a second; one that takes this long hangs."""

_FAILING_LIMIT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a daemon knows of itself; errors are "" where all is well."""

    started: datetime
    ticked: datetime | None = None
    published: datetime | None = None
    publishing_since: datetime | None = None
    publish_error: str = ""
    store_error: str = ""
    config_error: str = ""
    list_errors: tuple[str, ...] = ()


def find_troubles(pulse: Pulse, now: datetime) -> tuple[str, ...]:
    """Why a daemon is not ready, a line each; none when it is."""
    found = []
    if pulse.published is None:
        found.append("nothing is published yet")
    if pulse.publish_error:
        found.append(f"the last publishing failed: {pulse.publish_error}")
    since = pulse.publishing_since
    if since is not None and now - since > _PUBLISH_LIMIT:
        found.append(f"a publishing hangs since {since:%Y-%m-%d %H:%M:%S} UTC")
    if pulse.store_error:
        found.append(f"the store cannot be used: {pulse.store_error}")
    if pulse.ticked is None or abs(now - pulse.ticked) > _TICK_LIMIT:
        found.append("the calendar stands still")
    return tuple(found)


def find_warnings(pulse: Pulse) -> tuple[str, ...]:
    """What an operator should see to, a line each, although the daemon goes on."""
    if not pulse.config_error:
        return pulse.list_errors
    wrong = f"the changed configuration is not in effect: {pulse.config_error}"
    return (wrong, *pulse.list_errors)


def name_state(source: Source, state: FetchState | None) -> str:
    """A source's health in one word: off, new, asked, ok, quiet, failing, dead or gone.

    `quiet` and `dead` go by the source's own rhythm; one that has failed for
    thirty days is `dead` too: publishers mend a server within days, and a
    moved feed within weeks. A dead source is asked on.
    `asked` is one that was asked and never judged: it is being asked for the
    first time, or that answer was lost. Others are as their last poll left them.
    """
    if not source.enabled:
        return "off"
    if state is None or state.last_poll is None:
        return "new" if state is None or state.claimed is None else "asked"
    if state.stopped:
        return "gone"
    if is_silenced(state) or _fails_for_long(state):
        return "dead"
    if state.failures:
        return "failing"
    return "quiet" if is_quiet(state) else "ok"


def _fails_for_long(state: FetchState) -> bool:
    if not state.failures or state.failing_since is None or state.last_poll is None:
        return False
    return state.last_poll - state.failing_since > _FAILING_LIMIT


def note_failing(state: FetchState, now: datetime) -> FetchState:
    """The state of after a poll, with the time of the first failure in a row."""
    since = (state.failing_since or now) if state.failures else None
    return replace(state, failing_since=since)


def explain_silence(source: Source, state: FetchState | None) -> str:
    """Why a source is called quiet or dead though it answers, and what to do; "" for others."""
    if state is None or state.failures or name_state(source, state) not in {"quiet", "dead"}:
        return ""
    return f"{say_silence(state)}; look at its site: it may have a new feed"


def find_next_poll(source: Source, state: FetchState | None) -> datetime | None:
    """When the source is asked next; None when it is never asked, or was not yet."""
    if state is None or state.stopped or not source.enabled:
        return None
    return state.next_poll
