"""`once` and `build`: poll, publish, say what happened."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from aggregator.cli.signals import end_on_sigterm
from aggregator.cli.tables import open_console, print_line, print_table
from aggregator.cli.words import print_json, say_time, say_words, write_time
from aggregator.core.health import find_next_poll
from aggregator.core.model import Failure
from aggregator.core.settings import Config
from aggregator.edges.fetch import Fetcher, user_agent
from aggregator.edges.log import Log, make_log
from aggregator.edges.store import Store, hold_lock, open_store
from aggregator.pages import open_page_readers
from aggregator.pipeline import PageTools, Polled, Published, Tools, find_due, poll, publish_all
from aggregator.pipeline.editions import call_for_all
from aggregator.pipeline.hosts import open_gate
from aggregator.pipeline.hubbing import HubTools, ping
from aggregator.pipeline.lists import ListTools, find_due_lists, refresh_lists
from aggregator.pipeline.poll import find_rests
from aggregator.pipeline.tidying import forget_old
from aggregator.reading import open_readers
from aggregator.version import VERSION

_UNREACHED = frozenset({Failure.DNS, Failure.CONNECT})


def tell_time() -> datetime:
    """The only clock of a command."""
    return datetime.now(UTC)


def run_once(
    load: Callable[[], Config],
    data: Path,
    *,
    force: bool,
    strict: bool,
    as_json: bool,
    log_format: str,
) -> int:
    """Poll and publish; the exit code. Lists of sources that are due are asked for first."""
    config = load()
    with end_on_sigterm(), hold_lock(data), open_store(data) as store:
        if find_due_lists(config, data, tell_time()):
            asyncio.run(_refresh(config, data, store, make_log(log_format)))
            config = load()
        due, _ = find_due(config, store.load_states(), tell_time(), force=force)
        with _show_progress(len(due), quiet=as_json) as progress:
            log = make_log(log_format)
            polled = asyncio.run(_poll(config, store, log, progress, force=force))
            published = publish_all(config, store, data, tell_time(), log)
            asyncio.run(_tell_hub(config, data, store, log, published))
        forget_old(config, store, tell_time())
        next_poll = _find_next(config, store)
    if as_json:
        print_json(_describe(polled, published, next_poll))
    else:
        _print_result(config, polled, published, next_poll)
    return judge(polled, strict=strict)


def run_build(config: Config, data: Path, *, everything: bool, log_format: str) -> int:
    """Publish from the store, with `everything` closed days too; the exit code."""
    with hold_lock(data), open_store(data) as store:
        if everything:
            call_for_all(store)
        published = publish_all(config, store, data, tell_time(), make_log(log_format))
    _print_published(open_console(), published)
    return 0


def judge(polled: Sequence[Polled], *, strict: bool) -> int:
    """1 when nothing at all could be fetched, or with `strict` when anything failed."""
    failed = sum(one.failed for one in polled)
    return int(bool(polled) and (failed == len(polled) or (strict and failed > 0)))


async def _poll(
    config: Config, store: Store, log: Log, progress: Callable[[Polled], None], *, force: bool
) -> list[Polled]:
    agent = user_agent(VERSION, config.newsfeed.contact)
    async with (
        Fetcher(config.polling, agent) as fetcher,
        open_readers() as parser,
        open_page_readers() or nullcontext() as reader,
    ):
        tools = Tools(store, fetcher, parser, tell_time, log, progress)
        if reader is not None:
            tools = replace(tools, pages=PageTools(fetcher, reader))
        return await poll(config, tools, force=force)


async def _refresh(config: Config, data: Path, store: Store, log: Log) -> None:
    now = tell_time()
    agent = user_agent(VERSION, config.newsfeed.contact)
    async with Fetcher(config.polling, agent) as fetcher:
        gate = open_gate(config.polling, tell_time)
        gate.rests.recall(find_rests(store.load_resting(now), now))
        await refresh_lists(config, data, ListTools(fetcher, gate, tell_time, log))


async def _tell_hub(
    config: Config, data: Path, store: Store, log: Log, published: Published
) -> None:
    """Tell a public hub what is new; the built-in one delivers when the daemon runs again."""
    async with Fetcher(config.polling, user_agent(VERSION, config.newsfeed.contact)) as fetcher:
        tools = HubTools(store, data, lambda: fetcher, tell_time, log)
        await ping(config, tools, (*published.files, *published.further))


def _find_next(config: Config, store: Store) -> datetime | None:
    """When the first of the configured sources is due; None when none ever will be."""
    states = store.load_states()
    times = (find_next_poll(source, states.get(source.id)) for source in config.sources)
    return min((at for at in times if at is not None), default=None)


@contextmanager
def _show_progress(total: int, *, quiet: bool) -> Iterator[Callable[[Polled], None]]:
    """A bar on a terminal, nothing elsewhere; log lines stand above it."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (
        *Progress.get_default_columns()[:2],
        MofNCompleteColumn(),
        TextColumn("{task.fields[last]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("asking sources", total=total, last="")
        yield lambda polled: bar.update(task, advance=1, last=polled.source.id)


def _print_result(
    config: Config, polled: Sequence[Polled], published: Published, next_poll: datetime | None
) -> None:
    console = open_console()
    if polled:
        columns = ["source", "result", "new", "updated", "next poll", "why"]
        print_table(console, columns, _list_rows(config, polled), numbers=(2, 3))
        if _seems_offline(polled):
            print("nothing could be fetched: is this machine online?")
    elif next_poll is not None:
        when = say_time(next_poll, config.newsfeed.timezone)
        print(f"nothing is due before {when}; --force asks all the same")
    else:
        print("nothing to ask: every source is switched off or gone; see: aggregator status")
    _print_published(console, published)


def _seems_offline(polled: Sequence[Polled]) -> bool:
    """Whether no server was reached, of several: one alone may be down itself."""
    return len(polled) > 1 and all(one.state.last_kind in _UNREACHED for one in polled)


def _list_rows(config: Config, polled: Sequence[Polled]) -> list[list[Text]]:
    order = {source.id: number for number, source in enumerate(config.sources)}
    return [
        [
            say_words(one.source.id),
            say_words(one.state.last_kind if one.asked else "waits", "red" if one.failed else ""),
            Text(str(one.changes.new)),
            Text(str(one.changes.updated)),
            Text(say_time(find_next_poll(one.source, one.state), config.newsfeed.timezone)),
            say_words(one.state.last_detail if one.failed else one.state.reason),
        ]
        for one in sorted(polled, key=lambda one: order[one.source.id])
    ]


def _print_published(console: Console, published: Published) -> None:
    for path in published.files:
        done = "written" if path in published.written else "unchanged"
        print_line(console, Text(f"{path}: {done}"))
    if published.further:
        further, new = len(published.further), len(published.renewed)
        print_line(console, Text(f"{further} more in folders: {new} written"))
    held = f", {len(published.held)} held back (see: aggregator status)" if published.held else ""
    count = f"{published.stories} stor{'y' if published.stories == 1 else 'ies'}"
    print_line(console, Text(f"{count}{held}"))


def _describe(
    polled: Sequence[Polled], published: Published, next_poll: datetime | None
) -> dict[str, Any]:
    return {
        "polled": [_describe_poll(one) for one in sorted(polled, key=lambda one: one.source.id)],
        "next_poll": write_time(next_poll),
        "published": {
            "stories": published.stories,
            "files": [str(path) for path in published.files],
            "written": [str(path) for path in published.written],
            "further": len(published.further),
            "renewed": len(published.renewed),
            "held": [
                {"source": held.source_id, "key": held.key, "title": held.title, "why": held.why}
                for held in published.held
            ],
        },
    }


def _describe_poll(one: Polled) -> dict[str, Any]:
    return {
        "source": one.source.id,
        "result": one.state.last_kind,
        "detail": one.state.last_detail,
        "status": one.state.last_status,
        "new": one.changes.new,
        "updated": one.changes.updated,
        "next_poll": write_time(find_next_poll(one.source, one.state)),
        "why": one.state.reason,
    }
