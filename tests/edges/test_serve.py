"""The published folder over HTTP."""

import gzip
import os
import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aggregator.edges.serve import Asking, Page
from aggregator.edges.serve.conditions import is_known, takes_gzip
from aggregator.edges.serve.shelf import Gap, Kept, Shelf
from tests.edges.make import run_python
from tests.edges.serving import BOUND, OLD, Running, make_page, run_site

ATOM = b"<feed>" + b"<entry/>" * 500 + b"</feed>"
SAFE = {"x-content-type-options", "referrer-policy", "content-security-policy"}


def publish(folder: Path, name: str, body: bytes, at: float = OLD) -> Path:
    """Replace a file as the publisher does: by a rename."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(".publishing-aaaaaaaa.tmp")
    new.write_bytes(body)
    os.utime(new, (at, at))
    return new.replace(target)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A published folder."""
    place = tmp_path / "public"
    for name in ("atom.xml", "rss.xml", "2023/09/21/atom.xml", "2023/09/21/index.html"):
        publish(place, name, ATOM)
    return place


@pytest.fixture
def site(folder: Path) -> Iterator[Running]:
    """The published folder, served."""
    with run_site(folder) as running:
        yield running


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("atom.xml", "application/atom+xml; charset=utf-8"),
        ("rss.xml", "application/rss+xml; charset=utf-8"),
        ("feed.json", "application/feed+json"),
        ("opml.xml", "text/x-opml; charset=utf-8"),
        ("a/index.html", "text/html; charset=utf-8"),
        ("a/index.hy.html", "text/html; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.PNG", "image/png"),
        ("a.svg", "image/svg+xml"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.xml.gz", "application/gzip"),
        ("Լուրեր", "application/octet-stream"),
    ],
)
def test_a_file_has_its_type(folder: Path, name: str, media_type: str) -> None:
    """The type follows from the name; what is unknown is bytes."""
    publish(folder, name, b"12345")
    kept = Shelf(folder).read(tuple(name.split("/")))
    assert isinstance(kept, Kept)
    assert kept.media_type == media_type


def test_a_file_comes_with_all_that_readers_need(site: Running) -> None:
    """Body, validators, a short life in caches, and fields that keep a reader safe."""
    got = site.ask("/atom.xml")
    assert (got.status, got.body) == (200, ATOM)
    assert got.fields["etag"].startswith('"')
    assert got.fields["last-modified"] == formatdate(OLD, usegmt=True)
    assert got.fields["cache-control"] == "max-age=60"
    assert got.fields["vary"] == "Accept-Encoding"
    assert got.fields["content-length"] == str(len(ATOM))
    assert got.fields["access-control-allow-origin"] == "*"
    assert got.fields["cross-origin-resource-policy"] == "cross-origin"
    assert got.fields.keys() >= SAFE | {"date"}
    assert "content-encoding" not in got.fields
    assert "server" not in got.fields


def test_no_file_may_bring_scripts_or_styles_of_its_own(folder: Path) -> None:
    """Nor ask other sites, nor be framed by them; made pages may have styles inside."""
    with run_site(folder, {"/status": make_page}) as site:
        policies = [
            dict(
                part.strip().partition(" ")[::2]
                for part in site.ask(path).fields["content-security-policy"].split(";")
            )
            for path in ("/2023/09/21/", "/status")
        ]
    assert policies[0] == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert policies[1] == policies[0] | {"style-src": "'self' 'unsafe-inline'"}


def test_pages_of_other_sites_may_read_feeds_alone(site: Running) -> None:
    """A reader in a browser needs it; nobody needs it for pages."""
    assert site.ask("/atom.xml").fields["access-control-expose-headers"] == "ETag, Link"
    fields = site.ask("/2023/09/21/index.html").fields
    assert not [name for name in fields if name.startswith(("access-control", "cross-origin"))]


def test_the_gzip_form_is_another_form(site: Running) -> None:
    """It unpacks to the same bytes, is the same each time, and has a tag of its own."""
    plain, one, two = (
        site.ask("/atom.xml"),
        *(site.ask("/atom.xml", accept_encoding="br, gzip") for _ in range(2)),
    )
    assert gzip.decompress(one.body) == ATOM
    assert one.body == two.body
    assert one.fields["content-encoding"] == "gzip"
    assert one.fields["content-length"] == str(len(one.body))
    assert one.fields["etag"] == plain.fields["etag"][:-1] + '-gz"'


def test_what_gzip_makes_no_smaller_stays_plain(site: Running, folder: Path) -> None:
    """Tiny text and pictures have no gzip form."""
    publish(folder, "a.txt", b"hi")
    publish(folder, "a.png", b"x" * 9_000)
    for name in ("/a.txt", "/a.png"):
        got = site.ask(name, accept_encoding="gzip")
        assert "content-encoding" not in got.fields
        assert got.fields["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/atom.xml", "/", "/none", "/2023/09/21", "/healthz"])
def test_head_is_get_without_a_body(folder: Path, path: str) -> None:
    """Status and every field but the date are the same."""
    with run_site(folder, {"/healthz": make_page}) as site:
        get, head = site.ask(path), site.ask(path, "HEAD")
    assert head.body == b""
    assert get.body
    assert get.status == head.status
    assert {**head.fields, "date": ""} == {**get.fields, "date": ""}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("path", ["/atom.xml", "/healthz", "/none"])
def test_other_methods_are_refused(folder: Path, method: str, path: str) -> None:
    """All there is can only be read."""
    with run_site(folder, {"/healthz": make_page}) as site:
        got = site.ask(path, method)
    assert (got.status, got.fields["allow"]) == (405, "GET, HEAD")
    assert got.fields.keys() >= SAFE


def test_a_known_file_is_a_304(site: Running) -> None:
    """It carries the validators and no body."""
    etag = site.ask("/atom.xml").fields["etag"]
    got = site.ask("/atom.xml", if_none_match=f'"other", W/{etag}')
    assert (got.status, got.body) == (304, b"")
    assert got.fields["etag"] == etag
    assert got.fields["vary"] == "Accept-Encoding"
    assert got.fields["cache-control"] == "max-age=60"
    assert got.fields["last-modified"] == formatdate(OLD, usegmt=True)
    assert site.ask("/atom.xml", if_none_match=etag, accept_encoding="gzip").status == 200


@pytest.mark.parametrize(
    ("none_match", "since", "known"),
    [
        ([], [], False),
        (['"a"'], [], True),
        (['W/"a"'], [], True),
        (["*"], [], True),
        (['"b", "a"'], [], True),
        (['"b"', '"a"'], [], True),
        (["a"], [], False),
        ([""], [], False),
        (['"aa"'], [], False),
        (['"b"'], [formatdate(OLD, usegmt=True)], False),
        ([], [formatdate(OLD, usegmt=True)], True),
        ([], [formatdate(OLD + 1, usegmt=True)], True),
        ([], [formatdate(OLD - 1, usegmt=True)], False),
        ([], ["Sun, 13 Sep 2020 12:26:40 -0000"], True),
        ([], ["yesterday"], False),
        ([], ["x" * 10_000], False),
        ([], [formatdate(OLD, usegmt=True)] * 2, False),
    ],
)
def test_conditions(none_match: list[str], since: list[str], known: bool) -> None:  # noqa: FBT001 - a column of the table
    """If-None-Match, compared weakly, wins over If-Modified-Since; nonsense is no condition."""
    assert is_known('"a"', OLD, none_match, since) is known


@pytest.mark.parametrize(
    ("accept", "takes"),
    [
        ([], False),
        ([""], False),
        (["gzip"], True),
        (["GZIP ; Q=0.5"], True),
        (["x-gzip"], True),
        (["br", "gzip"], True),
        (["br, deflate"], False),
        (["*"], True),
        (["*;q=0"], False),
        (["gzip;q=0"], False),
        (["gzip;q=0.000, *"], False),
        (["identity"], False),
        (["identity, gzip;q=0.5"], False),
        (["identity;q=0, gzip;q=0.1"], True),
        (["gzip;q=2"], False),
        (["gzip;level=9"], False),
        ([";;,,;q=,"], False),
    ],
)
def test_codings(accept: list[str], takes: bool) -> None:  # noqa: FBT001 - a column of the table
    """Gzip is sent to those who take it and like it no less than plain bytes."""
    assert takes_gzip(accept) is takes


def test_a_young_file_has_no_date(site: Running, folder: Path) -> None:
    """Within a second a file may change twice; its date would hide the second change."""
    publish(folder, "atom.xml", ATOM, at=2**32)
    got = site.ask("/atom.xml", if_modified_since=formatdate(2**33, usegmt=True))
    assert got.status == 200
    assert "last-modified" not in got.fields
    assert site.ask("/atom.xml", if_none_match=got.fields["etag"]).status == 304


def test_a_replaced_file_is_seen_at_once(site: Running, folder: Path) -> None:
    """Also one of the same size and time."""
    before = site.ask("/atom.xml")
    publish(folder, "atom.xml", ATOM.swapcase())
    after = site.ask("/atom.xml", if_none_match=before.fields["etag"])
    assert (after.status, after.body) == (200, ATOM.swapcase())
    (folder / "atom.xml").unlink()
    assert site.ask("/atom.xml").status == 404


def test_a_reader_gets_the_old_whole_or_the_new_whole(site: Running, folder: Path) -> None:
    """While 150 replacements happen, every answer is one version, named by its tag."""
    done, seen = threading.Event(), set()

    def read() -> None:
        parts = urlsplit(site.url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=BOUND)
        while not done.is_set():
            connection.request("GET", "/atom.xml", headers={"Accept-Encoding": "identity"})
            answer = connection.getresponse()
            seen.add((answer.getheader("ETag"), answer.read()))
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(150):
        publish(folder, "atom.xml", b"%d" % (number % 10) * 100_000)
    done.set()
    reader.join(BOUND)
    assert seen
    assert all(len(set(body)) == 1 or body == ATOM for _, body in seen)
    assert len({tag for tag, _ in seen}) == len(seen)


def test_the_root_names_the_feeds(site: Running, folder: Path) -> None:
    """A person at the root is not lost; a page of the publisher goes first."""
    got = site.ask("/")
    assert got.fields["content-type"] == "text/html; charset=utf-8"
    assert b'href="atom.xml">Atom' in got.body
    assert b'href="rss.xml">RSS' in got.body
    assert b"feed.json" not in got.body
    publish(folder, "index.html", b"<p>ours")
    assert site.ask("/").body == b"<p>ours"


def test_an_empty_site_says_so(tmp_path: Path) -> None:
    """Before the first publishing there is not even a folder."""
    with run_site(tmp_path / "none") as site:
        assert b"Nothing is published yet" in site.ask("/").body
        assert site.ask("/atom.xml").status == 404


def test_a_folder_has_a_page(site: Running, folder: Path) -> None:
    """Without its slash it is a redirect that survives a proxy's prefix; without a page a 404."""
    assert site.ask("/2023/09/21/").body == ATOM
    got = site.ask("/2023/09/21")
    assert (got.status, got.fields["location"]) == (301, "./21/")
    (folder / "a:b").mkdir()
    assert site.ask("/a:b").fields["location"] == "./a%3Ab/"
    (folder / "x" / "index.html").mkdir(parents=True)
    assert [site.ask(path).status for path in ("/2023/", "/atom.xml/", "/x/")] == [404, 404, 404]


def test_pages_are_made_for_each_request(folder: Path) -> None:
    """They go before files, and nobody keeps them."""
    numbers = iter(range(10))
    pages = {"/status": lambda: make_page(b"%d" % next(numbers), 503)}
    publish(folder, "status", b"file")
    with run_site(folder, pages) as site:
        assert [site.ask("/status?x=1").body, site.ask("/status").body] == [b"0", b"1"]
        got = site.ask("/status")
        assert (got.status, got.fields["cache-control"]) == (503, "no-store")
        assert got.fields.keys() >= SAFE


@pytest.mark.parametrize("surprise", [ValueError("secret"), OSError("secret")])
def test_a_maker_that_raises_costs_its_own_answer(folder: Path, surprise: Exception) -> None:
    """The reader learns nothing of the inside, the log everything, the site goes on."""

    def fail() -> Page:
        raise surprise

    with run_site(folder, {"/status": fail}) as site:
        got = site.ask("/status")
        assert site.ask("/atom.xml").status == 200
    assert (got.status, got.fields["content-type"]) == (500, "text/plain; charset=utf-8")
    assert b"secret" not in got.body
    ((event, facts),) = site.log.lines
    assert (event, facts["path"]) == ("serve", "/status")
    assert f"{type(surprise).__name__}: secret" in str(facts["detail"])


def test_a_slow_page_delays_no_other(folder: Path) -> None:
    """While /status waits, /healthz and files are served."""
    entered, free = threading.Event(), threading.Event()

    def wait() -> Page:
        entered.set()
        free.wait(BOUND)
        return make_page(b"late")

    with run_site(folder, {"/status": wait, "/healthz": make_page}) as site:
        got: list[bytes] = []
        slow = threading.Thread(target=lambda: got.append(site.ask("/status").body))
        slow.start()
        assert entered.wait(BOUND)
        assert (site.ask("/healthz").body, site.ask("/atom.xml").body) == (b"fine", ATOM)
        free.set()
        slow.join(BOUND)
    assert got == [b"late"]


def test_memory_is_bounded(folder: Path) -> None:
    """The files that were not asked for longest make room."""
    shelf = Shelf(folder, most_bytes=40_000)
    for number in range(20):
        publish(folder, f"{number}.png", b"x" * 5_000)
        shelf.read((f"{number}.png",))
        shelf.find(("0.png",))
        assert shelf.bytes <= 40_000
    assert shelf.find(("0.png",))
    assert shelf.find(("19.png",))
    assert not shelf.find(("1.png",))
    kept = shelf.read(("0.png",))
    assert kept is shelf.find(("0.png",))


def test_a_large_file_is_served_from_the_disk(site: Running, folder: Path) -> None:
    """It has a tag and a length too, and takes no memory for long."""
    body = os.urandom(1_000) * 17_000
    publish(folder, "big.bin", body)
    got = site.ask("/big.bin")
    assert (got.status, got.body == body) == (200, True)
    assert site.ask("/big.bin", "HEAD").fields["content-length"] == str(len(body))
    assert site.ask("/big.bin", if_none_match=got.fields["etag"]).status == 304


def test_a_large_file_that_changes_between_two_looks_is_an_error(folder: Path) -> None:
    """Its new bytes never go out under the old tag."""
    publish(folder, "big.bin", b"x" * 1_000)
    shelf = Shelf(folder, most_bytes=100)
    kept = shelf.read(("big.bin",))
    assert isinstance(kept, Kept)
    with shelf.open(("big.bin",), kept.signature) as file:
        assert file.read() == b"x" * 1_000
    publish(folder, "big.bin", b"y" * 1_000)
    with pytest.raises(OSError, match="it changed"):
        shelf.open(("big.bin",), kept.signature)


def test_what_is_no_file_is_not_opened(folder: Path) -> None:
    """A pipe would make its reader wait for ever."""
    os.mkfifo(folder / "pipe")
    assert Shelf(folder).read(("pipe",)) is Gap.MISSING
    assert Shelf(folder).read(("2023",)) is Gap.FOLDER


NO_FILES_LEFT = """
import asyncio, resource, sys
from pathlib import Path
from aggregator.edges.serve import make_site

async def main():
    sent = []
    async def send(message):
        sent.append(message)
    log = lambda event, **facts: print(event, facts["path"], facts["detail"])
    scope = {"type": "http", "method": "GET", "raw_path": b"/atom.xml", "headers": []}
    site = make_site(Path(sys.argv[1]), {}, log)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    await site(scope, None, send)
    print(sent[0]["status"], dict(sent[0]["headers"])[b"retry-after"])

asyncio.run(main())
"""


def test_a_file_that_cannot_be_read_now_is_no_404(folder: Path) -> None:
    """A 404 would end subscriptions; here the process may open no file any more."""
    said = run_python(NO_FILES_LEFT, folder)
    assert "serve /atom.xml OSError: [Errno 24] Too many open files" in said
    assert "503 b'60'" in said


def test_a_file_says_where_it_can_be_subscribed_to(folder: Path) -> None:
    """The links of a file stand in its head, in a 304 too; a file without any has no field."""
    links = {"2023/09/21/atom.xml": '<https://a.example/hub>; rel="hub"'}
    with run_site(folder, links=lambda path: links.get(path, "")) as site:
        got = site.ask("/2023/09/21/atom.xml")
        again = site.ask("/2023/09/21/atom.xml", if_none_match=got.fields["etag"])
        assert (got.status, again.status) == (200, 304)
        assert got.fields["link"] == again.fields["link"] == links["2023/09/21/atom.xml"]
        assert "link" not in site.ask("/atom.xml").fields


def test_a_maker_may_read_the_query(folder: Path) -> None:
    """What stands behind the "?", as it came; "" where there is none."""
    pages = {"/asked": Asking(lambda query: make_page(query.encode()))}
    with run_site(folder, pages) as site:
        asked = [site.ask(path).body for path in ("/asked?page=2&x=%20", "/asked?", "/asked")]
    assert asked == [b"page=2&x=%20", b"", b""]
