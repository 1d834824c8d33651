"""`audit`: proves by the published files that every source's terms are obeyed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from aggregator.cli.once import tell_time
from aggregator.cli.tables import open_console, print_note, print_table
from aggregator.cli.words import print_json, say_words
from aggregator.core.audit import Term, Verdict
from aggregator.errors import ConfigError
from aggregator.pipeline.auditing import Audit, Audited, audit_published

if TYPE_CHECKING:
    from aggregator.cli.app import Place

_MOST = 100
"""Broken terms that are named below the table; JSON has all."""

_Row = tuple[str, Term]


def audit_feeds(place: "Place", *, as_json: bool) -> int:
    """Audit what is published; 1 when a term is broken or nobody answers for an entry."""
    audit = _audit(place)
    if as_json:
        print_json(_describe(audit))
    else:
        _print(audit)
    return int(audit.is_broken)


def _audit(place: "Place") -> Audit:
    """The audit; raises ConfigError when nothing is published, or it cannot be read."""
    config = place.load()
    folder: Path = place.data / config.publish.directory
    try:
        audit = audit_published(config, place.data, tell_time())
    except OSError as error:
        step = "check the rights of the folder"
        name = error.filename or folder
        raise ConfigError([f"{name}: cannot be read ({error.strerror}); {step}"]) from error
    if not audit.files:
        raise ConfigError([f"{folder}: no feed is published here; publish with: aggregator once"])
    return audit


def _print(audit: Audit) -> None:
    console = open_console()
    counts = _count(audit)
    if counts:
        rows = [_list_cells(row, *figures) for row, figures in counts.items()]
        print_table(console, ["source", "term", "entries", "obeyed", "broken"], rows, (2, 3, 4))
    broken = list(_list_broken(audit))
    for note in broken[:_MOST]:
        print_note(console, say_words(note))
    if len(broken) > _MOST:
        more = f"{len(broken) - _MOST} more are not shown, see: aggregator audit --json"
        print_note(console, Text(more))
    print_note(console, Text(_sum_up(audit, len(broken))))


def _count(audit: Audit) -> dict[_Row, tuple[int, int]]:
    """How many entries each term of each source speaks of, and how many break it."""
    entries: Counter[_Row] = Counter()
    broken: Counter[_Row] = Counter()
    for one in audit.entries:
        for verdict in one.verdicts:
            row = (one.source, verdict.term)
            entries[row] += 1
            broken[row] += not verdict.obeyed
    order = list(Term)
    rows = sorted(entries, key=lambda row: (row[0], order.index(row[1])))
    return {row: (entries[row], broken[row]) for row in rows}


def _list_cells(row: _Row, entries: int, broken: int) -> list[Text]:
    source, term = row
    return [
        say_words(source),
        Text(term),
        Text(str(entries)),
        Text(str(entries - broken)),
        Text(str(broken), "red" if broken else ""),
    ]


def _list_broken(audit: Audit) -> Iterator[str]:
    for trouble in audit.troubles:
        name = f"{trouble.file}: {trouble.entry}" if trouble.entry else trouble.file
        yield f"{name}: {trouble.why}; {trouble.step}"
    for entry, verdict in _find_broken(audit):
        where = f"{entry.file}: {entry.entry}"
        yield f"{where}: {verdict.term} of {entry.source}: {verdict.why}; {verdict.step}"


def _find_broken(audit: Audit) -> Iterator[tuple[Audited, Verdict]]:
    for entry in audit.entries:
        for verdict in entry.verdicts:
            if not verdict.obeyed:
                yield entry, verdict


def _sum_up(audit: Audit, broken: int) -> str:
    sources = len({entry.source for entry in audit.entries})
    changed = sum(entry.has_changed for entry in audit.entries)
    later = (
        f"; {changed} were changed by their source since, and are proven in full when they are"
        " published again: aggregator build"
    )
    said = f"{len(audit.entries)} entries of {sources} sources in {len(audit.files)} files"
    return f"{said}: {broken or 'nothing'} broken{later if changed else ''}"


def _describe(audit: Audit) -> dict[str, Any]:
    return {
        "obeyed": not audit.is_broken,
        "files": list(audit.files),
        "entries": len(audit.entries),
        "terms": [
            {
                "source": source,
                "term": term,
                "entries": entries,
                "obeyed": entries - broken,
                "broken": broken,
            }
            for (source, term), (entries, broken) in _count(audit).items()
        ],
        "broken": [
            {
                "file": entry.file,
                "entry": entry.entry,
                "source": entry.source,
                "term": verdict.term,
                "why": verdict.why,
                "next": verdict.step,
            }
            for entry, verdict in _find_broken(audit)
        ],
        "unexplained": [
            {"file": one.file, "entry": one.entry, "why": one.why, "next": one.step}
            for one in audit.troubles
        ],
        "changed_since": [
            {"file": one.file, "entry": one.entry, "source": one.source}
            for one in audit.entries
            if one.has_changed
        ],
        "kept": [dict(record) for record in audit.kept],
    }
