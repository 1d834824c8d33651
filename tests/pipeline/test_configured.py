"""What the configuration takes can be published, and tells nobody what lets one in."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.configuration import load_config
from aggregator.errors import ConfigError
from tests.edges.loopback import Request, Response, serve
from tests.newsroom import open_newsroom

FILES = ("atom.xml", "rss.xml", "feed.json")
FEED = b"""<rss version="2.0"><channel><title>T</title><link>https://paper.example/</link>
<description/><item><title>Report</title><link>https://paper.example/Report</link>
<description>Some words.</description></item></channel></rss>"""
ADDRESSES = ("http://h/", "http://h/day", "http://[::1]:8080/", "http://h/%5Bx%5D", "http://հ.am/ա")
BROKEN = (
    "http://u:hunter2@h/",
    "http://h/?token=hunter2",
    "http://h/#x",
    "http://h/[x]",
    "http://h/%zz",
)
IDS = ("tag:h,2026:day", "tag:me@h,2026:", "urn:x-y:1", "http://h/day?x=1#y", "TAG:h,2026:")
NO_IDS = ("tag:x", "urn:x", "javascript:x", "http://u:hunter2@h/", "http://h/?token=hunter2", "x:y")
LIST = """<opml version="2.0"><body><outline type="rss" xmlUrl="{url}/listed"
 text="&lt;script src=x&gt;hunter2&lt;/script&gt;Listed&#xFFFD;"
 htmlUrl="https://listed.example/?key=hunter2"/></body></opml>"""
SOURCES = """
include: [{opml: list.opml}]
sources:
  - url: "URL/paper?key=hunter2hunter2"
    name: "\\u202ePaper <img src=hunter2>"
    homepage: "https://u:hunter2@paper.example/home?token=hunter2"
    reuse:
      mode: headline
      credit: "<script src=hunter2>x</script>{source}"
      notice: "(c) \\u202e{source}"
      license: "https://paper.example/terms?key=hunter2"
"""


def answer(request: Request) -> Response:
    """The feed of either paper, each with a report of its own."""
    return Response(200, {}, FEED.replace(b"Report", request.path[1:6].encode()))


def publish(folder: Path, newsfeed: str) -> str:
    """Load a configuration, poll its sources, and return all that is published."""
    with serve(answer) as url:
        path = folder / "sources.yaml"
        path.write_text(f"newsfeed: {newsfeed}" + SOURCES.replace("URL", url), encoding="utf-8")
        (folder / "list.opml").write_text(LIST.format(url=url), encoding="utf-8")
        config = load_config(path, {}, folder)
        with open_newsroom(folder / "data", config.sources) as room:
            room.config = replace(room.config, newsfeed=config.newsfeed)
            room.poll()
            assert room.publish().stories == 2
            return "".join(room.read(name).decode() for name in FILES)


@pytest.mark.parametrize(("base_url", "feed_id"), list(zip(ADDRESSES, IDS, strict=True)))
def test_what_is_taken_can_be_published(tmp_path: Path, base_url: str, feed_id: str) -> None:
    """Whatever base_url and id `check` accepts, the documents are valid."""
    assert publish(tmp_path, json.dumps({"base_url": base_url, "id": feed_id}))


@pytest.mark.parametrize(
    ("key", "value"),
    [*(("base_url", value) for value in BROKEN), *(("id", value) for value in NO_IDS)],
)
def test_what_cannot_be_published_is_a_mistake(tmp_path: Path, key: str, value: str) -> None:
    """It is told with its file, line, column and what to do, before anything is asked."""
    with pytest.raises(ConfigError) as caught:
        publish(tmp_path, json.dumps({key: value}))
    (line,) = caught.value.mistakes
    assert line.startswith(f"{tmp_path}/sources.yaml:1:")
    assert f"newsfeed.{key}: " in line
    assert "; " in line
    assert "hunter2" not in line


def test_no_secret_and_no_markup_of_the_configuration_is_published(tmp_path: Path) -> None:
    """Names, credits, notices, home pages and licences, of the YAML and of a list."""
    said = publish(tmp_path, '{title: "Day <b>news</b>\\u202e"}')
    assert "hunter2" not in said
    assert "script src" not in said
    assert not {"\ufffd", "\u202e"} & set(said)
    for word in ("Day news", "Paper", "Listed", "https://paper.example/terms"):
        assert word in said
