"""Registrable domains, by the Public Suffix List that the package carries."""

import ipaddress
from functools import cache

from publicsuffixlist import PublicSuffixList


@cache
def _read_list() -> PublicSuffixList:
    return PublicSuffixList()


def find_domain(host: str) -> str | None:
    """The registrable domain that requests to a host count against.

    A public address counts as itself. None for `localhost`, names without a
    dot, and addresses of this machine or a private network: they belong to
    whoever runs the daemon, nobody needs to be spared.
    """
    name = host.lower().strip("[]").rstrip(".")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        if "." not in name or name.endswith(".localhost"):
            return None
        return _read_list().privatesuffix(name) or name
    return name if address.is_global else None
