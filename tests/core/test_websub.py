"""What a hub decides: which one is named, what is taken, when it is tried again."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.core.settings import Config, NewsfeedSettings, PublishSettings, ServeSettings
from aggregator.core.websub import (
    Ended,
    Limits,
    Mode,
    Questions,
    Refusal,
    Reply,
    Subscription,
    Wish,
    find_hub,
    find_links,
    is_confirmed,
    is_due,
    is_topic_path,
    judge,
    make_denial,
    make_fields,
    make_question,
    read_wish,
    refuse_more,
    refuse_question,
    sign,
)
from aggregator.core.websub.delivering import MOST_TRIES
from aggregator.core.websub.wishing import LEAST_LEASE, MOST_LEASE, USUAL_LEASE
from tests.core.make import NOW

WORD = "Jefe"
"""The secret of a test case of RFC 4231."""

BASE = "https://news.example/day/"
CONFIG = Config("sources.yaml", NewsfeedSettings(base_url=BASE))


def with_hub(hub: str | None, *, served: bool = True) -> Config:
    """A configuration that names a hub."""
    return replace(CONFIG, publish=PublishSettings(hub=hub), serve=ServeSettings(enabled=served))


@pytest.mark.parametrize(
    ("hub", "served", "address"),
    [
        (None, True, None),
        ("builtin", True, f"{BASE}hub"),
        ("builtin", False, None),
        ("https://hub.example/", True, "https://hub.example/"),
        ("https://hub.example/", False, "https://hub.example/"),
    ],
)
def test_the_feeds_name_a_hub_that_answers(hub: str, served: bool, address: str | None) -> None:  # noqa: FBT001 - a column of the table
    """The built-in hub stands below the feeds, and is named only where something is served."""
    assert find_hub(with_hub(hub, served=served)) == address


def test_only_feeds_have_links() -> None:
    """A feed in whatever folder names its hub and itself; nothing else does."""
    config = with_hub("builtin")
    assert find_links("tags/a/rss.xml", config) == (
        f'<{BASE}hub>; rel="hub", <{BASE}tags/a/rss.xml>; rel="self"'
    )
    assert find_links("index.html", config) == find_links("atom.xml", CONFIG) == ""
    assert not is_topic_path("opml.xml")
    assert not is_topic_path("2026/11/24/atom.xml")


# Wishes -------------------------------------------------------------------------

TOPIC, CALLBACK = f"{BASE}atom.xml", "https://reader.example/hook?id=7"
FORM = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": CALLBACK}
WISH = Wish(Mode.SUBSCRIBE, TOPIC, CALLBACK, "atom.xml", USUAL_LEASE)
SUBSCRIPTION = Subscription(TOPIC, CALLBACK, NOW + USUAL_LEASE, "old")


def read(**changes: str) -> Wish | Refusal:
    """What a form with other fields asks for; `__` stands for the dot."""
    form = FORM | {name.replace("__", "."): value for name, value in changes.items()}
    return read_wish(list(form.items()), BASE)


def test_a_wish_is_read() -> None:
    """Unknown fields are passed over (WebSub section 5.1), and of a name twice the first counts."""
    assert read() == WISH
    assert read_wish([*FORM.items(), ("hub.mode", "x"), ("foo", "bar")], BASE) == WISH
    wish = read(hub__mode="unsubscribe", hub__secret="é" * 99)
    assert isinstance(wish, Wish)
    assert (wish.mode, wish.secret, wish.host) == (Mode.UNSUBSCRIBE, "é" * 99, "reader.example")
    tag = read(hub__topic=f"{BASE}tags/%D5%A1/feed.json")
    assert isinstance(tag, Wish)
    assert tag.path == "tags/ա/feed.json"


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("mode", "publish", 400),
        ("mode", "", 400),
        ("topic", "", 404),
        ("topic", "https://other.example/atom.xml", 404),
        ("topic", f"{BASE}index.html", 404),
        ("topic", f"{BASE}../atom.xml", 404),
        ("topic", f"{BASE}%2e%2e%2f/atom.xml", 404),
        ("topic", f"{BASE}.hidden/atom.xml", 404),
        ("topic", f"{BASE}/atom.xml", 404),
        ("topic", f"{BASE}a%00/atom.xml", 404),
        ("topic", f"{BASE}{'a' * 2_000}/atom.xml", 404),
        ("callback", "", 400),
        ("callback", "ftp://reader.example/", 400),
        ("callback", "//reader.example/", 400),
        ("callback", "https://reader.example/a b", 400),
        ("callback", "https://reader.example/\r\nX: y", 400),
        ("callback", "https://user:word@reader.example/", 400),
        ("callback", "https://reader.example/#part", 400),
        ("callback", f"https://reader.example/{'a' * 2_000}", 400),
        ("callback", "http://127.0.0.1:8080/hub", 400),
        ("callback", "http://[::1]/", 400),
        ("callback", "http://10.0.0.7/", 400),
        ("callback", "http://2130706433/", 400),
        ("callback", "http://localhost/", 400),
        ("lease_seconds", "-1", 400),
        ("lease_seconds", "ten", 400),
        ("lease_seconds", "٣", 400),
        ("lease_seconds", "9" * 13, 400),
        ("secret", "x" * 200, 400),
        ("secret", "é" * 100, 400),
    ],
)
def test_a_wish_that_breaks_a_rule_is_refused(field: str, value: str, status: int) -> None:
    """With the number of HTTP for it, and words that repeat nothing of the request."""
    refusal = read(**{f"hub__{field}": value})
    assert isinstance(refusal, Refusal)
    assert refusal.status == status
    assert not value or value not in refusal.why or value == "ten"


def test_private_callbacks_are_for_operators_to_allow() -> None:
    """As for sources."""
    form = [*(FORM | {"hub.callback": "http://127.0.0.1/"}).items()]
    assert isinstance(read_wish(form, BASE, allow_private=True), Wish)


@pytest.mark.parametrize(
    ("asked", "lease"),
    [
        ("", USUAL_LEASE),
        ("0", LEAST_LEASE),
        ("3599", LEAST_LEASE),
        ("86400", timedelta(days=1)),
        ("2592001", MOST_LEASE),
        ("999999999999", MOST_LEASE),
    ],
)
def test_a_lease_stays_within_bounds(asked: str, lease: timedelta) -> None:
    """As long as asked, an hour at least and thirty days at most; ten days where nobody says."""
    wish = read(hub__lease_seconds=asked)
    assert isinstance(wish, Wish)
    assert wish.lease == lease


def test_no_secret_is_shown() -> None:
    """Not in a traceback, not in a log line that somebody writes of a value."""
    wish = read(hub__secret=WORD)
    assert WORD not in f"{wish} {replace(SUBSCRIPTION, secret=WORD)}"


# Questions ------------------------------------------------------------------------


def test_a_callback_is_asked_whether_it_means_it() -> None:
    """Its own parameters stay (WebSub section 5.3); a lease is told where there is one."""
    asked = urlsplit(make_question(WISH, "abc"))
    assert asked.query.startswith("id=7&")
    assert parse_qs(asked.query) == {
        "id": ["7"],
        "hub.mode": ["subscribe"],
        "hub.topic": [TOPIC],
        "hub.challenge": ["abc"],
        "hub.lease_seconds": ["864000"],
    }
    bare = replace(WISH, mode=Mode.UNSUBSCRIBE, callback="https://reader.example/hook")
    assert make_question(bare, "abc").startswith("https://reader.example/hook?hub.mode=unsub")
    assert "lease" not in make_question(bare, "abc")
    assert parse_qs(urlsplit(make_denial(SUBSCRIPTION.name, "gone away")).query) == {
        "id": ["7"],
        "hub.mode": ["denied"],
        "hub.topic": [TOPIC],
        "hub.reason": ["gone away"],
    }


@pytest.mark.parametrize(
    ("reply", "confirmed"),
    [
        (Reply(200, b"abc"), True),
        (Reply(204, b"abc"), True),
        (Reply(200, b"abcd"), False),
        (Reply(200, b""), False),
        (Reply(302, b"abc"), False),
        (Reply(404, b"abc"), False),
        (Reply(0, why="no connection"), False),
    ],
)
def test_only_the_challenge_confirms(reply: Reply, confirmed: bool) -> None:  # noqa: FBT001 - a column of the table
    """A 2xx whose body is the challenge to the letter."""
    assert is_confirmed(reply, "abc") is confirmed


def test_nobody_makes_the_hub_ask_a_stranger_over_and_over() -> None:
    """So many questions a minute for one host and in all, of which old ones are forgotten."""
    limits, asked = Limits(questions=3, questions_of_host=2), Questions([])
    for host in ("a", "a", "b"):
        assert refuse_question(limits, asked, host, NOW) is None
        asked.note(host, NOW)
    for host in ("a", "c"):
        refusal = refuse_question(limits, asked, host, NOW)
        assert refusal is not None
        assert (refusal.status, refusal.wait) == (429, timedelta(minutes=1))
    later = NOW + timedelta(minutes=1)
    assert refuse_question(limits, asked, "a", later) is None
    asked.note("a", later)
    assert len(asked.asked) == 1


def test_there_is_room_for_so_many() -> None:
    """In all and of one host, those that are being asked counted; renewal and leaving always go."""
    limits = Limits(subscriptions=3, of_host=2)
    other = replace(WISH, callback="https://reader.example/2")
    third = replace(WISH, callback="https://reader.example/3")
    elsewhere = replace(WISH, callback="https://else.example/")
    assert refuse_more(limits, [SUBSCRIPTION], [], other) is None
    refusal = refuse_more(limits, [SUBSCRIPTION], [other.name], third)
    assert refusal is not None
    assert refusal.status == 429
    assert refuse_more(limits, [SUBSCRIPTION], [other.name], elsewhere) is None
    full = [SUBSCRIPTION, *(replace(SUBSCRIPTION, callback=f"https://{n}.example/") for n in "ab")]
    refusal = refuse_more(limits, full, [], elsewhere)
    assert refusal is not None
    assert refusal.status == 503
    assert refuse_more(limits, full, [], WISH) is None
    assert refuse_more(limits, full, [], replace(elsewhere, mode=Mode.UNSUBSCRIBE)) is None


# Deliveries -------------------------------------------------------------------------


def test_what_a_callback_has_is_not_sent_again() -> None:
    """Nor anything after the lease, nor before the next try is due, whatever the clock does."""
    assert is_due(SUBSCRIPTION, "new", NOW)
    assert not is_due(SUBSCRIPTION, "old", NOW)
    assert not is_due(SUBSCRIPTION, "new", SUBSCRIPTION.until)
    waiting = replace(SUBSCRIPTION, next_try=NOW + timedelta(minutes=1))
    assert not is_due(waiting, "new", NOW)
    assert is_due(waiting, "new", NOW + timedelta(minutes=1))
    assert is_due(waiting, "new", NOW - timedelta(days=1))


def test_a_failed_delivery_is_tried_again_ever_later_and_not_for_ever() -> None:
    """Within seconds at first, then up to six hours later; about a day after, it is over."""
    one: Subscription | Ended = SUBSCRIPTION
    now, tries = NOW, 0
    while isinstance(one, Subscription):
        assert is_due(one, "new", now)
        one, tries = judge(one, "new", Reply(500), now), tries + 1
        if isinstance(one, Subscription):
            assert one.next_try is not None
            assert one.next_try > now
            assert one.why == "its callback answered 500"
            now = one.next_try
    assert tries == MOST_TRIES
    assert one.why == f"{MOST_TRIES} deliveries in a row failed; its callback answered 500"
    assert timedelta(hours=20) < now - NOW < timedelta(hours=36)


def test_a_delivery_that_is_taken_ends_all_trouble() -> None:
    """Any 2xx; the next content begins anew."""
    failed = judge(SUBSCRIPTION, "new", Reply(0, why="no connection"), NOW)
    assert isinstance(failed, Subscription)
    assert (failed.failures, failed.why, failed.delivered) == (1, "no connection", "old")
    assert judge(failed, "new", Reply(202), NOW) == replace(SUBSCRIPTION, delivered="new")


def test_a_callback_that_is_gone_ends_its_subscription() -> None:
    """At once (WebSub section 7); a redirect is a failure and followed by nobody."""
    assert isinstance(judge(SUBSCRIPTION, "new", Reply(410), NOW), Ended)
    moved = judge(SUBSCRIPTION, "new", Reply(301), NOW)
    assert isinstance(moved, Subscription)
    assert moved.failures == 1


def test_a_delivery_is_signed_where_there_is_a_secret() -> None:
    """With HMAC of SHA-256 (the second test case of RFC 4231), and says of which topic it is."""
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    body = b"what do ya want for nothing?"
    assert sign(WORD, body) == f"sha256={digest}"
    plain = make_fields(SUBSCRIPTION, f"{BASE}hub", "application/atom+xml", body)
    assert dict(plain) == {
        "Content-Type": "application/atom+xml",
        "Link": f'<{BASE}hub>; rel="hub", <{TOPIC}>; rel="self"',
    }
    signed = make_fields(replace(SUBSCRIPTION, secret=WORD), f"{BASE}hub", "text/xml", body)
    assert dict(signed)["X-Hub-Signature"] == f"sha256={digest}"
