"""What is wrong with a source that answers, by its name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.core.conditions import find_conditions, name_page
from aggregator.core.model import (
    Failure,
    FeedHead,
    Fetched,
    FetchState,
    Hop,
    ParsedFeed,
    ParseFailed,
    RawItem,
)
from aggregator.core.normalise import normalise_feed
from tests.core.make import NOW, make_source

HOUR = timedelta(hours=1)
SOURCE = make_source()
STATE = FetchState("hetq", SOURCE.url, NOW, last_poll=NOW, last_ok=NOW, last_new=NOW)
HTML = ParseFailed(Failure.HTML, "HTML page, not a feed: News")
HOP = (Hop(302, "https://hetq.example/x"),)


@pytest.mark.parametrize(
    ("body", "path", "hops", "kind"),
    [
        (b"<html><p>News</html>", "/rss", (), Failure.HTML),
        (b"<html><script src='/cdn-cgi/challenge-platform/x'>", "/rss", (), Failure.HTML),
        (b"<html><title>Just a moment...</title>", "/rss", (), Failure.CHALLENGE),
        (b"<html><INPUT name=p TYPE = 'password'>", "/rss", (), Failure.LOGIN),
        (b"<html><input type=password>", "/rss", (), Failure.LOGIN),
        (b"<html><input type=text><p>password", "/rss", (), Failure.HTML),
        (b"<html>", "/login", HOP, Failure.LOGIN),
        (b"<html>", "/account/Sign-In.php", HOP, Failure.LOGIN),
        (b"<html>", "/wp-login.php", HOP, Failure.LOGIN),
        (b"<html>", "/login", (), Failure.HTML),
        (b"<html>", "/author/authority", HOP, Failure.HTML),
    ],
)
def test_a_page_has_its_true_name(
    body: bytes, path: str, hops: tuple[Hop, ...], kind: Failure
) -> None:
    """A bot check and a login page are not just any page; each says what to do."""
    page = Fetched(f"https://hetq.example{path}", body, hops=hops)
    found = name_page(HTML, page)
    assert found.kind is kind
    assert found is HTML or "not a feed: " in found.detail


def test_only_pages_are_looked_at() -> None:
    """Other XML that holds a password field is not a login page."""
    failed = ParseFailed(Failure.NOT_A_FEED, "XML")
    assert name_page(failed, Fetched("https://a.example/", b"<input type=password>")) is failed


def look(*ages: float | None, **facts: object) -> list[str]:
    """The names of what is found in a feed whose items are so many hours old."""
    items = [
        RawItem(
            raw_id=str(place),
            link=f"https://hetq.example/{place}",
            published=None if age is None else (NOW - age * HOUR).isoformat(),
        )
        for place, age in enumerate(ages)
    ]
    feed = ParsedFeed("rss20", FeedHead(language="en"), tuple(items))
    entries = normalise_feed(feed, SOURCE, SOURCE.url, NOW).entries
    state = replace(STATE, **facts)  # type: ignore[arg-type]  # facts of many types
    found = find_conditions(feed, SOURCE, entries, state, NOW)
    assert all(problem.item == "" for problem in found)
    return [problem.what.partition(":")[0] for problem in found]


SILENT = {"rewrites": 5, "last_new": NOW - 100 * HOUR, "usual_gap": HOUR}


@pytest.mark.parametrize(
    ("ages", "facts", "names"),
    [
        ((1, 2), {}, []),
        ((), {}, ["empty feed"]),
        ((), SILENT, ["empty feed"]),
        ((100, 101), SILENT, ["frozen feed"]),
        ((100, 101), {**SILENT, "rewrites": 4}, []),
        ((100, 101), {**SILENT, "last_new": NOW - 70 * HOUR}, []),
        ((-25, -30, 1), {}, ["dates ahead"]),
        ((-25, 1), {}, []),
        ((None, None, -25), {}, []),
        ((-0.1, 1), {}, []),
        ((-4, 1), {}, ["clock ahead"]),
        ((-24, 1, 2), {}, ["clock ahead"]),
    ],
)
def test_each_condition_has_its_rule(
    ages: tuple[float | None, ...], facts: dict[str, object], names: list[str]
) -> None:
    """Empty, frozen, flooded with future dates, ahead of the clock; nothing where all is well."""
    assert look(*ages, **facts) == names
