"""A hub under load: how soon a new story is with its subscribers, broken ones among them.

    .venv/bin/python benchmarks/hub.py [--subscriptions 500] [--broken 0.1] [--stories 5]
        [--limit 2] [--json]

Starts `aggregator run` with its own hub over loopback feeds, one of which never
answers, so that polls are always at work. One subscriber comes through the form;
the others stand in the store before the start, so that all are owed the feed at
once, each tenth of them broken: it hangs, answers 500, refuses, closes early, or
answers without end. Then sources with one story each are added. Printed are the
seconds from the line that says that a story is stored to its delivery: to the
one subscriber, and to the last of all good ones. With the last story the daemon
is killed as soon as anybody has it, and started again. Ends with exit code 1
when a good subscriber misses anything, a secret stands in the log, or the one
waits longer than the limit; not with the first story, which comes while all
that was owed at the start is still being delivered.
"""

import argparse
import asyncio
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError

from stage import list_command, open_stand

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.subscriber import Callbacks, open_callbacks, write_form

from aggregator.core.websub import Subscription
from aggregator.edges.store import open_store

_FILES = ("atom.xml", "rss.xml", "feed.json")
_BROKEN = ("hang", "broken", "refuse", "close", "endless")
_OF_HOST = 20
_PATIENCE = 120.0
_WORD = "a secret of the benchmark"


@dataclass
class Run:
    """A daemon, its subscribers by the paths of their callbacks, and what it logs."""

    place: Path
    url: str
    stand: int
    hosts: list[Callbacks] = field(default_factory=list)
    good: list[tuple[Callbacks, str, str]] = field(default_factory=list)
    broken: int = 0
    seen: dict[bytes, dict[str, float]] = field(default_factory=dict)

    def write_config(self, stories: int) -> None:
        """The YAML with so many added sources, saved as editors do."""
        lines = "".join(
            f"  - {{id: {name}, url: '{url}'}}\n"
            for name, url in (
                *((f"paper-{n}", f"http://127.0.0.1:{self.stand}/feed/{n}") for n in range(10)),
                ("silent", f"{self.hosts[0].url}/silent"),
                *((f"extra-{n}", f"{self.hosts[0].url}/story/{n}") for n in range(stories)),
            )
        )
        fresh = self.place / "new.yaml"
        fresh.write_text(
            "newsfeed: {timezone: Asia/Yerevan, contact: 'mailto:desk@news.example',"
            f" base_url: '{self.url}', max_share: 100%}}\n"
            "polling: {host_spacing: 0s, per_host: 9, allow_private_networks: true}\n"
            f"serve: {{port: {self.url.rsplit(':', 1)[1].strip('/')}}}\n"
            f"publish: {{hub: builtin}}\nsources:\n{lines}"
        )
        fresh.replace(self.place / "sources.yaml")

    def subscribe_all(self, count: int, share: float) -> None:
        """Put subscriptions into the store; none has been delivered anything."""
        every = round(1 / share) if share else 0
        rows = []
        for number in range(count):
            host = self.hosts[number // _OF_HOST]
            topic = _FILES[number % len(_FILES)]
            is_broken = bool(every) and number % every == 0
            kind = _BROKEN[number // every % len(_BROKEN)] if is_broken else "good"
            path = f"{kind}/{number}"
            url = f"http://127.0.0.1:9/{path}" if kind == "refuse" else host.name(path)
            until = datetime.now(UTC) + timedelta(days=1)
            rows.append(Subscription(f"{self.url}{topic}", url, until, "", _WORD))
            if is_broken:
                self.broken += 1
            else:
                self.good.append((host, f"/{path}", topic))
        with open_store(self.place / "data") as store:
            store.subscribers.save(rows)

    def read_published(self) -> dict[str, bytes]:
        """What is published now."""
        return {name: (self.place / "data" / "public" / name).read_bytes() for name in _FILES}

    async def wait_for_all(self, marker: bytes) -> float:
        """When the last of the good ones had these words; raises TimeoutError."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                times = [self._find(one, marker) for one in self.good]
                if None not in times:
                    return max((at for at in times if at is not None), default=time.time())
                await asyncio.sleep(0.02)

    def _find(self, one: tuple[Callbacks, str, str], marker: bytes) -> float | None:
        host, path, _ = one
        if path in self.seen.setdefault(marker, {}):
            return self.seen[marker][path]
        for taken in reversed(host.taken.get(path, ())):
            if marker in taken.body:
                self.seen[marker][path] = taken.at
        return self.seen[marker].get(path)

    def count_stale(self) -> int:
        """How many of the good ones have something else than what is published."""
        digests = {
            name: hashlib.sha256(body).digest() for name, body in self.read_published().items()
        }
        return sum(
            hashlib.sha256(host.taken[path][-1].body).digest() != digests[topic]
            for host, path, topic in self.good
        )

    def find_stored(self, source: str) -> float | None:
        """When the log said that a source's story was stored."""
        for line in (self.place / "log").read_text().splitlines():
            facts = json.loads(line)
            if (facts["event"], facts.get("source")) == ("poll", source) and facts.get("new"):
                return datetime.fromisoformat(facts["timestamp"]).timestamp()
        return None


@contextmanager
def open_daemon(run: Run) -> Iterator["subprocess.Popen[bytes]"]:
    """The daemon for the length of a block; what it logs is kept."""
    config, data = run.place / "sources.yaml", run.place / "data"
    command = [*list_command(config, data)[:-1], "run", "--log-format", "json"]
    with (
        (run.place / "log").open("ab") as log,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log) as process,  # noqa: S603 - our own command
    ):
        try:
            yield process
        finally:
            process.terminate()


def read_page(url: str) -> str:
    """A page of the daemon, whatever its status; "" when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback
            return str(answer.read().decode())
    except HTTPError as refusal:
        return str(refusal.read().decode())
    except OSError:
        return ""


async def wait_until_ready(run: Run) -> None:
    """Return when the daemon says that it is."""
    async with asyncio.timeout(_PATIENCE):
        while "ready\n" not in await asyncio.to_thread(read_page, f"{run.url}readyz"):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


def post(url: str, form: bytes) -> int:
    """The status that a form is answered with."""
    with urllib.request.urlopen(url, form, timeout=10) as answer:  # noqa: S310 - loopback
        return int(answer.status)


def write_story(number: int) -> bytes:
    """A feed of one story that no other feed has."""
    at = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(time.time() - 60))
    words = hashlib.sha256(str(number).encode()).hexdigest()
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Extra</title>'
        f"<link>http://extra{number}.example/</link><description>x</description>"
        f"<item><title>Story {words[:8]} of {words[8:16]}</title><pubDate>{at}</pubDate>"
        f"<link>http://extra{number}.example/{words}</link><description>{words}</description>"
        "</item></channel></rss>"
    ).encode()


@asynccontextmanager
async def open_run(place: Path, subscriptions: int) -> AsyncIterator[Run]:
    """Callbacks, feeds and an address for the daemon."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/"
    async with AsyncExitStack() as stack:
        stand = stack.enter_context(open_stand("--feeds", "10"))
        run = Run(place, url, stand)
        for number in range(2 + subscriptions // _OF_HOST):
            host = await stack.enter_async_context(open_callbacks(f"127.0.1.{number + 1}"))
            run.hosts.append(host)
        run.hosts[0].feeds = write_story
        yield run


async def measure(run: Run, subscriptions: int, share: float, stories: int) -> dict[str, object]:
    """What was seen."""
    run.write_config(0)
    (run.place / "data").mkdir()
    run.subscribe_all(subscriptions, share)
    with open_daemon(run) as process:
        await wait_until_ready(run)
        published = (run.place / "data" / "public" / "atom.xml").stat().st_mtime
        first = await run.wait_for_all(b"Paper 1")
        one = run.hosts[-1]
        form = write_form("subscribe", f"{run.url}atom.xml", one.name("good/one"), secret=_WORD)
        status = await asyncio.to_thread(post, f"{run.url}hub", form)
        seen = [await _add_story(run, one, number) for number in range(stories)]
        used = sum(os.times()[:2])  # this process: feeds and callbacks
        page = await asyncio.to_thread(read_page, f"{run.url}metrics")
        await _kill_amid(run, process, stories)
    begun = time.time()
    with open_daemon(run):
        again = await run.wait_for_all(_mark(stories)) - begun
        twice = sum(_count(one, _mark(stories)) > 1 for one in run.good)
    log = (run.place / "log").read_text()
    return {
        "status": status,
        "good": len(run.good),
        "broken": run.broken,
        "feed_bytes": len(run.read_published()["atom.xml"]),
        "first_to_all": round(first - published, 2),
        "one": [round(found[0], 2) for found in seen],
        "all": [round(found[1], 2) for found in seen],
        "publishings": log.count('"event": "publish"'),
        "after_kill": round(again, 2),
        "twice": twice,
        "stale": run.count_stale(),
        "secret_in_log": _WORD in log,
        "publish_seconds": _read_figure(page, "aggregator_publish_duration_seconds_sum"),
        "daemon_cpu": _read_figure(page, "process_cpu_seconds_total"),
        "own_cpu": round(used, 1),
    }


def _mark(number: int) -> bytes:
    return f"extra{number}.example/".encode()


def _count(one: tuple[Callbacks, str, str], marker: bytes) -> int:
    host, path, _ = one
    return sum(marker in taken.body for taken in host.taken.get(path, ()))


async def _kill_amid(run: Run, process: "subprocess.Popen[bytes]", number: int) -> None:
    """Kill the daemon when some have a new story and, most likely, not all."""
    run.write_config(number + 1)
    async with asyncio.timeout(_PATIENCE):
        while not any(  # noqa: ASYNC110 - lists are no events
            _count(one, _mark(number)) for one in run.good or [(run.hosts[-1], "/good/one", "")]
        ):
            await asyncio.sleep(0.005)
    process.kill()
    await asyncio.to_thread(process.wait)


async def _add_story(run: Run, one: Callbacks, number: int) -> tuple[float, float]:
    """Seconds from a story's being stored to its delivery, to the one and to all."""
    run.write_config(number + 1)
    marker = _mark(number)
    async with asyncio.timeout(_PATIENCE):
        while not (got := [t for t in one.taken.get("/good/one", ()) if marker in t.body]):
            one.arrived.clear()
            await one.arrived.wait()
    last = await run.wait_for_all(marker)
    stored = run.find_stored(f"extra-{number}")
    if stored is None:
        raise SystemExit("the log does not say when the story was stored")
    return got[0].at - stored, last - stored


def _read_figure(page: str, name: str) -> float:
    lines = [line for line in page.splitlines() if line.startswith(name)]
    return round(float(lines[0].split()[-1]), 1) if lines else 0.0


async def run_all(given: argparse.Namespace) -> dict[str, object]:
    """Run in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as place:
        async with open_run(Path(place), given.subscriptions) as run:
            return await measure(run, given.subscriptions, given.broken, given.stories)


def main() -> None:
    """Run, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subscriptions", type=int, default=500)
    parser.add_argument("--broken", type=float, default=0.1, help="share of broken callbacks")
    parser.add_argument("--stories", type=int, default=5)
    parser.add_argument("--limit", type=float, default=2.0, help="seconds a story may take")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seen = asyncio.run(run_all(given))
    print(json.dumps(seen, indent=None if given.json else 2))
    slowest = max(seen["one"][1:], default=0.0)  # type: ignore[index] # a list of seconds
    bad = seen["stale"] or seen["secret_in_log"] or slowest > given.limit
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
