"""Keeps the store from growing for ever: a little at a time, at night and after `once`."""

from datetime import datetime

from aggregator.core.history import find_oldest
from aggregator.core.settings import Config
from aggregator.edges.store import Store

_AT_ONCE = 1_000
"""Rows of one transaction: a poll that waits for it waits for milliseconds."""

_MOST_TIMES = 20
"""The rest is for the next night."""


def forget_old(config: Config, store: Store, now: datetime) -> int:
    """How many earlier versions of reports were deleted, those older than `keep.versions`.

    The record of polls is shortened too, to `keep.log`.
    """
    store.history.forget(find_oldest(now, config.keep.log))
    keep, gone = config.keep.versions, 0
    if keep is None:
        return 0
    for _ in range(_MOST_TIMES):
        forgotten = store.versions.forget(now - keep, _AT_ONCE)
        gone += forgotten
        if forgotten < _AT_ONCE:
            break
    return gone
