"""Feeds that change their ids: a corpus of pairs of documents, read one after the other."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from aggregator.core.identity import Settled
from aggregator.core.model import Changes, Decision, Entry, ParsedFeed, Problem, Source
from aggregator.core.normalise import normalise_feed
from aggregator.core.policy import start_state
from aggregator.edges.parse import read_feed
from aggregator.edges.store import Store, open_store
from aggregator.pipeline.recognising import recognise
from tests.edges.loopback import Response, serve
from tests.edges.make import load_entries
from tests.newsroom import open_newsroom, write_item, write_rss

CORPUS = Path(__file__).parent.parent / "corpus" / "floods"
NAMES = sorted(path.name.removesuffix(".expected.json") for path in CORPUS.glob("*.json"))
NOW = datetime(2023, 9, 25, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = Source(id="paper", url="https://paper.example/rss", name="Paper")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path) as opened:
        yield opened


def poll(store: Store, body: bytes, now: datetime) -> Settled:
    """Read, recognise and save a document, as a poll does."""
    parsed = read_feed(body, "application/rss+xml", SOURCE.url)
    assert isinstance(parsed, ParsedFeed)
    feed = normalise_feed(parsed, SOURCE, SOURCE.url, now)
    settled = recognise(store, SOURCE.id, feed.entries, now)
    store.save([Decision(start_state(SOURCE, now), settled.entries)])
    return settled


def read(name: str, which: str) -> bytes:
    """A document of the corpus."""
    return (CORPUS / f"{name}.{which}.xml").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_corpus(store: Store, name: str) -> None:
    """Of each pair the second document brings what is really new, and heals what is not."""
    expected = json.loads((CORPUS / f"{name}.expected.json").read_text("utf-8"))
    poll(store, read(name, "before"), NOW)
    before = {entry.key: entry for entry in load_entries(store)}
    settled = poll(store, read(name, "after"), NOW + HOUR)
    after = {entry.key: entry for entry in load_entries(store)}

    new = [entry.title for key, entry in after.items() if key not in before]
    assert Counter(new) == Counter(expected["new"])
    changes = settled.changes
    assert (changes.healed, changes.updated) == (expected["healed"], expected["updated"])
    whys = {problem.what.split("; it was ")[0] for problem in settled.problems}
    assert whys == {f"healed: {why}" for why in expected.get("whys", ())}
    assert all(_is_the_same(old, after[key], expected["updated"]) for key, old in before.items())


def _is_the_same(old: Entry, entry: Entry, updated: int) -> bool:
    """Whether an entry kept its identity, and its words unless some were edited."""
    same = (old.raw_id, old.published, old.first_seen, old.key)
    kept = same == (entry.raw_id, entry.published, entry.first_seen, entry.key)
    words = (old.title, old.text, old.changed) == (entry.title, entry.text, entry.changed)
    return kept and (words or updated > 0)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_healed_needs_no_healing_again(store: Store, name: str) -> None:
    """Each document read twice says nothing new the second time; nor does the first one again."""
    for hour, which in enumerate(("before", "before", "after", "after")):
        settled = poll(store, read(name, which), NOW + hour * HOUR)
        if hour % 2:
            assert settled == Settled((), Changes()), which
    back = poll(store, read(name, "before"), NOW + 5 * HOUR)
    assert (back.changes.new, back.changes.healed) == (0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_order_does_not_matter(store: Store, name: str) -> None:
    """The way back is healed as well as the way there."""
    poll(store, read(name, "after"), NOW)
    settled = poll(store, read(name, "before"), NOW + HOUR)
    expected = json.loads((CORPUS / f"{name}.expected.json").read_text("utf-8"))
    assert settled.changes.healed == expected["healed"]


def _write_feed(draw: str) -> bytes:
    """The same six reports, every id and link made of what was drawn."""
    items = (
        write_item(
            n,
            title=f"Report number {n}",
            link=f"https://{draw}.example/{draw}/{n * 7}",
            guid=f"{draw}-{n * n}",
        )
        for n in range(1, 7)
    )
    return write_rss(*items)


def test_ids_that_change_at_every_poll_flood_nothing(store: Store) -> None:
    """Each poll heals all items anew, keeps one more name for each, and brings none."""
    poll(store, _write_feed("first"), NOW)
    for hour, draw in enumerate(("second", "third", "fourth", "fifth", "sixth"), start=1):
        settled = poll(store, _write_feed(draw), NOW + hour * HOUR)
        assert settled.changes == Changes(refreshed=6, healed=6), draw
        assert poll(store, _write_feed(draw), NOW + hour * HOUR).changes == Changes()
    known = load_entries(store)
    assert sorted(entry.raw_id or "" for entry in known) == sorted(
        f"first-{n * n}" for n in range(1, 7)
    )
    assert {(entry.alias or "")[:5] for entry in known} == {"sixth"}


def test_only_a_flood_is_compared_with_what_is_stored(store: Store) -> None:
    """A poll of known items asks no second question, one of few new items for their dates."""
    asked: list[str] = []

    def note(*call: Any) -> None:  # noqa: ANN401 - SQLAlchemy's signature
        asked.extend(name for name in ("ORDER BY entries.sort_at", "sort_at IN") if name in call[2])

    items = [write_item(number) for number in range(1, 7)]
    poll(store, write_rss(*items[:4]), NOW)
    event.listen(store._engine, "before_cursor_execute", note)
    poll(store, write_rss(*items[:4]), NOW)
    assert asked == []
    poll(store, write_rss(*items), NOW)
    assert asked == ["sort_at IN"]
    poll(store, _write_feed("first"), NOW)
    assert asked == ["sort_at IN", "ORDER BY entries.sort_at"]


def test_repairs_are_kept_counted_and_logged(tmp_path: Path) -> None:
    """A poll that heals says so in its line, and in the problems of its source."""
    pages = {"/feed": _write_feed("first")}
    site = serve(lambda request: Response(200, {"Content-Type": "text/xml"}, pages[request.path]))
    with site as address:
        source = Source(id="paper", url=f"{address}/feed", name="Paper")
        with open_newsroom(tmp_path, [source]) as room:
            room.poll()
            room.publish()
            before = [(one.id, one.updated) for one in room.read_entries()]
            pages["/feed"] = _write_feed("second")
            room.now += 25 * HOUR
            polled = room.poll()["paper"]
            room.publish()
            assert polled.changes == Changes(refreshed=6, healed=6)
            assert [line.get("healed") for line in room.read_log() if line["event"] == "poll"] == [
                None,
                6,
            ]
            assert room.store.load_states()["paper"].problems == tuple(
                Problem(
                    f"Report number {n}",
                    f"healed: title and date are the same; it was first-{n * n}",
                )
                for n in range(1, 7)
            )
            after = room.read_entries()
            assert [(one.id, one.updated) for one in after] == before
            assert all(one.link.startswith("https://second.example/") for one in after)


def test_corpus_is_not_lost() -> None:
    """The corpus holds its authored pairs, each with both documents."""
    assert len(NAMES) >= 24
    assert {path.name for path in CORPUS.iterdir()} == {
        f"{name}.{end}" for name in NAMES for end in ("before.xml", "after.xml", "expected.json")
    }
