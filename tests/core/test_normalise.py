"""Normalising: raw items become entries that can be published, or Problems."""

import unicodedata
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.model import (
    Enclosure,
    Entry,
    FeedHead,
    Markup,
    ParsedFeed,
    Person,
    Problem,
    RawItem,
    Source,
    SourceRef,
)
from aggregator.core.normalise import Normalised, normalise_feed

NOW = datetime(2023, 9, 21, 20, tzinfo=UTC)
URL = "https://www.azatutyun.example/api/"
SOURCE = Source("azatutyun", URL)
ITEM = RawItem(
    raw_id="https://www.azatutyun.example/a/32602700.html",
    id_is_link=True,
    link="https://www.azatutyun.example/a/32602700.html?utm_source=rss",
    title=Markup("Displaced Residents Shelter At Base"),
    summary=Markup("<p>More than a thousand civilians spent the night.</p>", html=True),
    published="Thu, 21 Sep 2023 06:20:00 +0000",
)


def normalise(*items: RawItem, source: Source = SOURCE, head: FeedHead | None = None) -> Normalised:
    """What a feed of these items comes to."""
    feed = ParsedFeed("rss20", head or FeedHead(), items)
    return normalise_feed(feed, source, URL, NOW)


def read(item: RawItem, source: Source = SOURCE) -> Entry:
    """The one entry of one item."""
    (entry,) = normalise(item, source=source).entries
    return entry


def complaints(*items: RawItem, source: Source = SOURCE) -> list[str]:
    """What is said of the items."""
    return [problem.what for problem in normalise(*items, source=source).problems]


def test_an_item_becomes_an_entry() -> None:
    """Every field of a usual item finds its place."""
    published = datetime(2023, 9, 21, 6, 20, tzinfo=UTC)
    text = "More than a thousand civilians spent the night."
    canonical = "azatutyun.example/a/32602700.html"
    digest = sha256(f"{ITEM.title.value}\x1f{text}\x1f{canonical}".encode()).hexdigest()
    result = normalise(ITEM)
    assert result.entries == (
        Entry(
            source_id="azatutyun",
            key="https://www.azatutyun.example/a/32602700.html",
            title="Displaced Residents Shelter At Base",
            first_seen=NOW,
            changed=published,
            raw_id="https://www.azatutyun.example/a/32602700.html",
            link="https://www.azatutyun.example/a/32602700.html?utm_source=rss",
            canonical=canonical,
            html=f"<p>{text}</p>",
            text=text,
            published=published,
            digest=digest,
        ),
    )
    assert (result.problems, result.dropped) == ((), 0)


# ---------------------------------------------------------------- id and link


@pytest.mark.parametrize(
    ("raw_id", "kept"),
    [(" 12 at x ", " 12 at x "), ("\n ", None), ("", None), (None, None), ("a\u202eb", "a\u202eb")],
)
def test_an_id_stays_byte_for_byte(raw_id: str | None, kept: str | None) -> None:
    """Blank ids are none, any other is not touched."""
    assert read(replace(ITEM, raw_id=raw_id)).raw_id == kept


@pytest.mark.parametrize(("raw_id", "kept"), [("a\x00b\ud800", "ab"), ("\x01", None)])
def test_control_characters_of_an_id_go(raw_id: str, kept: str | None) -> None:
    """What no XML and no database takes is left out, and said."""
    item = replace(ITEM, raw_id=raw_id, id_is_link=False)
    assert read(item).raw_id == kept
    assert complaints(item) == ["its id holds control characters"]


@pytest.mark.parametrize(
    ("item", "link"),
    [
        (RawItem(link="/node/1"), "https://www.azatutyun.example/node/1"),
        (RawItem(link="x", base="https://b.example/y/"), "https://b.example/y/x"),
        (RawItem(raw_id="https://h.example/1", id_is_link=True), "https://h.example/1"),
        (RawItem(raw_id="https://h.example/1"), None),
        (RawItem(raw_id="tag:h,2023:1", id_is_link=True), None),
        (
            RawItem(raw_id="https://h.example/1", id_is_link=True, link="https://h.example/2"),
            "https://h.example/2",
        ),
        (RawItem(), None),
    ],
)
def test_a_link_is_absolute(item: RawItem, link: str | None) -> None:
    """Links resolve against the item's base or the feed; a permalink id stands in for none."""
    assert read(replace(item, title=Markup("t"))).link == link


def test_an_unsafe_link_is_left_out_and_named() -> None:
    """The rest of the item is published."""
    item = RawItem(raw_id="1", link="javascript:alert(1)", title=Markup("t"))
    assert (read(item).link, read(item).canonical) == (None, None)
    what = 'its link is left out: "javascript:alert(1)"'
    assert normalise(item).problems == (Problem("1", what),)


@pytest.mark.parametrize(
    ("item", "key"),
    [
        (RawItem(raw_id="7", title=Markup("t")), "7"),
        (RawItem(link="https://www.h.example/x?utm_id=1"), "link:h.example/x"),
        (
            RawItem(link="https://h.example/", title=Markup("t")),
            "text:" + sha256(b"t\x1f").hexdigest(),
        ),
        (RawItem(title=Markup("t")), "text:" + sha256(b"t\x1f").hexdigest()),
        (RawItem(raw_id="x" * 501, title=Markup("t")), "id:" + sha256(b"x" * 501).hexdigest()),
        (
            RawItem(link=f"https://h.example/{'x' * 600}"),
            "link:" + sha256(b"h.example/" + b"x" * 600).hexdigest(),
        ),
    ],
)
def test_a_key_names_the_entry_in_its_source(item: RawItem, key: str) -> None:
    """The id, else the link unless it is a front page, else title and text; never too long."""
    assert read(item).key == key


def test_items_that_share_an_id_and_nothing_else_are_told_apart_by_their_links() -> None:
    """A feed that gives every item one guid loses none of them, whichever are in the document."""
    items = [
        RawItem(raw_id="1", link=f"http://h.example/{number}", title=Markup(f"Report {number}"))
        for number in range(3)
    ]
    result = normalise(*items)
    assert [entry.key for entry in result.entries] == [f"link:h.example/{n}" for n in range(3)]
    assert {entry.raw_id for entry in result.entries} == {None}
    assert "their links tell them apart" in result.problems[0].what


@pytest.mark.parametrize(
    ("fragment", "place"),
    [
        ("p1", "#p1"),
        ("v1.2", "#v1.2"),
        ("/post/1", "#/post/1"),
        ("top-10", "#top-10"),
        ("!/post/1", "#!/post/1"),
        *(
            (fragment, "")
            for fragment in (
                "", "comments", "Comment-12", "respond", "more", "more-123", "top", "reply",
                "xtor=RSS-1", ":~:text=x", "ixzz3a", ".Vb3x",
            )
        ),
    ],
)  # fmt: skip
def test_a_fragment_that_names_a_place_names_an_item_without_an_id(
    fragment: str, place: str
) -> None:
    """Live pages link each item by a fragment; the canonical link and ids stay without it."""
    entry = read(RawItem(link=f"https://h.example/live#{fragment}", title=Markup("t")))
    assert entry.key == f"link:h.example/live{place}"
    assert (entry.canonical or "").partition("#!")[0] == "h.example/live"
    assert read(replace(ITEM, link=f"https://h.example/live#{fragment}")).key == ITEM.raw_id


def test_the_items_of_a_live_page_are_all_kept() -> None:
    """Items without an id, or with one for the page, are told apart by their fragments."""
    items = [
        RawItem(link=f"https://h.example/live#p{number}", title=Markup(f"Report {number}"))
        for number in range(3)
    ]
    keys = [f"link:h.example/live#p{number}" for number in range(3)]
    assert [entry.key for entry in normalise(*items).entries] == keys
    shared = [replace(item, raw_id="live") for item in items]
    assert [entry.key for entry in normalise(*shared).entries] == keys


@pytest.mark.parametrize(
    ("link", "title", "text", "count"),
    [
        ("/2", "Report", "other", 2),
        ("/2", "Other", "text", 2),
        ("/2", "Report", " text\n", 1),
        ("/1", "Other", "text", 1),
        ("/1", "Other", "other", 2),
    ],
)
def test_a_shared_id_names_two_items_that_differ_in_link_and_words(
    link: str, title: str, text: str, count: int
) -> None:
    """The link and one of title and text must differ, or both; else it is one item, repeated."""
    first = RawItem(raw_id="1", link="/1", title=Markup("Report"), content=Markup("text"))
    second = RawItem(raw_id="1", link=link, title=Markup(title), content=Markup(text))
    assert len(normalise(first, second).entries) == count


def test_only_so_many_problems_are_kept() -> None:
    """A feed of bad items does not fill the store with its complaints."""
    items = [
        RawItem(raw_id=f"x{number}", link="javascript:x", title=Markup(f"Report {number}"))
        for number in range(60)
    ]
    result = normalise(*items)
    assert len(result.problems) == 51
    assert result.problems[-1].what == "and 10 more problems"


def test_what_is_said_of_the_feed_is_kept_first() -> None:
    """One line about the whole feed does not drown in its items' complaints."""
    items = tuple(RawItem(raw_id=f"x{number}", link="javascript:x") for number in range(60))
    said = (Problem("x1", "its text"), Problem("", "3 tracking pixels removed from its texts"))
    feed = ParsedFeed("rss20", FeedHead(), items, problems=said)
    problems = normalise_feed(feed, SOURCE, URL, NOW).problems
    assert problems[:2] == (said[1], said[0])


def test_of_two_items_with_one_key_the_first_stays() -> None:
    """A repetition is dropped; one that says something else is reported."""
    same = replace(ITEM, link="http://azatutyun.example/a/32602700.html", comments_count=3)
    assert (normalise(ITEM, same).dropped, complaints(ITEM, same)) == (1, [])
    other = replace(ITEM, title=Markup("Something Else"))
    result = normalise(ITEM, other)
    assert [entry.title for entry in result.entries] == [ITEM.title.value]
    assert result.dropped == 1
    assert "same id and says something else" in result.problems[0].what


@pytest.mark.parametrize(
    ("item", "same"),
    [
        (replace(ITEM, comments_count=9, published=None), True),
        (replace(ITEM, link=f"{ITEM.link}&fbclid=1"), True),
        (replace(ITEM, categories=("x",), updated="2023-09-21T07:00:00Z"), True),
        (replace(ITEM, title=Markup("Other")), False),
        (replace(ITEM, summary=Markup("Other")), False),
        (replace(ITEM, link="https://h.example/other"), False),
    ],
)
def test_the_digest_is_of_what_a_reader_would_notice(item: RawItem, *, same: bool) -> None:
    """Title, text and link make an update; counts, dates and tracking do not."""
    assert (read(item).digest == read(ITEM).digest) is same


# -------------------------------------------------------------- title and text


@pytest.mark.parametrize(
    ("content", "summary", "html"),
    [
        ("<p>Whole text</p>", "<p>Short, and longer than the whole</p>", "<p>Whole text</p>"),
        ("", "<p>Summary</p>", "<p>Summary</p>"),
        ("<p> &nbsp;</p>", "<p>Summary</p>", "<p>Summary</p>"),
        ('<img src="https://h.example/x">', " ", '<img src="https://h.example/x">'),
        ("", '<img src="https://h.example/x">', '<img src="https://h.example/x">'),
        (None, None, ""),
    ],
)
def test_the_content_is_preferred(content: str | None, summary: str | None, html: str) -> None:
    """The summary is taken where the content has no words."""
    item = replace(
        ITEM,
        content=None if content is None else Markup(content, html=True),
        summary=None if summary is None else Markup(summary, html=True),
    )
    assert read(item).html == html


def test_plain_text_is_escaped() -> None:
    """A text that was not cleaned before is never taken for HTML."""
    entry = read(replace(ITEM, summary=Markup("a <b> c")))
    assert (entry.html, entry.text) == ("<p>a &lt;b&gt; c</p>", "a <b> c")


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (Markup("Q&amp;A <3"), "", "Q&A <3"),
        (Markup("<b>Bold</b>", html=True), "", "Bold"),
        (Markup(" "), "One two three", ""),
    ],
)
def test_a_title_is_what_the_feed_gave(title: Markup, text: str, expected: str) -> None:
    """A title is plain text; an item without one has none: terms decide what to show instead."""
    assert read(replace(ITEM, title=title, summary=Markup(text))).title == expected


def test_an_item_of_nothing_is_dropped() -> None:
    """Neither title nor text nor link: there is nothing to show, and a Problem says so."""
    result = normalise(RawItem(raw_id="1", title=Markup(" ")), ITEM)
    assert (len(result.entries), result.dropped) == (1, 1)
    assert result.problems == (Problem("1", "dropped: it has neither title nor text nor link"),)


# ----------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("published", "updated", "changed"),
    [
        (None, None, NOW),
        ("2023-09-21T06:00:00Z", None, NOW - timedelta(hours=14)),
        ("2023-09-21T06:00:00Z", "2023-09-21T07:00:00Z", NOW - timedelta(hours=13)),
        (None, "2023-09-21T07:00:00Z", NOW - timedelta(hours=13)),
        ("2023-09-21T21:00:00Z", None, NOW),
    ],
)
def test_a_change_is_never_of_the_future(
    published: str | None, updated: str | None, changed: datetime
) -> None:
    """`changed` is the update, else the publication, else now; a missing date is no problem."""
    item = replace(ITEM, published=published, updated=updated)
    assert read(item).changed == changed
    assert complaints(item) == []


@pytest.mark.parametrize(
    ("published", "complaint"),
    [
        ("yesterday", 'published: cannot read the date "yesterday"'),
        (
            "2023-09-25T00:00:00Z",
            "published: the date lies more than 24 h ahead: 2023-09-25 00:00 UTC",
        ),
        (" ", None),
    ],
)
def test_a_bad_date_is_none_and_said(published: str, complaint: str | None) -> None:
    """The entry lives on by when it was first seen."""
    item = replace(ITEM, published=published)
    assert read(item).published is None
    assert complaints(item) == ([complaint] if complaint else [])


@pytest.mark.parametrize("published", [None, " ", "yesterday", "2023-09-25T00:00:00Z"])
def test_an_update_is_the_date_where_there_is_no_other(published: str | None) -> None:
    """An entry that gives only `updated` is dated by its publisher, not by the poll."""
    item = replace(ITEM, published=published, updated="2023-09-20T07:00:00Z")
    entry = read(item)
    assert entry.published == entry.updated == datetime(2023, 9, 20, 7, tzinfo=UTC)
    assert len(complaints(item)) == (published not in {None, " "})
    dated = replace(ITEM, updated="2023-09-21T07:00:00Z")
    assert read(dated).published == datetime(2023, 9, 21, 6, 20, tzinfo=UTC)


def test_dates_without_a_zone_are_said_once() -> None:
    """One Problem for the feed, none where the source has a zone."""
    items = [
        replace(ITEM, raw_id=str(n), published="2023-09-21 10:00", updated="2023-09-21")
        for n in range(9)
    ]
    (problem,) = normalise(*items).problems
    assert problem.item == ""
    assert "without a zone" in problem.what
    there = replace(SOURCE, timezone="Asia/Yerevan")
    assert complaints(*items, source=there) == []
    assert read(items[0], there).published == datetime(2023, 9, 21, 6, tzinfo=UTC)


def test_dates_are_read_in_the_languages_of_the_source() -> None:
    """The source's language and the feed's are passed on."""
    item = replace(ITEM, published="21 de septiembre de 2023 10:00 +0000")
    assert read(item, replace(SOURCE, language="es")).published == datetime(
        2023, 9, 21, 10, tzinfo=UTC
    )
    assert normalise(item, head=FeedHead(language="es-MX")).problems == ()


# ------------------------------------------------------------------ the parts


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (Person("noreply@rferl.example (Azatutyun - English)"), Person("Azatutyun - English")),
        (Person("", email="noreply@rferl.example (Радио Азатутюн)"), Person("Радио Азатутюн")),
        (Person("Azatutyun", email="noreply@rferl.example"), Person("Azatutyun")),
        (Person("noreply@blogger.example"), None),
        (Person("noreply@blogger.example ()"), None),
        (Person("ed@h.example (A. Editor)"), Person("A. Editor", "ed@h.example")),
        (Person('"A. Editor" <ed@h.example>'), Person("A. Editor", "ed@h.example")),
        (Person("john@news.am (John Smith)"), Person("John Smith", "john@news.am")),
        (Person("John Smith <john@news.am>"), Person("John Smith", "john@news.am")),
        (Person("John Smith (john@news.am)"), Person("John Smith")),
        (
            Person("John Smith john@news.am", email="john@news.am"),
            Person("John Smith", "john@news.am"),
        ),
        (Person("A <a@h.example>, B <b@h.example>"), Person("A, B", "b@h.example")),
        (Person("john@news.am"), None),
        (Person("mailto:john@news.am"), None),
        (Person("<john@news.am>"), None),
        (Person("john@news.am, ann@news.am"), None),
        (Person("john@news.am (john@news.am)"), None),
        (Person('"john@news.am" <john@news.am>'), None),
        (Person("", email="ed@h.example"), None),
        (Person("@al@social.example"), Person("@al@social.example")),
        (Person("A", email="junk", uri="/a"), Person("A", None, "https://www.azatutyun.example/a")),
        (Person("A &amp; B\n", uri="javascript:x"), Person("A & B")),
        (Person(" "), None),
    ],
)
def test_people_are_named(person: Person, expected: Person | None) -> None:
    """Names are plain and hold no address; an address without a name is no author."""
    assert read(replace(ITEM, authors=(person,))).authors == ((expected,) if expected else ())


def test_people_and_categories_come_once() -> None:
    """Repetitions go whatever their case, the order stays, fifty are enough."""
    people = (Person("Bo"), Person("Al"), Person("BO"))
    item = replace(ITEM, authors=people, categories=(" News ", "news", "Q&amp;A", "", "NEWS"))
    assert [person.name for person in read(item).authors] == ["Bo", "Al"]
    assert read(item).categories == ("News", "Q&A")
    many = replace(ITEM, categories=tuple(map(str, range(99))))
    assert len(read(many).categories) == 50


def test_the_rest_is_resolved_and_cleaned() -> None:
    """Thumbnail, comments, rights and licence are safe or missing."""
    item = replace(
        ITEM,
        thumbnail="/t.png",
        comments_url="#comments",
        comments_count=0,
        rights=" © 2023\nRFE/RL ",
        license="https://l.example/by",
    )
    entry = read(item)
    assert entry.thumbnail == "https://www.azatutyun.example/t.png"
    assert entry.comments_url == "https://www.azatutyun.example/api/#comments"
    assert (entry.comments_count, entry.rights) == (0, "© 2023 RFE/RL")
    assert entry.license == "https://l.example/by"
    bad = read(
        replace(item, comments_count=-1, rights=" ", license="data:x", thumbnail="file:///x")
    )
    assert (bad.comments_count, bad.rights, bad.license, bad.thumbnail) == (None, None, None, None)


def test_the_feed_it_came_from_is_kept() -> None:
    """atom:source is cleaned; when nothing is left there is none."""
    ref = SourceRef(
        "A &amp; B", "tag:h,2023:f", "/", "javascript:x", " r ", "2023-09-21T10:00:00+04:00"
    )
    assert read(replace(ITEM, source=ref)).source == SourceRef(
        "A & B",
        "tag:h,2023:f",
        "https://www.azatutyun.example/",
        None,
        "r",
        "2023-09-21T06:00:00+00:00",
    )
    assert read(replace(ITEM, source=SourceRef(" ", "\x00", updated="2023-09-21"))).source is None


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (replace(ITEM, language="en_US"), "en-US"),
        (replace(ITEM, summary=Markup("x", language="fr")), "fr"),
        (replace(ITEM, title=Markup("Եվլախում հանդիպումն ավարտվեց"), summary=None), "hy"),
        (ITEM, "de"),
    ],
)
def test_the_language_is_the_items_own_first(item: RawItem, expected: str) -> None:
    """The item's, that of its text, else the feed's; the script has the last word."""
    (entry,) = normalise(item, head=FeedHead(language="de")).entries
    assert entry.language == expected


# ----------------------------------------------------------------- the feed


def test_the_head_is_cleaned() -> None:
    """What the feed says of itself is plain, absolute and legal."""
    head = FeedHead(
        "A\x00za\n tutyun",
        "tag:h,2023:f",
        "/en",
        "feed.xml",
        "EN_us",
        " © ",
        "license.html",
        "yesterday",
        (Person("noreply@h.example (A)"),),
    )
    assert normalise(head=head).head == FeedHead(
        "Aza tutyun",
        "tag:h,2023:f",
        "https://www.azatutyun.example/en",
        "https://www.azatutyun.example/api/feed.xml",
        "en-US",
        "©",
        "https://www.azatutyun.example/api/license.html",
        None,
        (Person("A"),),
    )
    assert normalise(head=FeedHead(id=" ")).head == FeedHead()


def test_a_source_may_limit_its_items() -> None:
    """The first ones stay, the others are not called dropped; earlier problems are kept."""
    items = tuple(replace(ITEM, raw_id=str(n)) for n in range(5))
    feed = ParsedFeed("rss20", FeedHead(), items, problems=(Problem("", "as parsed"),))
    result = normalise_feed(feed, replace(SOURCE, max_items=2), URL, NOW)
    assert [entry.key for entry in result.entries] == ["0", "1"]
    assert (result.dropped, result.problems) == (0, (Problem("", "as parsed"),))


# ------------------------------------------------------------------------ laws

TEXT = st.text(alphabet=st.characters(), max_size=30)
MAYBE = st.one_of(
    st.none(), TEXT, st.sampled_from([URL, "/x", "javascript:x", "http://u:p@h/x", "2023-09-21"])
)
MARKUP = st.builds(Markup, TEXT, base=TEXT, language=MAYBE)
PEOPLE = st.lists(st.builds(Person, TEXT, MAYBE, MAYBE), max_size=2).map(tuple)
ITEMS = st.builds(
    RawItem,
    raw_id=MAYBE,
    id_is_link=st.booleans(),
    base=st.one_of(st.just(""), TEXT),
    link=MAYBE,
    title=st.builds(Markup, TEXT, html=st.booleans()),
    summary=st.one_of(st.none(), MARKUP),
    content=st.one_of(st.none(), MARKUP),
    published=MAYBE,
    updated=MAYBE,
    authors=PEOPLE,
    categories=st.lists(TEXT, max_size=3).map(tuple),
    enclosures=st.lists(st.builds(Enclosure, TEXT, TEXT, st.integers()), max_size=2).map(tuple),
    thumbnail=MAYBE,
    comments_url=MAYBE,
    comments_count=st.one_of(st.none(), st.integers()),
    language=MAYBE,
    rights=MAYBE,
    license=MAYBE,
    source=st.one_of(st.none(), st.builds(SourceRef, TEXT, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE)),
)


def list_strings(value: object) -> list[str]:
    """Every string inside a value of the model."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in list_strings(part)]
    if is_dataclass(value):
        return [text for part in fields(value) for text in list_strings(getattr(value, part.name))]
    return []


def list_urls(entry: Entry) -> list[str | None]:
    """Every URL of an entry outside its HTML."""
    ref = entry.source or SourceRef()
    urls = [entry.link, entry.thumbnail, entry.comments_url, entry.license, ref.link, ref.self_link]
    return [
        *urls,
        *(medium.url for medium in entry.enclosures),
        *(who.uri for who in entry.authors),
    ]


@settings(deadline=None, max_examples=150)
@given(
    st.lists(ITEMS, max_size=3).map(tuple),
    st.builds(FeedHead, TEXT, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, PEOPLE),
)
def test_any_feed_is_normalised(items: tuple[RawItem, ...], head: FeedHead) -> None:
    """Never a raise, the same every time, only http URLs, no control characters."""
    result = normalise(*items, head=head)
    assert result == normalise(*items, head=head)
    assert len(result.entries) + result.dropped == len(items)
    assert len({entry.key for entry in result.entries}) == len(result.entries)
    for entry in result.entries:
        assert all(
            url is None or url.lower().startswith(("http://", "https://"))
            for url in list_urls(entry)
        )
        assert entry.changed <= NOW
        assert entry.key
    for text in list_strings((result.entries, result.head, result.problems)):
        assert not any(
            unicodedata.category(char) in {"Cc", "Cs"} for char in text if char not in "\n\t\r"
        )
