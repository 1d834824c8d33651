"""What search knows: of each published story what its feeds show of it, and nothing else.

The ledger notes which stories are to be looked at; what became of them is put
into the index behind the files. A crash between the two leaves the notes, and
the next publishing goes on.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

from aggregator.core.asking import VERSION, Card, make_card
from aggregator.core.model import Order, Source, Stale, Story
from aggregator.pipeline.editions import Desk, retell
from aggregator.pipeline.news import News

_MOST = 200
"""Stories of the archive that are told anew for the index in one publishing."""


def find_stale(
    desk: Desk,
    some: Sequence[Story],
    merged: Sequence[tuple[str, str]],
    orders: Sequence[Order],
    news: News,
) -> Stale:
    """What search is to look at anew after this publishing."""
    fresh = {story.id for story in desk.chosen.found if _is_fresh(story, news)}
    if news.is_reset:
        fresh |= {story.id for story in some} | set(_list_open(desk))
    left = {one for pair in merged for one in pair} | desk.chosen.told.left.owned.keys()
    named = {order.story_id for order in orders if order.story_id}
    version, called = _read_note(desk)
    return Stale(
        stories=tuple(sorted(fresh)),
        left=tuple(sorted(_list_shown(desk, left) | named)),
        reports=tuple(order.report for order in orders),
        terms=tuple(sorted(news.terms)),
        renamed=tuple(_list_renamed(desk.config.sources, called)),
        is_everything=version != VERSION,
    )


def note_index(desk: Desk) -> tuple[str, str]:
    """What the ledger notes of the index: how words are spelt in it, what sources are called."""
    sources = {source.id: _digest(source) for source in desk.config.sources}
    return "search", json.dumps({"version": VERSION, "sources": sources}, sort_keys=True)


def index(desk: Desk) -> bool:
    """Put into the index what is due; whether something is left that is not answered until then.

    What this publishing has made anyway is all put in; of the archive a slice.
    """
    cards = desk.store.cards
    due = cards.load_due(desk.chosen.maker.made, _MOST)
    if not due or not cards.is_possible():
        return False
    cards.save(tuple(_make_cards(desk, due)), due)
    return len(due) >= _MOST and cards.has_hidden()


def _make_cards(desk: Desk, wanted: set[str]) -> Iterator[Card]:
    """Those that may be shown, as they are."""
    maker = desk.chosen.maker
    for story in retell(desk, wanted).values():
        way = maker.make(story)
        if way is not None:
            made = maker.made[way.id]
            yield make_card(made.shown, way, made.fragments.json.decode())


def _is_fresh(story: Story, news: News) -> bool:
    """Whether any of its reports is new; also of a story that may not be shown any more."""
    return any(report.entry.name in news.names for report in story.members)


def _list_open(desk: Desk) -> Iterable[str]:
    """The stories of the days that are open."""
    for day in desk.store.days.load_at_work():
        if not day.is_closed:
            yield from desk.store.days.load_stories(day.date)


def _list_shown(desk: Desk, story_ids: Iterable[str]) -> set[str]:
    """Those of these stories that are in the index: most left it long ago."""
    return desk.store.cards.find_shown(set(story_ids))


def _read_note(desk: Desk) -> tuple[str, Mapping[str, str]]:
    """How words were spelt when this was last noted, and what sources were called."""
    known = json.loads(desk.store.days.read_note("search") or "{}")
    return known.get("version", ""), known.get("sources", {})


def _list_renamed(sources: Iterable[Source], known: Mapping[str, str]) -> list[str]:
    """The sources that are called otherwise, or have other tags."""
    return [one.id for one in sources if known.get(one.id, _digest(one)) != _digest(one)]


def _digest(source: Source) -> str:
    called = repr((source.name, source.tags))
    return blake2b(called.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
