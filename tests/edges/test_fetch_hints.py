"""Retry-After, max-age and Expires, and what faults mean, step by step."""

import errno
import socket
import ssl
from datetime import timedelta

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model import Failure
from aggregator.edges.fetch.faults import Place, explain, find_proxy
from aggregator.edges.fetch.head import Head, make_head
from aggregator.edges.fetch.hints import read_max_age, read_retry_after

DATE = "Thu, 21 Sep 2023 18:00:00 GMT"
LATER = "Thu, 21 Sep 2023 19:00:00 GMT"
EARLIER = "Thu, 21 Sep 2023 17:00:00 GMT"


def head(**fields: str) -> Head:
    """A head with these fields, `_` for `-`."""
    return Head(200, tuple((name.replace("_", "-"), value) for name, value in fields.items()))


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, None),
        ({"retry_after": "120"}, 120),
        ({"retry_after": " 0120 "}, 120),
        ({"retry_after": "0"}, 0),
        ({"retry_after": "9" * 5_000}, 2**31),
        ({"retry_after": str(2**31 + 1)}, 2**31),
        ({"retry_after": LATER, "date": DATE}, 3_600),
        ({"retry_after": EARLIER, "date": DATE}, 0),
        ({"retry_after": EARLIER}, 0),
        ({"retry_after": "Thursday, 21-Sep-23 19:00:00 GMT", "date": DATE}, 3_600),
        ({"retry_after": "Thu Sep 21 19:00:00 2023", "date": DATE}, 3_600),
        ({"retry_after": "Thu, 21 Sep 2023 23:00:00 +0400", "date": DATE}, 3_600),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "-5"}, None),
        ({"retry_after": "1.5"}, None),
        ({"retry_after": "1_000"}, None),
        ({"retry_after": "x" * 65}, None),
        ({"retry_after": "Thu, 99 Sep 2023 19:00:00 GMT"}, None),
    ],
)
def test_retry_after(fields: dict[str, str], seconds: int | None) -> None:
    """Seconds, or a date against the answer's own Date; what cannot be read is none."""
    wait = read_retry_after(head(**fields))
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, None),
        ({"cache_control": "max-age=900"}, 900),
        ({"cache_control": "public, Max-Age = 900"}, 900),
        ({"cache_control": 'max-age="900"'}, 900),
        ({"cache_control": "max-age=900, max-age=5"}, 900),
        ({"cache_control": "max-age=900", "age": "100"}, 800),
        ({"cache_control": "max-age=900", "age": "900"}, None),
        ({"cache_control": "max-age=900", "age": "old"}, 900),
        ({"cache_control": "max-age=900, no-cache"}, None),
        ({"cache_control": "no-store, max-age=900"}, None),
        ({"cache_control": "max-age=0"}, None),
        ({"cache_control": "max-age=-1"}, None),
        ({"cache_control": "max-age=soon", "expires": LATER, "date": DATE}, None),
        ({"cache_control": "s-maxage=900"}, None),
        ({"cache_control": 'ext="max-age=5, no-store", max-age=900'}, 900),
        ({"cache_control": "max-age=900", "expires": EARLIER, "date": DATE}, 900),
        ({"expires": LATER, "date": DATE}, 3_600),
        ({"expires": LATER, "date": DATE, "age": "600"}, 3_000),
        ({"expires": EARLIER, "date": DATE}, None),
        ({"expires": EARLIER}, None),
        ({"expires": "0", "date": DATE}, None),
    ],
)
def test_max_age(fields: dict[str, str], seconds: int | None) -> None:
    """Cache-Control over Expires, less Age; nothing where no time is left."""
    age = read_max_age(head(**fields))
    assert age == (None if seconds is None else timedelta(seconds=seconds))


def test_fields_of_one_name_are_read_together() -> None:
    """Cache-Control may stand in several fields, in any spelling of the name."""
    fields = [(b"Cache-Control", b"public"), (b"CACHE-CONTROL", b"max-age=60")]
    assert read_max_age(make_head(200, fields)) == timedelta(minutes=1)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_the_reading(one: str, two: str, three: str) -> None:
    """Whatever stands in these fields, a wait is none or not negative."""
    wait = read_retry_after(head(retry_after=one, date=two))
    age = read_max_age(head(cache_control=one, expires=two, date=three, age=three))
    assert wait is None or wait >= timedelta()
    assert age is None or age > timedelta()


def caused(error: BaseException, cause: BaseException) -> BaseException:
    """The error with its cause, as `raise ... from` leaves it."""
    error.__cause__ = cause
    return error


UNEXPLAINED = ssl.SSLCertVerificationError(1, "text")
CERTIFICATE = ssl.SSLCertVerificationError(1, "text")
CERTIFICATE.verify_message = "certificate has expired"
GROUP = ExceptionGroup("all failed", [OSError(errno.ENETUNREACH, "x"), OSError(errno.EIO, "x")])


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (caused(httpx2.ConnectError("x"), socket.gaierror(socket.EAI_AGAIN, "")), "dns", "network"),
        (
            caused(httpx2.ConnectError("x"), socket.gaierror(socket.EAI_NONAME, "")),
            "dns",
            "address",
        ),
        (caused(httpx2.ConnectError("x"), CERTIFICATE), "tls", "certificate has expired"),
        (caused(httpx2.ConnectError("x"), UNEXPLAINED), "tls", "no reason given"),
        (caused(httpx2.ConnectError("x"), ssl.SSLError(1, "y")), "tls", "no common ground"),
        (caused(httpx2.ConnectError("x"), GROUP), "connect", "check this machine's network"),
        (OSError(errno.EMFILE, "x"), "connect", "ulimit -n"),
        (caused(httpx2.ConnectError("x"), OSError(errno.ECONNRESET, "")), "reset", "reset by peer"),
        (httpx2.ConnectError("x"), "connect", "no connection to wire.example"),
        (httpx2.ConnectTimeout("x"), "deadline", "in time"),
        (httpx2.ProxyError("x"), "connect", "refused to connect"),
        (httpx2.InvalidURL("x"), "protocol", "not one of HTTP"),
        (httpx2.UnsupportedProtocol("x"), "protocol", "not one of HTTP"),
        (httpx2.LocalProtocolError("x"), "protocol", "headers and user_agent"),
        (httpx2.ReadError("x"), "reset", "without an answer"),
        (httpx2.WriteError("x"), "reset", "without an answer"),
        (httpx2.RemoteProtocolError("x"), "protocol", "did not answer in HTTP"),
        (caused(httpx2.RemoteProtocolError("x"), OSError()), "reset", "without an answer"),
        (KeyError("stream"), "protocol", "did not answer in HTTP"),
    ],
)
def test_a_fault_is_named_by_its_classes(error: BaseException, kind: str, words: str) -> None:
    """The kind comes from classes and error numbers in the chain; the words say what to do."""
    failure = explain(error, Place("wire.example"))
    assert failure.kind == kind
    assert words in failure.detail


def test_a_fault_in_the_body_is_incomplete() -> None:
    """Whatever breaks while the body comes makes it incomplete."""
    failure = explain(httpx2.ReadError("x"), Place("wire.example", in_body=True))
    assert failure.kind is Failure.INCOMPLETE


@pytest.mark.parametrize(
    ("proxy", "host"),
    [("http://u:p@proxy.example:3128", "proxy.example"), ("http://x:port", None)],
)
def test_a_proxy_is_named_without_its_password(proxy: str, host: str | None) -> None:
    """Messages name the proxy's host only, and none where its URL cannot be read."""
    assert find_proxy("http://wire.example/", "wire.example", proxy) == host
