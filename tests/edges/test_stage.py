"""The stage over real HTTP: every answer is what the manifest says, at the feed's own address."""

import hashlib
import http.client
import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from aggregator.edges.config import load
from aggregator.edges.stage import (
    FOLDER,
    SOURCES,
    Stage,
    load_day,
    perform,
    real_url,
    stage_url,
)

MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
VALIDATORS = {"If-None-Match": '"any"'}
OWN = {"Content-Length", "Connection"}


@dataclass(frozen=True, slots=True)
class Got:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The day on the stage."""
    with perform(load_day()) as playing:
        yield playing


def ask(stage: Stage, url: str, headers: dict[str, str] | None = None) -> Got:
    """Ask the proxy for an address as clients of proxies do."""
    place = urlsplit(stage.proxy)
    with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)) as line:
        line.request("GET", stage_url(url), headers=headers or {})
        with line.getresponse() as answer:
            return Got(answer.status, dict(answer.getheaders()), answer.read())


@pytest.mark.parametrize("number", range(4))
def test_every_feed_answers_as_the_manifest_says(stage: Stage, number: int) -> None:
    """Status, all header fields and the very bytes, in each poll."""
    stage.poll = number
    for feed in MANIFEST["feeds"]:
        expected = feed["polls"][f"p{number + 1}"]
        got = ask(stage, feed["url"], VALIDATORS)
        headers = {name: value for name, value in got.headers.items() if name not in OWN}
        if "Location" in headers:
            headers["Location"] = real_url(headers["Location"])
        assert (got.status, headers) == (expected["status"], expected["headers"]), feed["id"]
        if expected["file"]:
            assert hashlib.sha256(got.body).hexdigest() == expected["sha256"], feed["id"]
        else:
            assert got.body == b""


@pytest.mark.parametrize("name", ["If-None-Match", "if-modified-since", None])
def test_304_is_for_those_who_bring_a_validator(stage: Stage, name: str | None) -> None:
    """Others get the last whole feed again."""
    stage.poll = 3
    got = ask(stage, "https://www.azatutyun.am/api/", {name: "x"} if name else None)
    whole = (FOLDER / "azatutyun-hy.p2.rss.xml").read_bytes()
    assert (got.status, got.body) == ((304, b"") if name else (200, whole))


def test_a_redirect_leads_to_the_feed(stage: Stage) -> None:
    """The moved feed is at its new address at once, which is another one on the stage too."""
    stage.poll = 0
    old = "http://ararat-tv.example/en/feed/"
    target = ask(stage, old).headers["Location"]
    assert target not in (old, "https://ararat-tv.example/en/feed/")
    got = ask(stage, real_url(target))
    assert (got.status, got.body) == (200, (FOLDER / "ararat-tv.p2.rss.xml").read_bytes())


def test_an_address_that_the_day_does_not_have_is_404(stage: Stage) -> None:
    """Nothing else is served."""
    for url in ("https://www.azatutyun.am/", "http://nowhere.example/", "/manifest.json"):
        assert ask(stage, url).status == 404


def test_the_performance_ends_also_when_somebody_left_without_a_word() -> None:
    """After the block nobody answers; a client that only connected costs nothing."""
    with perform(load_day()) as playing:
        place = urlsplit(playing.proxy)
        socket.create_connection((place.hostname, place.port or 0), timeout=10).close()
        assert ask(playing, "https://crossroads.example/rss/").status == 200
    with pytest.raises(ConnectionRefusedError):
        ask(playing, "https://crossroads.example/rss/")


@pytest.mark.parametrize(
    ("real", "staged"),
    [
        ("https://a.example/b?c=https://d/", "http://a.example:443/b?c=https://d/"),
        ("https://a.example", "http://a.example:443"),
        ("http://a.example/b", "http://a.example/b"),
        ("", ""),
    ],
)
def test_each_address_has_one_on_the_stage_and_back(real: str, staged: str) -> None:
    """An https address is plain http on port 443 there, an http address is itself."""
    assert (stage_url(real), real_url(staged)) == (staged, real)


def test_the_newsroom_names_the_feeds_of_the_day() -> None:
    """Its configuration is right, with the manifest's ids, addresses and languages in order."""
    config = load(SOURCES, os.environ)
    languages = {label["feed"]: label["lang"] for label in MANIFEST["labels"]}
    assert [(source.id, source.url, source.language) for source in config.sources] == [
        (feed["id"], feed["url"], languages[feed["id"]]) for feed in MANIFEST["feeds"]
    ]
    assert [(feed.id, feed.url) for feed in load_day().feeds] == [
        (source.id, source.url) for source in config.sources
    ]
    assert config.newsfeed.timezone == MANIFEST["timezone"]
    assert config.pending == ()
