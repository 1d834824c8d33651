"""What the daemon says of itself over HTTP."""

import html
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aggregator.core import linkcheck, takedowns
from aggregator.core.gaps import is_recent, say_gap
from aggregator.core.health import (
    explain_silence,
    find_next_poll,
    find_troubles,
    find_warnings,
    name_state,
)
from aggregator.core.model import FetchState, Source
from aggregator.core.secrets import hide_secrets
from aggregator.core.text import clean_text
from aggregator.daemon.newsroom import Newsroom
from aggregator.edges.serve import Page, Pages
from aggregator.errors import StoreError
from aggregator.pipeline.hubbing import tell_hub

_PLAIN = "text/plain; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_OK, _UNAVAILABLE = 200, 503
_SPAN = timedelta(days=7)
_MOST_NOTES = 3
"""What is odd about a whole feed; `aggregator status` tells all."""
_BAD = frozenset({"failing", "gone", "dead"})


def make_pages(newsroom: Newsroom, clock: Callable[[], datetime]) -> Pages:
    """The made pages by their paths."""
    return {
        "/healthz": lambda: Page(_OK, _PLAIN, b"alive\n"),
        "/readyz": lambda: _make_readiness(newsroom, clock()),
        "/metrics": lambda: _make_metrics(newsroom, clock()),
        "/status": lambda: _make_status(newsroom, clock()),
    }


def _make_readiness(newsroom: Newsroom, now: datetime) -> Page:
    """200 when it polls and publishes, else 503; what an operator should know, a line each."""
    troubles = [*find_troubles(newsroom.pulse, now), *_try_store(newsroom)]
    warnings = [f"warning: {words}" for words in find_warnings(newsroom.pulse)]
    lines = [*(troubles or ["ready"]), *warnings]
    body = "".join(f"{_clean(line)}\n" for line in lines)
    return Page(_UNAVAILABLE if troubles else _OK, _PLAIN, body.encode())


def _try_store(newsroom: Newsroom) -> Iterator[str]:
    try:
        newsroom.store.check_writable()
    except StoreError as error:
        yield f"the store cannot be written: {error}"


def _make_metrics(newsroom: Newsroom, now: datetime) -> Page:
    states = newsroom.store.load_states()
    sources = newsroom.config.sources
    known = [(source, states.get(source.id)) for source in sources]
    times = [at for source, state in known if (at := find_next_poll(source, state))]
    pulse = newsroom.pulse
    newsroom.metrics.set_state(
        sources=Counter(name_state(source, state) for source, state in known),
        entries=sum(newsroom.store.count_entries().values()),
        stories=newsroom.stories,
        due_lag_seconds=max([(now - at).total_seconds() for at in times] + [0.0]),
        last_tick=pulse.ticked.timestamp() if pulse.ticked else None,
        last_publish=pulse.published.timestamp() if pulse.published else None,
        config_ok=not pulse.config_error,
        subscriptions=len(newsroom.hub.subscriptions),
    )
    media_type, body = newsroom.metrics.render()
    return Page(_OK, media_type, body)


def _make_status(newsroom: Newsroom, now: datetime) -> Page:
    """A table of the sources for people; it renews itself."""
    pulse, zone = newsroom.pulse, newsroom.config.newsfeed.timezone
    states = newsroom.store.load_states()
    lines = [*find_troubles(pulse, now), *find_warnings(pulse)] or ["The daemon is well."]
    lines += _count_failing(newsroom.config.sources, states)
    lines += _say_what_left(newsroom)
    lines += tell_hub(newsroom.config, newsroom.store)
    recent = newsroom.store.count_entries(now - _SPAN)
    rows = "".join(
        _write_row(source, states.get(source.id), recent.get(source.id, 0), zone, now)
        for source in newsroom.config.sources
    )
    title = html.escape(newsroom.config.newsfeed.title)
    notes = "".join(f"<p>{html.escape(_clean(line))}</p>" for line in lines)
    heads = ("source", "state", "entries a day", "last poll", "last ok", "next poll", "why")
    head = "".join(f"<th>{name}</th>" for name in heads)
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="refresh" content="30"><title>{title}: status</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}: status</h1>{notes}"
        f"<div><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"<p>Times are those of {html.escape(zone)}.</p></body></html>"
    )
    return Page(_OK, _HTML, page.encode())


_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:1rem;color-scheme:light dark}"
    "div{overflow-x:auto}table{border-collapse:collapse}"
    "th,td{padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}"
    "th,td:nth-child(-n+6){white-space:nowrap}"
    "td{border-top:1px solid #8884}.bad{color:#b00020;font-weight:bold}"
    "@media (prefers-color-scheme:dark){.bad{color:#ff6b6b}}"
    # On a phone each source is a paragraph; its cells say what they are.
    "@media (max-width:50rem){thead{display:none}tr,td{display:block}td{border:0;padding:0}"
    "tr{border-top:1px solid #8884;padding:.5rem 0}td:first-child{font-weight:bold}"
    "td:nth-child(3)::before{content:'entries a day: '}"
    "td:nth-child(4)::before{content:'last poll: '}td:nth-child(5)::before{content:'last ok: '}"
    "td:nth-child(6)::before{content:'next poll: '}}"
)


def _count_failing(sources: Sequence[Source], states: Mapping[str, FetchState]) -> Iterator[str]:
    known = [(source, states.get(source.id)) for source in sources]
    failing = sum(
        name_state(source, state) in _BAD and not explain_silence(source, state)
        for source, state in known
    )
    if failing:
        yield f"{failing} of {len(sources)} sources cannot be read; the reasons stand below."
    silent = sum(bool(explain_silence(source, state)) for source, state in known)
    if silent:
        yield f"{silent} of {len(sources)} sources are silent for longer than they usually are."


def _say_what_left(newsroom: Newsroom) -> Iterator[str]:
    """How many reports are taken down, and whose pages are gone by a fault of their site."""
    if words := takedowns.say_count(takedowns.list_standing(newsroom.store.load_orders())):
        yield f"{words}."
    looked = newsroom.store.pages.load_looked_at()
    for source in newsroom.config.sources:
        pages = looked.get(source.id, ()) if source.check_links else ()
        if linkcheck.is_site_fault(pages):
            yield f"{source.id}: {linkcheck.say_looks(pages)}."


def _write_row(
    source: Source, state: FetchState | None, recent: int, zone: str, now: datetime
) -> str:
    name = name_state(source, state)
    a_day = recent / (_SPAN / timedelta(days=1))
    mark = ' class="bad"' if name in _BAD else ""
    times = (
        state.last_poll if state else None,
        state.last_ok if state else None,
        find_next_poll(source, state),
    )
    cells = [
        f"<td>{html.escape(source.id)}</td>",
        f"<td{mark}>{name}</td>",
        f"<td>{a_day:.1f}</td>",
    ]
    cells += [f"<td>{_say_time(at, zone)}</td>" for at in times]
    cells.append(f"<td>{html.escape(_clean(_explain(source, state, zone, now)))}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _explain(source: Source, state: FetchState | None, zone: str, now: datetime) -> str:
    """What is wrong, why it is asked next, what was missed lately, what is odd about the feed."""
    if state is None:
        return "never asked"
    wrong = f"{state.last_kind}: {state.last_detail}" if state.failures else ""
    words = [wrong or explain_silence(source, state), "" if wrong else state.reason]
    if is_recent(state, now):
        words.append(say_gap(state, lambda at: _say_time(at, zone)))
    words += [problem.what for problem in state.problems if not problem.item][:_MOST_NOTES]
    return "; ".join(part for part in words if part)


def _say_time(at: datetime | None, zone: str) -> str:
    return "-" if at is None else at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _clean(words: str) -> str:
    return clean_text(hide_secrets(words))
