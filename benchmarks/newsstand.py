"""A news stand on loopback: many feeds that grow, one process, a log of every request.

Run by `many_sources.py` and `kills.py`; by hand:

    python benchmarks/newsstand.py --feeds 10 --log /tmp/requests.log

It prints its port, answers `/feed/NUMBER` with RSS 2.0 and a validator, 304
where the validator still holds, and ends with its standard input.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

_WORDS = [
    "Yerevan", "talks", "border", "railway", "harvest", "parliament", "school", "bridge",
    "weather", "market", "river", "council", "budget", "road", "energy", "water",
    "concert", "chess", "museum", "village", "minister", "report", "hospital", "visit",
    "agreement", "festival", "press", "winter", "science", "library", "election", "history",
]  # fmt: skip
START = 1_695_283_200
"""2023-09-21T08:00:00Z: item 0 of every feed."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What is served: `window` items a feed, one more every `every` seconds (0: never).

    `clock` gives seconds since 1970, as `opened` does.
    """

    feeds: int
    window: int
    words: int
    every: float
    opened: float
    log: TextIO | None
    clock: Callable[[], float] = time.time

    def count_items(self, feed: int, now: float) -> int:
        """How many items a feed has published so far; no two feeds publish at once."""
        if not self.every:
            return self.window
        turn = self.every * feed / self.feeds
        return self.window + int(max(0.0, now - self.opened - turn) / self.every)


def write_feed(stand: Stand, feed: int, published: int) -> bytes:
    """The feed's document, its newest `window` items first."""
    items = "".join(
        write_item(stand, feed, number)
        for number in range(published - 1, max(-1, published - 1 - stand.window), -1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>Paper {feed}</title><link>http://paper{feed}.example/</link>"
        f"<description>News of paper {feed}</description><language>en</language>"
        f"{items}</channel></rss>"
    ).encode()


def write_item(stand: Stand, feed: int, number: int) -> str:
    """One item: the same words each time, other words than any other item."""
    choose = random.Random(feed * 1_000_003 + number)  # noqa: S311 - text, no secret
    body = " ".join(choose.choices(_WORDS, k=stand.words))
    link = f"http://paper{feed}.example/{number}.html"
    at = START + number * (stand.every or 60)
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(at))
    return (
        f"<item><title>Paper {feed}, report {number}: {body[:40]}</title><link>{link}</link>"
        f"<guid>{link}</guid><pubDate>{date}</pubDate><category>news</category>"
        f"<description>&lt;p&gt;{body}.&lt;/p&gt;</description></item>"
    )


async def answer(stand: Stand, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection until the client closes it."""
    try:
        while request := await reader.readuntil(b"\r\n\r\n"):
            writer.write(reply(stand, request.decode("latin-1")))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def reply(stand: Stand, request: str) -> bytes:
    """The response to one GET, and a line in the log."""
    now = stand.clock()
    lines = request.split("\r\n")
    path = lines[0].split()[1]
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    name = path.removeprefix("/feed/")
    if not name.isdigit() or int(name) >= stand.feeds:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    published = stand.count_items(int(name), now)
    etag = f'"{name}-{published}"'
    same = headers.get("if-none-match") == etag
    if stand.log:
        stand.log.write(f"{now:.6f} {name} {304 if same else 200} {published}\n")
        stand.log.flush()
    if same:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
    body = write_feed(stand, int(name), published)
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: {etag}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def serve(stand: Stand) -> None:
    """Serve until standard input ends."""
    server = await asyncio.start_server(
        lambda reader, writer: answer(stand, reader, writer), "127.0.0.1", 0, backlog=2048
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=10)
    parser.add_argument("--window", type=int, default=25, help="items in a document")
    parser.add_argument("--words", type=int, default=190, help="words in an item")
    parser.add_argument("--every", type=float, default=0.0, help="seconds to the next item")
    parser.add_argument("--log", type=Path)
    given = parser.parse_args()
    log = given.log.open("w") if given.log else None
    stand = Stand(given.feeds, given.window, given.words, given.every, time.time(), log)
    asyncio.run(serve(stand))


if __name__ == "__main__":
    main()
