"""Which terms hold for a report: the stricter of two, times, ends, and terms by name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    Source,
    SourceRef,
    Story,
)
from aggregator.core.origin import find_writer, list_known
from aggregator.core.phrases import choose_phrases, say
from aggregator.core.reuse import (
    PRESETS,
    choose_body,
    choose_media,
    end,
    find_next_change,
    find_release,
    present,
    strictest,
)
from tests.core.make import NOW, make_entry, make_report, make_source, make_terms, make_words

HOUR = timedelta(hours=1)
TIMES = st.none() | st.datetimes(timezones=st.just(UTC))
SPANS = st.none() | st.timedeltas(timedelta(), timedelta(days=9))
WORDS = st.none() | st.sampled_from(["a", "b"])
TERMS = st.builds(
    Reuse,
    mode=st.sampled_from(Mode),
    max_words=st.none() | st.integers(1, 90),
    link=st.none() | st.sampled_from(LinkPlace),
    credit=st.sampled_from(["{source}", "A", "B"]),
    notice=WORDS,
    license=WORDS,
    images=st.booleans(),
    stated=st.booleans(),
    derivatives=st.booleans(),
    ai=st.booleans(),
    embargo=SPANS,
    embargo_until=TIMES,
    delay=SPANS,
    until=TIMES,
)

MODES = [Mode.FULL, Mode.EXCERPT, Mode.HEADLINE]
PLACES = [None, LinkPlace.AFTER_TEXT, LinkPlace.FIRST_PASSAGE, LinkPlace.BEFORE_TEXT]


def is_as_strict(one: Reuse, other: Reuse) -> bool:
    """Whether the first allows nothing that the second does not."""
    ever, never = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    none = timedelta()
    return all(
        [
            MODES.index(one.mode) >= MODES.index(other.mode),
            (one.max_words or 99) <= (other.max_words or 99),
            PLACES.index(one.link) >= PLACES.index(other.link),
            one.images <= other.images,
            one.derivatives <= other.derivatives,
            one.ai <= other.ai,
            (one.embargo or none) >= (other.embargo or none),
            (one.delay or none) >= (other.delay or none),
            (one.embargo_until or never) >= (other.embargo_until or never),
            (one.until or ever) <= (other.until or ever),
        ]
    )


@given(TERMS, TERMS)
def test_the_strictest_terms_are_no_laxer_than_either(one: Reuse, other: Reuse) -> None:
    """And the same whoever is named first, and of terms with themselves."""
    both = strictest(one, other)
    assert is_as_strict(both, one)
    assert is_as_strict(both, other)
    assert both == strictest(other, one)
    assert strictest(one, one) == one
    assert strictest(both, both) == both


@given(TERMS, TERMS, TERMS)
def test_the_strictest_of_three_is_one_whatever_the_order(
    one: Reuse, two: Reuse, six: Reuse
) -> None:
    """What binds does not depend on who was asked first."""
    left, right = strictest(strictest(one, two), six), strictest(one, strictest(two, six))
    assert is_as_strict(left, right)
    assert is_as_strict(right, left)


@given(TERMS)
def test_terms_that_ended_are_those_of_who_states_none(terms: Reuse) -> None:
    """And no laxer than they were; the credit stays due, the notice and the licence are gone."""
    left = end(terms)
    assert is_as_strict(left, Reuse())
    assert is_as_strict(left, replace(terms, until=None))
    assert (left.credit, left.notice, left.license) == (terms.credit, None, None)


def show(report: Report, now: datetime = NOW, *others: Report, **more: Any) -> Shown | Held:  # noqa: ANN401 - arguments of present
    """What is published of a story led by this report."""
    story = Story("tag:x,2023:1", report, others, ("why",) * len(others))
    return present(story, "Asia/Yerevan", now, **more)


def make_own(terms: Reuse, **entry: Any) -> Report:  # noqa: ANN401 - any field
    """A report of a source with these terms."""
    return make_report(make_entry(**entry), make_source(reuse=terms))


# Times ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "release"),
    [
        ({}, None),
        ({"delay": HOUR}, NOW - HOUR),
        ({"delay": 3 * HOUR}, NOW + HOUR),
        ({"embargo": HOUR}, NOW + HOUR),
        ({"embargo_until": NOW + HOUR / 2}, NOW + HOUR / 2),
        ({"embargo_until": NOW, "embargo": HOUR, "delay": 2 * HOUR}, NOW + HOUR),
    ],
)
def test_nothing_is_shown_before_its_time(terms: dict[str, Any], release: datetime | None) -> None:
    """A delay runs from the date, an embargo from when the report came: nothing, until then."""
    report = make_own(make_terms(**terms), published=NOW - 2 * HOUR)
    assert find_release(report, report.source.reuse) == release
    shown = show(report)
    if release is None or release <= NOW:
        assert isinstance(shown, Shown)
    else:
        assert isinstance(shown, Held)
        assert shown.why == f"its source's terms hold it back until {release:%Y-%m-%dT%H:%M}+00:00"
        assert find_next_change(Story("x", report), {}, NOW) == release
        assert isinstance(show(report, release), Shown)
        assert isinstance(show(report, release - timedelta(seconds=1)), Held)


def test_an_embargo_runs_from_a_later_date_too() -> None:
    """A report that is dated ahead is held back from that date on."""
    report = make_own(make_terms(embargo=HOUR), published=NOW + HOUR)
    assert find_release(report, report.source.reuse) == NOW + 2 * HOUR


def test_a_carrier_that_may_not_be_shown_yet_is_not_named() -> None:
    """Neither in the text nor as a related link; when its time has come it is."""
    held = make_report(make_entry("2", "bb"), make_source("bb", reuse=make_terms(embargo=HOUR)))
    before, after = (
        show(make_own(make_terms()), NOW, held),
        show(make_own(make_terms()), NOW + HOUR, held),
    )
    assert isinstance(before, Shown)
    assert isinstance(after, Shown)
    assert (before.carriers, len(after.carriers)) == ((), 1)
    assert "bb.example" not in before.html
    assert find_next_change(Story("x", make_own(make_terms()), (held,)), {}, NOW) == NOW + HOUR


def test_a_permission_ends() -> None:
    """From full text with a notice to a short excerpt without, at the very second."""
    terms = replace(PRESETS["cc-by"], until=NOW + HOUR, credit="Hetq.am", images=True)
    report = make_own(terms, text=make_words(90), thumbnail="https://x.example/1.png")
    before, after = show(report), show(report, NOW + HOUR)
    assert isinstance(before, Shown)
    assert isinstance(after, Shown)
    assert "word89" in before.html
    assert before.license == "https://creativecommons.org/licenses/by/4.0/"
    assert "word89" not in after.html
    assert ">Hetq.am</a>" in after.html
    assert (after.license, after.rights, after.thumbnail) == (None, None, None)
    assert find_next_change(Story("x", report), {}, NOW) == NOW + HOUR
    assert find_next_change(Story("x", report), {}, NOW + HOUR) is None
    assert (before.id, before.updated) == (after.id, after.updated)


# Terms by name ------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in PRESETS if name.startswith("cc-")])
def test_a_licence_is_shown_with_its_name_and_address(name: str) -> None:
    """Full text, the notice a link to the licence, the same in the fields for machines."""
    shown = show(make_own(PRESETS[name], text="Words.", published=NOW))
    assert isinstance(shown, Shown)
    place = f"https://creativecommons.org/licenses/{name.removeprefix('cc-')}/4.0/"
    notice = f"© 2023 Hetq. CC {name.removeprefix('cc-').upper()} 4.0"
    assert (shown.license, shown.rights) == (place, notice)
    assert shown.html.endswith(f'<p><small><a href="{place}">{notice}</a></small></p>')
    assert PRESETS[name].derivatives is not name.endswith("-nd")


def test_the_names_of_terms_mean_what_they_say() -> None:
    """Each is stated terms; a mode as a word asks for no link; CC0 has an address of its own."""
    assert all(terms.stated for terms in PRESETS.values())
    modes = {
        name: (PRESETS[name].mode, PRESETS[name].max_words, PRESETS[name].link) for name in MODES
    }
    assert modes == {
        Mode.FULL: (Mode.FULL, None, None),
        Mode.EXCERPT: (Mode.EXCERPT, 40, None),
        Mode.HEADLINE: (Mode.HEADLINE, None, None),
    }
    assert PRESETS["cc0"].license == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert (PRESETS["cc0"].notice, PRESETS["cc0"].derivatives) == ("CC0 1.0", True)


def test_an_empty_notice_is_not_shown() -> None:
    """A template that comes out empty leaves no empty paragraph behind."""
    shown = show(make_own(make_terms(notice="{author}"), text="One."))
    assert isinstance(shown, Shown)
    assert (shown.rights, "<small>" in shown.html) == (None, False)


def test_what_may_not_be_changed_is_whole_or_not_shown() -> None:
    """The credit stands before the text; a text that is too long is not cut."""
    html, text = "<p>Hetq. <b>One</b> two.</p>", "Hetq. One two."
    whole = show(make_own(PRESETS["cc-by-nd"], html=html, text=text))
    assert isinstance(whole, Shown)
    assert whole.html.startswith(f'<p><a href="https://hetq.example/news/1">Hetq</a></p>{html}')
    terms = make_terms(derivatives=False, max_words=3)
    assert choose_body(html, text, terms) == html
    assert choose_body(html, f"{text} Three.", terms) == ""
    assert choose_body(html, text, replace(terms, mode=Mode.HEADLINE)) == ""
    for words, title in ((3, "a b c"), (2, "Hetq")):
        named = show(make_own(replace(terms, max_words=words), title="", text="a b c"))
        assert isinstance(named, Shown)
        assert named.title == title


@pytest.mark.parametrize(
    ("mode", "images", "kept"),
    [
        (Mode.FULL, True, ["a.png", "b.mp3", "c", "d.JPG", "e"]),
        (Mode.EXCERPT, True, ["a.png", "d.JPG"]),
        (Mode.HEADLINE, True, ["a.png", "d.JPG"]),
        (Mode.FULL, False, []),
    ],
)
def test_media_follow_images_and_mode(mode: Mode, images: bool, kept: list[str]) -> None:  # noqa: FBT001 - a parameter of the table
    """Pictures where images are covered; sound, film and what is unknown in full mode only."""
    media = [
        Enclosure("a.png", "image/png"),
        Enclosure("b.mp3", "audio/mpeg"),
        Enclosure("c", "video/mp4"),
        Enclosure("d.JPG"),
        Enclosure("e"),
    ]
    assert [one.url for one in choose_media(media, make_terms(mode=mode, images=images))] == kept


# Phrases ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "newsfeed", "expected"),
    [
        ("hy", "en", "(հատված)"),
        ("ru-RU", "hy", "(отрывок)"),
        ("de", "hy-AM", "(հատված)"),
        ("de", "fr", "(excerpt)"),
        (None, "ru", "(отрывок)"),
    ],
)
def test_our_words_are_in_the_texts_language(
    language: str | None, newsfeed: str, expected: str
) -> None:
    """Else in the newsfeed's, else in English."""
    report = make_own(make_terms(max_words=3), text="a b c d", language=language)
    shown = show(report, language=newsfeed)
    assert isinstance(shown, Shown)
    assert f"a b c… <small>{expected}</small>" in shown.html


def test_what_fills_a_phrase_is_no_phrase() -> None:
    """Braces in a name stay braces."""
    assert (
        say("{writer}, via <{carrier}>", writer="{carrier}", carrier="x")
        == "{carrier}, via &lt;x&gt;"
    )
    assert choose_phrases("hy").via != choose_phrases("ru").via


# Carried reports ------------------------------------------------------------------

AZATUTYUN = Source(
    "azatutyun",
    "https://www.azatutyun.am/api/",
    "Azatutyun",
    "https://www.azatutyun.am/",
    aliases=("rus.azatutyun.am", "Ազատություն"),
    reuse=make_terms(
        mode=Mode.FULL,
        max_words=None,
        link=LinkPlace.BEFORE_TEXT,
        credit="Azatutyun.am.",
        notice="(c) RFE/RL",
        ai=False,
    ),
)
ARAVOT = make_source(
    "aravot", reuse=make_terms(max_words=5, notice="(c) {source}", link=LinkPlace.FIRST_PASSAGE)
)
KNOWN = list_known([ARAVOT, AZATUTYUN], {"azatutyun": FeedHead(id="tag:azatutyun,2023:feed")})


def carry(**entry: Any) -> Shown:  # noqa: ANN401 - any field
    """What is published of a report that Aravot's feed brought."""
    given = {
        "text": "Azatutyun.am: One two three four five six.",
        "link": "https://aravot.example/1",
    }
    shown = show(make_report(make_entry("1", "aravot", **(given | entry)), ARAVOT), known=KNOWN)
    assert isinstance(shown, Shown)
    return shown


def test_a_carried_report_obeys_both_terms_and_credits_both() -> None:
    """The shorter text, the link nearest the front, both notices, no use by language models."""
    shown = carry()
    assert shown.html == (
        '<p><a href="https://www.azatutyun.am/">Azatutyun.am</a>, via '
        '<a href="https://aravot.example/1">Aravot</a></p>'
        "<p>One two three four… <small>(excerpt)</small></p>"
        "<p><small>(c) RFE/RL</small></p><p><small>(c) Aravot</small></p>"
    )
    assert (shown.ai, shown.rights) == (False, "(c) RFE/RL (c) Aravot")
    assert shown.via == ("Aravot", "https://aravot.example/")
    assert (shown.source.title, shown.source.id) == ("Azatutyun", "tag:azatutyun,2023:feed")
    assert shown.authors == (Person("Azatutyun"),)


@pytest.mark.parametrize(
    "entry",
    [
        {"text": "«Ազատություն». One two."},
        {"text": "One.", "link": "https://rus.azatutyun.am/a/1.html"},
        {"text": "One.", "raw_id": "https://www.azatutyun.am/a/1.html"},
        {"text": "One.", "source": SourceRef("azatutyun")},
        {"text": "One.", "source": SourceRef("A", link="https://www.azatutyun.am")},
    ],
)
def test_every_mark_of_a_writer_counts(entry: dict[str, Any]) -> None:
    """Dateline, link, id, atom:source by name or by place."""
    shown = carry(**entry)
    assert (shown.source.title, shown.ai) == ("Azatutyun", False)
    assert "Azatutyun.am</a>, via <a" in shown.html
    assert "from" not in shown.html


def test_each_name_leads_to_its_own_place() -> None:
    """The article's link stands under the name of who publishes it."""
    ours = carry(link="https://www.azatutyun.am/a/1.html")
    assert '<a href="https://www.azatutyun.am/a/1.html">Azatutyun.am</a>, via ' in ours.html
    assert '<a href="https://aravot.example/">Aravot</a>' in ours.html
    theirs = carry(html='<p>Azatutyun: <a rel="x" href="https://azatutyun.am/a/2">x</a> One.</p>')
    assert '<a href="https://azatutyun.am/a/2">Azatutyun.am</a>, via ' in theirs.html


def test_the_licence_is_the_writers_else_the_carriers() -> None:
    """Whoever has one; the notice that it belongs to leads to it."""
    place = "https://l.example/carrier"
    carrier = replace(ARAVOT, reuse=replace(ARAVOT.reuse, license=place))
    for own in (None, "https://l.example/writer"):
        writer = replace(AZATUTYUN, reuse=replace(AZATUTYUN.reuse, license=own))
        report = make_report(make_entry("1", "aravot", text="Azatutyun: One."), carrier)
        shown = show(report, known=list_known([writer, carrier], {}))
        assert isinstance(shown, Shown)
        assert shown.license == (own or place)
        assert f'<small><a href="{place}">(c) Aravot</a></small>' in shown.html


@pytest.mark.parametrize(
    "entry",
    [
        {"text": "Azatutyun reports. One."},
        {"text": "One.", "source": SourceRef("Other")},
        {"text": "O.", "html": '<a href="https://www.azatutyun.am/a/1">Azatutyun</a> says O.'},
    ],
)
def test_a_report_that_is_not_taken_from_a_known_source_is_its_own(entry: dict[str, Any]) -> None:
    """A name in a sentence is no dateline, and an unknown source has no terms here."""
    shown = carry(**entry)
    assert (shown.ai, shown.rights) == (True, "(c) Aravot")
    own = make_report(make_entry(text="Azatutyun. One."), AZATUTYUN)
    assert find_writer(own, KNOWN) is None


def test_of_two_languages_of_one_paper_the_reports_is_the_writer() -> None:
    """They share their hosts; the terms are those of the edition in the report's language."""
    two = [replace(AZATUTYUN, id=name, language=name) for name in ("ru", "hy")]
    report = make_report(make_entry("1", "aravot", language="hy", text="Azatutyun: x"), ARAVOT)
    writer = find_writer(report, list_known(two, {}))
    assert writer is not None
    assert writer.source.id == "hy"
