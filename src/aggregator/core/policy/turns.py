"""Who of many new sources goes first."""

from collections.abc import Sequence

from aggregator.core import urls
from aggregator.core.model import FetchState, Source

NEW_HOSTS_A_SECOND = 50
"""A list of thousands that was just imported is no reason for thousands of look-ups at once."""

Due = Sequence[tuple[Source, FetchState]]


def take_turns(due: Due, most_hosts: int) -> tuple[Due, bool]:
    """Those who are asked now, and whether others must wait for the next turn.

    Sources that were asked before never wait; of those that are new, as many
    go as have so many hosts.
    """
    hosts: set[str] = set()
    taken = []
    for source, state in due:
        if state.last_poll is None:
            host = urls.host(source.url)
            if host not in hosts and len(hosts) >= most_hosts:
                continue
            hosts.add(host)
        taken.append((source, state))
    return taken, len(taken) < len(due)
