"""Languages: declared, unless the script says otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.language import normalise_tag, read_language

ARMENIAN = "Եվլախում հանդիպումն ավարտվեց"
RUSSIAN = "Встреча в Евлахе завершилась"
ENGLISH = "The Yevlakh meeting is over"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en-US", "en-US"),
        ("en", "en"),
        ("hy_AM", "hy-AM"),
        (" HY-am ", "hy-AM"),
        ("sr-LATN-rs", "sr-Latn-RS"),
        ("es-419", "es-419"),
        ("eng", "en"),
        ("arm", "hy"),
        ("ca-valencia", "ca-valencia"),
        ("english", None),
        ("", None),
        (None, None),
        ("x", None),
        ("und", None),
        ("en US", None),
        ("<b>", None),
        ("e\u0131", None),
    ],
)
def test_a_tag_is_written_as_bcp_47_asks(tag: str | None, expected: str | None) -> None:
    """Known shapes get their usual case, junk is None."""
    assert normalise_tag(tag) == expected


@pytest.mark.parametrize(
    ("item", "configured", "feed", "text", "expected"),
    [
        ("fr", "en", "de", ENGLISH, "fr"),
        (None, "en", "de", ENGLISH, "en"),
        (None, None, "en-US", ENGLISH, "en-US"),
        ("junk!", None, "en", ENGLISH, "en"),
        (None, None, None, ENGLISH, None),
        (None, "hy", None, ENGLISH, "hy"),
        (None, None, "en-US", ARMENIAN, "hy"),
        ("en", "hy-AM", None, ARMENIAN, "hy-AM"),
        (None, None, "en", RUSSIAN, "ru"),
        ("en", "uk", None, RUSSIAN, "uk"),
        ("bg", None, None, RUSSIAN, "bg"),
        ("en", None, None, "Ok Ըտ", "en"),
        ("en", None, None, f"Брюссель: {ENGLISH}", "en"),
        (None, None, "en", "ab այ", "en"),
        (None, None, None, "123 — !", None),
    ],
)
def test_the_first_declaration_that_fits_the_script_wins(
    item: str | None, configured: str | None, feed: str | None, text: str, expected: str | None
) -> None:
    """The item's own, the configured, the feed's; one the script contradicts is passed over."""
    assert read_language(item, configured, feed, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ARMENIAN, "hy"),
        (RUSSIAN, "ru"),
        ("საქართველო", "ka"),
        ("Η συνάντηση", "el"),
        ("חדשות היום", "he"),
        ("أخبار اليوم", "ar"),
        ("समाचार", "hi"),
        ("新闻消息", "zh"),
        ("今日のニュース", "ja"),
        ("뉴스속보", "ko"),
        ("ข่าววันนี้", "th"),
        ("አዲስ ዜና", "am"),
        ("Ուր Ok", "hy"),
        ("Ի", None),
        ("𐀀𐀁𐀂𐀃", None),
    ],
)
def test_a_script_of_one_language_names_it(text: str, expected: str | None) -> None:
    """The majority of at least three letters decides when nothing is declared."""
    assert read_language(None, None, None, text) == expected


@given(st.text(), st.text())
def test_reading_a_language_never_raises(tag: str, text: str) -> None:
    """Any two strings are answered with a tag that reads as itself, or None."""
    found = read_language(tag, None, None, text)
    assert found is None or normalise_tag(found) == found
