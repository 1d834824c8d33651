"""Which pages are asked, what an answer means, and when a removal is believed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import linkcheck
from aggregator.core.model import (
    Act,
    Answer,
    Author,
    Failed,
    Failure,
    Fetched,
    FetchResult,
    Hop,
    Look,
    NotModified,
    Order,
    Page,
)
from tests.core.make import NOW, make_source

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LINK = "https://hetq.example/news/1"
REMOVALS = (Answer.GONE, Answer.BARRED)


def make_page(
    name: str = "1",
    age: timedelta = 2 * HOUR,
    looked: timedelta | None = None,
    answer: Answer = Answer.PRESENT,
    since: timedelta | None = None,
) -> Page:
    """The page of a report that came `age` ago; times are how long ago they were."""
    started = None if since is None else NOW - since
    look = None if looked is None else Look(NOW - looked, answer, started)
    return Page(name, f"https://hetq.example/news/{name}", f"Title {name}", NOW - age, look)


def gone(name: str, since: timedelta, looked: timedelta = timedelta()) -> Page:
    """A page that answers 410 since then."""
    return make_page(name, 2 * DAY, looked, Answer.GONE, since)


DUE = [
    (make_page(age=HOUR), True),
    (make_page(age=HOUR - timedelta(seconds=1)), False),
    (make_page(age=DAY, looked=23 * HOUR), False),
    (make_page(age=DAY + HOUR, looked=DAY), True),
    (make_page(age=5 * DAY, looked=2 * DAY), False),
    (make_page(age=5 * DAY, looked=DAY), False),
    (make_page(age=20 * DAY, looked=7 * DAY), True),
    (make_page(age=20 * DAY, looked=6 * DAY), False),
    (make_page(age=DAY, looked=-HOUR), True),  # noted under a wrong clock
    (gone("1", 5 * HOUR, 5 * HOUR), False),
    (gone("1", 6 * HOUR, 6 * HOUR), True),
    (gone("1", 2 * DAY, 23 * HOUR), False),
    (gone("1", 2 * DAY, DAY), True),
]


@pytest.mark.parametrize(("page", "expected"), DUE)
def test_a_page_is_asked_in_its_time(page: Page, *, expected: bool) -> None:
    """First after an hour, daily for three days, then weekly; a removal again after six hours."""
    assert linkcheck.choose_pages([page], NOW) == ((page,) if expected else ())


def test_the_youngest_are_asked_first_and_never_many() -> None:
    """Five after one poll, however many are due."""
    pages = [make_page(str(number), number * DAY) for number in range(1, 20)]
    chosen = linkcheck.choose_pages(reversed(pages), NOW)
    assert chosen == tuple(pages[: linkcheck.MOST_PAGES])


def test_a_removal_is_held_against_other_pages() -> None:
    """Others are asked before their time until five have answered since; then no more are."""
    others = [make_page(str(number), number * DAY, HOUR) for number in range(2, 12)]
    suspect = gone("1", HOUR / 2, HOUR / 2)
    chosen = linkcheck.choose_pages([suspect, *others], NOW)
    assert [page.key for page in chosen] == ["2", "3", "4", "5"]
    answered = [linkcheck.note(page, Answer.PRESENT, NOW) for page in chosen]
    assert linkcheck.choose_pages([suspect, *answered, *others[4:]], NOW) == ()


HOME = "https://hetq.example/"
HOP = (Hop(301, HOME),)


def fail(status: int | None, url: str = LINK, hops: tuple[Hop, ...] = ()) -> Failed:
    """A failure with this status."""
    return Failed(Failure.STATUS, "words", url=url, status=status, hops=hops)


SAME = "https://www.hetq.example/news/1/"
ANSWERS: list[tuple[FetchResult, Answer]] = [
    (Fetched(LINK, b""), Answer.PRESENT),
    (Fetched(SAME, b"", hops=(Hop(301, SAME),)), Answer.PRESENT),
    (Fetched(HOME, b"", hops=HOP), Answer.ELSEWHERE),
    (fail(410), Answer.GONE),
    (fail(410, SAME, (Hop(301, SAME),)), Answer.GONE),
    (fail(410, HOME, HOP), Answer.ELSEWHERE),
    (fail(451), Answer.BARRED),
    (fail(404), Answer.MISSING),
    (fail(403), Answer.UNKNOWN),
    (fail(500), Answer.UNKNOWN),
    (fail(None), Answer.UNKNOWN),
    (NotModified(LINK), Answer.UNKNOWN),
]


@pytest.mark.parametrize(("result", "expected"), ANSWERS)
def test_an_answer_means_one_of_few_things(result: FetchResult, expected: Answer) -> None:
    """410 is a removal, 404 and a redirect to another page are none, failures say nothing."""
    assert linkcheck.read_answer(LINK, result) is expected


def test_absence_is_believed_of_get_alone() -> None:
    """What servers answer to HEAD is often wrong, or refused."""
    wants = [status for status in range(200, 600) if linkcheck.wants_whole(fail(status))]
    assert wants == [404, 405, 410, 451, 501]
    assert not linkcheck.wants_whole(Fetched(LINK, b""))


def judge(*pages: Page) -> list[str]:
    """The keys of the reports that leave, all pages having been asked now."""
    orders = linkcheck.judge("hetq", pages, {page.key for page in pages}, NOW)
    assert all(one.by is Author.PAGE and one.act is Act.TAKEDOWN for one in orders)
    return [order.key for order in orders]


def barred(name: str) -> Page:
    """A page that answers 451 for seven hours."""
    return make_page(name, DAY, timedelta(), Answer.BARRED, 7 * HOUR)


PRESENT = make_page("9", DAY, HOUR)
JUDGED = [
    ([gone("1", 6 * HOUR)], ["1"]),
    ([gone("1", 5 * HOUR)], []),
    ([make_page("1", DAY, timedelta(), Answer.UNKNOWN, 9 * HOUR)], []),
    ([make_page("1", DAY, timedelta(), Answer.MISSING)], []),
    ([gone(str(number), 7 * HOUR) for number in range(4)], ["0", "1", "2", "3"]),
    ([gone(str(number), 7 * HOUR) for number in range(5)], []),
    (
        [gone(str(number), 7 * HOUR) for number in range(5)]
        + [make_page(f"p{number}", DAY, HOUR) for number in range(5)],
        ["0", "1", "2", "3", "4"],
    ),
    (
        [gone(str(number), 7 * HOUR) for number in range(5)]
        + [make_page(f"p{number}", DAY, 8 * HOUR) for number in range(5)],
        [],
    ),
    ([barred("1")], []),
    ([barred("1"), PRESENT], ["1"]),
    ([barred("1"), make_page("9", DAY, 8 * HOUR)], []),
]


@pytest.mark.parametrize(("pages", "expected"), JUDGED)
def test_a_removal_is_believed_when_it_was_seen_twice(
    pages: list[Page], expected: list[str]
) -> None:
    """Six hours apart; not of a whole site; 451 only where another page was there since."""
    assert judge(*pages) == expected


def test_only_what_was_asked_now_is_judged() -> None:
    """A page that was not asked says nothing new."""
    assert linkcheck.judge("hetq", [gone("1", 7 * HOUR)], (), NOW) == ()


def test_the_order_says_what_was_seen() -> None:
    """For the operator's list."""
    (order,) = linkcheck.judge("hetq", [gone("1", 7 * HOUR)], {"1"}, NOW)
    assert order.reason == "its page answered 410 twice, first on 2023-09-21 05:00 UTC"
    (order,) = linkcheck.judge("hetq", [barred("1"), PRESENT], {"1"}, NOW)
    assert order.reason.startswith("its page answered 451 twice")


def name_domain(host: str) -> str | None:
    """Two labels."""
    return ".".join(host.split(".")[-2:])


def test_only_pages_that_speak_for_one_report_are_asked() -> None:
    """Of the source's own site, with a link of their own, and with nothing decided about them."""
    links = {
        "own": "https://www.hetq.example/news/own",
        "other site": "https://elsewhere.example/news/1",
        "front page": "https://hetq.example/",
        "shared": "https://hetq.example/section/",
        "shared too": "http://hetq.example/section/?utm_source=rss",
        "out": "https://hetq.example/news/out",
        "put back": "https://hetq.example/news/back",
        "told anew": "https://hetq.example/news/anew",
    }
    pages = [Page(name, link, "", NOW) for name, link in links.items()]
    orders = [
        Order(Act.TAKEDOWN, "hetq", "out", NOW, number=1),
        Order(Act.TAKEDOWN, "hetq", "put back", NOW, by=Author.PAGE, number=2),
        Order(Act.UNDO, "hetq", "put back", NOW, by=Author.PAGE, number=3),
        Order(Act.TAKEDOWN, "hetq", "told anew", NOW, by=Author.SOURCE, number=4),
        Order(Act.UNDO, "hetq", "told anew", NOW, by=Author.SOURCE, number=5),
    ]
    own = linkcheck.list_own(make_source(), pages, orders, name_domain)
    assert [page.key for page in own] == ["own", "told anew"]
    feed = make_source(url="https://feeds.example/hetq", homepage="https://hetq.example/")
    assert linkcheck.list_own(feed, pages, orders, name_domain) == own
    bare = make_source(url="https://feeds.example/hetq", homepage=None)
    assert linkcheck.list_own(bare, pages, orders, name_domain) == ()


def test_words_count_the_answers() -> None:
    """And name a fault of the site; nothing is said where nothing was asked."""
    assert linkcheck.say_looks([make_page()]) == ""
    pages = [PRESENT, gone("1", HOUR), make_page("2", DAY, HOUR, Answer.MISSING)]
    assert linkcheck.say_looks(pages) == "pages of its reports: 1 present, 1 gone, 1 missing"
    fault = linkcheck.say_looks([gone(str(number), HOUR) for number in range(5)])
    assert "5 gone; so many at once are a fault of the site" in fault


ROUNDS = st.lists(
    st.tuples(
        st.timedeltas(min_value=timedelta(minutes=5), max_value=DAY),
        st.lists(st.sampled_from(Answer), min_size=8, max_size=8),
    ),
    max_size=40,
)


@given(ROUNDS)
def test_whatever_pages_answer_few_are_asked_and_nothing_leaves_rashly(
    rounds: list[tuple[timedelta, list[Answer]]],
) -> None:
    """Each removal that is believed was seen twice in a row, apart; a site's fault removes none."""
    pages = {str(number): make_page(str(number), number * HOUR) for number in range(8)}
    heard: dict[str, list[tuple[timedelta, Answer]]] = {key: [] for key in pages}
    now = NOW
    for wait, answers in rounds:
        now += wait
        chosen = linkcheck.choose_pages(pages.values(), now)
        assert len({page.key for page in chosen}) == len(chosen) <= linkcheck.MOST_PAGES
        for page in chosen:
            answer = answers[int(page.key)]
            pages[page.key] = linkcheck.note(page, answer, now)
            heard[page.key].append((now - NOW, answer))
        asked = {page.key for page in chosen}
        orders = linkcheck.judge("hetq", tuple(pages.values()), asked, now)
        assert not (orders and linkcheck.is_site_fault(tuple(pages.values())))
        for order in orders:
            told = [one for one in heard[order.key] if one[1] is not Answer.UNKNOWN]
            row = [one for one in told if one[0] >= now - NOW - 365 * DAY]
            last = row.pop()
            assert last[1] in REMOVALS
            assert any(
                last[0] - at >= linkcheck.APART
                and all(answer in REMOVALS for then, answer in told if then >= at)
                for at, _ in row
            )
            del pages[order.key]


@given(st.integers(5, 40), st.lists(st.timedeltas(timedelta(minutes=30), DAY), max_size=40))
def test_a_site_that_removes_everything_at_once_loses_nothing(
    count: int, waits: list[timedelta]
) -> None:
    """However its polls lie: others are asked before the first is believed."""
    pages = {str(n): make_page(str(n), n * HOUR + DAY, DAY / 2) for n in range(count)}
    now = NOW
    for wait in waits:
        now += wait
        chosen = linkcheck.choose_pages(pages.values(), now)
        pages |= {page.key: linkcheck.note(page, Answer.GONE, now) for page in chosen}
        asked = {page.key for page in chosen}
        assert linkcheck.judge("hetq", tuple(pages.values()), asked, now) == ()
