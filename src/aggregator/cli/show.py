"""`check` and `list`: what the configuration says."""

from typing import Any

from aggregator.cli.tables import open_console, print_table
from aggregator.cli.words import print_json, say_words
from aggregator.core.model import Reuse, Source
from aggregator.core.settings import Config


def print_check(config: Config) -> None:
    """Say that the configuration is right, and what it leaves to be wished."""
    for line in config.pending:
        print(line)
    for line in config.warnings:
        print(f"warning: {line}")
    enabled = sum(source.enabled for source in config.sources)
    off = len(config.sources) - enabled
    count = f"{enabled} source{'' if enabled == 1 else 's'}"
    print(f"{config.path}: {count}{f', {off} switched off' if off else ''}, no mistakes")


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
