"""`check` and `list`: what the configuration says."""

from collections import Counter
from datetime import timedelta
from typing import Any

from aggregator.cli.tables import open_console, print_table
from aggregator.cli.words import print_json, say_words, write_time
from aggregator.core.explaining.terms import name_terms
from aggregator.core.model import Source
from aggregator.core.settings import Config
from aggregator.edges.article import is_installed
from aggregator.edges.config.values import write_duration


def print_check(config: Config, *, as_json: bool = False) -> None:
    """Say that the configuration is right, what it leaves to be wished, whence its sources come."""
    if as_json:
        print_json(_describe_check(config))
        return
    for line in config.pending:
        print(line)
    for line in (*config.warnings, *_list_missing(config)):
        print(f"warning: {line}")
    origins = _count_origins(config)
    if len(origins) > 1:
        for origin, number in origins.items():
            print(f"{number} from {say_words(origin)}")
    enabled = sum(source.enabled for source in config.sources)
    off = len(config.sources) - enabled
    count = f"{enabled} source{'' if enabled == 1 else 's'}"
    print(f"{config.path}: {count}{f', {off} switched off' if off else ''}, no mistakes")


def _list_missing(config: Config) -> list[str]:
    """What the configuration asks for and this installation lacks."""
    wanting = [source for source in config.sources if source.full_text]
    if not wanting or is_installed():
        return []
    from aggregator.core.fulltext import MISSING  # noqa: PLC0415 - brings much, seldom needed

    return [f"{wanting[0].location}: {wanting[0].id}: full_text is not in effect: {MISSING}"]


def _count_origins(config: Config) -> Counter[str]:
    """How many sources come from which file or list."""
    return Counter(source.location.rpartition(":")[0] for source in config.sources)


def _describe_check(config: Config) -> dict[str, Any]:
    return {
        "path": config.path,
        "sources": len(config.sources),
        "enabled": sum(source.enabled for source in config.sources),
        "from": dict(_count_origins(config)),
        "pending": list(config.pending),
        "warnings": [*config.warnings, *_list_missing(config)],
    }


def print_sources(config: Config, *, as_json: bool) -> None:
    """Print the sources as configured."""
    if as_json:
        print_json([_describe(source) for source in config.sources])
        return
    rows = [
        [
            say_words(words)
            for words in (
                source.id,
                "on" if source.enabled else "off",
                source.language or "-",
                name_terms(source.reuse, config.newsfeed.timezone),
                " ".join(source.tags) or "-",
                source.url,
            )
        ]
        for source in config.sources
    ]
    columns = ["source", "state", "lang", "terms", "tags", "address"]
    print_table(open_console(), columns, rows)


def _describe(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "url": source.url,
        "language": source.language,
        "tags": list(source.tags),
        "enabled": source.enabled,
        "mode": source.reuse.mode,
        "max_words": source.reuse.max_words,
        "link": source.reuse.link,
        "terms_stated": source.reuse.stated,
        "derivatives": source.reuse.derivatives,
        "embargo": _write_span(source.reuse.embargo),
        "embargo_until": write_time(source.reuse.embargo_until),
        "delay": _write_span(source.reuse.delay),
        "until": write_time(source.reuse.until),
        "ai": source.reuse.ai,
        "full_text": source.full_text,
    }


def _write_span(span: timedelta | None) -> str | None:
    """A length of time as the configuration writes it; None for none."""
    return write_duration(span) if span else None
