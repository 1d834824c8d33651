"""Who gets what a topic holds now, when it is tried again, and when that ends."""

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.core.websub.naming import write_links
from aggregator.core.websub.values import Ended, Reply, Subscription

_PAUSES = tuple(
    timedelta(minutes=minutes) for minutes in (0.1, 0.5, 2, 10, 30, 60, 120, 240, 360, 360, 360)
)
"""Before each further try: two within a minute for a restart, then ever rarer, for a day."""
MOST_TRIES = len(_PAUSES) + 1
_GONE = 410

Fields = tuple[tuple[str, str], ...]


def is_due(one: Subscription, digest: str, now: datetime) -> bool:
    """Whether its callback is to be sent a topic that has this digest.

    A clock that was set back makes no callback wait longer than the longest pause.
    """
    if one.delivered == digest or one.until <= now:
        return False
    return one.next_try is None or not now < one.next_try <= now + max(_PAUSES)


def judge(one: Subscription, digest: str, reply: Reply, now: datetime) -> Subscription | Ended:
    """The subscription after a delivery; a 410 ends it, as do too many failures in a row.

    Only a 2xx says that it was taken (WebSub section 7); a redirect is a failure.
    """
    if reply.is_good:
        return replace(one, delivered=digest, failures=0, next_try=None, why="")
    if reply.status == _GONE:
        return Ended("its callback is gone (410)")
    failures = one.failures + 1
    why = reply.why or f"its callback answered {reply.status}"
    if failures >= MOST_TRIES:
        return Ended(f"{failures} deliveries in a row failed; {why}")
    return replace(one, failures=failures, next_try=now + _PAUSES[failures - 1], why=why)


def sign(secret: str, body: bytes) -> str:
    """The value of `X-Hub-Signature` (WebSub section 7.1); never with SHA-1."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def make_fields(one: Subscription, hub: str, media_type: str, body: bytes) -> Fields:
    """The header fields of a delivery (WebSub section 7)."""
    fields: Fields = (("Content-Type", media_type), ("Link", write_links(hub, one.topic)))
    return (*fields, ("X-Hub-Signature", sign(one.secret, body))) if one.secret else fields
