"""What a source's terms let us show of a story, and how its sources are credited."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.core.model import (
    Enclosure,
    FeedHead,
    Held,
    LinkPlace,
    Mode,
    Person,
    Report,
    Reuse,
    Shown,
    SourceRef,
    Story,
)
from aggregator.core.reuse import find_homepage, name_source, present
from tests.core.make import NOW, make_entry, make_report, make_source, make_terms, make_words
from tests.core.test_passage import SHAPES, read_html

LINK = "https://hetq.example/news/1"
A = f'<a href="{LINK}">Hetq</a>'
IMAGES = '<p>Text <img src="https://x.example/1.png"></p>'


def show(
    terms: Reuse | None = None,
    head: FeedHead | None = None,
    others: tuple[Report, ...] = (),
    source: dict[str, Any] | None = None,
    **entry: Any,  # noqa: ANN401 - any field
) -> Shown:
    """A story as its terms allow it, which must be publishable."""
    shown = hold(terms, head, others, source, **entry)
    assert isinstance(shown, Shown)
    return shown


def hold(
    terms: Reuse | None = None,
    head: FeedHead | None = None,
    others: tuple[Report, ...] = (),
    source: dict[str, Any] | None = None,
    **entry: Any,  # noqa: ANN401 - any field
) -> Shown | Held:
    """A story as its terms allow it, or why it is held back."""
    of = make_source(reuse=terms or make_terms(mode=Mode.FULL, max_words=None), **(source or {}))
    # An entry's own `source` is given as `source_ref`, beside the fields of the source.
    given = {"source" if name == "source_ref" else name: value for name, value in entry.items()}
    lead = make_report(make_entry(**given), of, head)
    story = Story("tag:x,2023:1", lead, others, ("why",) * len(others))
    return present(story, "Asia/Yerevan", NOW)


# The text -----------------------------------------------------------------------


@pytest.mark.parametrize("place", [None, *LinkPlace])
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("body", [body for body, _ in SHAPES.values()], ids=SHAPES.keys())
@pytest.mark.parametrize("images", [True, False])
def test_every_text_begins_with_the_linked_credit(
    place: LinkPlace | None,
    mode: Mode,
    body: str,
    images: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    """Whatever the shape and the terms, a reader sees the credit as a link to the article first."""
    if body == "<b>Text</i>":
        body = "<b>Text</b>"
    shown = show(make_terms(mode=mode, max_words=None, link=place, images=images), html=body)
    assert read_html(shown.html)[:2] == [f"<a {LINK}>", "Hetq"]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"mode": Mode.FULL, "max_words": None}, f"<p>{A}. <b>One</b> two. Three four</p>"),
        ({"mode": Mode.FULL, "max_words": 3}, f"<p>{A}. One two. … <small>(excerpt)</small></p>"),
        (
            {"mode": Mode.EXCERPT, "max_words": 3},
            f"<p>{A}. One two. … <small>(excerpt)</small></p>",
        ),
        ({"mode": Mode.EXCERPT, "max_words": 9}, f"<p>{A}. One two. Three four</p>"),
        ({"mode": Mode.HEADLINE}, f"<p>{A}</p>"),
        (
            {"max_words": 3, "link": LinkPlace.BEFORE_TEXT},
            f"<p>{A}</p><p>One two. … <small>(excerpt)</small></p>",
        ),
        (
            {"max_words": 3, "link": LinkPlace.AFTER_TEXT},
            (
                f"<p>{A}. One two. … <small>(excerpt)</small></p>"
                f'<p>Read on: <a href="{LINK}">{LINK}</a></p>'
            ),
        ),
        ({"max_words": 3, "link": None}, f"<p>{A}. One two. … <small>(excerpt)</small></p>"),
        (
            {"mode": Mode.HEADLINE, "notice": "(c){year} {source} & Co"},
            f"<p>{A}</p><p><small>(c)2024 Hetq &amp; Co</small></p>",
        ),
    ],
)
def test_mode_length_and_link_follow_the_terms(terms: dict[str, Any], expected: str) -> None:
    """As much is shown as the terms allow, with the link where they want it."""
    html, text = "<p><b>One</b> two. Three four</p>", "One two. Three four"
    # Half past eight in the evening, UTC, is the next day and year in Yerevan.
    late = datetime(2023, 12, 31, 20, 30, tzinfo=UTC)
    assert show(make_terms(**terms), html=html, text=text, published=late).html == expected


def test_a_source_without_terms_gets_a_short_excerpt() -> None:
    """Who states no terms is shown with at most forty words and no images."""
    shown = show(Reuse(), text=make_words(90), thumbnail="https://x.example/1.png")
    body, _, mark = shown.html.split("</a>. ")[1].partition(" <small>")
    assert (len(body.split()), mark) == (40, "(excerpt)</small></p>")
    assert shown.thumbnail is None


def test_templates_are_filled_once_and_escaped() -> None:
    """Every placeholder is filled in; what fills it is text and no template."""
    shown = show(
        make_terms(
            mode=Mode.HEADLINE,
            credit="{source}|{author}|{title}|{date}|{year}|{other}",
            notice="{link}",
        ),
        title="<i>{link}</i> & more",
        authors=(Person("Ann <a>"), Person("Բոբ")),
        published=datetime(2023, 9, 21, 20, 30, tzinfo=UTC),
    )
    credit = "Hetq|Ann &lt;a&gt;, Բոբ|&lt;i&gt;{link}&lt;/i&gt; &amp; more|2023-09-22|2023|{other}"
    assert shown.html == (f'<p><a href="{LINK}">{credit}</a></p><p><small>{LINK}</small></p>')


def test_an_empty_credit_is_the_name() -> None:
    """A credit template that comes out empty gives way to the source's name."""
    assert show(make_terms(credit="{author}", mode=Mode.HEADLINE)).html == f"<p>{A}</p>"


def test_a_dateline_becomes_the_credit() -> None:
    """A text that begins with its credit does not say it twice."""
    shown = show(make_terms(credit="Hetq.am.", max_words=9), text="Hetq.am. One two.")
    assert shown.html == f'<p><a href="{LINK}">Hetq.am.</a> One two.</p>'


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("images", [True, False])
def test_images_off_means_all_media(mode: Mode, images: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """Without images neither text nor enclosures nor thumbnail show any; with them all do."""
    media = (Enclosure("https://x.example/1.png", "image/png"),)
    terms = make_terms(mode=mode, max_words=None, images=images)
    shown = show(terms, html=IMAGES, enclosures=media, thumbnail="https://x.example/1.png")
    assert ("<img" in shown.html) == (images and mode is Mode.FULL)
    assert shown.enclosures == (media if images else ())
    assert (shown.thumbnail is not None) == images


# Link -----------------------------------------------------------------------------


def test_an_entry_without_a_link_is_held_where_terms_ask_for_one() -> None:
    """Where the terms ask for a link to the article, an entry without one is not shown."""
    held = hold(make_terms(), link=None)
    assert held == Held(
        "hetq",
        held.key if isinstance(held, Held) else "",
        "Title 1",
        "no safe link of its own, and the source's terms ask for one",
    )


def test_the_default_terms_are_not_laid_to_a_source_that_states_none() -> None:
    """A story without a link is held for them, and that is said so."""
    held = hold(Reuse(), link=None)
    assert isinstance(held, Held)
    assert held.why == "the default terms ask for a link to the article, and it has none"


def test_the_homepage_stands_in_only_where_no_link_is_asked_for() -> None:
    """Where the terms ask for no link to the article the credit leads to the homepage."""
    terms = make_terms(link=None, mode=Mode.HEADLINE)
    shown = show(terms, link=None)
    assert shown.link == "https://hetq.example/"
    assert shown.html == '<p><a href="https://hetq.example/">Hetq</a></p>'
    named = show(
        terms, FeedHead(link="https://feed.example/"), source={"homepage": None}, link=None
    )
    assert named.link == "https://feed.example/"
    held = hold(terms, link=None, source={"homepage": None})
    assert isinstance(held, Held)
    assert held.why == "no safe link of its own, and no homepage is known"


def test_an_entry_that_says_nothing_is_held() -> None:
    """An entry with neither title nor text has nothing to show."""
    held = hold(title="", text="")
    assert isinstance(held, Held)
    assert held.why == "neither a title nor a text"


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"mode": Mode.FULL}, "a b c d e f g h i j k l…"),
        ({"mode": Mode.EXCERPT, "max_words": 40}, "a b c d e f g h i j k l…"),
        ({"mode": Mode.EXCERPT, "max_words": 3}, "a b c…"),
        ({"mode": Mode.EXCERPT, "max_words": 0}, "Hetq"),
        ({"mode": Mode.HEADLINE}, "Hetq"),
        ({"mode": Mode.HEADLINE, "max_words": 40}, "Hetq"),
    ],
)
def test_a_report_without_a_title_is_named_as_its_terms_allow(
    terms: dict[str, Any], expected: str
) -> None:
    """Its first words are text: terms that allow a headline only do not allow them."""
    of = make_terms(credit="{title}", **terms)
    shown = show(of, title="", text="a b c\nd e f g h i j k l m n")
    assert shown.title == expected
    assert "m n" not in shown.html or terms["mode"] is not Mode.HEADLINE
    assert f">{expected}</a>" in shown.html
    assert show(of, title="Own", text="a b c").title == "Own"


# Credits ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [("Hetq", "Feed", "Hetq"), (None, "Feed", "Feed"), (None, "", "hetq.example")],
)
def test_a_source_is_called_by_its_best_name(name: str | None, head: str, expected: str) -> None:
    """The configured name goes before the feed's title, and that before the host."""
    report = make_report(make_entry(), make_source(name=name), FeedHead(head))
    assert name_source(report) == expected
    assert find_homepage(make_report(None, make_source(homepage="javascript:x"))) is None


def test_carriers_are_credited_once_each() -> None:
    """Every other source is named once, with the link to its report, else another place of it."""
    bare = make_source("dd", homepage=None, url="https://me:secret@dd.example/rss")
    others = (
        make_report(make_entry("2", "bb")),
        make_report(make_entry("3", "bb")),
        make_report(make_entry("4", "hetq")),
        make_report(make_entry("5", "cc", link=None), make_source("cc", name="C & C")),
        make_report(make_entry("6", "dd", link=None), bare),
        make_report(make_entry("7", "ee", link=None), make_source("ee", url="", homepage=None)),
    )
    shown = show(make_terms(mode=Mode.HEADLINE), others=others)
    assert shown.carriers == (
        ("Bb", "https://bb.example/news/2"),
        ("C & C", "https://cc.example/"),
        ("Dd", "https://dd.example/rss"),
    )
    assert shown.html == (
        f"<p>{A}</p><p>Also carried by: "
        '<a href="https://bb.example/news/2">Bb</a>, '
        '<a href="https://cc.example/">C &amp; C</a>, '
        '<a href="https://dd.example/rss">Dd</a></p>'
    )


@pytest.mark.parametrize(
    ("ref", "named"),
    [
        (SourceRef("Origin", link="https://o.example/"), '<a href="https://o.example/">Origin</a>'),
        (
            SourceRef("Origin", self_link="https://o.example/rss"),
            '<a href="https://o.example/rss">Origin</a>',
        ),
        (SourceRef("O & O"), "O &amp; O"),
        (
            SourceRef(self_link="https://o.example/rss"),
            '<a href="https://o.example/rss">o.example</a>',
        ),
    ],
)
def test_whom_the_source_credits_is_credited_too(ref: SourceRef, named: str) -> None:
    """The feed that an entry says it comes from is named in the credit and kept as source."""
    shown = show(make_terms(mode=Mode.HEADLINE), source_ref=ref)
    assert shown.html == f"<p>{A} (from {named})</p>"


@pytest.mark.parametrize(
    "ref",
    [
        SourceRef("HETQ"),
        SourceRef("Hetq Online"),
        SourceRef("Else", self_link="http://www.hetq.example/rss"),
        SourceRef(id="tag:x,2023:1"),
    ],
)
def test_a_feed_that_names_itself_is_credited_once(ref: SourceRef) -> None:
    """An entry that names the feed it stands in is not "from" there."""
    shown = show(make_terms(mode=Mode.HEADLINE), FeedHead("Hetq Online"), source_ref=ref)
    assert shown.html == f"<p>{A}</p>"


def test_the_source_is_the_feed_of_the_lead() -> None:
    """Atom's source names the feed the report came from, without secrets."""
    head = FeedHead("Feed", id="urn:x-y:1", link="https://feed.example/", rights="R")
    shown = show(head=head, source={"url": "https://me:secret@hetq.example/rss"})
    assert shown.feed_url == "https://hetq.example/rss"
    assert shown.source == SourceRef(
        "Hetq", "urn:x-y:1", "https://hetq.example/", "https://hetq.example/rss", "R"
    )
    assert show(head=FeedHead(id="no iri")).source.id == "https://hetq.example/rss"


def test_the_source_that_an_entry_brings_is_kept() -> None:
    """An atom:source that is already there is not replaced (RFC 4287 section 4.2.11)."""
    ref = SourceRef("O", "tag:o,2023:1", "https://o.example/", "https://o.example/rss", "R")
    shown = show(source_ref=ref)
    assert shown.source == ref
    assert shown.feed_url == "https://o.example/rss"
    keyed = show(source_ref=SourceRef("O", link="https://o.example/?api_key=1"))
    assert keyed.source.title == "O"
    assert keyed.source.id == "https://o.example/"


def test_a_feed_that_an_entry_names_loses_the_keys_of_its_address() -> None:
    """In Atom as in RSS; with its key or without, the feed it stands in is the same feed."""
    place = "https://hetq.example/rss?key=S"
    head = FeedHead(rights="R")
    ref = SourceRef("Desk", "tag:hetq,2023:1", self_link=place)
    shown = show(head=head, source={"url": place}, source_ref=ref)
    assert shown.source.self_link == shown.feed_url == "https://hetq.example/rss"
    assert (shown.via, shown.rights) == (None, "R")
    other = show(source_ref=replace(ref, self_link="https://o.example/rss?key=S"))
    assert other.source.self_link == other.feed_url == "https://o.example/rss"


def test_who_brought_another_feeds_entry_is_named_and_lends_it_no_rights() -> None:
    """The bearer stands as `via`; its rights and licence hold for its own words only."""
    head = FeedHead(rights="planet", license="https://l.example/planet")
    ref = SourceRef("O", "tag:o,2023:1", "https://o.example/", rights="O's")
    shown = show(head=head, source_ref=ref)
    assert shown.via == ("Hetq", "https://hetq.example/")
    assert (shown.rights, shown.license) == ("O's", None)
    bare = show(head=head, source_ref=replace(ref, rights=None))
    assert (bare.rights, bare.license) == (None, None)
    told = show(make_terms(notice="(c) {source}"), head=head, source_ref=ref, rights="entry")
    assert told.rights == "(c) Hetq"
    placeless = show(head=FeedHead(), source={"homepage": None}, source_ref=ref)
    assert placeless.via == ("Hetq", "https://hetq.example/rss")


@pytest.mark.parametrize("ref", [None, SourceRef("Hetq"), SourceRef("O", id="17")])
def test_a_feeds_own_entry_came_by_nobody(ref: SourceRef | None) -> None:
    """Neither is there a `via` where the feed stands as the source itself."""
    shown = show(head=FeedHead(rights="R", license="https://l.example/r"), source_ref=ref)
    assert (shown.via, shown.rights, shown.license) == (None, "R", "https://l.example/r")


@pytest.mark.parametrize("ref", [SourceRef("O"), SourceRef("O", id="17", rights="R")])
def test_a_source_without_an_address_of_its_own_is_only_credited(ref: SourceRef) -> None:
    """Our feed's address never stands under another's title; the text names the other."""
    shown = show(source_ref=ref)
    assert shown.source == SourceRef(
        "Hetq", "https://hetq.example/rss", "https://hetq.example/", "https://hetq.example/rss"
    )
    assert shown.feed_url == "https://hetq.example/rss"
    assert f"{A} (from O)" in shown.html


@pytest.mark.parametrize(
    ("ref", "feed_url"),
    [
        (SourceRef("O", "https://o.example/id", "https://o.example/"), "https://o.example/"),
        (SourceRef("O", "https://o.example/id"), "https://o.example/id"),
        (SourceRef("O", "tag:o,2023:1"), LINK),
        (SourceRef("O", link="https://o.example/?api_key=1"), "https://o.example/"),
    ],
)
def test_another_feeds_name_never_stands_over_our_address_or_authors(
    ref: SourceRef, feed_url: str
) -> None:
    """What an entry was taken from is named by its own address, and wrote it (RFC 4287, 4.2.1)."""
    shown = show(source_ref=ref, head=FeedHead(authors=(Person("Planet"),)))
    assert (shown.source.title, shown.feed_url) == ("O", feed_url)
    assert shown.authors == (Person("O"),)


def test_authors_are_the_entrys_else_the_feeds_else_the_source() -> None:
    """Nobody but the publisher is ever named as the author."""
    ann, bob = (Person("Ann"),), (Person("Bob"),)
    assert show(head=FeedHead(authors=bob), authors=ann).authors == ann
    assert show(head=FeedHead(authors=bob)).authors == bob
    assert show().authors == (Person("Hetq"),)


def test_rights_and_licence_are_the_nearest() -> None:
    """The terms' notice goes before the entry's rights, and those before the feed's."""
    head = FeedHead(rights="feed", license="https://l.example/feed")
    terms = make_terms(notice="(c) {source}", license="https://l.example/terms")
    own: dict[str, Any] = {"rights": "entry", "license": "https://l.example/entry"}
    shown = [show(terms, head, **own), show(None, head, **own), show(None, head), show()]
    assert [one.rights for one in shown] == ["(c) Hetq", "entry", "feed", None]
    assert [(one.license or "").rpartition("/")[2] for one in shown] == [
        "terms",
        "entry",
        "feed",
        "",
    ]


def test_categories_are_tags_then_own_each_once() -> None:
    """The source's tags come first, and case makes no other category."""
    shown = show(source={"tags": ("armenia",)}, categories=("Armenia", "C", "C#", "POLITICS"))
    assert shown.categories == ("armenia", "C", "C#", "POLITICS")
    many = show(categories=tuple(str(number) for number in range(99)))
    assert len(many.categories) == 50
