"""The day as its manifest describes it: who answers what in which poll."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "day-2023-09-21"
SOURCES = FOLDER / "sources.yaml"
"""The day's newsroom: a configuration like any other."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a feed, with all the header fields that its manifest gives."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def location(self) -> str | None:
        """Where it redirects to."""
        return dict(self.headers).get("Location")


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed of the day, with an answer for each poll."""

    id: str
    url: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """When the day's polls take place, in UTC, and what they find."""

    times: tuple[datetime, ...]
    feeds: tuple[Feed, ...]

    def answer(self, poll: int, url: str, *, has_validators: bool) -> Answer:
        """What is found at an address in a poll (0 is the first), a 404 where the day has none.

        A server sends 304 only to those who bring a validator: others get the
        last full answer again.
        """
        for feed in self.feeds:
            if feed.url == url:
                given = feed.answers[poll]
                if given.status == HTTPStatus.NOT_MODIFIED and not has_validators:
                    return _find_full(feed.answers[poll::-1])
                return given
            for at, moved in enumerate(feed.answers):
                if moved.location == url:
                    # The manifest tells the feed's way from its old address only.
                    return _find_full(feed.answers[at:])
        return Answer(HTTPStatus.NOT_FOUND)


def load_day() -> Day:
    """The day that ships with the package."""
    manifest = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    polls: dict[str, str] = manifest["polls"]
    return Day(
        tuple(datetime.fromisoformat(at).astimezone(UTC) for at in polls.values()),
        tuple(
            Feed(
                feed["id"], feed["url"], tuple(_read_answer(feed["polls"][name]) for name in polls)
            )
            for feed in manifest["feeds"]
        ),
    )


def _read_answer(given: dict[str, Any]) -> Answer:
    body = (FOLDER / given["file"]).read_bytes() if given["file"] else b""
    return Answer(given["status"], tuple(given["headers"].items()), body)


def _find_full(answers: tuple[Answer, ...]) -> Answer:
    """The first of the answers that is a whole feed."""
    return next(answer for answer in answers if answer.status == HTTPStatus.OK)
