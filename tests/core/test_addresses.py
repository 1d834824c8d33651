"""Which addresses are public: the tables of IANA, and IPv4 inside IPv6."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.addresses import why_private

PRIVATE = [
    "0.0.0.0",  # noqa: S104 - judged, not bound
    *("0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255"),
    *("127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
    *("192.0.0.1", "192.0.0.170", "192.0.2.7", "192.88.99.1", "192.168.1.1", "198.18.0.1"),
    *("198.19.255.255", "198.51.100.9", "203.0.113.9", "224.0.0.1", "239.255.255.255"),
    *("240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1"),
    *("64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:db8::1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101:1::", "3fff::1", "4000::1", "5f00::1"),
    *("fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "2606:4700::1111%1", "febf::1"),
    *("fec0::1", "feff::1", "ff02::1", "ff0e::1"),
    "2001:0:808:808::f5ff:fffe",  # Teredo: its client is 10.0.0.1
    "2001:0:a00:1::f7f7:f7f7",  # Teredo: its server is 10.0.0.1
    *("", "wire.example", "127.1", "1.2.3.4/32", "0x7f.0.0.1", "1.2.3.4 "),
]
PUBLIC = [
    *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255"),
    *("100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255", "172.15.255.255"),
    *("172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255"),
    *("198.20.0.0", "223.255.255.255"),
    *("2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "3ffe::1"),
    *("::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "2001:0:808:808::f7f7:f7f7"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_has_a_reason(address: str) -> None:
    """Everything that is not the public internet is named."""
    assert why_private(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_has_none(address: str) -> None:
    """The neighbours of every private network, and public IPv4 inside IPv6, may be asked."""
    assert why_private(address) is None


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1", "this machine"),
        ("169.254.169.254", "link-local"),
        ("255.255.255.255", "broadcast"),
        ("::1", "this machine"),
        ("::ffff:192.168.0.1", "a private network"),
        ("fe80::1%lo", "an address of one network card"),
        ("wire.example", "no address"),
    ],
)
def test_the_reason_is_in_words(address: str, why: str) -> None:
    """The operator reads what kind of address it is."""
    assert why_private(address) == why


@given(st.integers(0, 2**32 - 1))
def test_nothing_hides_inside_ipv6(number: int) -> None:
    """However an IPv4 address is carried in IPv6, it is judged as it is by itself."""
    plain = IPv4Address(number)
    why = why_private(str(plain))
    turned = number ^ 0xFFFFFFFF
    for carried in (
        0xFFFF << 32 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80 | 1,
        0x20010000 << 96 | number << 64 | turned,
    ):
        assert why_private(str(IPv6Address(carried))) == why


@given(st.integers(0, 2**128 - 1))
def test_only_known_parts_of_ipv6_are_public(number: int) -> None:
    """Outside of 2000::/3 nothing is public but what carries IPv4."""
    address = IPv6Address(number)
    if why_private(str(address)) is None:
        assert number >> 125 == 1 or number >> 32 in (0xFFFF, 0x64FF9B << 64)


@given(st.integers(0, 2**32 - 1))
def test_what_python_calls_private_is_private(number: int) -> None:
    """The standard library's own list, shorter and older, is a part of ours."""
    address = IPv4Address(number)
    if address.is_private or address.is_multicast or address.is_reserved:
        assert why_private(str(address))
