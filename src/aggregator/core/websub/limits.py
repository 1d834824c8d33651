"""How much a hub takes: of subscriptions, and of questions that strangers make it ask."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.core import urls
from aggregator.core.websub.values import Mode, Name, Refusal, Subscription, Wish

_SPAN = timedelta(minutes=1)
_TOO_MANY, _FULL = 429, 503


@dataclass(frozen=True, slots=True)
class Limits:
    """Subscriptions in all and of one callback's host; questions within a minute, likewise."""

    subscriptions: int = 2_000
    of_host: int = 100
    questions: int = 300
    questions_of_host: int = 30


@dataclass(slots=True)
class Questions:
    """When callbacks were asked in the last minute, by their hosts."""

    asked: list[tuple[datetime, str]]

    def note(self, host: str, now: datetime) -> None:
        """Remember one, and forget what is older than a minute."""
        self.asked = [*self._recent(now), (now, host)]

    def _recent(self, now: datetime) -> list[tuple[datetime, str]]:
        return [one for one in self.asked if abs(now - one[0]) < _SPAN]

    def count(self, now: datetime) -> tuple[int, dict[str, int]]:
        """How many in all, and of each host."""
        recent = self._recent(now)
        hosts: dict[str, int] = {}
        for _, host in recent:
            hosts[host] = hosts.get(host, 0) + 1
        return len(recent), hosts


def refuse_question(
    limits: Limits, questions: Questions, host: str, now: datetime
) -> Refusal | None:
    """Why a callback is not asked now: nobody may make us ask a stranger over and over."""
    in_all, of_hosts = questions.count(now)
    if of_hosts.get(host, 0) >= limits.questions_of_host or in_all >= limits.questions:
        return Refusal(_TOO_MANY, "too many requests; ask again in a minute", _SPAN)
    return None


def refuse_more(
    limits: Limits, known: Iterable[Subscription], pending: Collection[Name], wish: Wish
) -> Refusal | None:
    """Why there is no room for another subscription; one that is known may always be renewed."""
    taken = list(known)
    names = {one.name for one in taken}
    if wish.mode is Mode.UNSUBSCRIBE or wish.name in names:
        return None
    if len(names | set(pending)) >= limits.subscriptions:
        return Refusal(_FULL, "this hub has no room for more subscriptions", timedelta(hours=1))
    hosts = [*(one.host for one in taken), *(urls.host(callback) for _, callback in pending)]
    if hosts.count(wish.host) >= limits.of_host:
        return Refusal(_TOO_MANY, f"no more than {limits.of_host} subscriptions for one host")
    return None
