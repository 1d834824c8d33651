"""Which registrable domain a host counts against."""

import pytest

from aggregator.edges.domains import find_domain


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.azatutyun.am", "azatutyun.am"),
        ("azatutyun.am", "azatutyun.am"),
        ("WWW.Azatutyun.AM", "azatutyun.am"),
        ("www.azatutyun.am.", "azatutyun.am"),
        ("a.b.co.uk", "b.co.uk"),
        ("co.uk", "co.uk"),
        ("foo.github.io", "foo.github.io"),
        ("a.foo.github.io", "foo.github.io"),
        ("a.b.unknowntld", "b.unknowntld"),
        ("a..com", "a..com"),
        ("www.xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("www.пример.рф", "пример.рф"),
        ("новости.пример.рф", "пример.рф"),
        ("www.食狮.公司.cn", "食狮.公司.cn"),
        ("8.8.8.8", "8.8.8.8"),
        ("[2001:4860:4860::8888]", "2001:4860:4860::8888"),
    ],
)
def test_a_host_counts_against_its_registrable_domain(host: str, domain: str) -> None:
    """Hosts of one owner share a domain, hosts of a shared platform do not."""
    assert find_domain(host) == domain


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "news.localhost",
        "intranet",
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.1.1",
        "[::1]",
        "[fe80::1]",
        "[::ffff:127.0.0.1]",
        "",
    ],
)
def test_nobody_is_spared_on_the_own_network(host: str) -> None:
    """Names without a dot and private addresses count against nothing."""
    assert find_domain(host) is None
