"""Remembers which domains have refused, and until when each is left alone."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from aggregator.core import policy, urls
from aggregator.core.model import Failed, FetchResult, FetchState, Source
from aggregator.core.settings import PollingSettings


class Rests:
    """The refusals of each registrable domain since it last answered well.

    `find_domain` names the domain of a host, None for one that is never spared.
    How often a domain has refused is lost with the process; until when it rests
    is kept by the store, with the source that was refused.
    """

    def __init__(self, polling: PollingSettings, find_domain: Callable[[str], str | None]) -> None:
        """Take the limits; nobody has refused yet."""
        self._polling = polling
        self._find_domain = find_domain
        self._refused: dict[str, set[str]] = defaultdict(set)
        self._until: dict[str, datetime] = {}

    def use(self, polling: PollingSettings) -> None:
        """Go by other limits from now on."""
        self._polling = polling

    def recall(self, rests: Mapping[str, datetime]) -> None:
        """Take the rests that an earlier process was asked for, by their domains."""
        for domain, until in rests.items():
            self._until[domain] = max(until, self._until.get(domain, until))

    def find(self, source: Source, now: datetime) -> tuple[str, datetime] | None:
        """The source's domain and until when it is left alone; None when it may be asked."""
        domain, until = self._name(source.url), self.find_end(urls.host(source.url), now)
        return (domain, until) if domain and until else None

    def find_end(self, host: str, now: datetime) -> datetime | None:
        """Until when the host's domain is left alone; None when it may be asked."""
        until = self._until.get(self._find_domain(host) or "")
        # One further ahead than any rule puts it was noted under a wrong clock.
        return until if until and now < until <= now + policy.RETRY_AFTER_LIMIT else None

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
        before = self._until.get(domain, until)
        is_sound = before <= now + policy.RETRY_AFTER_LIMIT
        self._until[domain] = max(until, before) if is_sound else until

    def settle(self, source: Source, state: FetchState, result: FetchResult) -> FetchState:
        """The state with the rest that this answer asked for, and the domain that asked.

        After redirects that is another one than the source's own. A rest of
        before, whose domain is named, stays until it ends.
        """
        if state.rest_until is None or state.rest_domain is not None:
            return state
        domain = self._name(result.url or source.url)
        until = self._until.get(domain or "")
        return replace(state, rest_until=until, rest_domain=domain if until else None)

    def _name(self, url: str) -> str | None:
        return self._find_domain(urls.host(url))
