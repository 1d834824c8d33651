"""`validate`: published feeds, a file, a feed on the web."""

from pathlib import Path

import pytest

from tests.cli.desk import Desk, name_source
from tests.cli.test_add import HEAD
from tests.edges.loopback import Response, find_closed_port, serve
from tests.newsroom import write_item, write_rss

CORPUS = Path(__file__).parent.parent / "corpus" / "lint"
GOOD = (CORPUS / "rss-good.xml").read_bytes()
BASE = "newsfeed: {base_url: https://day.example/}\n"


def answer(body: bytes, media_type: str) -> Response:
    """A 200 of a type."""
    return Response(200, {"Content-Type": media_type}, body)


def publish(desk: Desk) -> None:
    """Publish the reports of one paper."""
    body = write_rss(write_item(1), write_item(2))
    with serve(lambda _: answer(body, "application/rss+xml")) as home:
        desk.write(name_source(f"{home}/f", "paper"), head=HEAD + BASE)
        assert desk.run("once").code == 0


def test_what_is_published_is_judged(desk: Desk) -> None:
    """Every feed of the folder, each with its summary; nothing is wrong with ours."""
    publish(desk)
    said = desk.run("validate")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert "data/public/atom.xml: 0 errors, 0 warnings" in lines
    assert "data/public/rss.xml: 0 errors, 0 warnings" in lines


def test_a_published_feed_that_was_spoilt_is_named(desk: Desk) -> None:
    """Class, line, place and words; its own address follows from base_url; exit 1."""
    publish(desk)
    target = desk.folder / "data" / "public" / "rss.xml"
    spoilt = target.read_text().replace("https://day.example/rss.xml", "https://e.example/rss.xml")
    target.write_text(spoilt.replace("<pubDate>Thu", "<pubDate>Fri", 1))
    said = desk.run("validate")
    assert said.code == 1
    rows = {row.split()[1]: row.split()[:4] for row in said.out.splitlines() if "ing " in row}
    assert rows["SelfDoesntMatchLocation"] == [
        "warning",
        "SelfDoesntMatchLocation",
        "1",
        "document",
    ]
    assert "rss.xml: 1 error, 1 warning" in said.out
    found = next(f for f in desk.run("validate", "--json").json if f["feed"].endswith("rss.xml"))
    assert (found["errors"], found["warnings"], found["judged"]) == (1, 1, True)
    wrong = next(one for one in found["findings"] if one["severity"] == "error")
    assert wrong["class"] == "IncorrectDOW"
    assert wrong["where"] == "rss/channel/item[1]/pubDate"
    assert wrong["entry"].startswith("http://paper.example/")


def test_it_waits_for_nobody(desk: Desk) -> None:
    """Neither the lock nor the store is needed: a folder of files is enough."""
    publish(desk)
    for path in (desk.folder / "data").glob("*"):
        if path.is_file():
            path.unlink()
    assert desk.run("validate").code == 0
    assert not list((desk.folder / "data").glob("*.db*"))


def test_nothing_published_is_a_wrong_call(desk: Desk) -> None:
    """Exit 2, with the folder and what to do."""
    desk.write("https://a.example/f")
    said = desk.run("validate")
    assert (said.code, said.out) == (2, "")
    assert said.err == "data/public: no feed is published here; publish with: aggregator once\n"


@pytest.mark.parametrize(
    ("name", "flags", "code"),
    [
        ("rss-good.xml", [], 0),
        ("rss-good.xml", ["--strict"], 0),
        ("rss-no-guid.xml", [], 0),
        ("rss-no-guid.xml", ["--strict"], 1),
        ("rdf-rss-10.xml", [], 0),
        ("rdf-rss-10.xml", ["--strict"], 1),
        ("json-version-object.json", [], 1),
        ("json-number-long.json", [], 1),
        ("rss-author-name.xml", [], 1),
        ("json-id-twice.json", [], 1),
        ("other-xml.xml", [], 1),
    ],
)
def test_a_file_needs_no_configuration(desk: Desk, name: str, flags: list[str], code: int) -> None:
    """Errors are exit 1, warnings alone only with --strict."""
    said = desk.run("validate", str(CORPUS / name), *flags)
    assert (said.code, said.err) == (code, "")


def test_a_file_that_cannot_be_read_is_a_wrong_call(desk: Desk) -> None:
    """Exit 2, with the name, the cause and the next step."""
    said = desk.run("validate", "none.xml")
    step = "name a file, or an address with https://"
    assert said.code == 2
    assert said.err == f"none.xml: cannot be read (No such file or directory); {step}\n"
    assert desk.run("validate", ".").code == 2
    assert desk.run("validate", "ftp://a.example/f").code == 2


def test_a_file_that_is_too_large_is_a_wrong_call(desk: Desk) -> None:
    """It is not read to its end; exit 2, with the limit and what to do."""
    with (desk.folder / "big.xml").open("wb") as file:
        file.truncate(64_000_001)
    said = desk.run("validate", "big.xml")
    assert said.code == 2
    words = "big.xml: cannot be read (it has more than 64,000,000 bytes)"
    assert said.err == f"{words}; publish fewer or shorter entries\n"


def test_a_large_feed_of_ours_is_judged(desk: Desk) -> None:
    """Beyond the limit of the W3C's validator: a warning, exit 0."""
    (desk.folder / "big.xml").write_bytes(GOOD + b" " * 5_000_000)
    found = desk.run("validate", "big.xml", "--json").json[0]
    assert [one["class"] for one in found["findings"]] == ["ValidatorLimit"]
    assert desk.run("validate", "big.xml").code == 0


def test_a_feed_on_the_web_is_judged_as_it_is_served(desk: Desk) -> None:
    """Media type, charset and address are judged too; it is asked once, with our name."""
    pages = {
        "/html": answer(GOOD, "text/html"),
        "/vague": answer(GOOD, "application/xml; charset=windows-1251"),
    }
    agents = []

    def site(request: object) -> Response:
        agents.append(request.get("User-Agent"))  # type: ignore[attr-defined]
        return pages[request.path]  # type: ignore[attr-defined]

    with serve(site) as home:
        desk.write("https://a.example/f", head=HEAD)
        html = desk.run("validate", f"{home}/html", "--json").json[0]
        vague = desk.run("validate", f"{home}/vague", "--json").json[0]
    assert [one["class"] for one in html["findings"]] == [
        "SelfDoesntMatchLocation",
        "UnexpectedContentType",
    ]
    assert [one["class"] for one in vague["findings"]] == [
        "EncodingMismatch",
        "NonSpecificMediaType",
        "NotUTF8",
        "SelfDoesntMatchLocation",
    ]
    assert len(agents) == 2
    assert all("day-newsfeed" in agent.lower() for agent in agents)


def test_an_address_without_an_answer_is_said(desk: Desk) -> None:
    """Exit 1 and why; without a configuration the guard stands, and nothing private is asked."""
    desk.write("https://a.example/f", head=HEAD)
    gone = desk.run("validate", f"http://127.0.0.1:{find_closed_port()}/f")
    assert gone.code == 1
    assert gone.out.endswith("nothing listens there; check the address; nothing was judged\n")
    odd = desk.run("validate", "https://a.example:99999/f")
    assert odd.code == 1
    assert "its url is no http or https address; check it" in odd.out
    (desk.folder / "config" / "sources.yaml").unlink()
    with serve(lambda _: answer(GOOD, "application/rss+xml")) as home:
        said = desk.run("validate", f"{home}/f")
    assert said.code == 1
    assert "is a private address" in said.out


def test_a_table_has_an_end(desk: Desk) -> None:
    """Of a feed with very many findings the first are shown; JSON has all."""
    target = desk.folder / "many.xml"
    target.write_bytes(write_rss(*("<item><title/></item>" for _ in range(150))))
    said = desk.run("validate", "many.xml")
    assert "more are not shown, see: aggregator validate --json" in said.out
    assert len(said.out.splitlines()) == 202
    assert len(desk.run("validate", "many.xml", "--json").json[0]["findings"]) > 300
