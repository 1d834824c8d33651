"""Publishes when something changed, beside the polls and one publishing at a time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aggregator.core.likeness import Window
from aggregator.core.settings import Config
from aggregator.edges.log import Log
from aggregator.edges.store import Store
from aggregator.errors import AggregatorError
from aggregator.pipeline.apart import run_apart
from aggregator.pipeline.publish import Published, publish

_REST = timedelta(seconds=30)
"""Between two publishings while polls are at work: each is the cost of the whole live feed."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """How a publishing ended: what it made, or why it failed; `seconds` it took."""

    published: Published | None
    error: str
    seconds: float


_SHARE = 0.1
"""How much of one core prompt publishings may take in the long run."""
_CREDIT = 10.0
"""Seconds of CPU that they may take at once: some twenty stories that come one by one."""


class Press:
    """The publishings of a daemon. One that hangs is seen by `began`, and stops nothing else."""

    def __init__(
        self,
        store: Store,
        data: Path,
        clock: Callable[[], datetime],
        log: Log,
        note: Callable[[Pressed], None],
    ) -> None:
        """Begin with everything to be published: files may be older than the store."""
        self._store = store
        self._data = data
        self._clock = clock
        self._log = log
        self._note = note
        self._is_due = True
        self._is_urgent = False
        self._is_awaited = False
        self._rest = timedelta()
        self._spent = 0.0
        self._ended: datetime | None = None
        self._has_failed = False
        self._changes: datetime | None = None
        self._window = Window()
        self.began: datetime | None = None
        """When the publishing at work began; None between two."""

    def call(self, *, urgent: bool = False, awaited: bool = False) -> None:
        """Something changed: publish when there is time, or, when it is urgent, at once.

        What is `awaited`, by the subscribers of a hub, rests a quarter of the time that the
        last publishing took, as long as publishings cost little.
        """
        self._is_due = True
        self._is_awaited = self._is_awaited or awaited
        self._is_urgent = self._is_urgent or urgent

    @property
    def is_awaited(self) -> bool:
        """Whether readers wait for a publishing that has not begun."""
        return self._is_awaited

    def is_time(self, *, busy: bool) -> bool:
        """Whether to publish now; not too often while polls are at work (`busy`) or it fails.

        An embargo or a permission that ends is a reason too, and a day that may close.
        """
        now = self._clock()
        self._is_due |= self._changes is not None and now >= self._changes
        if not self._is_due or self.began is not None:
            return False
        waits = (busy and not self._is_urgent) or self._has_failed
        if not waits or self._ended is None:
            return True
        is_prompt = self._is_awaited and not self._has_failed and self._owes(now) < _CREDIT
        rest = min(self._rest, _REST) if is_prompt else _REST
        return not self._ended <= now < self._ended + rest

    def _owes(self, now: datetime) -> float:
        """Seconds of CPU that publishings took and that time has not paid back yet."""
        passed = (now - self._ended).total_seconds() if self._ended else 0.0
        return max(0.0, self._spent - max(0.0, passed) * _SHARE)

    async def publish(self, config: Config) -> None:
        """Publish once; a failure is noted, logged, and tried again after a rest."""
        self._is_due, self._is_urgent, self._is_awaited = False, False, False
        self.began = self._clock()
        begun = time.monotonic()
        published, error = None, ""
        now = self.began
        owed, used = self._owes(now), 0.0
        try:
            published, used = await run_apart(
                lambda: (
                    publish(config, self._store, self._data, now, self._log, self._window),
                    time.thread_time(),  # the thread is this publishing's own
                ),
                "publish",
            )
            times = (published.due, published.closes)
            self._changes = min((at for at in times if at and at > now), default=None)
            self._is_due |= published.is_more
        except Exception as failure:  # noqa: BLE001 - no publishing may stop the daemon; it is named
            error = _name(failure)
            self._is_due = True
            self._log("publish", result="failed", detail=error)
        finally:
            self.began, self._ended = None, self._clock()
        self._has_failed = bool(error)
        seconds = time.monotonic() - begun
        self._rest, self._spent = timedelta(seconds=seconds / 4), owed + used
        self._note(Pressed(published, error, seconds))


def _name(failure: Exception) -> str:
    if isinstance(failure, AggregatorError):
        return str(failure)
    return f"a fault of this program: {type(failure).__name__}: {failure}; please report it"
