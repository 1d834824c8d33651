"""A title is shown without the name of its source behind it, and the audit allows just that."""

from dataclasses import replace
from typing import Any

import pytest

from aggregator.core.audit import find_due
from aggregator.core.audit.signing import is_signed
from aggregator.core.model import FeedHead, Report, Reuse, Shown, Story
from aggregator.core.reuse import choose_title, present
from tests.core.make import NOW, make_entry, make_report, make_source

HEAD = FeedHead(title="Aravot News", link="https://www.aravot-en.am/")


def make(title: str, **fields: Any) -> Report:  # noqa: ANN401 - any field of a source
    """A report with that title by a paper of several names."""
    given = {"name": "Aravot", "aliases": ("Առավոտ", "aravot.am"), **fields}
    return make_report(make_entry(title=title), make_source(**given), HEAD)


SIGNED = [
    ("The mayor left | Aravot", "The mayor left"),
    ("The mayor left - Aravot.am", "The mayor left"),
    ("The mayor left – ԱՌԱՎՈՏ", "The mayor left"),
    ("The mayor left — hetq.example", "The mayor left"),
    ("The mayor left | aravot-en.am", "The mayor left"),
    ("The mayor left | Aravot News", "The mayor left"),
    ("The mayor - and more -  Aravot | aravot.am", "The mayor - and more"),
]
UNSIGNED = [
    "The mayor left | Hetq",
    "The mayor left: Aravot",
    "The mayor left-Aravot",
    "The mayor left | Aravot says",
    "Aravot | The mayor left",
    "Aravot",
    "- | Aravot",
]


@pytest.mark.parametrize(("title", "shown"), SIGNED)
def test_a_name_behind_a_title_is_the_credits_to_say(title: str, shown: str) -> None:
    """Behind a bar or a dash: a name, an alias, a host, or several of them."""
    report = make(title)
    assert choose_title(report, Reuse()) == shown
    due = find_due(Story("1", report), "UTC", NOW)
    assert is_signed(" ".join(shown.split()), " ".join(title.split()), due)


@pytest.mark.parametrize("title", UNSIGNED)
def test_other_titles_stay(title: str) -> None:
    """Another's name, a name inside the title, a title that is nothing else."""
    assert choose_title(make(title), Reuse()) == title


@pytest.mark.parametrize(("title", "shown"), SIGNED)
def test_what_may_not_be_changed_keeps_its_title(title: str, shown: str) -> None:
    """And the audit would say so if it lost a word."""
    terms = Reuse(derivatives=False, stated=True)
    report = make(title, reuse=terms)
    assert choose_title(report, terms) == title
    assert not is_signed(shown, title, find_due(Story("1", report), "UTC", NOW))


@pytest.mark.parametrize(
    "shown", ["", "The mayor", "The", "The mayor left |", "Another mayor left", "The mayor lef"]
)
def test_a_title_that_lost_more_is_found(shown: str) -> None:
    """Only whole names may miss."""
    due = find_due(Story("1", make("x")), "UTC", NOW)
    assert not is_signed(shown, "The mayor left | Aravot", due)
    assert not is_signed("The mayor left", "The mayor left | Aravot | Hetq", due)


def test_a_credit_says_the_title_as_it_is_shown() -> None:
    """In the text and in what the audit expects there."""
    report = make("The mayor left | Aravot", reuse=Reuse(credit="{source}: {title}", stated=True))
    shown = present(Story("1", replace(report)), "UTC", NOW)
    assert isinstance(shown, Shown)
    assert shown.title == "The mayor left"
    assert ">Aravot: The mayor left</a>" in shown.html
    assert find_due(Story("1", report), "UTC", NOW).credits == ("Aravot: {title}",)
