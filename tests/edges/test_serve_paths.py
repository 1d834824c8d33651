"""No path leads out of the published folder."""

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.edges.serve import make_site
from aggregator.edges.serve.paths import Place, read_path
from tests.edges.serving import Log, run_site

SECRET = b"SECRET: this lies outside of the published folder"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A published folder with secrets around it, and links of every kind."""
    public = tmp_path / "public"
    (public / "sub").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(SECRET)
    (tmp_path / "public-too").mkdir()
    (tmp_path / "public-too" / "secret").write_bytes(SECRET)
    (public / "sub" / "atom.xml").write_bytes(b"public")
    (public / ".publishing-aaaaaaaa.tmp").write_bytes(SECRET)
    (public / "visible").symlink_to(".publishing-aaaaaaaa.tmp")
    (public / "file").symlink_to("../secret")
    (public / "out").symlink_to("..")
    (public / "too").symlink_to(tmp_path / "public-too")
    (public / "loop").symlink_to("loop")
    (public / "in").symlink_to("sub")
    return public


HOSTILE = [
    b"/../secret",
    b"/sub/../../secret",
    b"/%2e%2e/secret",
    b"/%2e%2e%2fsecret",
    b"/sub%2fatom.xml",
    b"/..%5csecret",
    b"/..\\secret",
    b"//secret",
    b"/sub//atom.xml",
    b"/./sub/atom.xml",
    b"/sub/atom.xml%00.html",
    b"/sub%0d%0aX:1/atom.xml",
    b"/%ff%fe",
    b"/%c0%ae%c0%ae/secret",
    b"/.publishing-aaaaaaaa.tmp",
    b"/visible",
    b"/file",
    b"/out/secret",
    b"/out/",
    b"/too/secret",
    b"/loop",
    b"/none",
    b"/" + b"a" * 300,
    b"/" + b"a/" * 3_000,
    b"/" + b"%61" * 3_000,
    b"*",
    b"http://elsewhere/../secret",
]


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path[:24].decode("latin-1"))
def test_a_hostile_path_is_a_404(folder: Path, path: bytes) -> None:
    """Over the wire, as it is; the answer names the path without any sign that could hurt."""
    with run_site(folder) as site:
        got = site.send(b"GET %b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % path)
    assert got.startswith(b"HTTP/1.1 404 ")
    assert b"SECRET" not in got
    assert not set(got.partition(b"\r\n\r\n")[2]) & set(b"<>&\"'\\\r\0")
    assert len(got) < 2_000
    assert site.log.lines == []


@pytest.mark.parametrize(
    "path",
    [b"/in/atom.xml", b"/sub/atom.xml?a=/../x", b"/s%75b/atom.xml", b"HTTP://a:1/sub/atom.xml"],
)
def test_other_ways_to_the_same_file(folder: Path, path: bytes) -> None:
    """A link inside of the folder, a query, an encoded letter, a full address."""
    with run_site(folder) as site:
        got = site.send(b"GET %b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % path)
    assert got.startswith(b"HTTP/1.1 200 ")
    assert got.endswith(b"\r\n\r\npublic")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_what_is_no_request_is_a_400(folder: Path, request_bytes: bytes) -> None:
    """Or the connection ends; the site goes on."""
    with run_site(folder) as site:
        try:
            got = site.send(request_bytes)
        except ConnectionError:  # it hung up before all was sent
            got = b""
        assert got[:13] in {b"", b"HTTP/1.1 400 "}
        assert site.ask("/sub/atom.xml").status == 200


@pytest.mark.parametrize(
    "field",
    [
        b"If-None-Match: " + b'"a",' * 3_000,
        b"If-None-Match: \xff\xfe",
        b"If-Modified-Since: Thu, 99 Foo 99999 99:99:99 +9999",
        b"Accept-Encoding: " + b"gzip;q=0." + b"9" * 5_000,
        b"Accept-Encoding: ;;q==,,\xff",
        b"Range: bytes=0-1,5-99999999999999999999",
        b"Upgrade: websocket\r\nX-Forwarded-For: \xff",
        b"Expect: 100-continue\r\nContent-Length: 5",
    ],
    ids=lambda field: field[:28].decode("latin-1"),
)
def test_absurd_fields_are_ignored(folder: Path, field: bytes) -> None:
    """The file is served whole, nothing is logged."""
    head = b"GET /sub/atom.xml HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%b\r\n\r\n"
    with run_site(folder) as site:
        got = site.send(head % field)
    assert got.startswith(b"HTTP/1.1 200 ")
    assert got.endswith(b"public")
    assert site.log.lines == []


NAMES = [b"..", b".", b"", b"secret", b"public", b"public-too", b"sub", b"atom.xml", b"out", b"in",
         b"too", b"file", b"loop", b"visible", b".publishing-aaaaaaaa.tmp", b"etc"]  # fmt: skip
JOINTS = [b"/", b"//", b"%2f", b"%5c", b"\\", b"/./", b"/../", b"%00", b"?", b";"]
PIECES = st.one_of(
    st.sampled_from(NAMES + JOINTS),
    st.sampled_from(NAMES).map(lambda name: b"".join(b"%%%02x" % sign for sign in name)),
    st.binary(max_size=8).map(lambda raw: quote_from_bytes(raw).encode()),
)
PATHS = st.lists(PIECES, max_size=9).map(lambda pieces: b"/" + b"".join(pieces))


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS)
def test_no_path_answers_with_a_file_from_outside(folder: Path, path: bytes) -> None:
    """Whatever is asked: a public file, a page that names none, a redirect or a 404."""
    log = Log()
    status, body = asyncio.run(ask(folder, path, log))
    assert status in {200, 301, 404}
    assert b"SECRET" not in body
    if status == 200:
        assert body == b"public" or b"Nothing is published yet" in body
    assert log.lines == []


async def ask(folder: Path, path: bytes, log: Log) -> tuple[int, bytes]:
    """Status and body of one request without a network."""
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "raw_path": path, "headers": []}
    await make_site(folder, {}, log)(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@given(st.binary(max_size=60).map(lambda raw: b"/" + raw))
def test_a_place_has_plain_names_only(raw: bytes) -> None:
    """Each name of a place is one visible name of a file system."""
    place = read_path(raw)
    for name in place.names if place else ():
        assert name.strip(".") or not name.startswith(".")
        assert not set(name) & {"/", "\\", "\0", "\n"}
        assert 0 < len(name.encode()) <= 255


def test_the_root_is_a_folder_without_names() -> None:
    """Its path is one slash."""
    place = read_path(b"/")
    assert place == Place((), is_folder=True)
    assert place.path == "/"
