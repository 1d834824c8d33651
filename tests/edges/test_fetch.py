"""What is sent, and what each kind of answer becomes."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from aggregator.core.model import Failure, Fetched, FetchResult, NotModified
from aggregator.edges.fetch import Fetcher, user_agent
from tests.edges.asking import (
    AGENT,
    POLLING,
    answer,
    ask,
    failed,
    make_source,
    make_state,
    without_proxies,
)
from tests.edges.loopback import (
    Raw,
    Recorder,
    Request,
    Response,
    serve,
    stall,
)

FEED = b'<rss version="2.0"><channel/></rss>'


def whole(_: Request) -> Response:
    """A site that serves the same feed for ever."""
    return Response(body=FEED)


def test_a_whole_answer_becomes_fetched() -> None:
    """A 200 gives the body, its headers as they came, its final URL, and what it cost."""
    headers = {
        "Content-Type": "application/rss+xml; charset=utf-8",
        "Content-Language": "hy",
        "ETag": '"a1"',
        "Last-Modified": "Thu, 21 Sep 2023 18:00:00 GMT",
        "Cache-Control": "max-age=900",
    }
    with serve(lambda _: Response(200, headers, FEED)) as base_url:
        result = ask(f"{base_url}/feed")
    assert isinstance(result, Fetched)
    assert result.elapsed > timedelta()
    assert result == Fetched(
        f"{base_url}/feed",
        FEED,
        "application/rss+xml; charset=utf-8",
        "hy",
        '"a1"',
        "Thu, 21 Sep 2023 18:00:00 GMT",
        timedelta(minutes=15),
        wire_bytes=len(FEED),
        elapsed=result.elapsed,
    )


def test_exactly_these_headers_are_sent() -> None:
    """A first request says who asks and what it can read: no cookie, no Referer, no validator."""
    seen = Recorder(whole)
    with serve(seen) as base_url:
        ask(f"{base_url}/feed?a=1#top")
    request = seen.requests[0]
    assert (request.method, request.path) == ("GET", "/feed?a=1")
    assert {name for name, _ in request.headers} == {
        "Host", "User-Agent", "Accept", "Accept-Encoding",
    }  # fmt: skip
    assert request.get("User-Agent") == AGENT
    assert request.get("Accept-Encoding") == "gzip, br, zstd, deflate"


def test_the_user_agent_names_the_operator() -> None:
    """With a contact the User-Agent holds it, without one only name and version."""
    assert user_agent("0.1.0", "https://x.example") == "day-newsfeed/0.1.0 (+https://x.example)"
    assert user_agent("0.1.0", None) == "day-newsfeed/0.1.0"


def test_headers_of_the_source_are_sent() -> None:
    """`headers` and `user_agent` of a source take the place of ours, other letters go as UTF-8."""
    seen = Recorder(whole)
    own = (("accept", "text/xml"), ("X-Key", "բանալի"))
    with serve(seen) as base_url:
        ask(make_source(base_url, headers=own, user_agent="curl/8"))
    request = seen.requests[0]
    assert [value for name, value in request.headers if name.lower() == "accept"] == ["text/xml"]
    assert request.get("X-Key") == "բանալի".encode().decode("latin-1")
    assert request.get("User-Agent") == "curl/8"


@pytest.mark.parametrize(
    ("etag", "last_modified"),
    [
        ('"a1"', "Thu, 21 Sep 2023 18:00:00 GMT"),
        ('W/"a1"', None),
        ("unquoted", "yesterday, about noon"),
        ('"ä\xff"', None),
        ('"a", "b"', "Thu, 21-Sep-23 18:00:00 GMT"),
        (None, "2023-09-21"),
    ],
)
def test_validators_go_back_byte_for_byte(etag: str | None, last_modified: str | None) -> None:
    """What a server sent as ETag and Last-Modified is what it gets, however odd."""
    sent = {"ETag": etag, "Last-Modified": last_modified}
    headers = {name: value for name, value in sent.items() if value}

    def site(request: Request) -> Response:
        known = request.has("If-None-Match") or request.has("If-Modified-Since")
        return Response(304 if known else 200, headers, FEED)

    seen = Recorder(site)
    with serve(seen) as base_url:
        first = ask(base_url)
        assert isinstance(first, Fetched)
        second = ask(base_url, make_state(base_url, first.etag, first.last_modified))
    assert isinstance(second, NotModified)
    assert seen.requests[1].get("If-None-Match") == etag
    assert seen.requests[1].get("If-Modified-Since") == last_modified
    assert (second.etag, second.last_modified) == (etag, last_modified)


def test_a_304_carries_what_it_renews() -> None:
    """A new ETag and max-age on a 304 are handed on."""
    renewed = {"ETag": '"b2"', "Cache-Control": "max-age=60"}
    with serve(lambda _: Response(304, renewed)) as base_url:
        result = ask(base_url, make_state(base_url, '"a1"'))
    assert isinstance(result, NotModified)
    assert (result.etag, result.last_modified) == ('"b2"', None)
    assert (result.max_age, result.url) == (timedelta(minutes=1), base_url)


@pytest.mark.parametrize("conditional", [True, False])
def test_validators_belong_to_the_configured_url(conditional: bool) -> None:  # noqa: FBT001 - a table
    """No validator is sent when asked not to, nor one that belongs to another URL."""
    seen = Recorder(whole)
    with serve(seen) as base_url:
        url = f"{base_url}/other" if conditional else base_url
        ask(base_url, make_state(url, '"a1"', "x"), conditional=conditional)
    assert not seen.requests[0].has("If-None-Match")
    assert not seen.requests[0].has("If-Modified-Since")


@pytest.mark.parametrize("etag", ["", "x" * 4_001, '"a\x01b"', '"a\nb"'])
def test_a_validator_that_cannot_be_sent_back_is_not_kept(etag: str) -> None:
    """Empty, over-long and unprintable validators would make every later request fail."""
    result = ask("https://wire.example/", answers=lambda _: answer(200, [("ETag", etag)], FEED))
    assert isinstance(result, Fetched)
    assert result.etag is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (203, None),
        (204, Failure.STATUS),
        (206, Failure.STATUS),
        (226, Failure.STATUS),
        (300, Failure.STATUS),
        (304, Failure.PROTOCOL),
        (400, Failure.STATUS),
        (401, Failure.FORBIDDEN),
        (403, Failure.FORBIDDEN),
        (404, Failure.NOT_FOUND),
        (410, Failure.GONE),
        (418, Failure.STATUS),
        (429, Failure.THROTTLED),
        (500, Failure.STATUS),
        (503, Failure.UNAVAILABLE),
        (599, Failure.STATUS),
    ],
)
def test_a_status_has_its_kind(status: int, kind: Failure | None) -> None:
    """Each status is one kind of failure, with the status kept and named for people."""
    with serve(lambda _: Response(status, {"Retry-After": "120"}, b"x")) as base_url:
        result = ask(base_url)
    if kind is None:
        assert isinstance(result, Fetched)
        return
    failure = failed(result)
    assert (failure.kind, failure.status) == (kind, status)
    assert f"127.0.0.1 answered {status}" in failure.detail
    assert failure.retry_after == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("headers", "body", "kind"),
    [
        ({"cf-mitigated": "challenge"}, b"", Failure.CHALLENGE),
        ({"Server": "cloudflare"}, b"<title>Just a moment...</title>", Failure.CHALLENGE),
        ({"Server": "ddos-guard"}, b"<title>DDoS-Guard</title>", Failure.CHALLENGE),
        ({"Server": "cloudflare"}, b"you are blocked", Failure.FORBIDDEN),
        ({"Server": "nginx"}, b"<title>Just a moment...</title>", Failure.FORBIDDEN),
        ({"Server": "cloudflare", "Content-Encoding": "zip"}, b"x", Failure.FORBIDDEN),
        ({"Server": "cloudflare", "Content-Encoding": "gzip"}, b"x" * 9, Failure.FORBIDDEN),
        ({"Server": "cloudflare"}, b"/cdn-cgi/challenge-platform/" * 9_999, Failure.CHALLENGE),
    ],
)
def test_a_challenge_page_is_told_from_a_refusal(
    headers: dict[str, str], body: bytes, kind: Failure
) -> None:
    """A bot check is recognised by Cloudflare's header or by the marks on its page."""
    given = {"Content-Type": "text/html", **headers}
    with serve(lambda _: Response(403, given, body)) as base_url:
        assert failed(ask(base_url)).kind is kind


def test_secrets_stay_out_of_words_and_urls() -> None:
    """`user:password@` goes into an Authorization field; no detail holds it, nor a query."""
    seen = Recorder(lambda _: Response(404))
    with serve(seen) as base_url:
        address = base_url.replace("://", "://desk:p%40ss@")
        failure = failed(ask(f"{address}/feed?apikey=SECRET"))
    assert seen.requests[0].get("Authorization") == "Basic ZGVzazpwQHNz"
    assert "SECRET" not in failure.detail
    assert "desk" not in failure.detail + failure.url


def test_a_header_that_would_break_the_request_is_named() -> None:
    """A line break in a configured header sends nothing and points at the configuration."""
    seen = Recorder(whole)
    with serve(seen) as base_url:
        source = make_source(base_url, headers=(("X-Key", "a\r\nCookie: b"),))
        failure = failed(ask(source))
    assert failure.kind is Failure.PROTOCOL
    assert "headers" in failure.detail
    assert seen.requests == []


def test_header_values_are_latin_1() -> None:
    """Header bytes outside ASCII come through as latin-1, whatever else they may look like."""
    raw = b'HTTP/1.1 200 OK\r\nETag: "\xd5\xa1"\r\nContent-Type: text/xml;\xff\r\n\r\n<rss/>'
    with serve(lambda _: Raw([raw])) as base_url:
        result = ask(base_url)
    assert isinstance(result, Fetched)
    assert (result.etag, result.content_type) == ('"\xd5\xa1"', "text/xml;\xff")


def test_many_at_once_all_end() -> None:
    """A thousand fetches at once all come to their end."""

    async def fetch_all(base_url: str) -> list[FetchResult]:
        async with Fetcher(POLLING, AGENT) as fetcher:
            urls = [f"{base_url}/{number}" for number in range(1_000)]
            tasks = [fetcher.fetch(make_source(url), make_state(url)) for url in urls]
            return await asyncio.gather(*tasks)

    with without_proxies(), serve(whole) as base_url:
        results = asyncio.run(fetch_all(base_url))
    assert [one.url for one in results] == [f"{base_url}/{number}" for number in range(1_000)]
    assert all(isinstance(one, Fetched) for one in results)


def test_an_interrupt_passes_however_it_comes_out() -> None:
    """Ctrl-C that hits httpx2 while it cleans up is no failure of the source."""

    def answers(_: httpx2.Request) -> httpx2.Response:
        try:
            raise KeyboardInterrupt
        finally:
            raise RuntimeError

    with pytest.raises(KeyboardInterrupt):
        ask("https://wire.example/feed", answers=answers)


def test_cancelling_passes() -> None:
    """Only CancelledError leaves a fetch, so that the daemon can stop at any time."""

    async def cancel(base_url: str) -> None:
        async with Fetcher(POLLING, AGENT) as fetcher:
            fetching = fetcher.fetch(make_source(base_url), make_state(base_url))
            async with asyncio.timeout(0.05):
                await fetching

    with without_proxies(), serve(lambda _: stall()) as base_url, pytest.raises(TimeoutError):
        asyncio.run(cancel(base_url))
