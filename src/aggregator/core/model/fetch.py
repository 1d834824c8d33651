"""What one exchange with a source can end in, and what we remember of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aggregator.core.model.feed import FeedHead, PollHints, Problem


class Failure(StrEnum):
    """The closed set of expected failures of a poll, in the words `status` shows."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    DEADLINE = "deadline"
    RESET = "reset"
    PROTOCOL = "protocol"
    TOO_LARGE = "too-large"
    INCOMPLETE = "incomplete"
    ENCODING = "encoding"
    REDIRECT = "redirect"
    BLOCKED = "blocked"
    CHALLENGE = "challenge"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    GONE = "gone"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    STATUS = "status"
    EMPTY = "empty-body"
    HTML = "html-page"
    LOGIN = "login-page"
    NOT_XML = "not-xml"
    NOT_A_FEED = "not-a-feed"
    PARSE_DEADLINE = "parse-deadline"
    PARSE_CRASH = "parse-crash"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed: the status and where it led."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete 200: `body` is decompressed and whole.

    One that is not `framed` ended with its connection: neither a length nor
    HTTP itself says that nothing is missing (RFC 9112 section 8).

    Validators are the header values exactly as sent. `wire_bytes` counts the
    body as it crossed the network. `max_age` is what the HTTP headers ask us
    to wait (RFC 9111 max-age, else Expires less Date).
    """

    url: str
    body: bytes
    content_type: str = ""
    content_language: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    max_age: timedelta | None = None
    hops: tuple[Hop, ...] = ()
    wire_bytes: int = 0
    elapsed: timedelta = timedelta()
    framed: bool = True


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304. Validators that it carries replace the stored ones (RFC 9111 3.2, 4.3.4)."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    max_age: timedelta | None = None
    hops: tuple[Hop, ...] = ()
    elapsed: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Failed:
    """An expected failure: `detail` says what happened in words for people.

    `retry_after` is what the server asked for, as a time from the answer.
    """

    kind: Failure
    detail: str
    url: str = ""
    status: int | None = None
    retry_after: timedelta | None = None
    hops: tuple[Hop, ...] = ()
    elapsed: timedelta = timedelta()


FetchResult = Fetched | NotModified | Failed


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a source publishes, as far as it was learned.

    `polls` counts those that were judged. `hours` (0 to 23 UTC) and `weekdays`
    (from Monday) count entries, older ones for less; `days` is how long that
    was watched, faded alike. `window` is the narrowest time that the feed's
    document was seen to cover.
    """

    polls: int = 0
    learned: datetime | None = None
    days: float = 0.0
    hours: tuple[float, ...] = (0.0,) * 24
    weekdays: tuple[float, ...] = (0.0,) * 7
    window: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect from the configured address `origin` to `target`.

    `times` counts the answers from there that were the same feed, since
    `first`; once `confirmed`, the source is asked at the target. None at all say
    that something else answered there, first at `first`. `onward` is what is
    thought of a further move, from a confirmed target.
    """

    origin: str
    target: str
    times: int
    first: datetime
    confirmed: bool = False
    onward: "Move | None" = None


@dataclass(frozen=True, slots=True)
class FetchState:
    """What we remember of a source between polls.

    `url` is the configured URL the validators belong to: when the
    configuration names another, they are not sent. `body_failure` is the
    failure that the last complete body led to; a 304 confirms it, and a parser
    version other than `parser` allows one unconditional request.
    `moved_to` is where the last permanent redirect led, `move` what is thought
    of it; `claimed` is when the last request was announced (a crash between it
    and the Decision must not make us ask again early). `rest_until` is when the
    whole `rest_domain` may be asked again, after a refusal: the source's own
    domain or one that redirects led to (None, as stored by earlier versions,
    stands for its own).
    `newest` is the date of the newest report known, never ahead of the clock;
    `last_new`, `usual_gap` and `rewrites` are what `core.silence` learned;
    `failing_since` is the first of the failures in a row. The last gap was
    noticed at `gap_at`, nothing from `gap_since` to `gap_until` was seen, and
    `gap_fill` says what became of filling it. `pages` says how it stands with the
    full texts of its reports, "" where none are asked for.
    """

    source_id: str
    url: str
    next_poll: datetime
    reason: str = "new source"
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    parser: str = ""
    body_failure: Failure | None = None
    body_detail: str = ""
    failures: int = 0
    last_poll: datetime | None = None
    last_ok: datetime | None = None
    last_kind: str = ""
    last_detail: str = ""
    last_status: int | None = None
    moved_to: str | None = None
    stopped: bool = False
    claimed: datetime | None = None
    items: int = 0
    head: FeedHead | None = None
    hints: PollHints = PollHints()
    problems: tuple[Problem, ...] = ()
    rhythm: Rhythm = Rhythm()
    move: Move | None = None
    rest_until: datetime | None = None
    rest_domain: str | None = None
    newest: datetime | None = None
    last_new: datetime | None = None
    usual_gap: timedelta | None = None
    rewrites: int = 0
    failing_since: datetime | None = None
    gap_at: datetime | None = None
    gap_since: datetime | None = None
    gap_until: datetime | None = None
    gap_fill: str = ""
    pages: str = ""
