"""What is remembered of a source's last body, and whether it is to be read or asked for again."""

import hashlib
from typing import TypeGuard

from aggregator.core.model import (
    Failure,
    Fetched,
    FetchState,
    ParsedFeed,
    ParseFailed,
    ParseResult,
    Source,
)

MACHINE_FAILURES = frozenset({Failure.PARSE_DEADLINE, Failure.PARSE_CRASH})
_PERHAPS_CUT = frozenset({Failure.EMPTY, Failure.NOT_XML, Failure.NOT_A_FEED})
"""What the beginning of a feed may look like."""
_TRIED_ONCE = "tried once: "
"""Before the digest of a body on which the machine has failed only once."""
_CUT_ONCE, _CUT_ALWAYS = "cut off: ", "always cut off: "
"""Before the digest of a feed that breaks off, and of one that did so the time before."""


def asks_conditionally(state: FetchState, source: Source, parser: str) -> bool:
    """Whether the stored validators may be sent.

    Not when they belong to another address, or to another way of reading it
    (see `name_reading`); not when they vouch for a body that an older parser
    could not read (rule 2 of the design); and not until a body on which the
    machine has failed once was tried again: a 304 would hide its entries.
    """
    if state.url != source.url or (state.parser and not _is_read_alike(state, parser)):
        return False
    if state.body_failure is None:
        return True
    return state.parser == parser and not (state.body_digest or "").startswith(_TRIED_ONCE)


def name_reading(parser: str, source: Source) -> str:
    """The parser's version and, behind a bar, what the source's settings make of a body.

    When the operator changes how dates, language or length are read, a body
    that was read before is read again.
    """
    settings = f"{source.timezone} {source.language} {source.max_items}"
    return f"{parser}|{hashlib.sha256(settings.encode()).hexdigest()[:8]}"


def _is_read_alike(state: FetchState, parser: str) -> bool:
    return state.parser.partition("|")[2] == parser.partition("|")[2]


def is_same_body(state: FetchState, result: Fetched, parser: str) -> bool:
    """Whether this body was already read, by this parser, without a failure of the machine."""
    return (
        (state.body_digest or "").removeprefix(_CUT_ALWAYS) == digest_body(result.body)
        and state.parser == parser
        and state.body_failure not in MACHINE_FAILURES
    )


def mark_cut(body: bytes) -> str:
    """The digest to keep of a body that broke off for the first time."""
    return _CUT_ONCE + digest_body(body)


def digest_body(body: bytes) -> str:
    """A digest that says whether a body was seen before."""
    return hashlib.sha256(body).hexdigest()


def is_whole(state: FetchState) -> bool:
    """Whether the last document is believed to show all that its publisher shows.

    One that breaks off is not, the first time: what is missing from it is not
    gone. One that broke off the time before too is as its publisher makes it.
    """
    return not (state.body_digest or "").startswith(_CUT_ONCE)


def is_cut_before(state: FetchState) -> bool:
    """Whether the last document broke off."""
    return (state.body_digest or "").startswith((_CUT_ONCE, _CUT_ALWAYS))


def clear_mark(digest: str | None) -> str | None:
    """The digest without the mark of a failed machine: the second try has been made."""
    return (digest or "").removeprefix(_TRIED_ONCE) or None


def note_body(state: FetchState, body: bytes, parsed: ParseResult | None) -> str:
    """The digest to keep, marked where it breaks off or the machine has failed on it only once.

    The mark, not the count of failures, says that a second reading is owed:
    failures of the network before it or in between do not use it up.
    """
    digest = digest_body(body)
    if parsed is None:
        return state.body_digest or digest
    if isinstance(parsed, ParsedFeed) and parsed.is_cut:
        return (_CUT_ALWAYS if is_cut_before(state) else _CUT_ONCE) + digest
    if not isinstance(parsed, ParseFailed) or parsed.kind not in MACHINE_FAILURES:
        return digest
    before = (state.body_digest or "").removeprefix(_TRIED_ONCE)
    is_second = state.body_failure in MACHINE_FAILURES and before == digest
    return digest if is_second else _TRIED_ONCE + digest


def may_be_cut(parsed: ParseResult | None) -> TypeGuard[ParseResult]:
    """Whether what was read may be the beginning of a document only."""
    if isinstance(parsed, ParsedFeed):
        return parsed.is_cut
    return parsed is not None and parsed.kind in _PERHAPS_CUT
