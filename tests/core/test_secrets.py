"""What is hidden of an address before it is printed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.secrets import (
    drop_keys,
    drop_secrets,
    find_secrets,
    hide_known,
    hide_secrets,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://u:p@a.example/feed", "https://***@a.example/feed"),
        ("https://token@a.example:8443/", "https://***@a.example:8443/"),
        ("https://u:p@ss@a.example/", "https://***@a.example/"),
        ("https://u:p@a.example?x=1", "https://***@a.example?x=1"),
        ("https://a.example/f?key=1", "https://a.example/f?key=***"),
        ("https://a.example/f?x=1&token=abc&y=2", "https://a.example/f?x=1&token=***&y=2"),
        ("https://a.example/f?x=1;auth=abc#sid=9", "https://a.example/f?x=1;auth=***#sid=***"),
        ("https://a.example/f?APIKEY=1", "https://a.example/f?APIKEY=***"),
        ("https://a.example/f?api_key=1", "https://a.example/f?api_key=***"),
        ("https://a.example/f?api-key=1", "https://a.example/f?api-key=***"),
        ("https://a.example/f?apiKey=1", "https://a.example/f?apiKey=***"),
        ("https://a.example/f?access_token=1", "https://a.example/f?access_token=***"),
        ("https://a.example/f?client_secret=1", "https://a.example/f?client_secret=***"),
        ("https://a.example/f?password=1", "https://a.example/f?password=***"),
        ("https://a.example/f?pwd=1", "https://a.example/f?pwd=***"),
        ("https://a.example/f?pass=1", "https://a.example/f?pass=***"),
        ("https://a.example/f?sig=1", "https://a.example/f?sig=***"),
        ("https://a.example/f?X-Amz-Signature=1", "https://a.example/f?X-Amz-Signature=***"),
        ("https://a.example/f?%74oken=1", "https://a.example/f?%74oken=***"),
        ("https://a.example/f?token=a=b", "https://a.example/f?token=***"),
        ("see https://u:p@a.example/, then rest", "see https://***@a.example/, then rest"),
        ("no answer from /f?token=abc yet", "no answer from /f?token=*** yet"),
    ],
)
def test_what_lets_one_in_is_hidden(text: str, shown: str) -> None:
    """User information, and the values of parameters that are named as secrets are."""
    assert hide_secrets(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/feed",
        "https://a.example/@name/feed",
        "https://a.example/f?mail=a@b.example",
        "https://a.example/f?author=Aram&keywords=x&keyword=y&design=1&passage=2&lang=hy",
        "https://a.example/f?token=",
        "https://a.example/token/key=1",
        "desk@news.example",
        "key=value",
        "",
    ],
)
def test_everything_else_stays(text: str) -> None:
    """An address without secrets is shown as it is."""
    assert hide_secrets(text) == text


PIECES = st.lists(
    st.sampled_from(
        [
            "https://",
            "//",
            "u:",
            "p",
            "@",
            "a.example",
            "/",
            "?",
            "&",
            "#",
            "token=",
            "x=",
            " ",
            "%",
        ]
    )
).map("".join)


@given(PIECES)
def test_hiding_twice_is_hiding_once(text: str) -> None:
    """What was hidden is no secret any more."""
    assert hide_secrets(hide_secrets(text)) == hide_secrets(text)


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-._~%!$'()*+,:@<>\"\\", min_size=1)


@given(LETTERS, LETTERS)
def test_no_password_and_no_token_survives(password: str, token: str) -> None:
    """Whatever they are made of."""
    url = f"https://desk:{password}@a.example/f?x=1&token={token}"
    assert hide_secrets(url) == "https://***@a.example/f?x=1&token=***"


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://u:p@h.example/feed?apikey=S", "https://h.example/feed"),
        ("https://h.example/feed?a=1&token=S&b=2", "https://h.example/feed?a=1&b=2"),
        ("https://h.example/feed?b=2", "https://h.example/feed?b=2"),
        ("https://h.example/feed?a;b&&c", "https://h.example/feed?a;b&&c"),
        ("https://h.example/feed;sid=S?key=1&b=2#code=3&t", "https://h.example/feed?b=2#t"),
        ("https://h.example/feed", "https://h.example/feed"),
    ],
)
def test_a_published_address_carries_no_key(url: str, bare: str) -> None:
    """What lets somebody in is dropped, the rest of the address stays."""
    assert drop_secrets(url) == bare


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://u:p@h.example/a", "https://h.example/a"),
        ("https://h.example/a?token=S", "https://h.example/a"),
        ("https://h.example/a?x=1&TOKEN=S&y=2#top", "https://h.example/a?x=1&y=2#top"),
        ("https://h.example/a?apikey=S", "https://h.example/a"),
        ("https://h.example/a?api_key=S&x=1", "https://h.example/a?x=1"),
        ("https://h.example/a?access_token=S", "https://h.example/a"),
        ("https://h.example/a?client-secret=S", "https://h.example/a"),
        ("https://h.example/a?%74oken=S", "https://h.example/a"),
        ("https://h.example/a;jsessionid=S?x=1", "https://h.example/a?x=1"),
        ("https://h.example/a;v=1;jsessionid=S;w=2?x=1", "https://h.example/a;v=1;w=2?x=1"),
        ("https://h.example/a?x=1;token=S;y=2", "https://h.example/a?x=1;y=2"),
        ("https://h.example/a?token=S&apikey=T;x=1", "https://h.example/a?x=1"),
        ("https://h.example/a?&token=S&", "https://h.example/a"),
        ("https://h.example/a?q=what?&token=S", "https://h.example/a?q=what?"),
        ("https://h.example/#token=S&x=1", "https://h.example/#x=1"),
        ("https://h.example/#x=1&token=S", "https://h.example/#x=1"),
        ("https://h.example/#/route?token=S&x=1", "https://h.example/#/route?x=1"),
        ("https://h.example/#/route?x=1&token=S", "https://h.example/#/route?x=1"),
        ("https://h.example/#/route?token=S", "https://h.example/#/route"),
        ("https://h.example/a?PHPSESSID=S", "https://h.example/a"),
        ("https://h.example/e;jsessionid=S?x=1&access_token=S#t", "https://h.example/e?x=1#t"),
        ("https://h.example/a#token=S", "https://h.example/a"),
        ("https://h.example/a?password=S", "https://h.example/a"),
    ],
)
def test_keys_in_a_feeds_addresses_go(url: str, bare: str) -> None:
    """A login and what is a key beyond doubt are dropped, the rest of the address stays."""
    assert drop_keys(url) == bare
    assert drop_keys(bare) == bare


@pytest.mark.parametrize(
    "url",
    [
        "https://h.example/a?key=article-1&code=2&hash=3&sig=4&signature=5",
        "https://h.example/a?author=Ann&keyword=x&design=1&passage=2",
        "https://h.example/a?tokenise=1&secretary=2&token=",
        "https://h.example/@ann/a?mail=a@b.example",
        "https://h.example/a?x=1&&y=2;z=3",
        "https://h.example/token/S",
        "https://h.example/a",
    ],
)
def test_names_of_articles_stay(url: str) -> None:
    """What more often names an article than anybody is left, byte for byte."""
    assert drop_keys(url) == url


@given(PIECES)
@example("&x=?token=https://")
def test_what_is_left_of_an_address_stays(text: str) -> None:
    """Dropping twice is dropping once, and an address without keys is left byte for byte."""
    url = f"https://h.example/{text}"
    for drop in (drop_keys, drop_secrets):
        bare = drop(url)
        assert drop(bare) == bare
        assert hide_secrets(url) != url or bare == url


def test_an_address_in_a_value_is_looked_into() -> None:
    """Pages of logins carry where to go on, with its key."""
    url = "https://h.example/in?to=/f?token=S&lang=hy"
    assert hide_secrets(url) == "https://h.example/in?to=/f?token=***&lang=hy"
    assert drop_keys(url) == drop_secrets(url) == "https://h.example/in?to=/f&lang=hy"


def test_an_addresses_secrets_are_found_in_every_spelling() -> None:
    """A long password and the values of keys, as they are, escaped and encoded; short ones not."""
    url = "https://desk:pass%26word1@h.example/f?x=longenough&token=a%3Cb%3E-long-1&pwd=short"
    secrets = find_secrets(url)
    text = (
        "pass%26word1 pass&word1 pass&amp;word1 a<b>-long-1 a&lt;b&gt;-long-1 a%3Cb%3E-long-1 short"
    )
    assert hide_known(text, secrets) == "*** *** *** *** *** *** short"
    assert find_secrets("https://h.example/f?x=longenough") == ()


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("https://h.example/f?key=elections", ()),
        ("https://h.example/f?key=karabakh-2023", ()),
        ("https://h.example/f?code=20230921", ()),
        ("https://h.example/f?token=newspapers", ()),
        ("https://desk:open-newspapers@h.example/f", ()),
        ("https://h.example/f", (("Accept-Language", "hy-AM,hy;q=0.9"), ("X-Desk", "newspapers"))),
    ],
)
def test_what_may_be_a_word_is_not_looked_for(
    url: str, headers: tuple[tuple[str, str], ...]
) -> None:
    """Or a report on elections would lose its title for the sake of a section's name."""
    assert find_secrets(url, headers) == ()


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("https://h.example/f?key=a1b2c3d4e5f6a7b8", ()),
        ("https://h.example/f?token=sesame-open-42", ()),
        ("https://a1b2c3d4e5f6@h.example/f", ()),
        ("https://h.example/f", (("Authorization", "Bearer a1b2c3d4e5f6a7b8"),)),
    ],
)
def test_what_lets_one_in_is_looked_for(url: str, headers: tuple[tuple[str, str], ...]) -> None:
    """In the address and in the fields of the request; as a whole word alone."""
    (secret,) = find_secrets(url, headers)
    assert hide_known(f"see {secret}, or x{secret}", (secret,)) == f"see ***, or x{secret}"
