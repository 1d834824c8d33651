"""Which reports are out, which tell them again, which ids lie in a grave; who is meant."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.core import picking, takedowns, withdrawals
from aggregator.core.model import Act, Author, Grave, Match, Order, Withdrawn
from tests.core.make import NOW, make_entry, make_report

HOUR = timedelta(hours=1)
ORDER = Order(Act.TAKEDOWN, "hetq", "1", NOW, "tag:a", "Title", "private", number=1)


def test_the_last_word_of_each_author_counts() -> None:
    """An operator's undo does not lift what the source has withdrawn."""
    by_source = replace(ORDER, by=Author.SOURCE, number=2)
    undone = replace(ORDER, act=Act.UNDO, number=3)
    assert takedowns.list_standing([undone, ORDER]) == ()
    assert takedowns.list_standing([undone, ORDER, by_source]) == (by_source,)
    again = replace(ORDER, number=4)
    assert takedowns.list_standing([ORDER, undone, again]) == (again,)


def test_those_of_one_time_are_undone_together() -> None:
    """Those of another time, and a source's own, stay."""
    with_it = replace(ORDER, key="2")
    other = replace(ORDER, key="3", at=NOW + HOUR)
    withdrawn = replace(ORDER, key="2", by=Author.SOURCE)
    undone = takedowns.undo([ORDER, with_it, other, withdrawn], {("hetq", "2")}, NOW + 2 * HOUR)
    assert [(one.key, one.act, one.by) for one in undone] == [
        ("1", Act.UNDO, Author.OPERATOR),
        ("2", Act.UNDO, Author.OPERATOR),
    ]


def test_an_order_whose_entry_is_gone_still_stands() -> None:
    """Nothing can be compared with it, and the report itself stays out."""
    report = make_report(make_entry("1"))
    order = replace(ORDER, source_id=report.entry.source_id, key=report.entry.key)
    assert takedowns.find_told_again([report], [order], []) == ()
    assert takedowns.leave_out([report], [order]) == []


def test_graves_are_few_recent_and_of_the_dead() -> None:
    """An id that is shown has none, nor one that left long ago; 200 at most, the newest."""
    owned = {f"tag:{number:03}": ("hetq", "1") for number in range(300)}
    assert len(takedowns.bury(owned, [ORDER], [], set(), NOW)) == takedowns.MOST_GRAVES
    assert takedowns.bury({"tag:a": ("hetq", "1")}, [ORDER], [], {"tag:a"}, NOW) == ()
    assert takedowns.bury({"tag:a": ("hetq", "9")}, [ORDER], [], set(), NOW) == ()
    late = NOW + takedowns.KEEP_GRAVES
    assert takedowns.bury({"tag:a": ("hetq", "1")}, [ORDER], [], set(), late) == ()
    merged = Grave("tag:b", NOW - HOUR, survivor="tag:a")
    found = takedowns.bury({"tag:a": ("hetq", "1")}, [ORDER], [merged], set(), NOW)
    assert found == (Grave("tag:a", NOW), Grave("tag:b", NOW - HOUR)), "no survivor that is dead"


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (ORDER, ""),
        (replace(ORDER, public=True), "private"),
        (replace(ORDER, by=Author.SOURCE), "withdrawn by its source"),
    ],
)
def test_what_subscribers_are_told(order: Order, words: str) -> None:
    """A reason is told only where it is meant for them."""
    (grave,) = takedowns.bury({"tag:a": ("hetq", "1")}, [order], [], set(), NOW)
    assert grave.why == words


@pytest.mark.parametrize("when", ["", "yesterday", "2999-01-01T00:00:00Z"])
def test_a_tombstone_without_a_useful_time_is_of_now(when: str) -> None:
    """A source that takes a report back is believed, whatever its clock says."""
    entry = make_entry("1", raw_id="tag:x:1")
    (order,) = withdrawals.judge([Withdrawn("tag:x:1", when)], [], [entry], [], NOW)
    assert (order.act, order.by, order.at) == (Act.TAKEDOWN, Author.SOURCE, NOW)
    standing = [replace(order, number=1)]
    later = NOW + HOUR
    assert withdrawals.judge([Withdrawn("tag:x:1", when)], [], [entry], standing, later) == ()


def match(
    source_id: str, title: str = "A title", story: str | None = "tag:s", **more: bool
) -> Match:
    """A report that may be meant."""
    return Match(source_id, "1", title, None, story, owner=more.get("owner", False), at=NOW)


def test_words_of_a_title_mean_what_bears_them() -> None:
    """In any case, and a title that is just these words before those that hold them."""
    short, long = match("a", "Fire"), match("b", "FIRE in the hills")
    assert picking.find_by_title([long, short], "fire") == [short]
    assert picking.find_by_title([long, short], "fire in") == [long]
    assert picking.find_by_title([long, short], "") == []


def test_one_story_without_the_report_its_id_was_given_to_is_not_clear() -> None:
    """Two carriers of one link: neither is more meant than the other, but the story is."""
    one, other = match("a"), match("b")
    assert picking.find_story([one, other]) == "tag:s"
    assert picking.find_story([one, match("b", story=None)]) is None
    assert picking.choose([one, other], [one, other], whole=False).meant == ()
    assert picking.choose([one], [one, other], whole=True).meant == (one, other)
    owner = match("c", owner=True)
    choice = picking.choose([one, owner], [one, other, owner], whole=False)
    assert choice == picking.Choice((owner,), (one, other))


def test_a_tombstone_names_the_id_that_goes_on_now() -> None:
    """A gave way to b, and b to c: a leads to c; to nobody where they lead in a ring."""
    chain = [Grave("tag:a", NOW, survivor="tag:b"), Grave("tag:b", NOW, survivor="tag:c")]
    found = {grave.story_id: grave.survivor for grave in takedowns.bury({}, [], chain, set(), NOW)}
    assert found == {"tag:a": "tag:c", "tag:b": "tag:c"}
    ring = [Grave("tag:a", NOW, survivor="tag:b"), Grave("tag:b", NOW, survivor="tag:a")]
    assert {grave.survivor for grave in takedowns.bury({}, [], ring, set(), NOW)} == {None}
