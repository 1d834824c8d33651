"""`check` and `list`: what the configuration says."""

from collections import Counter
from typing import Any

from aggregator.cli.tables import open_console, print_table
from aggregator.cli.words import print_json, say_words
from aggregator.core.model import Reuse, Source
from aggregator.core.settings import Config


def print_check(config: Config, *, as_json: bool = False) -> None:
    """Say that the configuration is right, what it leaves to be wished, whence its sources come."""
    if as_json:
        print_json(_describe_check(config))
        return
    for line in config.pending:
        print(line)
    for line in config.warnings:
        print(f"warning: {line}")
    origins = _count_origins(config)
    if len(origins) > 1:
        for origin, number in origins.items():
            print(f"{number} from {say_words(origin)}")
    enabled = sum(source.enabled for source in config.sources)
    off = len(config.sources) - enabled
    count = f"{enabled} source{'' if enabled == 1 else 's'}"
    print(f"{config.path}: {count}{f', {off} switched off' if off else ''}, no mistakes")


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
        "warnings": list(config.warnings),
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
                say_terms(source.reuse),
                " ".join(source.tags) or "-",
                source.url,
            )
        ]
        for source in config.sources
    ]
    columns = ["source", "state", "lang", "terms", "tags", "address"]
    print_table(open_console(), columns, rows)


def say_terms(terms: Reuse) -> str:
    """A source's terms in a few words."""
    length = f" {terms.max_words} words" if terms.max_words else ""
    link = f", {terms.link}" if terms.link else ""
    return f"{terms.mode}{length}{link}" if terms.stated else f"none stated: {terms.mode}{length}"


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
    }
