"""Second keys: which entry is a known one under another id, and what is never believed."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from time import perf_counter
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.identity import Settled, list_keys, recognise, settle_all
from aggregator.core.identity.traces import (
    TRACES,
    agrees_by_headline,
    read_bare_id,
    read_headline,
    read_number,
    read_path,
)
from aggregator.core.model import Change, Changes, Entry, Problem
from tests.core.make import NOW, make_entry, make_words

HOUR = timedelta(hours=1)
LATER = NOW + 5 * HOUR


def tell(number: int, **fields: Any) -> Entry:  # noqa: ANN401 - any field
    """The report of a number, with words, a date, an id and a link of its own."""
    given = {
        "title": f"Report number {number}",
        "text": make_words(10, f"a{number}x"),
        "published": NOW - number * HOUR,
        **fields,
    }
    return make_entry(str(number), **given)


def move(entry: Entry, host: str, scheme: str = "https", **fields: Any) -> Entry:  # noqa: ANN401 - any field
    """The entry as its feed tells it from another host."""

    def put(address: str | None) -> str | None:
        return address and f"{scheme}://{host}/{address.split('/', 3)[3]}"

    given = {name: getattr(entry, name) for name in ("title", "text", "published")}
    moved = {"raw_id": put(entry.raw_id), "link": put(entry.link)}
    return make_entry("", first_seen=LATER, changed=LATER, **{**given, **moved, **fields})


def settle(fresh: list[Entry], known: list[Entry]) -> Settled:
    """What a document means where the store holds these entries."""
    names = list_keys(fresh) | {entry.raw_id for entry in fresh if entry.raw_id}
    links = {entry.canonical for entry in fresh if entry.canonical}
    found = [e for e in known if {e.key, e.raw_id, e.alias} & names or e.canonical in links]
    return settle_all(fresh, found, LATER, known)


def merge(known: list[Entry], settled: Settled) -> list[Entry]:
    """What the store holds after saving."""
    return list({entry.key: entry for entry in (*known, *settled.entries)}.values())


# Traces -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw_id", "bare"),
    [
        ("http://a.example/1", "/1"),
        ("HTTPS://www.b.example/1/?utm_source=rss", "/1"),
        ("http://a.example/?p=12", "?p=12"),
        ("http://a.example/", None),
        ("tag:a.example,2023:post-7", "post-7"),
        ("urn:uuid:3f0c", "3f0c"),
        ("4410", "4410"),
        ("tag:", "tag:"),
        (None, None),
    ],
)
def test_an_id_without_scheme_and_host(raw_id: str | None, bare: str | None) -> None:
    """What is left of an id when scheme and host are taken away."""
    assert read_bare_id(make_entry(raw_id=raw_id)) == bare


@pytest.mark.parametrize(
    ("raw_id", "link", "number"),
    [
        ("http://a.example/?p=12", None, "12"),
        ("http://a.example/?cat=3&p=12&x=1", None, "12"),
        ("4410", None, "4410"),
        ("tag:a.example,2023:post-4410", None, "4410"),
        ("http://a.example/news/4410.html", None, "4410"),
        ("http://a.example/news/headline-4410/", None, "4410"),
        ("http://a.example/2023/09/21/headline", "http://a.example/4410", "4410"),
        ("http://a.example/2023/09/21", None, None),
        ("7", None, None),
        ("x" * 600 + "4410", None, None),
        (None, None, None),
    ],
)
def test_the_number_of_a_report(raw_id: str | None, link: str | None, number: str | None) -> None:
    """A number of three digits at the end, or behind the names that systems give it."""
    assert read_number(make_entry(raw_id=raw_id, link=link)) == number


def test_a_number_is_looked_for_in_short_names_only() -> None:
    """An id of 500 characters is read, one of 501 is not."""
    assert read_number(make_entry(raw_id="x" * 496 + "4410", link=None)) == "4410"
    assert read_number(make_entry(raw_id="x" * 497 + "4410", link=None)) is None


def test_a_headline_needs_its_date() -> None:
    """Title and date say something together, neither does alone."""
    assert read_headline(tell(1)) is not None
    assert read_headline(tell(1, published=None)) is None
    assert read_headline(tell(1, title="")) is None


def test_a_front_page_is_no_path() -> None:
    """A link to a site's front page says nothing, nor does none; others say what follows it."""
    assert read_path(make_entry(link="https://a.example/news/1?x=2")) == "/news/1?x=2"
    assert read_path(make_entry(link="https://a.example/")) is None
    assert read_path(make_entry(link=None)) is None


# When there is a flood ------------------------------------------------------------


@pytest.mark.parametrize(
    ("strange", "familiar", "window"),
    [(0, 0, 0), (2, 0, 0), (3, 0, 6), (3, 3, 0), (4, 3, 14), (30, 31, 0), (1_500, 0, 2_000)],
)
def test_a_flood_is_most_of_a_document(strange: int, familiar: int, window: int) -> None:
    """Three items and more than half of the document look new; the comparison is bounded."""
    known = [tell(number) for number in range(familiar)]
    fresh = [*known, *(tell(1_000 + number) for number in range(strange))]
    assert recognise(fresh, known).window == window


def test_only_dates_of_what_looks_new_are_asked_for() -> None:
    """An ordinary poll of known entries asks for nothing."""
    known = [tell(1), tell(2)]
    assert recognise(known, known).dates == frozenset()
    assert recognise([*known, tell(3), tell(4, published=None)], known).dates == {tell(3).published}


# What is healed -------------------------------------------------------------------


def _move(entry: Entry) -> Entry:
    return move(entry, "new.example")


def test_a_healed_entry_keeps_its_identity_and_takes_the_new_address() -> None:
    """Key, id, date and the time of change stay; link and alias follow the feed."""
    known = [tell(number) for number in range(4)]
    settled = settle([_move(entry) for entry in known], known)
    assert settled.changes == Changes(refreshed=4, healed=4)
    moved = settled.entries[1]
    assert moved == replace(
        known[1],
        alias="https://new.example/id/1",
        link="https://new.example/news/1",
        canonical="new.example/news/1",
        digest=_move(known[1]).digest,
    )
    assert settled.problems[1] == Problem(
        "Report number 1",
        "healed: its id is the same without scheme and host; it was https://hetq.example/id/1",
    )


def test_an_edit_in_a_flood_is_an_update() -> None:
    """Words that changed on the way are an update of the entry, under its identity."""
    known = [tell(number) for number in range(3)]
    fresh = [_move(entry) for entry in known]
    fresh[0] = _move(replace(known[0], title="Better"))
    settled = settle(fresh, known)
    assert settled.changes == Changes(updated=1, refreshed=2, healed=3)
    assert (settled.entries[0].title, settled.entries[0].key) == ("Better", known[0].key)
    assert settled.entries[0].changed == LATER


def test_many_repairs_are_told_by_their_number() -> None:
    """Ten repairs are told one by one, the rest counted: they are stored with the poll."""
    known = [tell(number) for number in range(14)]
    problems = settle([_move(entry) for entry in known], known).problems
    assert len(problems) == 11
    assert problems[-1] == Problem("", "healed: 4 more items whose ids changed")


def test_ten_repairs_are_told_one_by_one() -> None:
    """Where nothing is left out, nothing is said of it."""
    known = [tell(number) for number in range(10)]
    problems = settle([_move(entry) for entry in known], known).problems
    assert len(problems) == 10
    assert all(problem.item for problem in problems)


def test_title_and_text_together_outweigh_another_date() -> None:
    """A feed that moved and dates its items anew keeps them where all words stayed."""
    known = [tell(number) for number in range(3)]
    moved = [_move(replace(entry, published=LATER)) for entry in known]
    assert settle(moved, known).changes.healed == 3


def test_title_and_date_bring_together_what_nothing_else_does() -> None:
    """An item under another id and link is known by its headline, and `status` says so."""
    known = [tell(number, text="") for number in range(3)]
    fresh = [
        make_entry(f"y{number}", title=entry.title, text="", published=entry.published)
        for number, entry in enumerate(known)
    ]
    fresh = [replace(entry, raw_id=f"urn:x:{entry.key}") for entry in fresh]
    settled = settle(fresh, known)
    assert settled.changes.healed == 3
    assert settled.problems[0].what.startswith("healed: title and date are the same; it was ")


@pytest.mark.parametrize(
    ("known", "fresh", "agrees"),
    [
        ("", make_words(10), True),
        (make_words(10), "Short.", True),
        (make_words(10), make_words(10), True),
        (make_words(10), make_words(12), True),
        (make_words(10, "one"), make_words(10, "other"), False),
    ],
)
def test_texts_may_speak_against_a_headline(known: str, fresh: str, agrees: bool) -> None:  # noqa: FBT001 - a table's column
    """Long texts without common words are two reports of one headline; few words tell nothing."""
    assert agrees_by_headline(make_entry(text=known), make_entry(text=fresh)) is agrees


def test_an_item_without_a_title_is_named_by_its_link() -> None:
    """A repair names its item as well as can be."""
    known = [tell(number, title="") for number in range(3)]
    problems = settle([_move(entry) for entry in known], known).problems
    assert problems[0].item == "https://new.example/news/0"


# What is not believed ---------------------------------------------------------------

_OTHER: dict[str, Any] = {"title": "Another", "text": make_words(10, "other")}


@pytest.mark.parametrize(
    ("known", "fresh"),
    [
        pytest.param({}, _OTHER, id="other words under the path"),
        pytest.param({}, {**_OTHER, "published": None}, id="other words, no date"),
        pytest.param(
            {}, {"published": LATER, "text": make_words(10, "other")}, id="a title of another day"
        ),
        pytest.param(
            {"text": "Few words."},
            {"text": "Few words.", "published": LATER},
            id="few words of another day",
        ),
    ],
)
def test_a_path_is_not_believed_against_the_words(
    known: dict[str, Any], fresh: dict[str, Any]
) -> None:
    """What stands at the old path of a moved host may be another report."""
    old = [tell(0, **known), tell(1), tell(2)]
    moved = [_move(replace(old[0], **fresh)), _move(old[1]), _move(old[2])]
    assert settle(moved, old).changes == Changes(new=1, refreshed=2, healed=2)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": make_words(10, "other")},
        {"title": "Another", "text": make_words(10, "a0x"), "published": LATER},
        {"title": "Another", "text": "", "published": None},
    ],
)
def test_words_alone_are_not_believed_against_the_rest(fields: dict[str, Any]) -> None:
    """Title and date of another text, or a text of another day, are another report."""
    old = [tell(0), tell(1), tell(2)]
    renamed = {"raw_id": "tag:a.example,2023:x", "link": "https://a.example/x"}
    moved = [_move(replace(old[0], **fields)), _move(old[1]), _move(old[2])]
    moved[0] = make_entry(
        "", **{"published": old[0].published, "title": old[0].title, **fields, **renamed}
    )
    assert settle(moved, old).changes == Changes(new=1, refreshed=2, healed=2)


def test_a_long_text_is_known_under_another_title_and_no_date() -> None:
    """Forty words are one report's, whatever stands above them."""
    text = make_words(40)
    old = [tell(0, text=text, published=None), tell(1), tell(2)]
    renamed = {"raw_id": "tag:a.example,2023:x", "link": "https://a.example/x"}
    first = make_entry("", title="Another", text=text, **renamed)
    settled = settle([first, _move(old[1]), _move(old[2])], old)
    assert settled.changes == Changes(updated=1, refreshed=2, healed=3)


@pytest.mark.parametrize("twice", ["known", "fresh"])
def test_of_two_candidates_none_is_taken(twice: str) -> None:
    """Where two entries share all that could tell them apart, both stay what they look like."""
    one = tell(0)
    twin = replace(one, key="twin", raw_id="https://x.example/id/0", link=None, canonical=None)
    known = [one, *([twin] if twice == "known" else []), tell(1), tell(2)]
    moved = _move(one)
    double = replace(
        moved, key="double", raw_id="https://y.example/id/0", link="https://z.example/news/0"
    )
    fresh = [moved, *([double] if twice == "fresh" else []), _move(tell(1)), _move(tell(2))]
    changes = settle(fresh, known).changes
    assert (changes.new, changes.healed) == (len(fresh) - 2, 2) if twice == "fresh" else (1, 2)


def test_an_entry_that_is_still_listed_is_not_taken() -> None:
    """A document that holds the old id and a new one of the same words holds two items."""
    known = [tell(0), tell(1), tell(2), tell(3)]
    fresh = [known[0], *(_move(entry) for entry in known)]
    settled = settle(fresh, known)
    assert settled.changes == Changes(new=1, refreshed=3, healed=3)


def test_what_one_trace_gave_away_no_other_gives_again() -> None:
    """An entry known by its id is not given to another item by its headline."""
    known = [tell(0), tell(1), tell(2)]
    by_id = _move(replace(known[0], published=None))
    renamed = {"raw_id": "tag:a.example,2023:x", "link": "https://a.example/x"}
    given: dict[str, Any] = {
        "title": known[0].title,
        "text": known[0].text,
        "published": known[0].published,
    }
    by_headline = make_entry("", **{**given, **renamed})
    settled = settle([by_id, by_headline, *(_move(entry) for entry in known[1:])], known)
    assert settled.changes == Changes(new=1, refreshed=3, healed=3)


def test_an_entry_listed_under_its_alias_is_not_taken_by_its_link() -> None:
    """At the address that an entry has left, another item may stand."""
    known = tell(0, alias="https://new.example/id/0")
    squatter = tell(0, raw_id="https://hetq.example/id/9")
    assert settle([_move(known), squatter], [known]).changes.new == 1


def test_an_edit_keeps_the_alias() -> None:
    """What was healed once is edited as any other entry, and stays known by both names."""
    known = tell(0, alias="https://new.example/id/0")
    (edited,) = settle([_move(replace(known, title="Better"))], [known]).entries
    assert (edited.key, edited.alias, edited.title) == (known.key, known.alias, "Better")


def test_an_alias_is_another_item_where_the_entry_is_listed_itself() -> None:
    """Old and new id in one document name two items, also when one was the other's alias."""
    known = tell(0, alias="https://new.example/id/0")
    settled = settle([tell(0), _move(tell(0))], [known])
    assert settled.changes == Changes(new=1)
    again = merge([known], settled)
    assert settle([tell(0), _move(tell(0))], again).changes == Changes()


def test_a_weak_alias_is_not_believed_against_the_words() -> None:
    """A number that was an entry's alias names another report where link and words say so."""
    known = tell(0, alias="4410")
    other = make_entry("9", raw_id="4410", title="Another", text=make_words(10, "other"))
    assert settle([other], [known]).changes == Changes(new=1)
    same = tell(0, raw_id="4410", link="https://hetq.example/moved")
    assert settle([same], [known]).changes == Changes(updated=1)


# A single edit ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "healed"),
    [
        ({"title": "Better"}, 1),
        ({"title": "Better", "text": make_words(10, "a0x") + " and more"}, 1),
        ({"text": make_words(8, "a0x") + " other words"}, 1),
        ({"title": "Better", "text": make_words(8, "a0x") + " other words"}, 0),
        ({"title": "Better", "published": LATER}, 0),
        ({"title": "Better", "published": None}, 0),
        ({"text": "Few words."}, 0),
    ],
)
def test_outside_a_flood_date_and_words_must_agree(fields: dict[str, Any], healed: int) -> None:
    """An edit that changes id and link is known by the second it was published in."""
    known = [tell(number) for number in range(4)]
    given = {"title": known[0].title, "text": known[0].text, "published": known[0].published}
    edited = make_entry("better", **{**given, **fields})
    settled = settle([edited, *known[1:]], known)
    assert settled.changes == Changes(new=1 - healed, updated=healed, healed=healed)


# Laws -------------------------------------------------------------------------------

_NUMBERS = st.lists(st.integers(0, 10_000), unique=True, min_size=3, max_size=30)
_LACKS = st.sampled_from([{}, {"published": None}, {"text": ""}, {"published": None, "text": ""}])
_HOSTS = st.sampled_from(["hetq.example", "www.hetq.example", "a.b.example", "xn--y9a3aq.example"])


@given(_NUMBERS)
def test_a_feed_read_twice_is_nothing(numbers: list[int]) -> None:
    """An unchanged document brings nothing, and heals nothing."""
    known = [tell(number) for number in numbers]
    assert settle(known, known) == Settled((), Changes())


@given(_NUMBERS, _HOSTS, st.sampled_from(["http", "https"]), _LACKS, st.data())
def test_another_scheme_or_host_brings_nothing_new(
    numbers: list[int], host: str, scheme: str, fields: dict[str, Any], data: st.DataObject
) -> None:
    """Whatever host a whole feed of distinct titles moves to, none of it is new."""
    known = [tell(number, **fields) for number in numbers]
    fresh = data.draw(st.permutations([move(entry, host, scheme) for entry in known]))
    settled = settle(fresh, known)
    assert settled.changes.new == 0
    stored = merge(known, settled)
    assert len(stored) == len(known)
    titles = {entry.key: entry.title for entry in stored}
    assert titles == {entry.key: entry.title for entry in known}
    assert settle(fresh, stored) == Settled((), Changes())


@given(_NUMBERS, _NUMBERS, st.integers(0, 30))
def test_other_reports_are_all_new(olds: list[int], news: list[int], reused: int) -> None:
    """A document of other titles, dates and texts is news, also under some of the old paths."""
    known = [tell(number) for number in olds]
    fresh = []
    for place, number in enumerate(news):
        path = olds[place] if place < min(reused, len(olds)) else 20_000 + number
        words: dict[str, Any] = {
            "title": f"News {number}",
            "text": make_words(12, f"b{number}x"),
            "published": LATER + number * HOUR,
        }
        fresh.append(move(tell(path), "new.example", **words))
    assert settle(fresh, known).changes == Changes(new=len(fresh))


@st.composite
def _documents(draw: st.DrawFn) -> list[Entry]:
    """Documents of few ids, links, words and dates, so that they meet in every way."""
    words = [make_words(10, "w"), make_words(12, "w"), make_words(10, "v"), ""]
    ids = ["http://a.example/1", "https://b.example/1", "tag:a.example,2023:7777", "7777", "1"]
    links = ["http://a.example/1", "https://b.example/1", "http://a.example/7777", None]
    made = draw(
        st.lists(
            st.builds(
                make_entry,
                raw_id=st.sampled_from([*ids, None]),
                link=st.sampled_from(links),
                title=st.sampled_from(["One", "Two", ""]),
                text=st.sampled_from(words),
                published=st.sampled_from([None, NOW, NOW + HOUR]),
            ),
            max_size=6,
        )
    )
    return list({entry.key: entry for entry in made}.values())


def _item(raw_id: str, link: str, title: str = "One", published: datetime | None = None) -> Entry:
    text = make_words(10, "w")
    return make_entry(raw_id=raw_id, link=link, title=title, text=text, published=published)


_HERE, _THERE = "http://a.example/1", "https://b.example/1"


# A number that names another report now, while its first one came under another id.
@example([], [_item("7777", _HERE)], [_item(_HERE, _HERE), _item("7777", _THERE, "Two")])
@example(
    [],
    [_item(_HERE, _HERE), _item("7777", _HERE, published=NOW)],
    [
        _item(_HERE, _HERE),
        _item(_THERE, _THERE, published=NOW),
        _item("7777", _THERE, "Two"),
    ],
)
@given(_documents(), _documents(), _documents())
def test_no_two_items_are_healed_into_one(
    first: list[Entry], second: list[Entry], third: list[Entry]
) -> None:
    """Every item ends in an entry of its own, poll after poll, and the counts are true."""
    known: list[Entry] = []
    for document in (first, second, third, second):
        settled = settle(document, known)
        assert len({entry.key for entry in settled.entries}) == len(settled.entries)
        merged = merge(known, settled)
        assert len(merged) == len(known) + settled.changes.new
        changes = settled.changes
        assert changes.new + changes.updated + changes.refreshed == len(settled.entries)
        assert changes.healed <= changes.updated + changes.refreshed
        assert settle(document, merged) == Settled((), Changes())
        known = merged


def test_every_change_is_counted() -> None:
    """The counts above are of all changes that there are."""
    assert {change.value for change in Change} == {"new", "updated", "refreshed"}


# Cost -------------------------------------------------------------------------------


def _renew(entry: Entry) -> Entry:
    """The entry under an id and a link that say nothing of the old ones."""
    link = f"https://new.example/n{sha256(entry.key.encode()).hexdigest()}x"
    given = {name: getattr(entry, name) for name in ("title", "text", "published")}
    return make_entry("", raw_id=link, link=link, **given)


def _replace_words(entry: Entry) -> Entry:
    """Another report altogether."""
    return replace(_renew(entry), title=f"On {entry.title}", text=make_words(300), published=LATER)


@pytest.mark.parametrize(
    ("tell_anew", "new"),
    [
        pytest.param(_move, 0, id="moved"),
        pytest.param(_renew, 0, id="renewed"),
        pytest.param(_replace_words, 1_000, id="all new"),
    ],
)
def test_a_large_flood_is_healed_in_time(tell_anew: Callable[[Entry], Entry], new: int) -> None:
    """A thousand items among ten thousand known ones take about a second, not their product."""
    known = [tell(number, text=make_words(300, f"a{number}x")) for number in range(10_000)]
    fresh = [tell_anew(entry) for entry in known[:1_000]]
    began = perf_counter()
    changes = settle_all(fresh, [], LATER, known).changes
    seconds = perf_counter() - began
    sys.stdout.write(f"1,000 fresh among 10,000 known: {seconds:.2f} s\n")
    assert (changes.new, changes.healed) == (new, 1_000 - new)
    assert seconds < 60


def test_each_trace_says_what_it_is() -> None:
    """What healed an entry is told in `status`: no two by the same words."""
    assert len({trace.words for trace in TRACES} - {""}) == len(TRACES)
