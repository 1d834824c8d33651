"""Whatever is polled, taken down and put back, in any order: what is out is out."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import takedowns
from aggregator.core.model import Act, Decision, Entry, Order, Source
from tests.edges.make import make_entry, make_state
from tests.newsroom import NOON, Newsroom, open_newsroom

SOURCES = "abc"
GROUPS = (0, 1, 2)
FILES = ("atom.xml", "rss.xml", "feed.json")
MINUTE = timedelta(minutes=1)

Name = tuple[str, int]


def write(source: str, group: int, *, again: bool = False) -> Entry:
    """A source's report of a story: the words are the story's, names and link its own."""
    own = f"{source}{group}{'again' if again else ''}"
    at = NOON - (group + 1) * timedelta(hours=1) - (ord(source) - 97) * MINUTE
    words = " ".join(f"word{group}x{number}" for number in range(45))
    link = f"http://{source}.example/{own}.html"
    return make_entry(
        source,
        own,
        title=f"Story {group}",
        text=words,
        html=f"<p>{words}</p>",
        raw_id=f"tag:{source}.example,2023:{own}",
        link=link,
        canonical=link,
        published=at,
        first_seen=at,
        changed=at,
    )


names = st.tuples(st.sampled_from(SOURCES), st.sampled_from(GROUPS))
steps = st.lists(
    st.tuples(st.sampled_from(["poll", "poll", "again", "takedown", "undo"]), names),
    min_size=1,
    max_size=12,
)


@contextmanager
def open_room() -> Iterator[Newsroom]:
    """A newsroom over three papers that nobody asks."""
    sources = [Source(name, f"http://{name}.example/feed", name.upper()) for name in SOURCES]
    with tempfile.TemporaryDirectory() as folder, open_newsroom(Path(folder), sources) as room:
        yield room


def take(room: Newsroom, act: str, name: Name) -> None:
    """Take one step."""
    source, group = name
    if act in {"poll", "again"}:
        entry = write(source, group, again=act == "again")
        room.store.save([Decision(make_state(source), (entry,))])
        return
    key = write(source, group).key
    if act == "takedown":
        room.store.save_orders([Order(Act.TAKEDOWN, source, key, room.now)])
        return
    standing = takedowns.list_standing(room.store.load_orders())
    room.store.save_orders(takedowns.undo(standing, {(source, key)}, room.now))


def read_ids(room: Newsroom) -> dict[str, set[str]]:
    """The ids that each story is published under; one that a source told twice has two."""
    room.publish()
    found: dict[str, set[str]] = {}
    for entry in room.read_entries():
        found.setdefault(entry.title, set()).add(entry.id)
    return found


@settings(max_examples=25, deadline=None)
@given(steps)
def test_what_is_taken_down_is_in_no_output_until_undone(plan: list[tuple[str, Name]]) -> None:
    """Also told again; and the ids of stories that no order is about never change by it."""
    touched = {f"Story {group}" for act, (_, group) in plan if act in {"takedown", "undo", "again"}}
    out: set[Name] = set()
    polled: set[Name] = set()
    ids: dict[str, set[str]] = {}
    with open_room() as room:
        for act, name in plan:
            room.now += MINUTE
            out = {*out, name} if act == "takedown" else out - {name} if act == "undo" else out
            polled = {*polled, name} if act == "poll" else polled
            take(room, act, name)
            found = read_ids(room)
            text = b"".join(room.read(file) for file in FILES).decode()
            # An order about a report that nobody has seen yet waits for it.
            known = {one for one in out if one in polled}
            for source, group in out:
                assert f"http://{source}.example/{source}{group}.html" not in text
            for source, group in known:
                assert f"http://{source}.example/{source}{group}again.html" not in text
            for source, group in polled - out:
                # Told twice it is one report, which links to one of its two addresses.
                places = [
                    f"http://{source}.example/{source}{group}{one}.html" for one in ("", "again")
                ]
                assert any(place in text for place in places)
            for story, given_ids in found.items():
                if story not in touched and story in ids:
                    assert len(given_ids) == 1
                    assert given_ids == ids[story]
            ids |= found
