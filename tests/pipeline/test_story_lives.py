"""A story's life as readers see it: who leads it when the lead cannot, its id, its time."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.core.model import Decision, Entry, Mode, Reuse
from aggregator.core.policy import start_state
from aggregator.pipeline.auditing import audit_published
from tests.core.make import make_entry, make_source, make_terms, make_words
from tests.newsroom import NOON, Newsroom, open_newsroom, parse_strictly

HOUR = timedelta(hours=1)
TOMBS = "http://purl.org/atompub/tombstones/1.0"
FULL = make_terms(mode=Mode.FULL, max_words=None)
TEXT = "A landslide has closed the road to Tatev, and police say it stays closed. " + make_words(40)
BAD = "<p>Words.</p><script>x</script>"
"""What no cleaning lets through: a fault of the program would."""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom over three papers whose reports are stored as the test makes them."""
    sources = [make_source(name, reuse=FULL) for name in ("alpha", "beta", "gamma")]
    with open_newsroom(tmp_path / "data", sources) as one:
        yield one


def make(source: str, hours: float, **fields: Any) -> Entry:  # noqa: ANN401 - any field
    """A report of the landslide, written so many hours before noon."""
    at = NOON - timedelta(hours=hours)
    given = {"title": "Road to Tatev closed", "text": TEXT, "language": "en", **fields}
    return make_entry("1", source, first_seen=at, changed=at, published=at, **given)


def carry(source: str, hours: float, writer: str, **fields: Any) -> Entry:  # noqa: ANN401 - any field
    """The same report as another carries it, who says whose it is."""
    return make(source, hours, text=f"{writer.title()}. {TEXT}", **fields)


def tell(source: str, hours: float, **fields: Any) -> Entry:  # noqa: ANN401 - any field
    """Another report of the same event."""
    given = {
        "title": "Landslide blocks road to Tatev",
        "text": "Rocks closed the road to Tatev, police say.",
        **fields,
    }
    return make(source, hours, **given)


def store(room: Newsroom, *entries: Entry) -> None:
    """Store reports past all cleaning."""
    for source in room.config.sources:
        own = tuple(one for one in entries if one.source_id == source.id)
        if own:
            room.store.save([Decision(start_state(source, NOON), own)])


def state(room: Newsroom, name: str, terms: Reuse) -> None:
    """Let a source state other terms from now on."""
    room.set_sources(
        [replace(one, reuse=terms if one.id == name else one.reuse) for one in room.config.sources]
    )


def publish(room: Newsroom) -> list[tuple[str, str]]:
    """Publish; the id and the credit of each story, and all of it obeys what it owes."""
    room.publish()
    audit = audit_published(room.config, room.data, room.now)
    assert not audit.is_broken, [v for one in audit.entries for v in one.verdicts if v.why]
    live = [one for one in audit.entries if "/" not in one.file]
    assert not [one for one in live if one.has_changed]
    return [(entry.id, entry.content[0].value) for entry in room.read_entries()]


def read_lead(room: Newsroom) -> str:
    """The credit of the only story: the first words of its text."""
    ((_, text),) = publish(room)
    return text.partition("</p>")[0]


def read_time(room: Newsroom) -> datetime:
    """When the only story was changed, as readers are told."""
    (entry,) = room.read_entries()
    return datetime.fromisoformat(entry.updated)


# A lead of which no entry can be made ----------------------------------------


def test_who_carries_a_report_leads_where_none_can_be_made_of_it(room: Newsroom) -> None:
    """The story goes out by the next of its reports, under its id; what is held back is named."""
    store(room, make("alpha", 3, html=BAD), make("beta", 2))
    ((story_id, text),) = publish(room)
    assert story_id == "https://beta.example/id/1"
    assert text.startswith('<p><a href="https://beta.example/news/1">Beta</a>')
    assert "Alpha" in text, "who wrote it too is named"
    (held,) = room.store.load_held()
    assert (held.source_id, "SecurityRisk" in held.why) == ("alpha", True)


def test_another_report_of_the_event_leads_where_none_can_be_made_of_the_lead(
    room: Newsroom,
) -> None:
    """Who is held back is still named by its headline and link."""
    store(room, make("alpha", 3, html=BAD), tell("beta", 2))
    ((story_id, text),) = publish(room)
    assert story_id == "https://beta.example/id/1"
    assert '<li>Alpha: <a href="https://alpha.example/news/1">Road to Tatev closed</a>' in text


def test_a_story_keeps_its_id_and_its_time_when_its_lead_breaks(room: Newsroom) -> None:
    """And when it is mended: the id is that of the first one published all the while."""
    store(room, make("alpha", 1), tell("beta", 2))
    assert publish(room)[0][0] == "https://alpha.example/id/1"
    before = read_time(room)
    store(room, make("alpha", 1, html=BAD))
    ((story_id, text),) = publish(room)
    assert (story_id, 'news/1">Beta' in text) == ("https://alpha.example/id/1", True)
    assert read_time(room) >= before
    store(room, make("alpha", 1))
    ((story_id, text),) = publish(room)
    assert (story_id, 'news/1">Alpha' in text) == ("https://alpha.example/id/1", True)
    assert room.store.load_held() == []


def test_who_would_break_the_list_too_is_left_out(room: Newsroom) -> None:
    """The story goes out without the report that nothing can be made of."""
    store(room, make("alpha", 3, link="javascript:x"), tell("beta", 2))
    ((_, text),) = publish(room)
    assert "Alpha" not in text
    assert [one.source_id for one in room.store.load_held()] == ["alpha"]


def test_a_story_of_which_nothing_can_be_made_names_each_report(room: Newsroom) -> None:
    """All of them are held back, each with its own reason; others are published."""
    store(
        room,
        make("alpha", 3, html=BAD),
        tell("beta", 2, html='<p onclick="x()">a</p>'),
        make_entry("9", "gamma", first_seen=NOON, changed=NOON),
    )
    assert [story_id for story_id, _ in publish(room)] == ["https://gamma.example/id/9"]
    why = {one.source_id: one.why for one in room.store.load_held()}
    assert "SecurityRisk at" in why["alpha"]
    assert "SecurityRiskAttr at" in why["beta"]


# A lead that is held back -----------------------------------------------------


def test_an_original_without_a_link_hides_nobody_who_carries_it(room: Newsroom) -> None:
    """The carrier's report goes out by the terms of both, and credits both."""
    store(room, make("alpha", 3, link=None), carry("beta", 2, "alpha"))
    ((story_id, text),) = publish(room)
    assert story_id == "https://beta.example/id/1"
    credit = text.partition("</p>")[0]
    assert "Alpha</a>, via <a" in credit
    assert 'href="https://beta.example/news/1">Beta</a>' in credit
    assert "Also carried by" not in text, "who wrote it is credited already"


def test_an_original_leads_again_when_it_can(room: Newsroom) -> None:
    """Its story keeps the carrier's id, under which it was first published, and its time."""
    store(room, make("alpha", 3, link=None), carry("beta", 2, "alpha"))
    ((story_id, _),) = publish(room)
    before = read_time(room)
    store(room, make("alpha", 3))
    ((again, text),) = publish(room)
    assert (again, text.startswith('<p><a href="https://alpha.')) == (story_id, True)
    assert read_time(room) >= before


@pytest.mark.parametrize(
    "terms", [{"embargo": 4 * HOUR}, {"embargo_until": NOON + HOUR}, {"delay": 4 * HOUR}]
)
def test_what_keeps_a_text_back_binds_all_who_are_known_to_carry_it(
    room: Newsroom, terms: dict[str, Any]
) -> None:
    """Also one that does not say whose it is, where another copy does."""
    state(room, "alpha", replace(FULL, **terms))
    store(room, make("alpha", 3), carry("beta", 1, "alpha"), make("gamma", 2))
    assert publish(room) == []
    room.now += 2 * HOUR
    assert 'href="https://alpha.example/news/1">Alpha</a>' in read_lead(room)


def test_a_text_that_nobody_says_is_anothers_goes_out(room: Newsroom) -> None:
    """By the terms of who has it; who is under embargo is not named."""
    state(room, "alpha", replace(FULL, embargo=4 * HOUR))
    store(room, make("alpha", 3), make("beta", 2))
    ((_, text),) = publish(room)
    assert text.startswith('<p><a href="https://beta.example/news/1">Beta</a>')
    assert "lpha" not in text


def test_a_permission_that_ended_binds_who_carries_it(room: Newsroom) -> None:
    """The carrier's full text is cut to what is shown of a source that states no terms."""
    state(room, "alpha", replace(FULL, until=NOON - HOUR))
    store(room, make("alpha", 3, link=None), carry("beta", 2, "alpha"))
    ((_, text),) = publish(room)
    assert ("via" in text, "…" in text, "word39" in text) == (True, True, False)


def test_a_copy_that_begins_with_a_link_to_the_original_is_under_its_terms(
    room: Newsroom,
) -> None:
    """A comment may begin so and be its own; a copy of the whole text is the other's."""
    state(room, "alpha", make_terms(mode=Mode.HEADLINE))
    begins = f'<p><a href="https://alpha.example/x">Here</a> it is. {TEXT}</p>'
    store(room, make("alpha", 3, link=None), make("beta", 2, html=begins))
    ((_, text),) = publish(room)
    assert ("Alpha</a>, via <a" in text, "landslide" in text) == (True, False)


# Its id and its time ------------------------------------------------------------


def weigh(room: Newsroom, **weights: float) -> None:
    """Let sources weigh so much from now on."""
    room.set_sources([replace(one, weight=weights.get(one.id, 1.0)) for one in room.config.sources])


def test_no_change_of_the_configuration_turns_a_story_back(room: Newsroom) -> None:
    """Whoever leads it by weight or terms, also one whose id it never bore: its time only grows."""
    weigh(room, alpha=2.0)
    store(room, tell("alpha", 5), make("beta", 1), make("gamma", 9, title="Tatev road closed"))
    ((story_id, text),) = publish(room)
    assert 'news/1">Alpha' in text
    times = [read_time(room)]
    for weights in ({"beta": 2.0}, {"gamma": 2.0}, {"alpha": 2.0}, {"beta": 2.0}):
        weigh(room, **weights)
        ((again, _),) = publish(room)
        assert again == story_id
        times.append(read_time(room))
    state(room, "beta", replace(FULL, embargo=9 * HOUR))
    publish(room)
    times.append(read_time(room))
    assert times == sorted(times)
    assert publish(room)[0][0] == story_id
    (item,) = json.loads(room.read("feed.json"))["items"]
    assert datetime.fromisoformat(item["date_modified"]) == times[-1].replace(microsecond=0)


def list_buried(room: Newsroom) -> dict[str, str]:
    """The tombstones: each id that left, with when."""
    root = parse_strictly(room.read())
    return {
        grave.get("ref"): grave.get("when") for grave in root.iterfind(f"{{{TOMBS}}}deleted-entry")
    }


def test_reports_that_join_and_part_again_and_again_bear_two_ids(room: Newsroom) -> None:
    """The younger id leaves with a tombstone and comes back with its report, changed since."""
    first = make("alpha", 5, title="Road to Tatev closed by landslide")
    apart = make("beta", 2, title="Bank robbed in Gyumri", text="Two men robbed a bank in Gyumri.")
    joined = replace(make("beta", 2, title="Road to Tatev closed by landslide"), digest="joined")
    ids, last = set(), ""
    for _ in range(5):
        store(room, first, apart)
        told = {text.partition("news/1")[0][-14:-1]: story_id for story_id, text in publish(room)}
        assert set(told.values()) == {"https://alpha.example/id/1", "https://beta.example/id/1"}
        assert list_buried(room) == {}
        (young,) = [one for one in room.read_entries() if one.id == "https://beta.example/id/1"]
        assert young.updated > last, "readers who obeyed the tombstone take it for new"
        ids |= set(told.values())
        room.now += HOUR
        store(room, first, joined)
        ((story_id, _),) = publish(room)
        ids.add(story_id)
        assert story_id == "https://alpha.example/id/1"
        ((buried, last),) = list_buried(room).items()
        assert buried == "https://beta.example/id/1"
        room.now += HOUR
    assert len(ids) == 2
