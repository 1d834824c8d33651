"""Whether a feed has moved for good, and where its source is asked then.

A permanent redirect is followed at once and believed late: a site under
maintenance redirects everything to one page, and readers have lost their feeds
to that (vienna-rss#1546). Only a target that answered as the same feed again
and again, over days, is the feed's new address.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aggregator.core import urls
from aggregator.core.model import Failure, FetchState, Move, Source

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


def is_doubted(state: FetchState) -> bool:
    """Whether another feed, or an empty one, was found where the source is redirected to."""
    return _find_doubt(state) is not None


def _find_doubt(state: FetchState) -> datetime | None:
    """When a stranger was first met."""
    move = state.move.onward if state.move and state.move.confirmed else state.move
    return move.first if move is not None and not move.times else None


def is_same_feed(
    before: FetchState, title: str, *, is_empty: bool, oldest: datetime | None
) -> bool:
    """Whether a document is the feed that was known before; an empty one never is.

    `oldest` is when the first of its known entries was seen first. The entries
    of a stranger are stored too: once one was met, only what is older is proof.
    """
    if is_empty:
        return False
    since = _find_doubt(before)
    if since is not None:
        return oldest is not None and oldest < since
    # The first document that ever came from a source is what the operator asked for.
    is_called_alike = before.head is None or (bool(title) and before.head.title == title)
    return oldest is not None or is_called_alike


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
        return replace(state, move=move.onward) if move and move.target == source.url else state
    target = state.moved_to
    if target is not None and source.url in (target, _name_target(state.url, target)):
        return replace(state, url=source.url, move=None, moved_to=None)
    return None


def follow_move(
    before: FetchState,
    after: FetchState,
    source: Source,
    *,
    same: bool,
    stranger: bool = False,
    now: datetime,
) -> FetchState:
    """The state with what one complete answer says of a move.

    `source` is as it was asked; `same` says that the answer was the same feed,
    `stranger` that it was another one, and no mere page.
    """
    move = before.move
    if move is not None and move.confirmed and source.url == move.target:
        ahead = replace(before, move=move.onward)
        followed = follow_move(ahead, after, source, same=same, stranger=stranger, now=now)
        return replace(followed, move=_join(move, followed.move))
    if after.moved_to is None or not _may_move(source, after.moved_to):
        return replace(after, move=None)
    target = _name_target(source.url, after.moved_to)
    if not same:
        return replace(after, move=_doubt(before, source, target, now) if stranger else None)
    if move is None or not move.times or move.target != target or move.origin != source.url:
        move = Move(source.url, target, 0, now)
    move = replace(move, times=move.times + 1)
    if move.times < LEAST_TIMES or now - move.first < LEAST_TIME:
        return replace(after, move=move)
    # The validators came from the target: from now on they are sent there.
    return replace(after, move=replace(move, confirmed=True), url=target)


def _doubt(before: FetchState, source: Source, target: str, now: datetime) -> Move:
    """A move to a stranger: it counts nothing, and remembers since when."""
    return Move(source.url, target, 0, _find_doubt(before) or now)


def _join(move: Move, onward: Move | None) -> Move:
    """A move and one from its target: one move, once both are sure."""
    if onward is not None and onward.confirmed:
        return replace(onward, origin=move.origin)
    return replace(move, onward=onward)


def give_up_move(state: FetchState) -> FetchState:
    """The state at its old address again, when the new one has failed too often or is gone."""
    is_lost = state.failures >= MOST_FAILURES or state.last_kind == Failure.GONE
    if state.move is None or not state.move.confirmed or not is_lost:
        return state
    return replace(state, move=None, url=state.move.origin, etag=None, last_modified=None)


def _may_move(source: Source, target: str) -> bool:
    """Whether requests may go there directly: what is secret stays with the configured host."""
    has_secrets = bool(source.headers) or "@" in urlsplit(source.url).netloc
    return not has_secrets or urls.is_same_server(source.url, target)


def _name_target(origin: str, target: str) -> str:
    """The target with the `user:password@` of the origin, on the same host only."""
    userinfo, at, _ = urlsplit(origin).netloc.rpartition("@")
    if not at or not urls.is_same_server(origin, target):
        return target
    scheme, _, rest = target.partition("://")
    return f"{scheme}://{userinfo}@{rest}"
