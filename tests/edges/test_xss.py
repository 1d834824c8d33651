"""The corpus of attacks, in the eyes of two parsers; a browser's are in benchmarks/."""

import pytest
from lxml import html

from aggregator.core.model import Markup
from aggregator.edges.clean import clean_markup
from tests.xss import URL, Case, Judge, find_faults, load_cases, make_safe

CASES = load_cases()
CONTENT = [case for case in CASES if case.where == "content"]
ACTIVE = ("script", "iframe", "object", "embed", "svg", "math", "form", "base", "meta", "link")


def read_leniently(text: str) -> html.HtmlElement:
    """The text inside a division, as libxml2 reads it."""
    return html.fragment_fromstring(text, create_parent="div")


def test_the_corpus_is_large() -> None:
    """Each class of attacks is there, and no case twice."""
    assert len({(case.where, case.value) for case in CASES}) == len(CASES) >= 250
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.where for case in CASES} == {"content", "title", "author", "category"}


@pytest.mark.parametrize("case", CONTENT, ids=lambda case: case.name)
def test_what_is_published_of_an_attack_is_harmless(case: Case) -> None:
    """Two independent parsers find nothing beyond the lists, and nothing that hangs open."""
    safe = make_safe(case)
    assert Judge(safe).faults == []
    for element in read_leniently(safe).iterdescendants():
        assert isinstance(element.tag, str), "a comment or an instruction"
        assert find_faults(element.tag, list(element.attrib.items())) == []


@pytest.mark.parametrize("case", CONTENT, ids=lambda case: case.name)
@pytest.mark.parametrize("base", [URL, ""])
def test_what_is_safe_is_settled(case: Case, base: str) -> None:
    """Cleaning what was cleaned changes nothing, byte for byte."""
    once = clean_markup(Markup(case.value, html=True, base=base))
    assert clean_markup(once) == once
    assert Judge(once.value).faults == []


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.where != "content"], ids=lambda case: case.name
)
def test_plain_fields_are_harmless_even_as_html(case: Case) -> None:
    """Titles, names and categories are text; a reader that takes them for HTML runs nothing."""
    shown = make_safe(case)
    assert "\u202e" not in shown
    found = read_leniently(f"<p>{shown}</p>")
    for element in found.iterdescendants():
        assert isinstance(element.tag, str)
        assert not [name for name in element.attrib if name.startswith("on")]
        assert not element.attrib or element.tag not in ACTIVE
        assert "javascript:" not in "".join(element.attrib.values())


def test_the_judge_sees_attacks() -> None:
    """The instrument works: nearly all raw inputs are faulted, a clean text is not."""
    faulted = [case for case in CONTENT if Judge(case.value).faults]
    assert len(faulted) > 0.85 * len(CONTENT)
    assert Judge('<p title="x">y<br><a href="mailto:a@b.example">z</a></p>').faults == []
