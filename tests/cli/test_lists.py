"""Lists of sources on the web, as a command and a daemon take them."""

import json
import signal
import urllib.request

from tests.cli.desk import Desk, finish
from tests.cli.test_add import HEAD, RSS, make_site
from tests.edges.loopback import Response, serve


def write_list(home: str, *names: str) -> bytes:
    """A list of these feeds of a site."""
    feeds = "".join(f'<outline type="rss" text="{n}" xmlUrl="{home}/{n}"/>' for n in names)
    return f"<opml version='2.0'><body>{feeds}</body></opml>".encode()


def test_once_asks_for_the_list_then_for_its_feeds(desk: Desk) -> None:
    """`check` says there is no copy yet; after `once` it says how many come from where."""
    pages: dict[str, bytes | Response] = {"/a": RSS}
    with serve(make_site(pages)) as home:
        pages["/l.opml"] = write_list(home, "a")
        desk.write("https://off.example/f", head=f"{HEAD}include: [{{opml: '{home}/l.opml'}}]\n")
        path = desk.folder / "config" / "sources.yaml"
        path.write_text(path.read_text().replace("sources:\n  - https://off.example/f\n", ""))
        assert "there is no copy of it yet" in desk.run("check").out
        assert not (desk.folder / "data").exists()
        said = desk.run("once", "--json")
        assert said.code == 0
        assert [row["result"] for row in said.json["polled"]] == ["ok"]
        pages["/l.opml"] = Response(500)
        assert desk.run("status", "--json").json["lists"] == []
    path.write_text(path.read_text() + "sources: [{id: own, url: 'https://own.example/f'}]\n")
    checked = desk.run("check").out
    assert f"1 from {home}/l.opml\n" in checked
    assert "1 from config/sources.yaml\n" in checked
    kept = next((desk.folder / "data" / "lists").iterdir())
    content = json.loads(kept.read_text())
    content["state"]["trouble"] = "it is late"
    kept.write_text(json.dumps(content))
    assert f"the list {home}/l.opml: it is late" in desk.run("status").out


def test_a_daemon_takes_the_list_up_by_itself(desk: Desk) -> None:
    """It starts with no source of its own, asks for the list, then for the feeds in it."""
    pages: dict[str, bytes | Response] = {"/a": RSS}
    with serve(make_site(pages)) as home:
        pages["/l.opml"] = write_list(home, "a")
        path = desk.folder / "config" / "sources.yaml"
        path.parent.mkdir()
        path.write_text(f"{HEAD}serve: {{port: 0}}\ninclude: [{{opml: '{home}/l.opml'}}]\n")
        daemon = desk.start("run", "--log-format", "json")
        assert daemon.stderr is not None
        for line in daemon.stderr:
            event = json.loads(line)
            if event["event"] == "start":
                address = event["address"]
            if event["event"] == "publish" and event.get("stories"):
                break
        with urllib.request.urlopen(f"{address}atom.xml") as page:
            assert b"Report 1" in page.read()
        daemon.send_signal(signal.SIGTERM)
        assert finish(daemon).code == 0
