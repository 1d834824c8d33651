"""The authored news day for tests: the same answers as on the stage, and what must come of them."""

import json
import os
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aggregator.core.model import Source
from aggregator.edges import stage
from aggregator.edges.config import load
from tests.edges.loopback import Request, Response

POLLS = ("p1", "p2", "p3", "p4")


@dataclass
class Day:
    """The day's feeds; `poll` is the one being served."""

    manifest: dict[str, Any]
    played: stage.Day
    poll: str = "p1"

    def serve(self, request: Request) -> Response:
        """The answer of the feed that is asked for, in the present poll."""
        answer = self.played.answer(
            POLLS.index(self.poll),
            stage.real_url(request.path),
            has_validators=request.has("If-None-Match") or request.has("If-Modified-Since"),
        )
        headers = dict(answer.headers)
        if answer.location:
            headers["Location"] = stage.stage_url(answer.location)
        return Response(answer.status, headers, answer.body)

    def tell_time(self) -> datetime:
        """When the present poll takes place."""
        return self.played.times[POLLS.index(self.poll)]

    def name_sources(self, base_url: str) -> list[Source]:
        """The day's sources as its newsroom configures them, asked over the loopback site."""
        return [
            replace(source, url=stage.stage_url(source.url), proxy=base_url)
            for source in load(stage.SOURCES, os.environ).sources
        ]


def load_day() -> Day:
    """The day as its manifest describes it."""
    manifest = json.loads((stage.FOLDER / "manifest.json").read_text("utf-8"))
    return Day(manifest, stage.load_day())
