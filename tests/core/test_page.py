"""Pages as values: sections, ways to other days, calendars, dates in words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from aggregator.core.model import Edition, Person, Shown, SourceRef
from aggregator.core.page import (
    Around,
    Hit,
    Kind,
    Page,
    Place,
    Question,
    make_archive,
    make_listing,
    make_page,
    make_results,
    order_languages,
)
from aggregator.core.page.dates import (
    LANGUAGES,
    localise,
    write_day,
    write_full_day,
    write_month,
    write_near_day,
    write_time,
    write_weekdays,
)
from aggregator.core.page.directions import find_direction
from aggregator.core.page.items import make_item
from aggregator.core.page.plurals import choose_form
from aggregator.core.settings import NewsfeedSettings

NEWSFEED = NewsfeedSettings(base_url="https://news.example.org/", timezone="Asia/Yerevan")
AT = datetime(2023, 9, 21, 18, 3, tzinfo=UTC)
DAY = date(2023, 9, 21)
SEPTEMBER = frozenset(date(2023, 9, number) for number in (3, 20, 21, 22))


def make_shown(name: str = "1", **fields: Any) -> Shown:  # noqa: ANN401 - any field
    """A story called `name`."""
    given: dict[str, Any] = {
        "id": f"https://hetq.example/{name}",
        "title": f"Title {name}",
        "link": f"https://hetq.example/news/{name}",
        "html": f"<p>Hetq. Text {name}.</p>",
        "published": AT,
        "updated": AT,
        "source": SourceRef("Hetq", link="https://hetq.example/"),
        "feed_url": "https://hetq.example/rss",
        "language": "hy",
        **fields,
    }
    return Shown(**given)


def make(
    *shown: Shown,
    kind: Kind | None = None,
    tags: dict[str, str] | None = None,
    newsfeed: NewsfeedSettings = NEWSFEED,
    **around: Any,  # noqa: ANN401 - any field
) -> Page:
    """A page of these stories: a day's where a day is given, else the live one."""
    edition = Edition("id", "Day newsfeed", "en", newsfeed.base_url, AT)
    kind = kind or (Kind.DAY if around.get("day") else Kind.LIVE)
    return make_page(kind, edition, shown, newsfeed, tags or {}, Around(**around))


def list_sections(page: Page) -> list[tuple[str, list[str]]]:
    """Each section's name or day with the titles in it."""
    return [
        (section.name or str(section.day or ""), [item.title[-1] for item in section.items])
        for section in page.sections
    ]


def test_a_day_is_parted_by_tags_the_fullest_first_and_the_untagged_last() -> None:
    """Within a section stories keep the edition's order; even names decide by letters."""
    shown = [make_shown(name) for name in "abcdef"]
    tags = {
        one.id: tag
        for one, tag in zip(shown, ["war", "art", "", "war", "zoo", ""], strict=True)
        if tag
    }
    page = make(*shown, tags=tags, day=DAY)
    expected = [("war", ["a", "d"]), ("art", ["b"]), ("zoo", ["e"]), ("", ["c", "f"])]
    assert list_sections(page) == expected
    assert len({section.anchor for section in page.sections}) == len(expected)


@pytest.mark.parametrize(
    "tags", [{}, {"https://hetq.example/a": "x", "https://hetq.example/b": "x"}]
)
def test_one_tag_for_all_makes_no_sections(tags: dict[str, str]) -> None:
    """A heading that stands over everything says nothing."""
    page = make(make_shown("a"), make_shown("b"), tags=tags, day=DAY)
    assert list_sections(page) == [("", ["a", "b"])]


def test_a_live_page_of_more_days_is_parted_by_days_with_the_ways_to_them() -> None:
    """A day is the newsfeed's: 20:30 UTC is the next one in Yerevan."""
    late = make_shown("a", published=datetime(2023, 9, 21, 20, 30, tzinfo=UTC))
    old = make_shown("c", published=AT - timedelta(days=3))
    page = make(late, make_shown("b"), old, kind=Kind.LIVE, days=SEPTEMBER)
    assert list_sections(page) == [
        ("2023-09-22", ["a"]),
        ("2023-09-21", ["b"]),
        ("2023-09-18", ["c"]),
    ]
    assert [section.link for section in page.sections] == ["2023/09/22/", "2023/09/21/", None]


def test_a_page_without_stories_has_no_sections() -> None:
    """What it says then is the template's."""
    page = make(day=DAY, days=SEPTEMBER)
    assert (page.sections, page.count, page.updated) == ((), 0, None)
    assert page.calendar is not None


def test_a_tag_leads_to_its_folder_where_there_is_one_but_not_from_a_closed_day() -> None:
    """A closed day's bytes do not depend on which folders there are."""
    shown = [make_shown("a"), make_shown("b")]
    tags = {shown[0].id: "war"}
    places = (Place(Kind.TAG, "war", "tags/war/"), Place(Kind.SOURCE, "war", "sources/war/"))
    given: dict[str, Any] = {"day": DAY, "folder": "2023/09/21/", "places": places}
    opened = make(*shown, tags=tags, **given)
    closed = make(*shown, tags=tags, is_open=False, **given)
    assert [one.link for one in opened.sections] == ["../../../tags/war/", None]
    assert [one.link for one in closed.sections] == [None, None]
    assert closed.frame.menus == ()


def test_menus_are_parted_by_kind() -> None:
    """In the order given, each kind once."""
    places = (
        Place(Kind.TAG, "war", "tags/war/"),
        Place(Kind.SOURCE, "Hetq", "sources/hetq/"),
        Place(Kind.TAG, "art", "tags/art/"),
    )
    menus = make(kind=Kind.TAG, folder="tags/war/", places=places).frame.menus
    assert [(menu.kind, [link.name for link in menu.links]) for menu in menus] == [
        (Kind.TAG, ["war", "art"]),
        (Kind.SOURCE, ["Hetq"]),
    ]
    assert menus[1].links[0].href == "../../sources/hetq/"


def test_many_folders_have_a_list_of_their_own() -> None:
    """A page names forty of a kind, and the way to all of them."""
    places = tuple(Place(Kind.SOURCE, f"S{number}", f"sources/{number}/") for number in range(41))
    few = make(kind=Kind.LIVE, places=places[:40]).frame.menus[0]
    many = make(kind=Kind.TAG, folder="tags/war/", places=places).frame.menus[0]
    assert (len(few.links), few.more) == (40, None)
    assert (len(many.links), many.more) == (40, "../../sources/")
    around = Around(folder="sources/", places=(*places, Place(Kind.TAG, "war", "tags/war/")))
    listing = make_listing(Kind.SOURCE, NEWSFEED, around)
    assert [link.name for link in listing.menu.links] == [place.name for place in places]
    assert listing.frame.feeds[0].href == "../atom.xml"


def test_a_calendar_links_to_days_that_exist_and_to_neighbouring_months() -> None:
    """Weeks begin with Monday; the day itself is marked; a neighbour is the nearest day there."""
    days = SEPTEMBER | {date(2023, 7, 30), date(2023, 7, 2), date(2023, 11, 5), date(2023, 12, 1)}
    page = make(make_shown(), day=DAY, folder="2023/09/21/", days=days)
    calendar = page.calendar
    assert calendar is not None
    assert calendar.month == date(2023, 9, 1)
    assert [len(week) for week in calendar.weeks] == [7] * 5
    cells = [cell for week in calendar.weeks for cell in week if cell]
    assert [cell.day.day for cell in cells] == list(range(1, 31))
    assert {cell.day for cell in cells if cell.href} == SEPTEMBER
    assert cells[2].href == "../../../2023/09/03/"
    assert [cell.day for cell in cells if cell.is_current] == [DAY]
    assert calendar.weeks[0][:4] == (None,) * 4
    assert calendar.previous is not None
    assert calendar.following is not None
    assert (calendar.previous.day, calendar.following.day) == (date(2023, 7, 30), date(2023, 11, 5))


def test_without_any_day_there_is_no_calendar() -> None:
    """An installation without editions has a page all the same."""
    page = make(make_shown(), kind=Kind.LIVE)
    assert (page.calendar, page.frame.has_archive) == (None, True)
    assert not make(make_shown(), has_archive=False).frame.has_archive


def test_the_live_page_shows_the_month_of_its_newest_story_or_of_the_newest_day() -> None:
    """Nothing else may decide: there is no clock."""
    with_story = make(make_shown(), kind=Kind.LIVE, days=frozenset({date(2023, 11, 5)})).calendar
    without = make(kind=Kind.LIVE, days=frozenset({date(2023, 11, 5)})).calendar
    assert with_story is not None
    assert without is not None
    assert (with_story.month.month, without.month.month) == (9, 11)


def test_ways_to_other_days() -> None:
    """They are relative, from whatever depth."""
    page = make(
        make_shown(), day=DAY, folder="2023/09/21/", previous=date(2023, 9, 3), following=None
    )
    assert page.previous is not None
    assert page.previous.href == "../../../2023/09/03/"
    assert page.following is None


def test_who_can_be_subscribed_to() -> None:
    """A folder has its own feeds; a day's feed never grows, so its page names the newsfeed's."""
    folder = make(kind=Kind.TAG, folder="tags/war/").frame.feeds
    day = make(kind=Kind.DAY, folder="2023/09/21/").frame.feeds
    some = make(kind=Kind.LIVE, feeds=("rss.xml", "opml.xml")).frame.feeds
    assert [feed.href for feed in folder] == ["atom.xml", "rss.xml", "feed.json"]
    assert [feed.href for feed in day] == [f"../../../{feed.href}" for feed in folder]
    assert [feed.name for feed in some] == ["RSS"]


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://news.example.org/", "https://news.example.org/tags/war/"),
        ("https://news.example.org/day", "https://news.example.org/day/tags/war/"),
        ("http://127.0.0.1:8080/", None),
        ("http://localhost/", None),
        ("http://[::1]:8080/", None),
    ],
)
def test_only_a_public_address_is_canonical(base: str, address: str | None) -> None:
    """A canonical link to this machine would take the page out of every index."""
    page = make(kind=Kind.TAG, folder="tags/war/", newsfeed=NewsfeedSettings(base_url=base))
    assert page.frame.address == address


@pytest.mark.parametrize(
    ("words", "ai", "robots", "reserved"),
    [
        (40, True, "", False),
        (151, True, "noindex", False),
        (40, False, "noai, noimageai", True),
        (151, False, "noindex, noai, noimageai", True),
    ],
)
def test_what_machines_are_told(words: int, ai: bool, robots: str, reserved: bool) -> None:  # noqa: FBT001 - a table
    """Long texts of others are not to be indexed; what is reserved is said of the whole page."""
    page = make(make_shown("b"), make_shown("a", html=f"<p>{'w ' * words}</p>", ai=ai))
    assert (page.frame.robots, page.frame.is_reserved) == (robots, reserved)


def test_a_story_is_told_in_full() -> None:
    """Source, authors with names of their own, local time, comments, licence."""
    item = make_item(
        make_shown(
            authors=(Person("Hetq - English"), Person("Ani"), Person("Ani"), Person("")),
            comments_count=3,
            comments_url="https://hetq.example/1#c",
            license="https://creativecommons.org/licenses/by/4.0/",
            rights="© Hetq",
            via=("Planet", "https://planet.example/"),
        ),
        "Asia/Yerevan",
    )
    assert item.at.isoformat() == "2023-09-21T22:03:00+04:00"
    assert (item.source, item.source_link, item.authors) == (
        "Hetq",
        "https://hetq.example/",
        ("Ani",),
    )
    assert (item.comments_count, item.comments_url) == (3, "https://hetq.example/1#c")
    assert (item.rights, item.via) == ("© Hetq", ("Planet", "https://planet.example/"))
    assert (item.language, item.direction) == ("hy", "ltr")


def test_rights_that_the_text_states_are_not_stated_twice() -> None:
    """However they are escaped there."""
    html = "<p>Hetq. Text.</p><p><small>© Hetq &amp; <b>others</b></small></p>"
    item = make_item(make_shown(html=html, rights="© Hetq & others"), "UTC")
    assert item.rights is None


def test_the_anchor_of_a_story_is_a_name_and_stays() -> None:
    """It depends on the id alone."""
    anchor = make_item(make_shown(), "UTC").anchor
    assert anchor == make_item(make_shown(title="other", html="<p>x</p>"), "UTC").anchor
    assert anchor != make_item(make_shown("2"), "UTC").anchor
    assert anchor.isalnum()
    assert anchor[0] == "s"


@pytest.mark.parametrize(
    ("at", "zone"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), "America/New_York"),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), "Asia/Yerevan"),
    ],
)
def test_the_ends_of_the_calendar_cost_nothing(at: datetime, zone: str) -> None:
    """A zone would lead out of it; 2,000 years off nobody reads a clock."""
    assert localise(at, zone) == at


@pytest.mark.parametrize(
    ("language", "near", "day", "full", "time", "month"),
    [
        (
            "en",
            "September 3",
            "September 3, 2023",
            "Sunday, September 3, 2023",
            "September 3, 2023, 09:05",
            "September 2023",
        ),
        (
            "hy",
            "3 սեպտեմբերի",
            "3 սեպտեմբերի, 2023 թ.",
            "3 սեպտեմբերի, 2023 թ., կիրակի",
            "3 սեպտեմբերի, 2023 թ., 09:05",
            "Սեպտեմբեր 2023",
        ),
        (
            "ru",
            "3 сентября",
            "3 сентября 2023 г.",
            "Воскресенье, 3 сентября 2023 г.",
            "3 сентября 2023 г., 09:05",
            "Сентябрь 2023",
        ),
    ],
)
def test_dates_in_words(
    language: str, near: str, day: str, full: str, time: str, month: str
) -> None:
    """Months beside a day stand in the genitive, alone in the nominative."""
    at = datetime(2023, 9, 3, 9, 5, tzinfo=UTC)
    assert write_near_day(at.date(), language) == near
    assert write_day(at.date(), language) == day
    assert write_full_day(at.date(), language) == full
    assert write_time(at, language) == time
    assert write_month(at.date(), language) == month


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_and_weekday_has_its_name(language: str) -> None:
    """Twelve and seven different ones."""
    months = {write_month(date(2023, number, 1), language) for number in range(1, 13)}
    beside = {write_day(date(2023, number, 1), language) for number in range(1, 13)}
    assert (len(months), len(beside), len(set(write_weekdays(language)))) == (12, 12, 7)


@pytest.mark.parametrize(
    ("newsfeed", "order"),
    [
        ("hy", ("hy", "en", "ru")),
        ("ru-RU", ("ru", "en", "hy")),
        ("en", ("en", "hy", "ru")),
        ("de", ("en", "hy", "ru")),
    ],
)
def test_the_newsfeeds_language_comes_first(newsfeed: str, order: tuple[str, ...]) -> None:
    """Where it has no words for the interface, English does."""
    assert order_languages(newsfeed) == order


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {0: "zero", 1: "one", 2: "many", 11: "many", 21: "many"}),
        ("hy", {0: "zero", 1: "one", 2: "many", 5: "many"}),
        (
            "ru",
            {0: "zero", 1: "one", 2: "few", 4: "few", 5: "many", 11: "many", 12: "many", 14: "many",
             20: "many", 21: "one", 22: "few", 101: "one", 111: "many", 112: "many", 124: "few"},
        ),
    ],
)  # fmt: skip
def test_numbers_choose_the_form_of_their_noun(language: str, forms: dict[int, str]) -> None:
    """By CLDR's rules; none at all has words of its own."""
    assert {count: choose_form(count, language) for count in forms} == forms


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        (None, "auto"), ("", "auto"), ("hy", "ltr"), ("ar", "rtl"), ("AR-eg", "rtl"), ("he", "rtl"),
        ("fa-IR", "rtl"), ("ku-Arab", "rtl"), ("ar-Latn", "ltr"), ("ur", "rtl"),
    ],
)  # fmt: skip
def test_directions(language: str | None, direction: str) -> None:
    """A script in the tag decides, else the language."""
    assert find_direction(language) == direction


def test_the_archive_lists_every_day() -> None:
    """Newest year and month first, the days of a month in their order."""
    days = SEPTEMBER | {date(2023, 10, 1), date(2022, 12, 31)}
    archive = make_archive(NEWSFEED, Around(folder="days/", days=days))
    assert [year.number for year in archive.years] == [2023, 2022]
    months = [(first, [cell.day.day for cell in cells]) for first, cells in archive.years[0].months]
    assert months == [(date(2023, 10, 1), [1]), (date(2023, 9, 1), [3, 20, 21, 22])]
    assert archive.years[1].months[0][1][0].href == "../2022/12/31/"


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (20, 1), (21, 2), (40, 2)])
def test_what_a_search_found_is_paged(total: int, pages: int) -> None:
    """And never indexed: its address holds a reader's words."""
    hit = Hit("id", "Title", "https://hetq.example/1", AT, "Hetq", "<p>…words…</p>", "ar")
    found = make_results(Question("words", total), [hit], NEWSFEED, Around(has_search=True))
    assert (found.pages, found.query, found.frame.robots) == (pages, "words", "noindex")
    assert (found.items[0].direction, found.items[0].at.hour) == ("rtl", 22)
