"""Builders of the values that the tests of the edges are made of, and of other processes."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator.core.model import (
    Also,
    Decision,
    Edition,
    Enclosure,
    Entry,
    FetchState,
    Output,
    Person,
    Shown,
    SourceRef,
)
from aggregator.edges.render import Fragments, render_feeds, render_story
from aggregator.edges.store import Store

ROOT = Path(__file__).parents[2]
NOW = datetime(2023, 9, 21, 12, 30, 15, 123456, tzinfo=UTC)


def make_entry(source_id: str = "hetq", key: str = "1", **fields: Any) -> Entry:  # noqa: ANN401 - any field of Entry
    """A report of a source, half an hour old, with a link of its own."""
    link = f"https://{source_id}.example/{key}"
    given = {
        "title": f"Report {key}",
        "first_seen": NOW - timedelta(minutes=30),
        "changed": NOW - timedelta(minutes=30),
        "raw_id": link,
        "link": link,
        "canonical": link.removeprefix("https://"),
    }
    return Entry(source_id, key, **{**given, **fields})


def make_state(source_id: str = "hetq", **fields: Any) -> FetchState:  # noqa: ANN401 - any field of FetchState
    """What is remembered of a source that is due now."""
    return FetchState(
        source_id, **{"url": f"https://{source_id}.example/rss", "next_poll": NOW, **fields}
    )


def make_shown(**fields: Any) -> Shown:  # noqa: ANN401 - any field of Shown
    """A story with every field filled in."""
    given = {
        "id": "tag:azatutyun.am,2023:1",
        "title": "Լաչինի միջանցքը բաց է",
        "link": "https://www.azatutyun.am/a/1.html",
        "html": '<p><a href="https://www.azatutyun.am/a/1.html">Azatutyun</a>: <b>text</b></p>',
        "published": NOW - timedelta(hours=1),
        "updated": NOW,
        "source": SourceRef(
            title="Azatutyun & co",
            id="https://www.azatutyun.am/feed-id",
            link="https://www.azatutyun.am/",
            self_link="https://www.azatutyun.am/api/",
            rights="Copyright (c) 2023 RFE/RL, Inc.",
        ),
        "feed_url": "https://www.azatutyun.am/api/",
        "authors": (Person("Անի", "ani@example.org", "https://example.org/ani"), Person("Boris")),
        "categories": ("armenia", "Լուրեր"),
        "language": "hy",
        "enclosures": (
            Enclosure("https://example.org/a.mp3", "audio/mpeg", 1234),
            Enclosure("https://example.org/b.jpg"),
        ),
        "thumbnail": "https://example.org/t.jpg",
        "comments_url": "https://www.azatutyun.am/a/1.html#comments",
        "comments_count": 7,
        "rights": "Used with the permission of RFE/RL.",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "carriers": (("Hetq", "https://hetq.am/1?a=1&b=2"), ("Aravot", "https://aravot.am/1")),
        "also": (
            Also(
                "Civil", "Civil, via Hub", "Two & two", "https://civil.example/1", NOW, "ka", "Hub"
            ),
            Also("Hub", "Hub", "", "https://hub.example/2?a=1&b=2", NOW),
        ),
        "via": ("Planet", "https://planet.example/"),
    }
    return Shown(**{**given, **fields})


def make_edition(**fields: Any) -> Edition:  # noqa: ANN401 - any field of Edition
    """An edition that names no stories: the renderers get those as fragments."""
    given = {
        "id": "tag:news.example.org,2026:day",
        "title": "Day newsfeed",
        "language": "en",
        "home": "https://news.example.org/",
        "updated": NOW,
    }
    return Edition(**{**given, **fields})


def render_well(shown: Shown) -> Fragments:
    """The story in each format; fails the test where it is unrenderable."""
    made = render_story(shown)
    assert isinstance(made, Fragments), made
    return made


def render_all(*stories: Shown, **fields: Any) -> tuple[Output, ...]:  # noqa: ANN401 - any field of Edition
    """The document of these stories in each format."""
    return render_feeds(make_edition(**fields), [render_well(shown) for shown in stories])


def render_both(*stories: Shown, **fields: Any) -> tuple[Output, ...]:  # noqa: ANN401 - any field of Edition
    """The Atom and the RSS document of these stories."""
    return render_all(*stories, **fields)[:2]


def save_entries(store: Store, *some: Entry, state: FetchState | None = None) -> None:
    """Save entries with a state that vouches for them."""
    store.save([Decision(state or make_state(), some)])


def load_entries(store: Store) -> list[Entry]:
    """Every stored entry, newest first."""
    return store.load_newest(10_000)[0]


DROP_0018 = ("DROP TABLE tallies",)
"""What takes from a store that is up to date what its eighteenth migration brought."""

DROP_0017 = (*DROP_0018, "DROP TABLE shown", "DROP TABLE shown_due")
"""The same of its seventeenth migration, and later ones."""

DROP_0016 = (*DROP_0017, "DROP TABLE subscriptions", "DROP TABLE pings")
"""The same of its sixteenth migration, and later ones."""

DROP_0015 = (
    *DROP_0016,
    "DROP TABLE days",
    "DROP TABLE places",
    "DROP INDEX entries_by_serial",
    "ALTER TABLE entries DROP COLUMN serial",
    "DROP INDEX entries_by_language",
)
"""The same of its fifteenth migration, and later ones."""

DROP_0012 = (*DROP_0015, "DROP TABLE vectors")
"""The same of its twelfth migration, and later ones."""

DROP_0011 = (*DROP_0012, "ALTER TABLE claims DROP COLUMN updated")
"""The same of its eleventh migration, and later ones."""

DROP_0010 = (*DROP_0011, "DROP TABLE versions")
"""What takes from a store that is up to date what its tenth migration brought, and later ones."""

DROP_0008 = (
    *DROP_0010,
    "DROP TABLE looks",
    "ALTER TABLE entries DROP COLUMN article",
    "ALTER TABLE states DROP COLUMN pages",
)
"""The same of its eighth migration."""

DROP_0007 = (
    *DROP_0008,
    "DROP TABLE orders",
    "DROP TABLE merges",
    "DROP INDEX claims_by_report",
)
"""The same of its seventh migration."""


def start_python(code: str, *arguments: object, **environment: str) -> "subprocess.Popen[str]":
    """Another Python that runs the code, warnings as errors, to talk to by its pipes."""
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_python(code: str, *arguments: object, **environment: str) -> str:
    """What the code prints in another Python; it must end well and without a warning."""
    with start_python(code, *arguments, **environment) as process:
        printed, warned = process.communicate(timeout=60)
    assert (process.returncode, warned) == (0, ""), warned
    return printed


def run_sql(data: Path, *statements: str) -> list[Any]:
    """What SQLite itself answers to the last statement on the file."""
    with closing(sqlite3.connect(data / "aggregator.db", isolation_level=None)) as connection:
        return [connection.execute(statement).fetchall() for statement in statements][-1]
