"""Who of many that are due goes first."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from aggregator.core import urls
from aggregator.core.model import FetchState, Source
from aggregator.core.policy.spans import share
from aggregator.core.settings import PollingSettings

NEW_HOSTS_A_SECOND = 50
"""A list of thousands that was just imported is no reason for thousands of look-ups at once."""
_MINUTE = timedelta(minutes=1)
_LEAST_A_MINUTE = 5
_EASE = 1.5

_SPREAD = 0.25

Due = Sequence[tuple[Source, FetchState]]


def count_a_minute(sources: int, polling: PollingSettings) -> int:
    """How many start in a minute before others wait for the next one.

    Half as many again as all sources bring when each comes at `min_interval`.
    """
    return max(_LEAST_A_MINUTE, math.floor(_EASE * sources * (_MINUTE / polling.min_interval)))


def find_spacing(polling: PollingSettings, domain: str, turn: int) -> timedelta:
    """How long a domain rests after its nth turn: `host_spacing`, and up to a quarter more.

    Another share each time, and the same at each repetition: no beat forms
    that a server would see as a machine's, and nothing here is random.
    """
    return polling.host_spacing * (1 + _SPREAD * share(f"{domain} {turn}"))


def take_hosts(fresh: Iterable[Source], most_hosts: int) -> list[Source]:
    """Of sources that were never asked, the first that have so many hosts between them."""
    hosts: set[str] = set()
    taken = []
    for source in fresh:
        host = urls.host(source.url)
        if host not in hosts and len(hosts) >= most_hosts:
            break
        hosts.add(host)
        taken.append(source)
    return taken


def take_turns(due: Due, most_hosts: int, most_punctual: int, now: datetime) -> tuple[Due, bool]:
    """Those who are asked now, and whether others must wait for the next turn.

    Of those that were never asked, as many go as have so many hosts. Of the
    others, so many that have just come due; who has waited for a minute goes
    in any case.
    """
    hosts: set[str] = set()
    taken = []
    for source, state in due:
        if state.last_poll is None:
            host = urls.host(source.url)
            if host not in hosts and len(hosts) >= most_hosts:
                continue
            hosts.add(host)
        elif now - state.next_poll < _MINUTE:
            if most_punctual <= 0:
                continue
            most_punctual -= 1
        taken.append((source, state))
    return taken, len(taken) < len(due)
