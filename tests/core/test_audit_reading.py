"""What an entry says beside its text is read as a program that harvests it may read it."""

import pytest

from aggregator.core.audit import read_one
from aggregator.core.lint import Node
from aggregator.edges.published.xml import read_fragment

_PROHIBITED = '<rsl:prohibits type="usage">ai-all</rsl:prohibits>'
_LICENCE = '<rsl:content url="https://p.example/1"><rsl:license>{}</rsl:license></rsl:content>'
_FORMS = {"atom": "<entry>{}</entry>", "rss": "<item>{}</item>"}


def is_reserved(form: str, inside: str) -> bool:
    """What is read from an entry that holds these elements."""
    node = read_fragment(_FORMS[form].format(inside).encode(), form)
    assert isinstance(node, Node)
    printed = read_one(node)
    assert printed is not None
    return printed.is_reserved


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize(
    "beside",
    [
        "",
        '<rsl:permits type="usage">search</rsl:permits>',
        '<rsl:permits type="geo">AI</rsl:permits>',
        '<rsl:payment type="free"/>',
    ],
)
def test_a_reservation_stands(form: str, beside: str) -> None:
    """It is read wherever it stands, also beside what permits something else."""
    assert is_reserved(form, _LICENCE.format(_PROHIBITED + beside))


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize(
    "uses", ["ai-all", " AI-all\n", "search ai-train", "all", "ai-input,search"]
)
def test_a_permission_takes_a_reservation_back(form: str, uses: str) -> None:
    """In the same licence, or in another one of the entry."""
    permitted = f'<rsl:permits type="usage">{uses}</rsl:permits>'
    assert not is_reserved(form, _LICENCE.format(_PROHIBITED + permitted))
    assert not is_reserved(form, _LICENCE.format(permitted) + _LICENCE.format(_PROHIBITED))


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize(
    "said", ["", '<rsl:prohibits type="geo">ai-all</rsl:prohibits>', "<rsl:prohibits/>"]
)
def test_what_says_something_else_reserves_nothing(form: str, said: str) -> None:
    """A rule about countries, or about nothing, is no reservation."""
    assert not is_reserved(form, _LICENCE.format(said))
