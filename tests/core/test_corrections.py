"""The line about a correction: when there is one, and in which words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from aggregator.core import reuse
from aggregator.core.corrections import say_update
from aggregator.core.model import Shown, Story
from aggregator.core.phrases import choose_phrases
from tests.core.make import make_entry, make_report

AT = datetime(2023, 9, 21, 18, 3, tzinfo=UTC)
LOCAL = datetime(2023, 9, 21, tzinfo=ZoneInfo("Asia/Yerevan"))
MINUTE = timedelta(minutes=1)
BEFORE = AT - timedelta(hours=2)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Updated September 21, 2023 22:03"),
        ("hy-AM", "Թարմացվել է 2023 թ. սեպտեմբերի 21-ին, 22:03"),
        ("RU", "Обновлено 21 сентября 2023, 22:03"),
        ("ka", "Updated September 21, 2023 22:03"),
        (None, "Updated September 21, 2023 22:03"),
    ],
)
def test_a_correction_is_told_in_the_reports_language(language: str | None, line: str) -> None:
    """With the time of the newsfeed's zone."""
    entry = make_entry(published=BEFORE, first_seen=BEFORE, changed=AT, language=language)
    assert say_update(entry, LOCAL, choose_phrases(entry.language)) == line


@pytest.mark.parametrize(
    ("published", "first_seen"),
    [
        pytest.param(AT - 5 * MINUTE, AT - 5 * MINUTE, id="at once"),
        pytest.param(BEFORE, AT, id="as it was first seen"),
        pytest.param(BEFORE, AT + MINUTE, id="before it was seen"),
    ],
)
def test_what_is_no_correction_is_not_told(published: datetime, first_seen: datetime) -> None:
    """A letter mended while it was published, or words that nobody here saw before."""
    entry = make_entry(published=published, first_seen=first_seen, changed=AT)
    assert say_update(entry, LOCAL, choose_phrases(entry.language)) == ""


def test_readers_see_the_line_below_the_text() -> None:
    """The credit's passage stays as the terms want it."""
    entry = make_entry(published=BEFORE, first_seen=BEFORE, changed=AT, language="en")
    shown = reuse.present(Story("tag:1", make_report(entry)), "Asia/Yerevan", AT)
    assert isinstance(shown, Shown)
    assert shown.html.endswith("<p><small>Updated September 21, 2023 22:03</small></p>")


def test_of_two_languages_the_line_is_in_that_of_our_other_words() -> None:
    """A report in a language that we lack is told of in the newsfeed's, throughout."""
    entry = make_entry(published=BEFORE, first_seen=BEFORE, changed=AT, language="ka")
    story = Story("tag:1", make_report(entry))
    shown = reuse.present(story, "Asia/Yerevan", AT, "hy")
    assert isinstance(shown, Shown)
    assert "Թարմացվել է 2023 թ." in shown.html
