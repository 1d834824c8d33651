"""What a hub knows and hears: wishes, refusals, subscriptions, replies."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aggregator.core import urls

Name = tuple[str, str]
"""A topic and a callback: there is one subscription of each pair (WebSub section 5.1)."""


class Mode(StrEnum):
    """What a subscriber asks for."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that is understood; `path` is the topic's below the published folder."""

    mode: Mode
    topic: str
    callback: str
    path: str
    lease: timedelta
    secret: str = field(default="", repr=False)

    @property
    def name(self) -> Name:
        """The subscription that it is about."""
        return self.topic, self.callback

    @property
    def host(self) -> str:
        """Whom the callback asks."""
        return urls.host(self.callback)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not taken, with HTTP's number for it; `wait` is when to ask again."""

    status: int
    why: str
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A verified subscription; `delivered` is the digest of what its callback has.

    `failures` counts deliveries in a row that failed, `why` is the last one's
    cause, and before `next_try` there is no other.
    """

    topic: str
    callback: str
    until: datetime
    delivered: str = ""
    secret: str = field(default="", repr=False)
    failures: int = 0
    next_try: datetime | None = None
    why: str = ""

    @property
    def name(self) -> Name:
        """Its identity."""
        return self.topic, self.callback

    @property
    def host(self) -> str:
        """Whom the callback asks; what is logged: the address itself may let somebody in."""
        return urls.host(self.callback)


@dataclass(frozen=True, slots=True)
class Ended:
    """A subscription that is over, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered to a request of ours, or, with status 0, why nobody did."""

    status: int
    body: bytes = b""
    why: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it says that all is well (RFC 9110 section 15.3)."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's numbers


@dataclass(frozen=True, slots=True)
class Ping:
    """What a public hub was last told of a topic; `why` says what failed, "" when it knows.

    `digest` is that of the bytes it was told of.
    """

    topic: str
    hub: str
    digest: str
    at: datetime
    why: str = ""
