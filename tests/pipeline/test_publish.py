"""From several feeds to one newsfeed: ids, duplicates, terms, and what is held back."""

import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.core.model import LinkPlace, Mode, Reuse, Source
from aggregator.core.reuse import PRESETS
from aggregator.edges.config import load
from tests.edges.loopback import Recorder, Request, Response, serve
from tests.newsroom import (
    NEWSFEED,
    Newsroom,
    open_newsroom,
    parse_strictly,
    write_item,
    write_rss,
)

RSL = "{https://rslstandard.org/rsl}"
LONG = " ".join(f"word{number}" for number in range(45))


@dataclass
class Papers:
    """A site of feeds that a test fills: path to document."""

    feeds: dict[str, bytes] = field(default_factory=dict)
    base_url: str = ""

    def __call__(self, request: Request) -> Response:
        """The document of the path, else 404."""
        body = self.feeds.get(request.path.strip("/"))
        return Response(404) if body is None else Response(200, {}, body)

    def name_source(self, name: str, **facts: object) -> Source:
        """A source of this site; its homepage is a host of its own."""
        source = Source(id=name, url=f"{self.base_url}/{name}", name=name.title())
        return replace(source, homepage=f"http://{name}.example/", **facts)  # type: ignore[arg-type] # any field


@pytest.fixture
def papers() -> Iterator[Papers]:
    """An empty site on loopback."""
    site = Papers()
    with serve(Recorder(site)) as site.base_url:
        yield site


@pytest.fixture
def room(tmp_path: Path, papers: Papers) -> Iterator[Newsroom]:
    """A newsroom over two papers, a and b."""
    with open_newsroom(
        tmp_path / "data", [papers.name_source("a"), papers.name_source("b")]
    ) as one:
        yield one


FILES = ("atom.xml", "rss.xml", "feed.json")


def read_files(room: Newsroom) -> tuple[bytes, ...]:
    """All that is published."""
    return tuple(room.read(name) for name in FILES)


def go(room: Newsroom) -> list[str]:
    """Poll, publish, and the ids that are published, newest first."""
    room.poll(force=True)
    room.publish()
    return [entry.id for entry in room.read_entries()]


def test_an_id_taken_over_by_another_feed_does_not_take_the_entry(
    room: Newsroom, papers: Papers
) -> None:
    """Both entries stay; the one that came later gets an id of its own."""
    papers.feeds["a"] = write_rss(write_item(1, "The true report", LONG))
    assert go(room) == ["http://paper.example/1.html"]
    forged = write_item(1, "Buy now", "Cheap pills.", link="http://b.example/pills.html")
    papers.feeds["b"] = write_rss(forged)
    ids = go(room)
    assert len(ids) == 2
    assert "http://paper.example/1.html" in ids
    titles = {entry.id: entry.title for entry in room.read_entries()}
    assert titles["http://paper.example/1.html"] == "The true report"
    assert sum(story_id.startswith("tag:news.example.org,2026:day/") for story_id in ids) == 1


def test_an_id_stays_when_the_report_is_edited_moved_and_carried(
    room: Newsroom, papers: Papers
) -> None:
    """Edits, a new link, a carrier that joins and a new lead leave the id alone."""
    papers.feeds["a"] = write_rss(write_item(1, "First words", LONG))
    first = go(room)
    papers.feeds["a"] = write_rss(write_item(1, "Better words", LONG + " more"))
    room.now += timedelta(hours=1)
    assert go(room) == first
    papers.feeds["a"] = write_rss(
        write_item(1, "Better words", LONG + " more", link="http://a.example/new.html")
    )
    assert go(room) == first
    papers.feeds["b"] = write_rss(
        write_item(1, "Better words", LONG + " more", link="http://a.example/new.html")
    )
    assert go(room) == first
    assert "Also carried by" in room.read_entries()[0].content[0].value


def test_ids_outlive_a_renaming_a_rebuilding_and_a_restoring(
    tmp_path: Path, room: Newsroom, papers: Papers
) -> None:
    """Own and minted ones: another name, lost files and a store from a backup change none."""
    minted = write_item(2).replace("<guid>http://paper.example/2.html</guid>", "<guid>4410</guid>")
    papers.feeds["a"] = write_rss(write_item(1), minted)
    first = go(room)
    room.set_sources([replace(room.config.sources[0], name="Another name")])
    assert go(room) == first
    before = room.read()
    shutil.rmtree(room.data / "public")
    room.publish()
    assert room.read() == before
    restored = tmp_path / "restored"
    restored.mkdir()
    room.store.backup(restored / "aggregator.db")
    with open_newsroom(restored, room.config.sources) as other:
        other.publish()
        assert other.read() == before
        assert go(other) == first


def test_two_published_stories_that_prove_to_be_one_keep_the_older_id(
    room: Newsroom, papers: Papers
) -> None:
    """The younger story leaves the live feed, its report joins the older one."""
    papers.feeds["a"] = write_rss(write_item(1, "One report", LONG))
    papers.feeds["b"] = write_rss(write_item(2, "Another report", "Short."))
    older = "http://paper.example/1.html"
    assert set(go(room)) == {older, "http://paper.example/2.html"}
    papers.feeds["b"] = write_rss(write_item(2, "One report", LONG))
    room.now += timedelta(hours=1)
    assert go(room) == [older]
    assert go(room) == [older], "and it stays so"


def test_a_removed_source_is_published_no_more_and_keeps_its_history(
    room: Newsroom, papers: Papers
) -> None:
    """Nobody states its terms any more; when it comes back, so do its ids."""
    papers.feeds["a"] = write_rss(write_item(1))
    papers.feeds["b"] = write_rss(write_item(2))
    both = go(room)
    sources = room.config.sources
    room.set_sources(sources[:1])
    assert go(room) == ["http://paper.example/1.html"]
    room.set_sources(sources)
    room.publish()
    assert [entry.id for entry in room.read_entries()] == both


def test_changed_terms_change_what_is_shown_and_no_id(room: Newsroom, papers: Papers) -> None:
    """From excerpt to headline at the next publishing, without asking anybody."""
    papers.feeds["a"] = write_rss(write_item(1, "Title", LONG))
    ids = go(room)
    assert "word30" in room.read_entries()[0].content[0].value
    headline = Reuse(Mode.HEADLINE, None, LinkPlace.FIRST_PASSAGE, stated=True)
    room.set_sources([replace(room.config.sources[0], reuse=headline)])
    room.publish()
    entry = room.read_entries()[0]
    assert [entry.id] == ids
    assert "word" not in entry.content[0].value


def read_items(room: Newsroom) -> dict[str, dict[str, Any]]:
    """The published items of the JSON Feed by title."""
    return {item["title"]: item for item in json.loads(room.read("feed.json"))["items"]}


@pytest.mark.parametrize(
    ("before", "after", "gone", "shown"),
    [
        ("full", "excerpt", "word44", "(excerpt)"),
        ("full", "headline", "word1", "A</a></p>"),
        ("headline", "cc-by", "?", "CC BY 4.0"),
        ("cc-by", "{preset: cc-by, until: 2020-01-01}", "CC BY 4.0", "(excerpt)"),
        ("full", "{mode: full, link: after-text}", "?", "Read on: "),
        ("{mode: full, notice: One}", "{mode: full, notice: Two}", "One", "Two"),
    ],
)
def test_terms_changed_in_the_yaml_hold_at_the_next_publishing(
    tmp_path: Path, papers: Papers, before: str, after: str, gone: str, shown: str
) -> None:
    """What is shown changes; ids and times do not, in any format."""
    papers.feeds["a"] = write_rss(write_item(1, "Title", LONG))
    path = tmp_path / "sources.yaml"

    def read(terms: str) -> tuple[Source, ...]:
        source = f"{{id: a, url: '{papers.base_url}/a', name: A, reuse: {terms}}}"
        path.write_text(f"sources: [{source}]", encoding="utf-8")
        return load(path, {}).sources

    with open_newsroom(tmp_path / "data", read(before)) as room:
        ids, first = go(room), read_items(room)["Title"]
        room.set_sources(read(after))
        room.now += timedelta(days=1)
        room.publish()
        second = read_items(room)["Title"]
        assert gone not in second["content_html"]
        assert shown in second["content_html"]
        assert shown not in first["content_html"]
        for key in ("id", "date_modified", "date_published", "url"):
            assert first[key] == second[key]
        for name in ("atom.xml", "rss.xml"):
            entry = room.read_entries(name)[0]
            assert [entry.id] == ids
            assert shown in entry.get("content", [{"value": entry.summary}])[0]["value"]


def test_an_embargo_is_published_when_it_ends(room: Newsroom, papers: Papers) -> None:
    """Nothing of it before, and the publishing says when to publish again."""
    papers.feeds["a"] = write_rss(write_item(1, "Secret", LONG))
    papers.feeds["b"] = write_rss(write_item(2, "Open"))
    until = room.now + timedelta(hours=2)
    kept = replace(room.config.sources[0], reuse=Reuse(embargo_until=until))
    room.set_sources([kept, room.config.sources[1]])
    room.poll(force=True)
    published = room.publish()
    assert (published.due, published.stories) == (until, 1)
    assert [one.why for one in published.held] == [
        "its source's terms hold it back until 2023-09-21T10:00+00:00"
    ]
    assert b"Secret" not in b"".join(read_files(room))
    room.now = until
    assert (room.publish().due, set(read_items(room))) == (None, {"Secret", "Open"})


def test_a_report_carried_from_a_known_source_obeys_both(room: Newsroom, papers: Papers) -> None:
    """Only the carrier's feed brought it; the writer's terms bind all the same."""
    papers.feeds["a"] = write_rss()
    papers.feeds["b"] = write_rss(write_item(1, "Carried", f"A: {LONG}", link="http://b.example/1"))
    writer, carrier = room.config.sources
    full = replace(PRESETS["full"], images=True)
    room.set_sources(
        [
            replace(writer, reuse=replace(PRESETS["headline"], ai=False)),
            replace(carrier, reuse=full),
        ]
    )
    go(room)
    item = read_items(room)["Carried"]
    assert "word" not in item["content_html"]
    assert (
        '<a href="http://a.example/">A</a>, via <a href="http://b.example/1">B</a>'
        in (item["content_html"])
    )
    assert (item["_day"]["ai"], item["_day"]["source"]["name"]) == ("no", "A")


def test_use_by_language_models_is_reserved_in_each_format(room: Newsroom, papers: Papers) -> None:
    """RSL in both XML formats, a word in JSON; nothing where the terms reserve nothing."""
    papers.feeds["a"] = write_rss(write_item(1, "Reserved"))
    papers.feeds["b"] = write_rss(write_item(2, "Free"))
    first, second = room.config.sources
    room.set_sources([replace(first, reuse=Reuse(ai=False)), second])
    go(room)
    for name, where in (("atom.xml", "{http://www.w3.org/2005/Atom}entry"), ("rss.xml", ".//item")):
        [content] = parse_strictly(room.read(name)).findall(f"{where}/{RSL}content")
        assert content.get("url") == "http://paper.example/1.html"
        [prohibits] = content.findall(f"{RSL}license/{RSL}prohibits")
        assert (prohibits.get("type"), prohibits.text) == ("usage", "ai-all")
    items = read_items(room)
    assert items["Reserved"]["_day"]["ai"] == "no"
    assert "ai" not in items["Free"]["_day"]


def test_an_entry_without_a_safe_link_is_held_back_or_gets_the_homepage(
    room: Newsroom, papers: Papers
) -> None:
    """Held where the terms ask for a link to the article, shown with the homepage elsewhere."""
    item = (
        "<item><title>No link</title><guid isPermaLink='false'>x1</guid>"
        "<link>javascript:alert(1)</link><description>Words.</description></item>"
    )
    papers.feeds["a"] = write_rss(item)
    assert go(room) == []
    [held] = room.store.load_held()
    assert (held.source_id, held.title) == ("a", "No link")
    assert "link" in held.why
    assert any("javascript" in p.what for p in room.store.load_states()["a"].problems)
    free = Reuse(Mode.EXCERPT, 40, None, stated=True)
    room.set_sources([replace(room.config.sources[0], reuse=free)])
    room.publish()
    assert [entry.link for entry in room.read_entries()] == ["http://a.example/"]
    assert room.store.load_held() == []


def test_only_the_newest_stories_are_in_the_live_feed(room: Newsroom, papers: Papers) -> None:
    """`items` stories, newest first, whatever the number of reports behind them."""
    room.config = replace(room.config, newsfeed=replace(NEWSFEED, items=3))
    many = [write_item(number, f"Report {number}", f"{LONG} {number}") for number in range(20)]
    papers.feeds["a"] = write_rss(*many)
    papers.feeds["b"] = write_rss(*many)
    room.poll(force=True)
    published = room.publish()
    assert published.stories == 3
    titles = [entry.title for entry in room.read_entries()]
    assert titles == ["Report 19", "Report 18", "Report 17"]


def test_an_empty_newsfeed_is_valid_and_stays_the_same(room: Newsroom) -> None:
    """Before anything was fetched the feeds are whole documents, dated once for all."""
    room.publish()
    first = read_files(room)
    room.now += timedelta(days=1)
    assert room.publish().written == ()
    assert read_files(room) == first
    assert room.read_entries() == []


def test_every_format_is_published_with_its_compressed_form(room: Newsroom, papers: Papers) -> None:
    """The same stories in each; publishing once more touches none of the files."""
    papers.feeds["a"] = write_rss(write_item(1), write_item(2))
    ids = go(room)
    items = json.loads(room.read("feed.json"))["items"]
    assert [item["id"] for item in items] == [one.id for one in room.read_entries("rss.xml")] == ids
    folder = room.data / "public"
    pages = ("index.html", "index.hy.html", "index.ru.html")
    names = [f"{place}{name}" for place in ("", "2023/09/21/") for name in (*FILES, *pages)]
    names += [f"days/{name}" for name in pages]
    names += ["opml.xml", "assets/page.css", "assets/icon.svg"]
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    assert found == sorted(folder / f"{name}{end}" for name in names for end in ("", ".gz"))
    for name in names:
        assert gzip.decompress(room.read(f"{name}.gz")) == room.read(name)
    before = [path.stat() for path in found]
    room.now += timedelta(hours=5)
    assert room.publish().written == ()
    assert [path.stat() for path in found] == before


def test_an_id_is_minted_once_and_remembered(room: Newsroom, papers: Papers) -> None:
    """Without an id in the configuration the newsfeed gets one, for good."""
    room.config = replace(room.config, newsfeed=replace(NEWSFEED, id=None))
    papers.feeds["a"] = write_rss(write_item(1))
    go(room)
    first = room.read()
    moved = replace(NEWSFEED, id=None, base_url="https://news.example.org/")
    room.config = replace(room.config, newsfeed=moved)
    room.now += timedelta(days=400)
    room.publish()
    assert b"<id>tag:127.0.0.1,2023-09-21:" in first
    assert first.split(b"</id>")[0].split(b"<id>")[1] in room.read()


def test_a_report_told_again_under_another_address_is_one(room: Newsroom, papers: Papers) -> None:
    """By its own source within a day, and by another one; other numbers make it another report."""
    papers.feeds["a"] = write_rss(write_item(1, "Same", LONG), write_item(2, "Same", LONG))
    papers.feeds["b"] = write_rss(write_item(3, "Same", LONG))
    assert len(go(room)) == 1
    papers.feeds["b"] = write_rss(write_item(4, "Same", f"9 of 10: {LONG}"))
    papers.feeds["a"] = write_rss(write_item(5, "Same", f"5 of 6: {LONG}"))
    room.now += timedelta(hours=2)
    assert len(go(room)) == 3


def test_keys_of_an_address_reach_no_published_file(tmp_path: Path, papers: Papers) -> None:
    """User, password and key are for fetching only."""
    papers.feeds["a?apikey=S3CRET"] = write_rss(write_item(1))
    address = papers.base_url.replace("http://", "http://me:S3CRET@") + "/a?apikey=S3CRET"
    with open_newsroom(tmp_path / "data", [Source(id="a", url=address)]) as room:
        assert len(go(room)) == 1
        assert b"S3CRET" not in b"".join(read_files(room))
        assert "S3CRET" not in room.logged.getvalue()


def test_two_installations_give_the_same_bytes(tmp_path: Path, papers: Papers) -> None:
    """With the newsfeed's id in the configuration, minted ids and files are the same everywhere."""
    item = write_item(1).replace("<guid>http://paper.example/1.html</guid>", "<guid>4410</guid>")
    papers.feeds["a"] = write_rss(item)
    files = []
    for name in ("one", "other"):
        with open_newsroom(tmp_path / name, [papers.name_source("a")]) as room:
            assert go(room)[0].startswith("tag:news.example.org,2026:day/a/")
            files.append(read_files(room))
    assert files[0] == files[1]


def test_a_higher_limit_of_items_takes_effect_at_once(room: Newsroom, papers: Papers) -> None:
    """The body that was read before is read again when its source's settings change."""
    papers.feeds["a"] = write_rss(write_item(1), write_item(2), write_item(3))
    room.set_sources([replace(room.config.sources[0], max_items=2)])
    assert len(go(room)) == 2
    room.set_sources([replace(room.config.sources[0], max_items=5)])
    assert len(go(room)) == 3


def test_what_is_held_back_gives_its_place_to_the_next(room: Newsroom, papers: Papers) -> None:
    """A source whose newest entries may not be shown does not empty the newsfeed."""
    room.config = replace(room.config, newsfeed=replace(NEWSFEED, items=3))
    linkless = [
        f"<item><title>No link {number}</title><guid isPermaLink='false'>x{number}</guid>"
        f"<pubDate>Thu, 21 Sep 2023 07:{number:02}:30 +0000</pubDate></item>"
        for number in range(20, 50)
    ]
    papers.feeds["a"] = write_rss(*linkless)
    papers.feeds["b"] = write_rss(*(write_item(number) for number in range(10)))
    assert go(room) == [f"http://paper.example/{number}.html" for number in (9, 8, 7)]
    assert len(room.store.load_held()) == 30


def test_entries_without_dates_are_the_same_whatever_the_page(
    room: Newsroom, papers: Papers
) -> None:
    """Ties in time do not make the choice of the newest depend on where a page ends."""
    undated = [
        f"<item><title>Undated {number}</title><link>http://a.example/{number}</link></item>"
        for number in range(30)
    ]
    papers.feeds["a"] = write_rss(*undated)
    room.config = replace(room.config, newsfeed=replace(NEWSFEED, items=40))
    everything = go(room)
    room.config = replace(room.config, newsfeed=replace(NEWSFEED, items=4))
    room.publish()
    assert [entry.id for entry in room.read_entries()] == everything[:4]


def test_time_never_runs_backwards_when_the_lead_changes(room: Newsroom, papers: Papers) -> None:
    """The original comes later and is older: the entry's `updated` stays what it was."""
    copy = write_item(1, "Report", LONG, link="http://a.example/1")
    papers.feeds["b"] = write_rss(copy)
    go(room)
    before = room.read_entries()[0].updated
    original = copy.replace("21 Sep 2023 07", "20 Sep 2023 07")
    papers.feeds["a"] = write_rss(original)
    room.now += timedelta(hours=1)
    assert len(go(room)) == 1
    entry = room.read_entries()[0]
    assert entry.source.title == "A"
    assert entry.updated >= before


def test_a_flood_leaves_the_others_their_places(room: Newsroom, papers: Papers) -> None:
    """Of a full feed nobody has more than their share, while the others' stories are not far."""
    room.config = replace(room.config, newsfeed=replace(NEWSFEED, items=4, max_share=0.5))
    papers.feeds["b"] = write_rss(write_item(28, "Quiet 28"), write_item(29, "Quiet 29"))
    papers.feeds["a"] = write_rss(*(write_item(number, f"Flood {number}") for number in (30, 31)))
    go(room)
    assert {entry.title[:5] for entry in room.read_entries()} == {"Flood", "Quiet"}
    flood = [write_item(number, f"Flood {number}") for number in range(30, 59)]
    papers.feeds["a"] = write_rss(*flood[:13])
    go(room)
    titles = [entry.title for entry in room.read_entries()]
    assert titles == ["Flood 42", "Flood 41", "Quiet 29", "Quiet 28"]
    papers.feeds["a"] = write_rss(*flood)
    go(room)
    titles = [entry.title for entry in room.read_entries()]
    assert titles == ["Flood 58", "Flood 57", "Flood 56", "Flood 55"], "16 stories are looked at"
    assert b"deleted-entry" not in room.read(), "who gives way is not gone"
