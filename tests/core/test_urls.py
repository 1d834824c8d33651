"""URLs: what is published is safe, what is compared is canonical."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.urls import canonical, host, is_front_page, is_iri, resolve, resolve_any

BASE = "https://news.example/en/feed.xml"

URLISH = st.one_of(
    st.text(),
    st.text(alphabet="ahtps:/.?#[]@%&=w0123m!\\ é\n-", max_size=40),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["http://", "https://www.", "HTTP://m.", "//", "https://a:b@", ""]),
        st.sampled_from(
            ["example.org", "xn--", "пример.рф", "[::1]:080", "h:443", "1.2.3", "amp.a"]
        ),
        st.text(alphabet="/.?#%&=+;a0Zé index.html/amp!utm_", max_size=40),
    ),
)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a/32602700.html",
        "HTTP://Example.ORG:80/%7euser/?b=2&a=1#top",
        "http://wire.example/eng/news/1.html?utm_source=rss&utm_medium=feed",
        "https://[2001:db8::1]:8443/x",
        "https://example.org/a//b/../c;d=1?x=[1]".replace("[1]", "1"),
        "http://localhost:/",
    ],
)
def test_a_legal_absolute_url_stays_byte_for_byte(url: str) -> None:
    """The publisher's spelling is kept."""
    assert resolve("", url) == url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/node/1", "https://news.example/node/1"),
        ("?q=1", "https://news.example/en/feed.xml?q=1"),
        ("//cdn.example/x.png", "https://cdn.example/x.png"),
        (" \n https://h.example/x\t", "https://h.example/x"),
        ("\ufeffhttps://h.example/x", "https://h.example/x"),
        ("https://user:pass@h.example/x", "https://h.example/x"),
        ("//u:p@h.example/x", "https://h.example/x"),
        ("https://h.example/a b?c=d e#f g", "https://h.example/a%20b?c=d%20e#f%20g"),
        ("https://h.example/լուր", "https://h.example/%D5%AC%D5%B8%D6%82%D6%80"),
        ("https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai/"),
        ("https://h.example/100%", "https://h.example/100%25"),
        ('https://h.example/"<x>', "https://h.example/%22%3Cx%3E"),
        ("https://h.example/\u202ex", "https://h.example/%E2%80%AEx"),
        ("https://h.example/a\\b", "https://h.example/a%5Cb"),
    ],
)
def test_a_url_is_made_absolute_and_valid(url: str, expected: str) -> None:
    """Relative URLs are resolved, illegal characters encoded, credentials removed."""
    assert resolve(BASE, url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "  ",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "blob:https://h/x",
        "vbscript:x",
        "mailto:a@b.example",
        "ftp://h/x",
        "https://h.example/a\r\nSet-Cookie: x",
        "https://h.example/\x00",
        "https://",
        "https:///x",
        "http:x",
        "https://h:99999/",
        "https://h:x/",
        "https://a b/",
        "https://[::1",
        "https://[x]/",
        "https://[fe80::1%25eth0]/",
        "https://good.example\\@evil.example/",
        "//[",
        "http://h\ud800/",
        "http://..",
        "http://-\u00ad/",
        "http://ex%61mple/",
    ],
)
def test_an_unsafe_url_is_none(url: str) -> None:
    """What runs code, reads files or cannot be read is not published."""
    assert resolve(BASE, url) is None


@pytest.mark.parametrize(
    "base", ["", "feed.xml", "file:///etc/", "javascript:x", "http://[", "\ud800"]
)
def test_a_relative_url_needs_a_base(base: str) -> None:
    """Without an absolute http base a relative URL leads nowhere."""
    assert resolve(base, "x") is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mailto:news@example.org", "mailto:news@example.org"),
        (" MAILTO:a@b.example?subject=a b", "mailto:a@b.example?subject=a%20b"),
        ("mailto:", None),
        ("mailto:a@b\r\nBcc: c@d", None),
        ("/x", "https://news.example/x"),
        ("javascript:alert(1)", None),
    ],
)
def test_a_text_may_link_to_mail(url: str, expected: str | None) -> None:
    """An href may be a mailto link besides http and https."""
    assert resolve_any(BASE, url) == expected


@given(URLISH, URLISH)
@example("http://h", "//\u2100.example")
def test_resolving_never_raises_and_settles(base: str, url: str) -> None:
    """A resolved URL is ASCII, http or https, and resolves to itself."""
    found = resolve(base, url)
    resolve_any(base, url)
    host(url)
    if found is not None:
        assert found.isascii()
        assert found.lower().startswith(("http://", "https://"))
        assert not any(char.isspace() or char in '<>"' for char in found)
        assert resolve("", found) == found


@pytest.mark.parametrize(
    ("url", "same"),
    [
        (
            "http://www.wire.example/eng/news/1.html?utm_source=rss&utm_medium=feed",
            "https://wire.example/eng/news/1.html",
        ),
        ("https://m.kavkaz.example/news/12?from=rss", "https://kavkaz.example/news/12"),
        ("https://h.example/en/live/?utm_campaign=x#comments", "https://h.example/en/live"),
        ("https://h.example/a-1?maca=en-rss-en-all-1573-rdf", "https://h.example/a-1"),
        ("https://h.example:443/x/index.html", "http://h.example:80/x/"),
        ("https://h.example/x/amp/", "https://amp.h.example/x"),
        ("https://H.example/%7euser", "https://h.example/~user"),
        ("https://h.example/?b=2&a=1", "https://h.example/?a=1&b=2&fbclid=z"),
        (
            "https://www.rferl.example/a/talks-held/32602700.html",
            "https://rferl.example/a/32602700.html",
        ),
        ("https://h.example/x?ref=rss", "https://h.example/x?source=feed&UTM_Source=a"),
        ("https://xn--e1afmkfd.xn--p1ai/", "https://пример.рф"),
        ("https://h.example./x", "https://h.example/x?"),
        ("https://h.example/a/./b", "https://h.example/a/b"),
    ],
)
def test_two_spellings_of_one_page_are_the_same(url: str, same: str) -> None:
    """Scheme, www, mobile and AMP variants and tracking parameters make no other page."""
    assert canonical(url) == canonical(same)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://h.example/?p=1", "https://h.example/?p=2"),
        ("https://h.example/n?id=1", "https://h.example/n?id=2"),
        ("https://h.example/watch?v=a", "https://h.example/watch?v=b"),
        ("https://h.example/n?article=1&cid=1", "https://h.example/n?article=1&cid=2"),
        ("https://h.example/n?from=2023-09-20", "https://h.example/n?from=2023-09-21"),
        ("https://h.example/#!/news/1", "https://h.example/#!/news/2"),
        ("https://h.example:8080/x", "https://h.example/x"),
        ("https://h.example/X", "https://h.example/x"),
        ("https://en.h.example/x", "https://h.example/x"),
        ("https://m.am/x", "https://am/x"),
    ],
)
def test_two_pages_stay_two(url: str, other: str) -> None:
    """What names the page is never dropped."""
    assert canonical(url) != canonical(other)


@given(URLISH)
@example("www.www.m.a.b//amp/index.html//")
@example("http://h/a/b/1.html/amp")
@example("http://h:080/")
@example("http://h/%25%32%35?%75tm_x=1&a=%41")
@example("http://h/.//amp/..")
def test_a_canonical_url_is_its_own_canonical_form(url: str) -> None:
    """Doing it twice is doing it once, on any string."""
    once = canonical(url)
    assert canonical(once) == once
    assert isinstance(is_front_page(once), bool)


@pytest.mark.parametrize(
    ("url", "front"),
    [
        ("https://www.azatutyun.example/", True),
        ("https://h.example/index.html?utm_source=rss", True),
        ("https://h.example/#top", True),
        ("https://h.example/en", False),
        ("https://h.example/?p=1", False),
        ("https://h.example/#!/x", False),
    ],
)
def test_a_front_page_names_no_report(url: str, *, front: bool) -> None:
    """Only the root path without a query is a front page."""
    assert is_front_page(canonical(url)) is front


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://WWW.Example.org:8080/x", "example.org"),
        ("https://m.example.org/x", "m.example.org"),
        ("https://[::1]:80/x", "[::1]"),
        ("tag:x", ""),
        ("example.org", ""),
    ],
)
def test_the_host_is_lower_case_without_www(url: str, expected: str) -> None:
    """The host of what is no absolute URL is empty."""
    assert host(url) == expected


@pytest.mark.parametrize(
    "value",
    [
        "tag:blogger.com,1999:blog-1.post-2",
        "tag:h.example,2023-09-21:",
        "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
        "https://h.example/?p=1",
        "https://h.example/լուր",
        "http://пример.рф/x",
        "http://[::1]/x",
        "yt:video:abc",
        "acct:a@b.example",
        "http://h.example/a#b",
    ],
)
def test_an_iri_may_stand_in_atom_id(value: str) -> None:
    """Absolute IRIs are kept byte for byte."""
    assert is_iri(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "12345",
        "/node/1",
        "attack 0",
        "12 at https://h.example",
        "http:",
        "tag:",
        "http://",
        "https:///x",
        "http://u:p@h/x",
        "http://u@h/x",
        "ftp://u:p@h/x",
        "tag:h.example:x",
        "urn:x",
        "javascript:alert(1)",
        "data:,x",
        "http://h/a b",
        "http://h/<x>",
        "http://h/%zz",
        "http://h/a#b#c",
        "http://h/\u202e",
        "http://h/\ue000",
        "http://h/[x]",
        "x:[y]",
        "http://h/x\n",
        "http:x",
        "http://h\\x/",
    ],
)
def test_what_is_no_iri_is_refused(value: str) -> None:
    """Anything else gets a minted id."""
    assert not is_iri(value)


@given(URLISH)
def test_judging_an_iri_never_raises(value: str) -> None:
    """Any string is answered."""
    assert is_iri(value) in {True, False}
