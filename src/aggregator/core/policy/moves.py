"""Whether a feed has moved for good, and where its source is asked then.

A permanent redirect is followed at once and believed late: a site under
maintenance redirects everything to one page, and readers have lost their feeds
to that (vienna-rss#1546). Only a target that answered as the same feed again
and again, over days, is the feed's new address.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aggregator.core.model import FetchState, Move, Source

LEAST_TIMES = 5
LEAST_TIME = timedelta(days=3)
MOST_FAILURES = 5
"""After so many failures in a row at the new address, the old one is asked again."""


def is_confirmed(state: FetchState) -> bool:
    """Whether the source is asked at a new address."""
    return state.move is not None and state.move.confirmed


def locate(source: Source, state: FetchState) -> Source:
    """The source under the address where it is asked."""
    move = state.move
    if move is None or not move.confirmed or move.origin != source.url:
        return source
    return replace(source, url=move.target)


def adopt_move(state: FetchState, source: Source) -> FetchState | None:
    """The state where the configured address is one that its validators vouch for, else None.

    That is the address itself, the one that it has moved away from, and the
    one to which its last answer was redirected for good: there no second
    unconditional request is needed.
    """
    move = state.move
    if move is not None and move.confirmed and source.url == move.origin:
        return state
    if source.url == state.url:
        # The operator has written the move down, or there was none.
        return replace(state, move=None) if move and move.target == source.url else state
    if state.moved_to is not None and source.url == state.moved_to:
        return replace(state, url=source.url, move=None, moved_to=None)
    return None


def follow_move(
    before: FetchState, after: FetchState, source: Source, *, same: bool, now: datetime
) -> FetchState:
    """The state with what one complete answer says of a move.

    `source` is as it was asked; `same` says that the answer was the same feed.
    """
    move, target = before.move, after.moved_to
    if move is not None and move.confirmed and source.url == move.target:
        return after
    if target is None or not same or _has_secrets(source):
        return replace(after, move=None)
    if move is None or move.target != target or move.origin != source.url:
        move = Move(source.url, target, 0, now)
    move = replace(move, times=move.times + 1)
    if move.times < LEAST_TIMES or now - move.first < LEAST_TIME:
        return replace(after, move=move)
    # The validators came from the target: from now on they are sent there.
    return replace(after, move=replace(move, confirmed=True), url=target)


def give_up_move(state: FetchState) -> FetchState:
    """The state at its old address again, when the new one has failed too often."""
    if not is_confirmed(state) or state.failures < MOST_FAILURES or state.move is None:
        return state
    return replace(state, move=None, url=state.move.origin, etag=None, last_modified=None)


def _has_secrets(source: Source) -> bool:
    """Whether requests carry what is meant for the configured host alone: it stays redirected."""
    return bool(source.headers) or "@" in urlsplit(source.url).netloc
