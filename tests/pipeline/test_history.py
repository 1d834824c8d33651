"""The record of polls as real polls write it, and as the night shortens it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from aggregator.core.history import find_slot
from aggregator.core.model import Source, Tally
from aggregator.core.settings import KeepSettings
from aggregator.pipeline.tidying import forget_old
from tests.edges.loopback import Request, Response, serve
from tests.newsroom import open_newsroom, write_item, write_rss

SLOT = timedelta(hours=6)


def test_polls_are_counted_and_forgotten(tmp_path: Path) -> None:
    """Two reports, the same again, a failure six hours later; then `keep.log` is over."""
    feed = write_rss(write_item(1, "One", "Words."), write_item(2, "Two", "More words."))
    answers = [Response(404, {}, b""), Response(200, {}, feed), Response(200, {}, feed)]

    def site(_: Request) -> Response:
        return answers.pop()

    with (
        serve(site) as url,
        open_newsroom(tmp_path, [Source(id="paper", url=url)]) as room,
    ):
        first = find_slot(room.now)
        for step in (timedelta(), timedelta(hours=1), SLOT):
            room.now += step
            room.poll(force=True)
        load = room.store.history.load
        later = Tally("paper", find_slot(room.now), failed=1)
        assert load(["paper"], first) == {"paper": [Tally("paper", first, 1, 1, 0, 2), later]}
        forget_old(room.config, room.store, room.now)
        assert len(load(["paper"], first)["paper"]) == 2
        room.config = replace(room.config, keep=KeepSettings(log=timedelta(hours=1)))
        forget_old(room.config, room.store, room.now)
        assert load(["paper"], first) == {"paper": [later]}
