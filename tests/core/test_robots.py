"""What an answer to robots.txt means (RFC 9309), as a table."""

from datetime import timedelta

import pytest

from aggregator.core import robots
from aggregator.core.model import Failed, Failure, Fetched, FetchResult, Hop, NotModified
from tests.core.make import NOW

URL = "https://a.example/robots.txt"
RULES = b"User-agent: *\nDisallow: /\n"
ANSWERS: dict[str, tuple[FetchResult, bytes | None, int]] = {
    "rules": (Fetched(URL, RULES), RULES, 24),
    "five redirects": (Fetched(URL, RULES, hops=(Hop(301, URL),) * 5), RULES, 24),
    "six redirects": (Fetched(URL, RULES, hops=(Hop(301, URL),) * 6), None, 1),
    "404": (Failed(Failure.NOT_FOUND, "404", status=404), b"", 24),
    "401": (Failed(Failure.FORBIDDEN, "401", status=401), b"", 24),
    "429": (Failed(Failure.THROTTLED, "429", status=429), None, 1),
    "500": (Failed(Failure.STATUS, "500", status=500), None, 1),
    "503": (Failed(Failure.UNAVAILABLE, "503", status=503), None, 1),
    "no answer": (Failed(Failure.DEADLINE, "it slept"), None, 1),
    "304": (NotModified(URL), None, 1),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_opens_or_closes_a_host(name: str) -> None:
    """4xx opens it, a failure closes it for an hour; what was read is believed for a day."""
    answer, body, hours = ANSWERS[name]
    read = robots.read_answer(answer, NOW)
    assert (read.body, read.until) == (body, NOW + timedelta(hours=hours))
    assert bool(read.why) is (body is None)


def test_its_place_is_the_root_of_the_pages_own_origin() -> None:
    """Scheme and port included (RFC 9309 section 2.3)."""
    assert robots.find_place("http://a.example:8080/x/y?z#f") == "http://a.example:8080/robots.txt"


def test_half_a_megabyte_is_read() -> None:
    """Up to the last whole line of it."""
    line = b"Disallow: /a\n"
    kept = robots.cut(line * 50_000)
    assert robots.MOST_BYTES - len(line) <= len(kept) <= robots.MOST_BYTES
    assert kept.endswith(line)
    assert robots.cut(line) == line


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (None, (robots.TOKEN,)),
        ("Day-Newsfeed/9", (robots.TOKEN,)),
        ("otherbot/2 (+https://x.example)", (robots.TOKEN, "otherbot")),
    ],
)
def test_our_own_name_binds_always(agent: str | None, expected: tuple[str, ...]) -> None:
    """Another one that a source is asked under binds too."""
    assert robots.name_agents(agent) == expected
