"""Addresses on the stage: it is a proxy that speaks http only, for https hosts on port 443.

Nothing has to be trusted or resolved that way, and every feed keeps its host.
"""

_PLAIN, _SECURE = "http://", "https://"
_PORT = ":443"


def stage_url(url: str) -> str:
    """The address under which the stage serves an address of the day."""
    if not url.startswith(_SECURE):
        return url
    host, slash, path = url.removeprefix(_SECURE).partition("/")
    return f"{_PLAIN}{host}{_PORT}{slash}{path}"


def real_url(url: str) -> str:
    """The address of the day that the stage serves under this one."""
    host, slash, path = url.removeprefix(_PLAIN).partition("/")
    if not url.startswith(_PLAIN) or not host.endswith(_PORT):
        return url
    return f"{_SECURE}{host.removesuffix(_PORT)}{slash}{path}"
