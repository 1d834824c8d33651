"""`validate`: judges feeds by the rules of their formats, and says what is wrong where."""

import asyncio
import errno
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from aggregator.cli.once import tell_time
from aggregator.cli.tables import open_console, print_note, print_table
from aggregator.cli.words import print_json, say_words
from aggregator.core.lint import Finding, Severity
from aggregator.core.settings import Config
from aggregator.errors import ConfigError
from aggregator.pipeline.validating import Judged, judge_address, judge_file, judge_published

if TYPE_CHECKING:
    from aggregator.cli.app import Place

_MOST = 200
"""Findings of one feed in the table; JSON has all."""
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def validate_feeds(place: "Place", what: str | None, *, strict: bool, as_json: bool) -> int:
    """Judge what is published, or the file or address; 1 when errors were found."""
    judged = _judge(place, what)
    if as_json:
        print_json([_describe(one) for one in judged])
    else:
        _print_findings(judged)
    counted = sum(len(one.findings) if strict else one.errors for one in judged)
    return int(counted > 0 or any(one.trouble for one in judged))


def _judge(place: "Place", what: str | None) -> Sequence[Judged]:
    """The feeds that are meant; raises ConfigError when there is none to read."""
    try:
        if what is None:
            return _judge_published(place)
        if "://" in what:
            if not what.lower().startswith(("http://", "https://")):
                raise ConfigError([f"{what}: is no web address; name one with https://, or a file"])
            return [asyncio.run(judge_address(_load_limits(place), what, tell_time))]
        return [judge_file(Path(what), tell_time())]
    except OSError as error:
        name = error.filename or what or place.data
        step = "name a file, or an address with https://"
        if error.errno == errno.EFBIG:
            step = "publish fewer or shorter entries"
        raise ConfigError([f"{name}: cannot be read ({error.strerror}); {step}"]) from error


def _judge_published(place: "Place") -> Sequence[Judged]:
    config = place.load()
    judged = judge_published(config, place.data, tell_time())
    if not judged:
        folder = place.data / config.publish.directory
        raise ConfigError([f"{folder}: no feed is published here; publish with: aggregator once"])
    return judged


def _load_limits(place: "Place") -> Config:
    """The configuration, for its limits of asking; those of a new one where none is written."""
    return place.load() if place.is_named or place.config.exists() else Config(str(place.config))


def _print_findings(judged: Sequence[Judged]) -> None:
    console = open_console()
    for one in judged:
        if one.findings:
            rows = [_list_cells(finding) for finding in one.findings[:_MOST]]
            print_table(console, ["severity", "class", "line", "where", "what"], rows, numbers=(2,))
        print_note(console, say_words(_summarise(one)))


def _list_cells(finding: Finding) -> list[Text]:
    return [
        Text(finding.severity, _STYLES[finding.severity]),
        Text(finding.kind),
        Text(str(finding.line)),
        say_words(finding.where),
        say_words(finding.words),
    ]


def _summarise(one: Judged) -> str:
    if one.trouble:
        return f"{one.name}: {one.trouble}; nothing was judged"
    warnings = len(one.findings) - one.errors
    hidden = len(one.findings) - _MOST
    more = f"; {hidden} more are not shown, see: aggregator validate --json" if hidden > 0 else ""
    return f"{one.name}: {_count(one.errors, 'error')}, {_count(warnings, 'warning')}{more}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _describe(one: Judged) -> dict[str, Any]:
    return {
        "feed": one.name,
        "judged": not one.trouble,
        "trouble": one.trouble,
        "errors": one.errors,
        "warnings": len(one.findings) - one.errors,
        "findings": [
            {
                "severity": finding.severity,
                "class": finding.kind,
                "line": finding.line,
                "column": finding.column,
                "where": finding.where,
                "entry": finding.entry,
                "words": finding.words,
            }
            for finding in one.findings
        ],
    }
