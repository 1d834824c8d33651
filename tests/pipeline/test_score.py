"""The feed reader score: what a critical publisher sees of us, request by request.

The fourteen rules are those by which Rachel Kroll's feed reader score
(rachelbythebay.com/fs/) marks readers; each test has the number of its rule.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest

from aggregator.core.model import Source
from aggregator.edges.fetch import Fetcher, user_agent
from aggregator.edges.log import make_log
from aggregator.pipeline import Tools, poll
from aggregator.reading import open_readers
from aggregator.version import VERSION
from tests.edges.loopback import Recorder, Request, Response, redirect, serve
from tests.newsroom import NOON, POLLING, Newsroom, open_newsroom, write_item, write_rss

BODY = write_rss(write_item(1), write_item(2))
ETAG = '"7e-5f1"'
DATE = "Thu, 21 Sep 2023 07:00:00 GMT"
VALIDATORS = {"ETag": ETAG, "Last-Modified": DATE}
SENT_BACK = (ETAG, DATE)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
IDS = ("echo", "weekly", "tribune")
"""Their shares of the jitter lie at its start, its middle and its end."""


def serve_feed(request: Request) -> Response:
    """A site that is all right: 304 for its validators, else the feed."""
    if request.get("If-None-Match") == ETAG:
        return Response(304, VALIDATORS)
    return Response(200, VALIDATORS, BODY)


def name_source(base_url: str, name: str = "paper") -> Source:
    """A source at the path of its name."""
    return Source(name, f"{base_url}/{name}.xml")


@contextmanager
def start(data: Path, source: Source, now: datetime = NOON) -> Iterator[Newsroom]:
    """A process of its own over the data folder, at a time."""
    with open_newsroom(data, [source], POLLING) as room:
        room.now = now
        yield room


def read_validators(request: Request) -> tuple[str | None, str | None]:
    """If-None-Match and If-Modified-Since, byte for byte."""
    return request.get("If-None-Match"), request.get("If-Modified-Since")


def live(room: Newsroom, seen: Recorder, span: timedelta, step: timedelta) -> list[datetime]:
    """When requests came while a span passes, looking at every step what is due."""
    times, end = [], room.now + span
    while room.now <= end:
        before = len(seen.requests)
        room.poll()
        times += [room.now] * (len(seen.requests) - before)
        room.now += step
    return times


def poll_days(data: Path, source: Source, days: int) -> None:
    """A process a day, each polling once."""
    for number in range(days):
        with start(data, source, NOON + 2 * DAY * number) as room:
            room.poll()


def test_01_one_unconditional_request_in_a_life(tmp_path: Path) -> None:
    """Only the very first request has no validators: not after a restart, nor after an error."""

    def site(request: Request) -> Response:
        return Response(500) if len(seen.requests) == 3 else serve_feed(request)

    seen = Recorder(site)
    with serve(seen) as base_url:
        poll_days(tmp_path / "data", name_source(base_url), 5)
    assert [read_validators(request) for request in seen.requests] == [
        (None, None),
        *[SENT_BACK] * 4,
    ]


@pytest.mark.parametrize("etag", [ETAG, 'W/"7e-5f1"', "7e-5f1", '""', '"7e-gzip;x=\\"', '"a,b" '])
def test_02_if_none_match_is_the_etag_with_its_quotes(tmp_path: Path, etag: str) -> None:
    """If-None-Match is what the server called the ETag: quotes, W/ and oddities included."""
    seen = Recorder(lambda _: Response(200, {"ETag": etag}, BODY))
    with serve(seen) as base_url:
        poll_days(tmp_path / "data", name_source(base_url), 2)
    assert [read_validators(request) for request in seen.requests] == [
        (None, None),
        (etag.strip(), None),
    ]


@pytest.mark.parametrize(
    "date", [DATE, "Thu,  21 Sep 2023 7:00:00 UTC", "2023-09-21T07:00:00Z", "yesterday", None]
)
def test_03_if_modified_since_is_the_servers_own_text(tmp_path: Path, date: str | None) -> None:
    """If-Modified-Since is Last-Modified as it was written; where there was none, none is sent."""
    fields = {"Last-Modified": date} if date else {}
    seen = Recorder(lambda _: Response(200, {"Date": DATE, **fields}, BODY))
    with serve(seen) as base_url:
        poll_days(tmp_path / "data", name_source(base_url), 2)
    assert [read_validators(request) for request in seen.requests] == [(None, None), (None, date)]


@pytest.mark.parametrize("status", [200, 304])
def test_04_both_validators_follow_the_last_answer(tmp_path: Path, status: int) -> None:
    """Each answer's ETag and Last-Modified replace both that were kept, though the body stays."""

    def site(_: Request) -> Response:
        number = len(seen.requests)
        fields = {"ETag": f'"{number}"', "Last-Modified": f"Thu, 21 Sep 2023 07:0{number}:00 GMT"}
        if number > 1 and status == 304:
            return Response(304, fields)
        return Response(200, fields, BODY)

    seen = Recorder(site)
    with serve(seen) as base_url:
        poll_days(tmp_path / "data", name_source(base_url), 4)
    assert [read_validators(request) for request in seen.requests[1:]] == [
        (f'"{number}"', f"Thu, 21 Sep 2023 07:0{number}:00 GMT") for number in (1, 2, 3)
    ]


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("fields", [VALIDATORS, {}], ids=["validators", "none"])
def test_05_not_oftener_than_hourly_with_an_interval_of_an_hour(
    tmp_path: Path, name: str, fields: dict[str, str]
) -> None:
    """With `interval: 1h` requests lie an hour apart or more, across restarts too."""

    def site(request: Request) -> Response:
        return serve_feed(request) if fields else Response(200, {}, BODY)

    times, now, seen = [], NOON, Recorder(site)
    with serve(seen) as base_url:
        source = replace(name_source(base_url, name), interval=HOUR)
        for _ in range(8):
            with start(tmp_path / "data", source, now) as room:
                times += live(room, seen, HOUR / 2, HOUR / 12)
                now = room.now
    assert len(times) >= 3
    assert all(later - one >= HOUR for one, later in pairwise(times))


@pytest.mark.parametrize("name", IDS)
def test_05_hourly_at_most_by_default_without_validators(tmp_path: Path, name: str) -> None:
    """Without validators and settings, requests lie an hour apart or more: the whole feed each.

    The score asks for a day. News that comes a day late is none, so the default
    is the hour that the score grants to conditional requests.
    """
    seen = Recorder(lambda _: Response(200, {}, BODY))
    with serve(seen) as base_url, start(tmp_path / "data", name_source(base_url, name)) as room:
        times = live(room, seen, 5 * HOUR, HOUR / 12)
    assert len(times) >= 3
    assert all(later - one >= HOUR for one, later in pairwise(times))


def test_06_no_cookies(tmp_path: Path) -> None:
    """No cookie comes back: not after a redirect, nor at the next poll, nor after a restart."""
    cookie = {"Set-Cookie": "reader=1; Path=/"}

    def site(request: Request) -> Response:
        if request.path == "/paper.xml":
            return redirect("/real.xml", headers=cookie)
        return Response(200, cookie, BODY)

    seen = Recorder(site)
    with serve(seen) as base_url:
        poll_days(tmp_path / "data", name_source(base_url), 3)
    assert len(seen.requests) == 6
    assert not any(request.has("Cookie") for request in seen.requests)


def test_07_no_referer(tmp_path: Path) -> None:
    """No request says where we come from, the one behind a redirect included."""

    def site(request: Request) -> Response:
        return redirect("/real.xml") if request.path == "/paper.xml" else serve_feed(request)

    seen = Recorder(site)
    with serve(seen) as base_url:
        poll_days(tmp_path / "data", name_source(base_url), 2)
    assert [request.path for request in seen.requests] == ["/paper.xml", "/real.xml"] * 2
    assert not any(request.has("Referer") or request.has("Origin") for request in seen.requests)


@pytest.mark.parametrize("path", ["/feed", "/feed?b=2&a=1", "/feed/?x=%2F%20", "/f%C3%A9ed.xml"])
def test_08_the_address_is_asked_as_it_is_written(tmp_path: Path, path: str) -> None:
    """Nothing is added to the address, taken from it or put into another order."""
    seen = Recorder(serve_feed)
    with serve(seen) as base_url:
        poll_days(tmp_path / "data", Source("paper", base_url + path), 3)
    assert [request.path for request in seen.requests] == [path] * 3


def test_09_no_other_address_of_the_site_is_asked(tmp_path: Path) -> None:
    """Whatever a feed names (pages, pictures, itself, an icon), only the feed is asked for."""
    seen = Recorder(lambda _: Response(200, VALIDATORS, feed))
    with serve(seen) as base_url:
        extra = f'<enclosure url="{base_url}/voice.mp3" type="audio/mpeg" length="1"/>'
        text = f"&lt;img src='{base_url}/one.png'&gt;&lt;a href='two.html'&gt;"
        head = f"<title>Paper</title><link>{base_url}/</link><image><url>{base_url}/i</url></image>"
        feed = write_rss(write_item(1, text=text, link="one.html", extra=extra), head=head)
        source = replace(name_source(base_url), homepage=f"{base_url}/home")
        with start(tmp_path / "data", source) as room:
            room.poll()
            room.publish()
            room.now += DAY
            room.poll()
    assert [(one.method, one.path) for one in seen.requests] == [("GET", "/paper.xml")] * 2


def test_10_no_burst_at_the_start(tmp_path: Path) -> None:
    """A start brings one request, five starts in a row bring no second one."""
    seen = Recorder(serve_feed)
    with serve(seen) as base_url:
        for number in range(5):
            with start(tmp_path / "data", name_source(base_url), NOON + number * HOUR / 60) as room:
                room.poll()
                room.poll()
    assert len(seen.requests) == 1


def test_11_the_user_agent_is_a_name_and_an_address(tmp_path: Path) -> None:
    """Each request names the program, its version, and the URL that the operator configured."""
    seen = Recorder(serve_feed)
    contact = "https://news.example.org/about"

    async def run(room: Newsroom) -> None:
        agent = user_agent(VERSION, room.config.newsfeed.contact)
        async with Fetcher(room.config.polling, agent) as fetcher, open_readers(1) as readers:
            log = make_log("json", StringIO())
            await poll(room.config, Tools(room.store, fetcher, readers, lambda: room.now, log))

    with serve(seen) as base_url, start(tmp_path / "data", name_source(base_url)) as room:
        room.config = replace(room.config, newsfeed=replace(room.config.newsfeed, contact=contact))
        asyncio.run(run(room))
    [request] = seen.requests
    assert request.get("User-Agent") == f"day-newsfeed/{VERSION} (+{contact})"


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("after", ["10800", "Thu, 21 Sep 2023 11:00:00 GMT"])
def test_12_retry_after_is_waited_for(tmp_path: Path, name: str, after: str) -> None:
    """A 429 with Retry-After of three hours is followed by three hours of silence."""
    date = "Thu, 21 Sep 2023 08:00:00 GMT"
    seen = Recorder(lambda _: Response(429, {"Retry-After": after, "Date": date}))
    with serve(seen) as base_url:
        source = replace(name_source(base_url, name), interval=HOUR / 2)
        with start(tmp_path / "data", source) as room:
            room.poll()
        with start(tmp_path / "data", source, NOON + 3 * HOUR - HOUR / 60) as room:
            room.poll()
            assert len(seen.requests) == 1
            room.now = NOON + 4 * HOUR
            room.poll()
            assert len(seen.requests) == 2


@pytest.mark.parametrize("name", IDS)
def test_12_a_429_slows_us_down(tmp_path: Path, name: str) -> None:
    """Refusals that name no time double the wait, each time, up to a day."""

    def site(request: Request) -> Response:
        return serve_feed(request) if len(seen.requests) == 1 else Response(429)

    seen = Recorder(site)
    with serve(seen) as base_url, start(tmp_path / "data", name_source(base_url, name)) as room:
        times = live(room, seen, 3 * DAY, HOUR / 2)
    waits = [later - one for one, later in pairwise(times)][1:]
    assert len(waits) >= 4
    assert all(wait >= 2 * HOUR * 2**step for step, wait in enumerate(waits[:4]))
    assert all(wait >= 20 * HOUR for wait in waits[4:])


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize(
    "field", [("Cache-Control", "public, max-age=21600"), ("Expires", "Thu, 21 Sep 2023 14:00 GMT")]
)
def test_13_max_age_is_waited_for(tmp_path: Path, name: str, field: tuple[str, str]) -> None:
    """What says that it is fresh for six hours is not asked for before, a 304 as a 200."""
    date = "Thu, 21 Sep 2023 08:00:00 GMT"

    def site(request: Request) -> Response:
        return replace(serve_feed(request), headers={**VALIDATORS, "Date": date, **dict([field])})

    seen = Recorder(site)
    with serve(seen) as base_url:
        source = replace(name_source(base_url, name), interval=HOUR)
        with start(tmp_path / "data", source) as room:
            times = live(room, seen, 14 * HOUR, HOUR / 4)
    assert len(times) == 3
    assert all(later - one >= 6 * HOUR for one, later in pairwise(times))


def test_13_max_age_of_a_refusal_is_waited_for(tmp_path: Path) -> None:
    """A 429 with a max-age of two days and no Retry-After is followed by two days of silence."""
    seen = Recorder(lambda _: Response(429, {"Cache-Control": "max-age=172800"}))
    with serve(seen) as base_url:
        source = replace(name_source(base_url), interval=HOUR)
        with start(tmp_path / "data", source) as room:
            times = live(room, seen, 60 * HOUR, 3 * HOUR)
    assert len(times) == 2
    assert times[1] - times[0] >= 48 * HOUR


def test_14_http_stays_http(tmp_path: Path) -> None:
    """An address with http is asked by http, whatever the site says of https, and asks for none."""
    fields = {**VALIDATORS, "Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    plain = Recorder(lambda request: replace(serve_feed(request), headers=fields))
    with serve(plain) as base_url:
        poll_days(tmp_path / "data", name_source(base_url), 3)
        assert {one.get("Host") for one in plain.requests} == {base_url.removeprefix("http://")}
    sent = Counter(name.lower() for one in plain.requests for name, _ in one.headers)
    assert sent["host"] == 3
    assert sent["upgrade-insecure-requests"] == 0
    assert all(one.server_name is None for one in plain.requests)
