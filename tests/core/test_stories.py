"""Which reports are one story, who leads it, and the id it bears for life."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import stories
from aggregator.core.evidence import MIN_WORDS, read_keys
from aggregator.core.model import Entry, FeedHead, Report, Source, SourceRef, Story
from aggregator.core.stories import Membership, combine
from tests.core.make import NOW, make_entry, make_report, make_source, make_words

HOUR = timedelta(hours=1)
PREFIX = "tag:news.example,2023:ab"
LONG = make_words(MIN_WORDS)
PAGE = "https://page.example/news/1"
TAG = "tag:origin.example,2023:1"
SUMMARY = "Eight words and some more make a summary."


def tell(
    *entries: Entry | Report,
    memberships: dict[tuple[str, str], Membership] | None = None,
    claimed: tuple[str, ...] = (),
) -> tuple[Story, ...]:
    """The stories of these reports."""
    reports = [item if isinstance(item, Report) else make_report(item) for item in entries]
    return combine(reports, memberships or {}, claimed, PREFIX)


def name_groups(found: tuple[Story, ...]) -> set[frozenset[str]]:
    """Which reports stand together, as source/name."""
    return {
        frozenset(f"{r.entry.source_id}/{r.entry.title}" for r in story.members) for story in found
    }


def entry(source_id: str, name: str = "1", **fields: Any) -> Entry:  # noqa: ANN401 - any field
    """An entry of a source, with the source's name first and, if not said, words of its own."""
    own = " ".join(f"{source_id}{name}{letter}" for letter in "abcdefghij")
    return make_entry(name, source_id, **{"text": own, **fields})


# One story --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"link": PAGE, "title": "{}"}, "the same link"),
        ({"link": PAGE + "?utm_source={}"}, "the same id, the same link"),
        ({"title": "One", "text": LONG}, "the same title and text"),
        ({"raw_id": TAG, "title": "One", "text": "One."}, "the same id"),
        ({"raw_id": TAG, "title": "{}", "text": SUMMARY}, "the same id"),
        ({"raw_id": TAG, "link": "https://www.x.example/{}", "title": "{}"}, "the same id"),
        ({"raw_id": "post-number-44100", "title": "One", "text": "One."}, "the same id"),
    ],
)
def test_one_report_of_two_sources_is_one_story(fields: dict[str, str], reason: str) -> None:
    """The same id with something that agrees, the same link, or the same words make one story."""
    if reason.startswith("the same id,"):
        fields = {"raw_id": TAG, **fields}
    made = [
        entry(name, **{key: value.format(name) for key, value in fields.items()})
        for name in ("aa", "bb")
    ]
    (story,) = tell(*made)
    assert {report.source.id for report in (story.lead, *story.others)} == {"aa", "bb"}
    assert story.reasons == (reason,)


def test_words_are_compared_without_case_and_marks() -> None:
    """A title in capitals and typographic quotes are no other text."""
    left = entry("aa", title="The “News”", text=f"«{LONG}».")
    right = entry("bb", title='THE "NEWS"', text=LONG.upper())
    assert len(tell(left, right)) == 1


# Apart ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param({"raw_id": "4410"}, {"raw_id": "4410"}, id="a short id"),
        pytest.param({"raw_id": "1"}, {"raw_id": "1", "title": "Other"}, id="a very short id"),
        pytest.param({"raw_id": "9" * 20}, {"raw_id": "9" * 20}, id="a long number"),
        pytest.param(
            {"raw_id": "https://x.example/", "link": "https://x.example/1", "title": "One"},
            {"raw_id": "https://x.example/", "link": "https://x.example/2", "title": "Two"},
            id="a front page as id",
        ),
        pytest.param(
            {"raw_id": TAG, "title": "One", "text": "One."},
            {"raw_id": TAG, "title": "Two", "text": "Two."},
            id="a hijacked id",
        ),
        pytest.param(
            {"raw_id": TAG, "title": "", "text": ""},
            {"raw_id": TAG, "title": "", "text": ""},
            id="a hijacked id without words",
        ),
        pytest.param(
            {"link": "https://x.example/", "title": "One"},
            {"link": "https://x.example/", "title": "Two"},
            id="a front page as link",
        ),
        pytest.param(
            {"title": "Press Review", "text": "Short.", "published": NOW},
            {"title": "Press Review", "text": "Short.", "published": NOW - 24 * HOUR},
            id="a press review",
        ),
    ],
)
def test_what_proves_nothing_keeps_reports_apart(
    left: dict[str, Any], right: dict[str, Any]
) -> None:
    """A different story hidden harms more than a duplicate shown."""
    assert len(tell(entry("aa", **left), entry("bb", **right))) == 2


def test_a_hijacked_id_goes_to_the_first_and_the_later_is_minted() -> None:
    """Who uses another's id for a report of its own gets a minted one."""
    first = entry("bb", raw_id=TAG, title="One", text="One.")
    later = entry("aa", raw_id=TAG, title="Two", text="Two.", first_seen=NOW + HOUR)
    ids = {story.lead.source.id: story.id for story in tell(later, first)}
    assert ids["bb"] == TAG
    assert ids["aa"].startswith(f"{PREFIX}/aa/")


def test_two_items_of_one_feed_are_never_joined_by_a_third() -> None:
    """Items of one feed with other words are no copies, also by way of another source."""
    one = entry("aa", "1", title="One", text=LONG)
    two = entry("aa", "2", title="Two", link=PAGE)
    third = entry("bb", "3", title="One", text=LONG, link=PAGE)
    (story,) = tell(one, two, third)
    for copies in ((story.lead, *story.others), *story.also):
        sources = [report.source.id for report in copies]
        assert len(sources) == len(set(sources))
    assert story.also_reasons == ("nearly the same text (100%) as aa",)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"title": "One", "text": LONG}, {"title": "Two", "text": LONG}),
        ({"title": "One", "text": LONG}, {"title": "One", "text": f"{LONG} and more"}),
        ({"text": LONG}, {"text": "PAPER - " + " ".join(LONG.split()[5:])}),
    ],
)
def test_the_same_text_with_small_edits_is_a_copy(
    left: dict[str, Any], right: dict[str, Any]
) -> None:
    """Another title, a dateline, a footer: still one report, and its reason says how sure."""
    (story,) = tell(entry("aa", **left), entry("bb", **right))
    assert (len(story.others), len(story.also)) == (1, 0)
    assert story.reasons[0].startswith("nearly the same text (")


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [
        pytest.param({"text": "Two."}, {"title": "Title 1", "text": "Two."}, 1, id="told twice"),
        pytest.param({"text": LONG}, {"text": LONG, "title": "New"}, 1, id="a new title"),
        pytest.param({}, {"title": "Title 1"}, 2, id="another text"),
        pytest.param({"text": ""}, {"text": "", "title": "New"}, 2, id="other words"),
        pytest.param(
            {"title": "Press Review", "text": "", "published": NOW},
            {"title": "Press Review", "text": "", "published": NOW - 24 * HOUR},
            2,
            id="a press review",
        ),
    ],
)
def test_items_of_one_feed_on_one_page(
    left: dict[str, Any], right: dict[str, Any], count: int
) -> None:
    """Items of one feed that link to one page are one story only if they say the same."""
    found = tell(entry("aa", "1", link=PAGE, **left), entry("aa", "2", link=PAGE, **right))
    assert len(found) == count


def test_a_feed_whose_items_all_link_to_one_page_stays_apart() -> None:
    """A link that one feed gives to all its items makes no report of another one of them."""
    items = [entry("aa", str(n), link=PAGE) for n in range(4)]
    other = entry("bb", "9", link=PAGE)
    assert len(tell(*items, other)) == 5
    same = entry("bb", "9", link=PAGE, title="Title 2")
    assert frozenset({"aa/Title 2", "bb/Title 2"}) in name_groups(tell(*items, same))


def test_of_two_new_reports_the_id_goes_to_whom_its_address_belongs() -> None:
    """In a first poll both come at once; who is asked first must not matter."""
    address = "https://orig.example/?p=1"
    true = entry("orig", raw_id=address, first_seen=NOW + HOUR)
    false = entry("aaa", "other", raw_id=address)
    found = tell(
        make_report(true, make_source("orig", homepage="https://orig.example/")),
        make_report(false, make_source("aaa")),
    )
    assert {story.lead.source.id: story.id == address for story in found} == {
        "orig": True,
        "aaa": False,
    }


def test_a_summary_agrees_with_the_text_it_is_from() -> None:
    """The same id and title, and a part of the text: a copy, not a hijack."""
    whole = entry("aa", raw_id=TAG, title="One", text=f"{SUMMARY} And the rest.")
    assert len(tell(whole, entry("bb", raw_id=TAG, title="One", text=SUMMARY))) == 1
    assert len(tell(whole, entry("bb", raw_id=TAG, title="One", text="And the rest."))) == 2


def test_id_and_title_alone_take_nothing_over() -> None:
    """Another link, host and text under the same id and title: both stay, the later is renamed."""
    true = entry("orig", raw_id=TAG, title="Story", text=LONG)
    spam = entry("zzz", raw_id=TAG, title="Story", text="Buy pills.", first_seen=NOW + HOUR)
    found = tell(true, spam)
    assert {story.lead.source.id: story.id == TAG for story in found} == {
        "orig": True,
        "zzz": False,
    }


def join_ledger(owner: Entry, *others: Entry) -> dict[tuple[str, str], Membership]:
    """A ledger that has these in one story, whose id was given to the first."""
    story = Membership(TAG, 1, owner=True)
    rest = {(other.source_id, other.key): replace(story, owner=False) for other in others}
    return {(owner.source_id, owner.key): story, **rest}


def test_a_corrected_report_is_shown_again() -> None:
    """What a wrong link joined parts when it is corrected; the id stays with its report."""
    alpha = entry("aa", "alpha", first_seen=NOW + HOUR)
    beta = entry("bb", "beta")
    found = tell(alpha, beta, memberships=join_ledger(alpha, beta))
    assert {story.lead.source.id: story.id == TAG for story in found} == {"aa": True, "bb": False}


def test_a_copy_that_dates_itself_back_does_not_take_the_lead() -> None:
    """Of a published story the report leads that was published first."""
    original = entry("orig", title="One", text=LONG, published=NOW)
    copy = entry("copy", title="One", text=LONG, published=NOW - HOUR)
    (story,) = tell(original, copy, memberships=join_ledger(original))
    assert (story.lead.source.id, story.id) == ("orig", TAG)
    (unpublished,) = tell(original, copy)
    assert unpublished.lead.source.id == "copy", "before that, dates are all there is"


def test_many_items_of_one_source_on_one_key_cost_nothing() -> None:
    """A feed that gives thousands of items one link is not compared item by item."""
    begun = time.process_time()
    found = tell(*(entry("aa", str(number), link=PAGE) for number in range(3000)))
    assert len(found) == 3000
    assert time.process_time() - begun < 20, "all pairs would take minutes"


# The lead -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "carried",
    [
        {"source": SourceRef("The Origin", self_link="https://origin.example/rss")},
        {"source": SourceRef(id="https://origin.example/")},
        {"source": SourceRef("ORIGIN")},
        {"text": "Origin. " + LONG},
        {"text": "Origin — " + LONG},
        {"html": '<p><a href="https://origin.example/1">Origin</a>. Text</p>'},
        {"link": "https://origin.example/news/1?utm_source=rss"},
        {"link": "https://old.origin.example/news/1"},
    ],
)
def test_the_original_leads_its_carrier(carried: dict[str, Any]) -> None:
    """A report that says by any mark that it is another's stands behind that one."""
    origin = make_source("origin", aliases=("old.origin.example", "Origin"), weight=0.1)
    carrier = make_source("carrier", weight=9.0)
    original = entry("origin", raw_id=TAG, title="One", first_seen=NOW + HOUR, text=LONG)
    fields = {"raw_id": TAG, "title": "One", "text": LONG, **carried}
    (story,) = tell(
        make_report(original, origin), make_report(entry("carrier", "2", **fields), carrier)
    )
    assert story.lead.source.id == "origin"


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Paper. " + LONG},
        {"source": SourceRef("Paper", self_link="https://paper.example/", link="x:y")},
        {"html": "<p>Some words</p>" * 9 + '<a href="https://origin.example/1">later</a>'},
        {"link": None, "canonical": None},
    ],
)
def test_a_shared_name_or_place_is_no_mark(fields: dict[str, Any]) -> None:
    """Two languages of one paper bear one name: its dateline does not make one a carrier."""
    left = make_source("left", name="Paper", homepage="https://paper.example/")
    right = make_source("right", name="Paper", homepage="https://paper.example/", weight=2.0)
    given = {"raw_id": TAG, "title": "One", "text": "One.", **fields}
    reports = [
        make_report(entry("left", **given), left),
        make_report(entry("right", **given), right),
    ]
    (story,) = tell(*reports)
    assert story.lead.source.id == "right"


@pytest.mark.parametrize(
    ("weights", "hours", "lead"),
    [((1.0, 2.0), (0, 5), "bb"), ((1.0, 1.0), (1, 0), "bb"), ((1.0, 1.0), (0, 0), "aa")],
)
def test_weight_then_time_choose_the_lead(
    weights: tuple[float, float], hours: tuple[int, int], lead: str
) -> None:
    """Among originals the heavier source leads, then the earlier report, then the id."""
    reports = [
        make_report(
            entry(name, link=PAGE, published=NOW + hour * HOUR), make_source(name, weight=weight)
        )
        for name, weight, hour in zip(("aa", "bb"), weights, hours, strict=True)
    ]
    assert tell(*reports)[0].lead.source.id == lead


def test_every_member_says_why_it_is_there() -> None:
    """A report that shares nothing with the lead names the one that it shares something with."""
    one = entry("aa", "1", link=PAGE)
    two = entry("bb", "2", link=PAGE, title="One", text=LONG)
    three = entry("cc", "3", title="One", text=LONG)
    (story,) = tell(one, two, three)
    assert story.lead.source.id == "aa"
    assert story.reasons == ("the same link", "the same title and text as bb")


# Ids for life ---------------------------------------------------------------------


@pytest.mark.parametrize("raw_id", [TAG, "https://X.example/A%20b?p=1#c", "urn:x-y:Ünï"])
def test_an_iri_is_kept_byte_for_byte(raw_id: str) -> None:
    """The publisher's own id is the story's, where it may stand in an atom:id."""
    assert tell(entry("aa", raw_id=raw_id))[0].id == raw_id


@pytest.mark.parametrize("raw_id", [None, "4410", "attack 0", "javascript:x"])
def test_what_is_no_iri_gets_a_minted_id(raw_id: str | None) -> None:
    """A minted id is made of source and key alone, so that it is the same tomorrow."""
    (story,) = tell(entry("aa", raw_id=raw_id))
    (again,) = tell(entry("aa", raw_id=raw_id, title="Edited", first_seen=NOW + HOUR, key="k"))
    (same,) = tell(entry("aa", raw_id=raw_id, text="Edited.", first_seen=NOW + HOUR, key="k"))
    assert story.id.startswith(f"{PREFIX}/aa/")
    assert again.id == same.id


def test_a_claimed_id_is_not_given_again() -> None:
    """An id that was ever given, own or minted, goes to nobody else."""
    (minted,) = tell(entry("aa", raw_id=TAG), claimed=(TAG,))
    (second,) = tell(entry("aa", raw_id=TAG), claimed=(TAG, minted.id))
    (third,) = tell(entry("aa", raw_id=TAG), claimed=(TAG, minted.id, second.id))
    assert len({TAG, minted.id, second.id, third.id}) == 4


def test_memberships_win_and_the_oldest_stays() -> None:
    """A published story keeps its id; where two prove to be one, the older id stays."""
    one, two = entry("aa", link=PAGE), entry("bb", link=PAGE)
    memberships = {
        ("aa", one.key): Membership("tag:x,2023:young", 9),
        ("bb", two.key): Membership("tag:x,2023:old", 3),
    }
    (story,) = tell(one, two, memberships=memberships)
    assert story.id == "tag:x,2023:old"
    assert story.lead.source.id == "aa"


def test_what_was_published_together_stays_together() -> None:
    """A story does not fall apart when an edit takes away what its reports shared."""
    one, two = entry("aa", text=make_words(9)), entry("bb", text=make_words(9))
    shared = Membership("tag:x,2023:old", 3)
    memberships = {("aa", one.key): shared, ("bb", two.key): shared}
    (story,) = tell(one, two, memberships=memberships)
    assert story.reasons == ("published together before",)
    assert stories.explain(one, two) == "published together before"


def test_items_of_one_feed_that_an_edit_parts_get_two_ids() -> None:
    """No id stands twice: the earliest report keeps it, the other gets one of its own."""
    one, two = entry("aa", "1"), entry("aa", "2", first_seen=NOW + HOUR)
    shared = Membership("tag:x,2023:old", 3)
    found = tell(two, one, memberships={("aa", one.key): shared, ("aa", two.key): shared})
    ids = {story.lead.entry.title: story.id for story in found}
    assert ids == {"Title 1": "tag:x,2023:old", "Title 2": two.raw_id}


def test_stories_come_newest_first() -> None:
    """Stories are ordered by the time of their lead."""
    made = [entry("aa", str(n), published=NOW + n * HOUR) for n in (2, 3, 1)]
    assert [story.lead.entry.title[-1] for story in tell(*made)] == ["3", "2", "1"]


# Keys and laws ---------------------------------------------------------------------


def test_keys_are_what_evidence_is_looked_up_by() -> None:
    """Two reports with any evidence share a key; one without any has none."""
    assert read_keys(entry("aa", raw_id="1", link=None)) == ()
    one, two = entry("aa", raw_id=TAG, text=LONG), entry("bb", raw_id=TAG, text=LONG)
    assert len(read_keys(one)) == 3
    assert len(set(read_keys(one)) & set(read_keys(two))) == 2
    assert len(read_keys(entry("aa", raw_id="\ud800" * 20))) == 2


_REPORTS = st.lists(
    st.builds(
        lambda source_id, name, **fields: make_report(
            entry(source_id, f"{name}", key=f"{source_id}{name}", **fields),
            make_source(source_id, weight=1.0 + (source_id == "cc")),
            FeedHead(),
        ),
        source_id=st.sampled_from(["aa", "bb", "cc"]),
        name=st.integers(0, 3),
        raw_id=st.sampled_from([None, TAG, "tag:x,2023:2", "4410"]),
        link=st.sampled_from([None, PAGE, "https://page.example/2", "https://page.example/"]),
        title=st.sampled_from(["One", "Two"]),
        text=st.sampled_from(["", "Short.", LONG]),
        first_seen=st.sampled_from([NOW, NOW + HOUR]),
    ),
    max_size=8,
    unique_by=lambda report: report.entry.key,
)


@given(_REPORTS, st.randoms(use_true_random=False), st.data())
def test_the_order_of_reports_changes_nothing(
    reports: list[Report],
    chance: Any,  # noqa: ANN401 - hypothesis gives it no narrower public type
    data: st.DataObject,
) -> None:
    """Shuffled reports make the same stories, each report stands in one, no id stands twice."""
    orders = data.draw(st.dictionaries(st.sampled_from(["m1", "m2"]), st.integers(0, 9)))
    memberships = {
        (report.source.id, report.entry.key): Membership(name, orders[name])
        for report in reports
        if orders and (name := data.draw(st.sampled_from(["", *orders])))
    }
    shuffled = list(reports)
    chance.shuffle(shuffled)
    found = combine(reports, memberships, (), PREFIX)
    assert found == combine(shuffled, memberships, (), PREFIX)
    members = [report.entry.key for story in found for report in story.members]
    assert sorted(members) == sorted(report.entry.key for report in reports)
    assert len({story.id for story in found}) == len(found)
    for story in found:
        assert len(story.reasons) == len(story.others)
        assert len(story.also_reasons) == len(story.also)
        assert all(story.reasons + story.also_reasons), "every merge is explained"


def test_many_items_on_one_page_take_no_time() -> None:
    """A feed of hundreds of items on one page is told apart without comparing every text anew."""
    source = Source("aa", "https://aa.example/rss")
    text = make_words(500)
    reports = [
        make_report(entry("aa", str(n), link=PAGE, text=f"{n} {text}"), source) for n in range(120)
    ]
    assert len(combine(reports, {}, (), PREFIX)) == 120
