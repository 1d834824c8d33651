"""Judges what is about to be published by its sources' terms, and keeps what was proven.

As `inspecting` does for formats: bytes that obeyed what they owe are not judged
again, and what they owe is part of what is remembered.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from aggregator.core.audit import Due, digest_facts, judge, judge_now, list_terms
from aggregator.core.audit import read_one as read_printed
from aggregator.core.lint import Breach
from aggregator.core.model import Edition, Output, Story
from aggregator.edges.files import write_output
from aggregator.edges.published import read_entry, read_file
from aggregator.edges.render import Fragments
from aggregator.pipeline.judged import Judged, digest

_FORMS = ("atom", "rss", "json")
_JUDGED = Judged()

FOLDER = "audits"
"""In the data folder: what was proven of each edition when it was published."""

_NEEDED = frozenset({"files", "facts"})

Told = Sequence[Sequence[tuple[str, str]]]
"""Who stood with whom in a story, by name: the lead and who carried it, then the others."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was kept when a file was published; nothing of a file that has other bytes by now.

    `facts` name what was stored of each story, `told` is how it was told.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)


def find_breach(made: Fragments, due: Due, now: datetime) -> str:
    """Which term of its sources a story would break, in one line; "" when it breaks none."""
    early = next((verdict for verdict in judge_now(due, now) if verdict.why), None)
    if early:
        return _say(due, early.term, early.why)
    owed = repr(due).encode("utf-8", "backslashreplace")
    for form in _FORMS:
        body: bytes = getattr(made, form)
        name = digest(form, owed + body)
        if not _JUDGED.knows(name):
            if breach := _judge(body, form, due):
                return breach
            _JUDGED.note(name)
    return ""


def _judge(body: bytes, form: str, due: Due) -> str:
    entry = read_entry(body, form)
    printed = None if isinstance(entry, Breach) else read_printed(entry)
    if printed is None:
        return f"cannot be proven to obey the terms of {due.source}: its {form} cannot be read back"
    broken = next((verdict for verdict in judge(printed, due) if verdict.why), None)
    return _say(due, broken.term, broken.why) if broken else ""


def _say(due: Due, term: str, why: str) -> str:
    return f"would break the terms of {due.source}: {term}: {why}"


def keep_proof(
    data: Path, edition: Edition, outputs: Sequence[Output], owed: Sequence[Due], name: str
) -> None:
    """Keep with the data what was proven of an edition that is published; raises PublishError.

    `owed` is what each of its stories owes, in their order; `name` that of the file.
    """
    counts: dict[str, Counter[str]] = {}
    for due in owed:
        counts.setdefault(due.source, Counter()).update(list_terms(due))
    record = {
        "edition": edition.id,
        "newest": edition.updated.isoformat(),
        "stories": len(edition.stories),
        "files": {output.path: sha256(output.body).hexdigest() for output in outputs},
        "obeyed": {source: dict(sorted(terms.items())) for source, terms in sorted(counts.items())},
        "facts": {
            story.id: digest_facts(due) for story, due in zip(edition.stories, owed, strict=True)
        },
        "told": {story.id: _write_told(story) for story in edition.stories},
    }
    body = json.dumps(record, ensure_ascii=True, indent=1).encode()
    write_output(data / FOLDER, Output(f"{name}.json", "application/json", body))


def _write_told(story: Story) -> Told:
    groups = ((story.lead, *story.others), *story.also)
    return [[report.entry.name for report in group] for group in groups]


def load_kept(data: Path) -> tuple[Mapping[str, Any], ...]:
    """What was proven of each edition when it was published; what cannot be read is left out."""
    return tuple(_read_kept(sorted((data / FOLDER).glob("*.json"))))


def _read_kept(paths: Iterable[Path]) -> Iterator[Mapping[str, Any]]:
    for path in paths:
        try:
            record = json.loads(read_file(path))
        except ValueError:
            continue
        if isinstance(record, dict) and record.keys() >= _NEEDED:
            yield record


def find_proof(kept: Iterable[Mapping[str, Any]], name: str, body: bytes) -> Proof:
    """What was kept of the publishing of a file, by its name and its bytes."""
    digest = sha256(body).hexdigest()
    record = next((one for one in kept if one["files"].get(name) == digest), None)
    if record is None:
        return Proof()
    told = {
        story_id: tuple(tuple((source, key) for source, key in group) for group in groups)
        for story_id, groups in record.get("told", {}).items()
    }
    return Proof(record["facts"], told)
