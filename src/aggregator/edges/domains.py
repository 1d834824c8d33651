"""Registrable domains, by the Public Suffix List that the package carries."""

import ipaddress
from functools import cache

from publicsuffixlist import PublicSuffixList

from aggregator.core.addresses import why_private


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
        ipaddress.ip_address(name)
    except ValueError:
        if "." not in name or name.endswith(".localhost"):
            return None
        return _read_list().privatesuffix(name) or name
    return None if why_private(name) else name
