"""Texts and addresses of the configuration that are published: refused, mended, or as written."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.lint.chars import check_chars
from aggregator.core.secrets import drop_secrets
from aggregator.core.text import clean_text, title_text
from aggregator.edges.config.public import (
    check_base_url,
    check_id,
    check_name,
    check_public_url,
    check_template,
)

LOST = "holds U\\+FFFD as its character 4"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://u:pw@h/", "user or password.*remove it"),
        ("http://u@h/", "user or password.*remove it"),
        ("http://@h/", "user or password.*remove it"),
        ("http://h/?token=s", "must not hold \\? or #.*end it before"),
        ("http://h/?", "must not hold \\? or #.*end it before"),
        ("http://h/#top", "must not hold \\? or #.*end it before"),
        ("http://h/[x]", "no web address.*percent-encoded"),
        ("http://h/%zz", "no web address.*% as %25"),
        ("http://h/a|b", "no web address.*percent-encoded"),
        ("http://h h/", "spaces"),
        ("http://h/\u202e", "no web address"),
        ("http://h/" + "x" * 1_000, "longer than 1,000 characters.*shorten it"),
        ("ftp://h/", "must begin with http"),
    ],
)
def test_files_are_joined_to_no_address_that_breaks_or_tells_secrets(url: str, why: str) -> None:
    """A base_url that would be published with a secret, or at which nothing lies, is refused."""
    with pytest.raises(ValueError, match=why) as caught:
        check_base_url(url)
    assert url not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/",
        "https://news.example.org/day",
        "http://[::1]/",
        "http://հ.am/%D5%A1",
    ],
)
def test_a_base_url_stays_as_it_is_written(url: str) -> None:
    """What is a web address is not changed."""
    assert check_base_url(url) == url


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("http://u:pw@h/", "user, password or key.*remove it"),
        ("http://h/?token=s", "user, password or key.*remove it"),
        ("tag:x", "no IRI with the shape of its scheme; write it as tag:"),
        ("tag:h,26:x", "no IRI with the shape of its scheme"),
        ("urn:x", "no IRI with the shape of its scheme"),
        ("http:///x", "no IRI with the shape of its scheme"),
        ("http://h/%zz", "no IRI with the shape of its scheme"),
        ("tag:h,2026:a b", "no IRI with the shape of its scheme"),
        ("javascript:x", "must begin with tag:, urn:, http:// or https://; write it as tag:"),
        ("data:x", "must begin with"),
        ("mailto:a@h.example", "must begin with"),
        ("h.example/x", "must begin with"),
        ("tag", "must begin with"),
        ("urn:x-y:" + "x" * 1_000, "longer than 1,000 characters.*shorten it"),
    ],
)
def test_what_no_format_takes_is_no_id(value: str, why: str) -> None:
    """An id that would be refused at every publishing is refused when it is read."""
    with pytest.raises(ValueError, match=why):
        check_id(value)


@pytest.mark.parametrize(
    "value",
    [
        "tag:news.example.org,2026:day",
        "tag:desk@news.example.org,2026-01-31:",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "https://news.example.org/day?edition=1#x",
    ],
)
def test_an_id_stays_byte_for_byte(value: str) -> None:
    """What may stand in atom:id is not changed."""
    assert check_id(value) == value


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://a.example/", "https://a.example/"),
        ("https://u:pw@a.example/home?key=S&x=1", "https://a.example/home?x=1"),
        ("https://a.example/terms?token=S#top", "https://a.example/terms#top"),
        ("https://a.example/?PHPSESSID=S", "https://a.example/"),
        ("https://a.example/[x]", "https://a.example/%5Bx%5D"),
    ],
)
def test_a_public_address_of_the_operator_loses_its_keys(url: str, public: str) -> None:
    """Home pages and licences are published without what lets somebody in, and encoded."""
    assert check_public_url(url) == public
    assert check_public_url(public) == public


@pytest.mark.parametrize("url", ["https://a\\@b.example/", "https://[x]/"])
def test_what_is_no_address_is_published_nowhere(url: str) -> None:
    """It is a mistake, not an address that is left out."""
    with pytest.raises(ValueError, match="; write"):
        check_public_url(url)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hetq Online", "Hetq Online"),
        (" AT&amp;T  News ", "AT&T News"),
        ("<b>Hetq</b>", "Hetq"),
        ("a < b", "a < b"),
        ("Hetq <script src=x>y</script>", "Hetq"),
        ("Hetq <img src=x onerror=alert(1)>", "Hetq"),
        ("\u202eHetq", "Hetq"),
        ("\u202bHetq\u202c", "\u202bHetq\u202c"),
    ],
)
def test_names_are_cleaned_as_those_of_sources_are(text: str, shown: str) -> None:
    """Tags that act and bidi controls that nothing closes go, what is meant stays."""
    assert check_name(text) == check_template(text) == shown


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("caf\ufffd", f"{LOST}, which stands for no letter; write the letter"),
        ("a\ufdd0", "holds U\\+FDD0 as its character 2"),
        ("<script src=x>y</script>", "nothing but markup.*write it in words"),
        ("a\x07", "control characters"),
        (" ", "is empty"),
        ("https://u:pw@h.example/feed", "user, password or key.*remove it"),
    ],
)
def test_a_name_in_which_something_was_lost_is_a_mistake(text: str, why: str) -> None:
    """Nobody but its author knows what it should say; the character and its place are named."""
    for check in (check_name, check_template):
        with pytest.raises(ValueError, match=why):
            check(text)


def test_a_notice_is_never_cut() -> None:
    """Terms ask for it word by word; one that is too long to be true is refused."""
    notice = "(c) {source}. " + "All rights reserved. " * 100
    assert check_template(notice) == notice.strip()
    with pytest.raises(ValueError, match="longer than 5,000 characters; shorten it"):
        check_template("x" * 5_001)


@example("<0 =")
@given(st.text(max_size=80) | st.text("<>a/= sc&;\u202e\u2066{}", max_size=40))
def test_what_is_taken_is_clean_and_stays(text: str) -> None:
    """Whatever is written: a mistake, or a line that the formats' rules let through."""
    for check in (check_name, check_template):
        try:
            taken = check(text)
        except ValueError:
            continue
        assert taken == clean_text(taken) == title_text(taken, html=False)
        assert not list(check_chars(taken))
        assert not re.search(r"<[a-zA-Z]\w*\s[^<>]*=", taken)


@given(st.lists(st.sampled_from(["?", "&", "#", ";", "token=S", "key=T", "x=1", "/", "u:p@", "%"])))
def test_no_key_is_left_in_a_public_address(pieces: list[str]) -> None:
    """Whatever stands in it."""
    public = check_public_url("https://a.example/" + "".join(pieces))
    assert drop_secrets(public) == public
