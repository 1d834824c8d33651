"""`check --fetch`: what every source is, and nothing saved."""

from tests.cli.desk import Desk, name_source
from tests.cli.test_add import HEAD, RSS, make_site, page
from tests.edges.loopback import Response, find_closed_port, serve

CHALLENGE = Response(403, {"cf-mitigated": "challenge", "Content-Type": "text/html"}, b"<html>")


def test_every_source_is_named_for_what_it_is(desk: Desk) -> None:
    """A feed by type, items, language, newest date; anything else in words."""
    pages: dict[str, bytes | Response] = {
        "/f": RSS,
        "/page": page("<title>Hi</title>"),
        "/empty": b"",
        "/door": CHALLENGE,
    }
    with serve(make_site(pages)) as home:
        names = ("f", "page", "empty", "door", "gone")
        desk.write(
            *(name_source(f"{home}/{name}", name) for name in names),
            name_source(f"{home}/off", "off", ["enabled: false"]),
            head=HEAD,
        )
        said = desk.run("check", "--fetch")
        found = desk.run("check", "--fetch", "--json").json
    assert (said.code, said.err) == (0, "")
    rows = {name: " ".join(line.split()) for name, line in said.rows.items()}
    assert rows["f"] == "f rss20 2 hy 2023-09-21 07:02"
    assert rows["page"] == "page HTML page, not a feed - - - HTML page, not a feed: Hi"
    assert rows["empty"].startswith("empty empty - - -")
    assert rows["door"].startswith("door challenge page - - -")
    assert rows["gone"].startswith("gone not-found - - -")
    assert "off" not in rows
    assert [(row["source"], row["fetched"]) for row in found] == [
        *(("f", True), ("page", True), ("empty", True), ("door", False), ("gone", False)),
    ]
    assert found[0]["feed"]["items"] == 2
    assert not (desk.folder / "data").exists()


def test_when_nothing_at_all_comes_it_fails(desk: Desk) -> None:
    """Exit 1: the machine may be offline."""
    desk.write(name_source(f"http://127.0.0.1:{find_closed_port()}/f"), head=HEAD)
    assert desk.run("check", "--fetch").code == 1
    assert desk.run("check", "--fetch", "--json").code == 1


def test_check_as_json_says_whence_sources_come(desk: Desk) -> None:
    """By file and list, with warnings."""
    desk.write("https://a.example/f", head=f"{HEAD}include: [more.yaml]\n")
    (desk.folder / "config" / "more.yaml").write_text("sources: [https://b.example/f]\n")
    found = desk.run("check", "--json").json
    assert found["from"] == {"config/sources.yaml": 1, "config/more.yaml": 1}
    assert "1 from config/more.yaml\n" in desk.run("check").out
