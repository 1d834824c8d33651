"""Gathers what the status page shows of a daemon."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qs

from aggregator.core import linkcheck, takedowns
from aggregator.core.board import Facts, Part, make_board, pick_part
from aggregator.core.history import list_slots
from aggregator.core.model import FetchState
from aggregator.daemon.newsroom import Newsroom
from aggregator.edges.meaning import MODEL, find_maker
from aggregator.edges.page import render_board
from aggregator.edges.serve import Page
from aggregator.pipeline.hubbing import tell_hub

_HTML = "text/html; charset=utf-8"
_LONGEST = 9
"""Digits of a number of a page: more are a mistake."""


def make_status(newsroom: Newsroom, query: str, now: datetime) -> Page:
    """The part of the status page that a query asks for, as in `page=2`; else the first."""
    number = _read_number(query)
    states = newsroom.store.load_states()
    part = pick_part(newsroom.config.sources, states, number)
    board = make_board(_gather(newsroom, states, part, now), part, now)
    return Page(HTTPStatus.OK, _HTML, render_board(board))


def _read_number(query: str) -> int:
    said = parse_qs(query, max_num_fields=10).get("page", ["1"])[-1] if "=" in query else "1"
    return int(said) if said.isdecimal() and len(said) <= _LONGEST else 1


def _gather(
    newsroom: Newsroom, states: Mapping[str, FetchState], part: Part, now: datetime
) -> Facts:
    store, shown = newsroom.store, [source.id for source in part.sources]
    return Facts(
        config=newsroom.config,
        pulse=newsroom.pulse,
        states=states,
        tallies=store.history.load(shown, list_slots(now)[0]),
        held=store.load_held(),
        days=store.days.load_at_work(),
        pressing=newsroom.pressing,
        notes=tuple(_list_notes(newsroom)),
    )


def _list_notes(newsroom: Newsroom) -> Iterator[str]:
    """How many reports are taken down, whose pages are gone by a fault of their site, vectors."""
    store = newsroom.store
    if words := takedowns.say_count(takedowns.list_standing(store.load_orders())):
        yield f"{words}."
    looked = store.pages.load_looked_at()
    for source in newsroom.config.sources:
        pages = looked.get(source.id, ()) if source.check_links else ()
        if linkcheck.is_site_fault(pages):
            yield f"{source.id}: {linkcheck.say_looks(pages)}."
    yield from tell_hub(newsroom.config, store)
    if find_maker() and (count := store.vectors.count(MODEL)):
        yield f"Stories by meaning too: vectors of {count} report{'' if count == 1 else 's'}."
