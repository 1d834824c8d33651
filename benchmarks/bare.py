"""The limit that polling is measured against: the same feeds, fetched and parsed, no more.

    python benchmarks/bare.py PORT FEEDS

httpx2 asks 32 at a time, feedparser reads each body in this process. No
politeness, no deadline, no cleaning, no identity, nothing stored or published.
"""

import asyncio
import sys
from io import BytesIO

import feedparser
import httpx2

_AT_ONCE = 32


async def read_all(port: int, feeds: int) -> int:
    """Fetch and parse every feed of the stand; how many items they had."""
    gate = asyncio.Semaphore(_AT_ONCE)
    async with httpx2.AsyncClient() as client:

        async def read(feed: int) -> int:
            async with gate:
                answer = await client.get(f"http://127.0.0.1:{port}/feed/{feed}")
            return len(feedparser.parse(BytesIO(answer.content)).entries)

        return sum(await asyncio.gather(*(read(feed) for feed in range(feeds))))


if __name__ == "__main__":
    port, feeds = (int(word) for word in sys.argv[1:])
    if not asyncio.run(read_all(port, feeds)):
        raise SystemExit("the stand had no items")
