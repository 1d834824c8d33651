"""Finds the report that the words of a command mean, and says what they may mean else."""

from collections.abc import Sequence

from rich.text import Text

from aggregator.cli.tables import open_console, print_note, print_table
from aggregator.cli.words import cut_words, say_time, say_words
from aggregator.core import urls
from aggregator.core.model import Match
from aggregator.core.picking import Choice, find_by_title
from aggregator.core.settings import Config
from aggregator.edges.store import Store

_MOST = 20
TITLE = 80
"""Characters of a title that are printed."""


def find_meant(store: Store, words: str) -> Sequence[Match]:
    """What the words may mean: an id, a link, an id of a source's own, else words of a title."""
    is_link = "://" in words or words.startswith("www.")
    found = store.find_matches(words, urls.canonical(words) if is_link else None)
    return found or find_by_title(store.list_newest(), words)


def print_choice(choice: Choice, words: str, config: Config) -> None:
    """Say what the words may mean, or that they mean nothing."""
    console = open_console()
    if not choice.others:
        note = f"{words}: no report is known by this; give its id, link or words of its title"
        print_note(console, say_words(note))
        return
    print_note(console, say_words(f"{words}: may mean several; name one by its id or link"))
    zone = config.newsfeed.timezone
    rows = [
        [
            say_words(one.source_id),
            Text(say_time(one.at, zone)),
            say_words(cut_words(one.title, TITLE)),
            say_words(one.story_id or one.link or one.key),
        ]
        for one in choice.others[:_MOST]
    ]
    print_table(console, ["source", "time", "title", "id"], rows)
    if len(choice.others) > _MOST:
        print(f"and {len(choice.others) - _MOST} more")
