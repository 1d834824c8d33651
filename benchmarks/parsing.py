"""Readers and parsers as `same_entries.py` drives them: how each is found, got and asked.

A parser is a program of its own, in `parsers/`, that prints a line for each
entry of a file; a reader subscribes to an address (`subscribers.py`).
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from subscribers import Reader, Seen, list_readers

_PARSERS = Path(__file__).parent / "parsers"
_BOUND_SECONDS = 60
_XML = ("atom.xml", "rss.xml")
_ALL = (*_XML, "feed.json")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the published files are, at which address, and where a reader may live."""

    folder: Path
    url: str
    home: Path


@dataclass(frozen=True, slots=True)
class Judge:
    """One that reads our files: how it is got, and the formats that it knows."""

    name: str
    how: str
    formats: tuple[str, ...]
    is_there: Callable[[], bool]
    read: Callable[[Place, str], list[Seen]]


@dataclass(frozen=True, slots=True)
class _Language:
    """What runs a parser, and asks whether its package is there."""

    command: str
    probe: tuple[str, ...]


def list_judges(tools: Path) -> tuple[Judge, ...]:
    """All that can be asked; packages of npm and PyPI are looked for in `tools` too."""
    python = _Language(sys.executable, ("-c", "import {}"))
    node = _Language("node", ("-e", "require('{}')"))
    perl = _Language("perl", ("-M{}", "-e1"))
    npm, pip = f"npm install --prefix {tools}", f"pip install --target {tools / 'python'}"

    def parser(
        name: str, how: str, formats: tuple[str, ...], language: _Language, program: str
    ) -> Judge:
        def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
            return _run([language.command, *arguments], tools)

        def is_there() -> bool:
            words = [word.format(name) for word in language.probe]
            return bool(shutil.which(language.command)) and ask(*words).returncode == 0

        def read(place: Place, file: str) -> list[Seen]:
            done = ask(str(_PARSERS / program), str(place.folder / file))
            if done.returncode:
                raise RuntimeError(f"{name} failed on {file}: {done.stderr.strip()[-500:]}")
            return [_read_line(line) for line in done.stdout.split("\n") if line]

        return Judge(name, how, formats, is_there, read)

    known = {reader.name: reader for reader in list_readers()}
    return (
        _subscribe(known["newsboat"], "apt install newsboat", _XML),
        _subscribe(known["sfeed"], "apt install sfeed curl", _XML),
        _subscribe(known["reader"], "pip install reader", _ALL),
        parser("feedparser", f"{pip} feedparser", _XML, python, "with_feedparser.py"),
        parser("fastfeedparser", f"{pip} fastfeedparser", _ALL, python, "with_fastfeedparser.py"),
        parser("rss-parser", f"{npm} rss-parser", _XML, node, "rss_parser.cjs"),
        parser("feedsmith", f"{npm} feedsmith", _ALL, node, "feedsmith.cjs"),
        parser("XML::Feed", "apt install libxml-feed-perl", _XML, perl, "xml_feed.pl"),
    )


def _subscribe(reader: Reader, how: str, formats: tuple[str, ...]) -> Judge:
    def read(place: Place, file: str) -> list[Seen]:
        # A folder each: newsboat knows an id once in a cache, in whichever feed.
        home = place.home / reader.name / file
        home.mkdir(parents=True)
        reader.refresh(home, place.url + file)
        return reader.read(home, place.url + file)

    return Judge(reader.name, how, formats, reader.is_there, read)


def _run(command: Sequence[str], tools: Path) -> subprocess.CompletedProcess[str]:
    paths = {"PYTHONPATH": tools / "python", "NODE_PATH": tools / "node_modules"}
    settings = {**os.environ, **{name: str(path.absolute()) for name, path in paths.items()}}
    return subprocess.run(  # noqa: S603 - our own programs
        command,
        env=settings,
        capture_output=True,
        encoding="utf-8",
        timeout=_BOUND_SECONDS,
        check=False,
    )


def _read_line(line: str) -> Seen:
    story_id, title, link, date = json.loads(line)
    return Seen(story_id, link, title, "", read_date(date))


def read_date(date: int | str | None) -> int | None:
    """Seconds since 1970 of a date in whichever form a parser gives it."""
    if date is None or isinstance(date, int):
        return date
    is_iso = date[:4].isdigit()
    at = datetime.fromisoformat(date) if is_iso else parsedate_to_datetime(date)
    return int(at.timestamp())
