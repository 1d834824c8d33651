"""`add`: from an address to a source in the YAML, over real HTTP."""

import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.desk import Desk, name_source
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import write_item, write_rss

HEAD = (
    "# Mine.\npolling: {host_spacing: 0s, per_host: 8, deadline: 20s,"
    " allow_private_networks: true}  # quick\n"
)
RSS = write_rss(
    write_item(1),
    write_item(2),
    head="<title>The Paper</title><link>http://paper.example/</link><language>hy</language>",
)
JSON_FEED = (
    b'{"version": "https://jsonfeed.org/version/1.1", "title": "Json", "items":'
    b' [{"id": "1", "content_text": "a"}]}'
)


def page(head: str = "", body: str = "") -> bytes:
    """A web page."""
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def make_site(pages: Mapping[str, bytes | Response]) -> Recorder:
    """A site of these paths; any other is not there."""

    def site(request: Request) -> Response:
        found = pages.get(request.path)
        if isinstance(found, Response):
            return found
        if found is None:
            return Response(404, {"Content-Type": "text/html"}, b"<html>no</html>")
        kind = "text/html" if found[:2] == b"<!" else "application/xml"
        return Response(200, {"Content-Type": kind}, found)

    return Recorder(site)


def link(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    """A page's own link to a feed."""
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def write(desk: Desk, *more: str) -> Path:
    """A configuration with one source of another paper."""
    return desk.write(name_source("https://other.example/feed", "other"), *more, head=HEAD)


def test_a_feed_is_written_with_all_comments_kept(desk: Desk) -> None:
    """The new source stands behind the last one, filled from the feed; the rest is as it was."""
    path = write(desk)
    path.write_text(path.read_text() + "  # the last word\nfilters: {}   # none\n")
    before = path.read_text()
    with serve(make_site({"/feed": RSS})) as home:
        said = desk.run("add", f"{home}/feed", "--tag", "South Caucasus")
        assert (said.code, said.err) == (0, "")
        block = (
            "  - id: the-paper\n    name: The Paper\n"
            f"    url: {home}/feed\n    homepage: http://paper.example/\n"
            "    language: hy\n    tags: [south-caucasus]\n"
        )
        assert path.read_text() == before.replace(
            "  # the last word\n", block + "  # the last word\n"
        )
        assert "added the-paper: The Paper, rss20, 2 items" in said.out
        assert [row["id"] for row in desk.run("list", "--json").json] == ["other", "the-paper"]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ({"/": page('<base href="/sub/">' + link("f.xml")), "/sub/f.xml": RSS}, "/sub/f.xml"),
        (
            {"/": page(link("f.json", kind="application/feed+json")), "/f.json": JSON_FEED},
            "/f.json",
        ),
        ({"/": page(), "/index.xml": RSS}, "/index.xml"),
        ({"/": page(), "/?feed=rss2": RSS}, "/?feed=rss2"),
        ({"/": page(body='<a href="/deep/rss/">RSS</a>'), "/deep/rss/": RSS}, "/deep/rss/"),
        ({"/": page(link("/gone.xml")), "/rss": RSS}, "/rss"),
    ],
)
def test_the_feed_behind_a_page_is_found(
    desk: Desk, pages: dict[str, bytes | Response], expected: str
) -> None:
    """What the page declares, then a well-known place, then an anchor."""
    write(desk)
    site = make_site(pages)
    with serve(site) as home:
        said = desk.run("add", f"{home}/", "--json")
        assert (said.code, said.err) == (0, "")
        assert said.json["added"]["url"] == f"{home}{expected}"
    asked = [request.path for request in site.requests]
    assert len(asked) == len(set(asked)) <= 13


def test_a_declared_feed_ends_the_search(desk: Desk) -> None:
    """A publisher who says where the feed is, is asked for nothing else."""
    write(desk)
    site = make_site({"/": page(link("/f.xml")), "/f.xml": RSS})
    with serve(site) as home:
        assert desk.run("add", f"{home}/").code == 0
    assert [request.path for request in site.requests] == ["/", "/f.xml"]


def test_of_several_feeds_one_must_be_picked(desk: Desk) -> None:
    """They are shown with what they are; without a terminal nobody is asked."""
    path = write(desk)
    before = path.read_bytes()
    pages = {"/": page(link("/a.xml") + link("/b.json", kind="application/feed+json"))}
    with serve(make_site({**pages, "/a.xml": RSS, "/b.json": JSON_FEED})) as home:
        said = desk.run("add", f"{home}/")
        assert said.code == 2
        assert said.err == "2 feeds were found; name one with --pick N\n"
        rows = [line.split() for line in said.out.splitlines()]
        assert rows[0] == ["no", "type", "lang", "items", "text", "newest", "title", "address"]
        assert rows[1][:6] == ["1", "rss20", "hy", "2", "summary", "2023-09-21"]
        assert rows[2][:5] == ["2", "json11", "-", "1", "summary"]
        assert desk.run("add", f"{home}/", "--pick", "3").code == 2
        assert len(desk.run("add", f"{home}/", "--json").json["found"]) == 2
        assert path.read_bytes() == before
        picked = desk.run("add", f"{home}/", "--pick", "2", "--id", "mine", "--name", "Mine")
        assert picked.code == 0
        assert "- id: mine\n    name: Mine\n" in path.read_text()


@pytest.mark.parametrize("tail", ["/feed", "/feed/", "/feed?utm_source=x", "/"])
def test_a_feed_that_is_there_is_named_with_its_line(desk: Desk, tail: str) -> None:
    """Whatever the spelling, and also when a page leads to it; nothing is written."""
    with serve(make_site({"/": page(link("/feed")), "/feed": RSS})) as home:
        path = write(desk, name_source(f"{home}/feed"))
        before = path.read_bytes()
        said = desk.run("add", f"{home}{tail}")
        assert said.code == 2
        assert said.err.startswith("config/sources.yaml:5: this feed is there already, as paper;")
        assert path.read_bytes() == before


def test_where_no_feed_is_the_page_is_named(desk: Desk) -> None:
    """Exit 1, what the page is, and that nothing was written."""
    path = write(desk)
    before = path.read_bytes()
    site = make_site({"/": page("<title>Shop</title>")})
    with serve(site) as home:
        said = desk.run("add", f"{home}/")
    assert (said.code, said.out) == (1, "")
    assert "HTML page, not a feed: Shop; asked 9 more addresses of that site" in said.err
    assert path.read_bytes() == before


def test_a_host_that_refuses_is_not_searched(desk: Desk) -> None:
    """A 403 to the first request is the last word."""
    write(desk)
    site = make_site({"/": Response(403)})
    with serve(site) as home:
        said = desk.run("add", f"{home}/")
    assert said.code == 1
    assert "403" in said.err
    assert len(site.requests) == 1


def test_a_feed_that_moved_for_good_is_written_where_it_is(desk: Desk) -> None:
    """The new address is kept of a 301, the old one of a 302."""
    path = write(desk)
    pages: dict[str, bytes | Response] = {
        "/old": Response(301, {"Location": "/new"}),
        "/now": Response(302, {"Location": "/elsewhere"}),
        "/new": RSS,
        "/elsewhere": RSS,
    }
    with serve(make_site(pages)) as home:
        assert desk.run("add", f"{home}/old").code == 0
        assert desk.run("add", f"{home}/now").code == 0
        assert f"url: {home}/new\n" in path.read_text()
        assert f"url: {home}/now\n" in path.read_text()
    assert "id: paper-example\n" in path.read_text()  # the name's slug was taken


def test_an_id_that_is_taken_changes_nothing(desk: Desk) -> None:
    """The result must be without mistakes before it takes the old file's place."""
    path = write(desk)
    before = path.read_bytes()
    with serve(make_site({"/feed": RSS})) as home:
        said = desk.run("add", f"{home}/feed", "--id", "other")
    assert said.code == 2
    assert "is already used in line" in said.err
    assert path.read_bytes() == before


class Typed(io.StringIO):
    """What somebody types on a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize(("typed", "is_added"), [("2\n", True), ("3\n", False), ("", False)])
def test_on_a_terminal_the_feed_is_asked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, typed: str, *, is_added: bool
) -> None:
    """The number typed is the feed taken; a wrong one takes none."""
    path = write(desk)
    pages = {"/": page(link("/a.xml") + link("/b.xml")), "/a.xml": RSS, "/b.xml": RSS}
    monkeypatch.setattr("sys.stdin", Typed(typed))
    with serve(make_site(pages)) as home:
        seen = desk.run_on_terminal("add", f"{home}/", columns=200)
        assert "Which one (1 to 2)?" in seen
        assert ("added the-paper" in seen) == is_added
        assert (f"url: {home}/b.xml\n" in path.read_text()) == is_added
