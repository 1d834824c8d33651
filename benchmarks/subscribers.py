"""Feed readers as `readers.py` drives them: each subscribes to one address in a folder of its own.

A reader says what it has kept after a refresh in its own words: newsboat and
lemon24/reader out of their databases, sfeed out of its file.
"""

import importlib.util
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_BOUND_SECONDS = 60
_SFEED_FIELDS = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as a reader keeps it; `at` is its date in seconds since 1970, where it has one."""

    id: str
    link: str
    title: str
    text: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """How a reader is driven, what it needs, and the habits that are its own.

    `conditional`: it sends the validators it was given, a new subscription after
    `blind` further refreshes. `replaces`: it knows an entry by its id alone; one
    that does not keeps each wording of it.
    """

    name: str
    needs: str
    is_there: Callable[[], bool]
    refresh: Callable[[Path, str], None]
    read: Callable[[Path, str], list[Seen]]
    conditional: bool = True
    blind: int = 0
    replaces: bool = True


def list_readers() -> tuple[Reader, ...]:
    """All that can be asked for, installed or not."""
    has_sfeed = _find("sfeed_update", "sfeed", "curl")
    sfeed = "Debian: sfeed, curl"
    return (
        Reader(
            "newsboat",
            "Debian: newsboat",
            _find("newsboat"),
            _refresh_newsboat,
            _read_newsboat,
            # It loses the validators of a feed's first answer: newsboat/newsboat#2734.
            blind=1,
        ),
        Reader("sfeed", sfeed, has_sfeed, _refresh_sfeed, _read_sfeed),
        Reader(
            "sfeed-stock",
            sfeed,
            has_sfeed,
            _refresh_stock_sfeed,
            _read_sfeed,
            conditional=False,
            replaces=False,
        ),
        Reader("reader", "PyPI: reader", _has_lemon24, _refresh_lemon24, _read_lemon24),
    )


def _find(*commands: str) -> Callable[[], bool]:
    return lambda: all(shutil.which(command) for command in commands)


def _run(command: list[str], home: Path) -> None:
    """Run a reader that knows no other home than this one."""
    settings = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(  # noqa: S603 - the reader's own command
        command, env=settings, capture_output=True, text=True, timeout=_BOUND_SECONDS, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-500:]
        raise RuntimeError(f"{command[0]} ended with code {done.returncode}: {said}")


# newsboat ---------------------------------------------------------------------


def _refresh_newsboat(home: Path, url: str) -> None:
    (home / "urls").write_text(f"{url}\n")
    (home / "config").touch()
    options = ["-u", home / "urls", "-c", home / "cache.db", "-C", home / "config", "-x", "reload"]
    _run(["newsboat", *map(str, options)], home)


def _read_newsboat(home: Path, _: str) -> list[Seen]:
    connection = sqlite3.connect(home / "cache.db")
    try:
        rows = connection.execute(
            "SELECT guid, url, title, content, pubDate FROM rss_item WHERE deleted=0"
        )
        return [Seen(*row) for row in rows]
    finally:
        connection.close()


# sfeed ------------------------------------------------------------------------

_SFEED_FEEDS = 'sfeedpath="$HOME/feeds"\nfeeds() {\n\tfeed news "%s"\n}\n'
# As the README of sfeed says under "Caching, incremental data updates and bandwidth-saving".
_SFEED_FETCH = """fetch() {
\tcurl -L --max-redirs 0 -H "User-Agent:" -f -s -m 15 --compressed \\
\t\t--etag-save "$HOME/etag" --etag-compare "$HOME/etag" -z "$HOME/etag" "$2" 2>/dev/null
}
"""
# Its own merge knows an item by id, title and link together; this one by its id, the fresh first.
_SFEED_MERGE = """merge() {
\tsort -s -t '\t' -u -k6,6 "$3" "$2" 2>/dev/null
}
"""


def _refresh_sfeed(home: Path, url: str) -> None:
    _update_sfeed(home, _SFEED_FEEDS % url + _SFEED_FETCH + _SFEED_MERGE)


def _refresh_stock_sfeed(home: Path, url: str) -> None:
    _update_sfeed(home, _SFEED_FEEDS % url)


def _update_sfeed(home: Path, settings: str) -> None:
    (home / "sfeedrc").write_text(settings)
    _run(["sfeed_update", str(home / "sfeedrc")], home)


def _read_sfeed(home: Path, _: str) -> list[Seen]:
    lines = (home / "feeds" / "news").read_text("utf-8").split("\n")
    rows = [line.split("\t") for line in lines]
    return [
        Seen(row[5], row[2], row[1], row[3], int(row[0]) if row[0] else None)
        for row in rows
        if len(row) >= _SFEED_FIELDS
    ]


# lemon24/reader -----------------------------------------------------------------


def _has_lemon24() -> bool:
    return importlib.util.find_spec("reader") is not None


def _refresh_lemon24(home: Path, url: str) -> None:
    from reader import make_reader  # noqa: PLC0415 - it may be missing, which is named

    with make_reader(str(home / "reader.sqlite")) as reader:
        reader.add_feed(url, exist_ok=True)
        reader.update_feed(url)


def _read_lemon24(home: Path, url: str) -> list[Seen]:
    from reader import make_reader  # noqa: PLC0415 - it may be missing, which is named

    with make_reader(str(home / "reader.sqlite")) as reader:
        return [
            Seen(
                one.id,
                one.link or "",
                one.title or "",
                _join_texts(one.summary, one.content),
                int(one.published.timestamp()) if one.published else None,
            )
            for one in reader.get_entries(feed=url)
        ]


def _join_texts(summary: str | None, content: object) -> str:
    contents = content if isinstance(content, (list, tuple)) else ()
    return " ".join([summary or "", *(part.value for part in contents)])
