"""What one exchange with a source means: `(state, result, now) -> state`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from aggregator.core import urls
from aggregator.core.model import (
    Failed,
    Failure,
    Fetched,
    FetchResult,
    FetchState,
    Hop,
    NotModified,
    ParsedFeed,
    ParseFailed,
    ParseResult,
    Source,
)
from aggregator.core.policy.bodies import (
    clear_mark,
    is_cut_before,
    mark_cut,
    may_be_cut,
    note_body,
)
from aggregator.core.policy.floors import HINT_LIMIT
from aggregator.core.policy.moves import (
    LEAST_TIME,
    LEAST_TIMES,
    adopt_move,
    follow_move,
    give_up_move,
    is_confirmed,
    is_doubted,
)
from aggregator.core.policy.penalty import note_refusal
from aggregator.core.policy.rhythm import learn, measure_window
from aggregator.core.policy.schedule import find_latest, schedule
from aggregator.core.settings import PollingSettings

_PERMANENT = frozenset({301, 308})


def start_state(source: Source, now: datetime) -> FetchState:
    """The state of a source that was never asked: due at once."""
    return FetchState(source_id=source.id, url=source.url, next_poll=now)


def adopt_address(state: FetchState, source: Source, now: datetime) -> FetchState:
    """The state under the configured address; what belonged to another address is dropped."""
    kept = adopt_move(state, source)
    if kept is not None:
        return kept
    fresh = start_state(source, now)
    return replace(
        fresh,
        reason="address changed",
        last_ok=state.last_ok,
        head=state.head,
        rhythm=state.rhythm,
        # It is its domain's, and kept nowhere else.
        rest_until=state.rest_until if state.rest_domain else None,
        rest_domain=state.rest_domain,
    )


def is_due(state: FetchState, polling: PollingSettings, now: datetime) -> bool:
    """Whether the source may be asked now.

    Also when its time lies further ahead than any rule puts it: the clock was
    wrong when that was written, and a source must not wait years for it.
    """
    return not state.stopped and not now < state.next_poll <= find_latest(polling, now)


def claim(state: FetchState, polling: PollingSettings, now: datetime) -> FetchState:
    """The state saved before a request goes out.

    When the process dies between the request and its Decision, the source is
    not asked again before `min_interval` has passed (promise P6: no request
    before its time, whatever happened).
    """
    planned = min(state.next_poll, find_latest(polling, now))
    hints = (state.hints.ttl, state.hints.update_period)
    asked = max(min(span, HINT_LIMIT) for span in (*hints, polling.min_interval) if span)
    until = max(planned, now + asked, now + polling.min_interval)
    return replace(
        state, claimed=now, next_poll=until, reason="being asked now, or the answer was lost"
    )


def judge(  # noqa: PLR0913 - everything a poll knows, once
    state: FetchState,
    source: Source,
    polling: PollingSettings,
    result: FetchResult,
    parsed: ParseResult | None,
    *,
    parser: str,
    now: datetime,
) -> FetchState:
    """The state after one exchange; `parsed` is None unless a new body was read."""
    rhythm = replace(state.rhythm, polls=state.rhythm.polls + 1)
    asked = replace(state, last_poll=now, claimed=None, rhythm=rhythm)
    match result:
        case Fetched():
            after = _after_body(asked, source, result, parsed, parser)
        case NotModified():
            after = _after_not_modified(asked, result, parser)
        case Failed():
            after = _after_failure(asked, result, now)
        case _:
            assert_never(result)
    counted = note_refusal(give_up_move(_count(after, now)), polling, result, now)
    has_given_up = is_confirmed(after) and not is_confirmed(counted)
    if counted.last_kind == "unchanged":
        counted = _after_unchanged(state, counted, source, now)
    elif not (has_given_up or isinstance(result, Failed) or isinstance(parsed, ParsedFeed)):
        doubted = is_doubted(state)
        counted = follow_move(state, counted, source, same=False, stranger=doubted, now=now)
    return schedule(counted, source, polling, result, now)


def _after_unchanged(
    before: FetchState, state: FetchState, source: Source, now: datetime
) -> FetchState:
    """Silence is learned from too, and the same body is the same feed, or stranger, again."""
    doubted = is_doubted(before)
    moved = follow_move(before, state, source, same=not doubted, stranger=doubted, now=now)
    if moved.rhythm.learned is None:
        return moved
    return replace(moved, rhythm=learn(moved.rhythm, (), now))


def learn_from(  # noqa: PLR0913 - what was read, beside what scheduling needs
    state: FetchState,
    source: Source,
    polling: PollingSettings,
    result: FetchResult,
    *,
    fresh: Sequence[datetime],
    dates: Sequence[datetime],
    now: datetime,
) -> FetchState:
    """The state that knows the times of fresh entries and the dates of the whole document."""
    rhythm = measure_window(learn(state.rhythm, fresh, now), [at for at in dates if at <= now])
    return schedule(replace(state, rhythm=rhythm), source, polling, result, now)


def _after_body(
    state: FetchState,
    source: Source,
    result: Fetched,
    parsed: ParseResult | None,
    parser: str,
) -> FetchState:
    """A complete 200 always replaces the validators (rule 2), readable or not.

    A document that breaks off in a body without an end of its own is not
    complete: validators that vouch for it would hide what is missing behind a
    304. Those known before stay, and the next poll brings the whole. A feed
    that is never closed is believed from the second time on.
    """
    if not result.framed and may_be_cut(parsed) and not is_cut_before(state):
        kept = replace(
            state,
            body_digest=mark_cut(result.body),
            moved_to=_read_move(result.hops),
            last_status=200,
        )
        return _note_reading(kept, parsed)
    held = replace(
        state,
        url=source.url,
        etag=result.etag,
        last_modified=result.last_modified,
        body_digest=note_body(state, result.body, parsed),
        parser=parser,
        moved_to=_read_move(result.hops),
        last_status=200,
    )
    if parsed is None:
        return _confirm(held, "the same body")
    if isinstance(parsed, ParsedFeed):
        read = replace(held, body_failure=None, body_detail="")
    else:
        read = replace(held, body_failure=parsed.kind, body_detail=parsed.detail)
    return _note_reading(read, parsed)


def _note_reading(state: FetchState, parsed: ParseResult) -> FetchState:
    """The state with what came of reading a body."""
    if isinstance(parsed, ParseFailed):
        return replace(state, last_kind=parsed.kind, last_detail=parsed.detail)
    items = len(parsed.items)
    return replace(state, last_kind="ok", last_detail="", hints=parsed.hints, items=items)


def _after_not_modified(state: FetchState, result: NotModified, parser: str) -> FetchState:
    """A 304 renews the validators it carries (RFC 9111 section 4.3.4) and confirms the body.

    Where it confirms a failure, the one unconditional request that a new parser
    or a second reading is owed has been made: some servers answer 304 even to those.
    """
    renewed = replace(
        state,
        body_digest=clear_mark(state.body_digest),
        etag=result.etag or state.etag,
        last_modified=result.last_modified or state.last_modified,
        parser=state.parser if state.body_failure is None else parser,
        moved_to=_read_move(result.hops),
        last_status=304,
    )
    return _confirm(renewed, "not modified")


def _confirm(state: FetchState, how: str) -> FetchState:
    """What an unchanged body means: its failure again, or all is well."""
    if state.body_failure is None:
        return replace(state, last_kind="unchanged", last_detail=how)
    return replace(state, last_kind=state.body_failure, last_detail=f"{state.body_detail} ({how})")


def _after_failure(state: FetchState, result: Failed, now: datetime) -> FetchState:
    """A failure replaces nothing that was learned from complete answers."""
    return replace(
        state,
        last_kind=result.kind,
        last_detail=result.detail,
        last_status=result.status,
        stopped=state.stopped or (result.kind is Failure.GONE and _is_own_end(state, result, now)),
    )


def _is_own_end(state: FetchState, result: Failed, now: datetime) -> bool:
    """Whether a 410 is the source's own: not that of a place it was sent to for a while.

    Where it was sent for good, to another server, that is believed as late as
    a move: a site in trouble may send everybody to a page that is gone.
    """
    if is_confirmed(state) or any(hop.status not in _PERMANENT for hop in result.hops):
        return False
    if all(_is_at_home(state.url, hop.url) for hop in result.hops):
        return True
    failed_for = now - (state.failing_since or now)
    return state.failures + 1 >= LEAST_TIMES and failed_for >= LEAST_TIME


def _is_at_home(url: str, target: str) -> bool:
    here, there = (urls.host(one).removeprefix("www.") for one in (url, target))
    return here == there


def _count(state: FetchState, now: datetime) -> FetchState:
    """Failures in a row, and when all was last well."""
    if state.last_kind in ("ok", "unchanged"):
        return replace(state, failures=0, last_ok=now, stopped=False)
    return replace(state, failures=state.failures + 1)


def _read_move(hops: Sequence[Hop]) -> str | None:
    """Where an unbroken run of permanent redirects led, else None."""
    target = None
    for hop in hops:
        if hop.status not in _PERMANENT:
            break
        target = hop.url
    return target
