"""What a hub needs of the world."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Protocol

from aggregator.core.websub import Reply
from aggregator.edges.fetch import Letter
from aggregator.edges.log import Log
from aggregator.edges.store import Store


class Sends(Protocol):
    """Whoever can ask one who is no source: `edges.fetch.Fetcher`, and fakes at this seam."""

    async def send(self, letter: Letter) -> Reply:
        """The reply; never an exception for what the other does."""
        ...


@dataclass(frozen=True, slots=True)
class HubTools:
    """`data` holds the published folder; `find_sender` gives whoever asks now.

    `draw` gives a challenge that nobody can guess; `count` hears of each delivery's result.
    """

    store: Store
    data: Path
    find_sender: Callable[[], Sends]
    clock: Callable[[], datetime]
    log: Log
    draw: Callable[[], str] = token_urlsafe
    count: Callable[[str], None] = lambda _: None
