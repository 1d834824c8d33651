"""What hosts want of those who ask for pages, as far as this process knows: their robots.txt."""

import asyncio
from collections import OrderedDict, defaultdict
from datetime import datetime, timedelta

from aggregator.core.robots import Robots

_MOST_KEPT = 256
"""Hosts remembered; each may have written half a megabyte."""


class Manners:
    """The robots.txt of each host while it is believed, and when the next page is in turn."""

    def __init__(self) -> None:
        """Know nobody."""
        self._known: OrderedDict[str, Robots] = OrderedDict()
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}

    def find(self, place: str, now: datetime) -> Robots | None:
        """What is known of this robots.txt; None where it must be asked for (again)."""
        known = self._known.get(place)
        return known if known and now < known.until else None

    def note(self, place: str, robots: Robots) -> None:
        """Remember what a robots.txt said; the one learned first is forgotten for it."""
        self._known.pop(place, None)
        self._known[place] = robots
        while len(self._known) > _MOST_KEPT:
            self._known.popitem(last=False)

    async def take_turn(self, place: str, delay: timedelta) -> None:
        """Wait until the host's Crawl-delay has passed since the last page, whoever asked."""
        loop = asyncio.get_running_loop()
        async with self._turns[place]:
            await asyncio.sleep(self._free_at.get(place, 0.0) - loop.time())
            self._free_at[place] = loop.time() + delay.total_seconds()
