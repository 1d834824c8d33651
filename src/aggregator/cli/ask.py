"""`check --fetch`: asks every source once and says what it is; nothing is saved."""

import asyncio
from typing import Any

from rich.text import Text

from aggregator.cli.add import describe_sample
from aggregator.cli.once import tell_time
from aggregator.cli.tables import open_console, print_table
from aggregator.cli.words import print_json, say_time, say_words
from aggregator.core.model import Failure, Source
from aggregator.core.settings import Config
from aggregator.pipeline.asking import Answer, Asker, open_asker

_NAMES = {
    Failure.HTML: "HTML page, not a feed",
    Failure.CHALLENGE: "challenge page",
    Failure.LOGIN: "login page",
    Failure.EMPTY: "empty",
    Failure.NOT_A_FEED: "XML, not a feed",
    Failure.NOT_XML: "not a feed",
}


def check_sources(config: Config, *, as_json: bool) -> int:
    """Print what every source is; 1 when nothing at all could be fetched."""
    answers = asyncio.run(_ask_all(config))
    if as_json:
        print_json([_describe(answer, reached=reached) for answer, reached in answers])
    else:
        zone = config.newsfeed.timezone
        columns = ["source", "what", "items", "lang", "newest", "why"]
        rows = [_list_cells(answer, zone) for answer, _ in answers]
        print_table(open_console(), columns, rows, numbers=(2,))
    return int(bool(answers) and not any(reached for _, reached in answers))


async def _ask_all(config: Config) -> list[tuple[Answer, bool]]:
    """What every source answered, in the order of the file, and whether anything came."""
    sources = [source for source in config.sources if source.enabled]
    async with open_asker(config, tell_time) as asker:
        return list(await asyncio.gather(*(_ask(asker, source) for source in sources)))


async def _ask(asker: Asker, source: Source) -> tuple[Answer, bool]:
    """The answer without its body: thousands of bodies would fill the memory."""
    answer = await asker.ask(source)
    bare = Answer(answer.source, answer.url, answer.sample, answer.kind, answer.detail)
    return bare, answer.page is not None


def _name(answer: Answer) -> str:
    if answer.sample is not None:
        return answer.sample.format
    return _NAMES.get(Failure(answer.kind), answer.kind)


def _list_cells(answer: Answer, zone: str) -> list[Text]:
    sample = answer.sample
    moved = f"moved for good to {answer.url}" if answer.url != answer.source.url else ""
    return [
        say_words(answer.source.id),
        say_words(_name(answer), "" if sample else "red"),
        Text(str(sample.items) if sample else "-"),
        say_words((sample.language if sample else None) or "-"),
        Text(say_time(sample.newest if sample else None, zone)),
        say_words(answer.detail or moved),
    ]


def _describe(answer: Answer, *, reached: bool) -> dict[str, Any]:
    found = describe_sample(answer.sample) if answer.sample else None
    return {
        "source": answer.source.id,
        "what": _name(answer),
        "fetched": reached,
        "detail": answer.detail,
        "url": answer.url,
        "feed": found,
    }
