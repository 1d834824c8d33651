"""What a reader's words ask for: read without errors, alike in all spellings, never too much."""

from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.asking import (
    Asked,
    Facet,
    Query,
    Refusal,
    Term,
    make_excerpt,
    name_facet,
    read_listing,
    read_query,
    read_search,
    write_next,
)
from aggregator.core.asking.spelling import inflect, spell
from aggregator.core.text import to_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Եվլախ", "Եվլախում"),
        ("Եվլախ", "Եվլախի"),
        ("ԵՐԵՎԱՆ", "Երևանում"),
        ("Երեւան", "Երևան"),
        ("Евлах", "Евлахе"),
        ("беженцы", "беженцев"),
        ("ёлка", "Елки"),
        ("refugee", "Refugees"),
        ("café", "CAFE"),
        ("Yerevan's", "yerevan"),
    ],
)
def test_forms_of_a_word_are_alike(one: str, other: str) -> None:
    """Cases, numbers, capitals and accents do not part a question from a text."""
    assert inflect(one) == inflect(other)


@pytest.mark.parametrize(("one", "other"), [("Баку", "Карабах"), ("war", "ware"), ("10", "100")])
def test_different_words_stay_different(one: str, other: str) -> None:
    """What words have in common is not their beginning."""
    assert inflect(one) != inflect(other)


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("", Query()),
        (' "" - -"" * source: ', Query((Term(("source",), ("sourc",)),))),
        ("talks", Query((Term(("talks",), ("talk",)),))),
        ("talks talks", Query((Term(("talks",), ("talk",)),))),
        ('"of talks', Query((Term(("of", "talks"), ("of", "talk"), is_exact=True),))),
        ("«of talks»", Query((Term(("of", "talks"), ("of", "talk"), is_exact=True),))),
        ("talk*", Query((Term(("talk",), ("talk",), is_beginning=True),))),
        ("ta*", Query((Term(("ta",), ("ta",)),))),
        ("-talks", Query(barred=(Term(("talks",), ("talk",)),))),
        ("-source:a", Query(barred=(Facet("source", "a"),))),
        ('SOURCE:a tag:"b c"', Query(facets=(Facet("source", "a"), Facet("tag", "b c")))),
        ("from:2023-09-21", Query(since=date(2023, 9, 21))),
        ("from:2023 to:2023", Query(since=date(2023, 1, 1), until=date(2023, 12, 31))),
        ("to:2024-02", Query(until=date(2024, 2, 29))),
        ("from:2023-13", Query((Term(("2023", "13"), ("2023", "13")),))),
        ("to:2023-02-30", Query((Term(("2023", "02", "30"), ("2023", "02", "30")),))),
        ("a-b", Query((Term(("a", "b"), ("a", "b")),))),
    ],
)
def test_a_question_is_read(words: str, query: Query) -> None:
    """Words, phrases, beginnings, what is not wanted, facets and days."""
    assert read_query(words) == query


@given(st.text(max_size=400))
def test_whatever_is_written_is_a_question(words: str) -> None:
    """Nothing a reader sends is an error, and only letters and digits of it are looked up."""
    query = read_query(words)
    assert len(query.wanted) + len(query.barred) <= 16
    for term in (*query.wanted, *query.barred):
        if isinstance(term, Term):
            assert term.spelt
            assert all(word.isalnum() for word in (*term.spelt, *term.stems))
            assert len(term.spelt) <= 16


@given(st.text(max_size=80))
def test_spelling_twice_is_spelling_once(word: str) -> None:
    """One form has no other."""
    assert spell(spell(word)) == spell(word)


class Marked(HTMLParser):
    """The tags of a document, and what is marked in it."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag; none of ours has an attribute."""
        assert attrs == []
        self.tags.add(tag)


@given(st.text(max_size=300), st.text(max_size=40))
def test_an_excerpt_is_of_the_text_and_harmless(text: str, words: str) -> None:
    """It has no tags but ours, and no words that the text has not."""
    excerpt = make_excerpt(text, read_query(words))
    parser = Marked()
    parser.feed(excerpt)
    assert parser.tags <= {"p", "mark"}
    shown = to_text(excerpt).replace("…", "").split()
    assert set("".join(shown)) <= set(text) | set(to_text(excerpt))
    assert len(excerpt) < 400 * 8


def test_an_excerpt_stands_round_what_was_asked_for() -> None:
    """A few words before the first hit, every hit in it marked."""
    text = " ".join(f"w{n}" for n in range(100)) + " talks <b> " + " ".join(["end"] * 60)
    excerpt = make_excerpt(text, read_query("talk end"))
    assert excerpt.startswith("<p>… w92 ")
    assert "<mark>talks</mark> &lt;b&gt; <mark>end</mark>" in excerpt
    assert excerpt.endswith(" …</p>")
    assert make_excerpt("", read_query("a")) == ""
    assert make_excerpt("One two", read_query("no")) == "<p>One two</p>"
    assert make_excerpt("begins", read_query("beg*")) == "<p><mark>begins</mark></p>"
    assert make_excerpt("a b", read_query('"a"')) == "<p><mark>a</mark> b</p>"


def test_facets_of_one_name_are_alike_and_of_two_kinds_are_not() -> None:
    """They are single words for the index."""
    assert name_facet("source", "Hetq") == name_facet("source", "hetq")
    assert name_facet("source", "hetq") != name_facet("tag", "hetq")
    assert name_facet("tag", '" OR x').isalnum()


def test_a_persons_question_is_never_refused() -> None:
    """What cannot be read is passed over."""
    assert read_search("q=talks&page=3&lang=hy") == Asked(read_query("talks"), "talks", 3, "hy")
    assert read_search("page=0&q=").number == 1
    assert read_search("page=51").number == 1
    assert read_search("page=" + "9" * 100).number == 1
    assert read_search("q=%FF") == Asked(Query())
    assert read_search("q=" + "a" * 9_000) == Asked(Query())
    assert read_search("&".join(["q=a"] * 100)) == Asked(Query())


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("x=1", "there is no parameter 'x'"),
        ("q=a&q=b", "q may stand once"),
        ("q=" + "a" * 301, "longer than 300"),
        ("from=yesterday", "from is no day"),
        ("to=2023-02-30", "to is no day"),
        ("before=x", "before is none"),
        ("before=" + "9" * 30, "before is none"),
        ("limit=0", "limit is a number from 1 to 200"),
        ("limit=201", "limit is a number"),
        ("limit=²", "limit is a number"),
        ("q=%FF", "no UTF-8"),
        ("q=" + "a" * 9_000, "too long"),
    ],
)
def test_a_programs_mistake_is_told(query: str, why: str) -> None:
    """A mistake that is passed over would be taken for an answer."""
    found = read_listing(query)
    assert isinstance(found, Refusal)
    assert why in found.why


def test_a_programs_question_is_read() -> None:
    """Parameters narrow what the words ask for."""
    found = read_listing("q=talks&source=a&source=b&tag=c&from=2023&to=2024&before=-5&limit=7")
    assert found == Asked(
        Query(
            (Term(("talks",), ("talk",)),),
            (),
            (Facet("source", "a"), Facet("source", "b"), Facet("tag", "c")),
            date(2023, 1, 1),
            date(2024, 12, 31),
        ),
        before=-5,
        limit=7,
    )
    assert write_next("q=a b&before=3&limit=7", 9) == "q=a+b&limit=7&before=9"


@given(st.text(max_size=60))
def test_no_query_string_is_an_error(query: str) -> None:
    """Whatever stands in an address is answered."""
    assert isinstance(read_search(query), Asked)
    assert isinstance(read_listing(query), Asked | Refusal)
