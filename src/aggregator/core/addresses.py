"""Which addresses lie on the public internet: what a stranger's redirect may make us ask.

Own tables instead of `ipaddress.is_global`, whose answers differ between
versions of Python and which takes no look at IPv4 inside IPv6. Source of the
tables: the special-purpose registries of IANA (RFC 6890 and its successors).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NO_ADDRESS = "no address"
_SCOPED = "an address of one network card"

_IPV4 = tuple(
    (IPv4Network(network), why)
    for network, why in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's inner network"),
        ("127.0.0.0/8", "this machine"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("255.255.255.255/32", "broadcast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_IPV6 = tuple(
    (IPv6Network(network), why)
    for network, why in (
        ("::/128", "unspecified"),
        ("::1/128", "this machine"),
        ("::/96", "IPv4 inside IPv6, long out of use"),
        ("64:ff9b:1::/48", "a translator of the local network"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "a private network"),
        ("ff00::/8", "multicast"),
        ("2001:2::/48", "for benchmarks"),
        ("2001:db8::/32", "for documentation"),
        ("3fff::/20", "for documentation"),
    )
)
_PROTOCOLS = IPv6Network("2001::/23")
"""IETF protocol assignments (RFC 2928): Teredo lies in it, a news site does not."""
_GLOBAL = IPv6Network("2000::/3")
"""Where IPv6 of the internet lies (RFC 4291 section 2.4); the rest is kept for later."""


def why_private(address: str) -> str | None:
    """Why an address is none of the public internet, in words; None where it is one.

    A text that is no address is not public either. IPv6 that carries an IPv4
    address to where it would lead (mapped, NAT64, 6to4, Teredo) is judged by it.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return _NO_ADDRESS
    return _judge_4(found) if isinstance(found, IPv4Address) else _judge_6(found)


def _judge_4(address: IPv4Address) -> str | None:
    return next((why for network, why in _IPV4 if address in network), None)


def _judge_6(address: IPv6Address) -> str | None:
    if address.scope_id is not None:
        return _SCOPED
    for network, read in _CARRIERS:
        if address in network:
            return next((why for one in read(address) if (why := _judge_4(one))), None)
    named = next((why for network, why in _IPV6 if address in network), None)
    if named is None and (address not in _GLOBAL or address in _PROTOCOLS):
        return "reserved"
    return named


def _read_tail(address: IPv6Address) -> tuple[IPv4Address, ...]:
    return (IPv4Address(address.packed[12:]),)


def _read_6to4(address: IPv6Address) -> tuple[IPv4Address, ...]:
    return (IPv4Address(address.packed[2:6]),)


def _read_teredo(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The server and, with its bits turned over, the client (RFC 4380 section 4)."""
    client = bytes(byte ^ 0xFF for byte in address.packed[12:])
    return IPv4Address(address.packed[4:8]), IPv4Address(client)


_CARRIERS = (
    (IPv6Network("::ffff:0:0/96"), _read_tail),
    (IPv6Network("64:ff9b::/96"), _read_tail),
    (IPv6Network("2002::/16"), _read_6to4),
    (IPv6Network("2001::/32"), _read_teredo),
)
"""Networks whose addresses lead to an IPv4 address, and how it is read."""
