"""What the daemon says of itself over HTTP."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from aggregator.core.health import find_next_poll, find_troubles, find_warnings, name_state
from aggregator.core.secrets import hide_secrets
from aggregator.core.text import clean_text
from aggregator.daemon.board import make_status
from aggregator.daemon.newsroom import Newsroom
from aggregator.edges.page import read_style
from aggregator.edges.serve import Asking, Page, Pages
from aggregator.errors import StoreError

_PLAIN = "text/plain; charset=utf-8"
_CSS = "text/css; charset=utf-8"
_OK, _UNAVAILABLE = 200, 503


def make_pages(newsroom: Newsroom, clock: Callable[[], datetime]) -> Pages:
    """The made pages by their paths."""
    return {
        "/healthz": lambda: Page(_OK, _PLAIN, b"alive\n"),
        "/readyz": lambda: _make_readiness(newsroom, clock()),
        "/metrics": lambda: _make_metrics(newsroom, clock()),
        "/status": Asking(lambda query: make_status(newsroom, query, clock())),
        "/status.css": lambda: Page(_OK, _CSS, read_style()),
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
    pulse, pressing = newsroom.pulse, newsroom.pressing
    days = newsroom.store.days.load_at_work()
    newsroom.metrics.set_state(
        sources=Counter(name_state(source, state) for source, state in known),
        entries=sum(newsroom.store.count_entries().values()),
        stories=newsroom.stories,
        held=len(newsroom.store.load_held()),
        editions_open=sum(not day.is_closed for day in days),
        editions_waiting=sum(bool(day.due) for day in days),
        template_problems=len(pressing.problems) if pressing else 0,
        due_lag_seconds=max([(now - at).total_seconds() for at in times] + [0.0]),
        last_tick=pulse.ticked.timestamp() if pulse.ticked else None,
        last_publish=pulse.published.timestamp() if pulse.published else None,
        config_ok=not pulse.config_error,
        subscriptions=len(newsroom.hub.subscriptions),
    )
    media_type, body = newsroom.metrics.render()
    return Page(_OK, media_type, body)


def _clean(words: str) -> str:
    return clean_text(hide_secrets(words))
