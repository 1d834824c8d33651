"""A robots.txt -> what it permits (protego, of the extra `full-text`).

It runs in a process that can be killed, and is imported there alone: rules of
strangers with many `*` may be made to be slow.
"""

from collections.abc import Sequence
from datetime import timedelta

from protego import Protego

from aggregator.core.model import Permission

_LONGEST = timedelta(days=1)


def read_robots(body: bytes, agents: Sequence[str], urls: Sequence[str]) -> Permission:
    """Whether all of the agents may ask for each address, and the longest delay asked of them."""
    rules = Protego.parse(body.decode("utf-8", "replace").removeprefix("\ufeff"))
    allowed = tuple(all(rules.can_fetch(url, agent) for agent in agents) for url in urls)
    delays = [delay for agent in agents if (delay := rules.crawl_delay(agent))]
    return Permission(allowed, _read_delay(max(delays, default=0.0)))


def _read_delay(seconds: float) -> timedelta | None:
    """The delay; one that is no time, or longer than any sense, is a day."""
    if seconds <= 0:
        return None
    is_sane = seconds <= _LONGEST.total_seconds()  # NaN and infinity are not
    return timedelta(seconds=seconds) if is_sane else _LONGEST
