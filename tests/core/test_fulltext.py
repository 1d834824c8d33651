"""Which pages are asked for, and what of them is believed, by tables and laws."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import fulltext
from aggregator.core.identity import settle_all
from aggregator.core.model import (
    Article,
    ArticlePage,
    Entry,
    Failure,
    Line,
    Mode,
    Outcome,
    Person,
    Reuse,
    Source,
    SourceRef,
)
from aggregator.core.reuse import explain_off
from aggregator.core.text import count_words, paragraphs
from tests.articles import SUMMARIES, write_text
from tests.core.make import NOW, make_entry, make_source

FULL = Reuse(Mode.FULL, None, stated=True)
SOURCE = make_source(reuse=FULL, full_text=True)
ENTRY = make_entry(text=SUMMARIES["en"])
LONG = " ".join(write_text("en") * 2)
FOUND = Article(Outcome.TEXT, ENTRY.digest, NOW, html=f"<p>{LONG}</p>", text=LONG)


def find_domain(host: str) -> str | None:
    """The last two labels."""
    return ".".join(host.split(".")[-2:]) if "." in host else None


def choose(*entries: Entry, source: Source = SOURCE, later: timedelta = timedelta()) -> list[str]:
    """The titles of the reports whose pages are wanted."""
    chosen = fulltext.choose_entries(source, entries, (), NOW + later, find_domain)
    return [entry.title for entry in chosen]


def ask(outcome: Outcome, **fields: object) -> Entry:
    """The report after its page was asked for."""
    article = Article(outcome, ENTRY.digest, NOW, **fields)  # type: ignore[arg-type] # many types
    return replace(ENTRY, article=article)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("A few words.", True),
        (LONG, False),
        (f"{LONG} […]", True),
        (f"{LONG} [...]", True),
        (f"{LONG} Read more »", True),
        (f"{LONG} Читать далее", True),
        (f"{LONG} Կարդալ ավելին", True),
        (f"{LONG} …", True),
    ],
)
def test_a_summary_is_short_or_breaks_off(text: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """Whatever element of the feed it stood in."""
    assert fulltext.is_summary(text) is expected


HOUR = timedelta(hours=1)
WANTED: dict[str, tuple[Entry, timedelta, bool]] = {
    "a summary": (ENTRY, timedelta(), True),
    "an old one": (ENTRY, timedelta(days=4), False),
    "a whole text": (make_entry(text=LONG), timedelta(), False),
    "no link": (make_entry(link=None, text="x"), timedelta(), False),
    "another's link": (make_entry(link="https://other.example2/1"), timedelta(), False),
    "a subdomain": (make_entry(link="https://news.hetq.example/1"), timedelta(), True),
    "a front page": (make_entry(link="https://hetq.example/"), timedelta(), False),
    "found": (ask(Outcome.TEXT), 9 * HOUR, False),
    "gone": (ask(Outcome.GONE), 9 * HOUR, False),
    "failed now": (ask(Outcome.FAILED), HOUR / 3, False),
    "failed before": (ask(Outcome.FAILED), HOUR / 2, True),
    "failed twice": (ask(Outcome.FAILED, tries=2), HOUR, False),
    "failed twice, later": (ask(Outcome.FAILED, tries=2), 2 * HOUR, True),
    "failed often": (ask(Outcome.FAILED, tries=4), 48 * HOUR, False),
    "refused": (ask(Outcome.REFUSED), 23 * HOUR, False),
    "refused yesterday": (ask(Outcome.REFUSED), 24 * HOUR, True),
    "without text": (ask(Outcome.NO_TEXT), 2 * HOUR, True),
    "other words now": (replace(ask(Outcome.TEXT), digest="new"), timedelta(), True),
    "asked enough": (replace(ask(Outcome.TEXT, asks=6), digest="new"), timedelta(), False),
}


@pytest.mark.parametrize("name", WANTED)
def test_which_pages_are_wanted(name: str) -> None:
    """Young summaries with an own page that was not asked for, or may be again."""
    entry, later, expected = WANTED[name]
    assert bool(choose(entry, later=later)) is expected


def test_a_page_of_several_reports_is_nobodys() -> None:
    """A live page holds all of them."""
    assert choose(ENTRY, make_entry("2", link=ENTRY.link)) == []


def test_what_is_taken_down_is_not_asked_for() -> None:
    """Nor is more than five at once."""
    out = {(ENTRY.source_id, ENTRY.key)}
    assert fulltext.choose_entries(SOURCE, [ENTRY], out, NOW, find_domain) == ()
    assert len(choose(*(make_entry(str(n)) for n in range(9)))) == fulltext.MOST_PAGES


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (FULL, ""),
        (Reuse(), "say excerpt"),
        (replace(FULL, mode=Mode.HEADLINE), "say headline"),
        (replace(FULL, derivatives=False), "allow no changes"),
        (replace(FULL, until=NOW), "have ended"),
        (replace(FULL, until=NOW + HOUR), ""),
    ],
)
def test_terms_decide_whether_full_texts_are_in_effect(terms: Reuse, words: str) -> None:
    """And why not is said."""
    why = explain_off(make_source(reuse=terms), NOW)
    assert words in why
    assert bool(why) is bool(words)
    assert explain_off(make_source(reuse=replace(FULL, until=NOW))) == ""


def believe(
    page: ArticlePage, entry: Entry = ENTRY, names: Sequence[str] = ("azatutyun",)
) -> Article:
    """What a page comes to."""
    return fulltext.believe(entry, SOURCE, page, frozenset(names), NOW, find_domain)


BODY = "".join(f"<p>{text}</p>" for text in write_text("en"))
DISBELIEVED: dict[str, tuple[ArticlePage, str]] = {
    "nothing": (ArticlePage(), "no article"),
    "a paid text": (ArticlePage(BODY, is_paid=True), "for subscribers"),
    "another's": (ArticlePage(BODY, canonical="https://else.where.org/1"), "where.org"),
    "less": (ArticlePage("<p>A new library opened in Yerevan.</p>"), "shorter"),
    "other words": (ArticlePage(f"<p>{' '.join(write_text('ru'))}</p>"), "other words"),
    "a Russian wall": (
        ArticlePage(f"<p>{SUMMARIES['en']}</p><p>Оформите подписку, чтобы читать.</p>"),
        "subscription",
    ),
    "an Armenian wall": (
        ArticlePage(f"<p>{SUMMARIES['en']}</p><p>Բաժանորդագրվեք՝ շարունակելու համար։</p>"),
        "subscription",
    ),
    "a wall behind a long start": (
        ArticlePage(f"{BODY}{BODY}<p>Already a subscriber? Sign in.</p>"),
        "subscription",
    ),
}


@pytest.mark.parametrize("name", DISBELIEVED)
def test_what_is_not_believed(name: str) -> None:
    """Each with its reason; the report stays as it was."""
    page, words = DISBELIEVED[name]
    article = believe(page)
    assert article.outcome is Outcome.NO_TEXT
    assert words in article.detail
    assert fulltext.unfold(replace(ENTRY, article=article)).text == ENTRY.text


@pytest.mark.parametrize(
    "canonical",
    [None, "", "/relative", "https://www.hetq.example/1", "https://m.hetq.example/1", "https://x/"],
)
def test_a_canonical_link_at_home_is_no_evidence(canonical: str | None) -> None:
    """Nor is one that leads to no article."""
    assert believe(ArticlePage(BODY, canonical=canonical)).outcome is Outcome.TEXT


def test_a_title_alone_is_found_in_the_pages_own_title() -> None:
    """A report without a summary has nothing else to be known by."""
    bare = make_entry(text="", title="Library opens its doors")
    assert believe(ArticlePage(BODY, title="Library opens its doors"), bare).outcome is Outcome.TEXT
    assert (
        believe(ArticlePage(BODY, title="We value your privacy"), bare).outcome is Outcome.NO_TEXT
    )


def test_the_headline_over_the_text_goes() -> None:
    """The title is published by itself; a heading of the text stays."""
    kept = "<h2>The first hall</h2>"
    assert believe(ArticlePage(f"<h1>Other words</h1>{BODY}")).html == BODY
    assert believe(ArticlePage(f"<h2>Title 1</h2>{BODY}")).html == BODY
    assert believe(ArticlePage(f"{kept}{BODY}")).html == f"{kept}{BODY}"


CREDITS: dict[str, tuple[ArticlePage, SourceRef | None]] = {
    "nobody": (ArticlePage(BODY), None),
    "a known name": (ArticlePage(BODY, before=(Line("Azatutyun."),)), SourceRef("Azatutyun")),
    "with a place": (
        ArticlePage(BODY, before=(Line("Azatutyun. Yerevan"), Line("12:30"))),
        SourceRef("Azatutyun"),
    ),
    "a host": (
        ArticlePage(BODY, before=(Line("Lragir.am", "https://lragir.example/"),)),
        SourceRef("Lragir.am", link="https://lragir.example/"),
    ),
    "a date": (ArticlePage(BODY, before=(Line("21.09.2023"), Line("12:30"))), None),
    "a section": (ArticlePage(BODY, before=(Line("Politics"), Line("Share"))), None),
    "its own name": (ArticlePage(BODY, before=(Line("Hetq."), Line("hetq.example"))), None),
    "a host that opens the text": (
        ArticlePage(f"<p>Lragir.am. {BODY[3:]}"),
        SourceRef("Lragir.am"),
    ),
    "its own host that opens the text": (ArticlePage(f"<p>Hetq.example. {BODY[3:]}"), None),
    "a shop that opens the text": (ArticlePage(f"<p>Books.com sold them. {BODY[3:]}"), None),
    "a source line": (ArticlePage(BODY, within=(Line("Source: Lragir"),)), SourceRef("Lragir")),
    "its own source line": (ArticlePage(BODY, within=(Line("Source: Hetq"),)), None),
    "a sentence": (ArticlePage(BODY, within=(Line("Source code was opened"),)), None),
    "a linked phrase": (
        ArticlePage(
            BODY, within=(Line("Originally published by Lragir", "https://lragir.example/1"),)
        ),
        SourceRef("Lragir", link="https://lragir.example/1"),
    ),
    "an own linked phrase": (
        ArticlePage(
            BODY, within=(Line("Originally published on Monday", "https://hetq.example/1"),)
        ),
        None,
    ),
}


@pytest.mark.parametrize("name", CREDITS)
def test_whom_a_page_credits(name: str) -> None:
    """Another source by a dateline or a line, never its own publisher."""
    page, expected = CREDITS[name]
    article = believe(page)
    assert article.outcome is Outcome.TEXT
    assert article.source == expected


def test_a_dateline_that_was_dropped_is_put_back() -> None:
    """Escaped, once."""
    lost = believe(ArticlePage(BODY, before=(Line("Azatutyun. <Yerevan>"),)))
    assert lost.html == f"<p>Azatutyun. &lt;Yerevan&gt;</p>{BODY}"
    kept = believe(ArticlePage(f"<p>Azatutyun.</p>{BODY}", before=(Line("Azatutyun."),)))
    assert kept.html == f"<p>Azatutyun.</p>{BODY}"


def test_reporters_are_people() -> None:
    """Not the paper, nor its administrator, nor an address; the feed's own word goes first."""
    page = ArticlePage(
        BODY, authors=("Anna Aslan", "admin", "Hetq", "a@b.example", "Anna  Aslan", "")
    )
    article = believe(page)
    assert article.authors == (Person("Anna Aslan"),)
    told = replace(ENTRY, article=article)
    assert fulltext.unfold(told).authors == (Person("Anna Aslan"),)
    own = replace(told, authors=(Person("Ara"),), source=SourceRef("Feed"))
    assert fulltext.unfold(own).authors == (Person("Ara"),)
    assert fulltext.unfold(own).source == SourceRef("Feed")


def test_keys_of_the_operator_are_not_published() -> None:
    """A page may repeat what lets one in at the feed."""
    source = replace(SOURCE, url="https://hetq.example/rss?token=drawn-4711-secret")
    page = ArticlePage(f"{BODY}<p>See drawn-4711-secret.</p>")
    article = fulltext.believe(ENTRY, source, page, (), NOW, find_domain)
    assert "4711" not in article.html + article.text


def test_tries_are_counted() -> None:
    """For the same words, and in all."""
    once = fulltext.give_up(ENTRY, Outcome.FAILED, "x", NOW)
    twice = fulltext.give_up(replace(ENTRY, article=once), Outcome.FAILED, "x", NOW)
    other = replace(ENTRY, article=twice, digest="new")
    anew = fulltext.give_up(other, Outcome.FAILED, "x", NOW)
    assert [(a.tries, a.asks) for a in (once, twice, anew)] == [(1, 1), (2, 2), (1, 3)]


@pytest.mark.parametrize("kind", Failure)
def test_each_failure_has_an_outcome(kind: Failure) -> None:
    """And only what is one page's lets the round go on."""
    outcome = fulltext.name_outcome(kind)
    assert outcome is not Outcome.TEXT
    of_one_page = {"not-found", "gone", "forbidden", "status", "redirect"}
    assert fulltext.ends_round(kind) is (
        kind not in of_one_page | {"too-large", "encoding", "incomplete"}
    )


@pytest.mark.parametrize(
    ("content_type", "size", "words"),
    [
        ("text/html; charset=utf-8", 10, ""),
        ("", 10, ""),
        ("Application/XHTML+xml", 10, ""),
        ("image/png", 10, "image/png"),
        ("text/html", 6_000_000, "6,000,000 bytes"),
    ],
)
def test_what_is_no_page_is_not_read(content_type: str, size: int, words: str) -> None:
    """By its type and its size."""
    why = fulltext.refuse_body(content_type, size)
    assert words in why
    assert bool(why) is bool(words)


def test_how_it_stands_is_said() -> None:
    """Texts, and what the others lack, with the last reason."""
    failed = replace(make_entry("2"), article=Article(Outcome.FAILED, "x", NOW, "first"))
    refused = replace(make_entry("3"), article=Article(Outcome.REFUSED, "x", NOW + HOUR, "last"))
    shown = replace(ENTRY, article=FOUND)
    assert fulltext.say_pages([ENTRY]) == ""
    assert fulltext.say_pages([shown]) == "1 of 1 pages asked for gave their text"
    assert fulltext.say_pages([shown, failed, refused]) == (
        "1 of 3 pages asked for gave their text;"
        " 1 may not be read, 1 could not be fetched; last: last"
    )


# ---------------------------------------------------------------- laws


WORDS = st.lists(st.sampled_from(SUMMARIES["en"].split()), max_size=40).map(" ".join)


@given(WORDS, st.text(max_size=300), WORDS)
def test_a_text_is_never_less_than_the_summary(summary: str, junk: str, more: str) -> None:
    """Whatever a page holds, what is published holds as many words, or is the summary itself."""
    entry = make_entry(text=summary)
    page = ArticlePage(paragraphs(f"{junk}\n\n{more}"))
    shown = fulltext.unfold(replace(entry, article=believe(page, entry)))
    assert count_words(shown.text) >= count_words(summary) or shown.text == summary
    assert shown.text or not summary


@given(st.sampled_from(["same", "words", "title"]), st.booleans())
def test_a_later_poll_loses_no_text(change: str, again: bool) -> None:  # noqa: FBT001 - drawn
    """The same summary changes nothing; a changed one keeps what became of the page."""
    known = replace(ENTRY, article=FOUND)
    fresh = ENTRY if change == "same" else make_entry(text="Other words.", title="Title 1")
    fresh = replace(fresh, key=known.key, first_seen=NOW + HOUR)
    settled = settle_all([fresh], [known], NOW + HOUR)
    if again and settled.entries:
        settled = settle_all([fresh], settled.entries, NOW + 2 * HOUR)
    if change == "same":
        assert settled.entries == ()
        assert fulltext.unfold(known).text == LONG
    for entry in settled.entries:
        assert entry.article == FOUND
        assert fulltext.unfold(entry).text == "Other words."


def test_a_new_address_under_the_same_words_keeps_the_text() -> None:
    """A site that moves to another host is no news."""
    known = replace(ENTRY, article=FOUND)
    fresh = make_entry(
        text=ENTRY.text, raw_id="https://hetq.example/id/new", link="https://hetq.example/n/1"
    )
    fresh = replace(fresh, published=ENTRY.published)
    settled = settle_all([replace(fresh, link=ENTRY.link, canonical=ENTRY.canonical)], [known], NOW)
    assert [fulltext.unfold(entry).text for entry in settled.entries] in ([], [LONG])
