"""What a status and its header fields mean."""

import re
from http import HTTPStatus

from aggregator.core.model import Failed, Failure, NotModified
from aggregator.edges.fetch.head import Head
from aggregator.edges.fetch.hints import read_max_age, read_retry_after

COMPLETE = frozenset({200, 203})
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_REFUSALS = frozenset({429, 503})
_DOORS = frozenset({401, 403, 503})
"""Statuses behind which a page may stand that wants a browser."""
_DOORKEEPERS = re.compile(r"cloudflare|ddos-guard", re.IGNORECASE)
_CHALLENGE_MARKS = (
    b"/cdn-cgi/challenge-platform/",
    b"_cf_chl_opt",
    b"cf-browser-verification",
    b"<title>just a moment...",
    b"checking your browser before",
    b"ddos-guard/js-challenge",
    b"<title>ddos-guard",
)
_KINDS = {
    401: (Failure.FORBIDDEN, "it wants a name and a password; put them into the source's url"),
    403: (Failure.FORBIDDEN, "it does not let us read the feed; ask the publisher"),
    404: (Failure.NOT_FOUND, "the feed is not there; look for its new address on the site"),
    410: (Failure.GONE, "the publisher removed the feed for good"),
    429: (Failure.THROTTLED, "it is asked too often; a longer interval helps"),
    503: (Failure.UNAVAILABLE, "it cannot serve now; nothing to do"),
}


def fail(head: Head, kind: Failure, detail: str) -> Failed:
    """A failure that the answer's head explains.

    A refusal may say by max-age how long it holds (lemon24/reader#376: a 429 with two days).
    """
    asked = read_retry_after(head)
    if asked is None and head.status in _REFUSALS:
        asked = read_max_age(head)
    return Failed(kind, detail, status=head.status, retry_after=asked)


def read_not_modified(head: Head, host: str, *, conditional: bool) -> NotModified | Failed:
    """A 304 with the validators it renews; one that we did not ask for is a fault."""
    if not conditional:
        detail = f"{host} answered 304 to an unconditional request; tell the publisher"
        return fail(head, Failure.PROTOCOL, detail)
    return NotModified(
        "",
        etag=head.validator("etag"),
        last_modified=head.validator("last-modified"),
        max_age=read_max_age(head),
    )


def may_be_challenge(head: Head) -> bool:
    """Whether the body must be looked at to tell a challenge page from a plain refusal."""
    html = "html" in (head.get("content-type") or "").lower()
    return head.status in _DOORS and html and bool(_DOORKEEPERS.search(head.get("server") or ""))


def read_failure(head: Head, host: str, start: bytes = b"") -> Failed:
    """What an answer that is no feed means; `start` is the start of its body, where needed."""
    if _is_challenge(head, start):
        detail = (
            f"{host} wants a browser to pass its bot check; ask the publisher to let feeds through"
        )
        return fail(head, Failure.CHALLENGE, detail)
    kind, step = _KINDS.get(head.status, (Failure.STATUS, "no feed comes with that"))
    return fail(head, kind, f"{host} answered {_name_status(head.status)}: {step}")


def _is_challenge(head: Head, start: bytes) -> bool:
    if head.status not in _DOORS:
        return False
    said = (head.get("cf-mitigated") or "").strip().lower() == "challenge"
    return said or any(mark in start.lower() for mark in _CHALLENGE_MARKS)


def _name_status(status: int) -> str:
    """The status with the words that the standard has for it, never the server's own."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
