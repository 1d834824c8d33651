"""Shows how readers show titles with `<` and `&` that are written in RSS in several ways.

    .venv/bin/python benchmarks/titles.py [--tools DIR] [--json]

The table of docs/decisions/0015-titles-in-rss.md, but for Liferea and rss2email:
a line for each title and way, with the readers that do not show it as it is.
Readers are found and got as in `same_entries.py`.
"""

import argparse
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from aggregator.edges.render.titles import escape_title
from parsing import Judge, Place, list_judges
from same_entries import TOOLS

TITLES = (
    "A & B",
    "AT&T",
    "AT&T; co",
    "a < b",
    "1 < 2 > 0",
    "I <3 you",
    "x<y",
    "<b>bold</b> literally",
    "Q&amp;A literally",
    "R&D &lt; 5",
)
_NAMES = re.compile("[&<>]")


def _once(title: str) -> str:
    return escape(title, quote=False)


WAYS: dict[str, Callable[[str], str]] = {
    "once": _once,
    "twice": lambda title: _once(_once(title)),
    "CDATA": lambda title: f"<![CDATA[{title}]]>",
    "hex": lambda title: _NAMES.sub(lambda one: f"&#x{ord(one[0]):X};", title),
    "ours": lambda title: _once(escape_title(title)),
}


def write_feed(write: Callable[[str], str]) -> str:
    """An RSS document of all titles, written in one way; an item is known by its number."""
    items = "".join(
        f"<item><title>{write(title)}</title><link>https://a.example/{number}</link>"
        f"<guid>https://a.example/{number}</guid><description>Text.</description>"
        "<pubDate>Thu, 21 Sep 2023 19:10:00 +0000</pubDate></item>"
        for number, title in enumerate(TITLES)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Titles</title>'
        f"<link>https://a.example/</link><description>Titles</description>{items}</channel></rss>"
    )


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve the folder on loopback; its address, with a slash."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def ask(judges: Sequence[Judge], place: Path) -> dict[str, dict[str, dict[str, str]]]:
    """What each reader shows: by way, by reader, by title."""
    shown: dict[str, dict[str, dict[str, str]]] = {}
    for way, write in WAYS.items():
        folder = place / way
        folder.mkdir()
        (folder / "rss.xml").write_text(write_feed(write), "utf-8")
        with serve(folder) as url:
            where = Place(folder, url, place / "homes" / way)
            shown[way] = {
                one.name: {
                    title: kept.get(f"https://a.example/{number}", "")
                    for number, title in enumerate(TITLES)
                }
                for one in judges
                for kept in [{seen.id: seen.title for seen in one.read(where, "rss.xml")}]
            }
    return shown


def print_table(shown: dict[str, dict[str, dict[str, str]]]) -> None:
    """Title, way, how many readers show it right, and what the others show."""
    for title in TITLES:
        print(title)
        for way, by_reader in shown.items():
            wrong: dict[str, list[str]] = {}
            for name, titles in by_reader.items():
                if titles[title] != title:
                    wrong.setdefault(titles[title], []).append(name)
            right = len(by_reader) - sum(map(len, wrong.values()))
            others = "; ".join(f"{text!r}: {', '.join(names)}" for text, names in wrong.items())
            print(f"  {way:6} {right} of {len(by_reader)} right  {others}")


def main() -> None:
    """Ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tools", type=Path, default=TOOLS, help="default: build/readers")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    there = [one for one in list_judges(given.tools) if one.is_there()]
    with tempfile.TemporaryDirectory() as place:
        shown = ask(there, Path(place))
    if given.json:
        print(json.dumps(shown))
    else:
        print_table(shown)


if __name__ == "__main__":
    main()
