"""What an answer to robots.txt means for the pages of its host (RFC 9309).

Feeds are not asked about: their addresses were given by the operator. Article
pages were not, and are asked for only where robots.txt lets us.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aggregator.core.model import Failed, Failure, Fetched, FetchResult

TOKEN = "day-newsfeed"  # noqa: S105 - RFC 9309's "product token", our name in robots.txt
"""The name that the rules for us alone stand under (RFC 9309 section 2.2.1)."""

MOST_BYTES = 512_000
"""How much of a robots.txt is read: 500 KiB at least (RFC 9309 section 2.5)."""

LONGEST_DELAY = timedelta(seconds=30)
"""The longest Crawl-delay that is waited for within one round; a longer one ends it."""

_MOST_HOPS = 5
"""Redirects followed (RFC 9309 section 2.3.1.2)."""

_KEPT = timedelta(hours=24)
"""RFC 9309 section 2.4."""
_KEPT_UNREACHED = timedelta(hours=1)
_CLIENT_ERRORS = range(400, 500)


@dataclass(frozen=True, slots=True)
class Robots:
    """What is known of a host's robots.txt until `until`.

    `body` is None where no page may be asked for, and `why` says why; an empty
    one lets everything be asked for.
    """

    until: datetime
    body: bytes | None = None
    why: str = ""


def find_place(url: str) -> str:
    """The address of the robots.txt that speaks of a page (RFC 9309 section 2.3)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def read_answer(result: FetchResult, now: datetime) -> Robots:
    """What the answer lets us ask for, and how long that is believed.

    Without a robots.txt (any 4xx) everything is allowed, while a server that
    cannot be reached or fails allows nothing for now (sections 2.3.1.3 and 4).
    A 429 asks us to go away and says nothing of rules: it counts as failing.
    """
    if isinstance(result, Fetched):
        if len(result.hops) > _MOST_HOPS:
            return _close(now, f"robots.txt redirects more than {_MOST_HOPS} times")
        return Robots(now + _KEPT, cut(result.body))
    if isinstance(result, Failed) and _is_missing(result):
        return Robots(now + _KEPT, b"")
    why = result.detail if isinstance(result, Failed) else "it answered 304 unasked"
    return _close(now, f"its robots.txt cannot be had: {why}")


def cut(body: bytes) -> bytes:
    """As much of a robots.txt as is read, no line of it cut in two."""
    if len(body) <= MOST_BYTES:
        return body
    return body[: body.rfind(b"\n", 0, MOST_BYTES) + 1]


def name_agents(user_agent: str | None) -> tuple[str, ...]:
    """The names whose rules bind us: our own, and the one that a source is asked under."""
    other = (user_agent or "").partition("/")[0].strip()
    return (TOKEN, other) if other and other.lower() != TOKEN else (TOKEN,)


def _is_missing(failed: Failed) -> bool:
    return failed.status in _CLIENT_ERRORS and failed.kind is not Failure.THROTTLED


def _close(now: datetime, why: str) -> Robots:
    return Robots(now + _KEPT_UNREACHED, None, why)
