"""Whether an entry is one that is known already, and whether it says something new."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.identity import Settled, settle_all
from aggregator.core.model import Change, Changes, Enclosure, Entry, Problem, SourceRef
from aggregator.core.normalise.item import drop_link
from tests.core.make import NOW, make_entry

HOUR = timedelta(hours=1)
LATER = NOW + 5 * HOUR
LINK = "https://hetq.example/news/1"
ANOTHER = "tag:hetq.example,2023:another"


def merge(known: list[Entry], settled: Settled) -> list[Entry]:
    """What the store holds after saving."""
    return list({entry.key: entry for entry in (*known, *settled.entries)}.values())


def see(name: str = "1", **fields: Any) -> Entry:  # noqa: ANN401 - any field
    """An entry as a later reading finds it."""
    return make_entry(name, **{"first_seen": LATER, "changed": LATER, **fields})


def test_an_unknown_entry_is_new() -> None:
    """An entry that nothing known resembles is new, as it is."""
    settled = settle_all([see()], [], LATER)
    assert settled == Settled((see(),), Changes(new=1))


def test_the_same_entry_is_nothing() -> None:
    """An entry that says what is known is not saved again."""
    assert settle_all([see()], [make_entry()], LATER) == Settled((), Changes())


def test_an_edit_keeps_identity_place_and_date() -> None:
    """An edit changes the words in place; key, id, date and first sight stay."""
    known = make_entry(published=NOW - HOUR)
    fresh = see(title="Better", text="Other words.", published=LATER)
    settled = settle_all([fresh], [known], LATER)
    (entry,) = settled.entries
    assert settled.changes == Changes(updated=1)
    assert (entry.title, entry.text, entry.changed) == ("Better", "Other words.", LATER)
    assert (entry.key, entry.raw_id, entry.published, entry.first_seen) == (
        known.key,
        known.raw_id,
        NOW - HOUR,
        NOW,
    )


def test_a_healed_id_is_recognised_by_its_link() -> None:
    """An entry whose own id is gone from the feed is known by its link, and keeps its id."""
    known = make_entry(published=NOW)
    fresh = see(raw_id=ANOTHER, title="Better", published=NOW)
    settled = settle_all([fresh], [known], LATER)
    assert settled.changes == Changes(updated=1, healed=1)
    (entry,) = settled.entries
    assert (entry.key, entry.raw_id, entry.alias) == (known.key, known.raw_id, ANOTHER)
    (problem,) = settled.problems
    assert problem == Problem("Better", f"healed: its link is the same; it was {known.raw_id}")


@pytest.mark.parametrize(
    ("known", "fresh"),
    [
        pytest.param(
            [make_entry()], [see("2", raw_id="b", link=LINK), see()], id="its own id is present"
        ),
        pytest.param(
            [make_entry(), make_entry("2", link=LINK)],
            [see("3", raw_id="c", link=LINK)],
            id="two known entries have the link",
        ),
        pytest.param(
            [make_entry(link="https://hetq.example/")],
            [see("2", raw_id="b", link="https://hetq.example/")],
            id="the link is a front page",
        ),
    ],
)
def test_a_link_that_proves_nothing_makes_a_new_entry(
    known: list[Entry], fresh: list[Entry]
) -> None:
    """A link identifies only an entry that is gone under its id and has the link alone."""
    assert settle_all(fresh, known, LATER).changes == Changes(new=1)


@pytest.mark.parametrize(("before", "after"), [(None, ANOTHER), (ANOTHER, None)])
def test_a_feed_may_begin_or_cease_to_give_ids(before: str | None, after: str | None) -> None:
    """An entry is known by its link, where one of the two has an id and its words agree."""
    known = make_entry(raw_id=before, title="A title of some words", key="first")
    fresh = see(raw_id=after, title="A title of some words", text="A short text 1, edited.")
    assert settle_all([fresh], [known], LATER).changes.new == 0


def test_two_items_never_lose_their_ids_to_one_link() -> None:
    """Of two items whose reused ids are dropped and whose link is one, both are kept."""
    known = [make_entry(name, raw_id=place) for name, place in (("1", "0"), ("2", "1"))]
    fresh = [
        see(name, raw_id=place, link="https://hetq.example/news/new")
        for name, place in (("3", "0"), ("4", "1"))
    ]
    kept = merge(known, settle_all(fresh, known, LATER))
    assert {"Title 3", "Title 4"} <= {entry.title for entry in kept}


@pytest.mark.parametrize("turn", [1, -1])
def test_ids_that_number_the_places_of_a_feed_lose_nothing(turn: int) -> None:
    """Where the newest item is always "0", each report is one entry with its own words."""

    def feed(*numbers: int) -> list[Entry]:
        places = enumerate(numbers)
        made = [see(str(number), raw_id=str(place)) for place, number in places]
        return made[::turn]

    known: list[Entry] = []
    for numbers, new in (((2, 1), 2), ((3, 2, 1), 1), ((5, 4, 3), 2), ((6, 5, 4), 1)):
        settled = settle_all(feed(*numbers), known, LATER)
        assert settled.changes == Changes(new=new), numbers
        known = merge(known, settled)
    assert sorted((entry.title, entry.link) for entry in known) == [
        (f"Title {number}", f"https://hetq.example/news/{number}") for number in range(1, 7)
    ]


@pytest.mark.parametrize(
    ("known", "fresh"),
    [
        pytest.param({"raw_id": "4410"}, {"link": "https://hetq.example/moved"}, id="new address"),
        pytest.param({"raw_id": "4410"}, {"title": "Better", "text": "Other."}, id="new words"),
        pytest.param(
            {}, {"title": "Better", "link": "https://hetq.example/better"}, id="an id that names"
        ),
        pytest.param(
            {"raw_id": "4410", "link": None}, {"title": "Better", "text": "Other."}, id="no link"
        ),
    ],
)
def test_an_id_is_believed_unless_link_and_title_speak_against_it(
    known: dict[str, Any], fresh: dict[str, Any]
) -> None:
    """A short number names its report as long as one of them agrees; an IRI always does."""
    settled = settle_all([see(**{**known, **fresh})], [make_entry(**known)], LATER)
    assert settled.changes == Changes(updated=1)


def test_an_entry_that_is_present_is_not_taken_by_its_old_link() -> None:
    """An item at the address that a present entry has left is another item."""
    fresh = [see("2", raw_id="b", link=LINK), see(link="https://hetq.example/moved")]
    settled = settle_all(fresh, [make_entry()], LATER)
    assert settled.changes == Changes(new=1, updated=1)
    assert {entry.raw_id for entry in settled.entries} == {"b", make_entry().raw_id}


@pytest.mark.parametrize(
    ("known", "fresh", "new"),
    [
        ({}, {"title": "Better", "text": "All other words.", "published": NOW}, 0),
        ({}, {"title": "Better", "text": "All other words.", "published": NOW + HOUR}, 1),
        ({}, {"text": "All other words.", "published": NOW + HOUR}, 0),
        ({}, {"title": "Better", "published": None}, 0),
        ({}, {"title": "Better", "text": "All other words.", "published": None}, 1),
        (
            {"text": "Eight words that stand in the longer text."},
            {
                "title": "Better",
                "text": "So it began. Eight words that stand in the longer text. So it ended.",
                "published": None,
            },
            0,
        ),
    ],
)
def test_an_entry_is_known_by_its_link_only_where_words_or_dates_agree(
    known: dict[str, Any], fresh: dict[str, Any], new: int
) -> None:
    """The next report at a page that always holds the newest is another report."""
    old = make_entry(**{"published": NOW, **known})
    settled = settle_all([see(**{"raw_id": ANOTHER, **fresh})], [old], LATER)
    assert settled.changes == Changes(new=new, updated=1 - new, healed=1 - new)
    # Without any id the link is the name, and is believed no more than that.
    bare = make_entry(**{"published": NOW, **known, "raw_id": None})
    settled = settle_all([see(**{**fresh, "raw_id": None})], [bare], LATER)
    assert settled.changes == Changes(new=new, updated=1 - new)
    assert len(merge([bare], settled)) == 1 + new


def test_reports_without_ids_at_one_address_are_all_kept() -> None:
    """Where every item links to one page and has no id, each is known by its words."""
    page = "https://hetq.example/live"

    def tell(*numbers: int) -> list[Entry]:
        made = [see(str(n), raw_id=None, link=page, published=NOW + n * HOUR) for n in numbers]
        # As normalising names them: the link names a single one, of several none.
        return made if len(made) == 1 else [drop_link(entry) for entry in made]

    known: list[Entry] = []
    for numbers, new in (((1,), 1), ((2, 1), 1), ((3, 2), 1), ((4,), 1), ((4,), 0), ((4, 1), 0)):
        settled = settle_all(tell(*numbers), known, LATER)
        assert settled.changes == Changes(new=new), numbers
        known = merge(known, settled)
    assert sorted(entry.title for entry in known) == [f"Title {n}" for n in range(1, 5)]


def test_an_edit_that_moves_the_address_under_a_number_is_an_edit() -> None:
    """Many sites write the headline into the address; text and date tell that it is the same."""
    text = "Eight words and more that stay as they are."
    known = make_entry(raw_id="123456", text=text, published=NOW)
    moved = {"title": "Better", "link": "https://hetq.example/better", "text": text}
    fresh = see(raw_id="123456", published=NOW, **moved)
    assert settle_all([fresh], [known], LATER).changes == Changes(updated=1)
    later = see(raw_id="123456", published=NOW + HOUR, **moved)
    assert settle_all([later], [known], LATER).changes == Changes(new=1)


def test_two_items_that_share_a_link_are_two() -> None:
    """Where several items of a document share a link, none of them is known by it."""
    fresh = [see("2", raw_id="b", link=LINK), see("3", raw_id="c", link=LINK)]
    assert settle_all(fresh, [make_entry()], LATER).changes == Changes(new=2)


@pytest.mark.parametrize("turn", [1, -1])
def test_own_names_go_before_links(turn: int) -> None:
    """The item that has a known entry's key is it, wherever in the document it stands."""
    known = make_entry(raw_id=None)
    fresh = [see("2", raw_id="b", link=LINK), see(raw_id=None, title="Better")][::turn]
    settled = settle_all(fresh, [known], LATER)
    assert settled.changes == Changes(new=1, updated=1)
    assert {entry.key: entry.title for entry in settled.entries} == {
        "b": "Title 2",
        known.key: "Better",
    }


def test_an_entry_with_neither_id_nor_link_is_known_by_its_words() -> None:
    """Without id and link an entry is recognised by its content."""
    known = make_entry(raw_id=None, link=None)
    fresh = see(raw_id=None, link=None)
    assert settle_all([fresh], [known], LATER) == Settled((), Changes())
    other = see(raw_id=None, link=None, text="Other words.")
    assert settle_all([other], [known], LATER).changes == Changes(new=1)


def test_an_item_told_twice_is_one() -> None:
    """Of two items with one key the first stays."""
    fresh = [see(title="First"), see(title="Second")]
    settled = settle_all(fresh, [], LATER)
    assert [entry.title for entry in settled.entries] == ["First"]


def test_a_known_entry_given_twice_is_one() -> None:
    """The same known entry found in two ways does not make its link a shared one."""
    settled = settle_all([see(raw_id=ANOTHER)], [make_entry(), make_entry()], LATER)
    assert settled.changes == Changes(refreshed=1, healed=1)
    assert settled.entries == (replace(make_entry(), alias=ANOTHER),)


# What is no update --------------------------------------------------------------

_TRACKED = "?utm_source=rss&utm_campaign=7"
_PICTURE = '<p>A text <a href="https://x.example/a{0}">a</a> <img src="https://x.example/b{0}"></p>'


@pytest.mark.parametrize(
    ("known", "fresh"),
    [
        ({}, {"link": LINK + _TRACKED}),
        ({"html": _PICTURE.format("")}, {"html": _PICTURE.format("?utm_source=a&amp;utm_id=b")}),
        (
            {"enclosures": (Enclosure("https://x.example/b.mp3"),)},
            {"enclosures": (Enclosure("https://x.example/b.mp3" + _TRACKED),)},
        ),
        (
            {"thumbnail": "https://x.example/b.png"},
            {"thumbnail": "https://x.example/b.png" + _TRACKED},
        ),
    ],
)
def test_tracking_parameters_change_nothing(known: dict[str, Any], fresh: dict[str, Any]) -> None:
    """A changed tracking parameter in link, text or media leaves what was first seen."""
    assert settle_all([see(**fresh)], [make_entry(**known)], LATER) == Settled((), Changes())


@pytest.mark.parametrize(
    "fields",
    [
        {"comments_count": 7},
        {"html": "<p><b>A short text 1.</b></p>"},
        {"categories": ("politics",)},
        {"enclosures": (Enclosure("https://x.example/c.mp3"),)},
        {"thumbnail": "https://x.example/c.png"},
        {"comments_url": "https://x.example/c"},
        {"source": SourceRef("Other")},
    ],
)
def test_what_stands_beside_the_words_is_refreshed(fields: dict[str, Any]) -> None:
    """A changed comment count, category or medium is saved, and is no update."""
    known = make_entry()
    settled = settle_all([see(**fields)], [known], LATER)
    assert settled == Settled((replace(known, **fields),), Changes(refreshed=1))


def test_an_edit_keeps_the_link_first_seen() -> None:
    """A tracking parameter does not come in with an edit; a new address does."""
    tracked = see(title="Better", link=LINK + _TRACKED)
    assert settle_all([tracked], [make_entry()], LATER).entries[0].link == LINK
    moved = see(title="Better", link="https://hetq.example/news/2")
    assert settle_all([moved], [make_entry()], LATER).entries[0].link == moved.link


# When it changed ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "fresh", "changed"),
    [
        (None, None, 5),
        (None, 2, 2),
        (-1, 2, 2),
        (-1, -1, 5),
        (-1, -2, 5),
        (-1, 5, 5),
        (-1, 6, 5),
        (3, 3, 5),
    ],
)
def test_an_edit_is_dated_by_its_publisher(
    known: int | None, fresh: int | None, changed: int
) -> None:
    """The time of an edit is the publisher's where it moved and is past, else that of the poll."""
    old = make_entry(updated=None if known is None else NOW + known * HOUR)
    new = see(title="Better", updated=None if fresh is None else NOW + fresh * HOUR)
    assert settle_all([new], [old], LATER).entries[0].changed == NOW + changed * HOUR


def test_a_change_never_goes_back() -> None:
    """A clock set back does not make an entry older than it was shown."""
    known = make_entry(changed=LATER + HOUR)
    assert settle_all([see(title="Better")], [known], LATER).entries[0].changed == LATER + HOUR


# Laws -----------------------------------------------------------------------------


@st.composite
def _entries(draw: st.DrawFn) -> list[Entry]:
    """A document or a store: few ids and links, so that they meet in every way."""
    made = draw(
        st.lists(
            st.builds(
                see,
                raw_id=st.sampled_from([None, "a", "b", "c"]),
                link=st.sampled_from([None, LINK, "https://hetq.example/", "https://x.example/2"]),
                title=st.sampled_from(["One", "Two"]),
                published=st.sampled_from([None, NOW, NOW + HOUR]),
                comments_count=st.sampled_from([None, 1]),
                updated=st.sampled_from([None, NOW, LATER]),
            ),
            max_size=5,
        )
    )
    return list({entry.key: entry for entry in made}.values())


@given(_entries(), _entries())
def test_settling_twice_is_settling_once(first: list[Entry], second: list[Entry]) -> None:
    """After a document was saved, the same document says nothing new."""
    known = merge([], settle_all(first, [], NOW))
    stored = merge(known, settle_all(second, known, LATER))
    assert settle_all(second, stored, LATER + HOUR) == Settled((), Changes())


@given(_entries(), _entries())
def test_no_two_items_become_one_entry(first: list[Entry], second: list[Entry]) -> None:
    """Every item ends in an entry of its own, and the counts tell what was done."""
    known = merge([], settle_all(first, [], NOW))
    settled = settle_all(second, known, LATER)
    saved = Counter(entry.key for entry in settled.entries)
    assert set(saved.values()) <= {1}
    assert len(merge(known, settled)) == len(known) + settled.changes.new
    changes = settled.changes
    assert changes.new + changes.updated + changes.refreshed == len(settled.entries)
    assert {change.value for change in Change} == {"new", "updated", "refreshed"}


def test_places_of_one_page_are_not_taken_for_edits_of_each_other() -> None:
    """Items without ids at "/live#p1" and "/live#p2" have one canonical link and are two."""
    page = "https://hetq.example/live"
    first = make_entry("1", raw_id=None, link=f"{page}#p1", key="link:hetq.example/live#p1")
    second = see("2", raw_id=None, link=f"{page}#p2", key="link:hetq.example/live#p2")
    assert settle_all([second], [first], LATER).changes == Changes(new=1)


def test_a_date_that_was_too_far_ahead_is_not_taken_when_its_day_has_come() -> None:
    """What was published as first seen keeps that place; a little ahead is a clock's error."""
    known = make_entry(published=None)
    ahead = see(published=NOW + 48 * HOUR)
    assert settle_all([ahead], [known], NOW + 40 * HOUR).entries == ()
    better = see(title="Better", published=NOW + 48 * HOUR)
    assert settle_all([better], [known], NOW + 40 * HOUR).entries[0].published is None
    near = see(published=NOW + 2 * HOUR)
    assert settle_all([near], [known], LATER).entries[0].published == NOW + 2 * HOUR


def test_a_mended_date_is_taken_once() -> None:
    """A date that was missing is filled in; a good one never moves."""
    settled = settle_all([see(published=NOW)], [make_entry(published=None)], LATER)
    assert settled.entries[0].published == NOW
    assert settle_all([see(published=LATER)], [make_entry(published=NOW)], LATER).entries == ()
