"""The authored news day, served poll by poll as its manifest says."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aggregator.core.model import LinkPlace, Mode, Reuse, Source
from tests.edges.loopback import Request, Response

FOLDER = Path(__file__).parent / "day-2023-09-21"
POLLS = ("p1", "p2", "p3", "p4")
_TERMS = {
    "azatutyun": Reuse(
        Mode.FULL,
        None,
        LinkPlace.BEFORE_TEXT,
        credit="Azatutyun.am",
        notice="Copyright (c){year} RFE/RL, Inc.",
        stated=True,
    ),
    "aravot": Reuse(Mode.EXCERPT, 60, LinkPlace.FIRST_PASSAGE, credit="Aravot", stated=True),
    "caucasus": Reuse(Mode.FULL, None, LinkPlace.AFTER_TEXT, images=True, stated=True),
    "world": Reuse(Mode.HEADLINE, None, None, stated=True),
}
_NAMES = {
    "azatutyun": ("Azatutyun", ("Azatutyun.am", "Азатутюн", "Ազատություն")),
    "aravot": ("Aravot", ("Aravot.am", "Аравот", "Առավոտ")),
    "yerevan": ("Yerevan Wire", ()),
    "planet": ("Planet South Caucasus", ()),
}


@dataclass
class Day:
    """The day's feeds; `poll` is the one being served."""

    manifest: dict[str, Any]
    poll: str = "p1"

    def serve(self, request: Request) -> Response:
        """The answer of the feed that the path names, in the present poll."""
        name = request.path.strip("/").split("/")[-1]
        feed = next(feed for feed in self.manifest["feeds"] if feed["id"] == name)
        answer = feed["polls"][self.poll]
        if request.path.startswith("/moved/"):
            # Where the permanent redirect of the first poll leads.
            answer = feed["polls"]["p2"]
        headers = dict(answer["headers"])
        if "Location" in headers:
            headers["Location"] = f"/moved/{name}"
        if answer["status"] == 304 and not _has_validators(request):
            return self._repeat(feed)
        body = (FOLDER / answer["file"]).read_bytes() if answer["file"] else b""
        return Response(answer["status"], headers, body)

    def _repeat(self, feed: dict[str, Any]) -> Response:
        """The last full answer: a server sends 304 only to those who bring a validator."""
        done = POLLS[: POLLS.index(self.poll)]
        last = next(feed["polls"][p] for p in reversed(done) if feed["polls"][p]["file"])
        return Response(200, last["headers"], (FOLDER / last["file"]).read_bytes())

    def tell_time(self) -> datetime:
        """When the present poll takes place."""
        return datetime.fromisoformat(self.manifest["polls"][self.poll])

    def name_sources(self, base_url: str) -> list[Source]:
        """The day's sources as a newsroom would configure them, on the loopback site."""
        return [_name_source(feed, base_url) for feed in self.manifest["feeds"]]


def _has_validators(request: Request) -> bool:
    return request.has("If-None-Match") or request.has("If-Modified-Since")


def _name_source(feed: dict[str, Any], base_url: str) -> Source:
    family = feed["id"].split("-")[0]
    name, aliases = _NAMES.get(family, (None, ()))
    scheme, _, host, *_ = feed["url"].split("/")
    return Source(
        id=feed["id"],
        url=f"{base_url}/{feed['id']}",
        name=name,
        homepage=f"{scheme}//{host}/",
        tags=("day",),
        aliases=aliases,
        reuse=_TERMS.get(family, Reuse()),
        timezone="Asia/Yerevan",
    )


def load_day() -> Day:
    """The day as its manifest describes it."""
    return Day(json.loads((FOLDER / "manifest.json").read_text("utf-8")))
