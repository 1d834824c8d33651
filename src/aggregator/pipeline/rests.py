"""Remembers which domains have refused, and until when each is left alone."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from aggregator.core import policy, urls
from aggregator.core.model import Failed, FetchResult, FetchState, Source
from aggregator.core.settings import PollingSettings


class Rests:
    """The refusals of each registrable domain since it last answered well.

    `find_domain` names the domain of a host, None for one that is never spared.
    What is known here is lost with the process; the store keeps the rest itself.
    """

    def __init__(self, polling: PollingSettings, find_domain: Callable[[str], str | None]) -> None:
        """Take the limits; nobody has refused yet."""
        self._polling = polling
        self._find_domain = find_domain
        self._refused: dict[str, set[str]] = defaultdict(set)
        self._until: dict[str, datetime] = {}

    def find(self, source: Source, now: datetime) -> tuple[str, datetime] | None:
        """The source's domain and until when it is left alone; None when it may be asked."""
        domain = self._name(source.url)
        until = self._until.get(domain or "")
        return (domain, until) if domain and until and now < until else None

    def note(self, source: Source, result: FetchResult, now: datetime) -> None:
        """Take what a server answered; after redirects it is the last one's word."""
        domain = self._name(result.url or source.url)
        if domain is None or (isinstance(result, Failed) and result.status is None):
            return
        others = self._refused[domain] - {source.id}
        until = policy.find_rest(self._polling, result, now, others=len(others))
        if until is None:
            self._refused.pop(domain)
            return
        self._refused[domain].add(source.id)
        self._until[domain] = max(until, self._until.get(domain, until))

    def settle(self, source: Source, state: FetchState) -> FetchState:
        """The state with the rest of the source's own domain: none where another one refused."""
        domain = self._name(source.url)
        if state.rest_until is None or domain is None:
            return state
        return replace(state, rest_until=self._until.get(domain))

    def _name(self, url: str) -> str | None:
        return self._find_domain(urls.host(url))
