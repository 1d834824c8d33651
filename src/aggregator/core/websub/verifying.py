"""Does a subscriber mean it? The question to its callback, and what its answer says."""

from datetime import timedelta
from urllib.parse import urlencode

from aggregator.core.websub.values import Mode, Name, Reply, Wish


def make_question(wish: Wish, challenge: str) -> str:
    """The address that is asked before a wish is granted (WebSub section 5.3)."""
    fields = {"hub.mode": wish.mode.value, "hub.topic": wish.topic, "hub.challenge": challenge}
    if wish.mode is Mode.SUBSCRIBE:
        fields["hub.lease_seconds"] = str(wish.lease // timedelta(seconds=1))
    return _join(wish.callback, fields)


def make_denial(name: Name, why: str) -> str:
    """The address that is asked to say that a subscription is over (WebSub section 5.2)."""
    topic, callback = name
    return _join(callback, {"hub.mode": "denied", "hub.topic": topic, "hub.reason": why})


def is_confirmed(reply: Reply, challenge: str) -> bool:
    """Whether the callback said yes: a 2xx whose body is the challenge and nothing else."""
    return reply.is_good and reply.body == challenge.encode()


def _join(callback: str, fields: dict[str, str]) -> str:
    """The callback with more parameters behind its own, which stay as they are."""
    return f"{callback}{'&' if '?' in callback else '?'}{urlencode(fields)}"
