"""The authored news day, played over loopback poll by poll."""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from aggregator.core import urls
from aggregator.core.model import Entry, Story
from aggregator.edges.stage import stage_url
from aggregator.pipeline import Polled, Published
from aggregator.pipeline.publish import remember_prefix
from aggregator.pipeline.selecting import select
from tests.day import POLLS, Day, load_day
from tests.edges.loopback import Recorder, serve
from tests.newsroom import Newsroom, open_newsroom


@dataclass(frozen=True)
class Played:
    """The whole day: what each poll did, what was published after it."""

    day: Day
    room: Newsroom
    site: Recorder
    polls: dict[str, dict[str, Polled]]
    published: dict[str, Published]
    atom: dict[str, bytes]
    entries: dict[str, dict[tuple[str, str], Entry]]
    stories: dict[str, tuple[Story, ...]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The day played once for all tests of this module."""
    day = load_day()
    site = Recorder(day.serve)
    data: Path = tmp_path_factory.mktemp("day")
    with serve(site) as base_url, open_newsroom(data, day.name_sources(base_url)) as room:
        result = Played(day, room, site, {}, {}, {}, {}, {})
        for name in POLLS:
            day.poll = name
            room.now = day.tell_time()
            result.polls[name] = room.poll(force=True)
            result.published[name] = room.publish()
            result.atom[name] = room.read()
            result.entries[name] = read_stored(room)
            result.stories[name] = list_stories(room)
        room.poll(force=True)
        result.published["again"] = room.publish()
        result.atom["again"] = room.read()
        yield result


def read_stored(room: Newsroom) -> dict[tuple[str, str], Entry]:
    """Every stored entry by (source, raw id or canonical link)."""
    found, _ = room.store.load_newest(1000)
    return {(entry.source_id, entry.raw_id or entry.canonical or ""): entry for entry in found}


def find_entry(entries: dict[tuple[str, str], Entry], label: str) -> Entry:
    """The entry that a label of the manifest names: `feed|key`, the key an id or a link."""
    feed, key = label.split("|", 1)
    if (feed, key) in entries:
        return entries[feed, key]
    wanted = urls.canonical(key)
    return next(
        entry
        for (source, _), entry in entries.items()
        if source == feed and entry.canonical == wanted
    )


def list_stories(room: Newsroom) -> tuple[Story, ...]:
    """All stories of what is stored."""
    prefix = remember_prefix(room.store, room.config, room.now)
    return select(room.config, room.store, prefix, room.now).stories


def test_every_answer_is_what_the_manifest_says(played: Played) -> None:
    """Each feed's result in each poll follows from its status; failures stop nobody else."""
    expected = {
        200: {"ok", "unchanged"},
        301: {"ok"},
        304: {"ok", "unchanged"},
        403: {"challenge"},
        404: {"not-found"},
        500: {"status"},
        503: {"unavailable"},
    }
    for feed in played.day.manifest["feeds"]:
        for name in POLLS:
            status = feed["polls"][name]["status"]
            result = played.polls[name][feed["id"]].state.last_kind
            assert result in expected[status], (feed["id"], name, status, result)


def test_a_304_is_asked_for_with_the_stored_validators(played: Played) -> None:
    """Every feed that had sent a validator is asked conditionally, byte for byte."""
    states = played.room.store.load_states()
    etag = 'W/"az-en-p3"'
    assert states["azatutyun-en"].etag == etag
    address = stage_url("https://www.azatutyun.am/api/fixture-en")
    asked = [r for r in played.site.requests if r.path == address]
    assert [r.get("If-None-Match") for r in asked] == [
        None,
        'W/"az-en-p1"',
        'W/"az-en-p2"',
        etag,
        etag,
    ]
    assert states["azatutyun-en"].last_status == 304


def test_a_permanent_redirect_is_followed_and_kept_in_view(played: Played) -> None:
    """The 301 of the first poll leads to the feed, and its target is shown."""
    state = played.polls["p1"]["ararat-tv"].state
    assert state.last_kind == "ok"
    assert state.moved_to == stage_url("https://ararat-tv.example/en/feed/")


def test_a_503_is_not_asked_again_before_its_retry_after(played: Played) -> None:
    """Retry-After 900 is a floor of the next poll."""
    state = played.polls["p4"]["aravot-hy"].state
    assert (state.next_poll - played.day.tell_time()).total_seconds() >= 900
    assert state.failures == 1


def test_every_labelled_item_is_stored(played: Played) -> None:
    """Nothing that any feed brought in any poll is lost."""
    entries = played.entries["p4"]
    for label in played.day.manifest["labels"]:
        assert find_entry(entries, f"{label['feed']}|{label['key']}").source_id == label["feed"]
    assert len(entries) == len(played.day.manifest["labels"]) == 50


def test_what_is_no_update_changes_nothing_a_reader_sees(played: Played) -> None:
    """Comment counts and tracking parameters move no `changed`, no link, no update count."""
    before, after = played.entries["p3"], played.entries["p4"]
    for key in [
        "aravot-en|https://en.aravot.am/?p=330414",
        "aravot-hy|https://www.aravot.am/?p=1367001",
        "yerevan-wire|http://www.wire.example/eng/news/915.html",
    ]:
        old, new = find_entry(before, key), find_entry(after, key)
        assert (old.changed, old.link, old.html) == (new.changed, new.link, new.html)
    for name in ("p3", "p4"):
        assert played.polls[name]["yerevan-wire"].changes.updated == 0
    assert played.polls["p4"]["aravot-en"].changes.updated == 0
    assert played.polls["p4"]["aravot-en"].changes.refreshed == 1
    assert find_entry(after, "aravot-en|https://en.aravot.am/?p=330414").comments_count == 2
    assert find_entry(after, "aravot-hy|https://www.aravot.am/?p=1367001").comments_count == 7


def test_a_real_update_is_applied_in_place(played: Played) -> None:
    """The early version of a report becomes the full one under its id, date and place."""
    key = "azatutyun-en|https://www.azatutyun.am/a/32603101.html"
    old, new = find_entry(played.entries["p2"], key), find_entry(played.entries["p3"], key)
    assert played.polls["p3"]["azatutyun-en"].changes.updated == 1
    assert (old.title, old.text) != (new.title, new.text)
    assert (old.published, old.first_seen) == (new.published, new.first_seen)
    assert new.changed > old.changed
    told = [find_story(played.stories[name], old) for name in ("p2", "p3", "p4")]
    assert len({story.id for story in told}) == 1, "it stays in its story"
    leads = {story.lead.entry.key for story in told[1:]}
    assert leads == {old.key}, "it leads once it is full"


def find_story(stories: Iterable[Story], entry: Entry) -> Story:
    """The story in which a report stands."""
    key = (entry.source_id, entry.key)
    return next(
        story
        for story in stories
        if key in {(report.entry.source_id, report.entry.key) for report in story.members}
    )


def test_no_other_entry_was_ever_updated(played: Played) -> None:
    """Two reports of the day were really edited; every other poll updates nothing."""
    updates = {
        (name, source): one.changes.updated
        for name, polled in played.polls.items()
        for source, one in polled.items()
        if one.changes.updated
    }
    assert updates == {("p3", "azatutyun-en"): 1}


def test_the_half_item_of_a_truncated_feed_is_not_published(played: Played) -> None:
    """The cut-off third item stays as it was; the two whole ones before it are taken."""
    mine = [e for (source, _), e in played.entries["p2"].items() if source == "eurasia-brief"]
    assert {(entry.raw_id or "").split()[0] for entry in mine} == {"4399", "4402", "4410"}
    assert not any(entry.title.startswith("Refugee numb") for entry in mine if not entry.text)
    old = find_entry(played.entries["p1"], "eurasia-brief|4399 at https://eurasiabrief.example")
    assert old in mine, "the item of the first poll is neither lost nor halved"
    state = played.polls["p2"]["eurasia-brief"].state
    assert any("cut off" in problem.what for problem in state.problems)


def list_copies(story: Story) -> list[list[tuple[str, str]]]:
    """The reports of a story by what they carry, as source and key."""
    groups = ((story.lead, *story.others), *story.also)
    return [[(report.entry.source_id, report.entry.key) for report in group] for group in groups]


def test_duplicates_are_one_report_and_nothing_else_is(played: Played) -> None:
    """Every labelled group stands together as copies, whole, and no other report with it."""
    groups = played.day.manifest["expectations"]["exact_or_near_duplicate_groups"]
    entries = played.entries["p4"]
    wanted = {
        frozenset((e.source_id, e.key) for e in (find_entry(entries, label) for label in labels))
        for labels in groups.values()
    }
    told = [group for story in played.stories["p4"] for group in list_copies(story)]
    assert {frozenset(group) for group in told if len(group) > 1} == wanted


def test_reports_of_one_event_are_one_story(played: Played) -> None:
    """Over all three languages: no wrong pair, four of five right ones."""
    labels = {
        (entry.source_id, entry.key): label["story"]
        for label in played.day.manifest["labels"]
        for entry in [find_entry(played.entries["p4"], f"{label['feed']}|{label['key']}")]
    }
    placed = {
        key: story.id
        for story in played.stories["p4"]
        for key in (name for group in list_copies(story) for name in group)
    }
    pairs = list(combinations(labels, 2))
    together = {(one, other) for one, other in pairs if placed[one] == placed[other]}
    wanted = {(one, other) for one, other in pairs if labels[one] == labels[other]}
    assert together <= wanted
    assert len(together) >= 0.8 * len(wanted)


def test_the_original_leads_and_its_carriers_are_credited(played: Played) -> None:
    """The copies of Azatutyun's report, by Aravot and by a planet, stand under Azatutyun's."""
    entry = find_entry(
        played.entries["p4"], "azatutyun-en|https://www.azatutyun.am/a/32603101.html"
    )
    story = find_story(played.stories["p4"], entry)
    assert story.lead.source.id == "azatutyun-en"
    assert {report.source.id for report in story.others} == {"planet-sc", "aravot-en"}
    assert len(story.also) == 9
    published = next(e for e in played.room.read_entries() if e.id == story.id)
    content = published.content[0].value
    assert "Also carried by:" in content
    assert "Planet South Caucasus" in content


def test_the_published_day_has_each_story_once(played: Played) -> None:
    """Ids and links are unique, and 26 stories are made of the 50 reports."""
    entries = played.room.read_entries()
    assert len({e.id for e in entries}) == len({e.link for e in entries}) == len(entries) == 26
    dates = [e.published_parsed for e in entries]
    assert dates == sorted(dates, reverse=True)


def test_terms_hold_in_every_format(played: Played) -> None:
    """Link before text and notice for Azatutyun, also carried; 60 words for Aravot; headlines."""
    for name in ("atom.xml", "rss.xml"):
        entries = {e.link: e for e in played.room.read_entries(name)}
        full = read_text(entries["https://www.azatutyun.am/a/32603101.html"], name)
        opening = '<p><a href="https://www.azatutyun.am/a/32603101.html">Azatutyun.am</a></p>'
        assert full.startswith(opening)
        assert "Copyright (c)2023 RFE/RL, Inc." in full
        excerpt = read_text(entries["https://en.aravot.am/2023/09/21/330398/"], name)
        assert "Kremlin" not in excerpt
        assert excerpt.startswith('<p><a href="https://en.aravot.am/2023/09/21/330398/">Aravot')
        headline = next(e for e in entries.values() if "worlddesk.example" in e.link)
        assert "dams" not in read_text(headline, name)
        for one in entries.values():
            assert html.escape(one.link) in read_text(one, name).split("</p>")[0]
            assert "crossroads" in one.link or "<img" not in read_text(one, name)


def read_text(entry: Any, name: str) -> str:  # noqa: ANN401 - a feedparser entry
    """The text that a reader shows."""
    text: str = entry.content[0].value if name == "atom.xml" else entry.description
    return text


def test_asking_again_changes_no_published_byte(played: Played) -> None:
    """A forced poll over unchanged sources rewrites no file."""
    assert played.published["again"].written == ()
    assert played.atom["again"] == played.atom["p4"]


def test_each_poll_and_publish_is_one_line_in_the_log(played: Played) -> None:
    """14 lines a poll, one a publishing, each with its result."""
    lines = played.room.read_log()
    polls = [line for line in lines if line["event"] == "poll"]
    assert len(polls) == 14 * (len(polls) // 14)
    assert all(line["result"] and line["source"] and line["next"] for line in polls)
